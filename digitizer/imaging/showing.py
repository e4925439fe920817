"""Scans made ready for a person to look at: no larger than needed, and encoded as browsers take them."""

from __future__ import annotations

import cv2
import numpy as np

from digitizer.document.page import Pixels


def shrunk(pixels: Pixels, width: int, height: int) -> Pixels:
    """Smaller where it is larger than that, else as it is; uint8 of shape (height, width)."""
    rows, columns = pixels.shape[:2]
    scale = min(1.0, width / columns, height / rows)
    if scale == 1.0:
        return pixels
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def as_jpeg(pixels: Pixels, quality: int) -> bytes:
    """A JPEG file. quality: 0 to 100."""
    return _encoded(pixels, ".jpg", [cv2.IMWRITE_JPEG_QUALITY, quality])


def as_png(pixels: Pixels, compression: int) -> bytes:
    """A PNG file. compression: 0 (large and quick) to 9."""
    return _encoded(pixels, ".png", [cv2.IMWRITE_PNG_COMPRESSION, compression])


def _encoded(pixels: Pixels, suffix: str, options: list[int]) -> bytes:
    done, data = cv2.imencode(suffix, pixels, options)
    if not done:
        raise ValueError(f"a picture of shape {pixels.shape} could not be encoded")
    return data.tobytes()
