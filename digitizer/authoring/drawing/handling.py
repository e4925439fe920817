"""What befalls a sheet before it is scanned: folds, a printed back, dirt, stamps, pens. Sheets are of 300 dpi.

What is uint8 (height, width) is 0 black to 255 white.
"""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.authoring.drawing import effects, stamping
from digitizer.authoring.drawing.effects import Noise
from digitizer.authoring.drawing.nouns import DPI
from digitizer.authoring.drawing.warping import Bend, bend_points
from digitizer.document.page import Pixels

_MM = DPI / 25.4
_FOLDS = (((1 / 3, 2 / 3), ()), ((1 / 2,), ()), ((1 / 2,), (1 / 2,)), ((1 / 3, 2 / 3), (1 / 2,)), ((), (1 / 2,)))
"""Where sheets are folded, as shares of their height and of their width: for an envelope, once, twice."""


def fold(sheet: Pixels, rng: Noise) -> tuple[Pixels, Bend]:
    """The sheet with its creases, and how it lies on the glass: lifted beside each crease, its parts a little askew."""
    shape = (sheet.shape[0], sheet.shape[1])
    xs, ys = bend_points(shape)
    shift = np.zeros((*xs.shape, 2))
    page = sheet.astype(np.float32)
    down, across = _FOLDS[int(rng.integers(len(_FOLDS)))]
    for axis, shares in ((1, down), (0, across)):
        for share in shares:
            at = shape[1 - axis] * (share + rng.normal(0, 0.008))
            _lift(shift, (xs, ys)[axis] - at, (xs, ys)[1 - axis] / shape[axis], axis, rng)
            page = np.ascontiguousarray(_crease(page if axis else page.T, at, rng))
            page = page if axis else np.ascontiguousarray(page.T)
    return np.clip(page, 0, 255).astype(np.uint8), Bend(shift.astype(np.float32))


def _lift(
    shift: NDArray[np.float64], off: NDArray[np.float64], along: NDArray[np.float64], axis: int, rng: Noise
) -> None:
    """Adds what one crease does. off: pixels beyond it; along: 0 to 1 from one of its ends to the other."""
    reach, slope = rng.uniform(3, 10) * _MM, rng.uniform(0.02, 0.1)
    height = 0.4 + 0.6 * np.sin(np.pi * (along * rng.uniform(0.5, 2) + rng.uniform())) ** 2
    # Seen from above a slope is shorter than it is.
    shift[..., axis] -= slope * height * off * np.exp(-np.abs(off) / reach)
    beyond = 1 / (1 + np.exp(-np.clip(off / (0.3 * reach), -50, 50)))
    shift[..., 1 - axis] += rng.normal(0, 0.12) * _MM * beyond
    shift[..., axis] += np.deg2rad(rng.normal(0, 0.12)) * beyond * (along - 0.5) * 8.5 * DPI


def _crease(page: NDArray[np.float32], at: float, rng: Noise) -> NDArray[np.float32]:
    """A crease across the page: shade on both sides, a dark line, and on its back flakes where the print broke off."""
    height, width = page.shape
    off = np.arange(height) - at
    # It is not quite straight.
    wave = np.cumsum(rng.normal(0, 0.15, width))
    wave -= np.linspace(0, wave[-1], width)
    shade = np.where(off < 0, rng.uniform(0, 0.25), rng.uniform(0, 0.25)) * np.exp(
        -np.abs(off) / (rng.uniform(3, 12) * _MM)
    )
    page = page * (1 - shade[:, None]).astype(np.float32)
    reach = int(2 * _MM)
    top = max(0, int(at) - reach)
    part = page[top : int(at) + reach]
    beyond = np.arange(top, top + part.shape[0])[:, None] - at - wave[None, :]
    broken = effects.light_field((part.shape[0], width), rng, 40)
    line = np.exp(-((beyond / (rng.uniform(0.1, 0.3) * _MM)) ** 2)) * (0.3 + 0.7 * broken)
    part *= (1 - rng.uniform(0.15, 0.55) * line).astype(np.float32)
    flakes = (np.abs(beyond) < rng.uniform(0.1, 0.5) * _MM) & (rng.random(part.shape) < rng.uniform(0.2, 0.7))
    flaked = cv2.GaussianBlur(flakes.astype(np.float32), (0, 0), 0.8)
    part += (250 - part) * np.clip(flaked, 0, 1)
    return page


def show_through(sheet: Pixels, rng: Noise) -> Pixels:
    """A back of the same print, seen through the paper: mirrored, faint and soft."""
    back = np.roll(sheet[:, ::-1], (int(rng.uniform(-1.5, 1.5) * DPI), int(rng.uniform(-0.1, 0.1) * DPI)), (0, 1))
    if rng.random() < 0.3:
        back = back[::-1]
    soft = cv2.GaussianBlur(back, (0, 0), rng.uniform(0.12, 0.4) * _MM).astype(np.float32)
    patches = effects.light_field((sheet.shape[0], sheet.shape[1]), rng, 5)
    seen = rng.uniform(0.1, 0.35) * (0.6 + 0.4 * patches)
    gain = 1 - seen * (255 - soft) / 255
    return np.asarray(cv2.multiply(sheet, gain.astype(np.float32), dtype=cv2.CV_8U), dtype=np.uint8)


def dirt(sheet: Pixels, rng: Noise) -> Pixels:
    """Specks, hairs, stains, smudges, punched holes, a staple and the holes of others."""
    page = effects.speckle(sheet, rng, int(rng.integers(200, 2500)), int(rng.integers(3, 9)))
    page = effects.speckle(page, rng, int(rng.integers(0, 400)), 5, white=True)
    for _ in range(int(rng.integers(1, 9))):
        _hair(page, rng)
    for _ in range(int(rng.integers(0, 4))):
        page = _stain(page, rng)
    if rng.random() < 0.5:
        page = effects.punch_holes(page, rng, DPI)
    if rng.random() < 0.5:
        _staple(page, rng)
    return page


def _hair(page: Pixels, rng: Noise) -> None:
    """A hair or a fibre, up to 25 mm long, thinner than a hairline of print is."""
    height, width = page.shape
    count = 24
    turns = rng.uniform(0, 2 * np.pi) + np.cumsum(rng.normal(0, rng.uniform(0.02, 0.25), count))
    steps = rng.uniform(2, 25) * _MM / count * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    points = rng.uniform((0, 0), (width, height)) + np.cumsum(steps, axis=0)
    cv2.polylines(
        page, [np.round(points * 16).astype(np.int32)], False, int(rng.integers(20, 150)), 1, cv2.LINE_AA, shift=4
    )


def _stain(page: Pixels, rng: Noise) -> Pixels:
    """Spilt coffee or a wet cup: a pale patch with a darker rim, or its rim alone."""
    height, width = page.shape
    radius = rng.uniform(5, 38) * _MM
    x, y = rng.uniform(0, width), rng.uniform(0, height)
    ys, xs = np.ogrid[0:height:4, 0:width:4]
    angle = np.arctan2(ys - y, xs - x)
    ragged = sum(rng.uniform(0, 0.06) * np.sin(k * angle + rng.uniform(0, 6)) for k in range(1, 6))
    off = np.hypot(xs - x, ys - y) / radius - 1 - ragged
    rim = np.exp(-((off / rng.uniform(0.02, 0.06)) ** 2)) * rng.uniform(0.08, 0.3)
    inside = rng.uniform(0, 0.15) / (1 + np.exp(np.clip(off / 0.03, -50, 50)))
    gain = cv2.resize((1 - np.maximum(rim, inside)).astype(np.float32), (width, height))
    return np.asarray(cv2.multiply(page, gain, dtype=cv2.CV_8U), dtype=np.uint8)


def _staple(page: Pixels, rng: Noise) -> None:
    """A staple in a corner at the top, 12 mm wide as staples are, or its two holes."""
    width = page.shape[1]
    left = rng.random() < 0.8
    x, y = (rng.uniform(6, 16) if left else width / _MM - rng.uniform(6, 16)) * _MM, rng.uniform(5, 14) * _MM
    angle = rng.normal(-0.7 if left else 0.7, 0.25)
    half = 6 * _MM * np.array([np.cos(angle), np.sin(angle)])
    ends = [(round(x + s * half[0]), round(y + s * half[1])) for s in (-1, 1)]
    if rng.random() < 0.6:
        low = [(a + 5, b + 6) for a, b in ends]
        cv2.line(page, low[0], low[1], 190, 7, cv2.LINE_AA)
        cv2.line(page, ends[0], ends[1], int(rng.integers(40, 120)), 6, cv2.LINE_AA)
    for end in ends:
        cv2.circle(page, end, int(rng.integers(3, 7)), int(rng.integers(0, 60)), -1, cv2.LINE_AA)


def stamps(sheet: Pixels, rng: Noise) -> Pixels:
    """One to three inked stamps, round and rectangular, askew, over whatever stands there."""
    page = sheet
    for _ in range(int(rng.integers(1, 4))):
        page = stamping.press(page, rng)
    return page


def pen(sheet: Pixels, rng: Noise) -> Pixels:
    """Circles round things, lines under and beside them, ticks, and notes in the margin, some of them struck out.

    What is printed is never struck out: it would no longer be what stands there.
    """
    page = sheet.copy()
    height, width = page.shape
    ink, thick = int(rng.integers(10, 110)), int(rng.integers(3, 8))
    for _ in range(int(rng.integers(1, 4))):
        x, y = rng.uniform(0.1, 0.9) * width, rng.uniform(0.08, 0.92) * height
        _circle(page, (x, y), (rng.uniform(8, 28) * _MM, rng.uniform(3, 8) * _MM), ink, thick, rng)
    for _ in range(int(rng.integers(1, 4))):
        x, y, length = _clear_place(sheet, rng)
        _stroke(page, np.linspace((x, y), (x + length, y + rng.normal(0, 0.7) * _MM), 12), ink, thick, rng)
    for _ in range(int(rng.integers(0, 5))):
        x, y, size = rng.uniform(0, 0.04) * width, rng.uniform(0.1, 0.9) * height, rng.uniform(4, 8) * _MM
        tick = np.array([(x, y), (x + 0.3 * size, y + 0.5 * size), (x + size, y - 0.7 * size)])
        _stroke(page, np.concatenate([np.linspace(a, b, 6) for a, b in pairwise(tick)]), ink, thick, rng)
    for _ in range(int(rng.integers(1, 4))):
        _note(page, ink, thick, rng)
    return page


def _clear_place(sheet: Pixels, rng: Noise) -> tuple[float, float, float]:
    """Where a line of some length goes under print and not through it: of a few places the one with the least ink."""
    height, width = sheet.shape
    length = rng.uniform(10, 60) * _MM
    places = rng.uniform((0.05 * width, 0.08 * height), (0.7 * width, 0.95 * height), (16, 2))
    ink = [(255 - sheet[int(y - _MM) : int(y + _MM), int(x) : int(x + length)]).mean() for x, y in places]
    x, y = places[int(np.argmin(ink))]
    return float(x), float(y), length


def _circle(
    page: Pixels, middle: tuple[float, float], radii: tuple[float, float], ink: int, thick: int, rng: Noise
) -> None:
    """Round, not closed where it ends as where it began."""
    angles = np.linspace(0, 2 * np.pi + rng.uniform(-0.2, 0.6), 40) + rng.uniform(0, 6)
    grow = np.linspace(1, rng.uniform(0.9, 1.15), 40)
    points = np.stack([np.cos(angles) * radii[0] * grow, np.sin(angles) * radii[1] * grow], axis=1)
    _stroke(page, points + middle, ink, thick, rng)


def _note(page: Pixels, ink: int, thick: int, rng: Noise) -> None:
    """A few words in running hand along the top, the foot or the left of the sheet; a third of them struck out."""
    height, width = page.shape
    size, thick = rng.uniform(2.0, 3.5) * _MM, min(thick, 5)
    points = [np.zeros(2)]
    words = []
    for _ in range(int(rng.integers(5, 28))):
        high = size * (1.9 if rng.random() < 0.3 else 1.0)
        turns = np.linspace(0, 2 * np.pi, 9)[1:]
        loop = np.stack([0.3 * size * np.sin(turns), -0.5 * high * (1 - np.cos(turns))], axis=1)
        step = np.linspace(0, rng.uniform(0.6, 1.1) * size, 8)
        points += list(points[-1] + loop * rng.uniform(0.7, 1.2) + np.stack([step, 0 * step], axis=1))
        if rng.random() < 0.2:
            words.append(np.array(points))
            points = [points[-1] + (0.9 * size, 0)]
    words.append(np.array(points))
    if rng.random() < 1 / 3:
        words.append(np.linspace((0, -0.4 * size), words[-1][-1] - (0, 0.6 * size), 12))
    side = int(rng.integers(3))
    if side:
        place = (rng.uniform(0.05, 0.5) * width, (0.028 if side == 1 else 0.985) * height)
    else:
        # Upwards in the margin.
        words = [word @ np.array([[0, -1], [1, 0]]) for word in words]
        place = (rng.uniform(0.022, 0.035) * width, rng.uniform(0.4, 0.95) * height)
    for word in words:
        _stroke(page, word + place, ink, thick, rng)


def _stroke(page: Pixels, points: NDArray[np.float64], ink: int, thick: int, rng: Noise) -> None:
    """A line by pen, which trembles and presses now more, now less; what is under it stays visible."""
    tremble = np.cumsum(rng.normal(0, 0.6, points.shape), axis=0)
    points = points + tremble - np.linspace(tremble[0], tremble[-1], len(points))
    layer = np.full_like(page, 255)
    for a, b in pairwise(np.round(points * 16).astype(int).tolist()):
        weight = max(1, round(thick * rng.uniform(0.75, 1.15)))
        cv2.line(layer, a, b, ink, weight, cv2.LINE_AA, 4)
    np.minimum(page, layer, out=page)
