"""Boxes and the mapping between the straightened page and the scan as it came in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """A rectangle in pixels: left, top, width, height; the right and bottom edges are exclusive."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def center(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def area(self) -> int:
        return self.width * self.height

    @staticmethod
    def spanning(x0: float, y0: float, x1: float, y1: float) -> Box:
        """The smallest whole-pixel box that holds both corners; never narrower or lower than one pixel."""
        left, top = int(np.floor(min(x0, x1))), int(np.floor(min(y0, y1)))
        right, bottom = int(np.ceil(max(x0, x1))), int(np.ceil(max(y0, y1)))
        return Box(left, top, max(1, right - left), max(1, bottom - top))

    @staticmethod
    def around(boxes: list[Box] | tuple[Box, ...]) -> Box:
        """The smallest box that holds all of them.

        Raises:
            ValueError: there are none.
        """
        if not boxes:
            raise ValueError("no boxes to put a box around")
        if len(boxes) == 1:
            return boxes[0]
        x0, y0 = min([b.x for b in boxes]), min([b.y for b in boxes])
        right, bottom = max([b.x + b.width for b in boxes]), max([b.y + b.height for b in boxes])
        return Box(x0, y0, right - x0, bottom - y0)

    def overlap_x(self, other: Box) -> int:
        """How many pixels the two share from left to right; negative: how far they are apart."""
        return min(self.right, other.right) - max(self.x, other.x)

    def overlap_y(self, other: Box) -> int:
        """How many pixels the two share from top to bottom; negative: how far they are apart."""
        return min(self.bottom, other.bottom) - max(self.y, other.y)

    def intersection(self, other: Box) -> Box | None:
        dx, dy = self.overlap_x(other), self.overlap_y(other)
        return Box(max(self.x, other.x), max(self.y, other.y), dx, dy) if dx > 0 and dy > 0 else None

    def contains(self, other: Box, tolerance: int = 0) -> bool:
        """Whether the other lies inside, give or take so many pixels on each side."""
        return (
            other.x >= self.x - tolerance
            and other.y >= self.y - tolerance
            and other.right <= self.right + tolerance
            and other.bottom <= self.bottom + tolerance
        )

    def holds(self, x: float, y: float) -> bool:
        return self.x <= x < self.right and self.y <= y < self.bottom

    def grown(self, dx: int, dy: int | None = None) -> Box:
        """Larger by dx on the left and right and dy (default: dx) above and below; negative: smaller."""
        dy = dx if dy is None else dy
        return Box(self.x - dx, self.y - dy, max(1, self.width + 2 * dx), max(1, self.height + 2 * dy))

    def moved(self, dx: int, dy: int) -> Box:
        return Box(self.x + dx, self.y + dy, self.width, self.height)

    def transposed(self) -> Box:
        """Where it stands on the page turned over its diagonal, rows for columns."""
        return Box(self.y, self.x, self.height, self.width)

    def clipped(self, width: int, height: int) -> Box:
        """The part of it on a page of that size; at least one pixel, at the nearest edge."""
        x0, y0 = min(max(self.x, 0), width - 1), min(max(self.y, 0), height - 1)
        x1, y1 = min(max(self.right, x0 + 1), width), min(max(self.bottom, y0 + 1), height)
        return Box(x0, y0, x1 - x0, y1 - y0)

    def as_list(self) -> list[int]:
        return [self.x, self.y, self.width, self.height]


@dataclass(frozen=True, slots=True)
class Transform:
    """A plane projective mapping, as the nine numbers of a 3x3 matrix row by row; here: straight page to scan."""

    values: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)

    @staticmethod
    def of(matrix: NDArray[np.floating]) -> Transform:
        """From a 2x3 or 3x3 matrix, as OpenCV makes them."""
        full = np.vstack([matrix, [0.0, 0.0, 1.0]]) if matrix.shape == (2, 3) else matrix
        return Transform(tuple(float(v) for v in np.asarray(full, dtype=np.float64).reshape(9)))

    @property
    def matrix(self) -> NDArray[np.float64]:
        """The matrix, float64 of shape (3, 3)."""
        return np.array(self.values, dtype=np.float64).reshape(3, 3)

    def point(self, x: float, y: float) -> tuple[float, float]:
        m = self.values
        w = m[6] * x + m[7] * y + m[8]
        return (m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w

    def box(self, box: Box) -> Box:
        """The upright box around the four mapped corners."""
        corners = ((box.x, box.y), (box.right, box.y), (box.x, box.bottom), (box.right, box.bottom))
        points = [self.point(x, y) for x, y in corners]
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        # Rounded first: floor and ceil of 9.9999999 and 10.0000001 would add a pixel for nothing.
        return Box.spanning(round(min(xs), 3), round(min(ys), 3), round(max(xs), 3), round(max(ys), 3))

    def inverse(self) -> Transform:
        return Transform.of(np.linalg.inv(self.matrix))

    def then(self, after: Transform) -> Transform:
        """This mapping first, the other on its result."""
        return Transform.of(after.matrix @ self.matrix)
