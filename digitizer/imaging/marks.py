"""Checkboxes: printed frames, what is inside of each, and whether that is more than stray ink."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.layout import Mark
from digitizer.document.page import Pixels
from digitizer.imaging.frames import LIKELY, SURE, find_frames

_FILLED_AT = 0.09
_FRAYED = 1.2
"""Pixels across that frayed sides may leave inside a frame."""
_SURE_DISTANCE = 0.05
_RIM = 0.01
"""Inches around a frame that its soft edge takes."""


@dataclass(frozen=True, slots=True)
class MarkedPage:
    """marks: top to bottom; ink: uint8 (height, width), the page's ink without the frames and what is in them."""

    marks: tuple[Mark, ...]
    ink: Pixels


def find_marks(page_ink: Pixels, ink: Pixels, letter: float, dpi: float) -> MarkedPage:
    """Checkboxes of a straightened page.

    page_ink: uint8 (height, width), 255 where there is ink, with rules and pale frames; ink: the same without them.
    letter: pixels that the page's letters are high.
    """
    frames = find_frames(page_ink, letter, dpi)
    height, width = ink.shape
    marks = []
    rest = ink.copy()
    for frame in frames:
        box = frame.box.clipped(width, height)
        marks.append(_state(page_ink, Mark(box, False, 0.5, frame.chance >= SURE, frame.round, frame.chance >= LIKELY)))
        if frame.chance >= SURE:
            grown = box.grown(max(1, round(_RIM * dpi))).clipped(width, height)
            rest[grown.y : grown.bottom, grown.x : grown.right] = 0
    return MarkedPage(tuple(sorted(marks, key=lambda m: (m.box.y, m.box.x))), rest)


def inside_of(ink: Pixels, mark: Mark) -> NDArray[np.bool_]:
    """What is within the sides of a checkbox's frame: bool, as large as the frame, at least one pixel of it.

    The sides are as thick as most of them are: a mark runs along one of them, or over it. ink: uint8 (height, width),
    255 where there is ink, with frames.
    """
    frame = mark.box
    area = ink[frame.y : frame.bottom, frame.x : frame.right] > 0
    walls = sorted(_wall(side) for side in (area, area[:, ::-1], area.T, area.T[:, ::-1]))
    wall = min(walls[1] + 1, (min(area.shape) - 1) // 2)
    inside = np.zeros(area.shape, np.uint8)
    height, width = area.shape
    if mark.round:
        middle, axes = (width // 2, height // 2), (max(1, width // 2 - wall), max(1, height // 2 - wall))
        cv2.ellipse(inside, middle, axes, 0, 0, 360, 1, -1)
    else:
        inside[wall : height - wall, wall : width - wall] = 1
    if not inside.any():
        inside[height // 2, width // 2] = 1
    return np.asarray(inside > 0, np.bool_)


def _state(ink: Pixels, mark: Mark) -> Mark:
    """A frame with more than stray ink inside is marked; near the limit the confidence falls to a half."""
    frame, inside = mark.box, inside_of(ink, mark)
    share = float((ink[frame.y : frame.bottom, frame.x : frame.right] > 0)[inside].mean())
    # The sides' frayed edges take up much of a narrow frame's inside.
    limit = max(_FILLED_AT, _FRAYED / max(1.0, float(np.sqrt(inside.sum()))))
    sure = min(1.0, abs(share - limit) / _SURE_DISTANCE)
    return replace(mark, checked=share > limit, confidence=0.5 + 0.499 * sure)


def _wall(area: NDArray[np.bool_]) -> int:
    """How deep the left side of a frame reaches, in pixels, with its frayed edges; at most a third of the frame."""
    most = max(3, area.shape[1] // 3)
    begun = np.maximum.accumulate(area[:, :most], axis=1)
    gaps = begun & ~area[:, :most]
    depths = np.where(gaps.any(axis=1), gaps.argmax(axis=1), most)
    # The rows of the upper and lower side are inked all along; a mark crosses the side in few of the others.
    usual = float(np.percentile(depths[len(depths) // 6 : -(len(depths) // 6) or None], 75))
    return int(min(most, usual + 1))
