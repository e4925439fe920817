"""The angle at which a page lies, from its rules where there are any and from its text lines where none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitizer.document.page import Pixels

_WIDEST = 12.0  # Degrees to either side that are searched.
_POINTS = 40_000


def find_slope(ink: Pixels) -> float:
    """The slope (dy/dx, y downward) of the page's lines; 0 where it has none. ink: 255 on 0, (height, width).

    Lower edges of ink gather on baselines and rules: the angle at which they gather most is the page's. At first each
    of several strips is looked at by itself: a line of one column and the next line of another can lie on one straight
    line across the page, at a wrong angle.
    """
    edges = (ink[:-1] > 0) & (ink[1:] == 0)
    ys, xs = np.nonzero(edges)
    if len(xs) < 50:
        return 0.0
    width = ink.shape[1]
    degrees = 0.0
    for span, step, strips in ((_WIDEST, 0.5, 8), (0.6, 0.15, 3), (0.2, 0.04, 1)):
        degrees = _best(xs, ys, np.arange(degrees - span, degrees + span + step / 2, step), width / strips)
    return float(np.tan(np.radians(degrees)))


def _best(xs: NDArray[np.int64], ys: NDArray[np.int64], angles: NDArray[np.float64], strip_width: float) -> float:
    """Of these angles that at which the points gather most, strip by strip; found between the grid's steps."""
    step = -(-len(xs) // _POINTS)
    xs, ys = xs[::step], ys[::step]
    strip = (xs / strip_width).astype(np.int32)
    x = (xs - (strip + 0.5) * strip_width).astype(np.float32)
    reach = strip_width / 2 * np.tan(np.radians(np.abs(angles).max())) + 1
    high = int(ys.max() + 2 * reach) + 2
    y = (ys + reach + strip * high).astype(np.float32)
    scores = np.empty(len(angles))
    for index, angle in enumerate(angles):
        rows = (y - x * np.float32(np.tan(np.radians(angle)))).astype(np.int32)
        counts = np.bincount(rows).astype(np.float64)
        # Differences, not the counts themselves: an even grey of specks must not count.
        scores[index] = float(np.square(np.diff(counts)).sum())
    top = int(scores.argmax())
    shift = 0.0
    if 0 < top < len(angles) - 1:
        left, middle, right = scores[top - 1 : top + 2]
        bend = left - 2 * middle + right
        shift = 0.5 * (left - right) / bend if bend < 0 else 0.0
    return float(angles[top] + shift * (angles[1] - angles[0]))
