"""Tables of a form's print: heads of columns over rows that are left blank or filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from digitizer.authoring.consensus import PagePrint
from digitizer.authoring.naming import kind_of, name_of
from digitizer.document.form import Kind
from digitizer.document.geometry import Box
from digitizer.fields.grids import Band, Grid, find_grids, leaf_columns
from digitizer.fields.phrases import compact
from digitizer.fields.stacked_pages import UNIT, StackedPages

_LEAST_COLUMNS = 3
_HEADED, _BLANK = 0.7, 0.5
_ALIKE = 80.0
"""From so alike on two heads are one."""
_EDGE = 12
_TITLE = 0.5
"""Inches over a table within which its title stands."""


@dataclass(frozen=True, slots=True)
class ProposedColumn:
    """A column. label: what its head says, may be ''; group: the head over several columns that it stands under."""

    name: str
    kind: Kind
    label: str
    group: str
    box: Box


@dataclass(frozen=True, slots=True)
class ProposedTable:
    """A table. page: counted from 1; box: stack units of the reference page."""

    name: str
    title: str
    page: int
    box: Box
    columns: tuple[ProposedColumn, ...]


def find_table_print(
    page: PagePrint, number: int, taken: Sequence[str], known: Sequence[ProposedTable] = ()
) -> tuple[list[Box], list[ProposedTable], frozenset[int]]:
    """Places of the tables' rows and heads, the tables, and the lines of print that are theirs.

    taken: names of other tables; known: tables on other scans, whose heads need no rows under them here.
    """
    tables: list[ProposedTable] = []
    places: list[Box] = []
    lines: set[int] = set()
    by_cell = _lines_by_cell(page)
    for grid in find_grids(page.stack):
        for k, band in enumerate(grid.bands):
            rows = _rows_under(page.stack, grid, k, by_cell)
            columns = leaf_columns(band, page.stack.cells)
            headed = sum(bool(by_cell.get(c)) for c in columns)
            if len(columns) < _LEAST_COLUMNS or headed < _HEADED * len(columns):
                continue
            told = _columns(page, band, columns, by_cell, rows)
            if not rows and not any(_is_same_head(told, t.columns) for t in known):
                continue
            box = Box.around([page.stack.cells[c].box for b in (band, *rows) for c in b.cells])
            over = _title(page, grid, k, box, by_cell)
            title = " ".join(page.lines[n].text for n in over)
            name = (
                name_of(title, "", [*taken, *(t.name for t in tables)])
                if title
                else f"table{len(taken) + len(tables) + 1}"
            )
            tables.append(ProposedTable(name, title, number, box, told))
            places.append(box)
            lines |= {n for n, line in enumerate(page.lines) if box.contains(line.box, 6)} | set(over)
    return places, tables, frozenset(lines)


def name_columns(tables: Sequence[ProposedTable]) -> list[ProposedTable]:
    """The tables with names of their own for columns that several heads would give one name."""
    named = []
    for table in tables:
        names: list[str] = []
        columns = []
        for number, column in enumerate(table.columns, 1):
            label = column.label or f"column {number}"
            name = name_of(label, column.group, names)
            names.append(name)
            columns.append(replace(column, name=name, label=label))
        named.append(replace(table, columns=tuple(columns)))
    return named


def _lines_by_cell(page: PagePrint) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for n, line in enumerate(page.lines):
        if line.cell is not None:
            found.setdefault(line.cell, []).append(n)
    return found


def _rows_under(stack: StackedPages, grid: Grid, k: int, by_cell: dict[int, list[int]]) -> list[Band]:
    """The bands right under a head that have its columns and no print of their own."""
    head = {stack.cells[c].box.x for c in leaf_columns(grid.bands[k], stack.cells)}
    rows: list[Band] = []
    for band in grid.bands[k + 1 :]:
        starts = [stack.cells[c].box.x for c in band.cells]
        alike = sum(any(abs(x - h) <= _EDGE for h in head) for x in starts)
        blank = sum(not by_cell.get(c) for c in band.cells)
        if len(starts) < _LEAST_COLUMNS or alike < 0.8 * len(head) or blank < _BLANK * len(starts):
            break
        rows.append(band)
    return rows


def _columns(
    page: PagePrint, band: Band, columns: Sequence[int], by_cell: dict[int, list[int]], rows: Sequence[Band]
) -> tuple[ProposedColumn, ...]:
    told = []
    cells = page.stack.cells
    for c in columns:
        box = cells[c].box
        label = " ".join(page.lines[n].text for n in by_cell.get(c, []))
        over = [o for o in band.cells if o != c and cells[o].box.bottom <= box.y + _EDGE and _spans(cells[o].box, box)]
        group = " ".join(page.lines[n].text for o in over for n in by_cell.get(o, []))
        body = Box(box.x, rows[0].top, box.width, max(1, rows[-1].bottom - rows[0].top)) if rows else None
        entries = [w.text for w in page.written if body is not None and body.contains(w.box, 4)]
        told.append(ProposedColumn("", kind_of(f"{group} {label}", entries), label, group, box))
    return tuple(told)


def _spans(over: Box, box: Box) -> bool:
    return over.x <= box.x + _EDGE and over.right >= box.right - _EDGE


def _is_same_head(one: Sequence[ProposedColumn], other: Sequence[ProposedColumn]) -> bool:
    texts = ["".join(compact(f"{c.group} {c.label}") for c in columns) for columns in (one, other)]
    return len(one) == len(other) and fuzz.ratio(*texts) >= _ALIKE


def _title(page: PagePrint, grid: Grid, k: int, box: Box, by_cell: dict[int, list[int]]) -> list[int]:
    """The lines of a table's title: those of the cell that runs right across over its head, else the one above it."""
    across = grid.bands[k - 1].cells if k else ()
    if len(across) == 1 and page.stack.cells[across[0]].box.height <= _TITLE * UNIT:
        return by_cell.get(across[0], [])
    above = [
        n
        for n, line in enumerate(page.lines)
        if 0 <= box.y - line.box.bottom + 4 <= _TITLE * UNIT and line.box.overlap_x(box) > 0 and len(line.text) > 5
    ]
    return [max(above, key=lambda n: page.lines[n].box.bottom)] if above else []
