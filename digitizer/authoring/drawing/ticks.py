"""What a hand or a typewriter does to a checkbox, drawn with OpenCV: ticks, crosses, fills, overshoots, near misses,
and marks that somebody scribbled over or whited out."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.authoring.drawing.effects import Noise
from digitizer.document.geometry import Box
from digitizer.document.page import Pixels

_Old = Literal["blank", "tick", "cross", "fill", "overshoot", "near", "typed", "scribble", "whited"]
Hand = Literal[_Old, "slash", "dot", "cover", "over", "initial", "circled", "beside"]
HANDS: tuple[Hand, ...] = get_args(Hand)
"""near: a stroke that ends close to the box and does not mean it; typed: an X by machine; scribble: a mark struck out;
whited: one painted over, of which something is left; cover: black from side to side; over: a cross longer than the box;
circled: a ring around the box; beside: a tick next to it."""
MARKED: frozenset[Hand] = frozenset(
    ("tick", "cross", "fill", "overshoot", "typed", "slash", "dot", "cover", "over", "initial")
)
SPOILED: frozenset[Hand] = frozenset(("scribble", "whited", "circled", "beside"))
"""What was meant only a person can say."""

_STROKES: dict[Hand, tuple[tuple[tuple[float, float], ...], ...]] = {
    "blank": (),
    "tick": (((0.15, 0.5), (0.4, 0.85), (0.9, 0.1)),),
    "cross": (((0.1, 0.1), (0.9, 0.9)), ((0.9, 0.12), (0.1, 0.88))),
    "fill": tuple(((0.15, 0.2 + 0.1 * k), (0.85, 0.17 + 0.1 * k)) for k in range(7)),
    "overshoot": (((0.1, 0.45), (0.45, 0.95), (1.7, -0.9)),),
    "near": (((1.25, 0.9), (1.5, 1.2), (1.9, 0.2)),),
    "typed": (),
    "scribble": (((0.1, 0.1), (0.9, 0.9)), ((0.9, 0.12), (0.1, 0.88))),
    "whited": (((0.1, 0.1), (0.9, 0.9)), ((0.9, 0.12), (0.1, 0.88))),
    "slash": (((-0.3, 1.2), (1.3, -0.25)),),
    "dot": (((0.42, 0.5), (0.55, 0.45)), ((0.5, 0.42), (0.48, 0.58))),
    "cover": tuple(((0.02, 0.06 * k), (0.98, 0.06 * k)) for k in range(17)),
    "over": (((-0.35, -0.35), (1.35, 1.35)), ((1.35, -0.3), (-0.35, 1.3))),
    "initial": (((0.2, 1.05), (0.25, -0.1)), ((0.25, 0.0), (0.9, 0.25), (0.25, 0.5)), ((0.4, 0.5), (1.1, 1.15))),
    "circled": (),
    "beside": (((-0.95, 0.4), (-0.65, 0.85), (-0.25, 0.0)),),
}
_FACES = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX, cv2.FONT_HERSHEY_TRIPLEX)
_BESIDE = 0.5


def draw_mark(page: Pixels, box: Box, hand: Hand, pen: int, thick: int, rng: Noise) -> None:
    """What a hand or a machine does to a checkbox. pen: grey of its ink, thick: pixels."""
    for stroke in _STROKES[hand]:
        _draw(page, stroke, box, pen, thick, rng)
    if hand == "typed":
        _type(page, box, pen, rng)
    elif hand == "circled":
        middle, axes = np.rint(box.center).astype(int).tolist(), np.rint(rng.uniform(0.75, 1.1, 2) * box.height)
        cv2.ellipse(page, middle, axes.astype(int).tolist(), 0, 0, 360, pen, thick, cv2.LINE_AA)
    elif hand == "scribble":
        zigzag = rng.uniform(-0.25, 1.25, (int(rng.integers(8, 16)), 2))
        _draw(page, tuple((float(x), float(y)) for x, y in zigzag), box, pen, thick, rng)
    elif hand == "whited":
        # The brush is as broad as half the box, and misses an end of the mark here and there.
        for level in (0.25, 0.6, 0.9)[: int(rng.integers(2, 4))]:
            across = ((float(rng.uniform(0.0, 0.35)), level), (float(rng.uniform(0.65, 1.1)), level))
            _draw(page, across, box, 255, max(3, round(0.3 * box.height)), rng)


def _type(page: Pixels, box: Box, pen: int, rng: Noise) -> None:
    """An X by machine, somewhere in the box or a little off it."""
    face, letter = _FACES[int(rng.integers(len(_FACES)))], "Xx"[int(rng.integers(2))]
    scale, weight = min(box.height, 1.3 * box.width) / 22 * float(rng.uniform(0.55, 1.0)), int(rng.integers(2, 6))
    (width, height), _ = cv2.getTextSize(letter, face, scale, weight)
    middle = np.array(box.center) + rng.normal(0, 0.14, 2) * box.width
    if rng.random() < _BESIDE:
        # Whoever typed it did not line the paper up: half of it stands across a side.
        middle[0] += rng.uniform(-0.6, 0.6) * box.width
    corner = (round(float(middle[0]) - width / 2), round(float(middle[1]) + height / 2))
    cv2.putText(page, letter, corner, face, scale, pen, weight, cv2.LINE_AA)


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
