"""Where a value that was not found should stand: in its row, between the columns beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

from digitizer.document.geometry import Box
from digitizer.store.questions import Asked, Cell

_LEAST = 12
"""Pixels that a place is wide and high at least."""


def likely_place(asked: Asked, cells: Sequence[Cell]) -> tuple[int, Box] | None:
    """Page and box; None where nothing near it was found either. cells: of the value's table, in order."""
    row = [cell for cell in cells if cell.row == asked.doubt.row and cell.box is not None]
    if not row or row[0].page is None:
        return None
    page = row[0].page
    placed = {cell.name: cell.box for cell in row if cell.page == page and cell.box is not None}
    # A box of another row that came in by mistake must not stretch the place over half the page.
    top = int(median(box.y for box in placed.values()))
    bottom = int(median(box.bottom for box in placed.values()))
    left, right = _between(asked.doubt.name, list(dict.fromkeys(cell.name for cell in cells)), cells, page)
    if left is None or right is None:
        return page, Box(min(b.x for b in placed.values()), top, max(b.right for b in placed.values()), bottom - top)
    return page, Box(left, top, max(_LEAST, right - left), max(_LEAST, bottom - top))


def _between(name: str, names: Sequence[str], cells: Sequence[Cell], page: int) -> tuple[int | None, int | None]:
    """Where the column begins and ends, by its own boxes in other rows or by the columns on both sides."""
    columns: dict[str, list[Box]] = {}
    for cell in cells:
        if cell.page == page and cell.box is not None:
            columns.setdefault(cell.name, []).append(cell.box)
    if name in columns:
        return _middle(box.x for box in columns[name]), _middle(box.right for box in columns[name])
    at = names.index(name)
    before = next((columns[other] for other in reversed(names[:at]) if other in columns), None)
    after = next((columns[other] for other in names[at + 1 :] if other in columns), None)
    left = _middle(box.right for box in before) if before else None
    right = _middle(box.x for box in after) if after else None
    if left is not None and right is not None and right - left < _LEAST:
        return None, None
    return left, right


def _middle(numbers: Iterable[int]) -> int:
    return int(median(numbers))
