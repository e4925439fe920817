"""Commas between figures, told from full stops by their ink: they hang below the line; a reader goes by less."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitizer.document.layout import Reading
from digitizer.document.page import Pixels

_GROUPED = re.compile(r"\$?\(?\d{1,3}(?:[.,]\d{3})+(?:\.\d{1,2}|\.\d{4,})?\)?%?")
"""A number whose every stop may be a comma, the last but one figures of a fraction apart."""
_STOP = re.compile(r"[.,](?=\d{3}(?!\d))")
_FILLED = 0.3
"""Of the fullest row's ink, how much there is at least in the rows of the figures."""
_HANGS = 2
"""Rows by which a comma hangs below the figures."""
_OFF = 0.13
"""Of the text's length, how far its place may be from where it stands among the characters as read."""


def with_commas(reading: Reading, ink: Pixels) -> Reading:
    """The reading of a number, its stops before three figures made commas where the ink hangs below the line.

    ink: uint8 (height, width) of the line, 255 where there is ink. Other readings come back as they are.
    """
    if "." not in reading.text or not _GROUPED.fullmatch(reading.text) or not _hang(reading.text, ink):
        return reading
    text = _STOP.sub(",", reading.text)
    same = max((chance for other, chance in reading.alternatives if other == text), default=0.0)
    others = tuple(other for other in reading.alternatives if other[0] != text)
    sure = max(reading.confidence, same)
    words = tuple(replace(w, text=_STOP.sub(",", w.text), confidence=max(w.confidence, same)) for w in reading.words)
    return replace(reading, text=text, confidence=sure, words=words, alternatives=others)


def _hang(text: str, ink: Pixels) -> bool:
    """Whether something between the figures hangs below them at each of the stops that stand before three figures."""
    counts = ink.astype(bool).sum(axis=1)
    filled = np.flatnonzero(counts >= _FILLED * counts.max(initial=0))
    inked = np.flatnonzero(ink.any(axis=0))
    if not len(inked) or not counts.any():
        return False
    top, foot = int(filled[0]), int(filled[-1])
    middle = (top + foot) // 2
    between = np.asarray(~ink[top:middle].any(axis=0) & ink[middle:].any(axis=0), np.bool_)
    hanging = [span for span in _spans(between) if _is_comma(ink[:, slice(*span)], foot)]
    places = [m.start() + 0.5 for m in _STOP.finditer(text)]
    if len(hanging) != len(places):
        return False
    left, wide = int(inked[0]), int(inked[-1]) + 1 - int(inked[0])
    middles = [(start + end) / 2 - left for start, end in hanging]
    return all(abs(x / wide - place / len(text)) <= _OFF for x, place in zip(middles, places, strict=True))


def _is_comma(mark: Pixels, foot: int) -> bool:
    """Whether a small mark hangs below the foot of the figures: by two rows, or by one where it is higher than wide.

    mark: the ink of its columns.
    """
    rows = np.flatnonzero(mark.any(axis=1))
    below = int(rows[-1]) - foot
    return below >= _HANGS or (below > 0 and len(rows) > mark.shape[1])


def _spans(columns: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Runs of columns: first, and one past the last."""
    edges = np.diff(columns.astype(np.int8), prepend=0, append=0)
    return list(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True))
