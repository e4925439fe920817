"""Pages of checkboxes ticked by hand, drawn with OpenCV: ticks, crosses, fills, overshoots and near misses."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.geometry import Box
from digitizer.document.page import Pixels
from digitizer.synthesis.effects import Noise

Hand = Literal["blank", "tick", "cross", "fill", "overshoot", "near"]
HANDS: tuple[Hand, ...] = ("blank", "tick", "cross", "fill", "overshoot", "near")
"""near: a stroke that ends close to the box and does not mean it."""

_PAGE = (3300, 2550)
_CHOICES = ("employee", "director", "partner", "yes", "no", "other (specify)", "owner", "agent")
_STROKES: dict[Hand, tuple[tuple[tuple[float, float], ...], ...]] = {
    "blank": (),
    "tick": (((0.15, 0.5), (0.4, 0.85), (0.9, 0.1)),),
    "cross": (((0.1, 0.1), (0.9, 0.9)), ((0.9, 0.12), (0.1, 0.88))),
    "fill": tuple(((0.15, 0.2 + 0.1 * k), (0.85, 0.17 + 0.1 * k)) for k in range(7)),
    "overshoot": (((0.1, 0.45), (0.45, 0.95), (1.7, -0.9)),),
    "near": (((1.25, 0.9), (1.5, 1.2), (1.9, 0.2)),),
}


@dataclass(frozen=True, slots=True)
class DrawnTicks:
    """A page (uint8, 300 dpi) of checkboxes. boxes: each outline and what a hand did to it."""

    pixels: Pixels
    boxes: tuple[tuple[Box, Hand], ...]


def draw_ticks(seed: int) -> DrawnTicks:
    """A page of 48 checkboxes of one size with labels, one in two of them marked by one pen."""
    rng = np.random.default_rng([seed, 71])
    side, weight = int(rng.integers(36, 60)), int(rng.integers(2, 5))
    pen, thick = int(rng.integers(0, 120)), int(rng.integers(4, 9))
    page = np.full(_PAGE, 255, np.uint8)
    boxes: list[tuple[Box, Hand]] = []
    lefts, tops = rng.integers(-60, 60, 3), rng.integers(-20, 20, 16)
    for row in range(16):
        for column in range(3):
            x, y = 220 + column * 760 + int(lefts[column]), 260 + row * 180 + int(tops[row])
            hand: Hand = "blank" if rng.random() < 0.4 else HANDS[int(rng.integers(1, len(HANDS)))]
            cv2.rectangle(page, (x, y), (x + side, y + side), 0, weight)
            label = _CHOICES[int(rng.integers(len(_CHOICES)))]
            start = (x + 2 * side + 24, y + side - 6)
            cv2.putText(page, label, start, cv2.FONT_HERSHEY_DUPLEX, 1.2, 0, 2, cv2.LINE_AA)
            for stroke in _STROKES[hand]:
                _draw(page, stroke, Box(x, y, side, side), pen, thick, rng)
            boxes.append((Box(x, y, side + 1, side + 1), hand))
    return DrawnTicks(page, tuple(boxes))


def _draw(page: Pixels, stroke: tuple[tuple[float, float], ...], box: Box, pen: int, thick: int, rng: Noise) -> None:
    """A stroke by hand: its corners a little off, its parts a little bent."""
    corners = np.array(stroke) + rng.normal(0, 0.05, (len(stroke), 2))
    path: list[NDArray[np.float64]] = []
    for one, other in pairwise(corners):
        bend = rng.normal(0, 0.05, 2)
        along = np.linspace(0, 1, 9)[:, None]
        path.append(one + (other - one) * along + bend * np.sin(np.pi * along))
    points = np.concatenate(path) * (box.width, box.height) + (box.x, box.y)
    cv2.polylines(page, [np.rint(points).astype(np.int32)], False, pen, thick, cv2.LINE_AA)
