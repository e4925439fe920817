"""Takes rules out of the ink; strokes that cross them stay whole, and what stands on them keeps its foot."""

from __future__ import annotations

import cv2
import numpy as np
from cv2.typing import MatLike

from digitizer.document.page import Pixels

_FRAY = 1
"""Pixels by which a rule's edge is off its body."""
_THROUGH = 1.35
"""Heights of a letter, as thick as a rule can be: so far apart a stroke is seen on both its sides."""
_CRUMB = 0.15
"""Heights of a letter: what stands out of a rule by no more, and alone, is a bump of its edge."""


def erase(ink: Pixels, level: Pixels, upright: Pixels, letter: float) -> Pixels:
    """The ink without rules; uint8 (height, width), 255 where there is ink, as all that comes in.

    level, upright: 255 on the body of each rule, in its gaps too. letter: pixels that the page's letters are high.
    """
    flat = cv2.dilate(level, np.ones((2 * _FRAY + 1, 1), np.uint8))
    steep = cv2.dilate(upright, np.ones((1, 2 * _FRAY + 1), np.uint8))
    strokes = cv2.bitwise_and(ink, cv2.bitwise_not(cv2.bitwise_or(flat, steep)))
    reach = round(_THROUGH * letter) + 2 * _FRAY
    through = cv2.bitwise_or(
        cv2.bitwise_and(flat, _between(strokes, flat, reach, upward=True)),
        cv2.bitwise_and(steep, _between(strokes, steep, reach, upward=False)),
    )
    around = np.ones((9, 9), np.uint8)
    # Nothing where two rules cross is a stroke's.
    corners = cv2.bitwise_and(cv2.dilate(flat, around), cv2.dilate(steep, around))
    through = cv2.bitwise_and(cv2.bitwise_and(through, ink), cv2.bitwise_not(corners))
    return _without_crumbs(cv2.bitwise_or(strokes, through), flat, steep, letter)


def _between(strokes: MatLike, rules: MatLike, reach: int, upward: bool) -> MatLike:
    """Pixels of rules that strokes touch on both sides, above and below (upward) or left and right."""
    touching = cv2.bitwise_and(strokes, cv2.dilate(rules, np.ones((3, 1) if upward else (1, 3), np.uint8)))
    across = np.ones((reach, 1) if upward else (1, reach), np.uint8)
    one = cv2.dilate(touching, across, anchor=(0, 0))
    two = cv2.dilate(touching, across, anchor=(0, reach - 1) if upward else (reach - 1, 0))
    between: MatLike = cv2.bitwise_and(one, two)
    return between


def _without_crumbs(ink: MatLike, flat: MatLike, steep: MatLike, letter: float) -> Pixels:
    """Ink without what is left beside rules' bodies of their frayed edges."""
    grown = 2 * round(_CRUMB * letter) + 1
    beside = cv2.bitwise_or(
        cv2.dilate(flat, np.ones((grown, 1), np.uint8)), cv2.dilate(steep, np.ones((1, grown), np.uint8))
    )
    _, labels, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(ink, 8, cv2.CV_32S, cv2.CCL_GRANA)
    near = np.bincount(labels[beside > 0], minlength=len(stats))
    kept = near < stats[:, 4]
    kept[0] = False
    return np.where(kept[labels], np.uint8(255), np.uint8(0))
