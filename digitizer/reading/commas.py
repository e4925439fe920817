"""Commas between figures, told from full stops by their ink: they hang below the line; a reader goes by less."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from digitizer.document.page import Pixels

_GROUPED = re.compile(r"\$?\(?\d{1,3}(?:[.,]\d{3})+(?:\.\d{1,2}|\.\d{4,})?\)?%?")
"""A number whose every stop may be a comma, the last but one figures of a fraction apart."""
_STOP = re.compile(r"[.,](?=\d{3}(?!\d))")
_FILLED = 0.3
"""Of the fullest row's ink, how much there is at least in the rows of the figures."""
_HANGS, _HANGS_LONG = 0.12, 0.06
"""Of the figures' height, how far a comma hangs below them; less is enough where it is clearly higher than wide."""
_LONG = 1.25
_OFF = 0.13
"""Of the text's length, how far its place may be from where it stands among the characters as read."""


def hang(text: str, ink: Pixels) -> bool | None:
    """Whether something hangs below the figures at each stop before three figures of a number; None where none stands.

    ink: uint8 (height, width) of the line, 255 where there is ink.
    """
    if not _GROUPED.fullmatch(text):
        return None
    counts = ink.astype(bool).sum(axis=1)
    filled = np.flatnonzero(counts >= _FILLED * counts.max(initial=0))
    inked = np.flatnonzero(ink.any(axis=0))
    if not len(inked) or not counts.any():
        return False
    top, foot = int(filled[0]), int(filled[-1])
    middle = (top + foot) // 2
    between = np.asarray(~ink[top:middle].any(axis=0) & ink[middle:].any(axis=0), np.bool_)
    hanging = [span for span in _spans(between) if _is_comma(ink[:, slice(*span)], foot, foot + 1 - top)]
    places = [m.start() + 0.5 for m in _STOP.finditer(text)]
    if len(hanging) != len(places):
        return False
    left, wide = int(inked[0]), int(inked[-1]) + 1 - int(inked[0])
    middles = [(start + end) / 2 - left for start, end in hanging]
    return all(abs(x / wide - place / len(text)) <= _OFF for x, place in zip(middles, places, strict=True))


def _is_comma(mark: Pixels, foot: int, height: int) -> bool:
    """Whether a small mark hangs below the figures.

    mark: the ink of its columns; foot: the last row of the figures, which are so many rows high.
    """
    rows = np.flatnonzero(mark.any(axis=1))
    below = int(rows[-1]) - foot
    long = len(rows) >= _LONG * mark.shape[1]
    return below >= _HANGS * height or (long and below >= _HANGS_LONG * height)


def _spans(columns: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Runs of columns: first, and one past the last."""
    edges = np.diff(columns.astype(np.int8), prepend=0, append=0)
    return list(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True))
