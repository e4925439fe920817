"""Frames of many prints, found by what they have in common; and what has a frame's size and is none."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import cv2
import numpy as np
import pytest
from drawn_pages import Style, draw_page
from hypothesis import given
from hypothesis import strategies as st
from inked_pages import DPI, LETTER, blank_ink, frame, near, stroke, write

from digitizer.document.geometry import Box
from digitizer.document.page import Pixels
from digitizer.imaging.frame_candidates import candidates, with_pale_strokes
from digitizer.imaging.frame_evidence import Sums, describe_frames
from digitizer.imaging.frames import LIKELY, find_frames

AT = [(200, 120 + 80 * k) for k in range(6)]
Draw = Callable[[Pixels, int, int], Box]


def found(ink: Pixels, dpi: float = DPI) -> list[Box]:
    frames = find_frames(ink, LETTER * dpi / DPI, dpi)
    return sorted((f.box for f in frames if f.chance >= LIKELY), key=lambda b: (b.y, b.x))


def labelled(draw: Draw) -> tuple[Pixels, list[Box]]:
    """A column of six frames with labels beside them."""
    ink = blank_ink()
    boxes = [draw(ink, x, y) for x, y in AT]
    for box in boxes:
        write(ink, box.right + 14, box.y, "director", 24)
    return ink, boxes


def thin(ink: Pixels, x: int, y: int) -> Box:
    return frame(ink, x, y, 30, 1)


def thick(ink: Pixels, x: int, y: int) -> Box:
    return frame(ink, x, y, 40, 6)


def small(ink: Pixels, x: int, y: int) -> Box:
    return frame(ink, x, y, 18, 2)


def large(ink: Pixels, x: int, y: int) -> Box:
    return frame(ink, x, y, 58, 2)


def oblong(ink: Pixels, x: int, y: int) -> Box:
    cv2.rectangle(ink, (x, y), (x + 46, y + 28), 255, 2)
    return Box(x - 1, y - 1, 49, 31)


def ring(ink: Pixels, x: int, y: int) -> Box:
    cv2.circle(ink, (x + 17, y + 17), 16, 255, 2)
    return Box(x, y, 35, 35)


def rounded(ink: Pixels, x: int, y: int) -> Box:
    for cx, cy, angle in ((8, 8, 180), (32, 8, 270), (32, 32, 0), (8, 32, 90)):
        cv2.ellipse(ink, (x + cx, y + cy), (8, 8), angle, 0, 90, 255, 2)
    for one, other in (((8, 0), (32, 0)), ((8, 40), (32, 40)), ((0, 8), (0, 32)), ((40, 8), (40, 32))):
        cv2.line(ink, (x + one[0], y + one[1]), (x + other[0], y + other[1]), 255, 2)
    return Box(x - 1, y - 1, 43, 43)


@pytest.mark.parametrize("draw", [thin, thick, small, large, oblong, ring, rounded])
def test_frames_of_any_print_are_found(draw: Draw) -> None:
    ink, boxes = labelled(draw)
    places = found(ink)
    assert len(places) == len(boxes)
    assert all(near(place, box, by=3) for place, box in zip(places, boxes, strict=True))


@pytest.mark.parametrize("dpi", [100, 150, 300, 600])
def test_frames_are_found_at_any_resolution(dpi: int) -> None:
    ink, boxes = labelled(lambda page, x, y: frame(page, x, y, 36, 3))
    scale = dpi / DPI
    resized = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    places = found(np.where(resized > 90, np.uint8(255), np.uint8(0)), dpi)
    assert len(places) == len(boxes)
    for place, box in zip(places, boxes, strict=True):
        assert abs(place.x / scale - box.x) <= 4
        assert abs(place.bottom / scale - box.bottom) <= 4


def test_a_frame_under_a_mark_that_covers_it_is_told_by_the_others() -> None:
    ink, boxes = labelled(lambda page, x, y: frame(page, x, y, 32, 2))
    box = boxes[2]
    stroke(ink, (box.x - 12, box.y - 12), (box.right + 12, box.bottom + 12), thick=7)
    stroke(ink, (box.right + 12, box.y - 12), (box.x - 12, box.bottom + 12), thick=7)
    assert any(near(place, box, by=4) for place in found(ink))


def test_frames_edge_to_edge_are_one_each() -> None:
    ink = blank_ink()
    for k in range(5):
        frame(ink, 200, 100 + 31 * k, 32, 2)
        write(ink, 246, 102 + 31 * k, "partner", 22)
    places = found(ink)
    assert len(places) == 5
    assert all(abs(b.y - a.y - 31) <= 2 for a, b in pairwise(places))


@pytest.mark.parametrize("font", range(4))
@pytest.mark.parametrize("capitals", [False, True])
def test_text_and_tables_have_hardly_any(font: int, capitals: bool) -> None:
    pixels = draw_page(7, Style(font=font, capitals=capitals))
    assert len(found(np.where(pixels < 128, np.uint8(255), np.uint8(0)))) <= 1


def test_pale_frames_are_brought_out_and_soft_edges_of_letters_are_not() -> None:
    pixels = np.full((400, 600), 255, np.uint8)
    cv2.rectangle(pixels, (100, 100), (132, 132), 205, 1)
    cv2.rectangle(pixels, (300, 80), (330, 200), 0, -1)
    pixels = cv2.GaussianBlur(pixels, (3, 3), 0.6)
    ink = np.where(pixels < 128, np.uint8(255), np.uint8(0))
    told = with_pale_strokes(np.asarray(pixels, np.uint8), ink, DPI)
    assert (told[100:133, 100] > 0).mean() > 0.9
    assert np.array_equal(told[:, 290:340], ink[:, 290:340])


@given(st.integers(0, 2**32 - 1))
def test_any_ink_is_described(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ink = rng.choice([0, 255], (90, 120), p=[0.6, 0.4]).astype(np.uint8)
    sums = Sums.of(ink, DPI)
    boxes = candidates(ink, sums, DPI)
    described = describe_frames(sums, boxes, LETTER, DPI)
    assert np.isfinite(described).all()
    assert len(described) == len(boxes)
