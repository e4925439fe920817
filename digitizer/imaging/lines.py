"""Lines of ink: runs of characters on one baseline, split at wide gaps and at the walls of cells."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from digitizer.document.geometry import Box
from digitizer.document.layout import Rule, TextLine
from digitizer.document.page import Pixels
from digitizer.imaging.cells import CellMap
from digitizer.imaging.sideways import Column, members_of, sideways_lines
from digitizer.imaging.stops import join_hanging, join_over_stops, with_ends

# Inches.
_TALLEST = 0.42
_WIDEST = 1.6
_SMALL = 0.035
_LEAST_HEIGHT = 0.055
_SPECK = 0.008
# In heights of the line: gaps wider than this split it; a space in typewriting is about one height wide.
_GAP = 1.15
_STAMP_ROUNDS = 3
_CELLS, _IN_CELL = 3, 4
_LONG_LINE = 9
"""Characters of a level line that is no piece of a stamp."""
_FIGURES, _FIGURE_HEIGHT = 2, 0.065
_AT_WALL = 0.012
_LEVEL = 0.15
"""Of a letter's height: text on one line begins and ends as high."""
_APART = 0.022
"""Inches between the pieces of a faint stamp's characters."""


_FEW = 500
"""Boxes; of more it is faster to paint them than to look at each pair."""
Places = NDArray[np.int64]


def find_lines(ink: Pixels, cells: CellMap, rules: Sequence[Rule], dpi: float) -> list[TextLine]:
    """Lines of ink of a straightened page, in reading order within each cell.

    ink: uint8 (height, width), 255 where there is ink, rules erased.
    """
    contours, _ = cv2.findContours(ink, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    boxes = np.array([cv2.boundingRect(c) for c in contours], np.int32).reshape(-1, 4)
    keep = (boxes[:, 3] <= _TALLEST * dpi) & (boxes[:, 2] <= _WIDEST * dpi)
    boxes = boxes[keep]
    small = (boxes[:, 3] < _SMALL * dpi) & (boxes[:, 2] < 2.5 * _SMALL * dpi)
    # Stamps and headings are grouped apart: a tall letter would tie the lines of small print it stands across.
    tall = ~small & (boxes[:, 3] > _tall(boxes[~small], dpi))
    letters = boxes[~small & ~tall]
    groups = _group(letters, boxes[small], cells, ink.shape, dpi)
    upright: list[Column] = []
    # Once a stamp's outer lines are taken off, the inner ones stand free.
    for _ in range(_STAMP_ROUNDS):
        found = _upright(letters, groups, cells, dpi, upright)
        if not found:
            break
        upright += found
        letters = np.delete(letters, np.concatenate([column.members for column in found]), axis=0)
        groups = _group(letters, boxes[small], cells, ink.shape, dpi)
    faint = _faint_columns(ink, upright, groups, letters, cells, dpi)
    if faint:
        upright += faint
        inside = np.array([any(f.box.contains(Box(*b)) for f in faint) for b in letters.tolist()], bool)
        letters = letters[~inside]
        groups = _group(letters, boxes[small], cells, ink.shape, dpi)
    groups = _with_small(groups, boxes[small], cells, dpi)
    groups = join_hanging(join_over_stops(groups, boxes[small], cells, dpi), cells, dpi)
    groups = with_ends(groups, letters, boxes[small], cells, dpi)
    groups += _group(boxes[tall], boxes[:0], cells, ink.shape, dpi)
    lines = [_line(box, cells, rules, dpi) for box in groups if not _is_crumb(box, groups, cells, dpi)]
    lines += [TextLine(u.box, cells.at(*u.box.center), sideways=True, tilt=u.tilt) for u in upright]
    return sorted(lines, key=lambda t: (-1 if t.cell is None else t.cell, t.box.y, t.box.x))


def _faint_columns(
    ink: Pixels,
    known: Sequence[Column],
    groups: Sequence[Box],
    letters: NDArray[np.int32],
    cells: CellMap,
    dpi: float,
) -> list[Column]:
    """Text on end whose characters fell apart in the scan: looked for where their pieces are grown together again."""
    rest = ink.copy()
    counts = [int(c) for c in members_of(letters, groups)]
    for box in [*(c.box for c in known), *(g for g, count in zip(groups, counts, strict=True) if count > _LONG_LINE)]:
        rest[box.y : box.bottom, box.x : box.right] = 0
    side = max(3, round(_APART * dpi)) | 1
    grown = cv2.morphologyEx(rest, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
    contours, _ = cv2.findContours(grown, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    boxes = np.array([cv2.boundingRect(c) for c in contours], np.int32).reshape(-1, 4)
    largest = _tall(letters, dpi)
    boxes = boxes[(boxes[:, 2:].max(axis=1) >= _SMALL * dpi) & (boxes[:, 2:].max(axis=1) <= largest)]
    # Figures that stand upright side by side grow together to what looks like a letter on its side.
    tall = (letters[:, 3] >= letters[:, 2]) & (letters[:, 3] >= _FIGURE_HEIGHT * dpi)
    figures = np.array(members_of(letters[tall], [Box(*b) for b in boxes.tolist()]), np.int64)
    return _upright(boxes[figures < _FIGURES], groups, cells, dpi)


def _upright(
    letters: NDArray[np.int32], level: Sequence[Box], cells: CellMap, dpi: float, known: Sequence[Column] = ()
) -> list[Column]:
    """Text that runs up or down; it knows no cells: stamps stand anywhere. Only the column of a table is none."""
    nowhere = CellMap.none()
    none = np.zeros((0, 4), np.int32)

    def group(boxes: NDArray[np.int32]) -> list[Box]:
        width, height = (boxes[:, :2] + boxes[:, 2:]).max(axis=0)
        return _group(boxes, none, nowhere, (int(height) + 2, int(width) + 2), dpi)

    found = sideways_lines(letters, level, group, dpi, known)
    return [column for column in found if not _is_of_table(letters[column.members], cells)]


def _is_of_table(characters: NDArray[np.int32], cells: CellMap) -> bool:
    """Whether the characters under one another stand in a cell each, or two or three of them."""
    middles = characters[:, :2] + characters[:, 2:] / 2
    met = len(np.unique(cells.at_all(middles[:, 0], middles[:, 1])))
    return met >= _CELLS and len(characters) < _IN_CELL * met


def _tall(boxes: NDArray[np.int32], dpi: float) -> float:
    """Height in pixels from which a character is far larger than the page's others."""
    usual = float(np.median(boxes[:, 3])) if len(boxes) else 0.0
    return 2.4 * max(usual, _LEAST_HEIGHT * dpi)


def _group(
    boxes: NDArray[np.int32], pieces: NDArray[np.int32], cells: CellMap, shape: tuple[int, ...], dpi: float
) -> list[Box]:
    """Characters smeared into lines twice: by their own height, then by that of the words so found.

    pieces: too small for characters; where print has fallen apart they hold its words together.
    """
    every = np.concatenate([boxes, pieces])
    reach = np.maximum(every[:, 3], _LEAST_HEIGHT * dpi) * 0.3
    alone = set(map(tuple, pieces.tolist()))
    groups = _smear(every, reach, cells, shape, dpi)
    words = [Box.around(g) for g in groups if any((b.x, b.y, b.width, b.height) not in alone for b in g)]
    if not words:
        return []
    arrays = np.array([b.as_list() for b in words], np.int32)
    heights = np.maximum(arrays[:, 3], _LEAST_HEIGHT * dpi)
    return [Box.around(g) for g in _smear(arrays, heights * _GAP / 2, cells, shape, dpi)]


def _smear(
    boxes: NDArray[np.int32], reach: NDArray[np.floating], cells: CellMap, shape: tuple[int, ...], dpi: float
) -> list[list[Box]]:
    """Boxes joined that touch once each is drawn out left and right by its reach, never across a wall."""
    x, y, width, height = boxes.T.astype(np.float64)
    left, right = _between_walls(cells, x, y + height / 2, width, np.asarray(reach, np.float64))
    trim = 0.22 * height
    # Half resolution is enough to tell which boxes touch, and four times as fast.
    tops = ((y + trim) / 2).astype(np.int64)
    bottoms = np.maximum(tops + 1, ((y + height - trim) / 2).astype(np.int64))
    starts, ends = np.maximum(0, (left / 2).astype(np.int64)), (right / 2).astype(np.int64) + 1
    if len(boxes) <= _FEW:
        labels = _touching(tops, bottoms, starts, ends)
    else:
        middles = np.minimum(shape[1] // 2 + 1, ((x + width / 2) / 2).astype(np.int64))
        labels = _painted(tops, bottoms, starts, ends, middles, (shape[0] // 2 + 2, shape[1] // 2 + 2))
    groups: dict[int, list[Box]] = {}
    for label, values in zip(labels.tolist(), boxes.tolist(), strict=True):
        groups.setdefault(label, []).append(Box(*values))
    return list(groups.values())


def _touching(tops: Places, bottoms: Places, starts: Places, ends: Places) -> NDArray[np.int32]:
    """Which of a few areas hang together, edge to edge or one over the other: a label each."""
    beside = np.minimum(ends[:, None], ends) - np.maximum(starts[:, None], starts)
    level = np.minimum(bottoms[:, None], bottoms) - np.maximum(tops[:, None], tops)
    # Corner to corner they do not.
    touching = (beside >= 0) & (level >= 0) & (beside + level > 0)
    return np.asarray(connected_components(csr_array(touching), directed=False)[1], np.int32)


def _painted(
    tops: Places, bottoms: Places, starts: Places, ends: Places, middles: Places, shape: tuple[int, int]
) -> NDArray[np.int32]:
    """As `_touching`, for many areas: painted, and the parts of the picture told. middles: a column in each."""
    canvas = np.zeros(shape, np.uint8)
    for top, bottom, start, end in zip(tops.tolist(), bottoms.tolist(), starts.tolist(), ends.tolist(), strict=True):
        canvas[top:bottom, start:end] = 255
    _, labels = cv2.connectedComponentsWithAlgorithm(canvas, 4, cv2.CV_32S, cv2.CCL_SAUF)
    return np.asarray(labels[np.minimum(shape[0] - 1, (tops + bottoms) // 2), middles], np.int32)


def _between_walls(
    cells: CellMap,
    x: NDArray[np.float64],
    middle: NDArray[np.float64],
    width: NDArray[np.float64],
    reach: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far boxes may be drawn out left and right without leaving their cells. middle: of their heights."""
    here = cells.at_all(x + width / 2, middle, over=True)
    left, right = x - reach, x + width + reach
    # Outside all cells a box is not drawn out into one.
    left_out = np.where(cells.at_all(left, middle, over=True) >= 0, x, left)
    right_out = np.where(cells.at_all(right, middle, over=True) >= 0, x + width, right)
    if not cells.cells:
        return left_out, right_out
    walls = cells.spans[here]
    left_in = np.maximum(left, np.minimum(x, walls[:, 0]))
    right_in = np.minimum(right, np.maximum(x + width, walls[:, 1]))
    return np.where(here >= 0, left_in, left_out), np.where(here >= 0, right_in, right_out)


def _with_small(groups: list[Box], small: NDArray[np.int32], cells: CellMap, dpi: float) -> list[Box]:
    """Points, commas and dashes added to the line they belong to; a speck near no line is left out."""
    if not groups or not len(small):
        return groups
    near = 0.05 * dpi
    lines = np.array([[g.x, g.y, g.right, g.bottom] for g in groups], np.float64)
    heights = lines[:, 3] - lines[:, 1]
    extra: dict[int, list[Box]] = {}
    for x, y, w, h in small.tolist():
        if w * h < (_SPECK * dpi) ** 2:
            continue
        middle = y + h / 2
        level = (middle > lines[:, 1] - 0.1 * heights) & (middle < lines[:, 3] + 0.3 * heights)
        gap = np.maximum(np.maximum(lines[:, 0] - (x + w), x - lines[:, 2]), 0)
        gap = np.where(level, gap, np.inf)
        k = int(np.argmin(gap))
        if gap[k] <= near and cells.at(x + w / 2, middle) == cells.at(*groups[k].center):
            extra.setdefault(k, []).append(Box(x, y, w, h))
    return [Box.around([g, *extra.get(k, [])]) for k, g in enumerate(groups)]


def _is_crumb(box: Box, groups: Sequence[Box], cells: CellMap, dpi: float) -> bool:
    """Whether a thin upright stroke is what is left of a rule: no letter is so thin, or it stands against a wall.

    An I against a wall is as high as the text beside it.
    """
    if box.width > 0.035 * dpi or box.height < 2 * box.width:
        return False
    cell = cells.at(*box.center)
    if cell is None:
        return box.height > 5 * box.width
    wall = cells.cells[cell].box
    near = min(box.x - wall.x, wall.right - box.right)
    if near >= 0.035 * dpi:
        return False
    slack = _LEVEL * box.height
    level = any(g != box and abs(g.y - box.y) <= slack and abs(g.bottom - box.bottom) <= slack for g in groups)
    return not level or near < _AT_WALL * dpi


def _line(box: Box, cells: CellMap, rules: Sequence[Rule], dpi: float) -> TextLine:
    reach = 0.04 * dpi
    under = any(
        not r.vertical
        and abs(r.box.center[1] - box.bottom) <= reach
        and r.box.overlap_x(box) > 0.8 * box.width
        and r.box.width < 1.15 * box.width + reach
        for r in rules
    )
    return TextLine(box, cells.at(*box.center), under)
