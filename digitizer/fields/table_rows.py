"""Rows of a table between its columns' edges: parted by rules, by what is left of them, and by aligned lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

import numpy as np

from digitizer.document.lines import group_lines
from digitizer.fields.answers import Entry
from digitizer.fields.grids import Band
from digitizer.fields.lattice import levels_of, part_item
from digitizer.fields.stacked_pages import UNIT, StackedPages


@dataclass(frozen=True, slots=True)
class TableRow:
    """The entries of one row, by printed column; top, bottom: stack units; page: index into the stack's."""

    top: int
    bottom: int
    page: int
    cells: tuple[tuple[Entry, ...], ...]


def rows_in(
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
        page = min(pages) if pages else max(k for k, y in enumerate(stack.tops) if y <= band.top or not k)
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


def joined_rows(lines: Sequence[TableRow]) -> list[TableRow]:
    """Lines of a table without rules put into rows: one that fills far fewer columns than is usual goes on a row."""
    filled = [sum(map(bool, line.cells)) for line in lines]
    usual = median([n for n in filled if n > 1] or [1])
    rows: list[TableRow] = []
    for line, count in zip(lines, filled, strict=True):
        if rows and 2 * count < usual:
            cells = tuple(a + b for a, b in zip(rows[-1].cells, line.cells, strict=True))
            rows[-1] = replace(rows[-1], bottom=line.bottom, cells=cells)
        elif count:
            rows.append(line)
    return rows
