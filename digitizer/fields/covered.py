"""What a stamp stands over: a value there may be misread, and what looks blank there may have been written on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from digitizer.document.geometry import Box
from digitizer.fields.drafts import Draft, DraftRow
from digitizer.fields.stacked_pages import StackedPages


def covered(stack: StackedPages, draft: Draft) -> Draft:
    """The draft, told if a stamp stands over it; over a blank, if it stands anywhere in its cell.

    What is told already stays so: a blank of a table has no place of its own. A stamp's own date is not under it.
    """
    if draft.covered or draft.definition.stamp or draft.page is None or draft.place is None:
        return draft
    page = stack.pages[draft.page].layout
    place = draft.place if draft.text else _cell_around([c.box for c in page.cells], draft.place)
    over = any(line.stamped and line.box.intersection(place) for line in page.lines)
    return replace(draft, covered=True) if over else draft


def all_covered(
    stack: StackedPages, fields: Mapping[str, Draft], tables: Mapping[str, tuple[DraftRow, ...]]
) -> tuple[dict[str, Draft], dict[str, tuple[DraftRow, ...]]]:
    """The drafts of a form, told if stamps stand over them."""
    if not stack.covers:
        return dict(fields), dict(tables)
    rows_of: dict[str, tuple[DraftRow, ...]] = {
        name: tuple({column: covered(stack, d) for column, d in row.items()} for row in rows)
        for name, rows in tables.items()
    }
    return {name: covered(stack, d) for name, d in fields.items()}, rows_of


def _cell_around(cells: list[Box], place: Box) -> Box:
    """The smallest cell that a place stands in; the place itself outside all of them."""
    x, y = place.center
    around = [c for c in cells if c.x <= x < c.right and c.y <= y < c.bottom]
    return min(around, key=lambda c: c.area, default=place)
