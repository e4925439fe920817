"""Text that runs up or down the page: stamps, and margins written along."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from digitizer.document.geometry import Box

Group = Callable[[NDArray[np.int32]], list[Box]]

_FEWEST = 5
"""Characters; print under one another, as an address's first letters, is parted by its lines."""
_WIDEST = 0.34
"""Inches across a column of characters, which a stamp's tilt makes wider."""
_LONGEST_WORD = 3
"""Characters that stand side by side in a column of text by chance, as two such lines do."""
_LONGER = 1.3
"""So many times the characters of the line from left to right, a column has to be believed."""
_SHARE = 0.7
_PAIRED = 0.35
"""Of a column's characters, the share that may stand beside the next one, as the pieces of a broken one do."""
_LYING = 1.0
"""Letters are higher than wide; on end, wider than high."""
_CLOSE = 0.35
"""Of a character's width, the usual white between characters; lines under one another stand farther apart."""


def sideways_lines(boxes: NDArray[np.int32], level: Sequence[Box], group: Group, dpi: float) -> list[Box]:
    """The columns of characters that belong together more than with what stands beside them.

    boxes: int (n, 4), x, y, width, height of characters, pixels; level: the lines that they make from left to right.
    group: makes lines of such boxes; it is given the page turned over its diagonal.
    """
    if len(boxes) < _FEWEST:
        return []
    beside = _neighbours(boxes, level)
    # Characters of long lines are out at once: under one another they would make columns too.
    alone = beside <= _LONGEST_WORD * 3
    found = []
    for column in group(boxes[alone][:, [1, 0, 3, 2]]):
        box = Box(column.y, column.x, column.height, column.width)
        inside = _inside(boxes, box) & alone
        count = int(inside.sum())
        if count < _FEWEST or box.width > _WIDEST * dpi or box.height < 3 * box.width:
            continue
        lonely = beside[inside] <= max(_LONGEST_WORD, count / _LONGER)
        if lonely.mean() >= _SHARE and _is_on_end(boxes[inside]):
            found.append(box)
    return found


def _neighbours(boxes: NDArray[np.int32], level: Sequence[Box]) -> NDArray[np.int64]:
    """How many characters stand in each one's line from left to right, itself among them."""
    count = np.ones(len(boxes), np.int64)
    for line in level:
        inside = _inside(boxes, line)
        count[inside] = np.maximum(count[inside], inside.sum())
    return count


def _is_on_end(column: NDArray[np.int32]) -> bool:
    """Whether the characters of a column lie on their sides, one to a place, and as close as those of a word."""
    ordered = column[np.argsort(column[:, 1])]
    width, height = float(np.median(column[:, 2])), float(np.median(column[:, 3]))
    gaps = ordered[1:, 1] - (ordered[:-1, 1] + ordered[:-1, 3])
    paired = -gaps > 0.5 * np.minimum(ordered[1:, 3], ordered[:-1, 3])
    return bool(np.median(gaps) <= _CLOSE * width and paired.mean() <= _PAIRED and width >= _LYING * height)


def _inside(boxes: NDArray[np.int32], box: Box) -> NDArray[np.bool_]:
    x, y = boxes[:, 0] + boxes[:, 2] / 2, boxes[:, 1] + boxes[:, 3] / 2
    return np.asarray((x >= box.x) & (x < box.right) & (y >= box.y) & (y < box.bottom))
