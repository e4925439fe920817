"""Pages of checkboxes marked by hand or typewriter."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from digitizer.authoring.drawing.effects import Noise
from digitizer.authoring.drawing.ticks import HANDS, Hand, draw_mark
from digitizer.document.geometry import Box
from digitizer.document.page import Pixels

_PAGE = (3300, 2550)
_CHOICES = ("employee", "director", "partner", "yes", "no", "other (specify)", "owner", "agent")
_SIDES = (((0, 0), (1, 0)), ((1, 0), (1, 1)), ((1, 1), (0, 1)), ((0, 1), (0, 0)))
_DRAWN: tuple[Hand, ...] = (*HANDS[1:9], "typed")
"""Most old forms were filled in by machine."""
_SQUARE, _NARROWEST = 0.6, 22
_WORN, _LOST = 0.15, 0.5
"""Of the sides of a worn page's frames, the share that lost a piece; of a side's length, the most that is lost."""


@dataclass(frozen=True, slots=True)
class DrawnTicks:
    """A page (uint8, 300 dpi) of checkboxes. boxes: each outline and what a hand did to it."""

    pixels: Pixels
    boxes: tuple[tuple[Box, Hand], ...]


def draw_ticks(seed: int, worn: bool = False) -> DrawnTicks:
    """A page of 48 checkboxes of one size with labels, one in two of them marked by one pen.

    worn: frames lose pieces of their sides, and dirt lies about.
    """
    rng = np.random.default_rng([seed, 71])
    side, weight = int(rng.integers(30, 64)), int(rng.integers(2, 5))
    # On some prints they are higher than wide.
    wide = side if rng.random() < _SQUARE else max(_NARROWEST, round(side * float(rng.uniform(0.4, 1.1))))
    pen, thick = int(rng.integers(0, 120)), int(rng.integers(4, 9))
    page = np.full(_PAGE, 255, np.uint8)
    boxes: list[tuple[Box, Hand]] = []
    lefts, tops = rng.integers(-60, 60, 3), rng.integers(-20, 20, 16)
    for row in range(16):
        for column in range(3):
            x, y = 220 + column * 760 + int(lefts[column]), 260 + row * 180 + int(tops[row])
            hand: Hand = "blank" if rng.random() < 0.4 else _DRAWN[int(rng.integers(len(_DRAWN)))]
            box = Box(x, y, wide, side)
            _frame(page, box, weight, rng, worn)
            label = _CHOICES[int(rng.integers(len(_CHOICES)))]
            start = (x + 2 * side + 24, y + side - 6)
            cv2.putText(page, label, start, cv2.FONT_HERSHEY_DUPLEX, 1.2, 0, 2, cv2.LINE_AA)
            draw_mark(page, box, hand, pen, thick, rng)
            boxes.append((Box(x, y, wide + 1, side + 1), hand))
    if worn:
        for x, y in rng.integers((0, 0), (_PAGE[1], _PAGE[0]), (int(6_000 * rng.random() ** 2), 2)).tolist():
            cv2.circle(page, (x, y), int(rng.integers(0, 3)), int(rng.integers(0, 150)), -1)
    return DrawnTicks(page, tuple(boxes))


def _frame(page: Pixels, box: Box, weight: int, rng: Noise, worn: bool) -> None:
    for one, other in _SIDES:
        start, end = np.array(one, np.float64), np.array(other, np.float64)
        if worn and rng.random() < _WORN:
            start = start + (end - start) * rng.uniform(0, _LOST)
        first, last = (np.rint(c * (box.width, box.height) + (box.x, box.y)).astype(int).tolist() for c in (start, end))
        cv2.line(page, first, last, 0, weight)
