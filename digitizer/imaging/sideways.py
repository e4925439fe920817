"""Text that runs up or down the page: stamps, and margins written along."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from digitizer.document.geometry import Box

Group = Callable[[NDArray[np.int32]], list[Box]]

_FEWEST = 5
"""Characters; print under one another, as an address's first letters, is parted by its lines."""
_WIDEST = 0.24
"""Inches across a column of characters."""
_LONGEST_WORD = 3
"""Characters that stand side by side in a column of text by chance, as two such lines do."""
_SHARE = 0.7


def sideways_lines(boxes: NDArray[np.int32], level: Sequence[Box], group: Group, dpi: float) -> list[Box]:
    """The columns of characters that belong together more than with what stands beside them.

    boxes: int (n, 4), x, y, width, height of characters, pixels; level: the lines that they make from left to right.
    group: makes lines of such boxes; it is given the page turned over its diagonal.
    """
    if len(boxes) < _FEWEST:
        return []
    turned = boxes[:, [1, 0, 3, 2]]
    alone = _in_short_lines(boxes, level)
    found = []
    for column in group(turned[alone]):
        box = Box(column.y, column.x, column.height, column.width)
        inside = _inside(boxes, box)
        if (
            box.width <= _WIDEST * dpi
            and box.height >= 3 * box.width
            and inside.sum() >= _FEWEST
            and alone[inside].mean() >= _SHARE
        ):
            found.append(box)
    return found


def _in_short_lines(boxes: NDArray[np.int32], level: Sequence[Box]) -> NDArray[np.bool_]:
    """Which characters stand in a line of few."""
    alone = np.ones(len(boxes), np.bool_)
    for line in level:
        inside = _inside(boxes, line)
        if inside.sum() > _LONGEST_WORD:
            alone[inside] = False
    return alone


def _inside(boxes: NDArray[np.int32], box: Box) -> NDArray[np.bool_]:
    x, y = boxes[:, 0] + boxes[:, 2] / 2, boxes[:, 1] + boxes[:, 3] / 2
    return np.asarray((x >= box.x) & (x < box.right) & (y >= box.y) & (y < box.bottom))
