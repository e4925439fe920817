"""Heads of a definition's tables on the stack, ruled or bare, and the bands of rows under them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from rapidfuzz import fuzz

from digitizer.document.form import FormDefinition, TableDefinition
from digitizer.document.geometry import Box
from digitizer.document.lines import group_lines
from digitizer.fields.grids import Band, Grid, leaf_columns
from digitizer.fields.lattice import EDGE, letter_height, walls_of
from digitizer.fields.phrases import LabelMatch, compact
from digitizer.fields.stacked_pages import UNIT, StackedPages

_ALIKE = 0.4
"""The share of a table's columns whose labels must be found for a head; the rest may be misread or not printed."""
_READS = 60.0
_WHITE = 2.0
"""Letter heights of white under a row without rules at which its table may end: more than between rows set apart."""


@dataclass(frozen=True, slots=True)
class Head:
    """A band of column heads. walls: where its lowest cells part; below: the bands under it in its grid."""

    page: int
    band: Band
    walls: tuple[int, ...] = ()
    below: tuple[Band, ...] = ()

    @property
    def bare(self) -> bool:
        """Whether it has no rules."""
        return not self.band.cells


def ruled_heads(stack: StackedPages, grids: Sequence[Grid], definitions: Sequence[TableDefinition]) -> list[Head]:
    """Bands of grids that could be heads of one of the definitions, top to bottom."""
    labels = [compact(label) for t in definitions for c in t.columns for label in c.labels]
    return [
        Head(grid.page, band, walls_in(stack, leaf_columns(band, stack.cells)), grid.bands[k + 1 :])
        for grid in grids
        for k, band in enumerate(grid.bands)
        if _is_head(stack, band, labels)
    ]


def _is_head(stack: StackedPages, band: Band, labels: Sequence[str]) -> bool:
    """Whether most cells at the band's foot, or over it, read like column heads."""
    columns = leaf_columns(band, stack.cells)
    if len(columns) < 2:
        return False
    texts = [compact(text_of(stack, cell)) for cell in band.cells]
    alike = sum(bool(text) and max(fuzz.ratio(text, label) for label in labels) >= _READS for text in texts)
    return alike >= max(2, _ALIKE * len(columns))


def bare_heads(stack: StackedPages, form: FormDefinition, matches: Sequence[LabelMatch]) -> list[Head]:
    """Labels of a table's columns that stand side by side in their order, and no rule around them.

    Labels that fields outside of tables have too are none of a table's.
    """
    others = {label for f in form.fields for label in f.labels}
    heads = []
    for table in form.tables:
        order = {label: i for i, c in enumerate(table.columns) for label in c.labels if label not in others}
        found = [h for h in matches if h.phrase in order and stack.items[h.covered[0][0]].cell is None]
        for level in group_lines(sorted(found, key=lambda h: h.box.bottom), lambda h: h.box):
            columns = [order[h.phrase] for h in sorted(level, key=lambda h: h.box.x)]
            rising = all(a < b for a, b in pairwise(columns))
            if not table.block and rising and len(columns) >= max(2, _ALIKE * len(table.columns)):
                box = Box.around([h.box for h in level])
                heads.append(Head(stack.items[level[0].covered[0][0]].page, Band(box.y, box.bottom, ())))
    return heads


def text_of(stack: StackedPages, cell: int) -> str:
    """All that stands in a cell."""
    return " ".join(item.text for item in stack.items if item.cell == cell)


def walls_in(stack: StackedPages, cells: Iterable[int]) -> tuple[int, ...]:
    """Where cells begin and end, left to right."""
    return walls_of([stack.cells[c].box for c in cells], EDGE)


def ruled_body(stack: StackedPages, grids: Sequence[Grid], heads: Sequence[Head], head: Head) -> list[Band]:
    """The rows under a head, on the following pages too, as far as their columns are the head's."""
    others = {id(h.band) for h in heads}
    walls = set(head.walls)

    def goes_on(band: Band) -> bool:
        return id(band) not in others and _same_columns(stack, band, walls, head)

    bands = list(takewhile(goes_on, head.below))
    if len(bands) < len(head.below):
        return bands
    page = head.page
    for grid in grids:
        if grid.page <= page or any(id(band) in others for band in grid.bands):
            continue
        if grid.page > page + 1 or grid.bands[0].top - stack.tops[grid.page] > 1.5 * UNIT:
            break
        going_on = list(takewhile(goes_on, grid.bands))
        if not going_on:
            break
        bands += going_on
        page = grid.page
    return bands


def _same_columns(stack: StackedPages, band: Band, walls: set[int], head: Head) -> bool:
    """Whether a band has the columns of a table, some of whose walls are lost; those it has are added to the walls."""
    own = walls_in(stack, band.cells)
    if len(band.cells) < max(2, _ALIKE * (len(head.walls) - 1)):
        return False
    met = sum(min(abs(x - w) for w in walls) <= EDGE for x in own)
    if met < 0.7 * min(len(own), len(walls)):
        return False
    walls |= {x for x in own if min(abs(x - w) for w in walls) > EDGE}
    return True


def bare_body(stack: StackedPages, head: Head, matches: Sequence[LabelMatch]) -> list[Band]:
    """A band for each line under a head without rules, down to wide white, a printed text or a ruled cell."""
    labels = {k for h in matches for k, _, _ in h.covered}
    below = [
        (k, i.box)
        for k, i in enumerate(stack.items)
        if i.words and i.page == head.page and i.box.center[1] > head.band.bottom
    ]
    letter = letter_height(box for _, box in below)
    bands: list[Band] = []
    foot, most = head.band.bottom, 0.0
    for line in group_lines(sorted(below, key=lambda kb: kb[1].center[1]), lambda kb: kb[1]):
        box = Box.around([b for _, b in line])
        white = box.y - foot
        if any(k in labels or stack.items[k].cell is not None for k, _ in line):
            break
        if bands and white > max(_WHITE * letter, 2 * most):
            break
        bands.append(Band(box.y, box.bottom, ()))
        foot, most = box.bottom, max(most, white)
    return bands
