"""From the printed page to a scan of it: one family of damage at a time, each of continuous random strength."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from digitizer.authoring.drawing import handling, printers, scanners
from digitizer.authoring.drawing.effects import Noise
from digitizer.authoring.drawing.nouns import Damaged, Family
from digitizer.document.geometry import Transform
from digitizer.document.page import Pixels

_SCANNERS: Mapping[Family, Callable[[Pixels, Noise], Damaged]] = {
    "clean": scanners.clean,
    "office": scanners.office,
    "bilevel": scanners.bilevel,
    "archive": scanners.archive,
    "copier": scanners.copier,
    "fax": scanners.fax,
    "photo": scanners.photo,
    "jpeg": scanners.jpeg,
}
_SHEETS: Mapping[Family, Callable[[Pixels, Noise], Pixels]] = {
    "thermal": printers.thermal,
    "ribbon": printers.ribbon,
    "toner": printers.toner,
    "show-through": handling.show_through,
    "dirt": handling.dirt,
    "stamps": handling.stamps,
    "pen": handling.pen,
}
_GREY: Mapping[Family, float] = {"thermal": 1.0, "ribbon": 1.0, "show-through": 0.75}
"""How often a sheet is scanned in grey; what is faint would not outlive a level set for black ink."""
_GREY_ELSE = 0.5
_SHADED: frozenset[Family] = frozenset(("fold", "show-through", "dirt", "toner"))
"""Sheets whose paper is not white all over."""


def damage(pixels: Pixels, family: Family, rng: Noise, turned: int | None = None) -> Damaged:
    """Scans a page of 300 dpi. turned: fixes how the stack lies; None leaves it to the family (photos lie anyhow).

    Raises:
        ValueError: no such family.
    """
    if turned is None:
        turned = int(rng.choice([0, 0, 90, 180, 270])) if family == "photo" else 0
    if family in _SCANNERS:
        return _turn(_SCANNERS[family](pixels, rng), turned)
    bend = None
    if family == "fold":
        sheet, bend = handling.fold(pixels, rng)
    elif family in _SHEETS:
        sheet = _SHEETS[family](pixels, rng)
    else:
        raise ValueError(f"no such family of damage: {family}")
    grey = rng.random() < _GREY.get(family, _GREY_ELSE)
    level = scanners.SHADED if family in _SHADED else scanners.USUAL
    return _turn(scanners.office(sheet, rng, bend) if grey else scanners.bilevel(sheet, rng, bend, level), turned)


def _turn(scan: Damaged, turned: int) -> Damaged:
    """The same sheet, laid on the glass turned clockwise by a multiple of 90 degrees."""
    if turned == 0:
        return scan
    height, width = scan.pixels.shape
    matrices = {
        90: [[0, -1, height], [1, 0, 0], [0, 0, 1]],
        180: [[-1, 0, width], [0, -1, height], [0, 0, 1]],
        270: [[0, 1, 0], [-1, 0, width], [0, 0, 1]],
    }
    pixels = np.ascontiguousarray(np.rot90(scan.pixels, -turned // 90))
    moved = scan.from_page.then(Transform.of(np.array(matrices[turned], dtype=np.float64)))
    return Damaged(pixels, scan.dpi, scan.bilevel, moved, turned, scan.bend)
