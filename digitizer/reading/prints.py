"""The print that forms always bear, known by sight: whole lines told by their picture need not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from digitizer.bundle import find_model
from digitizer.document.geometry import Box
from digitizer.document.layout import Reading
from digitizer.document.page import Pixels
from digitizer.errors import ModelMismatchError
from digitizer.reading.placing import place_words

MODEL = "print"
HEIGHT = 16
_STEP = 1.1
"""Widths stand on a scale of such steps, and all pictures of a step are drawn equally wide.

Noise at a line's top or foot changes its proportions by a twentieth; what it says spreads over two steps at most.
"""
_NARROWEST, _WIDEST = 20, 1500
_STRAY = 2
"""Rows and columns at the rim of a line with no more ink than so many pixels are dirt."""

_SHORT, _MOST_ALLOWANCE = 9, 0.22
_LEAST_READ, _LEAST_ALIKE = 5, 72
DRAWN = (HEIGHT, _STEP)
"""How pictures are drawn; a memory made otherwise is of no use."""

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class PrintMemory:
    """What is remembered.

    texts: what the lines say; pictures: by width step, unit vectors (lines, HEIGHT * width) and each one's text.
    least: the least likeness (cosine) at which a line is taken for one remembered.
    """

    texts: tuple[str, ...]
    pictures: Mapping[int, tuple[NDArray[np.float32], NDArray[np.int64]]]
    least: float

    def is_print(self, text: str) -> bool:
        """Whether a text, misread here and there, is one of those remembered."""
        if len(text) < _LEAST_READ:
            return False
        return process.extractOne(text, self.texts, scorer=fuzz.ratio, score_cutoff=_LEAST_ALIKE) is not None

    def recognise(self, line: Pixels) -> tuple[str, float] | None:
        """The text of a line's ink (uint8, 255 where there is ink) and the likeness; None if it is not remembered."""
        area = _tight(line)
        if area is None or not self.pictures:
            return None
        step = _step(area)
        best: tuple[float, int] = (0.0, -1)
        for near in (step - 1, step, step + 1):
            known = self.pictures.get(near)
            if known is None:
                continue
            likeness = known[0] @ _unit(_drawn(area, near))
            k = int(np.argmax(likeness))
            best = max(best, (float(likeness[k]), int(known[1][k])))
        if best[1] < 0 or best[0] < self.least - _allowance(self.texts[best[1]]):
            return None
        return self.texts[best[1]], best[0]


def _allowance(text: str) -> float:
    """How much less alike a longer text may look: two long texts are hardly ever alike by chance."""
    return min(_MOST_ALLOWANCE, max(0, sum(c.isalnum() for c in text) - _SHORT) * 0.015)


NO_MEMORY = PrintMemory((), {}, 1.0)


def picture_of(line: Pixels) -> tuple[int, Picture] | None:
    """A line's ink as it is remembered: its width step and a picture HEIGHT pixels high; None for what is too short."""
    area = _tight(line)
    if area is None:
        return None
    step = _step(area)
    return step, np.clip(_drawn(area, step), 0, 255).astype(np.uint8)


def _tight(line: Pixels) -> Pixels | None:
    """The part of a crop that has ink; None where it is no wider than a word of three letters or has none."""
    rows = np.flatnonzero(np.count_nonzero(line, axis=1) > _STRAY)
    columns = np.flatnonzero(np.count_nonzero(line, axis=0) > _STRAY)
    if not len(rows) or not len(columns):
        return None
    area: Pixels = line[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = area.shape
    if height < 6 or width * HEIGHT < _NARROWEST * height or width * HEIGHT > _WIDEST * height:
        return None
    return area


def _step(area: Pixels) -> int:
    return round(float(np.log(HEIGHT * area.shape[1] / area.shape[0]) / np.log(_STEP)))


def _drawn(area: Pixels, step: int) -> NDArray[np.float32]:
    width = max(4, round(_STEP**step))
    small = cv2.resize(area, (width, HEIGHT), interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(small, (3, 3), 0.8), np.float32)


def _unit(picture: NDArray[np.float32] | Picture) -> NDArray[np.float32]:
    flat = picture.astype(np.float32).ravel()
    flat -= flat.mean()
    return flat / max(1e-6, float(np.linalg.norm(flat)))


def remember(pictures: Sequence[tuple[str, int, Picture]], least: float) -> PrintMemory:
    """A memory of given lines: (text, width step, picture)."""
    texts = tuple(dict.fromkeys(text for text, _, _ in pictures))
    index = {text: k for k, text in enumerate(texts)}
    groups: dict[int, list[tuple[NDArray[np.float32], int]]] = {}
    for text, step, picture in pictures:
        groups.setdefault(step, []).append((_unit(picture), index[text]))
    stacked = {
        step: (np.stack([p for p, _ in members]), np.array([k for _, k in members], np.int64))
        for step, members in groups.items()
    }
    return PrintMemory(texts, stacked, least)


def load_memory(folders: Sequence[Path]) -> PrintMemory:
    """What the models in those folders remember, taken together; a folder without a memory adds nothing.

    Raises:
        ModelMismatchError: a file is not what its card says.
    """
    pictures: list[tuple[str, int, Picture]] = []
    least = 0.0
    for folder in folders:
        found = find_model(folder, MODEL)
        if found is None:
            continue
        kept, card = found
        if list(card["drawn"]) != list(DRAWN):
            raise ModelMismatchError(f"{folder}: print remembered in another way than now", "run make models")
        least = max(least, float(card["least"]))
        pixels = np.asarray(kept["pixels"], np.uint8)
        start = 0
        for text, step in zip(kept["texts"], kept["steps"], strict=True):
            width = max(4, round(_STEP ** int(step)))
            picture = pixels[start : start + HEIGHT * width].reshape(HEIGHT, width)
            pictures.append((str(text), int(step), picture))
            start += HEIGHT * width
    return remember(pictures, least) if pictures else NO_MEMORY


def reading_of(text: str, likeness: float, box: Box) -> Reading:
    """The reading of a remembered line; its words are placed by their share of the letters."""
    return Reading(text, likeness, "print", place_words(text, likeness, box))
