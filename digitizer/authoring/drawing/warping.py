"""Where the points of a page go: turned, leaned, stretched, seen aslant, and bent."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.geometry import Box, Transform
from digitizer.document.page import Pixels

Matrix = NDArray[np.float64]

STEP = 16
"""Pixels from one point of a bend to the next; bends are smooth, what lies between is interpolated."""
_ROUNDS = 4
"""Fixed-point steps to turn a bend round; its slopes are a tenth and less, so each gains a digit."""


@dataclass(frozen=True, slots=True, eq=False)
class Bend:
    """How paper that does not lie flat, or a lens, moves what stands on a page.

    shift: float32 (rows, columns, 2), pixels to the right and down, at points STEP pixels apart.
    """

    shift: NDArray[np.float32]

    def box(self, box: Box) -> Box:
        """The upright box around where a box's corners and the middles of its sides go."""
        xs, ys = np.linspace(box.x, box.right, 3), np.linspace(box.y, box.bottom, 3)
        points = np.stack(np.meshgrid(xs, ys), axis=-1)
        # OpenCV counts in 32nds of a step.
        moved = np.round(points + self.at(points), 1)
        left, top = moved.reshape(-1, 2).min(axis=0)
        right, bottom = moved.reshape(-1, 2).max(axis=0)
        return Box.spanning(left, top, right, bottom)

    def at(self, points: NDArray[np.floating]) -> NDArray[np.float32]:
        """The shift at points (..., 2) of the page, float32 of the same shape."""
        places = (points / STEP).astype(np.float32)
        flat = cv2.remap(self.shift, places[..., 0], places[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(flat, dtype=np.float32).reshape(points.shape)


def bend_points(shape: tuple[int, int]) -> tuple[Matrix, Matrix]:
    """x and y of the points of a bend of a page (height, width), each (rows, columns)."""
    height, width = shape
    xs, ys = np.meshgrid(np.arange(-(-width // STEP) + 1), np.arange(-(-height // STEP) + 1))
    return (xs * STEP).astype(np.float64), (ys * STEP).astype(np.float64)


def tilt(shape: tuple[int, int], scale: float, degrees: float, shear: float, stretch: Matrix) -> Matrix:
    """The 3x3 mapping that turns a page (height, width) clockwise about its middle, leans, stretches and scales it."""
    height, width = shape
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    lean = np.array([[1, shear, 0], [0, 1, 0], [0, 0, 1]])
    size = np.diag([scale * float(stretch[0]), scale * float(stretch[1]), 1.0])
    to_middle = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
    back = np.array([[1, 0, width * scale / 2], [0, 1, height * scale / 2], [0, 0, 1]])
    return np.asarray(back @ size @ turn @ lean @ to_middle, dtype=np.float64)


def keystone(size: tuple[int, int], rng: np.random.Generator, most: float) -> Matrix:
    """Moves each corner of a page (height, width) by up to that share of its width."""
    height, width = size
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    moved = corners + rng.uniform(-most, most, (4, 2)).astype(np.float32) * width
    return np.asarray(cv2.getPerspectiveTransform(corners, moved), dtype=np.float64)


def resized(pixels: Pixels, scale: float) -> tuple[int, int]:
    """Height and width of a page at that scale."""
    return round(pixels.shape[0] * scale), round(pixels.shape[1] * scale)


def turned_by(pixels: Pixels, degrees: float) -> tuple[Pixels, Transform]:
    """A page turned clockwise about its middle, and the mapping that did it; white comes in at the corners."""
    shape = (pixels.shape[0], pixels.shape[1])
    matrix = tilt(shape, 1.0, degrees, 0.0, np.ones(2))
    return warp(pixels, matrix, shape, 255), Transform.of(matrix)


def warp(pixels: Pixels, matrix: Matrix, size: tuple[int, int], paper: int, bend: Bend | None = None) -> Pixels:
    """The page bent and then mapped, in one resampling, on a picture of that size (height, width)."""
    # A pixel's middle stands at half of its box: boxes are edges, OpenCV maps middles.
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    if bend is not None:
        xs, ys = _sources(np.asarray(np.linalg.inv(matrix), dtype=np.float64), size, bend)
        warped = cv2.remap(pixels, xs, ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=paper)
        return np.asarray(warped, dtype=np.uint8)
    mapping = np.linalg.inv(half) @ matrix @ half
    warped = cv2.warpPerspective(
        pixels, mapping, (size[1], size[0]), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=paper
    )
    return np.asarray(warped, dtype=np.uint8)


def _sources(back: Matrix, size: tuple[int, int], bend: Bend) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Which pixel of the page comes to each pixel of the picture: x and y, each of the picture's size."""
    xs, ys = bend_points(size)
    points = np.stack([xs + 0.5, ys + 0.5], axis=-1).reshape(1, -1, 2)
    bent = np.asarray(cv2.perspectiveTransform(points, back), dtype=np.float64).reshape(*xs.shape, 2)
    source = bent
    for _ in range(_ROUNDS):
        source = bent - bend.at(source)
    spread = np.array([[STEP, 0, 0], [0, STEP, 0]], np.float64)
    dense = cv2.warpAffine(
        (source - 0.5).astype(np.float32), spread, (size[1], size[0]), borderMode=cv2.BORDER_REPLICATE
    )
    return np.ascontiguousarray(dense[..., 0]), np.ascontiguousarray(dense[..., 1])
