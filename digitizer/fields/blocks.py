"""Blocks of labelled fields that repeat down the sheet, as those of several persons on one form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from digitizer.document.form import TableDefinition
from digitizer.fields.phrases import Hit
from digitizer.fields.sheet import UNIT, Sheet


@dataclass(frozen=True, slots=True)
class Region:
    """One block. items: the sheet's lines that stand in it."""

    items: frozenset[int]


def find_regions(sheet: Sheet, hits: Sequence[Hit], table: TableDefinition) -> list[Region]:
    """The blocks of a table, top to bottom, each begun by the first label of the table's first column."""
    opening = table.columns[0].labels[0]
    starts = sorted((h for h in hits if h.phrase == opening), key=lambda h: (h.box.y, h.box.x))
    regions = []
    for start in starts:
        cell = sheet.items[start.covered[0][0]].cell
        below = [s.box.y for s in starts if s.box.y > start.box.y and s.box.overlap_x(start.box) > 0]
        end = min(below, default=start.box.bottom + round(2.5 * UNIT))
        items = {
            k
            for k, item in enumerate(sheet.items)
            if start.box.y - 4 <= item.box.center[1] < end and (item.cell == cell if cell is not None else True)
        }
        regions.append(Region(frozenset(items)))
    return regions
