"""Pages and cut-outs of scans as the browser takes them."""

from __future__ import annotations

from digitizer.document.geometry import Box
from digitizer.document.page import PageImage
from digitizer.imaging.showing import as_jpeg, as_png, shrunk

WIDTHS = (700, 1400, 2800)
"""Widths, pixels, in which pages are sent."""
_CROP_WIDTH, _CROP_HEIGHT = 1600, 500
_QUALITY, _COMPRESSION = 70, 3


def page_picture(page: PageImage, width: int) -> bytes:
    """The page as a JPEG no wider than the least of WIDTHS that is at least so many pixels."""
    wanted = next((one for one in WIDTHS if one >= width), WIDTHS[-1])
    return as_jpeg(shrunk(page.pixels, wanted, 4 * wanted), _QUALITY)


def crop_picture(page: PageImage, box: Box, whole: bool = True) -> bytes:
    """The box with some of its surroundings as a PNG; whole: with its neighbours, else hardly more than itself."""
    margin = max(10, min(box.height, 60))
    around = box.grown(2 * margin if whole else margin // 2, margin if whole else margin // 3).clipped(*page.size)
    cut = page.pixels[around.y : around.bottom, around.x : around.right]
    return as_png(shrunk(cut, _CROP_WIDTH, _CROP_HEIGHT), _COMPRESSION)
