"""Takes underlines out of the ink to the pixel: letters keep their feet, and no bits of the line stay between them."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.geometry import Box
from digitizer.document.page import Pixels
from digitizer.imaging.morphology import open_along

# Inches.
_AROUND = 0.03
"""Above and below an underline, in which its edges are looked for."""
_BEYOND = 0.15
"""Beyond an underline's ends: print leaves it out under the foot of a y, and it goes on behind that."""
_FRAY = 1
"""Pixels by which an edge may be off."""
_FRAYED = 2
"""Pixels: what is no higher and stands on an underline by itself is a bump of its edge, no stop."""
_TAIL = 0.035
"""Width of a comma's tail at the most."""
_THIN = 15
"""Per cent of an underline's columns in which nothing stands on it, at the least."""
_RUNS = 0.07
"""What is as long and runs along the line is none of a letter's strokes."""
_LOCAL = 0.1
"""Left and right of a place, in which the edge is as high as there."""
_FEWEST = 0.2
"""Columns, in inches, that it takes to tell an edge."""


def take_out(erased: Pixels, ink: Pixels, underlines: Sequence[Box], walls: Sequence[Box], dpi: float) -> Pixels:
    """The ink without underlines, what was taken of the letters on them put back.

    erased: the page's ink without its rules, as far as these are told from letters roughly; ink: with them; both uint8
    (height, width), 255 where there is ink. walls: the upright rules, of which nothing is put back.
    """
    told, letters = erased.copy(), ink.copy()
    for wall in walls:
        letters[wall.y : wall.bottom, max(0, wall.x - _FRAY) : wall.right + _FRAY] = 0
    for box in underlines:
        _take_one(told, letters, box, dpi)
    return told


def _take_one(told: Pixels, ink: Pixels, box: Box, dpi: float) -> None:
    around, beyond = max(3, round(_AROUND * dpi)), round(_BEYOND * dpi)
    top, bottom = max(0, box.y - around), min(ink.shape[0], box.bottom + around)
    edges = _edges(ink[top:bottom, box.x : box.right], box.y - top, box.bottom - top, dpi)
    if edges is None:
        return
    left, right = max(0, box.x - beyond), min(ink.shape[1], box.right + beyond)
    columns = np.arange(left - box.x, right - box.x)
    upper = np.interp(columns, *edges[0])
    lower = upper + edges[1] - 1
    rows = np.arange(bottom - top)[:, None]
    own, before = told[top:bottom, left:right], ink[top:bottom, left:right]
    inside = slice(box.x - left, box.right - left)
    above = np.where(rows < upper - 0.5, before, np.uint8(0)).astype(np.uint8)
    own[:, inside] |= _without_fray(above)[:, inside]
    own[:, inside] |= _tails(before, rows >= upper - 0.5, round(_TAIL * dpi))[:, inside]
    line = (rows >= upper - 0.5) & (rows <= lower + 2 * _FRAY)
    # What runs on along the line is of the line, whatever stands on it.
    own[line & (open_along(own, round(_RUNS * dpi)) > 0)] = 0
    _, labels, stats, _ = cv2.connectedComponentsWithStats(own, connectivity=8)
    ends = stats[:, 1] + stats[:, 3]
    low, high = float(upper.min()) - _FRAY, float(lower.max()) + _FRAY
    bits = ((stats[:, 1] >= low) | (stats[:, 3] <= _FRAYED) & (ends >= low)) & (ends <= high + 1)
    bits[0] = False
    own[bits[labels]] = 0


def _edges(
    band: Pixels, first: int, last: int, dpi: float
) -> tuple[tuple[NDArray[np.int64], NDArray[np.float64]], float] | None:
    """Columns in which an underline's upper edge can be seen with its row there, and its thickness; None for too few.

    band: the ink around it; first, last: the rows between which it was found.
    """
    # The runs of ink that cross its rows, where they are no higher than it can be: letters stand on the others.
    heights, tops = [], []
    for column in range(band.shape[1]):
        filled = band[:, column] > 0
        rows = np.flatnonzero(filled[first:last]) + first
        if not len(rows):
            heights.append(0)
            tops.append(0)
            continue
        start = end = int(rows[-1])
        while start > 0 and filled[start - 1]:
            start -= 1
        while end + 1 < len(filled) and filled[end + 1]:
            end += 1
        heights.append(end + 1 - start)
        tops.append(start)
    high, at = np.array(heights), np.array(tops)
    free = (high > 0) & (high <= last - first) & (at > 0) & (at + high < band.shape[0])
    if free.sum() < _FEWEST * dpi:
        return None
    # Feet that run together along the line thicken it in most columns; between words it stands alone.
    free &= np.abs(high - np.percentile(high[free], _THIN)) <= _FRAY
    thick = float(np.median(high[free]))
    x = np.flatnonzero(free)
    if len(x) < _FEWEST * dpi:
        return None
    # Paper that moved in the scanner bends a line: each place has its own edge.
    reach = round(_LOCAL * dpi)
    local = np.array([np.median(at[free][np.abs(x - k) <= reach]) for k in x.tolist()])
    return (x, local), thick


def _tails(ink: Pixels, under: NDArray[np.bool_], widest: int) -> Pixels:
    """Tails of commas and the like, for which print leaves the underline out: narrow, and going on from above.

    under: where the underline and what lies below it are.
    """
    below = np.where(under, ink, np.uint8(0))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(below, connectivity=8)
    hanging = np.zeros(len(stats), bool)
    hanging[np.unique(labels[1:][(ink[:-1] > 0) & ~under[:-1]])] = True
    tails = hanging & (stats[:, 2] <= widest) & (stats[:, 3] > 1)
    tails[0] = False
    return np.where(tails[labels], below, np.uint8(0))


def _without_fray(ink: Pixels) -> Pixels:
    """Ink without what is a single pixel high: the frayed edge of a line."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    kept = stats[:, 3] > 1
    kept[0] = False
    return np.where(kept[labels], ink, np.uint8(0))
