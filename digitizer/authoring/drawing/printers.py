"""Sheets as worn printers leave them: a thermal head, a ribbon that runs dry, too much toner. Sheets are of 300 dpi.

What is uint8 (height, width) is 0 black to 255 white.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.authoring.drawing import effects
from digitizer.authoring.drawing.effects import Noise
from digitizer.authoring.drawing.nouns import DPI
from digitizer.document.page import Pixels

_HEAD = 203
"""Dots an inch of thermal heads: 8 a millimetre."""
_HEAD_BLOCK = 64
"""Dots that one driver of a thermal head heats."""
_PIN = DPI / 72
"""Pixels from one pin of a nine-pin head to the next."""
_THREAD = 0.2 * DPI / 25.4
"""Pixels from thread to thread of a nylon ribbon: about 50 to the centimetre."""
_LETTER = 0.35 * DPI
"""Pixels that no typed letter exceeds; longer ink is a rule."""


def thermal(sheet: Pixels, rng: Noise) -> Pixels:
    """On thermal paper: pale, faded by light from one side, with streaks where the head is dead, weak or dirty."""
    height, width = sheet.shape
    dots = (round(width * _HEAD / DPI), round(height * _HEAD / DPI))
    heat = cv2.resize(sheet, dots, interpolation=cv2.INTER_AREA)
    ink = np.where(heat < rng.uniform(150, 200), 1.0, 0.0).astype(np.float32)
    columns = np.repeat(rng.uniform(0.75, 1.0, -(-dots[0] // _HEAD_BLOCK)), _HEAD_BLOCK)[: dots[0]]
    for at in rng.integers(0, dots[0], int(rng.integers(1, 7))):
        columns[at : at + int(rng.integers(1, 3))] *= rng.uniform(0.0, 0.4)
    ink *= columns.astype(np.float32)
    soft = cv2.GaussianBlur(ink, (0, 0), rng.uniform(0.4, 0.7))
    burnt = cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    burnt *= 1 - rng.uniform(0.2, 0.6) * _gradient((height, width), rng)
    paper = float(rng.uniform(190, 235))
    depth = paper - rng.uniform(50, 110)
    page = (paper - depth * burnt).astype(np.float32)
    for _ in range(int(rng.integers(0, 4))):
        # What is hard and passes over the paper darkens it as heat does.
        x, lean = rng.uniform(0, width), rng.normal(0, 0.01) * height
        cv2.line(page, (round(x), 0), (round(x + lean), height), paper - float(rng.uniform(15, 60)), 2, cv2.LINE_AA)
    return np.clip(page, 0, 255).astype(np.uint8)


def _gradient(shape: tuple[int, int], rng: Noise) -> NDArray[np.float32]:
    """From 0 at one end of the sheet to 1 at another, not quite evenly; float32 (height, width)."""
    ys, xs = np.linspace(-1, 1, shape[0]), np.linspace(-1, 1, shape[1])
    angle = rng.uniform(0, 2 * np.pi)
    slope = ((np.cos(angle) * xs[None, :] + np.sin(angle) * ys[:, None]) / 2.8 + 0.5).astype(np.float32)
    return np.asarray(np.clip(0.75 * slope + 0.25 * effects.light_field(shape, rng), 0, 1), dtype=np.float32)


def ribbon(sheet: Pixels, rng: Noise) -> Pixels:
    """By a typewriter or a matrix printer whose ribbon runs dry: each letter struck with its own force."""
    force = _force(sheet, rng)
    fade = effects.light_field((sheet.shape[0], sheet.shape[1]), rng, 6)
    force *= (1 - rng.uniform(0.0, 0.3) * fade).astype(np.float32)
    if rng.random() < 0.5:
        force *= _matrix(sheet.shape[0], sheet.shape[1], rng.uniform(0.35, 0.7))
    else:
        force *= _fabric(sheet.shape[0], sheet.shape[1], rng, rng.uniform(0.3, 0.6))
    dry = effects.grain(np.full_like(sheet, 128), rng, 50, float(rng.uniform(0.8, 1.8)))
    force *= np.clip(1.15 - rng.uniform(0.2, 0.6) * dry.astype(np.float32) / 255, 0, 1)
    ink = (255 - sheet).astype(np.float32) * np.clip(force, 0, 1)
    return (255 - cv2.GaussianBlur(ink, (0, 0), 0.6)).astype(np.uint8)


def _force(sheet: Pixels, rng: Noise) -> NDArray[np.float32]:
    """How much of its ink each letter leaves, more on one side of it than on the other; rules: alike all over."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((sheet < 250).astype(np.uint8), connectivity=8)
    mean = rng.uniform(0.55, 0.85)
    strength = rng.normal(mean, rng.uniform(0.08, 0.18), count).clip(0.25, 1.0)
    lean = rng.normal(0, rng.uniform(0.05, 0.25), (count, 2))
    rules = (stats[:, cv2.CC_STAT_WIDTH] > _LETTER) | (stats[:, cv2.CC_STAT_HEIGHT] > _LETTER)
    strength[rules], lean[rules] = mean, 0.0
    ys, xs = np.nonzero(labels)
    own = labels[ys, xs]
    across = (xs - stats[own, cv2.CC_STAT_LEFT]) / stats[own, cv2.CC_STAT_WIDTH] - 0.5
    down = (ys - stats[own, cv2.CC_STAT_TOP]) / stats[own, cv2.CC_STAT_HEIGHT] - 0.5
    force = np.zeros(sheet.shape, np.float32)
    force[ys, xs] = (strength[own] + lean[own, 0] * across + lean[own, 1] * down).clip(0.2, 1.0)
    return force


def _matrix(height: int, width: int, depth: float) -> NDArray[np.float32]:
    """The rows of pins, paler between them by that share, twice as close where each line is struck twice."""
    rows = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(height) / _PIN)
    columns = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(width) * 120 / DPI)
    return np.asarray((1 - depth * rows)[:, None] * (1 - 0.4 * depth * columns)[None, :], dtype=np.float32)


def _fabric(height: int, width: int, rng: Noise, depth: float) -> NDArray[np.float32]:
    """The weave of the ribbon, printed: threads up and across, each with its own ink."""
    up = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(width) / _THREAD + rng.uniform(0, 6))
    across = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(height) / _THREAD + rng.uniform(0, 6))
    own = np.repeat(rng.uniform(0.5, 1.0, round(height / _THREAD) + 1), int(np.ceil(_THREAD)))[:height]
    return np.asarray(1 - depth * own[:, None] * np.maximum(up[None, :], across[:, None]), dtype=np.float32)


def toner(sheet: Pixels, rng: Noise) -> Pixels:
    """Too much toner: strokes swell by up to an eighth of a millimetre a side, counters fill, dust lies about."""
    swollen = cv2.erode(sheet, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3)))
    soft = cv2.GaussianBlur(swollen, (0, 0), rng.uniform(0.7, 1.2))
    # Where it piles up differs over the sheet.
    level = rng.uniform(125, 170) + 30 * (effects.light_field((sheet.shape[0], sheet.shape[1]), rng, 5) - 0.5)
    page = np.where(soft < level, 0, 255).astype(np.uint8)
    if rng.random() < 0.5:
        page = np.asarray(cv2.morphologyEx(page, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8)), dtype=np.uint8)
    near = cv2.blur(255 - page, (31, 31)).astype(np.float32) / 255
    thrown = rng.random(sheet.shape, dtype=np.float32) < rng.uniform(0.002, 0.02) * near
    page[cv2.dilate(thrown.astype(np.uint8), np.ones((2, 2), np.uint8)) > 0] = 0
    page = effects.speckle(page, rng, int(rng.integers(200, 1500)), 3)
    return effects.soften(page, 0.6)
