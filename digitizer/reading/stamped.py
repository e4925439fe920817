"""Lines that run up or down the page or were stamped on it, cut out upright in spite of their tilt."""

from __future__ import annotations

import cv2
import numpy as np

from digitizer.document.geometry import Box
from digitizer.document.layout import TextLine
from digitizer.document.page import Pixels
from digitizer.reading.tesseract import Crop

_MARGIN = 0.02
_LEAST_WIDTH = 0.1
"""Inches."""


def plumb(page: Pixels, line: TextLine, dpi: float, paper: int, beyond: float = 0.0) -> Pixels:
    """The part of a page on which a line on end stands, turned so that the line is plumb: uint8 (height, width).

    paper: the value of white; beyond: inches that are taken in above and below the line as well.
    """
    sine, cosine = np.sin(np.radians(line.tilt)), np.cos(np.radians(line.tilt))
    width, height = line.box.width, line.box.height
    # The box around a leaning strip, solved for the strip.
    lean = abs(sine)
    length = (height * cosine - width * lean) / (cosine**2 - lean**2)
    across = max(_LEAST_WIDTH * dpi, (width * cosine - height * lean) / (cosine**2 - lean**2))
    size = round(across + 2 * _MARGIN * dpi), round(length + 2 * (_MARGIN + beyond) * dpi)
    x, y = line.box.center
    matrix = np.array(
        [
            [cosine, -sine, size[0] / 2 - x * cosine + y * sine],
            [sine, cosine, size[1] / 2 - x * sine - y * cosine],
        ]
    )
    cut = cv2.warpAffine(page, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=paper)
    return np.asarray(cut, np.uint8)


def turned_crops(pixels: Pixels, ink: Pixels, place: Box) -> tuple[Crop, Crop]:
    """A plumb line laid level both ways. place: where it stands on the page."""
    up, down = (
        Crop(np.ascontiguousarray(np.rot90(pixels, k)), np.ascontiguousarray(np.rot90(ink, k)), place) for k in (1, -1)
    )
    return up, down


def leveled(stamps: Pixels, line: TextLine, dpi: float) -> Pixels:
    """A stamped line laid level: uint8 (height, width), 255 where there is ink.

    stamps: the ink of the page's stamped lines, and of nothing else.
    """
    box = line.box
    own = np.zeros_like(stamps)
    rows, columns = slice(box.y, box.bottom), slice(box.x, box.right)
    own[rows, columns] = stamps[rows, columns]
    sine, cosine = abs(np.sin(np.radians(line.tilt))), np.cos(np.radians(line.tilt))
    margin = 2 * _MARGIN * dpi
    size = round(box.width / cosine + margin), round(max(_LEAST_WIDTH * dpi, box.height - box.width * sine) + margin)
    matrix = cv2.getRotationMatrix2D(box.center, line.tilt, 1.0)
    matrix[:, 2] += np.array(size) / 2 - np.array(box.center)
    return np.asarray(cv2.warpAffine(own, matrix, size, flags=cv2.INTER_LINEAR), np.uint8)
