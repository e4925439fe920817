"""Takes rules out of the ink; strokes that cross them stay whole, and what stands on them keeps its foot."""

from __future__ import annotations

import cv2
import numpy as np

from digitizer.document.page import Pixels
from digitizer.imaging.morphology import open_along

# In heights of the page's letters.
_CORNER = 0.35
"""Around where two rules cross: so far their edges are frayed by each other."""
_FRAYED = 0.2
"""Beside a wall: so far its edge is frayed."""
_THROUGH = 1.35
"""As thick as a rule can be: so far apart a stroke is seen on both its sides."""
_ALONG = 1.2
"""What is as long and runs along a rule's edge is none of a letter's strokes."""
_TAIL, _FOOT, _BESIDE, _BIT = 0.45, 0.9, 0.6, 0.7
"""Width of a comma's tail and of the foot of a y at the most; how far from it the underline goes on that print leaves
out for it, in bits that are longer."""
_FILLED = 0.9
"""So much of its box a bit of a line fills, as no slanting foot does."""
_BROKEN = 2
"""Pixels that may be lost between a letter and its tail."""


def erase(ink: Pixels, level: Pixels, upright: Pixels, letter: float) -> Pixels:
    """The ink without rules; uint8 (height, width), 255 where there is ink, as all that comes in.

    level, upright: 255 on the body of each rule, in its gaps too. letter: pixels that the page's letters are high.
    """
    frayed, corner = 2 * round(_FRAYED * letter) + 1, 2 * round(_CORNER * letter) + 1
    around = np.ones((corner, corner), np.uint8)
    corners = cv2.bitwise_and(cv2.dilate(level, around), cv2.dilate(upright, around))
    # Right above a level rule a full stop may stand, beside a wall nothing.
    beside = cv2.bitwise_or(cv2.dilate(upright, np.ones((1, frayed), np.uint8)), corners)
    edges = np.asarray(cv2.bitwise_or(cv2.dilate(level, np.ones((3, 1), np.uint8)), beside), np.uint8)
    strokes = np.asarray(cv2.subtract(ink, cv2.bitwise_or(level, upright)), np.uint8)
    along, long = cv2.bitwise_and(strokes, edges), round(_ALONG * letter)
    for vertical in (False, True):
        strokes = np.asarray(cv2.subtract(strokes, open_along(along, long, vertical)), np.uint8)
    strokes = _without_crumbs(strokes, edges, corner // 2)
    reach = round(_THROUGH * letter) + 2
    through = cv2.bitwise_or(
        _between(strokes, level, reach, upward=True), _between(strokes, upright, reach, upward=False)
    )
    # Nothing where two rules cross is a stroke's.
    through = cv2.subtract(cv2.bitwise_or(through, _tails(ink, strokes, level, letter)), corners)
    rest = np.asarray(cv2.bitwise_or(strokes, cv2.bitwise_and(through, ink)), np.uint8)
    return _without_crumbs(rest, edges, corner // 2)


def _between(strokes: Pixels, rules: Pixels, reach: int, upward: bool) -> Pixels:
    """Pixels of rules that strokes touch on both sides, above and below (upward) or left and right."""
    touching = cv2.bitwise_and(strokes, cv2.dilate(rules, np.ones((3, 1) if upward else (1, 3), np.uint8)))
    across = np.ones((reach, 1) if upward else (1, reach), np.uint8)
    one = cv2.dilate(touching, across, anchor=(0, 0))
    two = cv2.dilate(touching, across, anchor=(0, reach - 1) if upward else (reach - 1, 0))
    return np.asarray(cv2.bitwise_and(cv2.bitwise_and(one, two), rules), np.uint8)


def _tails(ink: Pixels, strokes: Pixels, level: Pixels, letter: float) -> Pixels:
    """Tails of commas and feet of y, for which print leaves an underline out: narrow, with white and line beside."""
    solid = open_along(cv2.bitwise_and(ink, level), round(_BIT * letter))
    beside = cv2.dilate(solid, np.ones((1, 2 * round(_BESIDE * letter) + 1), np.uint8))
    run = np.ones((2 * round(_THROUGH * letter) + 1, 1), np.uint8)
    left_out = np.asarray(cv2.subtract(cv2.bitwise_and(ink, level), cv2.dilate(solid, run)), np.uint8)
    above = cv2.dilate(strokes, np.ones((_BROKEN + 1, 1), np.uint8), anchor=(0, _BROKEN))
    hanging = cv2.bitwise_and(cv2.bitwise_and(above, beside), left_out)
    tails = np.zeros_like(left_out)
    for contour in cv2.findContours(left_out, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]:
        x, y, width, height = cv2.boundingRect(contour)
        own = slice(y, y + height), slice(x, x + width)
        if width <= _FOOT * letter and hanging[own].any():
            filled = np.count_nonzero(left_out[own])
            if width <= _TAIL * letter or filled < _FILLED * width * height:
                tails[own] = left_out[own]
    # What led to them may have gone with the line's edge.
    led = cv2.dilate(tails, np.ones((_BROKEN + 1, 1), np.uint8), anchor=(0, 0))
    return np.asarray(cv2.bitwise_and(led, ink), np.uint8)


def _without_crumbs(ink: Pixels, edges: Pixels, reach: int) -> Pixels:
    """Ink without what lies in the frayed edges of rules, except what goes on from other ink, so many pixels far."""
    around = np.ones((3, 3), np.uint8)
    kept = cv2.subtract(ink, edges)
    for _ in range(reach):
        kept = cv2.bitwise_and(cv2.dilate(kept, around), ink)
    return np.asarray(kept, np.uint8)
