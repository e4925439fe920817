"""From the printed page to a scan of it: five levels of damage, each of continuous random strength."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.authoring.drawing import effects
from digitizer.authoring.drawing.effects import Noise
from digitizer.authoring.drawing.nouns import DPI, Level
from digitizer.document.geometry import Transform
from digitizer.document.page import Pixels


@dataclass(frozen=True, slots=True)
class Damaged:
    """A scan. from_page: maps the printed page (300 dpi) to it; turned: degrees clockwise by which the stack lay."""

    pixels: Pixels
    dpi: float
    bilevel: bool
    from_page: Transform
    turned: int = 0


def damage(pixels: Pixels, level: Level, rng: Noise, turned: int | None = None) -> Damaged:
    """Scans a page of 300 dpi. turned: fixes how the stack lies; None leaves it to the level (photos lie anyhow).

    Raises:
        ValueError: no such level.
    """
    if level == "clean":
        return _turn(Damaged(pixels, DPI, False, Transform()), turned or 0)
    if level == "office":
        return _turn(_office(pixels, rng), turned or 0)
    if level == "archive":
        return _turn(_archive(pixels, rng), turned or 0)
    if level == "copy":
        return _turn(_copy(pixels, rng), turned or 0)
    if level == "photo":
        way = int(rng.choice([0, 0, 90, 180, 270])) if turned is None else turned
        return _turn(_photo(pixels, rng), way)
    raise ValueError(f"no such level of damage: {level}")


def _office(pixels: Pixels, rng: Noise) -> Damaged:
    shape = (pixels.shape[0], pixels.shape[1])
    matrix = tilt(shape, 1.0, rng.uniform(-0.7, 0.7), rng.uniform(-0.002, 0.002), rng.uniform(0.998, 1.002, 2))
    page = _warp(pixels, matrix, shape, 255)
    page = effects.soften(page, rng.uniform(0.3, 1.0))
    page = effects.fade(page, int(rng.integers(0, 60)), int(rng.integers(228, 256)))
    page = effects.shade(page, rng, rng.uniform(0.0, 0.3), int(rng.integers(1, 5)))
    page = effects.grain(page, rng, rng.uniform(1, 6), rng.uniform(0, 1))
    page = effects.compress(page, int(rng.integers(60, 93)))
    return Damaged(page, DPI, False, Transform.of(matrix))


def _archive(pixels: Pixels, rng: Noise) -> Damaged:
    page, dpi = _handle(pixels, rng, 0.6, 0.5), 200
    size = _size(pixels, dpi / DPI)
    shear = rng.uniform(-0.006, 0.006) if rng.random() < 0.4 else rng.uniform(-0.001, 0.001)
    angle = rng.uniform(-1.5, 1.5) if rng.random() < 0.5 else rng.normal(0, 0.4)
    matrix = tilt((pixels.shape[0], pixels.shape[1]), dpi / DPI, angle, shear, rng.uniform(0.996, 1.004, 2))
    page = _warp(effects.soften(page, 0.6), matrix, size, 255)
    page = effects.soften(page, rng.uniform(0.2, 0.85))
    page = _bite(page, rng, (138, 195, 240), rng.uniform(2, 16), rng.uniform(0, 20), 3.5)
    page = effects.speckle(page, rng, int(rng.integers(10, 260)), int(rng.integers(2, 5)))
    if rng.random() < 0.4:
        page = effects.dark_edges(page, rng, dpi)
    return Damaged(page, dpi, True, Transform.of(matrix))


def _copy(pixels: Pixels, rng: Noise) -> Damaged:
    """Copied at 300 dpi, black and white; the copy scanned at 200 dpi, black and white."""
    shape, dpi = (pixels.shape[0], pixels.shape[1]), 200
    first = tilt(shape, 1.0, rng.normal(0, 0.5), rng.uniform(-0.003, 0.003), rng.uniform(0.985, 1.015, 2))
    page = _warp(_handle(pixels, rng, 0.5, 0.4), first, shape, 255)
    page = effects.soften(page, rng.uniform(0.6, 1.3))
    page = effects.weaken(page, rng, rng.uniform(0.0, 0.55))
    page = _bite(page, rng, (130, 175, 215), rng.uniform(8, 26), rng.uniform(5, 22), 2.7)
    page = effects.speckle(page, rng, int(rng.integers(100, 700)), int(rng.integers(3, 6)))
    if rng.random() < 0.5:
        page = effects.dark_edges(page, rng, DPI)
    second = tilt(shape, dpi / DPI, rng.normal(0, 0.7), rng.uniform(-0.003, 0.003), rng.uniform(0.99, 1.01, 2))
    page = _warp(effects.soften(page, rng.uniform(0.6, 1.0)), second, _size(pixels, dpi / DPI), 255)
    page = effects.weaken(page, rng, rng.uniform(0.0, 0.4))
    page = _bite(page, rng, (130, 175, 215), rng.uniform(6, 26), rng.uniform(5, 22), 2.7)
    page = effects.speckle(page, rng, int(rng.integers(100, 900)), int(rng.integers(2, 5)))
    if rng.random() < 0.5:
        page = effects.dark_edges(page, rng, dpi)
    return Damaged(page, dpi, True, Transform.of(second @ first))


def _bite(
    page: Pixels, rng: Noise, level: tuple[float, float, float], noise: float, drift: float, clean: float
) -> Pixels:
    """Black and white at a level drawn from (lowest, likeliest, highest), with noise.

    clean: how many deviations of the noise the paper keeps away from the level, lest it turn to pepper.
    """
    at = min(rng.triangular(*level), 252 - drift - clean * noise)
    return effects.threshold(effects.grain(page, rng, noise, rng.uniform(0.3, 1.1)), rng, at, drift)


def _photo(pixels: Pixels, rng: Noise) -> Damaged:
    dpi = float(rng.choice([200, 220, 250, 300]))
    size = _size(pixels, dpi / DPI)
    matrix = tilt((pixels.shape[0], pixels.shape[1]), dpi / DPI, rng.normal(0, 1.0), 0.0, rng.uniform(0.94, 0.99, 2))
    matrix = _keystone(size, rng, 0.015) @ matrix
    page = _warp(effects.soften(pixels, 0.5), matrix, size, int(rng.integers(20, 120)))
    page = effects.soften(page, rng.uniform(0.3, 0.9))
    page = effects.fade(page, int(rng.integers(15, 70)), int(rng.integers(205, 250)))
    page = effects.shade(page, rng, rng.uniform(0.1, 0.45), int(rng.integers(1, 4)))
    page = effects.grain(page, rng, rng.uniform(2, 8), rng.uniform(0.3, 1.2))
    page = effects.compress(page, int(rng.integers(50, 88)))
    return Damaged(page, dpi, False, Transform.of(matrix))


def _handle(pixels: Pixels, rng: Noise, holes: float, stamps: float) -> Pixels:
    """What happens to the stack before it is scanned: punched, stamped."""
    if rng.random() < holes:
        pixels = effects.punch_holes(pixels, rng, DPI)
    if rng.random() < stamps:
        pixels = effects.stamp(pixels, rng, DPI)
    return pixels


def tilt(
    shape: tuple[int, int], scale: float, degrees: float, shear: float, stretch: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The 3x3 mapping that turns a page (height, width) clockwise about its middle, leans, stretches and scales it."""
    height, width = shape
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    lean = np.array([[1, shear, 0], [0, 1, 0], [0, 0, 1]])
    size = np.diag([scale * float(stretch[0]), scale * float(stretch[1]), 1.0])
    to_middle = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
    back = np.array([[1, 0, width * scale / 2], [0, 1, height * scale / 2], [0, 0, 1]])
    return np.asarray(back @ size @ turn @ lean @ to_middle, dtype=np.float64)


def turned_by(pixels: Pixels, degrees: float) -> tuple[Pixels, Transform]:
    """A page turned clockwise about its middle, and the mapping that did it; white comes in at the corners."""
    shape = (pixels.shape[0], pixels.shape[1])
    matrix = tilt(shape, 1.0, degrees, 0.0, np.ones(2))
    return _warp(pixels, matrix, shape, 255), Transform.of(matrix)


def _keystone(size: tuple[int, int], rng: Noise, most: float) -> NDArray[np.float64]:
    """Moves each corner of a page (height, width) by up to that share of its width."""
    height, width = size
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    moved = corners + rng.uniform(-most, most, (4, 2)).astype(np.float32) * width
    return np.asarray(cv2.getPerspectiveTransform(corners, moved), dtype=np.float64)


def _size(pixels: Pixels, scale: float) -> tuple[int, int]:
    return round(pixels.shape[0] * scale), round(pixels.shape[1] * scale)


def _warp(pixels: Pixels, matrix: NDArray[np.float64], size: tuple[int, int], paper: int) -> Pixels:
    # A pixel's middle stands at half of its box: boxes are edges, OpenCV maps middles.
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    mapping = np.linalg.inv(half) @ matrix @ half
    warped = cv2.warpPerspective(
        pixels, mapping, (size[1], size[0]), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=paper
    )
    return np.asarray(warped, dtype=np.uint8)


def _turn(scan: Damaged, turned: int) -> Damaged:
    """The same sheet, laid on the glass turned clockwise by a multiple of 90 degrees."""
    if turned == 0:
        return scan
    height, width = scan.pixels.shape
    matrices = {
        90: [[0, -1, height], [1, 0, 0], [0, 0, 1]],
        180: [[-1, 0, width], [0, -1, height], [0, 0, 1]],
        270: [[0, 1, 0], [-1, 0, width], [0, 0, 1]],
    }
    pixels = np.ascontiguousarray(np.rot90(scan.pixels, -turned // 90))
    moved = scan.from_page.then(Transform.of(np.array(matrices[turned], dtype=np.float64)))
    return Damaged(pixels, scan.dpi, scan.bilevel, moved, turned)
