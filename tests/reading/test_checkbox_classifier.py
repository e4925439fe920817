from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.document.geometry import Box
from digitizer.document.layout import Mark
from digitizer.document.page import Pixels
from digitizer.reading.checkbox_classifier import AS_FOUND, NAMES, describe_marks, load_checkbox_classifier
from digitizer.resources import models_folder

DPI = 300.0
SIDE = 44
BOXES = tuple(Box(100 + 160 * k, 80, SIDE + 3, SIDE + 3) for k in range(6))


def page() -> Pixels:
    """A row of six checkboxes in black on white."""
    pixels = np.full((220, 1100), 255, np.uint8)
    for box in BOXES:
        cv2.rectangle(pixels, (box.x + 1, box.y + 1), (box.x + SIDE + 1, box.y + SIDE + 1), 0, 2)
    return pixels


def cross(pixels: Pixels, box: Box, thick: int = 4) -> None:
    cv2.line(pixels, (box.x + 7, box.y + 6), (box.right - 7, box.bottom - 6), 0, thick)
    cv2.line(pixels, (box.x + 7, box.bottom - 7), (box.right - 6, box.y + 6), 0, thick)


def scribble(pixels: Pixels, box: Box) -> None:
    zigzag = np.random.default_rng(5).uniform(-0.25, 1.25, (14, 2)) * SIDE + (box.x, box.y)
    cv2.polylines(pixels, [np.rint(zigzag).astype(np.int32)], False, 0, 5)


def tell(pixels: Pixels) -> tuple[Mark, ...]:
    ink = np.where(pixels < 128, 255, 0).astype(np.uint8)
    return load_checkbox_classifier(models_folder()).tell(ink, pixels, [Mark(b, False, 0.5) for b in BOXES], DPI)


def test_a_crossed_box_is_told_from_blank_ones() -> None:
    pixels = page()
    cross(pixels, BOXES[2])
    told = tell(pixels)
    assert [m.checked for m in told] == [False, False, True, False, False, False]
    assert min(m.confidence for m in told) > 0.95


def test_a_stroke_beside_a_box_ticks_nothing() -> None:
    pixels = page()
    right = BOXES[1].right
    cv2.polylines(pixels, [np.array([[right + 14, 110], [right + 22, 125], [right + 44, 84]])], False, 0, 5)
    assert not tell(pixels)[1].checked


def test_what_was_scribbled_over_goes_to_a_person() -> None:
    pixels = page()
    cross(pixels, BOXES[0])
    cross(pixels, BOXES[3])
    scribble(pixels, BOXES[3])
    told = tell(pixels)
    assert told[0].checked
    assert told[0].confidence > 0.9
    assert told[3].confidence < 0.9


def test_without_a_model_marks_stay_as_they_were_found() -> None:
    marks = [Mark(b, True, 0.7) for b in BOXES]
    assert AS_FOUND.tell(255 - page(), page(), marks, DPI) == tuple(marks)
    assert load_checkbox_classifier(models_folder()).tell(255 - page(), page(), [], DPI) == ()


@pytest.mark.parametrize("whole", [True, False])
@given(st.integers(8, 80), st.integers(8, 80), st.integers(0, 2**32 - 1))
def test_any_ink_is_described(whole: bool, height: int, width: int, seed: int) -> None:
    ink = np.random.default_rng(seed).choice([0, 255], (100, 100), p=[0.7, 0.3]).astype(np.uint8)
    box = Box(seed % (101 - width), seed % (101 - height), width, height)
    described = describe_marks(ink, 255 - ink, [Mark(box, False, 0.5, whole=whole)] * 2, DPI)
    assert described.shape == (2, len(NAMES))
    assert np.isfinite(described).all()
