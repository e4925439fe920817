"""Tables of a definition found on the stack: heads, columns, rows; rows that a page break parted are joined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

import numpy as np
from rapidfuzz import fuzz

from digitizer.document.form import FormDefinition, TableDefinition
from digitizer.document.lines import group_lines
from digitizer.fields.answers import Entry
from digitizer.fields.assign import best_assignment
from digitizer.fields.classifier import FieldClassifier
from digitizer.fields.column_edges import ColumnFit, HeadWord, fit_columns
from digitizer.fields.columns import PrintedColumn, column_features
from digitizer.fields.grids import Band, Grid, find_grids, leaf_columns
from digitizer.fields.lattice import (
    Edge,
    find_edges,
    is_flat,
    letter_height,
    levels_of,
    lines_of,
    part_item,
    strip_of,
    walls_of,
)
from digitizer.fields.phrases import compact
from digitizer.fields.stacked_pages import UNIT, StackedPages

_READABLE = 0.3
"""The mean probability of a table's columns, taken in order, from which the others' order is trusted."""
_EDGE = 12
_LOST = 14
"""Stack units by which column edges of head and rows may differ, and by which a head without its rule is too high."""
_TOLD = 1 / 3
"""The share of the letters of a definition's labels that a head must show: as alike as 2 of 3 letters."""


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

    items: all lines in it; head: how high its column heads are, stack units. likely: the definition that explains its
    columns best, and which of that one's columns each of them is by their order, None for one that it has not.
    """

    page: int
    top: int
    bottom: int
    columns: tuple[PrintedColumn, ...]
    rows: tuple[TableRow, ...]
    items: frozenset[int]
    head: int = 0
    likely: tuple[str, tuple[int | None, ...]] = ("", ())


@dataclass(frozen=True, slots=True)
class MatchedTable:
    """assigned[i]: the printed column taken for the definition's column i, or None; matches[i]: how surely."""

    definition: TableDefinition
    printed: PrintedTable
    assigned: tuple[int | None, ...]
    matches: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Head:
    """A band of column heads. walls: where its lowest cells part."""

    grid: Grid
    first: int
    band: Band
    walls: tuple[int, ...]


def find_tables(stack: StackedPages, form: FormDefinition) -> list[PrintedTable]:
    """Ruled tables under heads that could be one of the definition's, top to bottom."""
    definitions = [t for t in form.tables if not t.block]
    if not definitions:
        return []
    labels = [compact(label) for t in definitions for c in t.columns for label in c.labels]
    grids = find_grids(stack)
    heads: list[_Head] = []
    for grid in grids:
        for k, band in enumerate(grid.bands):
            if _is_head(stack, band, labels):
                heads.append(_Head(grid, k, band, _walls(stack, leaf_columns(band, stack.cells))))
    tables: list[PrintedTable] = []
    for n, head in enumerate(heads):
        bands = _body(stack, grids, heads, n)
        table = _table(stack, definitions, head, bands, tables)
        if table is not None:
            tables.append(table)
    return tables


def _walls(stack: StackedPages, cells: Iterable[int]) -> tuple[int, ...]:
    return walls_of([stack.cells[c].box for c in cells], _EDGE)


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
    walls = set(head.walls)
    bands: list[Band] = []
    for band in head.grid.bands[head.first + 1 :]:
        if id(band) in others or not _same_columns(stack, band, walls, head):
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
        going_on = list(takewhile(lambda band: _same_columns(stack, band, walls, head), grid.bands))
        if not going_on:
            break
        bands += going_on
        page = grid.page
    return bands


def _same_columns(stack: StackedPages, band: Band, walls: set[int], head: _Head) -> bool:
    """Whether a band has the columns of a table, some of whose walls are lost; those it has are added to the walls."""
    own = _walls(stack, band.cells)
    if len(band.cells) < max(2, 0.4 * (len(head.walls) - 1)):
        return False
    met = sum(min(abs(x - w) for w in walls) <= _EDGE for x in own)
    if met < 0.7 * min(len(own), len(walls)):
        return False
    walls |= {x for x in own if min(abs(x - w) for w in walls) > _EDGE}
    return True


def _table(
    stack: StackedPages,
    definitions: Sequence[TableDefinition],
    head: _Head,
    bands: Sequence[Band],
    tables: Sequence[PrintedTable],
) -> PrintedTable | None:
    """A table of its head and its rows; None where the head reads unlike any definition's.

    tables: those before it, of which one's head may be printed again here.
    """
    letter = letter_height(w.box for i in stack.items if i.cell in head.band.cells for w in i.words)
    within = [_items_within(stack, band, letter) for band in (head.band, *bands)]
    fit = _fitted(stack, definitions, head, bands, within, letter)
    if fit.told < _TOLD:
        return None
    before = next((t for t in tables if _is_again(stack, head, fit.bounds, t)), None)
    foot, rest = _under_head(stack, head, fit, letter, within[0], 1 if before else 2)
    rows: list[TableRow] = []
    if rest:
        rows += _rows(stack, Band(foot, head.band.bottom, head.band.cells), fit.bounds, letter, rest)
    for band, own in zip(bands, within[1:], strict=True):
        rows += _rows(stack, band, fit.bounds, letter, own)
    columns = []
    for k, (left, right) in enumerate(pairwise(fit.bounds)):
        own, parents = _head_texts(stack, head, fit, k) if before is None else _texts_of(before.columns[k])
        contents = tuple(" ".join(e.text for e in row.cells[k]) for row in rows)
        columns.append(PrintedColumn(left, right, own, parents, contents))
    return PrintedTable(
        stack.cells[head.band.cells[0]].page,
        head.band.top,
        bands[-1].bottom if bands else head.band.bottom,
        tuple(columns),
        tuple(rows),
        frozenset(k for ks in within for k in ks if part_item(stack, k, fit.bounds, letter)),
        foot - head.band.top,
        (fit.table, fit.columns),
    )


def _under_head(
    stack: StackedPages, head: _Head, fit: ColumnFit, letter: float, within: Sequence[int], least: int
) -> tuple[int, list[int]]:
    """Where a head ends, and the lines under it that belong to rows, as the rule between them is lost.

    least: in how many columns something must stand under the labels for it to be a row.
    """
    foot = max((w.box.bottom for own, read in zip(fit.own, fit.read, strict=True) if read for w in own), default=0)
    rest = [k for k in within if stack.items[k].box.y > foot]
    columns = {c for k in rest for c, _ in part_item(stack, k, fit.bounds, letter)}
    if not foot or len(columns) < least:
        return head.band.bottom, []
    return min(stack.items[k].box.y for k in rest), rest


def _texts_of(column: PrintedColumn) -> tuple[str, str]:
    return column.own, column.parents


def _is_again(stack: StackedPages, head: _Head, bounds: Sequence[int], before: PrintedTable) -> bool:
    """Whether a head is that of an earlier page, printed again: its columns are as wide."""
    if head.grid.page == before.page or len(bounds) != len(before.columns) + 1:
        return False
    earlier = [before.columns[0].left, *(c.right for c in before.columns)]
    shift = bounds[0] - earlier[0]
    return all(abs(one - other - shift) <= _EDGE for one, other in zip(bounds, earlier, strict=True))


def _fitted(
    stack: StackedPages,
    definitions: Sequence[TableDefinition],
    head: _Head,
    bands: Sequence[Band],
    within: Sequence[Sequence[int]],
    letter: float,
) -> ColumnFit:
    """The columns of a head and its rows, by the definition that explains them best. within: the items of each."""
    words = [HeadWord(w.text, w.box, row) for row, ks in enumerate(within) for k in ks for w in stack.items[k].words]
    foot = [w.box for w in words if not w.row and not _has_below(w, words)]
    leaves = leaf_columns(head.band, stack.cells)
    span = max(stack.cells[c].box.y for c in leaves), head.band.bottom
    strips = [strip_of(stack, leaves, span, [sorted(foot)], letter)]
    for row, band in enumerate(bands, start=1):
        lines = lines_of(w.box for w in words if w.row == row)
        strips.append(strip_of(stack, band.cells, (band.top, band.bottom), lines, letter))
    edges = find_edges(strips, letter)
    cells = [stack.cells[c].box for band in (head.band, *bands) for c in band.cells]
    core = min(b.x for b in cells), max(b.right for b in cells)
    fits = [fit_columns(d, _with_ends(edges, words, letter), words, core, letter) for d in definitions]
    return max(fits, key=lambda fit: fit.score)


def _with_ends(edges: Sequence[Edge], words: Sequence[HeadWord], letter: float) -> list[Edge]:
    """The edges, with one beyond all words at either end where words stand outside of them."""
    left, right = min(w.box.x for w in words), max(w.box.right for w in words)
    half = round(letter / 2)
    before = [Edge(left - half, 0.0, 0.0)] if left < edges[0].x - half else []
    behind = [Edge(right + half, 0.0, 0.0)] if right > edges[-1].x + half else []
    return [*before, *edges, *behind]


def _has_below(word: HeadWord, words: Sequence[HeadWord]) -> bool:
    box = word.box
    return any(not w.row and w.box.y >= box.center[1] and w.box.overlap_x(box) > 0 for w in words if w is not word)


def _head_texts(stack: StackedPages, head: _Head, fit: ColumnFit, k: int) -> tuple[str, str]:
    """What the head says of column k: in its own cell, and in those above it, top to bottom."""
    left, right = fit.bounds[k], fit.bounds[k + 1]
    middle = (left + right) / 2
    over = [c for c in head.band.cells if stack.cells[c].box.x <= middle < stack.cells[c].box.right]
    leaf = max(over, key=lambda c: stack.cells[c].box.bottom, default=None)
    if leaf is None:
        return _joined(fit.own[k]), ""
    box = stack.cells[leaf].box
    above = sorted(
        (c for c in over if c != leaf and stack.cells[c].box.bottom <= box.y + _EDGE),
        key=lambda c: stack.cells[c].box.y,
    )
    parents = [_texts(stack, c) for c in above]
    if abs(box.x - left) <= _EDGE and abs(box.right - right) <= _EDGE:
        return _texts(stack, leaf), " ".join(parents)
    # Of a cell that several columns share, what stands over the column's own words is theirs in common.
    top = min((w.box.y for w in fit.own[k]), default=box.bottom)
    common = [
        i.text for i in stack.items if i.cell == leaf and i.box.bottom <= top + _EDGE and i.box.overlap_x(box) > 0
    ]
    return _joined(fit.own[k]), " ".join([*parents, *common])


def _joined(words: Sequence[HeadWord]) -> str:
    return " ".join(w.text for w in words)


def _items_within(stack: StackedPages, band: Band, letter: float) -> list[int]:
    """The lines level with a band, in its cells or in none, without what is left of the rules over and under it."""
    return [
        k
        for k, item in enumerate(stack.items)
        if item.words
        and not (
            is_flat(item.box, letter) and min(abs(item.box.center[1] - y) for y in (band.top, band.bottom)) < letter
        )
        and band.top - 4 <= item.box.center[1] < band.bottom + 4
        and (item.cell is None or item.cell in band.cells or stack.cells[item.cell].box.height > 3 * item.box.height)
    ]


def _rows(
    stack: StackedPages, band: Band, bounds: Sequence[int], letter: float, within: Sequence[int]
) -> list[TableRow]:
    """The band's rows: one, unless a rule between rows was lost and several columns show several lines apart."""
    columns: list[list[Entry]] = [[] for _ in bounds[1:]]
    for k in within:
        for column, entry in part_item(stack, k, bounds, letter):
            columns[column].append(entry)
    rows = []
    levels = levels_of(stack, band.cells, (band.top, band.bottom), (bounds[0], bounds[-1]), letter)
    cuts = [band.top - 4, *levels, band.bottom + 4]
    for top, bottom in (strip for whole in pairwise(cuts) for strip in _strips(whole, columns)):
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


def _strips(whole: tuple[int, int], columns: Sequence[Sequence[Entry]]) -> list[tuple[int, int]]:
    """Where to cut a strip into rows: between lines that stand apart, alike in at least three columns."""
    top, bottom = whole
    levels = [sorted(y for e in column for y in [e.box.center[1]] if top <= y < bottom) for column in columns]
    apart = [lv for lv in levels if len(lv) >= 2 and min(np.diff(lv), default=0.0) > 0.09 * UNIT]
    if len(apart) < 3:
        return [whole]
    counts = sorted(len(lv) for lv in apart)
    count = counts[len(counts) // 2]
    same = [lv for lv in apart if len(lv) == count]
    if count < 2 or len(same) < 3:
        return [whole]
    middles = np.median(np.array(same), axis=0)
    if np.max(np.ptp(np.array(same), axis=0)) > 0.06 * UNIT:
        return [whole]
    cuts = [top, *[int(v) for v in (middles[1:] + middles[:-1]) / 2], bottom]
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
    name, order = table.likely
    if name == definition.name:
        # Where heads cannot be read, the order of the columns tells them.
        places = tuple(np.array([(i, k) for k, i in enumerate(order) if i is not None], np.intp).reshape(-1, 2).T)
        known = float(probabilities[places].sum()) / len(definition.columns)
        if known >= _READABLE:
            probabilities = probabilities.copy()
            probabilities[places] = np.maximum(probabilities[places], max(0.5, known))
    pairs = best_assignment(probabilities, least=0.3)
    assigned = [pairs.get(i) for i in range(len(definition.columns))]
    matches = [float(probabilities[i, j]) if j is not None else 0.0 for i, j in enumerate(assigned)]
    return MatchedTable(definition, table, tuple(assigned), tuple(matches))
