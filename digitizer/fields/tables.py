"""Tables of a definition found on the stack: heads, columns, rows; rows that a page break parted are joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from digitizer.document.form import FormDefinition, TableDefinition
from digitizer.fields.assign import best_assignment
from digitizer.fields.classifier import FieldClassifier
from digitizer.fields.column_edges import ColumnFit, HeadWord, fit_columns
from digitizer.fields.columns import PrintedColumn, column_features
from digitizer.fields.grids import Band, find_grids, leaf_columns
from digitizer.fields.lattice import EDGE, Edge, find_edges, is_flat, letter_height, lines_of, part_item, strip_of
from digitizer.fields.phrases import LabelMatch
from digitizer.fields.stacked_pages import StackedPages
from digitizer.fields.table_heads import Head, bare_body, bare_heads, ruled_body, ruled_heads, text_of
from digitizer.fields.table_rows import TableRow, joined_rows, rows_in

_READABLE = 0.3
"""The mean probability of a table's columns, taken in order, from which the others' order is trusted."""
_TOLD = 1 / 3
"""The share of the letters of a definition's labels that a head must show: as alike as 2 of 3 letters."""


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


def find_tables(stack: StackedPages, form: FormDefinition, matches: Sequence[LabelMatch] = ()) -> list[PrintedTable]:
    """Tables under heads that could be one of the definition's, top to bottom.

    matches: the form's printed texts; without them only ruled tables are found.
    """
    definitions = [t for t in form.tables if not t.block]
    if not definitions:
        return []
    grids = find_grids(stack)
    heads = ruled_heads(stack, grids, definitions)
    found = [(head, ruled_body(stack, grids, heads, head)) for head in heads]
    found += [(head, bare_body(stack, head, matches)) for head in bare_heads(stack, form, matches)]
    tables: list[PrintedTable] = []
    for head, bands in sorted(found, key=lambda hb: hb[0].band.top):
        table = _table(stack, definitions, head, bands, tables)
        if table is not None:
            tables.append(table)
    return tables


def _table(
    stack: StackedPages,
    definitions: Sequence[TableDefinition],
    head: Head,
    bands: Sequence[Band],
    tables: Sequence[PrintedTable],
) -> PrintedTable | None:
    """A table of its head and its rows; None where the head reads unlike any definition's.

    tables: those before it, of which one's head may be printed again here.
    """
    letter = letter_height(w.box for i in stack.items if head.band.top <= i.box.y < head.band.bottom for w in i.words)
    within = [_items_within(stack, band, letter) for band in (head.band, *bands)]
    fit = _fitted(stack, definitions, head, bands, within, letter)
    if fit.told < _TOLD:
        return None
    before = next((t for t in tables if _is_again(stack, head, fit.bounds, t)), None)
    foot, rest = _under_head(stack, head, fit, letter, within[0], 1 if before else 2)
    rows: list[TableRow] = []
    if rest:
        rows += rows_in(stack, Band(foot, head.band.bottom, head.band.cells), fit.bounds, letter, rest)
    for band, inside in zip(bands, within[1:], strict=True):
        rows += rows_in(stack, band, fit.bounds, letter, inside)
    if head.bare:
        rows = joined_rows(rows)
    columns = []
    for k, (left, right) in enumerate(pairwise(fit.bounds)):
        own, parents = _head_texts(stack, head, fit, k) if before is None else _texts_of(before.columns[k])
        contents = tuple(" ".join(e.text for e in row.cells[k]) for row in rows)
        columns.append(PrintedColumn(left, right, own, parents, contents))
    return PrintedTable(
        head.page,
        head.band.top,
        bands[-1].bottom if bands else head.band.bottom,
        tuple(columns),
        tuple(rows),
        frozenset(k for ks in within for k in ks if part_item(stack, k, fit.bounds, letter)),
        foot - head.band.top,
        (fit.table, fit.columns),
    )


def _under_head(
    stack: StackedPages, head: Head, fit: ColumnFit, letter: float, within: Sequence[int], least: int
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


def _is_again(stack: StackedPages, head: Head, bounds: Sequence[int], before: PrintedTable) -> bool:
    """Whether a head is that of an earlier page, printed again: its columns are as wide."""
    if head.page == before.page or len(bounds) != len(before.columns) + 1:
        return False
    earlier = [before.columns[0].left, *(c.right for c in before.columns)]
    shift = bounds[0] - earlier[0]
    return all(abs(one - other - shift) <= EDGE for one, other in zip(bounds, earlier, strict=True))


def _fitted(
    stack: StackedPages,
    definitions: Sequence[TableDefinition],
    head: Head,
    bands: Sequence[Band],
    within: Sequence[Sequence[int]],
    letter: float,
) -> ColumnFit:
    """The columns of a head and its rows, by the definition that explains them best. within: the items of each."""
    words = [HeadWord(w.text, w.box, row) for row, ks in enumerate(within) for k in ks for w in stack.items[k].words]
    foot = [w.box for w in words if not w.row and not _has_below(w, words)]
    leaves = leaf_columns(head.band, stack.cells)
    span = max((stack.cells[c].box.y for c in leaves), default=head.band.top), head.band.bottom
    strips = [strip_of(stack, leaves, span, [sorted(foot)], letter)]
    for row, band in enumerate(bands, start=1):
        lines = lines_of(w.box for w in words if w.row == row)
        strips.append(strip_of(stack, band.cells, (band.top, band.bottom), lines, letter))
    edges = find_edges(strips, letter)
    cells = [stack.cells[c].box for band in (head.band, *bands) for c in band.cells]
    ends = [w.box for w in words if not w.row] if head.bare else cells
    core = min(b.x for b in ends), max(b.right for b in ends)
    fits = [fit_columns(d, _with_ends(edges, words, letter), words, core, letter) for d in definitions]
    return max(fits, key=lambda fit: fit.score)


def _with_ends(edges: Sequence[Edge], words: Sequence[HeadWord], letter: float) -> list[Edge]:
    """The edges, with one beyond all words at either end where words stand outside of them."""
    left, right = min(w.box.x for w in words), max(w.box.right for w in words)
    half = round(letter / 2)
    before = [Edge(left - half, 0.0, 0.0)] if not edges or left < edges[0].x - half else []
    behind = [Edge(right + half, 0.0, 0.0)] if not edges or right > edges[-1].x + half else []
    return [*before, *edges, *behind]


def _has_below(word: HeadWord, words: Sequence[HeadWord]) -> bool:
    box = word.box
    return any(not w.row and w.box.y >= box.center[1] and w.box.overlap_x(box) > 0 for w in words if w is not word)


def _head_texts(stack: StackedPages, head: Head, fit: ColumnFit, k: int) -> tuple[str, str]:
    """What the head says of column k: in its own cell, and in those above it, top to bottom."""
    left, right = fit.bounds[k], fit.bounds[k + 1]
    middle = (left + right) / 2
    over = [c for c in head.band.cells if stack.cells[c].box.x <= middle < stack.cells[c].box.right]
    leaf = max(over, key=lambda c: stack.cells[c].box.bottom, default=None)
    if leaf is None:
        return _joined(fit.own[k]), ""
    box = stack.cells[leaf].box
    above = sorted(
        (c for c in over if c != leaf and stack.cells[c].box.bottom <= box.y + EDGE),
        key=lambda c: stack.cells[c].box.y,
    )
    parents = [text_of(stack, c) for c in above]
    if abs(box.x - left) <= EDGE and abs(box.right - right) <= EDGE:
        return text_of(stack, leaf), " ".join(parents)
    # Of a cell that several columns share, what stands over the column's own words is theirs in common.
    top = min((w.box.y for w in fit.own[k]), default=box.bottom)
    common = [i.text for i in stack.items if i.cell == leaf and i.box.bottom <= top + EDGE and i.box.overlap_x(box) > 0]
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
