"""White print on black, put right: bands and whole pages are turned to black on white."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.page import Pixels
from digitizer.imaging.letters import POINT, USUAL

DARK = 110
"""Grey below which a page evened to white paper is printed black."""
_THICK = 0.5
"""In heights of a letter: strokes of print are thinner."""
_HIGH, _WIDE = 1.3, 3.0
"""In heights of a letter: what is lower or narrower holds no print."""
_FULL = 0.55
"""Of its outline, the share that is black: print covers less than half of what it stands on."""
_LETTER, _LETTERS = (0.4, 4.0), 2
"""In heights of a letter: holes that high are letters; so many make it print."""
_PRINT = (0.03, 0.45)
"""Of its outline, the share that such holes take up."""
_RIM = 0.12
"""In heights of a letter: the edge that stays black, as the rule around it."""


def put_right(pixels: Pixels, dpi: float) -> Pixels:
    """The page with the areas turned that bear white print; uint8 (height, width), the same array where there are none.

    pixels: 0 black to 255, the paper evened to white.
    """
    letter = USUAL * POINT * dpi
    if np.mean(pixels[::8, ::8] < DARK) > 0.5:
        # A negative: what is black on white in it is a band.
        pixels = np.asarray(cv2.bitwise_not(pixels), np.uint8)
    dark = np.asarray(cv2.threshold(pixels, DARK, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)
    # No stroke of black print survives this, and no rule that a band touches.
    side = max(3, round(_THICK * letter))
    solid = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    contours, tree = cv2.findContours(solid, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    turned = pixels
    for k, contour in enumerate(contours):
        if tree[0][k][3] >= 0 or not _bears_print(k, contours, tree[0], letter):
            continue
        inside = np.zeros_like(dark)
        cv2.drawContours(inside, [contour], -1, 255, cv2.FILLED)
        rim = max(1, round(_RIM * letter))
        core = cv2.erode(inside, np.ones((2 * rim + 1, 2 * rim + 1), np.uint8), borderType=cv2.BORDER_REPLICATE)
        turned = np.asarray(cv2.bitwise_xor(turned, core), np.uint8)
    return turned


def _bears_print(k: int, contours: Sequence[cv2.typing.MatLike], tree: NDArray[np.int32], letter: float) -> bool:
    """Whether an area is black but for holes in it that have the size of letters."""
    _, _, width, height = cv2.boundingRect(contours[k])
    if height < _HIGH * letter or width < _WIDE * letter:
        return False
    outline = cv2.contourArea(contours[k])
    if outline < _FULL * width * height:
        return False
    hole, letters, print_area, open_area = int(tree[k][2]), 0, 0.0, 0.0
    while hole >= 0:
        area = cv2.contourArea(contours[hole])
        open_area += area
        if _LETTER[0] * letter <= cv2.boundingRect(contours[hole])[3] <= _LETTER[1] * letter:
            letters, print_area = letters + 1, print_area + area
        hole = int(tree[hole][0])
    filled = open_area <= (1 - _FULL) * outline
    return filled and letters >= _LETTERS and _PRINT[0] * outline <= print_area <= _PRINT[1] * outline
