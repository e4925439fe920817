"""Tables of a definition found on the stack: heads, columns, rows; rows that a page break parted are joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise

import numpy as np
from rapidfuzz import fuzz

from digitizer.document.form import FormDefinition, TableDefinition
from digitizer.document.lines import group_lines
from digitizer.fields.answers import Entry
from digitizer.fields.assign import best_assignment
from digitizer.fields.classifier import FieldClassifier
from digitizer.fields.columns import PrintedColumn, column_features
from digitizer.fields.grids import Band, Grid, find_grids, leaf_columns
from digitizer.fields.phrases import LabelMatch, compact
from digitizer.fields.stacked_pages import UNIT, StackedPages

_READABLE = 0.3
"""The mean probability of a table's columns, taken in order, from which the others' order is trusted."""
_EDGE = 12
_LOST = 14
"""Stack units by which column edges of head and rows may differ, and by which a head without its rule is too high."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """The entries of one row, by printed column; top, bottom: stack units; page: index into the stack's."""

    top: int
    bottom: int
    page: int
    cells: tuple[tuple[Entry, ...], ...]


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table as it stands on the stack, not yet matched with a definition.

    items: all lines in it; head: how high its column heads are, stack units.
    """

    page: int
    top: int
    bottom: int
    columns: tuple[PrintedColumn, ...]
    rows: tuple[TableRow, ...]
    items: frozenset[int]
    head: int = 0


@dataclass(frozen=True, slots=True)
class MatchedTable:
    """assigned[i]: the printed column taken for the definition's column i, or None; matches[i]: how surely."""

    definition: TableDefinition
    printed: PrintedTable
    assigned: tuple[int | None, ...]
    matches: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Head:
    grid: Grid
    first: int
    band: Band
    edges: tuple[tuple[int, int], ...]


def find_tables(stack: StackedPages, form: FormDefinition) -> list[PrintedTable]:
    """Ruled tables under heads that could be one of the definition's, top to bottom."""
    if not any(not t.block for t in form.tables):
        return []
    labels = [compact(label) for t in form.tables if not t.block for c in t.columns for label in c.labels]
    grids = find_grids(stack)
    heads: list[_Head] = []
    for grid in grids:
        for k, band in enumerate(grid.bands):
            if _is_head(stack, band, labels):
                edges = tuple((stack.cells[c].box.x, stack.cells[c].box.right) for c in leaf_columns(band, stack.cells))
                heads.append(_Head(grid, k, band, edges))
    tables: list[PrintedTable] = []
    for n, head in enumerate(heads):
        bands = _body(stack, grids, heads, n)
        before = next((t for t, h in zip(tables, heads, strict=False) if _is_again(head, h)), None)
        tables.append(_table(stack, head, bands, before))
    return tables


def _is_again(head: _Head, before: _Head) -> bool:
    """Whether a head is that of an earlier page, printed again: its columns are as wide."""
    if head.grid.page == before.grid.page or len(head.edges) != len(before.edges):
        return False
    shift = head.edges[0][0] - before.edges[0][0]
    pairs = zip(chain(*head.edges), chain(*before.edges), strict=True)
    return all(abs(one - other - shift) <= _EDGE for one, other in pairs)


def _texts(stack: StackedPages, cell: int) -> str:
    return " ".join(item.text for item in stack.items if item.cell == cell)


def _is_head(stack: StackedPages, band: Band, labels: Sequence[str]) -> bool:
    """Whether most cells at the band's foot, or over it, read like column heads."""
    columns = leaf_columns(band, stack.cells)
    if len(columns) < 2:
        return False
    alike = 0
    for cell in band.cells:
        text = compact(_texts(stack, cell))
        alike += bool(text) and max(fuzz.ratio(text, label) for label in labels) >= 60
    return alike >= max(2, 0.4 * len(columns))


def _body(stack: StackedPages, grids: Sequence[Grid], heads: Sequence[_Head], n: int) -> list[Band]:
    """The rows under a head, on the following pages too, as far as their columns are the head's."""
    head = heads[n]
    others = {id(h.band) for h in heads}
    bands: list[Band] = []
    for band in head.grid.bands[head.first + 1 :]:
        if id(band) in others or not _same_columns(stack, band, head):
            return bands
        bands.append(band)
    if head.first + 1 + len(bands) < len(head.grid.bands):
        return bands
    page = head.grid.page
    for grid in grids:
        if grid.page <= page or any(h.grid is grid for h in heads):
            continue
        first = grid.bands[0]
        if grid.page > page + 1 or first.top - stack.tops[grid.page] > 1.5 * UNIT:
            break
        going_on = []
        for band in grid.bands:
            if not _same_columns(stack, band, head):
                break
            going_on.append(band)
        if not going_on:
            break
        bands += going_on
        page = grid.page
    return bands


def _same_columns(stack: StackedPages, band: Band, head: _Head) -> bool:
    edges = [e for pair in head.edges for e in pair]
    own = [stack.cells[k].box for k in band.cells]
    if len(own) < max(2, 0.4 * len(head.edges)):
        return False
    met = sum(min(abs(b.x - e) for e in edges) <= _EDGE and min(abs(b.right - e) for e in edges) <= _EDGE for b in own)
    return met >= 0.7 * len(own)


def _table(stack: StackedPages, head: _Head, bands: Sequence[Band], before: PrintedTable | None) -> PrintedTable:
    """A table of its head and its rows. before: the part of the table over whose rows the same head stands."""
    rows: list[TableRow] = []
    items: set[int] = {k for k, item in enumerate(stack.items) if item.cell in head.band.cells}
    foot = head.band.bottom if before is None else head.band.top + before.head
    if foot < head.band.bottom - _LOST:
        # The rule under the head was lost: what stands below the height that it has elsewhere is a row's.
        rest = Band(foot, head.band.bottom, head.band.cells)
        rows += _rows(stack, rest, head, [k for k in _items_within(stack, rest, head) if stack.items[k].box.y > foot])
    for band in bands:
        within = _items_within(stack, band, head)
        items |= set(within)
        rows += _rows(stack, band, head, within)
    columns = []
    for k, (left, right) in enumerate(head.edges):
        own, parents = _head_texts(stack, head, k) if before is None else _texts_of(before.columns[k])
        contents = tuple(" ".join(e.text for e in row.cells[k]) for row in rows)
        columns.append(PrintedColumn(left, right, own, parents, contents))
    bottom = bands[-1].bottom if bands else head.band.bottom
    page = stack.cells[head.band.cells[0]].page
    return PrintedTable(
        page,
        head.band.top,
        bottom,
        tuple(columns),
        tuple(rows),
        frozenset(items),
        min(foot, head.band.bottom) - head.band.top,
    )


def _texts_of(column: PrintedColumn) -> tuple[str, str]:
    return column.own, column.parents


def _head_texts(stack: StackedPages, head: _Head, k: int) -> tuple[str, str]:
    """What the head says of column k: in its own cell, and in those above it, top to bottom."""
    leaf = leaf_columns(head.band, stack.cells)[k]
    middle = sum(head.edges[k]) / 2
    above = [
        c
        for c in head.band.cells
        if c != leaf
        and stack.cells[c].box.x <= middle < stack.cells[c].box.right
        and stack.cells[c].box.bottom <= stack.cells[leaf].box.y + _EDGE
    ]
    above.sort(key=lambda c: stack.cells[c].box.y)
    return _texts(stack, leaf), " ".join(_texts(stack, c) for c in above)


def _items_within(stack: StackedPages, band: Band, head: _Head) -> list[int]:
    left, right = head.edges[0][0] - _EDGE, head.edges[-1][1] + _EDGE
    return [
        k
        for k, item in enumerate(stack.items)
        if item.words
        and band.top - 4 <= item.box.center[1] < band.bottom + 4
        and left <= item.box.center[0] < right
        and (item.cell is None or item.cell in band.cells or stack.cells[item.cell].box.height > 3 * item.box.height)
    ]


def _rows(stack: StackedPages, band: Band, head: _Head, within: Sequence[int]) -> list[TableRow]:
    """The band's rows: one, unless a rule between rows was lost and several columns show several lines apart."""
    columns: list[list[Entry]] = [[] for _ in head.edges]
    for k in within:
        item = stack.items[k]
        place = [i for i, (left, right) in enumerate(head.edges) if left - 4 <= item.box.center[0] < right + 4]
        if place:
            columns[place[0]].append(Entry(k, 0, len(item.words), item.box, item.text))
    rows = []
    for top, bottom in _strips(band, columns):
        cells = tuple(
            tuple(sorted((e for e in column if top <= e.box.center[1] < bottom), key=lambda e: (e.box.y, e.box.x)))
            for column in columns
        )
        pages = [stack.items[e.item].page for cell in cells for e in cell]
        page = min(pages) if pages else stack.cells[band.cells[0]].page
        rows.append(TableRow(top, bottom, page, tuple(_in_lines(cell) for cell in cells)))
    return rows


def _in_lines(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Entries top to bottom, those of one line left to right."""
    lines = group_lines(entries, lambda e: e.box, follow=True)
    return tuple(e for line in lines for e in sorted(line, key=lambda e: e.box.x))


def _strips(band: Band, columns: Sequence[Sequence[Entry]]) -> list[tuple[int, int]]:
    """Where to cut a band into rows: between lines that stand apart, alike in at least three columns."""
    whole = [(band.top - 4, band.bottom + 4)]
    levels = [sorted(e.box.center[1] for e in column) for column in columns]
    apart = [lv for lv in levels if len(lv) >= 2 and min(np.diff(lv), default=0.0) > 0.09 * UNIT]
    if len(apart) < 3:
        return whole
    counts = sorted(len(lv) for lv in apart)
    count = counts[len(counts) // 2]
    same = [lv for lv in apart if len(lv) == count]
    if count < 2 or len(same) < 3:
        return whole
    middles = np.median(np.array(same), axis=0)
    if np.max(np.ptp(np.array(same), axis=0)) > 0.06 * UNIT:
        return whole
    cuts = [band.top - 4, *[int(v) for v in (middles[1:] + middles[:-1]) / 2], band.bottom + 4]
    return list(pairwise(cuts))


def match_tables(
    form: FormDefinition, printed: Sequence[PrintedTable], classifier: FieldClassifier
) -> list[MatchedTable]:
    """Each printed table with the definition whose columns fit it best; one that fits none is left out."""
    matched = []
    for table in printed:
        best: MatchedTable | None = None
        for definition in form.tables:
            if definition.block:
                continue
            probabilities = classifier.columns(column_features(definition, table.columns))
            found = _assign(definition, table, probabilities)
            if best is None or _fit(found) > _fit(best):
                best = found
        if best is not None and _fit(best) >= 0.5:
            matched.append(best)
    return _rejoined(matched)


def _rejoined(tables: Sequence[MatchedTable]) -> list[MatchedTable]:
    """The tables, a row that breaks over the page going on under the head that is printed again there.

    Its second part has nothing in the first column, and writing only where the first part has some.
    """
    joined: list[MatchedTable] = []
    for table in tables:
        before = joined[-1] if joined else None
        above = before.printed if before else None
        rows, first = table.printed.rows, table.assigned[0]
        if before and above and above.rows and rows and first is not None and before.assigned == table.assigned:
            last, rest = above.rows[-1], rows[0]
            goes_on = before.definition is table.definition and rest.page == last.page + 1
            if goes_on and not rest.cells[first] and _is_rest(last, rest):
                cells = tuple(a + b for a, b in zip(last.cells, rest.cells, strict=True))
                joined[-1] = _with_rows(before, (*above.rows[:-1], replace(last, cells=cells)))
                table = _with_rows(table, rows[1:])
        joined.append(table)
    return joined


def _is_rest(row: TableRow, rest: TableRow) -> bool:
    filled = [k for k, cell in enumerate(rest.cells) if cell]
    return bool(filled) and len(row.cells) == len(rest.cells) and all(row.cells[k] for k in filled)


def _with_rows(table: MatchedTable, rows: tuple[TableRow, ...]) -> MatchedTable:
    return replace(table, printed=replace(table.printed, rows=rows))


def _fit(match: MatchedTable) -> float:
    return float(np.mean([m if a is not None else 0.0 for a, m in zip(match.assigned, match.matches, strict=True)]))


def _assign(definition: TableDefinition, table: PrintedTable, probabilities: np.ndarray) -> MatchedTable:
    if len(table.columns) == len(definition.columns):
        # As many columns as the form has: where their heads cannot be read, their order tells them.
        known = float(np.mean(np.diag(probabilities)))
        if known >= _READABLE:
            probabilities = np.maximum(probabilities, np.eye(len(table.columns)) * max(0.5, known))
    pairs = best_assignment(probabilities, least=0.3)
    assigned = [pairs.get(i) for i in range(len(definition.columns))]
    matches = [float(probabilities[i, j]) if j is not None else 0.0 for i, j in enumerate(assigned)]
    return MatchedTable(definition, table, tuple(assigned), tuple(matches))


_TALLEST = 2.5
_FLUSH = 12
"""Inches a block is high at the most; stack units by which its parts' edges may differ."""


@dataclass(frozen=True, slots=True)
class Region:
    """One block. items: the stack's lines that stand in it."""

    items: frozenset[int]


def _in_column(stack: StackedPages, cell: int | None, opening: int) -> bool:
    """Whether a cell is the one that a block begins in, or as wide and flush with it: fill-in lines cut a block up."""
    if cell is None or cell == opening:
        return cell == opening
    one, other = stack.cells[cell].box, stack.cells[opening].box
    return abs(one.x - other.x) <= _FLUSH and abs(one.right - other.right) <= _FLUSH


def find_regions(stack: StackedPages, matches: Sequence[LabelMatch], table: TableDefinition) -> list[Region]:
    """The blocks of a table, top to bottom, each begun by the first label of the table's first column."""
    opening = table.columns[0].labels[0]
    starts = sorted((h for h in matches if h.phrase == opening), key=lambda h: (h.box.y, h.box.x))
    regions = []
    for start in starts:
        cell = stack.items[start.covered[0][0]].cell
        below = [s.box.y for s in starts if s.box.y > start.box.y and s.box.overlap_x(start.box) > 0]
        end = min([*below, start.box.bottom + round(_TALLEST * UNIT)])
        items = {
            k
            for k, item in enumerate(stack.items)
            if start.box.y - 4 <= item.box.center[1] < end and (cell is None or _in_column(stack, item.cell, cell))
        }
        regions.append(Region(frozenset(items)))
    return regions
