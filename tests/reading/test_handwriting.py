from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.document.page import Pixels
from digitizer.reading.handwriting import (
    NAMES,
    UNTAUGHT,
    HandwritingClassifier,
    describe_hand,
    load_handwriting_classifier,
)
from digitizer.resources import models_folder

DPI = 200.0


def typed(text: str = "Registration No. 5758") -> Pixels:
    ink = np.zeros((40, 420), np.uint8)
    cv2.putText(ink, text, (5, 28), cv2.FONT_HERSHEY_COMPLEX, 0.8, 255, 2)
    return ink


def scrawled() -> Pixels:
    """Five words of loops that run into one another, of changing height: a hand in a hurry."""
    ink = np.zeros((90, 420), np.uint8)
    t = np.linspace(0, 18 * np.pi, 900)
    size = 12 + 10 * np.sin(t / 7) + 6 * np.sin(t / 2.3)
    points = np.stack([20 + 6.2 * t + 7 * np.cos(t), 48 + size * np.sin(t) + 5 * np.sin(t / 9)], axis=1)
    for start in range(0, 900, 180):
        cv2.polylines(ink, [points[start : start + 150].astype(np.int32)], False, 255, 2)
    return ink


def test_a_form_without_a_teller_knows_no_handwriting() -> None:
    assert UNTAUGHT.probabilities([typed(), scrawled()], DPI).tolist() == [0.0, 0.0]


def test_type_is_told_from_a_hand() -> None:
    teller = load_handwriting_classifier(models_folder())
    print_, hand = teller.probabilities([typed(), scrawled()], DPI)
    assert print_ < 0.3
    assert hand > 0.5


def test_too_little_ink_tells_nothing() -> None:
    assert describe_hand(np.zeros((20, 200), np.uint8), DPI) is None
    assert describe_hand(typed()[:, :30], DPI) is None
    assert isinstance(load_handwriting_classifier(models_folder()), HandwritingClassifier)


@given(st.integers(2, 60), st.integers(2, 300), st.integers(0, 2**32 - 1))
def test_any_ink_is_described(height: int, width: int, seed: int) -> None:
    ink = np.random.default_rng(seed).choice([0, 255], (height, width), p=[0.7, 0.3]).astype(np.uint8)
    described = describe_hand(ink, DPI)
    assert described is None or (len(described) == len(NAMES) and np.isfinite(described).all())


@pytest.mark.parametrize("text", ["Embassy of Japan", "12/08/1962", "Washington, D. C."])
def test_typed_values_are_not_sent_to_a_person(text: str) -> None:
    assert load_handwriting_classifier(models_folder()).probabilities([typed(text)], DPI)[0] < 0.5
