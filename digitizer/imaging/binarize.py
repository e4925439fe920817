"""Paper to white, ink to black: even light first, then a threshold that follows the neighbourhood."""

from __future__ import annotations

import cv2
import numpy as np

from digitizer.document.page import Pixels

_PAPER_SHRINK = 8
_PAPER_REACH = 0.7  # Inches: wider than any stroke, bar or letter that must not pass for paper.
_DARKEST_PAPER = 0.35  # Of the page's brightest paper; darker areas are printed black, not shaded.
_WHITE_FROM = 0.93  # Of the paper around it: what is brighter is paper.
_WINDOW = 0.16  # Inches around a pixel that its threshold looks at: about a line of text.
_SAUVOLA_K = 0.24
_SAUVOLA_RANGE = 128.0
_FAINT, _NOISE = 128, 24
"""Grey levels between paper and the darkest ink around, below which print is faint, and below which it is none."""
_DARKER = 0.4
"""Of that difference, what ink is darker by than paper."""


def even_paper(pixels: Pixels, dpi: float) -> Pixels:
    """The page with shadows and uneven light divided out and its paper white; uint8 (height, width)."""
    height, width = pixels.shape
    size = max(1, width // _PAPER_SHRINK), max(1, height // _PAPER_SHRINK)
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    reach = max(3, round(_PAPER_REACH * dpi / _PAPER_SHRINK) | 1)
    paper = cv2.morphologyEx(
        cv2.medianBlur(small, 3),
        cv2.MORPH_CLOSE,
        cv2.getStructuringElement(cv2.MORPH_RECT, (reach, reach)),
        borderType=cv2.BORDER_REPLICATE,
    )
    paper = cv2.blur(paper, (reach // 2 | 1, reach // 2 | 1), borderType=cv2.BORDER_REPLICATE)
    paper = np.maximum(paper, np.uint8(max(1.0, _DARKEST_PAPER * float(np.percentile(paper, 95)))))
    white = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(pixels, white, scale=255.0 / _WHITE_FROM), dtype=np.uint8)


def find_ink(pixels: Pixels, dpi: float) -> Pixels:
    """Sauvola's threshold on an evened page: 255 where there is ink, 0 where there is paper; uint8 (height, width).

    The threshold changes slowly, so it is computed at half size and enlarged.
    """
    height, width = pixels.shape
    half = cv2.resize(pixels, (max(1, width // 2), max(1, height // 2)), interpolation=cv2.INTER_AREA)
    side = max(5, round(_WINDOW * dpi / 2) | 1)
    mean = cv2.boxFilter(half, cv2.CV_32F, (side, side), borderType=cv2.BORDER_REPLICATE)
    square = cv2.sqrBoxFilter(half, cv2.CV_32F, (side, side), borderType=cv2.BORDER_REPLICATE)
    spread = np.sqrt(np.maximum(square - mean * mean, 0.0))
    bound = mean * (1.0 - _SAUVOLA_K + spread * (_SAUVOLA_K / _SAUVOLA_RANGE))
    threshold = cv2.resize(bound.astype(np.uint8), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.compare(pixels, threshold, cv2.CMP_LT), dtype=np.uint8)


def find_faint_ink(pixels: Pixels, text: Pixels, letter: float) -> Pixels:
    """The ink of faint print: 255 where there is some, 0 elsewhere; uint8 (height, width).

    What a threshold for the whole neighbourhood misses is found where text is known to stand, by the darkest ink around
    it (Bernsen 1986). text: uint8, 255 along the middle of each line of text; letter: pixels that letters are high.
    """
    reach = max(3, round(letter) | 1)
    around = np.ones((reach, reach), np.uint8)
    darkest = cv2.blur(cv2.erode(pixels, around), (reach, reach))
    contrast = cv2.bitwise_not(darkest)
    faint = cv2.bitwise_and(cv2.inRange(contrast, _NOISE, _FAINT), cv2.dilate(text, around))
    bound = cv2.convertScaleAbs(contrast, alpha=-_DARKER, beta=255)
    return np.asarray(cv2.bitwise_and(cv2.compare(pixels, bound, cv2.CMP_LT), faint), np.uint8)
