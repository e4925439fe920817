"""What copying and scanning do to one character: from none (level 0) to a copy of a copy (level 4)."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.page import Pixels

Ink = NDArray[np.float32]
"""Float32 (height, width): 0 paper to 1 ink."""


@dataclass(frozen=True, slots=True)
class Damage:
    """blur: sigma in pixels, from and to; noise: standard deviation; the others are chances of each mishap."""

    blur: tuple[float, float]
    noise: float
    bilevel: float
    swing: float
    swell: float
    dirt: float
    rule: float
    gap: float
    jpeg: float


LEVELS = (
    Damage((0.0, 0.4), 0.0, 0.4, 0.05, 0.0, 0.0, 0.0, 0.0, 0.0),
    Damage((0.3, 0.8), 0.04, 0.3, 0.10, 0.05, 0.02, 0.03, 0.03, 0.6),
    Damage((0.4, 1.0), 0.08, 0.8, 0.14, 0.15, 0.10, 0.06, 0.06, 0.1),
    Damage((0.6, 1.3), 0.10, 0.9, 0.20, 0.35, 0.25, 0.10, 0.10, 0.1),
    Damage((0.7, 1.6), 0.11, 1.0, 0.22, 0.50, 0.40, 0.15, 0.15, 0.0),
)


def damage(ink: Ink, level: int, em: float, rng: np.random.Generator) -> Pixels:
    """A grey crop of the character as a scan of that level shows it. em: the type's size in pixels."""
    effect = LEVELS[level]
    ink = _turn(ink, rng, level)
    if rng.random() < effect.gap:
        ink = _cut_gap(ink, rng)
    if rng.random() < effect.rule:
        ink = _lay_rule(ink, rng)
    # Small type would drown in the blur of a large one: nobody could read it, so nothing can be learned from it.
    blur = rng.uniform(*effect.blur) * min(1.0, em / 26)
    for _ in range(2 if level >= 4 else 1):
        ink = _copy(ink, blur, effect, em, rng)
    if rng.random() < effect.dirt:
        ink = _speckle(ink, rng)
    return _scan(ink, effect, rng)


def _turn(ink: Ink, rng: np.random.Generator, level: int) -> Ink:
    """Turned, sheared, stretched and shifted a little, by parts of a pixel."""
    height, width = ink.shape
    angle, shear = np.deg2rad(rng.normal(0, 0.5 + 0.4 * level)), rng.normal(0, 0.02)
    sx, sy = rng.normal(1.0, 0.04, 2)
    turn = np.array([[sx * np.cos(angle), -np.sin(angle) + shear], [np.sin(angle), sy * np.cos(angle)]])
    middle = np.array([width / 2, height / 2])
    shift = middle - turn @ middle + rng.uniform(-0.5, 0.5, 2)
    return np.asarray(cv2.warpAffine(ink, np.hstack([turn, shift[:, None]]), (width, height)), dtype=np.float32)


def _copy(ink: Ink, blur: float, effect: Damage, em: float, rng: np.random.Generator) -> Ink:
    """One pass through a copier: blurred, uneven, perhaps black and white, strokes swollen or thinned."""
    if blur > 0.15:
        ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), blur), dtype=np.float32)
    if effect.noise > 0:
        # Grain has a size; and what it adds to solid ink or blank paper the sensor does not see.
        grain = cv2.GaussianBlur(rng.normal(0, 1, ink.shape).astype(np.float32), (0, 0), rng.uniform(0.3, 0.8))
        ink = np.clip(ink + np.float32(effect.noise / max(1e-6, float(grain.std()))) * grain, 0, 1)
    if rng.random() < effect.bilevel:
        peak = float(np.percentile(ink, 99))
        level = max(0.05, peak * (0.5 + rng.uniform(-effect.swing, effect.swing)))
        ink = (ink > level).astype(np.float32)
    if rng.random() < effect.swell:
        kernel = np.ones((2, 2) if rng.random() < 0.6 or em < 40 else (3, 3), dtype=np.uint8)
        thinner = rng.random() < 0.4 and em > 30
        ink = np.asarray(cv2.erode(ink, kernel) if thinner else cv2.dilate(ink, kernel), dtype=np.float32)
    return ink


def _cut_gap(ink: Ink, rng: np.random.Generator) -> Ink:
    """A white streak through the character, as a worn drum or an erased rule leaves it."""
    out = ink.copy()
    axis = int(rng.integers(2))
    filled = np.nonzero(ink.max(axis=1 - axis) > 0.3)[0]
    if len(filled) < 6:
        return out
    at, thick = int(rng.integers(filled[0] + 1, filled[-1])), 1 + int(len(filled) > 18 and rng.random() < 0.5)
    if axis == 0:
        out[at : at + thick, :] *= rng.uniform(0, 0.3)
    else:
        out[:, at : at + thick] *= rng.uniform(0, 0.3)
    return out


def _lay_rule(ink: Ink, rng: np.random.Generator) -> Ink:
    """A remainder of a rule that touches the character on one side."""
    out = ink.copy()
    ys, xs = np.nonzero(ink > 0.3)
    if len(ys) == 0:
        return out
    y0, y1, x0, x1 = ys.min(), ys.max(), xs.min(), xs.max()
    thick, side = int(rng.integers(1, 3)), int(rng.integers(4))
    if side < 2:
        length = max(2, int((x1 - x0) * rng.uniform(0.2, 0.9)))
        left = int(rng.integers(x0, max(x0 + 1, x1 - length)))
        top = y1 + 1 if side == 0 else max(0, y0 - thick)
        out[top : top + thick, left : left + length] = 1.0
    else:
        length = max(2, int((y1 - y0) * rng.uniform(0.2, 0.6)))
        top = int(rng.integers(y0, max(y0 + 1, y1 - length)))
        left = x1 + 1 if side == 2 else max(0, x0 - thick)
        out[top : top + length, left : left + thick] = 1.0
    return out


def _speckle(ink: Ink, rng: np.random.Generator) -> Ink:
    """Specks of dirt on and off the strokes, close enough to count as the character's."""
    out = ink.copy()
    ys, xs = np.nonzero(ink > 0.3)
    if len(ys) == 0:
        return out
    for _ in range(int(rng.integers(1, 5))):
        y, x = int(rng.integers(ys.min(), ys.max() + 1)), int(rng.integers(xs.min(), xs.max() + 1))
        size = int(rng.integers(1, 3))
        out[y : y + size, x : x + size] = float(rng.random() < 0.6)
    return out


def _scan(ink: Ink, effect: Damage, rng: np.random.Generator) -> Pixels:
    """Grey values as the file holds them: paper and ink off white and black, perhaps through JPEG."""
    if float(ink.min()) == 0.0 and set(np.unique(ink)) <= {0.0, 1.0}:
        return np.asarray(255 - 255 * ink, dtype=np.uint8)
    paper, dark = rng.uniform(225, 255), rng.uniform(0, 70)
    grey: Pixels = np.clip(paper - (paper - dark) * ink, 0, 255).astype(np.uint8)
    if rng.random() >= effect.jpeg:
        return grey
    _, data = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(45, 90))])
    decoded = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    return grey if decoded is None else np.asarray(decoded, dtype=np.uint8)
