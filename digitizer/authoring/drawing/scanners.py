"""What takes the picture of a sheet: scanners, a copier, a fax, a camera. Sheets come in at 300 dpi.

What is uint8 (height, width) is 0 black to 255 white. Ranges are those of the machines' data sheets where a comment
says so; else they reach from what one does not see to what a person still reads at a glance.
"""

from __future__ import annotations

import cv2
import numpy as np

from digitizer.authoring.drawing import effects
from digitizer.authoring.drawing.effects import Noise
from digitizer.authoring.drawing.nouns import DPI, Damaged
from digitizer.authoring.drawing.warping import Bend, Matrix, bend_points, keystone, resized, tilt, warp
from digitizer.document.geometry import Transform
from digitizer.document.page import Pixels

_MM = DPI / 25.4
Level = tuple[float, float, float]
USUAL: Level = (138, 195, 240)
_COPIED: Level = (145, 168, 210)
SHADED: Level = (150, 170, 190)
"""Where the paper is not white all over: scanners set their level between ink and what paper there is."""


def clean(sheet: Pixels, rng: Noise) -> Damaged:
    """The page as it was printed."""
    return Damaged(sheet, DPI, False, Transform())


def office(sheet: Pixels, rng: Noise, bend: Bend | None = None) -> Damaged:
    """A grey scan at 300 dpi, nearly level."""
    shape = (sheet.shape[0], sheet.shape[1])
    matrix = tilt(shape, 1.0, rng.uniform(-0.7, 0.7), rng.uniform(-0.002, 0.002), rng.uniform(0.998, 1.002, 2))
    page = warp(sheet, matrix, shape, 255, bend)
    page = effects.soften(page, rng.uniform(0.3, 1.0))
    page = effects.fade(page, int(rng.integers(0, 60)), int(rng.integers(228, 256)))
    page = effects.shade(page, rng, rng.uniform(0.0, 0.3), int(rng.integers(1, 5)))
    page = effects.grain(page, rng, rng.uniform(1, 6), rng.uniform(0, 1))
    page = effects.compress(page, int(rng.integers(60, 93)))
    return Damaged(page, DPI, False, Transform.of(matrix), bend=bend)


def bilevel(sheet: Pixels, rng: Noise, bend: Bend | None = None, level: Level = USUAL) -> Damaged:
    """A scan at 200 dpi in black and white. level: see _bite."""
    dpi = 200
    shear = rng.uniform(-0.006, 0.006) if rng.random() < 0.4 else rng.uniform(-0.001, 0.001)
    angle = rng.uniform(-1.5, 1.5) if rng.random() < 0.5 else rng.normal(0, 0.4)
    matrix = tilt((sheet.shape[0], sheet.shape[1]), dpi / DPI, angle, shear, rng.uniform(0.996, 1.004, 2))
    page = warp(effects.soften(sheet, 0.6), matrix, resized(sheet, dpi / DPI), 255, bend)
    page = effects.soften(page, rng.uniform(0.2, 0.85))
    page = _bite(page, rng, level, rng.uniform(2, 16), rng.uniform(0, 20), 3.5)
    page = effects.speckle(page, rng, int(rng.integers(10, 260)), int(rng.integers(2, 5)))
    if rng.random() < 0.4:
        page = effects.dark_edges(page, rng, dpi)
    return Damaged(page, dpi, True, Transform.of(matrix), bend=bend)


def archive(sheet: Pixels, rng: Noise) -> Damaged:
    """Sheets that were punched or stamped before they were scanned in black and white."""
    if rng.random() < 0.6:
        sheet = effects.punch_holes(sheet, rng, DPI)
    if rng.random() < 0.5:
        sheet = effects.stamp(sheet, rng, DPI)
    return bilevel(sheet, rng)


def copier(sheet: Pixels, rng: Noise) -> Damaged:
    """A copy of a copy, scanned at 200 dpi in black and white."""
    shape, dpi = (sheet.shape[0], sheet.shape[1]), 200
    first = _feed(shape, rng)
    page = _copied(warp(sheet, first, shape, 255), rng)
    second = _feed(shape, rng)
    page = _copied(warp(page, second, shape, 255), rng)
    last = tilt(shape, dpi / DPI, rng.normal(0, 0.4), 0.0, np.ones(2))
    page = warp(effects.soften(page, 0.8), last, resized(sheet, dpi / DPI), 255)
    page = _bite(page, rng, _COPIED, rng.uniform(4, 16), rng.uniform(0, 14), 2.7)
    return Damaged(page, dpi, True, Transform.of(last @ second @ first))


def _feed(shape: tuple[int, int], rng: Noise) -> Matrix:
    """How a copier takes a sheet in. Copiers enlarge by about 1%, lest the edge of the original shows."""
    return tilt(shape, 1.0, rng.normal(0, 0.4), rng.uniform(-0.003, 0.003), rng.uniform(0.995, 1.015, 2))


def _copied(page: Pixels, rng: Noise) -> Pixels:
    """One pass: lens, bands of a worn drum, a steep curve from light to toner, dust, the shadow of the lid."""
    page = effects.soften(page, rng.uniform(0.6, 1.2))
    page = effects.weaken(page, rng, rng.uniform(0.0, 0.25))
    page = effects.drum_bands(page, rng, DPI, rng.uniform(0.0, 0.45))
    page = effects.grain(page, rng, rng.uniform(4, 14), rng.uniform(0.3, 1.1))
    # Toner sticks or does not: the curve is steep, and set dark enough that thin print survives two passes.
    level, steep = rng.triangular(*_COPIED), rng.uniform(3, 9)
    curve = 255 / (1 + np.exp(-(np.arange(256) - level) / 255 * 4 * steep))
    page = np.asarray(cv2.LUT(page, np.clip(curve, 0, 255).astype(np.uint8)), dtype=np.uint8)
    page = effects.speckle(page, rng, int(rng.integers(100, 800)), int(rng.integers(3, 6)))
    if rng.random() < 0.6:
        page = effects.dark_edges(page, rng, DPI)
    if rng.random() < 0.5:
        page = effects.lid_shadow(page, rng, DPI)
    return page


def _bite(page: Pixels, rng: Noise, level: Level, noise: float, drift: float, clean: float) -> Pixels:
    """Black and white at a level drawn from (lowest, likeliest, highest), with noise.

    clean: how many deviations of the noise the paper keeps away from the level, lest it turn to pepper.
    """
    at = min(rng.triangular(*level), 252 - drift - clean * noise)
    return effects.threshold(effects.grain(page, rng, noise, rng.uniform(0.3, 1.1)), rng, at, drift)


def fax(sheet: Pixels, rng: Noise) -> Damaged:
    """A fax as servers keep it, told as 200 dpi: 204 dots an inch across, 196 or 98 lines an inch (ITU-T T.4).

    Coarse lines are kept twice. Lines that were lost on the way are filled with the one before.
    """
    fine = bool(rng.random() < 0.7)
    across, down = 204 / DPI, (196 if fine else 98) / DPI
    turn = tilt((sheet.shape[0], sheet.shape[1]), 1.0, rng.normal(0, 0.5), 0.0, rng.uniform(0.99, 1.0, 2))
    matrix = np.diag([across, down, 1.0]) @ turn
    size = (round(sheet.shape[0] * down), round(sheet.shape[1] * across))
    # The sender's light falls on a whole dot: what is finer than a line is averaged, not skipped.
    soft = cv2.GaussianBlur(sheet, (0, 0), sigmaX=0.4 / across, sigmaY=0.4 / down)
    page = warp(np.asarray(soft, dtype=np.uint8), matrix, size, 255)
    page = effects.grain(page, rng, rng.uniform(1, 7))
    if fine and rng.random() < 0.35:
        page = effects.diffuse(effects.fade(page, int(rng.integers(0, 30)), int(rng.integers(236, 256))))
    else:
        page = effects.threshold(page, rng, rng.uniform(150, 205), rng.uniform(0, 10))
    page = effects.lose_lines(page, rng, int(rng.integers(0, 14)))
    page = effects.fax_header(page, rng)
    if not fine:
        page = np.repeat(page, 2, axis=0)
        matrix = np.diag([1.0, 2.0, 1.0]) @ matrix
    return Damaged(page, 200, True, Transform.of(matrix))


def photo(sheet: Pixels, rng: Noise) -> Damaged:
    """By a telephone held over the sheet: aslant, through a lens, in a room's light, with a shadow, blurred."""
    dpi = float(rng.choice([200, 220, 250, 300]))
    shape, size = (sheet.shape[0], sheet.shape[1]), resized(sheet, dpi / DPI)
    bend = _lens(shape, rng)
    matrix = tilt(shape, dpi / DPI, rng.normal(0, 1.0), 0.0, rng.uniform(0.93, 0.97, 2))
    matrix = keystone(size, rng, 0.015) @ matrix
    page = warp(effects.soften(sheet, 0.5), matrix, size, int(rng.integers(20, 120)), bend)
    page = effects.soften(page, rng.uniform(0.3, 0.9))
    page = effects.shake(page, rng, rng.uniform(0, 0.012) * dpi)
    page = effects.fade(page, int(rng.integers(15, 60)), int(rng.integers(205, 250)))
    page = effects.shade(page, rng, rng.uniform(0.1, 0.4), int(rng.integers(1, 4)))
    if rng.random() < 0.5:
        page = effects.hand_shadow(page, rng, rng.uniform(0.15, 0.45))
    # Three colours, each seen by some of the dots only: their noise hangs together over two or three of them.
    page = effects.grain(page, rng, rng.uniform(1, 5), rng.uniform(0.8, 1.6))
    page = effects.grain(page, rng, rng.uniform(1, 4))
    page = effects.compress(page, int(rng.integers(50, 88)))
    return Damaged(page, dpi, False, Transform.of(matrix), bend=bend)


def _lens(shape: tuple[int, int], rng: Noise) -> Bend:
    """A lens that draws the corners in or out by up to 1%, and a sheet that bows by up to 2 mm along its length."""
    height, width = shape
    xs, ys = bend_points(shape)
    across, down = (xs - width / 2) / (height / 2), (ys - height / 2) / (height / 2)
    out = rng.uniform(-0.01, 0.005) * (across**2 + down**2)
    bow = rng.uniform(-2, 2) * _MM * (across / across.max()) ** 2
    shift = np.stack([out * (xs - width / 2), out * (ys - height / 2) + bow], axis=-1)
    return Bend(shift.astype(np.float32))


def jpeg(sheet: Pixels, rng: Noise) -> Damaged:
    """A grey scan at 150 to 200 dpi, packed as small as it would go, perhaps twice with its blocks laid otherwise."""
    dpi = float(rng.choice([150, 170, 200]))
    shape = (sheet.shape[0], sheet.shape[1])
    matrix = tilt(shape, dpi / DPI, rng.normal(0, 0.4), 0.0, rng.uniform(0.998, 1.002, 2))
    page = warp(effects.soften(sheet, 0.45 * DPI / dpi), matrix, resized(sheet, dpi / DPI), 255)
    page = effects.fade(page, int(rng.integers(0, 50)), int(rng.integers(235, 256)))
    page = effects.grain(page, rng, rng.uniform(1, 4))
    if rng.random() < 0.4:
        cut = int(rng.integers(1, 8))
        page[cut:, cut:] = effects.compress(page[cut:, cut:], int(rng.integers(30, 60)))
    return Damaged(effects.compress(page, int(rng.integers(15, 41))), dpi, False, Transform.of(matrix))
