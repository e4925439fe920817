"""A page as it came in, made upright, level and clean; its way back to the scan is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.geometry import Transform
from digitizer.document.page import PageImage, Pixels, StraightPage
from digitizer.imaging import perspective
from digitizer.imaging.binarize import even_paper, find_ink
from digitizer.imaging.deskew import find_slope
from digitizer.imaging.dirt import find_dirt, find_specks
from digitizer.imaging.letters import components, true_dpi
from digitizer.imaging.orientation import find_letters, runs_upright, stands_on_head, turned_back
from digitizer.imaging.paper import cut_out, find_paper
from digitizer.imaging.polarity import put_right
from digitizer.imaging.printed import lay_upright, turned_upright

_LOOK_DPI = 150.0
_MEASURED = 1600
"""Pixels of the longer side on which letters are measured."""
_LEVEL_ENOUGH = 0.02  # Degrees; less is not worth resampling for.
_STILL_ENOUGH = 0.006  # Inches by which no corner of the page is out of place.
_BLACK_BELOW = 140  # Above the middle: a stroke one pixel wide, moved by half a pixel, must not vanish.
_LEANING = 0.05  # Slope beyond which letters must be levelled to be known.
_SURE = 3.0  # Standard deviations at which a page is turned over; straight pages stay far below 0.

Matrix = NDArray[np.float64]
_HALF: Matrix = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])


def straighten(page: PageImage) -> StraightPage:
    """The page upright and level, paper white, dirt removed.

    What is only looked at is looked at in a reduced copy; the pixels are moved once, in photographs twice: a sheet on a
    table is cut out first.
    """
    if page.printed is not None:
        turned, _ = turned_upright(page, page.printed.words)
        return lay_upright(page, (), turned, page.dpi)
    page = _measured(page)
    corners = None if page.bilevel else find_paper(page.pixels)
    if corners is None:
        return _straighten(page)
    sheet, to_picture = cut_out(page, corners)
    straight = _straighten(sheet)
    return replace(straight, to_scan=straight.to_scan.then(to_picture), scan_size=page.size)


def _measured(page: PageImage) -> PageImage:
    """The page with the resolution that its letters tell, whatever the file does."""
    scale = min(1.0, _MEASURED / max(page.size))
    small = np.asarray(cv2.resize(page.pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    ink = find_ink(even_paper(small, page.dpi * scale), page.dpi * scale)
    return replace(page, dpi=true_dpi(page.dpi * scale, components(ink)[1]) / scale)


def _straighten(page: PageImage) -> StraightPage:
    grey = _remove_specks(page.pixels, page.dpi) if page.bilevel else even_paper(page.pixels, page.dpi)
    grey = put_right(grey, page.dpi)
    look = _reduce(grey, page)
    dirt = find_dirt(look.ink, look.dpi)
    grey = _paint_white(grey, dirt)
    look = replace(look, ink=np.asarray(cv2.subtract(look.ink, dirt), dtype=np.uint8))
    pose = _find_pose(look)
    frame = _frame(pose, look, page.size)
    pixels = _move(grey, frame, page.bilevel)
    # Grey scans keep their specks: pale dots there are oftener a dotted rule than dirt.
    ink = _at_least(cv2.bitwise_not(pixels), 255 - _BLACK_BELOW) if page.bilevel else find_ink(pixels, page.dpi)
    return StraightPage(
        ref=page.ref,
        pixels=pixels,
        ink=ink,
        dpi=page.dpi,
        bilevel=page.bilevel,
        to_scan=Transform.of(frame.to_scan),
        scan_size=page.size,
        skew=pose.skew,
        turned=pose.turned,
    )


@dataclass(frozen=True, slots=True)
class _Look:
    """A reduced page to look at: its ink (255 on 0), its dots per inch, and its scale against the scan (below 1)."""

    ink: Pixels
    dpi: float
    scale: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Pose:
    """How a page lies.

    turned: 0, 90, 180 or 270 degrees clockwise; skew: degrees clockwise after turning back. level: 3x3, from points of
    the scan turned back to points of the level page.
    """

    turned: int
    skew: float
    level: Matrix


@dataclass(frozen=True, slots=True)
class _Frame:
    """The straight page's size and its mapping (3x3) to the scan; moved: whether it is more than a turn."""

    size: tuple[int, int]
    to_scan: Matrix
    turned: int
    moved: bool


def _remove_specks(pixels: Pixels, dpi: float) -> Pixels:
    ink = np.asarray(255 - pixels, dtype=np.uint8)
    return np.asarray(cv2.bitwise_or(pixels, find_specks(ink, dpi)), dtype=np.uint8)


def _reduce(grey: Pixels, page: PageImage) -> _Look:
    width, height = page.size
    scale = min(1.0, _LOOK_DPI / page.dpi)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    ink = _at_least(cv2.bitwise_not(small), 81) if page.bilevel else find_ink(small, page.dpi * scale)
    return _Look(ink, page.dpi * scale, (size[0] / width, size[1] / height))


def _paint_white(pixels: Pixels, dirt: Pixels) -> Pixels:
    """The pixels with a reduced mask of dirt made white."""
    if cv2.countNonZero(dirt) == 0:
        return pixels
    full = cv2.resize(dirt, (pixels.shape[1], pixels.shape[0]), interpolation=cv2.INTER_NEAREST)
    return np.asarray(cv2.bitwise_or(pixels, full), dtype=np.uint8)


def _at_least(values: cv2.typing.MatLike, bound: int) -> Pixels:
    """255 where the value is at least the bound, 0 elsewhere."""
    return np.asarray(cv2.threshold(values, bound - 1, 255, cv2.THRESH_BINARY)[1], dtype=np.uint8)


def _find_pose(look: _Look) -> _Pose:
    """Turned by how many quarters, then how far askew, then sheared or tilted away: each on what the last left."""
    ink = look.ink
    letters = find_letters(ink, look.dpi)
    quarter = runs_upright(letters)
    if quarter:
        ink, letters = np.ascontiguousarray(np.rot90(ink)), turned_back(letters)
    slope = find_slope(ink)
    rotation = _rotation(slope, ink.shape[1], ink.shape[0])
    size = ink.shape[1], ink.shape[0]
    level = _at_least(cv2.warpPerspective(ink, _centred(rotation), size), 128)
    correction = perspective.measure(level, look.dpi)
    if abs(slope) > _LEANING:
        letters = find_letters(level, look.dpi)
    over = stands_on_head(letters) > (0.0 if quarter else _SURE)
    total = correction @ rotation
    if over:
        flip = _turning(180, *size)
        total = flip @ total @ flip
    scale = np.diag([*(look.scale[::-1] if quarter else look.scale), 1.0])
    total = np.linalg.inv(scale) @ total @ scale
    return _Pose((90 if quarter else 0) + (180 if over else 0), _skew(total, size), total)


def _skew(level: Matrix, size: tuple[int, int]) -> float:
    """Degrees clockwise by which level lines in the middle of the page were turned."""
    middle = Transform.of(level).point(size[0] / 2, size[1] / 2)
    back = Transform.of(np.linalg.inv(level))
    (x0, y0), (x1, y1) = back.point(middle[0] - 50, middle[1]), back.point(middle[0] + 50, middle[1])
    return float(np.degrees(np.arctan2(y1 - y0, x1 - x0)))


def _rotation(slope: float, width: int, height: int) -> Matrix:
    """The mapping (3x3) that levels lines of that slope, about the page's middle."""
    degrees = float(np.degrees(np.arctan(slope)))
    return np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0), [0.0, 0.0, 1.0]])


def _turning(turned: int, width: int, height: int) -> Matrix:
    """From points of the page turned upright to points of the scan of that width and height."""
    rows = {
        0: ((1, 0, 0), (0, 1, 0)),
        90: ((0, -1, width), (1, 0, 0)),
        180: ((-1, 0, width), (0, -1, height)),
        270: ((0, 1, 0), (-1, 0, height)),
    }
    return np.array([*rows[turned], (0, 0, 1)], dtype=np.float64)


def _frame(pose: _Pose, look: _Look, scan_size: tuple[int, int]) -> _Frame:
    """The straight page: as large as the scan, and larger where ink would be lost."""
    turn = _turning(pose.turned, *scan_size)
    width, height = scan_size[::-1] if pose.turned in (90, 270) else scan_size
    corners = np.array([[(0, 0), (width, 0), (0, height), (width, height)]], dtype=np.float64)
    shift = np.abs(cv2.perspectiveTransform(corners, pose.level) - corners).max()
    if abs(pose.skew) < _LEVEL_ENOUGH and shift < _STILL_ENOUGH * look.dpi / look.scale[0]:
        return _Frame((width, height), turn, pose.turned, moved=False)
    x, y, wide, tall = cv2.boundingRect(look.ink)
    back = pose.level @ np.linalg.inv(turn) @ np.diag([1 / look.scale[0], 1 / look.scale[1], 1.0])
    outline = np.array([[(x, y), (x + wide, y), (x, y + tall), (x + wide, y + tall)]], dtype=np.float64)
    ink = cv2.perspectiveTransform(outline, back)[0]
    low = np.floor(np.minimum(ink.min(axis=0), 0.0))
    high = np.ceil(np.maximum(ink.max(axis=0), (width, height)))
    to_turned = np.linalg.inv(pose.level) @ np.array([[1, 0, low[0]], [0, 1, low[1]], [0, 0, 1]])
    return _Frame((int(high[0] - low[0]), int(high[1] - low[1])), turn @ to_turned, pose.turned, moved=True)


def _centred(matrix: Matrix) -> Matrix:
    """The same mapping for OpenCV, which counts from pixel centres; boxes and our transforms count from edges."""
    return np.asarray(np.linalg.inv(_HALF) @ matrix @ _HALF)


def _move(grey: Pixels, frame: _Frame, bilevel: bool) -> Pixels:
    """The straight page's pixels, grey also where the scan was black and white; what is level already is not moved."""
    if not frame.moved:
        return np.ascontiguousarray(np.rot90(grey, frame.turned // 90))
    # Of black and white pixels a cubic would make darker and lighter rims.
    how = cv2.INTER_LINEAR if bilevel else cv2.INTER_CUBIC
    moved = cv2.warpPerspective(
        grey,
        _centred(frame.to_scan),
        frame.size,
        flags=how | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(255.0,),
    )
    return np.asarray(moved, dtype=np.uint8)
