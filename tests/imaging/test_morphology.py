"""The quick ways give what OpenCV's morphology gives."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitizer.imaging.morphology import close_along, open_along


def _kernel(length: int, vertical: bool) -> np.ndarray:
    return np.ones((length | 1, 1) if vertical else (1, length | 1), np.uint8)


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    height=st.integers(1, 150),
    width=st.integers(1, 300),
    length=st.integers(1, 140),
    share=st.sampled_from([0.05, 0.5, 0.9, 0.99]),
    vertical=st.booleans(),
)
def test_the_same_as_opencv(seed: int, height: int, width: int, length: int, share: float, vertical: bool) -> None:
    ink = np.where(np.random.default_rng(seed).random((height, width)) < share, 255, 0).astype(np.uint8)
    kernel = _kernel(length, vertical)
    assert np.array_equal(open_along(ink, length, vertical), cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel))
    assert np.array_equal(close_along(ink, length, vertical), cv2.morphologyEx(ink, cv2.MORPH_CLOSE, kernel))


@pytest.mark.parametrize("vertical", [False, True])
def test_runs_as_long_as_asked_for_stay(vertical: bool) -> None:
    ink = np.zeros((40, 200), np.uint8)
    ink[10, 50:119], ink[20, 50:118] = 255, 255  # 69 and 68 pixels
    page = np.ascontiguousarray(ink.T) if vertical else ink
    opened = open_along(page, 69, vertical)
    kept = opened.T if vertical else opened
    assert kept[10, 50:119].all()
    assert not kept[20].any()
