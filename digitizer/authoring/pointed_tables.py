"""A table from its head, which a person pointed out: a column for each cell at the head's foot, or for each text."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from digitizer.authoring.consensus import PagePrint, find_print
from digitizer.authoring.naming import kind_of, name_of
from digitizer.authoring.pointed import Pointed
from digitizer.authoring.questions import find_questions
from digitizer.document.geometry import Box
from digitizer.document.layout import Readings
from digitizer.fields.sheet import UNIT

_LEAST_COLUMNS = 2
_EDGE = 12
_OVER = 0.5
"""Inches over a head within which the table's title stands."""


@dataclass(frozen=True, slots=True)
class PointedTable:
    """A table as pointed out. title: what is printed right over its head, may be ''."""

    name: str
    title: str
    columns: tuple[Pointed, ...]


def point_out_table(
    page: Readings, box: Box, others: Sequence[Readings] = (), taken: Collection[str] = ()
) -> PointedTable | None:
    """The table whose head lies in a box; None where fewer than two columns are printed there.

    box: pixels of the straightened page; others: the same page of other scans, which share the print; taken: names of
    other tables.
    """
    printed = find_print([page, *others])
    if printed is None or printed.sheet.pages[0] is not page:
        # Of other print than this page, the others do not tell what is filled in on it.
        printed = find_print([page])
    if printed is None:
        return None
    scale = UNIT / page.layout.dpi
    place = Box(*(round(v * scale) for v in box.as_list()))
    columns = _ruled(printed, place) or _unruled(printed, place)
    if len(columns) < _LEAST_COLUMNS:
        return None
    named: list[Pointed] = []
    for column in columns:
        name = name_of(column.labels[0], column.group, [n.name for n in named])
        named.append(replace(column, name=name))
    title = _title(printed, place)
    return PointedTable(name_of(title or "table", "", taken), title, tuple(named))


def _ruled(page: PagePrint, place: Box) -> list[Pointed]:
    """A column for each cell with print in it under which no other one of the head lies."""
    cells = page.sheet.cells
    lines: dict[int, list[str]] = {}
    for line in page.lines:
        if line.cell is not None:
            lines.setdefault(line.cell, []).append(line.text)
    inside = [k for k in lines if place.holds(*cells[k].box.center)]
    columns = []
    for k in sorted(inside, key=lambda k: cells[k].box.x):
        box = cells[k].box
        if any(cells[j].box.y >= box.bottom - _EDGE and _over(box, cells[j].box) for j in inside):
            continue
        above = [j for j in inside if cells[j].box.bottom <= box.y + _EDGE and _over(cells[j].box, box)]
        group = " ".join(text for j in sorted(above, key=lambda j: cells[j].box.y) for text in lines[j])
        columns.append(_column(" ".join(lines[k]), group))
    return columns


def _over(upper: Box, lower: Box) -> bool:
    """Whether one cell spans another one under it."""
    return upper.x <= lower.x + _EDGE and upper.right >= lower.right - _EDGE


def _unruled(page: PagePrint, place: Box) -> list[Pointed]:
    """A column for each text, from left to right."""
    texts = [p for p in find_questions(page, frozenset()).phrases if place.holds(*p.box.center)]
    return [_column(p.text, "") for p in sorted(texts, key=lambda p: p.box.x)]


def _column(label: str, group: str) -> Pointed:
    return Pointed("", kind_of(f"{group} {label}", ()), (label,), group)


def _title(page: PagePrint, place: Box) -> str:
    above = [
        line
        for line in page.lines
        if -6 <= place.y - line.box.bottom <= _OVER * UNIT and line.box.overlap_x(place) > 0 and len(line.text) > 5
    ]
    nearest = max(above, key=lambda line: line.box.bottom, default=None)
    return nearest.text if nearest is not None else ""
