"""Grids: cells that touch, cut into bands from rule to rule; what tables are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from digitizer.document.geometry import Box
from digitizer.fields.stacked_pages import StackedCell, StackedPages

# Stack units, 1/200 inch.
_TOUCH = 9
_SAME = 9


@dataclass(frozen=True, slots=True)
class Band:
    """A strip of a grid from one rule that runs right across to the next. cells: indices into the stack's, by x."""

    top: int
    bottom: int
    cells: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Touching cells. bands: top to bottom."""

    box: Box
    page: int
    bands: tuple[Band, ...]


def find_grids(stack: StackedPages) -> list[Grid]:
    """All grids of at least two cells, top to bottom."""
    if not stack.cells:
        return []
    grids = []
    for members in _touching([c.box for c in stack.cells]):
        if len(members) < 2:
            continue
        members = _leaves(stack.cells, members)
        box = Box.around([stack.cells[k].box for k in members])
        page = min(stack.cells[k].page for k in members)
        grids.append(Grid(box, page, tuple(_bands(stack.cells, members))))
    return sorted(grids, key=lambda g: (g.box.y, g.box.x))


def _touching(boxes: Sequence[Box]) -> list[list[int]]:
    """Groups of boxes that lie wall to wall."""
    edges = np.array([[b.x, b.y, b.right, b.bottom] for b in boxes])
    x0, y0, x1, y1 = edges.T
    wide = np.minimum(x1[:, None], x1) - np.maximum(x0[:, None], x0)
    high = np.minimum(y1[:, None], y1) - np.maximum(y0[:, None], y0)
    near = (wide > -_TOUCH) & (high > -_TOUCH) & ((wide > _TOUCH) | (high > _TOUCH))
    count, labels = connected_components(coo_array(near), directed=False)
    return [np.flatnonzero(labels == k).tolist() for k in range(count)]


def _leaves(cells: Sequence[StackedCell], members: list[int]) -> list[int]:
    """Members that hold no other member."""
    return [
        k
        for k in members
        if not any(j != k and cells[k].box.contains(cells[j].box) and cells[j].box != cells[k].box for j in members)
    ]


def _bands(cells: Sequence[StackedCell], members: list[int]) -> list[Band]:
    tops = sorted({cells[k].box.y for k in members})
    end = max(cells[k].box.bottom for k in members)
    cuts: list[int] = []
    for y in tops:
        crossed = any(cells[k].box.y < y - _SAME and cells[k].box.bottom > y + _SAME for k in members)
        if not crossed and (not cuts or y - cuts[-1] > _SAME):
            cuts.append(y)
    cuts.append(end + _SAME)
    bands = []
    for top, bottom in pairwise(cuts):
        inside = [k for k in members if top - _SAME <= cells[k].box.y < bottom - _SAME]
        if inside:
            inside.sort(key=lambda k: (cells[k].box.x, cells[k].box.y))
            low = max(cells[k].box.bottom for k in inside)
            bands.append(Band(top, low, tuple(inside)))
    return bands


def leaf_columns(band: Band, cells: Sequence[StackedCell]) -> list[int]:
    """The cells that end at the band's foot, left to right: its columns at the finest level."""
    foot = [k for k in band.cells if abs(cells[k].box.bottom - band.bottom) <= 2 * _SAME]
    columns: list[int] = []
    for k in sorted(foot, key=lambda k: (cells[k].box.x, -cells[k].box.height)):
        # A crumb of a cell under another one is no column of its own.
        if not columns or cells[k].box.center[0] > cells[columns[-1]].box.right:
            columns.append(k)
    return columns
