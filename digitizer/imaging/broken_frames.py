"""Checkboxes of which a scan lost parts: two sides face each other, corners are there, the rest may be gone."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.geometry import Box
from digitizer.document.page import Pixels
from digitizer.imaging.morphology import close_along, open_along

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
    found += [_Found(f.score, f.box.transposed()) for f in _facing(np.ascontiguousarray(ink.T), dpi)]
    found = [f for f in found if _alone(ink, f.box, dpi)]
    kept: list[Box] = []
    for candidate in sorted(found, key=lambda f: (-f.score, f.box)):
        if not any(candidate.box.intersection(k) for k in [*known, *kept]):
            kept.append(candidate.box)
    return sorted(kept, key=lambda b: (b.y, b.x))


def _facing(ink: Pixels, dpi: float) -> list[_Found]:
    """Pairs of upright strokes as long as a frame's sides and as far apart, with what is left of the level ones."""
    low, high, slack = _SIDE[0] * dpi, _SIDE[1] * dpi, 0.025 * dpi
    strokes = _upright(ink, dpi)
    y, bottom = strokes[:, 1], strokes[:, 1] + strokes[:, 3]
    lefts = np.nonzero(strokes[:, 3] >= low)[0]
    first = np.searchsorted(y, y[lefts] - slack)
    counts = np.searchsorted(y, y[lefts] + slack + 1) - first
    # Every left stroke with every stroke that begins about as high, as two long rows of indices.
    i = np.repeat(lefts, counts)
    j = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(first, counts)
    width, height = strokes[j, 0] + strokes[j, 2] - strokes[i, 0], strokes[i, 3]
    fits = (strokes[j, 0] > strokes[i, 0]) & (width >= 0.75 * height) & (width <= np.minimum(high, 1.35 * height))
    fits &= np.abs(bottom[j] - bottom[i]) <= 1.6 * slack
    found = []
    for a, b in zip(strokes[i[fits]].tolist(), strokes[j[fits]].tolist(), strict=True):
        box = Box.around([Box(*a), Box(*b)])
        score = _score(ink, box, dpi)
        if score > 0:
            found.append(_Found(score, box))
    return found


def _upright(ink: Pixels, dpi: float) -> NDArray[np.int64]:
    """Thin upright strokes, small gaps in them mended: (strokes, 4) of x, y, width, height in pixels, by y."""
    mended = close_along(ink, max(3, round(_MEND * dpi)), vertical=True)
    runs = open_along(mended, max(5, round(_STROKE * dpi)), vertical=True)
    contours, _ = cv2.findContours(runs, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    boxes = np.array([cv2.boundingRect(c) for c in contours], np.int64).reshape(-1, 4)
    boxes = boxes[(boxes[:, 2] <= _THICKEST * dpi) & (boxes[:, 3] <= _SIDE[1] * dpi)]
    return boxes[np.lexsort((boxes[:, 0], boxes[:, 1]))]


def _score(ink: Pixels, box: Box, dpi: float) -> float:
    """How much of the level sides is left, 0 to 1; 0.0 where it is too little or the corners are not square."""
    area = ink[box.y : box.bottom, box.x : box.right]
    deep, k = max(2, round(0.015 * dpi)), max(3, round(_CORNER * dpi))
    top, bottom = area[:deep].max(axis=0) > 0, area[-deep:].max(axis=0) > 0
    share = (int(np.count_nonzero(top)) + int(np.count_nonzero(bottom))) / (2 * box.width)
    if share < _OPPOSITE:
        return 0.0
    wall = max(2, round(0.012 * dpi))
    ends = (top[wall : wall + k], top[-wall - k : -wall], bottom[wall : wall + k], bottom[-wall - k : -wall])
    corners = sum(int(np.count_nonzero(e)) >= 0.6 * e.size for e in ends if e.size)
    return share if corners >= _CORNERS else 0.0


def _alone(ink: Pixels, box: Box, dpi: float) -> bool:
    """Whether at most one side has ink close by, as where a typed X runs over it; letters have neighbours on two."""
    return sum(share > _NEIGHBOUR for share in inked_beside(ink, box, _AROUND, dpi)) <= 1


def inked_beside(ink: Pixels, box: Box, ring: tuple[float, float], dpi: float) -> list[float]:
    """How much of each side of a box has ink close by, 0 to 1; a side at the page's edge is left out.

    ring: inches outside of the box between which is looked.
    """
    near, far = (max(1, round(d * dpi)) for d in ring)
    strips = (
        ink[box.y : box.bottom, max(0, box.x - far) : max(0, box.x - near)].any(axis=1),
        ink[box.y : box.bottom, box.right + near : box.right + far].any(axis=1),
        ink[max(0, box.y - far) : max(0, box.y - near), box.x : box.right].any(axis=0),
        ink[box.bottom + near : box.bottom + far, box.x : box.right].any(axis=0),
    )
    return [float(s.mean()) for s in strips if s.size]
