"""Reads lines with Tesseract's network in this process: frames each line as Tesseract does, decodes what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.geometry import Box
from digitizer.document.layout import Reading, Word
from digitizer.document.page import Pixels
from digitizer.reading.decode import UNKNOWN, Told, decode
from digitizer.reading.joint import Table
from digitizer.reading.network import run
from digitizer.reading.tessdata import LineModel, Matrix, UnknownModelError, load_line_model
from digitizer.reading.tesseract import NOTHING, READING_DPI, Crop
from digitizer.reading.tesseract_probe import trained_data

_PAD = 4 / READING_DPI
"""Inches of paper around a line, as Tesseract leaves it (kImagePadding)."""
_DESCENT = 1 / 3
"""Of the height of capitals: the room below the baseline, whether a letter reaches down there or not."""
_TALL = 0.45
_SHRUNK, _GROWN = 0.7, 1.4
"""Scales below which areas are averaged, and above which nothing is sharpened, as in Leptonica's pixScale."""
_SCALE, _OFFSET = 0.35, 0.085
"""Tesseract's confidence of a word from the logarithm of its least sure character's probability (kCertaintyScale)."""
_STEP = 3
"""Columns of the network's picture that make a step."""
_NARROWEST = 6
_ALTERNATIVES = 4
_WEIGHT = 0.5
"""Beside another network's, how much its probabilities count: they are near 0 or 1 also where it errs."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """A line as the network sees it. left: column of the crop at which it begins; scale: its size against the crop."""

    picture: Matrix
    left: float
    scale: float

    def column(self, step: int) -> int:
        """The crop's column at a step of the network."""
        return round(self.left + step * _STEP / self.scale)


@dataclass(frozen=True, slots=True)
class LineReader:
    """Tesseract's network for one language."""

    model: LineModel

    def read(self, crops: Sequence[Crop], dpi: float) -> list[Reading]:
        """One reading per crop, in their order; nothing read gives an empty text. dpi: of the page they come from."""
        frames = [_frame(crop, dpi, self.model.height) for crop in crops]
        shown = [k for k, frame in enumerate(frames) if frame is not None]
        tables = run(self.model, [f.picture for f in frames if f is not None])
        readings = [NOTHING] * len(crops)
        for k, table in zip(shown, tables, strict=True):
            frame = frames[k]
            if frame is not None:
                readings[k] = _reading(decode(table, self.model), frame, crops[k])
        return readings

    def table(self, crop: Crop, dpi: float) -> Table | None:
        """All that the network says of one line; None where there is no ink."""
        frame = _frame(crop, dpi, self.model.height)
        if frame is None:
            return None
        (chances,) = run(self.model, [frame.picture])
        # Of classes that say the same the first is the usual one.
        labels = {c: k for k, c in reversed(list(enumerate(self.model.characters))) if c}
        return Table(chances, labels, self.model.blank, _WEIGHT)


def _frame(crop: Crop, dpi: float, height: int) -> _Frame | None:
    """The line's ink with a rim of paper, at the network's height; None where there is no ink."""
    rows, columns = np.flatnonzero(crop.ink.any(axis=1)), np.flatnonzero(crop.ink.any(axis=0))
    if not len(rows):
        return None
    _, _, stats, _ = cv2.connectedComponentsWithStats(crop.ink, connectivity=8)
    parts = stats[1:]
    tall = parts[parts[:, 3] >= _TALL * parts[:, 3].max()]
    top, baseline = int(rows[0]), float(np.median(tall[:, 1] + tall[:, 3]))
    bottom = max(int(rows[-1]) + 1, round(baseline + _DESCENT * (baseline - top)))
    pad = max(1, round(_PAD * dpi))
    box = Box(int(columns[0]) - pad, top - pad, int(columns[-1] - columns[0]) + 1 + 2 * pad, bottom - top + 2 * pad)
    pixels = _cut(crop.pixels, box)
    scale = height / box.height
    wide = max(_NARROWEST, round(box.width * scale))
    how = cv2.INTER_AREA if scale < _SHRUNK else cv2.INTER_LINEAR
    small: Pixels = np.asarray(cv2.resize(pixels, (wide, height), interpolation=how), np.uint8)
    return _Frame(_levelled(small), box.x, wide / box.width)


def _cut(pixels: Pixels, box: Box) -> Pixels:
    """That part of the pixels; beyond them there is paper."""
    height, width = pixels.shape
    inside = pixels[max(0, box.y) : box.bottom, max(0, box.x) : box.right]
    above, before = max(0, -box.y), max(0, -box.x)
    below, behind = max(0, box.bottom - height), max(0, box.right - width)
    padded = cv2.copyMakeBorder(inside, above, below, before, behind, cv2.BORDER_CONSTANT, value=(255.0,))
    return np.asarray(padded, np.uint8)


def _levelled(pixels: Pixels) -> Matrix:
    """Ink -1, paper 1, by the darkest and lightest places along the middle of the line (Input::PreparePixInput)."""
    row = pixels[len(pixels) // 2].astype(np.int16)
    before, here, after = row[:-2], row[1:-1], row[2:]
    lows = here[((here < before) & (here <= after)) | ((here <= before) & (here < after))]
    highs = here[((here > before) & (here >= after)) | ((here >= before) & (here > after))]
    black = float(np.sort(lows)[len(lows) // 4]) if len(lows) else 0.0
    white = float(np.sort(highs)[3 * len(highs) // 4]) if len(highs) else 255.0
    contrast = max(1.0, (white - black) / 2)
    bound = np.float32(1)
    levelled: Matrix = np.clip((pixels - np.float32(black)) / np.float32(contrast) - bound, -bound, bound)
    return levelled


def _reading(told: Sequence[Told], frame: _Frame, crop: Crop) -> Reading:
    inked = np.asarray(crop.ink.any(axis=0), np.bool_)
    words: list[Word] = []
    left = 0
    for k, word in enumerate(told):
        last = k + 1 == len(told)
        right = len(inked) if last else _gap(inked, frame.column(word.end - 1), frame.column(told[k + 1].start + 1))
        confidence = max(0.0, 1 + _SCALE * (word.chance - _OFFSET * (1 if word.known else UNKNOWN)))
        words.append(Word(word.text, _outline(crop, left, right), confidence))
        left = right
    if not words:
        return NOTHING
    # The least sure word decides whether the whole line is right.
    sure = min(w.confidence for w in words)
    return Reading(" ".join(w.text for w in words), sure, "tesseract", tuple(words), _alternatives(told))


def _alternatives(told: Sequence[Told]) -> tuple[tuple[str, float], ...]:
    """The line with one word read otherwise, likeliest first: two misread words in one line are rare."""
    texts = [word.text for word in told]
    found = [
        (" ".join([*texts[:k], other, *texts[k + 1 :]]), round(share, 4))
        for k, word in enumerate(told)
        for other, share in word.others
    ]
    return tuple(sorted(found, key=lambda pair: -pair[1])[:_ALTERNATIVES])


def _gap(inked: NDArray[np.bool_], start: int, end: int) -> int:
    """The middle of the widest gap in the ink between two columns."""
    blank = np.flatnonzero(~inked[max(0, start) : end])
    if not len(blank):
        return max(0, start + end) // 2
    gaps = np.split(blank, np.flatnonzero(np.diff(blank) > 1) + 1)
    widest = max(gaps, key=len)
    return max(0, start) + int(widest[len(widest) // 2])


def _outline(crop: Crop, left: int, right: int) -> Box:
    """The ink between two columns of the crop, in pixels of the page; the columns themselves where there is none."""
    x, y, width, height = cv2.boundingRect(np.ascontiguousarray(crop.ink[:, left:right]))
    if not width:
        return Box(crop.box.x + left, crop.box.y, max(1, right - left), crop.box.height)
    return Box(crop.box.x + left + x, crop.box.y + y, width, height)


def load_line_reader(language: str) -> LineReader | None:
    """The reader of that language; None where only Tesseract itself can run its network, or several at once."""
    path = trained_data(language)
    if path is None:
        return None
    try:
        return LineReader(load_line_model(path))
    except (UnknownModelError, OSError):
        return None
