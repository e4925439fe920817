"""Places on a page that may be frames of checkboxes: strokes that face each other, rings, and what is in line."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.page import Pixels
from digitizer.imaging.frame_evidence import SAME, Boxes, Sums
from digitizer.imaging.letters import components
from digitizer.imaging.morphology import close_along, open_along

# Inches. A frame is printed for a pen: 2 to 8 mm, and a little for the scan.
_SIDE = (0.07, 0.36)
_STROKE, _MEND = 0.045, 0.012
"""The shortest stroke that may be left of a side; gaps in it that are closed."""
_THICKEST = 0.05
_OBLONG = 2.6
"""Longer to shorter side, at the most."""
UNEVEN = 0.15
"""Of a side, by which the ends of two facing strokes may differ."""
_LEAST, LEAST_ROUND = 0.62, 0.85
"""Of four sides, or of a round one, how much is there at the least."""
_ALL_ROUND = 0.97
"""Of a ring, how much is there where most known frames are rings."""
_PALE, _MOSTLY = 225, 0.6
"""Grey below which a thin straight stroke or a lone shape is print; the share of it that may count as ink already."""
_SIZES = 2
"""Sizes of a page's frames in whose columns and rows others are looked for."""
_ENOUGH, _HAIR = 200.0, 70
"""Dots per inch that are enough to find frames; the share of ink, of 255, that a coarser pixel must have."""


def coarse(ink: Pixels, dpi: float) -> tuple[Pixels, float]:
    """The ink at a resolution that is enough for frames, and its scale against what it was."""
    scale = min(1.0, _ENOUGH / dpi)
    if scale == 1.0:
        return ink, 1.0
    size = max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale))
    small = cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.threshold(small, _HAIR, 255, cv2.THRESH_BINARY)[1], np.uint8), scale


def with_pale_strokes(pixels: Pixels, ink: Pixels, dpi: float) -> Pixels:
    """Ink with thin straight strokes and lone shapes too pale to count as ink, as frames are printed in grey or colour.

    pixels: uint8 grey of the straightened page, paper evened to 255; ink: alike, 255 where there is ink.
    """
    pale = np.asarray(cv2.threshold(pixels, _PALE, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)
    labels, stats = components(pale)
    inked = np.bincount(labels.ravel(), weights=ink.ravel() > 0, minlength=len(stats))
    fits = _is_sized(stats[:, 2], stats[:, 3], dpi) & (inked < _MOSTLY * stats[:, cv2.CC_STAT_AREA])
    fits[0] = False
    alone = np.where(fits[labels], np.uint8(255), np.uint8(0))
    # What goes along ink is its soft edge.
    pale = np.asarray(cv2.subtract(pale, cv2.dilate(ink, np.ones((3, 3), np.uint8))), np.uint8)
    length, thick = max(5, round(_STROKE * dpi)), round(_THICKEST * dpi)
    for vertical in (False, True):
        runs = open_along(pale, length, vertical)
        alone |= np.asarray(cv2.subtract(runs, open_along(runs, thick, not vertical)), np.uint8)
    return np.asarray(cv2.bitwise_or(ink, alone), np.uint8)


def _is_sized(width: NDArray[np.integer[Any]], height: NDArray[np.integer[Any]], dpi: float) -> NDArray[np.bool_]:
    shorter, longer = np.minimum(width, height), np.maximum(width, height)
    fits = (shorter >= _SIDE[0] * dpi) & (longer <= _SIDE[1] * dpi) & (longer <= _OBLONG * shorter)
    return np.asarray(fits, np.bool_)


def candidates(ink: Pixels, sums: Sums, dpi: float) -> Boxes:
    """All places of a checkbox's size that have most of four sides, or of a ring: (n, 4)."""
    turned = np.ascontiguousarray(ink.T)
    level = _facing(turned, dpi)[:, [1, 0, 3, 2]]
    found: Boxes = np.unique(np.vstack([_facing(ink, dpi), level, _parts(ink, dpi)]), axis=0)
    if not len(found):
        return found
    sides = sums.sides(found)
    kept = (sides.mean(axis=1) >= _LEAST) & (np.sort(sides, axis=1)[:, 2] >= _LEAST)
    kept |= sums.rings(found) >= LEAST_ROUND
    return np.asarray(found[kept], np.int64)


def in_line(sums: Sums, known: Boxes) -> Boxes:
    """Places as large as most of the known frames and in a column or row of theirs that have most of four sides."""
    found = [known[:0]]
    page_height, page_width = sums.thick.shape
    for same in _by_size(known):
        width, height = np.median(same[:, 2:], axis=0).astype(np.int64).tolist()
        is_round = float(np.median(sums.rings(same))) >= _ALL_ROUND
        for axis, end, reach in ((0, page_height - height, height // 2), (1, page_width - width, width // 2)):
            lines = np.unique(same[:, axis] // (2 * sums.wall), return_index=True)[1]
            for at in same[lines, axis].tolist():
                offsets, free = at + np.arange(-2 * sums.wall, 2 * sums.wall + 1), np.arange(max(1, end))
                fixed, moving = (grid.ravel() for grid in np.meshgrid(offsets, free, indexing="ij"))
                x, y = (fixed, moving) if axis == 0 else (moving, fixed)
                boxes = np.column_stack([x, y, np.full_like(x, width), np.full_like(x, height)])
                scores = sums.rings(boxes) if is_round else sums.sides(boxes).mean(axis=1)
                scores = scores.astype(np.float32).reshape(len(offsets), len(free))
                best = scores.max(axis=0)
                highest = cv2.dilate(best[None, :], np.ones((1, 2 * reach + 1), np.uint8))[0]
                peaks = np.flatnonzero((best >= _LEAST) & (best == highest))
                found.append(boxes[scores.argmax(axis=0)[peaks] * len(free) + peaks])
    return np.asarray(np.unique(np.vstack(found), axis=0), np.int64)


def _by_size(known: Boxes) -> list[Boxes]:
    """The known frames of each of the sizes that a page has most of."""
    sizes: list[Boxes] = []
    while len(known) and len(sizes) < _SIZES:
        near = np.abs(known[:, None, 2:] - known[None, :, 2:]) <= SAME * known[:, None, 2:] + 2
        alike = near.all(axis=2)
        most = alike[alike.sum(axis=1).argmax()]
        sizes.append(known[most])
        known = known[~most]
    return sizes


def _facing(ink: Pixels, dpi: float) -> Boxes:
    """Around every two upright strokes that begin and end about alike and are as far apart as a frame's sides."""
    strokes = _upright(ink, dpi)
    y, bottom = strokes[:, 1], strokes[:, 1] + strokes[:, 3]
    slack = UNEVEN * _SIDE[1] * dpi
    first = np.searchsorted(y, y - slack)
    counts = np.searchsorted(y, y + slack + 1) - first
    # Every stroke with every stroke that begins about as high, as two long rows of indices.
    i = np.repeat(np.arange(len(strokes)), counts)
    j = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(first, counts)
    width = strokes[j, 0] + strokes[j, 2] - strokes[i, 0]
    fits = (strokes[j, 0] > strokes[i, 0]) & (width >= _SIDE[0] * dpi) & (width <= _SIDE[1] * dpi)
    i, j, width = i[fits], j[fits], width[fits]
    top, end = np.minimum(y[i], y[j]), np.maximum(bottom[i], bottom[j])
    height = end - top
    off = np.maximum(np.abs(y[i] - y[j]), np.abs(bottom[i] - bottom[j]))
    fits = (height >= _SIDE[0] * dpi) & (height <= _SIDE[1] * dpi) & (off <= UNEVEN * height + 2)
    fits &= (width <= _OBLONG * height) & (height <= _OBLONG * width)
    boxes = np.column_stack([strokes[i, 0], top, width, height])[fits]
    # Where corners are round, the strokes are shorter than the frame.
    more = (boxes[:, 2] - boxes[:, 3]) // 2
    squared = (boxes + np.column_stack([0 * more, -more, 0 * more, 2 * more]))[more >= 2]
    return np.asarray(np.vstack([boxes, squared]), np.int64)


def _upright(ink: Pixels, dpi: float) -> Boxes:
    """Thin upright strokes, small gaps in them mended, by their tops.

    A mark that touches a side adds short runs to it; among the long runs alone the side is as thin as it was drawn.
    """
    mended = close_along(ink, max(3, round(_MEND * dpi)), vertical=True)
    found = []
    for length in (_STROKE, 2 * _STROKE):
        runs = open_along(mended, max(5, round(length * dpi)), vertical=True)
        found.append(np.asarray(components(runs)[1][1:, :4], np.int64))
    boxes = np.unique(np.vstack(found), axis=0)
    boxes = boxes[(boxes[:, 2] <= _THICKEST * dpi) & (boxes[:, 3] <= _SIDE[1] * dpi * (1 + UNEVEN))]
    return np.asarray(boxes[np.lexsort((boxes[:, 0], boxes[:, 1]))], np.int64)


def _parts(ink: Pixels, dpi: float) -> Boxes:
    """Parts of the ink that are of a checkbox's size by themselves: rings, and frames that were filled."""
    stats = components(ink)[1][1:]
    return np.asarray(stats[_is_sized(stats[:, 2], stats[:, 3], dpi), :4], np.int64)
