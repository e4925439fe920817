"""Checkboxes: small printed frames, and whether somebody marked them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.geometry import Box
from digitizer.document.layout import Mark
from digitizer.document.page import Pixels
from digitizer.imaging.broken_frames import find_broken_frames
from digitizer.imaging.like_frames import find_like_frames
from digitizer.imaging.morphology import open_along

# Inches: a frame's side; narrower or wider frames are table cells or letters.
_SHORTEST, _LONGEST = 0.09, 0.30
_NARROWEST = 0.06
_LARGEST_LETTER = 0.14
_DASH_BESIDE = 0.07
_NEXT_LETTER, _AS_HIGH = 0.5, 0.9
"""In heights of a letter, how far off the next one of its word stands; how much of its height that has."""
_TOUCHING = 1
"""Pixels by which a letter's counters may overlap in height."""
_FILLED_AT = 0.09
_FRAYED = 1.2
"""Pixels across that frayed sides may leave inside a frame."""
_SURE_DISTANCE = 0.05
_WITHIN = 0.02
_BROKEN_FILLED_AT, _BROKEN_SURE = 0.13, 0.1


@dataclass(frozen=True, slots=True)
class MarkedPage:
    """marks: top to bottom; ink: uint8 (height, width), the page's ink without the frames and what is in them."""

    marks: tuple[Mark, ...]
    ink: Pixels


def find_marks(page_ink: Pixels, ink: Pixels, dpi: float) -> MarkedPage:
    """Checkboxes of a straightened page.

    page_ink: uint8 (height, width) with rules; ink: the same without them.
    """
    frames = _frames(page_ink, dpi)
    marks = [_state(page_ink, Mark(frame, False, 0.5), dpi) for frame in frames]
    broken = find_broken_frames(page_ink, frames, dpi)
    like = find_like_frames(page_ink, frames, broken, dpi)
    broken = [b for b in broken if not any(b.intersection(other) for other in like)]
    marks += [_state(page_ink, Mark(frame, False, 0.5, whole=False, in_line=True), dpi) for frame in like]
    marks += [_state(page_ink, Mark(frame, False, 0.5, whole=False), dpi) for frame in broken]
    rest = ink.copy()
    for frame in frames:
        grown = frame.grown(max(1, round(0.01 * dpi))).clipped(ink.shape[1], ink.shape[0])
        rest[grown.y : grown.bottom, grown.x : grown.right] = 0
    return MarkedPage(tuple(sorted(marks, key=lambda m: (m.box.y, m.box.x))), rest)


def inside_of(ink: Pixels, mark: Mark, dpi: float) -> Box:
    """The part of the page within a checkbox's sides; at least a pixel.

    A frame that lost sides, or whose sides a mark runs over, tells nothing of them: only what is well inside counts.
    """
    frame = mark.box
    if mark.whole:
        area = ink[frame.y : frame.bottom, frame.x : frame.right] > 0
        left, right = _wall(area), _wall(area[:, ::-1])
        top, bottom = _wall(area.T), _wall(area.T[:, ::-1])
        # A side that a tick runs along is no thicker than the others.
        usual = sorted((left, right, top, bottom))[1] + 1
        left, right, top, bottom = (min(wall, usual) for wall in (left, right, top, bottom))
    else:
        left = right = top = bottom = max(2, round(_WITHIN * dpi))
    width, height = max(1, frame.width - left - right), max(1, frame.height - top - bottom)
    return Box(frame.x + left, frame.y + top, width, height)


def _state(ink: Pixels, mark: Mark, dpi: float) -> Mark:
    """A frame with more than stray ink inside is marked; near the limit the confidence falls to a half."""
    inner = inside_of(ink, mark, dpi)
    share = float((ink[inner.y : inner.bottom, inner.x : inner.right] > 0).mean())
    if not mark.whole:
        sure = min(1.0, abs(share - _BROKEN_FILLED_AT) / _BROKEN_SURE)
        return replace(mark, checked=share > _BROKEN_FILLED_AT, confidence=0.5 + 0.4 * sure)
    # The sides' frayed edges take up much of a narrow frame's inside.
    limit = max(_FILLED_AT, _FRAYED / inner.width)
    sure = min(1.0, abs(share - limit) / _SURE_DISTANCE)
    return replace(mark, checked=share > limit, confidence=0.5 + 0.499 * sure)


def _frames(ink: Pixels, dpi: float) -> list[Box]:
    """Rectangles of four straight sides of a checkbox's size, whatever is drawn inside or over them."""
    shortest, longest = _SHORTEST * dpi, _LONGEST * dpi
    tolerance = max(2, round(0.015 * dpi))
    sides = _sides(ink, max(8, round(_NARROWEST * dpi)), longest)
    by_left: dict[int, list[Box]] = {}
    for side in sides:
        by_left.setdefault(side.x // tolerance, []).append(side)
    frames: list[Box] = []
    for top in sides:
        column = top.x // tolerance
        for bottom in [b for k in (column - 1, column, column + 1) for b in by_left.get(k, [])]:
            height = bottom.bottom - top.y
            if not shortest <= height <= longest or abs(top.right - bottom.right) > tolerance or top.width > 2 * height:
                continue
            frame = Box.around([top, bottom])
            if _framed(ink, frame, dpi) and not any(f.intersection(frame) for f in frames):
                frames.append(frame)
    return frames


def _sides(ink: Pixels, least: int, most: float) -> list[Box]:
    """Level strokes of a length between the two, in pixels."""
    contours, _ = cv2.findContours(open_along(ink, least), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    boxes = [Box(*cv2.boundingRect(c)) for c in contours]
    return [b for b in boxes if b.width <= most * 1.1 and b.height <= 0.35 * b.width + 2]


def _framed(ink: Pixels, frame: Box, dpi: float) -> bool:
    """Whether all four sides are inked from corner to corner; letters fail at their rounded or missing corners."""
    if min(inked_sides(ink, frame, dpi)) < 0.8:
        return False
    area = ink[frame.y : frame.bottom, frame.x : frame.right] > 0
    k = max(3, round(0.018 * dpi))
    corners = (area[:k, :k], area[:k, -k:], area[-k:, :k], area[-k:, -k:])
    return min(float(c.mean()) for c in corners) >= 0.4 and not _in_a_word(ink, frame, dpi)


def inked_sides(ink: Pixels, frame: Box, dpi: float) -> list[float]:
    """How much of each side of a frame is inked along its length, 0 to 1: left, right, top, bottom."""
    depth = max(2, round(0.015 * dpi))
    area = ink[frame.y : frame.bottom, frame.x : frame.right] > 0
    strips = (
        area[:, :depth].any(axis=1),
        area[:, -depth:].any(axis=1),
        area[:depth].any(axis=0),
        area[-depth:].any(axis=0),
    )
    return [float(s.mean()) for s in strips]


def _in_a_word(ink: Pixels, frame: Box, dpi: float) -> bool:
    """Whether something as tall stands so close beside it that the frame is a letter."""
    if _is_b(ink, frame, dpi):
        return True
    if frame.height > _LARGEST_LETTER * dpi:
        return False
    gap = max(3, round(0.03 * dpi))
    left = ink[frame.y : frame.bottom, max(0, frame.x - gap) : max(0, frame.x - 1)]
    right = ink[frame.y : frame.bottom, frame.right + 1 : frame.right + gap]
    if any(side.size and float((side.max(axis=1) > 0).mean()) > 0.35 for side in (left, right)):
        return True
    # In a stamp set on end the neighbours stand above and below.
    above = ink[max(0, frame.y - gap) : max(0, frame.y - 1), frame.x : frame.right]
    below = ink[frame.bottom + 1 : frame.bottom + gap, frame.x : frame.right]
    return all(side.size and float((side.max(axis=0) > 0).mean()) > 0.35 for side in (above, below))


def _is_b(ink: Pixels, frame: Box, dpi: float) -> bool:
    """Whether a frame is the letter B, of two counters: a dash goes on from it as in B-19, or letters as high."""
    area = np.pad(ink[frame.y : frame.bottom, frame.x : frame.right], 1)
    contours, hierarchy = cv2.findContours(area, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    holes = [Box(*cv2.boundingRect(c)) for c, h in zip(contours, hierarchy[0], strict=True) if h[3] >= 0]
    counters = sorted((h for h in holes if h.width >= 0.25 * frame.width), key=lambda h: h.y)
    # The outline of a hole lies on the ink around it.
    if len(counters) != 2 or counters[0].bottom > counters[1].y + 2 + _TOUCHING:
        return False
    if frame.height > _LARGEST_LETTER * dpi:
        # Of a heading.
        reach = round(_NEXT_LETTER * frame.height)
        sides = (
            ink[frame.y : frame.bottom, max(0, frame.x - reach) : max(0, frame.x - 1)],
            ink[frame.y : frame.bottom, frame.right + 1 : frame.right + reach],
        )
        return any(side.size and float((side.max(axis=1) > 0).mean()) > _AS_HIGH for side in sides)
    reach = max(3, round(_DASH_BESIDE * dpi))
    rows = slice(frame.y + frame.height // 3, frame.bottom - frame.height // 10)
    beside = ink[rows, max(0, frame.x - reach) : max(0, frame.x - 1)], ink[rows, frame.right + 1 : frame.right + reach]
    return any(side.size and (side > 0).any() for side in beside)


def _wall(area: NDArray[np.bool_]) -> int:
    """How deep the left side of a frame reaches, in pixels, with its frayed edges; at most a third of the frame."""
    most = max(3, area.shape[1] // 3)
    begun = np.maximum.accumulate(area[:, :most], axis=1)
    gaps = begun & ~area[:, :most]
    depths = np.where(gaps.any(axis=1), gaps.argmax(axis=1), most)
    # The rows of the upper and lower side are inked all along; a mark crosses the side in few of the others.
    usual = float(np.percentile(depths[len(depths) // 6 : -(len(depths) // 6) or None], 75))
    return int(min(most, usual + 1))
