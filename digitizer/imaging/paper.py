"""A sheet photographed on a darker table: where it lies, and the picture of the sheet alone."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.geometry import Transform
from digitizer.document.page import PageImage, Pixels

Corners = NDArray[np.float32]

_LOOK = 500  # Longest side in pixels of the picture that is looked at.
_DARK_FRAME = 0.5  # Share of the picture's border that must be table.
_CONTRAST = 45.0  # Grey levels between paper and table.
_LEAST_AREA = 0.2  # Of the picture.
_SHEETS = (11 / 8.5, 297 / 210, 14 / 8.5)
_SHEET_WIDTHS = (8.5, 210 / 25.4, 8.5)  # Inches, in the same order.


def find_paper(pixels: Pixels) -> Corners | None:
    """The corners of the sheet, float32 (4, 2): upper left, upper right, lower right, lower left; None if unclear.

    pixels: uint8 (height, width) of a grey page. Nothing is found where the paper fills the picture.
    """
    height, width = pixels.shape
    scale = min(1.0, _LOOK / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if min(size) < 50:
        return None
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    small = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    soft = np.asarray(cv2.GaussianBlur(small, (5, 5), 0), dtype=np.uint8)
    split, rough = cv2.threshold(soft, 0, 255, cv2.THRESH_OTSU)
    rim = np.concatenate([soft[0], soft[-1], soft[:, 0], soft[:, -1]])
    table = rim[rim <= split]
    if len(table) < _DARK_FRAME * len(rim):
        return None
    # Nearer to the table than to the paper: a shadow over part of the sheet must not cut it off.
    light, dark = cv2.mean(soft, rough)[0], float(np.median(table))
    bound = max(dark + 0.3 * (light - dark), min(float(np.percentile(table, 95)) + 6, split))
    bright = cv2.threshold(soft, bound, 255, cv2.THRESH_BINARY)[1]
    outlines = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
    outline = max(outlines, key=cv2.contourArea, default=None)
    if outline is None or cv2.contourArea(outline) < _LEAST_AREA * small.size:
        return None
    corners = _four_corners(outline)
    if corners is None or not _stands_out(np.asarray(small, dtype=np.uint8), corners):
        return None
    # Contours run through pixel centres; corners are told from pixel edges.
    return np.asarray((corners + 0.5) * (np.array([width, height]) / size), dtype=np.float32)


def cut_out(page: PageImage, corners: Corners) -> tuple[PageImage, Transform]:
    """The sheet as a page of its own, and the mapping from its points to the picture's."""
    wide = (_distance(corners[0], corners[1]) + _distance(corners[3], corners[2])) / 2
    tall = (_distance(corners[0], corners[3]) + _distance(corners[1], corners[2])) / 2
    width, height = max(1, round(wide)), max(1, round(tall))
    flat = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    to_picture = Transform.of(np.asarray(cv2.getPerspectiveTransform(flat, corners), dtype=np.float64))
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    centred = np.linalg.inv(half) @ to_picture.matrix @ half
    how = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    pixels = cv2.warpPerspective(page.pixels, centred, (width, height), flags=how, borderMode=cv2.BORDER_REPLICATE)
    sheet = replace(page, pixels=np.asarray(pixels, dtype=np.uint8), dpi=_sheet_dpi(width, height, page.dpi))
    return sheet, to_picture


def _four_corners(outline: cv2.typing.MatLike) -> Corners | None:
    """The outline's four corners in order, if it is close to a four-sided sheet."""
    hull = cv2.convexHull(outline)
    around = cv2.arcLength(hull, True)
    for slack in (0.01, 0.02, 0.03, 0.05):
        corners = cv2.approxPolyDP(hull, slack * around, True).reshape(-1, 2).astype(np.float32)
        if len(corners) == 4:
            break
    else:
        return None
    area = float(cv2.contourArea(corners))
    if not 0.96 < area / cv2.contourArea(hull) < 1.04 or cv2.contourArea(outline) < 0.93 * area:
        return None
    sums, differences = corners.sum(axis=1), corners[:, 0] - corners[:, 1]
    order = [int(sums.argmin()), int(differences.argmax()), int(sums.argmax()), int(differences.argmin())]
    if len(set(order)) != 4:
        return None
    ordered = corners[order]
    sides = [_distance(ordered[i], ordered[(i + 1) % 4]) for i in range(4)]
    alike = max(sides[0], sides[2]) < 1.35 * min(sides[0], sides[2]) and max(sides[1], sides[3]) < 1.35 * min(
        sides[1], sides[3]
    )
    return ordered if alike else None


def _stands_out(small: Pixels, corners: Corners) -> bool:
    """Whether inside and outside differ as paper and table do."""
    inside = np.zeros_like(small)
    cv2.fillConvexPoly(inside, corners.round().astype(np.int32), 255)
    core = cv2.erode(inside, np.ones((9, 9), np.uint8), borderValue=(0.0,))
    table = cv2.bitwise_not(cv2.dilate(inside, np.ones((9, 9), np.uint8)))
    if cv2.countNonZero(table) < 0.02 * small.size or cv2.countNonZero(core) == 0:
        return False
    return float(cv2.mean(small, core)[0] - cv2.mean(small, table)[0]) > _CONTRAST


def _sheet_dpi(width: int, height: int, dpi: float) -> float:
    """A camera does not know its resolution: the sheet's shape tells what it is, and its size then the resolution."""
    short, long = min(width, height), max(width, height)
    errors = [abs(long / short / shape - 1) for shape in _SHEETS]
    best = int(np.argmin(errors))
    return short / _SHEET_WIDTHS[best] if errors[best] < 0.04 else dpi


def _distance(a: Corners, b: Corners) -> float:
    return float(np.hypot(*(a - b)))
