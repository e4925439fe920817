"""A page before and after straightening."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitizer.document.geometry import Box, Transform

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class PageRef:
    """Which page of which document: the file's name, the SHA-256 of its bytes (hex), the page counted from 1."""

    document: str
    sha256: str
    page: int


@dataclass(frozen=True, slots=True)
class PrintedWord:
    """A word as a PDF spells it out; boxes in pixels of the page as it is shown.

    box: around its ink; body: from its baseline to the height of its font. turned: degrees clockwise by which it runs,
    0 to 359. font: words of one number are of one font.
    """

    text: str
    box: Box
    body: Box
    turned: int
    font: int


@dataclass(frozen=True, slots=True)
class PrintedText:
    """What a born-digital page spells out.

    level: the page without text that stands askew, as a watermark does; bare: without any text; uint8, as its pixels.
    """

    words: tuple[PrintedWord, ...]
    level: Pixels
    bare: Pixels


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as it came in.

    pixels: uint8 of shape (height, width), 0 black to 255 white, in the scan's own resolution.
    dpi: dots per inch; guessed where the file does not say.
    bilevel: whether the scan itself is black and white only.
    printed: its words as the file has them, None where they must be read from the pixels.
    complaint: what the program that drew the page found wrong with the file.
    """

    ref: PageRef
    pixels: Pixels
    dpi: float
    bilevel: bool
    printed: PrintedText | None = None
    complaint: str = ""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]


@dataclass(frozen=True, slots=True)
class StraightPage:
    """A page turned upright and level, its paper evened to white and its dirt removed.

    pixels: uint8 (height, width), 0 black to 255 white.
    ink: uint8 (height, width), 255 where there is ink, 0 where there is paper.
    to_scan: maps a point of this page to the scan as it came in (pixels to pixels).
    scan_size: width and height of that scan in pixels.
    skew: degrees by which the page was turned clockwise when it came in, between -45 and 45.
    turned: 0, 90, 180 or 270: degrees clockwise by which the page lay, before skew.
    """

    ref: PageRef
    pixels: Pixels
    ink: Pixels
    dpi: float
    bilevel: bool
    to_scan: Transform
    scan_size: tuple[int, int]
    skew: float
    turned: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]
