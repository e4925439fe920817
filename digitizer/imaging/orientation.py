"""Which way up a page lies, from the shapes of its text alone."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.page import Pixels

_SMALLEST, _LARGEST = 0.03, 0.25  # Inches: the height of letters that are looked at.
_FEW = 40  # Fewer letters than this say nothing.


@dataclass(frozen=True, slots=True)
class Letters:
    """Parts of ink of the size of letters. boxes: int (n, 4): left, top, width, height; mask: their ink, 255 on 0."""

    boxes: NDArray[np.int32]
    mask: Pixels


def find_letters(ink: Pixels, dpi: float) -> Letters:
    """The parts of ink that are as large as letters; rules, frames, pictures and specks are left out."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    longest = np.maximum(stats[:, 2], stats[:, 3])
    good = (longest >= _SMALLEST * dpi) & (longest <= _LARGEST * dpi)
    good &= (np.minimum(stats[:, 2], stats[:, 3]) >= 2) & (stats[:, 4] < 0.85 * stats[:, 2] * stats[:, 3])
    good[0] = False
    mask = (good.astype(np.uint8) * 255)[labels]
    return Letters(stats[good][:, :4].astype(np.int32), mask)


def runs_upright(letters: Letters) -> bool:
    """Whether the lines of text run from top to bottom: letters stand closer along the line than across it."""
    if len(letters.boxes) < _FEW:
        return False
    gap = max(3, round(0.5 * float(np.median(letters.boxes[:, 2:].max(axis=1)))) | 1)
    level = _parts(cv2.morphologyEx(letters.mask, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8)))
    upright = _parts(cv2.morphologyEx(letters.mask, cv2.MORPH_CLOSE, np.ones((gap, 1), np.uint8)))
    return upright < 0.8 * level


def stands_on_head(letters: Letters) -> float:
    """How strongly the letters of a level page speak for being upside down; below 0: for being the right way up.

    Letters stand on their line: their feet align, their heads do not (tall and low letters, full stops, commas).
    The answer is in standard deviations.
    """
    boxes = letters.boxes
    if len(boxes) < _FEW:
        return 0.0
    height = float(np.median(boxes[:, 3]))
    reach = max(3, round(1.2 * height) | 1)
    joined = cv2.morphologyEx(letters.mask, cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))
    _, labels = cv2.connectedComponents(joined, connectivity=8)
    line = labels[boxes[:, 1] + boxes[:, 3] // 2, np.minimum(boxes[:, 0] + boxes[:, 2] // 2, labels.shape[1] - 1)]
    heads, feet = boxes[:, 1].astype(np.float64), (boxes[:, 1] + boxes[:, 3]).astype(np.float64)
    order = np.argsort(line, kind="stable")
    groups = np.split(order, np.nonzero(np.diff(line[order]))[0] + 1)
    loose_heads = loose_feet = 0
    for group in groups:
        if len(group) < 4 or line[group[0]] == 0:
            continue
        slack = max(1.0, 0.12 * float(np.median(boxes[group, 3])))
        loose_heads += int((np.abs(heads[group] - np.median(heads[group])) > slack).sum())
        loose_feet += int((np.abs(feet[group] - np.median(feet[group])) > slack).sum())
    total = loose_heads + loose_feet
    return (loose_feet - loose_heads) / total**0.5 if total else 0.0


def _parts(mask: Pixels | cv2.typing.MatLike) -> int:
    return int(cv2.connectedComponents(mask, connectivity=8)[0])
