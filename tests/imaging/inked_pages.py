"""Sheets of ink for the tests of segmenting: rules, letters and checkboxes put where the test says.

Measures in pixels at 200 dots per inch; 255 where there is ink.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from digitizer.document.geometry import Box, Transform
from digitizer.document.page import PageRef, Pixels, StraightPage

DPI = 200.0
LETTER = 12.0
"""Pixels that a letter of usual print is high at that resolution."""


def blank_ink(width: int = 1000, height: int = 800) -> Pixels:
    """A page without ink, uint8 (height, width)."""
    return np.zeros((height, width), np.uint8)


def fill(ink: Pixels, x: int, y: int, width: int, height: int) -> Box:
    """Inks a rectangle, as a rule or a stroke."""
    ink[y : y + height, x : x + width] = 255
    return Box(x, y, width, height)


def draw_grid(ink: Pixels, xs: Sequence[int], ys: Sequence[int], thick: int = 3) -> None:
    """Rules at those places from the first to the last of the others."""
    for y in ys:
        fill(ink, xs[0], y, xs[-1] - xs[0] + thick, thick)
    for x in xs:
        fill(ink, x, ys[0], thick, ys[-1] - ys[0] + thick)


def write(ink: Pixels, x: int, y: int, text: str, size: int = 28) -> Box:
    """Writes in a plain face; returns the box of the ink. size: pixels from ascender to descender, about."""
    image = Image.new("L", (ink.shape[1], ink.shape[0]), 0)
    ImageDraw.Draw(image).text((x, y), text, font=ImageFont.load_default(size), fill=255)
    drawn = np.asarray(image, np.uint8) > 127
    ink[drawn] = 255
    rows, columns = np.nonzero(drawn)
    return Box.spanning(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)


def frame(ink: Pixels, x: int, y: int, side: int = 32, thick: int = 2) -> Box:
    """An empty checkbox."""
    cv2.rectangle(ink, (x, y), (x + side - 1, y + side - 1), 255, thick)
    outer = thick // 2
    return Box(x, y, side, side).grown(outer if thick > 1 else 0)


def stroke(ink: Pixels, *points: tuple[int, int], thick: int = 3) -> None:
    """A stroke of a pen through the points."""
    cv2.polylines(ink, [np.array(points, np.int32)], False, 255, thick)


def straight_page(ink: Pixels) -> StraightPage:
    """A page that came in straight, in black and white."""
    return StraightPage(
        ref=PageRef("drawn.pdf", "5" * 64, 1),
        pixels=255 - ink,
        ink=ink,
        dpi=DPI,
        bilevel=True,
        to_scan=Transform(),
        scan_size=(ink.shape[1], ink.shape[0]),
        skew=0.0,
        turned=0,
    )


def near(one: Box, other: Box, by: int = 3) -> bool:
    """Whether two boxes are one but for a few pixels at each edge."""
    return one.contains(other, by) and other.contains(one, by)
