"""Checkboxes of which a scan lost parts: two sides face each other, corners are there, the rest may be gone."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from digitizer.document.geometry import Box
from digitizer.document.page import Pixels

# Inches.
_SIDE = (0.085, 0.19)
_THICKEST = 0.03
_STROKE = 0.045
_MEND = 0.012
_CORNER = 0.022
_AROUND = (0.012, 0.035)
_CORNERS = 3
_NEIGHBOUR = 0.35
_OPPOSITE = 0.25
"""Of the length of the other two sides, the share that must be left on the average."""


@dataclass(frozen=True, slots=True)
class _Found:
    score: float
    box: Box


def find_broken_frames(ink: Pixels, known: list[Box], dpi: float) -> list[Box]:
    """Frames with lost sides that stand by themselves, apart from the known ones; top to bottom.

    ink: uint8 (height, width), 255 where there is ink. Some may be letters: whoever uses them asks for a label beside.
    """
    found = _facing(ink, dpi)
    found += [_Found(f.score, _flip(f.box)) for f in _facing(np.ascontiguousarray(ink.T), dpi)]
    kept: list[Box] = []
    for candidate in sorted(found, key=lambda f: (-f.score, f.box)):
        apart = not any(candidate.box.intersection(k) for k in [*known, *kept])
        if apart and _alone(ink, candidate.box, dpi):
            kept.append(candidate.box)
    return sorted(kept, key=lambda b: (b.y, b.x))


def _flip(box: Box) -> Box:
    return Box(box.y, box.x, box.height, box.width)


def _facing(ink: Pixels, dpi: float) -> list[_Found]:
    """Pairs of upright strokes as long as a frame's sides and as far apart, with what is left of the level ones."""
    low, high, slack = _SIDE[0] * dpi, _SIDE[1] * dpi, 0.025 * dpi
    strokes = sorted(_upright(ink, dpi), key=lambda b: (b.y, b.x))
    if not strokes:
        return []
    x, y, right, bottom = np.array([[b.x, b.y, b.right, b.bottom] for b in strokes]).T
    found = []
    for left in strokes:
        if left.height < low:
            continue
        near = slice(*np.searchsorted(y, (left.y - slack, left.y + slack + 1)))
        width = right[near] - left.x
        fits = (x[near] > left.x) & (width >= 0.75 * left.height) & (width <= min(high, 1.35 * left.height))
        fits &= np.abs(bottom[near] - left.bottom) <= 1.6 * slack
        for j in np.nonzero(fits)[0]:
            box = Box.around([left, strokes[near.start + int(j)]])
            score = _score(ink, box, dpi)
            if score > 0:
                found.append(_Found(score, box))
    return found


def _upright(ink: Pixels, dpi: float) -> list[Box]:
    """Thin upright strokes, small gaps in them mended, in pixels."""
    mended = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((max(3, round(_MEND * dpi)) | 1, 1), np.uint8))
    runs = cv2.morphologyEx(mended, cv2.MORPH_OPEN, np.ones((max(5, round(_STROKE * dpi)) | 1, 1), np.uint8))
    contours, _ = cv2.findContours(np.asarray(runs, np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    boxes = [Box(*cv2.boundingRect(c)) for c in contours]
    return [b for b in boxes if b.width <= _THICKEST * dpi and b.height <= _SIDE[1] * dpi]


def _score(ink: Pixels, box: Box, dpi: float) -> float:
    """How much of the level sides is left, 0 to 1; 0.0 where it is too little or the corners are not square."""
    area = ink[box.y : box.bottom, box.x : box.right] > 0
    deep, k = max(2, round(0.015 * dpi)), max(3, round(_CORNER * dpi))
    top, bottom = np.asarray(area[:deep].any(axis=0)), np.asarray(area[-deep:].any(axis=0))
    wall = max(2, round(0.012 * dpi))
    ends = (top[wall : wall + k], top[-wall - k : -wall], bottom[wall : wall + k], bottom[-wall - k : -wall])
    corners = sum(float(np.mean(e)) >= 0.6 for e in ends if e.size)
    share = float(top.mean() + bottom.mean()) / 2
    return share if corners >= _CORNERS and share >= _OPPOSITE else 0.0


def _alone(ink: Pixels, box: Box, dpi: float) -> bool:
    """Whether at most one side has ink close by, as where a typed X runs over it; letters have neighbours on two."""
    near, far = (max(1, round(d * dpi)) for d in _AROUND)
    sides = (
        ink[box.y : box.bottom, max(0, box.x - far) : max(0, box.x - near)].any(axis=1),
        ink[box.y : box.bottom, box.right + near : box.right + far].any(axis=1),
        ink[max(0, box.y - far) : max(0, box.y - near), box.x : box.right].any(axis=0),
        ink[box.bottom + near : box.bottom + far, box.x : box.right].any(axis=0),
    )
    return sum(float(s.mean()) > _NEIGHBOUR for s in sides if s.size) <= 1
