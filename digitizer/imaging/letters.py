"""The size of a page's print, measured: what lengths that describe print are shares of."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.page import Pixels

POINT = 1 / 72
_PRINT = (4.0, 40.0)
"""Points: heights of letters, from the smallest print that is read to headings."""
_SLENDER, _WIDE, _SOLID = 0.2, 2.5, 0.9
"""Of a letter: the least and the greatest width for its height; the share of its box that ink fills at the most."""
_FEW = 20
USUAL = 5.4
"""Points: how high letters are, small ones and capitals together (4.0 to 7.0 on six sets of scans, 5.4 the middle)."""


_PLAUSIBLE = (3.0, 10.0)
"""Points: what letters measure where a file's resolution is right; half or twice that no page does."""
_FITTING = 0.25
"""Of the parts that may be letters, how many are as high as letters where a file's resolution may be right: 0.35 of a
page of frames to be ticked, hardly any where it is wrong.
"""


def true_dpi(stated: float, stats: NDArray[np.int32]) -> float:
    """Dots per inch by the height of a page's letters, where the stated ones would make no page's print.

    stats: as letter_height takes them. Where a part of them would be print the file stands: frames to be ticked and
    drawings are larger than letters.
    """
    letter = letter_height(stats, stated)
    low, high = (points * POINT * stated for points in _PLAUSIBLE)
    heights = stats[_may_be_letters(stats, stated), 3]
    fitting = (heights >= low) & (heights <= high)
    if low <= letter <= high or np.count_nonzero(fitting) >= _FITTING * len(heights):
        return stated
    return letter / (USUAL * POINT)


def components(ink: Pixels) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Connected parts of ink: labels, int32 (height, width), and boxes with areas, int32 (n, 5); the first is paper."""
    # Grana's algorithm takes a third of the default's time on one thread.
    _, labels, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(ink, 8, cv2.CV_32S, cv2.CCL_GRANA)
    return np.asarray(labels, np.int32), np.asarray(stats, np.int32)


def letter_height(stats: NDArray[np.int32], dpi: float) -> float:
    """The middle height in pixels of what may be letters.

    stats: int (n, 5): left, top, width, height, area of connected parts, the first of which is no part. dpi: as the
    file has it; it says only what is too large or too small for print, and what is usual on a page of few letters.
    """
    letters = _may_be_letters(stats, dpi)
    if np.count_nonzero(letters) < _FEW:
        return USUAL * POINT * dpi
    # Counted by their height: broken print has more pieces than letters.
    heights = np.sort(stats[letters, 3])
    return float(heights[np.searchsorted(np.cumsum(heights), heights.sum() / 2)])


def _may_be_letters(stats: NDArray[np.int32], dpi: float) -> NDArray[np.bool_]:
    """Which parts have the size and shape of letters; the first is none."""
    width, height, area = stats[:, 2], stats[:, 3], stats[:, 4]
    letters = (height >= _PRINT[0] * POINT * dpi / 2) & (height <= _PRINT[1] * POINT * dpi)
    letters &= (width >= _SLENDER * height) & (width <= _WIDE * height) & (area < _SOLID * width * height)
    letters[0] = False
    return np.asarray(letters, np.bool_)
