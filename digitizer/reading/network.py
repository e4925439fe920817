"""Runs Tesseract's line network on all lines of a page together; Tesseract itself runs it on one line at a time.

The same network on the same picture in a fifth of the time: products of large matrices instead of many small ones, and
no start of a program for each page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.reading.tessdata import LineModel, Matrix, Recurrent

_POOL = 3
"""Pixels in each direction that the network takes together."""
_COLUMNS = 256
"""Columns read downward at once: so many that their numbers stay in the processor's cache."""
_MOST = 4000
"""Columns of lines read together, so that a page of dense print does not need memory without bound."""
_ONE, _TWO = np.float32(1), np.float32(2)


def run(model: LineModel, pictures: Sequence[Matrix]) -> list[Matrix]:
    """For each picture the probabilities of the classes, (width // 3, classes), column of three pixels by column.

    pictures: float32 (model.height, width), -1 for ink to 1 for paper, at least three pixels wide.
    """
    found: list[Matrix] = [np.zeros((0, 0), np.float32)] * len(pictures)
    for group in _groups([p.shape[1] // _POOL for p in pictures]):
        for k, table in zip(group, _run([pictures[k] for k in group], model), strict=True):
            found[k] = table
    return found


def _groups(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Lines that are read together, the longest first."""
    group: list[int] = []
    for k in sorted(range(len(lengths)), key=lambda k: -lengths[k]):
        if group and sum(lengths[j] for j in group) + lengths[k] > _MOST:
            yield group
            group = []
        group.append(k)
    if group:
        yield group


def _run(pictures: Sequence[Matrix], model: LineModel) -> list[Matrix]:
    """As `run`; the pictures come longest first."""
    lengths = np.array([p.shape[1] // _POOL for p in pictures])
    values = _read_columns(pictures, lengths, model)
    starts = np.cumsum(lengths) - lengths
    # At each step all lines that are as long as that: being sorted, they are always the first ones.
    running = [int((lengths > step).sum()) for step in range(int(lengths[0]))]
    onward = np.concatenate([starts[:many] + step for step, many in enumerate(running)])
    backward = np.concatenate([starts[:many] + lengths[:many] - 1 - step for step, many in enumerate(running)])
    for layer in model.along:
        order = backward if layer.reverse else onward
        outputs = np.empty((len(values), layer.back.shape[1]), np.float32)
        _remember(values[order], running, layer, outputs)
        values = np.empty_like(outputs)
        values[order] = outputs
    weights, bias = model.output
    scores = values @ weights + bias
    scores -= scores.max(axis=1, keepdims=True)
    cv2.exp(scores, scores)
    scores /= scores.sum(axis=1, keepdims=True)
    return [scores[start : start + length] for start, length in zip(starts, lengths, strict=True)]


def _read_columns(pictures: Sequence[Matrix], lengths: NDArray[np.int64], model: LineModel) -> Matrix:
    """What the network sees of each three columns of pixels, read from top to bottom, (columns, features)."""
    strip, places = _strip(pictures, lengths, model.height)
    steps = model.height // _POOL
    seen = np.empty((len(model.windows), steps, len(places)), np.float32)
    for window, pooled in zip(model.windows, seen, strict=True):
        filtered = np.asarray(cv2.filter2D(strip, cv2.CV_32F, window))[1:-1]
        rows = np.maximum(np.maximum(filtered[::_POOL], filtered[1::_POOL]), filtered[2::_POOL])
        np.maximum(np.maximum(rows[:, places], rows[:, places + 1]), rows[:, places + 2], out=pooled)
    found = np.empty((len(places), model.down.back.shape[1]), np.float32)
    for start in range(0, len(found), _COLUMNS):
        # The largest of nine first, then the bias and the bend: it is the same, and a ninth of the work.
        part = np.tanh(seen[:, :, start : start + _COLUMNS].transpose(1, 2, 0) + model.bias)
        count = part.shape[1]
        found[start : start + count] = _remember(part.reshape(steps * count, -1), [count] * steps, model.down)
    return found


def _strip(pictures: Sequence[Matrix], lengths: NDArray[np.int64], height: int) -> tuple[Matrix, NDArray[np.int64]]:
    """All pictures side by side with a margin around each, and where in it each of their steps begins.

    Tesseract trains and reads with noise outside the picture; without any it takes the rim for a stroke.
    """
    width = int((_POOL * lengths + 2).sum())
    strip = np.random.default_rng(0).uniform(-1, 1, (height + 2, width)).astype(np.float32)
    places, x = [], 1
    for picture, length in zip(pictures, lengths.tolist(), strict=True):
        whole = min(picture.shape[1], _POOL * length + 1)
        strip[1:-1, x : x + whole] = picture[:, :whole]
        places.append(x + _POOL * np.arange(length))
        x += _POOL * length + 2
    return strip, np.concatenate(places)


def _remember(values: Matrix, running: Sequence[int], layer: Recurrent, outputs: Matrix | None = None) -> Matrix:
    """Runs a layer step by step and returns its last outputs, those of every step into `outputs`.

    values: (rows, inputs), what comes in, step after step, running[step] rows each.
    """
    size = layer.back.shape[1]
    # Gate by gate, so that each gate's numbers lie together.
    gates = np.matmul(values, layer.across)
    gates += layer.bias[:, None]
    room = np.empty(4 * running[0] * size, np.float32)
    state, last, bent = (np.zeros((running[0], size), np.float32) for _ in range(3))
    start = 0
    for many in running:
        gate = room[: 4 * many * size].reshape(4, many, size)
        np.matmul(last[:many], layer.back, out=gate)
        gate += gates[:, start : start + many]
        _invert(gate)
        taken, let_in, kept, let_out = gate
        taken *= _TWO
        taken -= _ONE
        taken *= let_in
        now, bend = state[:many], bent[:many]
        now *= kept
        now += taken
        np.multiply(now, -_TWO, out=bend)
        _invert(bend)
        bend *= _TWO
        bend -= _ONE
        np.multiply(bend, let_out, out=last[:many])
        if outputs is not None:
            outputs[start : start + many] = last[:many]
        start += many
    return last


def _invert(values: Matrix) -> None:
    """1 / (1 + exp x) of every value, in its place: the sigmoid of what was negated."""
    # OpenCV's exponential takes a fifth of numpy's time; it knows nothing of three dimensions.
    flat = values.reshape(len(values), -1)
    cv2.exp(flat, flat)
    values += _ONE
    np.reciprocal(values, out=values)
