"""Rotation, shear and perspective of a page from its long printed rules."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.page import Pixels

Matrix = NDArray[np.float64]

_SHORTEST = 1.2  # Inches: the shortest rule that is measured.
_PIECE = 0.4  # Inches: the shortest straight piece that belongs to a rule.
_STEEPEST = 0.05  # Slope beyond which a line is no rule of a page that was levelled before.
_SPREAD = 0.35  # Share of the page over which rules must be spread to tell of perspective.
_LEAST_TILT = 0.0025  # Difference of slope from end to end of the page that is left alone (0.14 degrees).
_LEAST_SHEAR = 0.0008  # Radians.
_SURE = 4.0  # Standard errors.
_LEVEL_ERROR = 6e-4  # Slope; rules that agree less closely than that tell the angle worse than lines of text do.


@dataclass(frozen=True, slots=True)
class Lines:
    """Straight rules of one direction, told as if level: y = middle + slope * (x - centre).

    ends: float (n, 2, 2): both ends as x, y; rough: float (n,): mean distance in pixels of the ink from the line.
    """

    ends: NDArray[np.float64]
    rough: NDArray[np.float64]

    @property
    def lengths(self) -> NDArray[np.float64]:
        return np.asarray(self.ends[:, 1, 0] - self.ends[:, 0, 0])


@dataclass(frozen=True, slots=True)
class _Trend:
    """slope(place) = slope + change * (place - middle).

    slope, error: mean of the lines' slopes and its standard error if they are all alike; change, change_error: how much
    steeper they get from pixel to pixel; spread: share of the page over which they lie; length: of all of them in
    pixels; lines: how many.
    """

    slope: float = 0.0
    error: float = np.inf
    middle: float = 0.0
    change: float = 0.0
    change_error: float = np.inf
    spread: float = 0.0
    length: float = 0.0
    lines: int = 0

    def at_centre(self, tilted: bool) -> float:
        """The slope in the middle of the page: reckoned on to there only if the lines are known to converge."""
        return self.slope - self.change * self.middle if tilted else self.slope


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What the rules are sure of: rotation, shear, lines that converge sideways (tilt_down) or upward (tilt_across)."""

    turn: bool
    shear: bool
    tilt_down: bool
    tilt_across: bool


def measure(ink: Pixels, dpi: float) -> Matrix:
    """The mapping (3x3, about the page's own corner) that makes its rules level and upright; identity without rules.

    ink: 255 on 0, (height, width), of a page levelled to within a degree or so.
    """
    height, width = ink.shape
    level = find_lines(ink, dpi)
    upright = find_lines(np.ascontiguousarray(ink.T), dpi)
    centre = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
    found = np.eye(3)
    across, down = _moved(level.ends, centre), _moved(upright.ends[:, :, ::-1], centre)
    evidence: _Evidence | None = None
    for _ in range(3):
        trends = _trend(across, level, height), _trend(down[:, :, ::-1], upright, width)
        evidence = evidence or _weigh(*trends, width, height)
        step = _correction(*trends, evidence)
        found = step @ found
        across, down = _moved(across, step), _moved(down, step)
    return np.asarray(np.linalg.inv(centre) @ found @ centre)


def find_lines(ink: Pixels, dpi: float) -> Lines:
    """The long level rules, each with a straight line through the middle of its ink."""
    thick = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    pieces = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, max(5, round(_PIECE * dpi))), np.uint8))
    pieces = cv2.morphologyEx(pieces, cv2.MORPH_CLOSE, np.ones((1, max(3, round(0.05 * dpi)) | 1), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(pieces, 8, cv2.CV_32S, cv2.CCL_GRANA)
    ends, rough = [], []
    for part in np.nonzero(stats[:, 2] >= _SHORTEST * dpi)[0]:
        x, y, wide, tall, _ = (int(v) for v in stats[part])
        if part == 0 or tall > 0.05 * dpi + _STEEPEST * wide:
            continue
        own = (labels[y : y + tall, x : x + wide] == part) & (ink[y : y + tall, x : x + wide] > 0)
        line = _fit(own)
        if line is not None:
            slope, start, off = line
            ends.append([[x, y + start], [x + wide, y + start + slope * wide]])
            rough.append(off)
    return Lines(np.array(ends, dtype=np.float64).reshape(-1, 2, 2), np.array(rough, dtype=np.float64))


def _fit(own: NDArray[np.bool_]) -> tuple[float, float, float] | None:
    """Slope, height at the left end and roughness of a rule's ink, bool (height, width); None if it is not straight."""
    counts = own.sum(axis=0)
    columns = np.nonzero(counts)[0]
    if len(columns) < 0.5 * own.shape[1]:
        return None
    rows = np.arange(own.shape[0], dtype=np.float64) + 0.5
    middles = (rows @ own[:, columns]) / counts[columns]
    places = columns + 0.5
    keep = np.ones(len(columns), np.bool_)
    for _ in range(3):
        x, y = places[keep], middles[keep]
        centre, spread = x.mean(), x - x.mean()
        slope = float(spread @ y / (spread @ spread))
        start = float(y.mean() - slope * centre)
        off = np.abs(middles - start - slope * places)
        keep = off <= max(0.75, 2.0 * float(np.partition(off, len(off) // 2)[len(off) // 2]))
        if keep.sum() < 0.6 * len(columns):
            return None
    rough = float(off[keep].mean())
    return (slope, start, rough) if rough <= 1.0 else None


def _trend(ends: NDArray[np.float64], lines: Lines, extent: int) -> _Trend:
    """How the slope of level lines depends on their height. ends: (n, 2, 2) about the middle of the page."""
    if len(ends) == 0:
        return _Trend()
    run = ends[:, 1, 0] - ends[:, 0, 0]
    slopes = (ends[:, 1, 1] - ends[:, 0, 1]) / run
    places = ends[:, :, 1].mean(axis=1)
    weights = (run / (0.3 + lines.rough)) ** 2
    for _ in range(3):
        middle = float(np.average(places, weights=weights))
        slope = float(np.average(slopes, weights=weights))
        scatter = float((weights * (places - middle) ** 2).sum()) + 1e-9
        change = float((weights * (places - middle) * (slopes - slope)).sum()) / scatter
        off = slopes - slope - change * (places - middle)
        # A line that is not the form's (a stroke, a stamp's frame) must not turn the page.
        bound = 3 * float(np.median(np.abs(off))) + 2e-4
        weights = np.where(np.abs(off) <= bound, weights, 0.0)
    used = weights > 0
    count = float(weights.sum() ** 2 / np.square(weights).sum())
    flat = max(float(np.average((slopes - slope) ** 2, weights=weights)), 1e-8)
    bent = max(float(np.average(off**2, weights=weights)), 1e-8)
    return _Trend(
        slope=slope,
        error=float(np.sqrt(flat / count)),
        middle=middle,
        change=change,
        change_error=float(np.sqrt(bent * weights.sum() / count / scatter)),
        spread=float(np.ptp(places[used])) / extent,
        length=float(run[used].sum()),
        lines=int(used.sum()),
    )


def _weigh(across: _Trend, down: _Trend, width: int, height: int) -> _Evidence:
    """What the rules are sure of; a page without tilt must not be bent after a few crooked strokes."""
    level = across.length >= 1.2 * width and across.lines >= 3
    upright = down.length >= 0.3 * height and down.lines >= 2
    tilt_down, tilt_across = level and _is_sure(across, height), upright and _is_sure(down, width)
    turn = level and (tilt_down or across.error < _LEVEL_ERROR)
    lean = abs(down.at_centre(tilt_across) + across.at_centre(tilt_down))
    error = np.hypot(0.0 if tilt_down else across.error, 0.0 if tilt_across else down.error)
    shear = turn and upright and lean > max(_LEAST_SHEAR, _SURE * float(error))
    return _Evidence(turn, shear, tilt_down, tilt_across)


def _is_sure(trend: _Trend, extent: int) -> bool:
    seen = trend.lines >= 4 and trend.spread >= _SPREAD
    return seen and abs(trend.change) > max(_LEAST_TILT / extent, _SURE * trend.change_error)


def _correction(across: _Trend, down: _Trend, evidence: _Evidence) -> Matrix:
    """The small mapping about the middle of the page that undoes the trends, as far as they are sure.

    With x' = (x + s y) / w, y' = (r x + y) / w, w = 1 + p x + q y a level line at height y and of slope m becomes level
    for m = p y - r, an upright one at x of slope n (dx/dy) upright for n = q x - s.
    """
    p = across.change if evidence.tilt_down else 0.0
    q = down.change if evidence.tilt_across else 0.0
    r = -across.at_centre(evidence.tilt_down) if evidence.turn else 0.0
    s = -down.at_centre(evidence.tilt_across) if evidence.shear or evidence.tilt_across else -r
    return np.array([[1, s, 0], [r, 1, 0], [p, q, 1]], dtype=np.float64)


def _moved(points: NDArray[np.float64], matrix: Matrix) -> NDArray[np.float64]:
    """Points, float (n, 2, 2), through a projective mapping."""
    if len(points) == 0:
        return points
    return np.asarray(cv2.perspectiveTransform(points.reshape(-1, 1, 2), matrix), dtype=np.float64).reshape(-1, 2, 2)
