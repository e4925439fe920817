"""Pages and cut-outs of scans as the browser takes them."""

from __future__ import annotations

import cv2
import numpy as np

from digitizer.document.geometry import Box
from digitizer.document.page import PageImage, Pixels

WIDTHS = (700, 1400, 2800)
"""Widths, pixels, in which pages are sent."""
_CROP_WIDTH, _CROP_HEIGHT = 1600, 500
_QUALITY = 70


def page_picture(page: PageImage, width: int) -> bytes:
    """The page as a JPEG no wider than the least of WIDTHS that is at least so many pixels."""
    wanted = next((one for one in WIDTHS if one >= width), WIDTHS[-1])
    return _encoded(_shrunk(page.pixels, wanted, 4 * wanted), ".jpg")


def crop_picture(page: PageImage, box: Box, whole: bool = True) -> bytes:
    """The box with some of its surroundings as a PNG; whole: with its neighbours, else hardly more than itself."""
    margin = max(10, min(box.height, 60))
    around = box.grown(2 * margin if whole else margin // 2, margin if whole else margin // 3).clipped(*page.size)
    cut = page.pixels[around.y : around.bottom, around.x : around.right]
    return _encoded(_shrunk(cut, _CROP_WIDTH, _CROP_HEIGHT), ".png")


def _shrunk(pixels: Pixels, width: int, height: int) -> Pixels:
    rows, columns = pixels.shape[:2]
    scale = min(1.0, width / columns, height / rows)
    if scale == 1.0:
        return pixels
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _encoded(pixels: Pixels, suffix: str) -> bytes:
    options = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY] if suffix == ".jpg" else [cv2.IMWRITE_PNG_COMPRESSION, 3]
    done, data = cv2.imencode(suffix, pixels, options)
    if not done:
        raise ValueError(f"a picture of shape {pixels.shape} could not be encoded")
    return data.tobytes()
