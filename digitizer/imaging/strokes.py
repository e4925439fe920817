"""Lines that somebody struck out: a stroke runs level through the letters from one end to the other."""

from __future__ import annotations

import cv2
import numpy as np

from digitizer.document.geometry import Box
from digitizer.document.layout import TextLine
from digitizer.document.page import Pixels

# In heights of the line.
_BAND = (0.3, 0.75)
"""Where a stroke runs, from the top; below there are underlines."""
_BOW = 0.06
"""How far it bends up or down."""
_LONG = 2.0
"""A line of letters is longer; dashes by themselves are not high."""
_BEYOND = (1.2, 2.4)
"""Where a stroke has ended on both sides; a rule that a text was typed on goes on."""
_DRAWN = 0.96
"""The share of the line's length along which a stroke has ink; crossbars of capitals leave the gaps between them."""
_LETTERS = (0.2, 0.75)
"""That along which its letters have ink beside the stroke: small blurred print has nearly as much there."""


def is_struck(page_ink: Pixels, line: TextLine, letter: float) -> bool:
    """Whether a line was struck out.

    page_ink: uint8 (height, width), 255 where there is ink, with all rules. letter: pixels that the page's letters are
    high; what is lower is a dash.
    """
    box = line.box
    if line.sideways or line.stamped or box.height < letter or box.width < _LONG * box.height:
        return False
    top, bottom = (box.y + round(share * box.height) for share in _BAND)
    near, far = (round(share * box.height) for share in _BEYOND)
    wide = Box.spanning(box.x - far, top, box.right + far, max(top + 1, bottom)).clipped(
        page_ink.shape[1], page_ink.shape[0]
    )
    bow = np.ones((1 + 2 * round(_BOW * box.height), 1), np.uint8)
    band = cv2.dilate(page_ink[wide.y : wide.bottom, wide.x : wide.right], bow) > 0
    start, end = box.x - wide.x, box.right - wide.x
    shares = band[:, start:end].mean(axis=1)
    rows = shares >= _DRAWN
    letters = shares[~rows]
    if not rows.any() or not len(letters) or not _LETTERS[0] <= float(np.median(letters)) <= _LETTERS[1]:
        return False
    sides = band[rows, : max(0, start - near)], band[rows, end + near :]
    return not any(side.size and side.any(axis=0).mean() > 0.5 for side in sides)
