"""Which way up a page lies, from the shapes of its text alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.page import Pixels

_SMALLEST, _LARGEST = 0.03, 0.25  # Inches: the height of letters that are looked at.
_FEW = 40  # Fewer letters than this say nothing.
_SAMPLE = 800  # Letters that are looked at closely.
_WIDE, _HIGH = 12, 16
# Without those that look alike either way up, and those that turn into one another (b q, d p, n u, M W, 6 9).
_ALPHABET = "ABCDEFGJKLPQRTUVYaefghjkmrtvwy123457"


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

    Each letter is held against drawn capitals, small letters and figures, and against the same on their heads. The
    answer is in standard deviations.
    """
    width, height = letters.boxes[:, 2], letters.boxes[:, 3]
    # Bars, dots, dashes and runs of touching letters look alike either way up.
    plain = letters.boxes[(width > 0.35 * height) & (width < 1.5 * height)]
    if len(plain) < _FEW:
        return 0.0
    shapes = np.stack([_shape(letters.mask, box) for box in plain[:: -(-len(plain) // _SAMPLE)]])
    upright = _templates()
    upside_down = np.ascontiguousarray(upright[:, ::-1])
    lead = (shapes @ upside_down.T).max(axis=1) - (shapes @ upright.T).max(axis=1)
    return float(lead.mean() / (lead.std() + 1e-6) * len(lead) ** 0.5)


def _shape(mask: Pixels, box: NDArray[np.int32]) -> NDArray[np.float32]:
    x, y, width, height = (int(v) for v in box)
    return _normalised(mask[y : y + height, x : x + width])


def _normalised(picture: Pixels) -> NDArray[np.float32]:
    """A letter's picture at a common size as a vector of zero mean and unit length, float32 (_WIDE * _HIGH,)."""
    small = cv2.resize(picture, (_WIDE, _HIGH), interpolation=cv2.INTER_AREA).astype(np.float32).reshape(-1)
    small -= small.mean()
    return small / (float(np.linalg.norm(small)) + 1e-6)


@cache
def _templates() -> NDArray[np.float32]:
    """Letters and figures as OpenCV draws them, float32 (n, _WIDE * _HIGH); no font file is needed."""
    shapes = []
    for face in (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_COMPLEX, cv2.FONT_HERSHEY_TRIPLEX):
        for thickness in (2, 4):
            for letter in _ALPHABET:
                board = np.zeros((80, 80), np.uint8)
                cv2.putText(board, letter, (15, 55), face, 1.4, 255, thickness, cv2.LINE_AA)
                x, y, width, height = cv2.boundingRect(board)
                shapes.append(_normalised(board[y : y + height, x : x + width]))
    return np.stack(shapes)


def _parts(mask: Pixels | cv2.typing.MatLike) -> int:
    return int(cv2.connectedComponents(mask, connectivity=8)[0])
