"""The angle at which a page lies, from its rules where there are any and from its text lines where none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitizer.document.page import Pixels

_WIDEST = 12.0  # Degrees to either side that are searched.
_COARSE_STEP = 0.5
_COARSE_POINTS = 12_000
_FINE_POINTS = 60_000


def find_slope(ink: Pixels) -> float:
    """The slope (dy/dx, y downward) of the page's lines; 0 where it has none. ink: 255 on 0, (height, width).

    Lower edges of ink gather on baselines and rules: the angle at which they gather most is the page's.
    """
    edges = (ink[:-1] > 0) & (ink[1:] == 0)
    ys, xs = np.nonzero(edges)
    if len(xs) < 50:
        return 0.0
    x, y = (xs - ink.shape[1] / 2).astype(np.float32), ys.astype(np.float32)
    degrees, _ = _best(x, y, np.arange(-_WIDEST, _WIDEST + 0.01, _COARSE_STEP), _COARSE_POINTS, ink.shape[1] / 300)
    for span, step in ((0.6, 0.1), (0.12, 0.02)):
        degrees, _ = _best(x, y, np.arange(degrees - span, degrees + span + step / 2, step), _FINE_POINTS, 1.0)
    return float(np.tan(np.radians(degrees)))


def _best(
    x: NDArray[np.float32], y: NDArray[np.float32], angles: NDArray[np.float64], points: int, bin_height: float
) -> tuple[float, float]:
    """The best of these angles, between the grid's steps, and how much the points gather there."""
    step = max(1, len(x) // points)
    x, y = x[::step] / bin_height, y[::step] / bin_height
    reach = float(np.abs(x).max()) * np.tan(np.radians(_WIDEST + 2)) + 2
    scores = np.empty(len(angles))
    for index, angle in enumerate(angles):
        rows = (y - x * np.float32(np.tan(np.radians(angle))) + np.float32(reach)).astype(np.int32)
        counts = np.bincount(rows).astype(np.float64)
        # Differences, not the counts themselves: an even grey of specks must not count.
        scores[index] = float(np.square(np.diff(counts)).sum())
    top = int(scores.argmax())
    shift = 0.0
    if 0 < top < len(angles) - 1:
        left, middle, right = scores[top - 1 : top + 2]
        bend = left - 2 * middle + right
        shift = 0.5 * (left - right) / bend if bend < 0 else 0.0
    return float(angles[top] + shift * (angles[1] - angles[0])), float(scores[top])
