"""Checkboxes that a mark runs over: they have the size of the page's others, stand in line with one of them, and have
most of their four sides left.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.geometry import Box
from digitizer.document.page import Pixels
from digitizer.imaging.broken_frames import inked_beside

_UNLIKE = 0.13
"""Of a frame's side: sizes that differ by less are one."""
_SIDE, _SIDES = 0.55, 3.1
"""The share of ink on each side, and on all four together."""
_IN_LINE = 0.02
"""Inches by which frames of one column or row may be off."""
_RING = (0.02, 0.035)
"""Inches outside of a frame between which there is mostly white; a letter of a word or a blot has neighbours."""
_NEIGHBOUR = 0.4
_WHITE_SIDES = 3


def find_like_frames(ink: Pixels, known: Sequence[Box], broken: Sequence[Box], dpi: float) -> list[Box]:
    """Frames as large as the known ones and in line with one of them, or of the broken ones; apart from the known ones.

    ink: uint8 (height, width), 255 where there is ink. Some may be letters: whoever uses them asks for a label beside.
    """
    size = _usual(known)
    if size is None:
        return []
    width, height = size
    found: list[Box] = []
    slack = max(2, round(_IN_LINE * dpi))
    anchors = [*known, *(b for b in broken if _is_like(b, size))]
    for strip in _strips(anchors, ink.shape, size, slack):
        scores = _scores(ink[strip.y : strip.bottom, strip.x : strip.right], width, height)
        while scores.size and float(scores.max()) >= _SIDES:
            y, x = np.unravel_index(int(scores.argmax()), scores.shape)
            box = Box(strip.x + int(x), strip.y + int(y), width, height)
            scores[max(0, y - height // 2) : y + height // 2 + 1, max(0, x - width // 2) : x + width // 2 + 1] = 0
            if not any(box.intersection(other) for other in (*known, *found)) and _stands_apart(ink, box, dpi):
                found.append(box)
    return sorted(found, key=lambda b: (b.y, b.x))


def _strips(known: Sequence[Box], shape: tuple[int, ...], size: tuple[int, int], slack: int) -> list[Box]:
    """The columns and rows of the page in which the known frames stand, each once."""
    strips: list[Box] = []
    for box in known:
        column = Box(box.x - slack, 0, size[0] + 2 * slack, shape[0]).clipped(shape[1], shape[0])
        row = Box(0, box.y - slack, shape[1], size[1] + 2 * slack).clipped(shape[1], shape[0])
        if all(abs(s.x - column.x) > slack or s.height != shape[0] for s in strips):
            strips.append(column)
        if all(abs(s.y - row.y) > slack or s.width != shape[1] for s in strips):
            strips.append(row)
    return strips


def _usual(known: Sequence[Box]) -> tuple[int, int] | None:
    """Width and height of most of the known frames; None where they are too few or of many sizes."""
    if not known:
        return None
    sizes = np.array([(b.width, b.height) for b in known], np.float64)
    middle = np.median(sizes, axis=0)
    usual = round(float(middle[0])), round(float(middle[1]))
    return usual if 2 * sum(_is_like(b, usual) for b in known) >= len(known) else None


def _is_like(box: Box, size: tuple[int, int]) -> bool:
    return abs(box.width - size[0]) <= _UNLIKE * size[0] + 1 and abs(box.height - size[1]) <= _UNLIKE * size[1] + 1


def _scores(ink: Pixels, width: int, height: int) -> NDArray[np.float32]:
    """By its upper left corner, the shares of ink on a frame's four sides together; 0.0 where one has too little."""
    # A side may be off by a pixel or two, as frames are drawn by hand and scanned askew.
    level = np.asarray(cv2.dilate(ink, np.ones((3, 1), np.uint8)), np.uint8)
    upright = np.asarray(cv2.dilate(ink, np.ones((1, 3), np.uint8)), np.uint8)
    along = _means(level, width, 1)
    down = _means(upright, 1, height)
    rows, columns = max(0, ink.shape[0] - height), max(0, ink.shape[1] - width)
    sides = np.stack(
        [
            along[:rows, :columns],
            along[height - 1 : height - 1 + rows, :columns],
            down[:rows, :columns],
            down[:rows, width - 1 : width - 1 + columns],
        ]
    )
    whole: NDArray[np.float32] = np.where(sides.min(axis=0) >= _SIDE, sides.sum(axis=0), 0.0).astype(np.float32)
    return whole


def _means(ink: Pixels, width: int, height: int) -> NDArray[np.float32]:
    """The share of ink in the strip that begins at each pixel."""
    binary = (ink > 0).astype(np.float32)
    means = cv2.boxFilter(binary, -1, (width, height), anchor=(0, 0), borderType=cv2.BORDER_CONSTANT)
    return np.asarray(means, np.float32)


def _stands_apart(ink: Pixels, box: Box, dpi: float) -> bool:
    return sum(share <= _NEIGHBOUR for share in inked_beside(ink, box, _RING, dpi)) >= _WHITE_SIDES
