"""Dashes and commas that stand too far off to belong to either side of a line, and commas that hang below one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitizer.document.geometry import Box
from digitizer.imaging.cells import CellMap

# In heights of the line: a dash has a space on either side, a comma stands close to its word.
_DASH_GAP = 1.7
_COMMA_GAP = (0.9, 2.0)
_END_GAP, _MIDDLE, _BELOW = 1.2, 0.2, 0.3
_ALIKE = 0.6
_LOW = 0.6
# Inches.
_DASH = (0.03, 0.05)
_COMMA = (0.015, 0.075)
_STOP = 0.012
_LETTERS, _PLACE = 3, 1.25
"""Of so many letters one can say how far apart they stand; the stop's distance from the last, in that."""


def join_over_stops(groups: Sequence[Box], small: NDArray[np.int32], cells: CellMap, dpi: float) -> list[Box]:
    """Lines joined between which nothing but a dash or a comma stands.

    groups: boxes of the lines; small: int (n, 4), x, y, width, height of parts that are no characters, pixels.
    """
    stops = [k for k, g in enumerate(groups) if _is_dash(g, dpi) or _is_comma(g, dpi)]
    words = [k for k in range(len(groups)) if k not in set(stops)]
    if len(words) < 2:
        return list(groups)
    parts = [*(groups[k] for k in stops), *(Box(*b) for b in small.tolist())]
    places = np.array([[groups[k].x, groups[k].y, groups[k].right, groups[k].bottom] for k in words], np.float64)
    owner = list(range(len(words)))
    extra: dict[int, list[Box]] = {}
    used: set[Box] = set()
    for part in sorted(parts):
        found = _between(part, places, dpi)
        if found is None:
            continue
        left, right = found
        here = cells.at(*part.center)
        if any(cells.at(*groups[words[k]].center) != here for k in (left, right)):
            continue
        first, second = _root(owner, left), _root(owner, right)
        owner[max(first, second)] = min(first, second)
        extra.setdefault(left, []).append(part)
        used.add(part)
    joined: dict[int, list[Box]] = {}
    for n, k in enumerate(words):
        joined.setdefault(_root(owner, n), []).extend([groups[k], *extra.get(n, [])])
    return [Box.around(members) for members in joined.values()] + [groups[k] for k in stops if groups[k] not in used]


def join_hanging(groups: Sequence[Box], cells: CellMap, dpi: float) -> list[Box]:
    """Lines with the commas that hang at their foot within them, too tall to count as points and too low to be met."""
    hanging = [k for k, g in enumerate(groups) if _is_comma(g, dpi)]
    lines = [k for k, g in enumerate(groups) if not _is_comma(g, dpi)]
    if not hanging or not lines:
        return list(groups)
    x0, y0, x1, y1 = np.array([[g.x, g.y, g.right, g.bottom] for g in groups], np.float64)[lines].T
    heights = y1 - y0
    extra: dict[int, list[Box]] = {}
    for k in hanging:
        part = groups[k]
        low = (part.y >= y0 + _LOW * heights) & (part.y <= y1 + 0.1 * heights) & (part.height < _ALIKE * heights)
        met = np.flatnonzero(low & (part.x >= x0) & (part.x <= x1 + _COMMA_GAP[0] * heights))
        if len(met) == 1 and cells.at(*part.center) == cells.at(*groups[lines[int(met[0])]].center):
            extra.setdefault(lines[int(met[0])], []).append(part)
    joined = {id(part) for parts in extra.values() for part in parts}
    return [Box.around([g, *extra.get(k, [])]) for k, g in enumerate(groups) if id(g) not in joined]


def with_ends(
    groups: Sequence[Box], letters: NDArray[np.int32], small: NDArray[np.int32], cells: CellMap, dpi: float
) -> list[Box]:
    """Lines with the stop or dash that ends them, where wide print sets it too far off to be met.

    letters, small: int (n, 4), x, y, width, height of characters and of parts that are none, pixels.
    """
    if not groups or not len(small):
        return list(groups)
    ended = list(groups)
    lines = np.array([[g.x, g.y, g.right, g.bottom] for g in groups], np.float64)
    heights = lines[:, 3] - lines[:, 1]
    for part in sorted(Box(*b) for b in small.tolist()):
        gap = part.x - lines[:, 2]
        level = (part.center[1] > lines[:, 1]) & (part.bottom <= lines[:, 3] + _BELOW * heights)
        near = np.flatnonzero(level & (gap >= 0) & (gap <= _END_GAP * heights))
        if not len(near):
            continue
        k = int(near[np.argmin(gap[near])])
        if _ends(part, ended[k], letters, dpi) and cells.at(*part.center) == cells.at(*groups[k].center):
            ended[k] = Box.around([ended[k], part])
            lines[k] = ended[k].x, ended[k].y, ended[k].right, ended[k].bottom
    return ended


def _ends(part: Box, line: Box, letters: NDArray[np.int32], dpi: float) -> bool:
    """Whether a part to the right of a line is its dash, or the stop in the next place of its print."""
    depth = (part.center[1] - line.y) / line.height
    if _is_dash(part, dpi):
        return abs(depth - 0.5) <= _MIDDLE
    if depth < _LOW or min(part.width, part.height) < _STOP * dpi:
        return False
    middles = letters[:, :2] + letters[:, 2:] / 2
    inside = (middles[:, 0] >= line.x) & (middles[:, 0] < line.right)
    inside &= (middles[:, 1] >= line.y) & (middles[:, 1] < line.bottom)
    x = np.sort(middles[inside, 0])
    # Dust stands anywhere.
    return len(x) >= _LETTERS and bool(part.center[0] - x[-1] <= _PLACE * np.median(np.diff(x)))


def _between(part: Box, places: NDArray[np.float64], dpi: float) -> tuple[int, int] | None:
    """The lines left and right of a dash or comma that it joins, by their number."""
    dash, comma = _is_dash(part, dpi), _is_comma(part, dpi)
    if not dash and not comma:
        return None
    heights = places[:, 3] - places[:, 1]
    y = part.center[1]
    level = (y > places[:, 1]) & (y < places[:, 3] + 0.3 * heights) & (part.height < 0.7 * heights)
    gaps = np.stack([part.x - places[:, 2], places[:, 0] - part.right])
    gaps = np.where(level & (gaps > -0.2 * heights), np.maximum(gaps, 0), np.inf)
    left, right = int(np.argmin(gaps[0])), int(np.argmin(gaps[1]))
    tall = max(heights[left], heights[right])
    alike = min(heights[left], heights[right]) >= _ALIKE * tall
    overlap = min(places[left, 3], places[right, 3]) - max(places[left, 1], places[right, 1])
    if left == right or not alike or overlap < 0.6 * min(heights[left], heights[right]):
        return None
    near = gaps[0, left] / tall, gaps[1, right] / tall
    if dash and max(near) <= _DASH_GAP:
        return left, right
    low = y > places[left, 1] + _LOW * heights[left]
    return (left, right) if comma and low and near[0] <= _COMMA_GAP[0] and near[1] <= _COMMA_GAP[1] else None


def _is_dash(box: Box, dpi: float) -> bool:
    return box.width >= max(_DASH[0] * dpi, 2 * box.height) and box.height <= _DASH[1] * dpi and box.width < 0.2 * dpi


def _is_comma(box: Box, dpi: float) -> bool:
    return _COMMA[0] * dpi <= min(box.width, box.height) and max(box.width, box.height) <= _COMMA[1] * dpi


def _root(owner: list[int], k: int) -> int:
    while owner[k] != k:
        k = owner[k]
    return k
