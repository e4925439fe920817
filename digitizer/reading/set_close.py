"""Entries of combs: letters of one slot each, set as close as a typist sets them, so that readers see words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from digitizer.document.geometry import Box
from digitizer.document.layout import Reading
from digitizer.document.page import Pixels

_BETWEEN, _SPACE, _RIM = 0.12, 0.5, 0.3
"""In heights of the letters: white between two of a word, and between two words; around all of them."""

Slots = Sequence[tuple[int, int]]


def set_close(ink: Pixels, pixels: Pixels, left: int, slots: Slots) -> tuple[Pixels, Pixels]:
    """A line's ink and pixels with its letters moved together; an empty slot between two letters becomes a space.

    ink: uint8 (height, width), 255 where there is ink; pixels: grey, alike. left: of the crops on the page. The results
    are as high and of one width.
    """
    rows = np.flatnonzero(ink.any(axis=1))
    high = int(rows[-1] - rows[0]) + 1 if len(rows) else ink.shape[0]
    between, space, rim = (max(1, round(share * high)) for share in (_BETWEEN, _SPACE, _RIM))
    white = np.zeros((ink.shape[0], space), np.uint8)
    gaps = {True: white[:, :between], False: white}
    pieces = [np.zeros((ink.shape[0], rim), np.uint8)]
    grey = [255 - pieces[0]]
    for word in _words(ink, left, slots):
        for k, (start, end) in enumerate(word):
            gap = gaps[k > 0] if len(pieces) > 1 else white[:, :0]
            pieces += [gap, ink[:, start:end]]
            grey += [255 - gap, pixels[:, start:end]]
    pieces.append(pieces[0])
    grey.append(grey[0])
    return np.ascontiguousarray(np.hstack(pieces)), np.ascontiguousarray(np.hstack(grey))


def in_slots(reading: Reading, ink: Pixels, box: Box, slots: Slots) -> Reading:
    """The reading of letters set close with each word's box where its slots are. ink: of the line; box: its place."""
    words = _words(ink, box.x, slots)
    if len(words) != len(reading.words):
        return replace(reading, words=tuple(replace(w, box=box) for w in reading.words))
    places = [replace(box, x=box.x + word[0][0], width=word[-1][1] - word[0][0]) for word in words]
    return replace(reading, words=tuple(replace(w, box=p) for w, p in zip(reading.words, places, strict=True)))


def _words(ink: Pixels, left: int, slots: Slots) -> list[list[tuple[int, int]]]:
    """Where letters begin and end, in columns of the ink, parted at empty slots."""
    words: list[list[tuple[int, int]]] = [[]]
    for start, end in slots:
        first, last = max(0, start - left), max(0, end - left)
        columns = np.flatnonzero(ink[:, first:last].any(axis=0))
        if len(columns):
            words[-1].append((first + int(columns[0]), first + int(columns[-1]) + 1))
        elif words[-1]:
            words.append([])
    return [word for word in words if word]
