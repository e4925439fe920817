"""Pictures for people: never larger than asked, and what is decoded is what was shown."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from digitizer.imaging.showing import as_jpeg, as_png, shrunk


@given(st.integers(1, 300), st.integers(1, 300), st.integers(1, 200), st.integers(1, 200))
def test_no_picture_is_larger_than_asked_and_none_is_enlarged(rows: int, columns: int, width: int, height: int) -> None:
    small = shrunk(np.zeros((rows, columns), dtype=np.uint8), width, height)
    assert 1 <= small.shape[0] <= min(rows, height)
    assert 1 <= small.shape[1] <= min(columns, width)


def test_shape_is_kept() -> None:
    assert shrunk(np.zeros((400, 200), dtype=np.uint8), 100, 100).shape == (100, 50)


def test_a_png_holds_the_very_pixels_and_a_jpeg_holds_them_nearly() -> None:
    pixels = np.tile(np.arange(0, 240, 4, dtype=np.uint8), (40, 1))
    kept = cv2.imdecode(np.frombuffer(as_png(pixels, 9), np.uint8), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(kept, pixels)
    near = cv2.imdecode(np.frombuffer(as_jpeg(pixels, 90), np.uint8), cv2.IMREAD_UNCHANGED)
    assert np.abs(near.astype(int) - pixels).mean() < 3
