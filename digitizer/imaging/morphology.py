"""Opening and closing of ink along straight lines, 64 pixels at a time; OpenCV's take as long as the line is."""

from __future__ import annotations

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from digitizer.document.page import Pixels

_BITS = 64

Words = NDArray[np.uint64]


def open_along(ink: MatLike, length: int, vertical: bool = False) -> Pixels:
    """Ink that runs straight for at least so many pixels; what lies beyond the page counts as ink.

    ink: uint8 (height, width), 255 where there is ink; the result is alike. length: pixels, of an even number the next
    odd one. The same as cv2.morphologyEx with MORPH_OPEN and a kernel one pixel wide, whose cost does not depend on its
    length: runs are made longer by doubling (van Herk, 1992, has another way to the same end).
    """
    half = length // 2
    height, width = ink.shape
    words = _packed(ink, half, vertical)
    _join(words, 2 * half + 1, vertical, np.bitwise_and, 1)
    _set_beyond(words, height, width, ink=False)
    _join(words, 2 * half + 1, vertical, np.bitwise_or, -1)
    words = words[half:] if vertical else _shifted(words, half, 1)
    packed = words[:height].view(np.uint8)
    opened = np.unpackbits(packed, axis=1, count=width, bitorder="little")
    return np.negative(opened, out=opened)


def close_along(ink: MatLike, length: int, vertical: bool = False) -> Pixels:
    """Ink with those gaps in straight runs filled that are shorter than so many pixels; arguments as open_along."""
    closed = open_along(cv2.bitwise_not(ink), length, vertical)
    return np.invert(closed, out=closed)


def _packed(ink: MatLike, half: int, vertical: bool) -> Words:
    """A bit a pixel, moved on by half a line, with room for it on all sides; what is beyond the page counts as ink."""
    height, width = ink.shape
    rows, columns = (half, 0) if vertical else (0, half)
    many = -(-(width + 2 * columns) // _BITS)
    room = np.zeros((height + 2 * rows, 8 * many), np.uint8)
    packed = np.packbits(np.asarray(ink, np.uint8), axis=1, bitorder="little")
    room[rows : rows + height, : packed.shape[1]] = packed
    words: Words = room.view(np.uint64)
    if vertical:
        words[:half] = ~np.uint64(0)
    _set_beyond(words, rows + height, width, ink=True)
    if not columns:
        return words
    moved = _shifted(words, columns, -1)
    skip, shift = divmod(columns, _BITS)
    moved[:, :skip] = ~np.uint64(0)
    moved[:, skip] |= np.uint64((1 << shift) - 1)
    return moved


def _join(words: Words, length: int, vertical: bool, how: np.ufunc, direction: int) -> None:
    """Makes every pixel the union or intersection of as many, itself the first (direction 1) or last (-1) of them."""
    done = 1
    while done < length:
        step = min(done, length - done)
        if vertical:
            # The rows of one side are read before they are written: copies, as both are parts of one array.
            target, source = (words[:-step], words[step:]) if direction > 0 else (words[step:], words[:-step])
            how(target, source.copy(), out=target)
        else:
            _join_columns(words, step, how, direction)
        done += step


def _join_columns(words: Words, step: int, how: np.ufunc, direction: int) -> None:
    how(words, _shifted(words, step, direction), out=words)


def _shifted(words: Words, step: int, direction: int) -> Words:
    """Pixels moved so many columns toward the first (direction 1) or the last (-1); the lowest bit is the leftmost."""
    skip, shift = divmod(step, _BITS)
    moved = np.zeros_like(words)
    many = words.shape[1] - skip
    near, far = np.uint64(shift), np.uint64(_BITS - shift)
    if direction > 0:
        np.right_shift(words[:, skip:], near, out=moved[:, :many])
        if shift:
            moved[:, : many - 1] |= words[:, skip + 1 :] << far
    else:
        np.left_shift(words[:, :many], near, out=moved[:, skip:])
        if shift:
            moved[:, skip + 1 :] |= words[:, : many - 1] >> far
    return moved


def _set_beyond(words: Words, height: int, width: int, ink: bool) -> None:
    """Makes what stands behind the page's last row and column ink or paper."""
    value = ~np.uint64(0) if ink else np.uint64(0)
    words[height:] = value
    whole, rest = divmod(width, _BITS)
    if rest:
        page = np.uint64((1 << rest) - 1)
        words[:, whole] = (words[:, whole] & page) | (value & ~page)
        whole += 1
    words[:, whole:] = value
