"""The connected parts of a page's ink that lines of text are made of: cut where lines touch, told by their level."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.geometry import Box
from digitizer.document.page import Pixels

SMALLEST = 0.55
"""In heights of the page's letters, how high letters are at the least."""
_LOW, _HIGH = 1.3, 4.0
"""How high letters that touch, one below the other, are together."""
# In heights of the line.
_WORD, _STEP = 0.3, 0.35
"""White that may part words; how far one stands above another to be no part of its line, more than a tail hangs down.
An entry is often set a little above or below its label."""
_RAISED = 0.8
"""What stands higher and is that much smaller than the rest is a raised mark."""
_ENOUGH, MOST = 2, 6
"""Letters that tell how high they stand; as many are looked at."""

Boxes = NDArray[np.int32]
Owners = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Parts:
    """The connected parts of a page's ink.

    boxes: int (n, 4), left, top, width, height; cells: int (n,), the cell that each stands in, -1 for none; letter:
    pixels that the page's letters are high.
    """

    boxes: Boxes
    cells: NDArray[np.int32]
    letter: float

    def around(self, members: Sequence[int] | Owners) -> Box:
        own = self.boxes[members]
        (x0, y0), (x1, y1) = own[:, :2].min(axis=0).tolist(), (own[:, :2] + own[:, 2:]).max(axis=0).tolist()
        return Box(x0, y0, x1 - x0, y1 - y0)

    def edges(self, groups: Sequence[Sequence[int]]) -> NDArray[np.float64]:
        """Left, top, right and bottom of each group, float (n, 4)."""
        boxes = [self.around(group) for group in groups]
        return np.array([(b.x, b.y, b.right, b.bottom) for b in boxes], np.float64).reshape(-1, 4)

    def height(self, members: Sequence[int] | Owners) -> float:
        """Pixels that a line's letters are high: most reach up to there, points, dashes and pieces left out."""
        return max(float(np.percentile(self.boxes[members, 3], 75)), 0.7 * self.letter)

    def foot(self, letters: Sequence[int]) -> float:
        """Where letters stand: tails hang lower, pieces of broken ones end higher."""
        return float(np.percentile(self.boxes[letters, 1] + self.boxes[letters, 3], 35))


def cut_apart(labels: NDArray[np.int32], stats: Boxes, text: Pixels, letter: float) -> Boxes:
    """Cuts letters that touch letters of the next line off them, in labels; returns the stats of all parts.

    text: 255 along the middle of each line; letter: pixels that the page's letters are high.
    """
    _, runs = cv2.connectedComponentsWithAlgorithm(text, 8, cv2.CV_32S, cv2.CCL_GRANA)
    found = [*stats]
    for part in np.flatnonzero((stats[:, 3] > _LOW * letter) & (stats[:, 3] <= _HIGH * letter)).tolist():
        x, y, width, height, _ = stats[part].tolist()
        place = slice(y, y + height), slice(x, x + width)
        own = labels[place] == part
        crossed = np.where(own, runs[place], 0)
        rows = [np.flatnonzero((crossed == run).any(axis=1)) for run in np.unique(crossed[crossed > 0]).tolist()]
        bands = sorted((int(inside[0]), int(inside[-1]) + 1) for inside in rows)
        for (_, above), (below, _) in itertools.pairwise(bands):
            if above >= below:
                continue
            inked = np.count_nonzero(own[above:below], axis=1)
            thinnest = np.flatnonzero(inked == inked.min())
            cut = above + int(thinnest[len(thinnest) // 2])
            lower = len(found)
            labels[place][cut:][own[cut:]] = lower
            found[part] = _stats(labels, place, part)
            found.append(_stats(labels, place, lower))
            part, own = lower, labels[place] == lower
    return np.array(found, np.int32)


def _stats(labels: NDArray[np.int32], place: tuple[slice, slice], number: int) -> NDArray[np.int32]:
    """Left, top, width, height and area of the part of that number, which lies in that place."""
    own = np.asarray(labels[place] == number, np.uint8)
    x, y, width, height = cv2.boundingRect(own)
    return np.array((place[1].start + x, place[0].start + y, width, height, cv2.countNonZero(own)), np.int32)


def by_level(parts: Parts, group: list[int], height: float) -> list[list[int]]:
    """A group, in order from left to right, parted where words begin to stand higher or lower than those before."""
    words: list[list[int]] = []
    reach = -np.inf
    for k in group:
        x, _, width, _ = parts.boxes[k].tolist()
        if not words or x - reach > _WORD * height:
            words.append([])
        words[-1].append(k)
        reach = max(reach, x + width)
    levels = words[:1]
    for n, word in enumerate(words[1:], start=1):
        following: list[int] = []
        for more in words[n:]:
            following += letters_of(parts, more)
            if len(following) >= _ENOUGH:
                break
        if steps(parts, letters_of(parts, levels[-1])[-MOST:], following, height):
            levels.append(word)
        else:
            levels[-1] = levels[-1] + word
    return levels


def letters_of(parts: Parts, members: list[int]) -> list[int]:
    """Those of the members that are as high as letters."""
    return [k for k in members if parts.boxes[k, 3] >= SMALLEST * parts.letter]


def steps(parts: Parts, before: list[int], after: list[int], height: float) -> bool:
    """Whether letters stand higher or lower than those before them, so that they are another line."""
    if min(len(before), len(after)) < _ENOUGH:
        return False
    low, high = sorted((before, after), key=parts.foot, reverse=True)
    raised = parts.foot(low) - parts.foot(high)
    return raised > _STEP * height and parts.height(high) >= _RAISED * parts.height(low)
