"""Text that runs up or down the page: stamps, and margins written along."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

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
_CROWDED = 0.3
"""Share of a column's places at which more than one character may stand: broken ones."""
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
        if lonely.mean() >= _SHARE and _is_close(boxes[inside]):
            found.append(box)
    return found


def _neighbours(boxes: NDArray[np.int32], level: Sequence[Box]) -> NDArray[np.int64]:
    """How many characters stand in each one's line from left to right, itself among them."""
    count = np.ones(len(boxes), np.int64)
    for line in level:
        inside = _inside(boxes, line)
        count[inside] = np.maximum(count[inside], inside.sum())
    return count


def _is_close(column: NDArray[np.int32]) -> bool:
    """Whether the characters of a column stand one by one, set as close as those of a word.

    The ends of lines under one another stand farther apart, and several of their characters side by side.
    """
    rows: list[list[int]] = []
    for _, y, _, height in column[np.argsort(column[:, 1])].tolist():
        if rows and y + height / 2 < rows[-1][1]:
            rows[-1][1] = max(rows[-1][1], y + height)
            rows[-1][2] += 1
        else:
            rows.append([y, y + height, 1])
    if len(rows) < _FEWEST or sum(1 for row in rows if row[2] > 1) > _CROWDED * len(rows):
        return False
    gaps = [below[0] - above[1] for above, below in pairwise(rows)]
    return float(np.median(gaps)) <= _CLOSE * float(np.median(column[:, 2]))


def _inside(boxes: NDArray[np.int32], box: Box) -> NDArray[np.bool_]:
    x, y = boxes[:, 0] + boxes[:, 2] / 2, boxes[:, 1] + boxes[:, 3] / 2
    return np.asarray((x >= box.x) & (x < box.right) & (y >= box.y) & (y < box.bottom))
