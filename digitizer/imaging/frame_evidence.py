"""What speaks for a candidate's being a frame, measured on the ink: its sides and corners, what is around and in it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.page import Pixels

Boxes = NDArray[np.int64]
"""(n, 4): left, top, width, height in pixels."""
Values = NDArray[np.float64]
_WALL = 0.012
"""Inches by which a side may be off its place, as frames are scanned askew."""
SAME = 0.1
"""Of a side, by which two frames of one size may differ."""
_WORD = 0.4
"""Of its height, how far beside a letter the next one of its word stands at the most."""
_POINTS = 32
"""On a round frame that are looked at."""
_FIRM, _FIRM_LEAST, _FIRM_RING, _WHITE = 0.85, 0.7, 0.97, 0.15
"""The share of four straight sides, of the least of them and of a ring from which a candidate speaks for others of its
size, and the ink that may be beside three of its sides."""

NAMES = (
    *("width", "height", "aspect", "letters", "sides", "side_1", "side_2", "side_3", "side_4"),
    *("straight", "straight_least", "straight_left", "straight_right", "straight_top", "straight_bottom"),
    *("corner_least", "corners", "corner_1", "corner_2", "corner_3", "corner_4", "round"),
    *(
        "left",
        "right",
        "above",
        "below",
        "beside_both",
        "around_most",
        "far_left",
        "far_right",
        "far_above",
        "far_below",
    ),
    *("word_left", "word_right", "word_above", "word_below"),
    *("level_goes_on", "level_least", "upright_goes_on", "upright_least"),
    *("inside", "middle", "bar", "rim_inside", "alike", "in_column", "in_row"),
)
"""One per column of the features."""


def wall_of(dpi: float) -> int:
    """Pixels by which a side may be off its place."""
    return max(1, round(_WALL * dpi))


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of a page's ink up to each pixel, plain and with strokes made thicker across: level ones, upright ones."""

    plain: NDArray[np.int32]
    level: NDArray[np.int32]
    upright: NDArray[np.int32]
    thick: NDArray[np.bool_]
    wall: int

    @staticmethod
    def of(ink: Pixels, dpi: float) -> Sums:
        wall = wall_of(dpi)
        binary = np.asarray(ink > 0, np.uint8)
        level = cv2.dilate(binary, np.ones((2 * wall + 1, 1), np.uint8))
        upright = cv2.dilate(binary, np.ones((1, 2 * wall + 1), np.uint8))
        plain, level, upright = (np.asarray(cv2.integral(b), np.int32) for b in (binary, level, upright))
        thick = cv2.dilate(binary, np.ones((2 * wall - 1, 2 * wall - 1), np.uint8)) > 0
        return Sums(plain, level, upright, thick, wall)

    def share(self, x: Boxes, y: Boxes, width: Boxes, height: Boxes, of: NDArray[np.int32] | None = None) -> Values:
        """The share of ink in areas; 0.0 beyond the page."""
        table = self.plain if of is None else of
        bottom, right = table.shape[0] - 1, table.shape[1] - 1
        x0, y0 = np.clip(x, 0, right), np.clip(y, 0, bottom)
        x1, y1 = np.clip(x + np.maximum(1, width), 0, right), np.clip(y + np.maximum(1, height), 0, bottom)
        total = table[y1, x1] - table[y0, x1] - table[y1, x0] + table[y0, x0]
        return np.asarray(total / np.maximum(1, np.maximum(1, width) * np.maximum(1, height)), np.float64)

    def sides(self, boxes: Boxes) -> Values:
        """Of each side the share that has ink on it or close by: (boxes, 4): left, right, top, bottom."""
        x, y, width, height = boxes.T
        one = np.ones_like(x)
        inset = np.minimum(self.wall, np.minimum(width, height) // 4)
        left = self.share(x + inset, y, one, height, self.upright)
        right = self.share(x + width - 1 - inset, y, one, height, self.upright)
        top = self.share(x, y + inset, width, one, self.level)
        bottom = self.share(x, y + height - 1 - inset, width, one, self.level)
        return np.column_stack([left, right, top, bottom])

    def goes_on(self, boxes: Boxes) -> Values:
        """How far level and upright sides go on beyond the corners, as those of a table's cells do: of the four ends
        of either the mean and the least share that has ink: (boxes, 4)."""
        x, y, width, height = boxes.T
        one, wall = np.ones_like(x), self.wall
        across, down = np.maximum(2, width * 3 // 10), np.maximum(2, height * 3 // 10)
        inset = np.minimum(wall, np.minimum(width, height) // 4)
        level = [
            self.share(a, b, across, one, self.level)
            for a in (x - across - wall, x + width + wall)
            for b in (y + inset, y + height - 1 - inset)
        ]
        upright = [
            self.share(a, b, one, down, self.upright)
            for a in (x + inset, x + width - 1 - inset)
            for b in (y - down - wall, y + height + wall)
        ]
        ends = [np.column_stack(sides) for sides in (level, upright)]
        return np.column_stack([told for e in ends for told in (e.mean(axis=1), e.min(axis=1))])

    def straight(self, boxes: Boxes) -> Values:
        """Of each side the most that a single straight row of pixels has: (boxes, 4), as sides."""
        x, y, width, height = boxes.T
        one = np.ones_like(x)
        reach = range(-1, 2 * self.wall + 1)
        return np.column_stack(
            [
                np.max([self.share(x + k, y, one, height) for k in reach], axis=0),
                np.max([self.share(x + width - 1 - k, y, one, height) for k in reach], axis=0),
                np.max([self.share(x, y + k, width, one) for k in reach], axis=0),
                np.max([self.share(x, y + height - 1 - k, width, one) for k in reach], axis=0),
            ]
        )

    def rings(self, boxes: Boxes) -> Values:
        """Of points on the ellipse that each box holds, the share that has ink on it or close by: (boxes,)."""
        angles = np.arange(_POINTS) * 2 * np.pi / _POINTS
        x, y, width, height = (column[:, None] for column in boxes.T.astype(np.float64))
        across = np.rint(x + (width - 1) / 2 + (width / 2 - self.wall) * np.cos(angles)).astype(np.int64)
        down = np.rint(y + (height - 1) / 2 + (height / 2 - self.wall) * np.sin(angles)).astype(np.int64)
        bottom, right = self.thick.shape
        on = self.thick[np.clip(down, 0, bottom - 1), np.clip(across, 0, right - 1)]
        return np.asarray(on.mean(axis=1), np.float64)


def describe_frames(sums: Sums, boxes: Boxes, letter: float, dpi: float) -> NDArray[np.float32]:
    """Features of candidates, (boxes, NAMES). letter: pixels that the page's letters are high."""
    x, y, width, height = boxes.T
    sides, straight, rings = sums.sides(boxes), sums.straight(boxes), sums.rings(boxes)
    ordered = np.sort(sides, axis=1)
    wall = sums.wall
    corner = [2 * wall + np.zeros_like(x)] * 2
    ends_x, ends_y = (x, x + width - 2 * wall), (y, y + height - 2 * wall)
    corners = np.column_stack([sums.share(a, b, *corner) for a in ends_x for b in ends_y])
    near, far = _around(sums, boxes, wall, 3 * wall), _around(sums, boxes, 3 * wall, 9 * wall)
    deep = 2 * wall
    inner = (x + deep, y + deep, np.maximum(1, width - 2 * deep), np.maximum(1, height - 2 * deep))
    core = (x + width // 3, y + height // 3, np.maximum(1, width // 3), np.maximum(1, height // 3))
    hollow = (x + 2 * deep, y + 2 * deep, np.maximum(1, width - 4 * deep), np.maximum(1, height - 4 * deep))
    inside, area, held = sums.share(*inner), inner[2] * inner[3], hollow[2] * hollow[3]
    rim = (inside * area - sums.share(*hollow) * held) / np.maximum(1, area - held)
    return np.column_stack(
        [
            width / dpi,
            height / dpi,
            width / height,
            height / letter,
            sides.mean(axis=1),
            ordered,
            straight.mean(axis=1),
            straight.min(axis=1),
            straight,
            corners.min(axis=1),
            corners.mean(axis=1),
            corners,
            rings,
            near,
            np.minimum(near[:, 0], near[:, 1]),
            near.max(axis=1),
            far,
            # Letters of a word stand as far apart as they are large.
            _around(sums, boxes, wall, np.maximum(2 * wall, np.round(_WORD * height)).astype(np.int64)),
            sums.goes_on(boxes),
            inside,
            sums.share(*core),
            sums.share(x + width // 4, y + height * 2 // 5, width // 2, height // 5),
            rim,
            _company(boxes, _firm(straight, rings, near), wall),
        ]
    ).astype(np.float32)


def _around(sums: Sums, boxes: Boxes, near: int, far: int | Boxes) -> Values:
    """The share of ink beside each side from so many pixels off to so many: (boxes, 4): left, right, above, below."""
    x, y, width, height = boxes.T
    deep = np.zeros_like(x) + far - near
    return np.column_stack(
        [
            sums.share(x - near - deep, y, deep, height),
            sums.share(x + width + near, y, deep, height),
            sums.share(x, y - near - deep, width, deep),
            sums.share(x, y + height + near, width, deep),
        ]
    )


def _firm(straight: Values, rings: Values, near: Values) -> NDArray[np.bool_]:
    """Which candidates are plainly frames: whole, straight or round, and white around; as describe_frames has it."""
    whole = (straight.mean(axis=1) >= _FIRM) & (straight.min(axis=1) >= _FIRM_LEAST)
    whole |= rings >= _FIRM_RING
    return np.asarray(whole & (np.sort(near, axis=1)[:, 2] <= _WHITE), np.bool_)


def _company(boxes: Boxes, firm: NDArray[np.bool_], wall: int) -> Values:
    """How many firm candidates there are of the same size, and of these in one column and in one row, up to 20."""
    others = boxes[firm]
    # Several candidates stand for one frame.
    _, first = np.unique(others // (4 * wall), axis=0, return_index=True)
    others = others[first]
    counts = np.zeros((len(boxes), 3))
    for k in range(0, len(boxes), 512):
        some = boxes[k : k + 512, None, :]
        size = np.abs(some[:, :, 2:] - others[None, :, 2:]) <= SAME * some[:, :, 2:] + 2
        apart = np.abs(some[:, :, :2] - others[None, :, :2])
        alike = size.all(axis=2) & (apart > some[:, :, 2:] / 2).any(axis=2)
        counts[k : k + 512] = np.column_stack(
            [alike.sum(axis=1), *((alike & (apart[:, :, axis] <= 2 * wall)).sum(axis=1) for axis in (0, 1))]
        )
    return np.minimum(counts, 20)
