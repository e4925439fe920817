"""A page as it came in, made upright, level and clean; its way back to the scan is kept."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.geometry import Transform
from digitizer.document.page import PageImage, Pixels, StraightPage
from digitizer.imaging.binarize import even_paper, find_ink
from digitizer.imaging.deskew import find_slope
from digitizer.imaging.orientation import find_letters, runs_upright, stands_on_head

_LOOK_DPI = 150.0
_LEVEL_ENOUGH = 0.02  # Degrees; less is not worth resampling for.
_SURE = 4.0  # Standard deviations at which a page is turned over.
_BLANK_SHARE = 0.0002

Matrix = NDArray[np.float64]


def straighten(page: PageImage) -> StraightPage:
    """The page upright and level, paper white, dirt removed.

    Steps in which the page is only looked at are taken on a reduced copy; its pixels are moved once.
    """
    grey = page.pixels if page.bilevel else even_paper(page.pixels, page.dpi)
    ink = np.asarray(255 - grey, dtype=np.uint8) if page.bilevel else find_ink(grey, page.dpi)
    pose = _find_pose(ink, page.dpi)
    width, height = page.size
    turn = _turning(pose.turned, width, height)
    size = (height, width) if pose.turned in (90, 270) else (width, height)
    back, size = _levelling(pose.slope, size)
    to_scan = Transform.of(turn @ back)
    skew = float(np.degrees(np.arctan(pose.slope)))
    pixels, ink = _move(page, grey, ink, pose, to_scan, size)
    return StraightPage(
        ref=page.ref,
        pixels=pixels,
        ink=ink,
        dpi=page.dpi,
        bilevel=page.bilevel,
        to_scan=to_scan,
        scan_size=page.size,
        skew=skew,
        turned=pose.turned,
    )


def is_blank(page: StraightPage) -> bool:
    """Whether nothing but specks stands on the page."""
    return cv2.countNonZero(page.ink) < _BLANK_SHARE * page.ink.size


@dataclass(frozen=True, slots=True)
class _Pose:
    """turned: 0, 90, 180 or 270 degrees clockwise; slope: of its lines after turning back, dy/dx, y downward."""

    turned: int
    slope: float


def _find_pose(ink: Pixels, dpi: float) -> _Pose:
    scale = min(1.0, _LOOK_DPI / dpi)
    small = ink
    if scale < 1.0:
        size = max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale))
        small = _at_least(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), 81)
    letters = find_letters(small, dpi * scale)
    quarter = runs_upright(letters)
    if quarter:
        small = np.ascontiguousarray(np.rot90(small))
    slope = find_slope(small)
    level = cv2.warpAffine(small, _rotation(slope, small.shape[1], small.shape[0]), (small.shape[1], small.shape[0]))
    level = _at_least(level, 128)
    over = stands_on_head(find_letters(level, dpi * scale)) > (0.0 if quarter else _SURE)
    return _Pose((90 if quarter else 0) + (180 if over else 0), slope if abs(slope) > 1e-9 else 0.0)


def _at_least(values: cv2.typing.MatLike, bound: int) -> Pixels:
    """255 where the value is at least the bound, 0 elsewhere."""
    return np.asarray(cv2.threshold(values, bound - 1, 255, cv2.THRESH_BINARY)[1], dtype=np.uint8)


def _rotation(slope: float, width: int, height: int) -> Matrix:
    degrees = float(np.degrees(np.arctan(slope)))
    return np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0), dtype=np.float64)


def _turning(turned: int, width: int, height: int) -> Matrix:
    """From points of the page turned upright to points of the scan of that width and height."""
    rows = {
        0: ((1, 0, 0), (0, 1, 0)),
        90: ((0, -1, width), (1, 0, 0)),
        180: ((-1, 0, width), (0, -1, height)),
        270: ((0, 1, 0), (-1, 0, height)),
    }
    return np.array([*rows[turned], (0, 0, 1)], dtype=np.float64)


def _levelling(slope: float, size: tuple[int, int]) -> tuple[Matrix, tuple[int, int]]:
    """From points of the level page to points of the turned one, and the level page's size: no corner is lost."""
    if abs(np.degrees(np.arctan(slope))) < _LEVEL_ENOUGH:
        return np.eye(3), size
    forward = np.vstack([_rotation(slope, *size), [0, 0, 1]])
    width, height = size
    corners = forward @ np.array([(0, 0, 1), (width, 0, 1), (0, height, 1), (width, height, 1)], dtype=np.float64).T
    low, high = np.floor(corners[:2].min(axis=1)), np.ceil(corners[:2].max(axis=1))
    shift = np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1]])
    return np.linalg.inv(shift @ forward), (int(high[0] - low[0]), int(high[1] - low[1]))


def _move(
    page: PageImage, grey: Pixels, ink: Pixels, pose: _Pose, to_scan: Transform, size: tuple[int, int]
) -> tuple[Pixels, Pixels]:
    """Pixels and ink of the straight page; nothing is resampled that is level already."""
    if abs(np.degrees(np.arctan(pose.slope))) < _LEVEL_ENOUGH:
        times = pose.turned // 90
        return np.ascontiguousarray(np.rot90(grey, times)), np.ascontiguousarray(np.rot90(ink, times))
    # OpenCV counts from pixel centres, boxes and our transforms from pixel edges.
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    matrix = np.linalg.inv(half) @ to_scan.matrix @ half
    moved = cv2.warpPerspective(
        grey,
        matrix,
        size,
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=255,
    )
    pixels = np.asarray(moved, dtype=np.uint8)
    if page.bilevel:
        pixels = _at_least(pixels, 128)
        return pixels, np.asarray(255 - pixels, dtype=np.uint8)
    return pixels, find_ink(pixels, page.dpi)
