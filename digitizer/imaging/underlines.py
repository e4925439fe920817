"""Tells underlines of words from rules: those that run along with one text close no cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from cv2.typing import MatLike

from digitizer.document.geometry import Box
from digitizer.document.layout import Rule
from digitizer.document.page import Pixels

# In heights of the page's letters.
_WHITE = 0.5
"""Between a wall and the parts on both sides of it, if they are no one rule."""
_CLEAR = 0.85
"""Between a wall and a part that does not reach it, whatever the other does."""
_FRAY = 0.25
"""Beside a wall, what is of its edge or of a rule that overshoots it."""
MANY, _LOST = 5, 3.0
"""A rule that crosses so many walls is one between a table's rows: of it so much may be lost beside a wall."""
_FOOT = 0.85
_ENDS = 0.5
_WORD_GAP = 1.3
_COVERED = 0.85
_NEAR, _HIGH = 0.4, 1.2
"""How far above a short underline letters have their feet, and how high they are at the most."""
_STROKES = 0.8
"""Between the strokes of letters."""


def part_at_walls(level: Sequence[Rule], upright: Sequence[Rule], ink: MatLike, letter: float) -> list[Rule]:
    """Level rules, cut in two where an upright one stands between their parts and they do not all reach it.

    An underline or a fill-in line on one side of a wall may lie in line with a rule on the other.
    """
    parted: list[Rule] = []
    walls, fray = [u.box for u in upright], max(1, round(_FRAY * letter))
    for rule in level:
        rest = rule.box
        # A dotted or broken rule is white in places, without walls too.
        crossed = sum(w.overlap_y(rest) > 0 and rest.x <= w.center[0] <= rest.right for w in walls)
        usual = _LOST * letter if crossed >= MANY else _longest_gap(ink, rest, walls)
        white, clear = _WHITE * letter + usual, _CLEAR * letter + usual
        far = round(clear) + 2
        for wall in sorted(w for w in walls if w.overlap_y(rest) > 0):
            if wall.x - far <= rest.x or rest.right <= wall.right + far:
                continue
            left, right = _white_beside(ink, rest, wall, far, fray)
            if min(left, right) >= white or max(left, right) >= clear:
                parted.append(replace(rule, box=replace(rest, width=wall.x - left - rest.x)))
                start = wall.right + right
                rest = Box(start, rest.y, rest.right - start, rest.height)
        parted.append(replace(rule, box=rest))
    return parted


def _longest_gap(ink: MatLike, rule: Box, walls: Sequence[Box]) -> int:
    """Pixels that the longest gap of a rule is long which is not at a wall; 0 where it has none."""
    inked = np.flatnonzero(ink[max(0, rule.y) : rule.bottom, max(0, rule.x) : rule.right].max(axis=0, initial=0))
    at = [w for w in walls if w.overlap_y(rule) > 0]
    longest = 0
    for start, end in zip(inked[:-1].tolist(), inked[1:].tolist(), strict=True):
        if end - start - 1 > longest and not any(start < w.right + 2 - rule.x and w.x - 2 - rule.x < end for w in at):
            longest = end - start - 1
    return longest


def _white_beside(ink: MatLike, rule: Box, wall: Box, far: int, fray: int) -> tuple[int, int]:
    """Pixels of white between a wall and the parts of a rule left and right of it; none farther than `far` is seen."""
    rows = slice(max(0, rule.y), rule.bottom)
    left = ink[rows, max(0, wall.x - fray - far) : max(0, wall.x - fray)].max(axis=0, initial=0)[::-1]
    right = ink[rows, wall.right + fray : wall.right + fray + far].max(axis=0, initial=0)
    return _leading_zeros(left) + fray, _leading_zeros(right) + fray


def _leading_zeros(values: MatLike) -> int:
    found = np.flatnonzero(values)
    return int(found[0]) if len(found) else len(values)


def find_short_underlines(ink: Pixels, parts: Sequence[Box], letter: float) -> list[Box]:
    """Those flat parts of the ink that underline a word of a few letters, as a footnote's marker often is.

    Letters stand on all of it and white is below; over a dash is none of the first, over the lower bar of = no letter.
    """
    near, high = round(_NEAR * letter), round(_HIGH * letter)
    found: list[Box] = []
    for box in parts:
        feet = _inked(ink, box, box.y - near, box.y, letter)
        bodies = _inked(ink, box, box.y - high, box.y - near, letter)
        below = ink[box.bottom : box.bottom + near, box.x : box.right].max(axis=0, initial=0) > 0
        if min(feet, bodies) >= _COVERED and below.mean() <= 1 - _COVERED:
            found.append(box)
    return found


def _inked(ink: Pixels, box: Box, top: int, bottom: int, letter: float) -> float:
    """Share of a box's columns over which ink stands between two rows, or no farther off than a stroke is from one."""
    columns = ink[max(0, top) : max(0, bottom), box.x : box.right].max(axis=0, initial=0)
    return float((cv2.dilate(columns[None, :], np.ones((1, round(_STROKES * letter) | 1), np.uint8)) > 0).mean())


def mark_underlines(level: Sequence[Rule], ink: MatLike, letter: float) -> list[Rule]:
    """The rules, those told that are an underline: text stands on them from end to end and no further.

    ink: the page's without its rules.
    """
    return [replace(r, underline=True) if _underlines(r.box, ink, letter) else r for r in level]


def _underlines(rule: Box, ink: MatLike, letter: float) -> bool:
    slack, foot = round(3 * _ENDS * letter), max(3, round(_FOOT * letter))
    left = max(0, rule.x - slack)
    # Its own frayed edge is not text.
    above = ink[max(0, rule.y - 1 - foot) : max(0, rule.y - 1), left : rule.right + slack]
    if not above.size:
        return False
    inked = (above.max(axis=0) > 0).astype(np.uint8)[None, :]
    found = np.flatnonzero(inked[0])
    if not len(found):
        return False
    ends = max(abs(left + int(found[0]) - rule.x), abs(left + int(found[-1]) + 1 - rule.right))
    text = cv2.morphologyEx(inked, cv2.MORPH_CLOSE, np.ones((1, round(_WORD_GAP * letter) | 1), np.uint8))
    return ends <= _ENDS * letter and float(text.sum()) >= _COVERED * rule.width
