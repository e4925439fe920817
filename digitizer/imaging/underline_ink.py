"""Takes underlines out of the ink to the pixel: letters keep their feet, and no bits of the line stay between them."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

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
_LONGEST = 0.5
"""The feet of a word's letters may run together so far."""
_THICKEST = 0.025
"""Thicker lines are none that letters are set on."""
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
    if edges is None or edges[1] > _THICKEST * dpi:
        return
    left, right = max(0, box.x - beyond), min(ink.shape[1], box.right + beyond)
    columns = np.arange(left - box.x, right - box.x)
    upper = np.interp(columns, *edges[0])
    lower = upper + edges[1] - 1
    rows = np.arange(bottom - top)[:, None]
    own, before = told[top:bottom, left:right], ink[top:bottom, left:right]
    inside = slice(box.x - left, box.right - left)
    above = np.where(rows < upper - 0.5, before, np.uint8(0)).astype(np.uint8)
    feet = _of_letters(above, own)
    # Of a double line the other one, and a line that bends more than its edge was seen to.
    feet[open_along(feet, round(_LONGEST * dpi)) > 0] = 0
    own[:, inside] |= feet[:, inside]
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
    filled = band > 0
    met = filled[first:last][::-1]
    row, columns = last - 1 - met.argmax(axis=0), np.arange(band.shape[1])
    upward = _run_lengths(filled)[row, columns]
    high = np.where(met.any(axis=0), upward + _run_lengths(filled[::-1])[::-1][row, columns] - 1, 0)
    at = row + 1 - upward
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
    between = np.interp(columns, x, at[free])
    local = median_filter(between, 2 * round(_LOCAL * dpi) + 1, mode="nearest")[x]
    return (x, local), thick


def _run_lengths(filled: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Of each pixel, how many filled ones stand above it without a gap, itself among them; 0 where it is not filled."""
    lengths = filled.astype(np.int64)
    for y in range(1, len(lengths)):
        lengths[y] *= lengths[y - 1] + 1
    return lengths


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


def _of_letters(ink: Pixels, strokes: Pixels) -> Pixels:
    """Ink without the frayed edge of a line: what goes on from none of the strokes, or not up to the first row."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    kept = np.zeros(len(stats), bool)
    kept[np.unique(labels[strokes > 0])] = True
    kept &= stats[:, 1] == 0
    kept[0] = False
    return np.where(kept[labels], ink, np.uint8(0))
