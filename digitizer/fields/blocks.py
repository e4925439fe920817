"""Blocks of labelled fields that repeat: where each of them stands on the stack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from digitizer.document.form import TableDefinition
from digitizer.fields.phrases import LabelMatch
from digitizer.fields.stacked_pages import UNIT, StackedPages

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
