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
_SAMPLES = (250, 1000)  # Letters that are looked at closely: as many as it takes to be sure.
_VERY_SURE = 6.0  # Standard deviations.
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
    # Grana's algorithm takes a third of the default's time on one thread.
    _, labels, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(ink, 8, cv2.CV_32S, cv2.CCL_GRANA)
    longest = np.maximum(stats[:, 2], stats[:, 3])
    good = (longest >= _SMALLEST * dpi) & (longest <= _LARGEST * dpi)
    good &= (np.minimum(stats[:, 2], stats[:, 3]) >= 2) & (stats[:, 4] < 0.85 * stats[:, 2] * stats[:, 3])
    good[0] = False
    return Letters(stats[good][:, :4].astype(np.int32), (good.astype(np.uint8) * 255)[labels])


def turned_back(letters: Letters) -> Letters:
    """The letters of a page turned by a quarter, turned back counter-clockwise."""
    x, y, width, height = letters.boxes.T
    boxes = np.stack([y, letters.mask.shape[1] - x - width, height, width], axis=1)
    return Letters(boxes, np.ascontiguousarray(np.rot90(letters.mask)))


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

    The answer is about in standard deviations; 0 where there are too few letters.
    """
    boxes = letters.boxes
    width, height = boxes[:, 2], boxes[:, 3]
    # Bars, dots, dashes and runs of touching letters look alike either way up.
    plain = Letters(boxes[(width > 0.35 * height) & (width < 1.6 * height)], letters.mask)
    if len(plain.boxes) < _FEW:
        return 0.0
    aligned = answer = _by_alignment(plain)
    for sample in _SAMPLES:
        if abs(answer) > _VERY_SURE:
            break
        answer = aligned + _by_shape(plain, sample)
    return answer


def _by_alignment(letters: Letters) -> float:
    """Letters stand on their line: their feet align, their heads do not, small letters being of two heights."""
    boxes = letters.boxes
    reach = max(3, round(1.2 * float(np.median(boxes[:, 3]))) | 1)
    joined = cv2.morphologyEx(letters.mask, cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))
    labels = cv2.connectedComponents(joined, connectivity=8)[1]
    line = labels[boxes[:, 1] + boxes[:, 3] // 2, boxes[:, 0] + boxes[:, 2] // 2]
    # Commas and broken bits align with nothing.
    tall = _middle_by_line(line, boxes[:, 3])
    whole = (line > 0) & (boxes[:, 3] > 0.7 * tall[line])
    line, boxes = line[whole], boxes[whole]
    slack = np.maximum(1.0, 0.12 * tall)[line]
    crowd = np.bincount(line, minlength=len(tall))[line] >= 4
    loose = []
    for edge in (boxes[:, 1], boxes[:, 1] + boxes[:, 3]):
        off = np.abs(edge - _middle_by_line(line, edge)[line]) > slack
        loose.append(int(np.count_nonzero(off & crowd)))
    heads, feet = loose
    return (feet - heads) / (heads + feet) ** 0.5 if heads + feet else 0.0


def _middle_by_line(line: NDArray[np.int32], values: NDArray[np.int32]) -> NDArray[np.int32]:
    """The median of the values on each line, by its number; 0 for numbers that no value bears."""
    order = np.lexsort((values, line))
    counts = np.bincount(line)
    ends = np.cumsum(counts)
    places = np.minimum(ends - counts + counts // 2, max(0, len(values) - 1))
    middles = values[order][places] if len(values) else np.zeros(0, np.int32)
    return np.where(counts > 0, middles, 0).astype(np.int32)


def _by_shape(letters: Letters, sample: int) -> float:
    """Each letter against drawn capitals, small letters and figures, and against the same on their heads."""
    boxes = letters.boxes[:: -(-len(letters.boxes) // sample)]
    upright = _templates()
    shapes = _vectors([_picture(letters.mask, box) for box in boxes])
    lead = (shapes @ upright[:, ::-1].T).max(axis=1) - (shapes @ upright.T).max(axis=1)
    return float(lead.mean() / (lead.std() + 1e-6) * len(lead) ** 0.5)


def _picture(mask: Pixels, box: NDArray[np.int32]) -> Pixels:
    """A letter at the common size."""
    x, y, width, height = box.tolist()
    letter = mask[y : y + height, x : x + width]
    return np.asarray(cv2.resize(letter, (_WIDE, _HIGH), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _vectors(pictures: list[Pixels]) -> NDArray[np.float32]:
    """Pictures as vectors of zero mean and unit length, float32 (n, _WIDE * _HIGH)."""
    vectors = np.stack(pictures).reshape(len(pictures), -1).astype(np.float32)
    vectors -= vectors.mean(axis=1, keepdims=True)
    return np.asarray(vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-6), dtype=np.float32)


@cache
def _templates() -> NDArray[np.float32]:
    """Letters and figures as OpenCV draws them, float32 (n, _WIDE * _HIGH); no font file is needed."""
    pictures = []
    for face in (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_COMPLEX, cv2.FONT_HERSHEY_TRIPLEX):
        for thickness in (2, 4):
            for letter in _ALPHABET:
                board = np.zeros((80, 80), np.uint8)
                cv2.putText(board, letter, (15, 55), face, 1.4, 255, thickness, cv2.LINE_AA)
                pictures.append(_picture(board, np.array(cv2.boundingRect(board), dtype=np.int32)))
    return _vectors(pictures)


def _parts(mask: Pixels | cv2.typing.MatLike) -> int:
    return int(cv2.connectedComponents(mask, connectivity=8)[0])
