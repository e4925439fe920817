"""Entries put on a page by a machine: a typewriter's or a printer's faces, sizes and inks; ticks and crosses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from digitizer.authoring.drawing.effects import Noise
from digitizer.authoring.drawing.nouns import DPI
from digitizer.authoring.drawing.ticks import Hand, draw_mark
from digitizer.document.geometry import Box
from digitizer.document.page import Pixels

TYPED = ("LiberationMono-Regular.ttf", "LiberationMono-Bold.ttf", "DejaVuSansMono.ttf", "FreeMono.ttf", "cour.ttf")
PRINTED = (
    *("LiberationSans-Regular.ttf", "LiberationSerif-Regular.ttf", "LiberationSans-Bold.ttf", "DejaVuSans.ttf"),
    *("LiberationSansNarrow-Regular.ttf", "FreeSerif.ttf", "arial.ttf", "times.ttf", "Helvetica.ttc"),
)
PILLOWS = ""
"""The face that Pillow brings, for machines with no fonts at all."""
_SIZES = (9.0, 10.0, 10.0, 11.0, 12.0, 12.0)
_SLIP = 0.02
"""Heights of a letter by which those of a typewriter are off their line."""
MARKS: tuple[Hand, ...] = ("tick", "cross", "cross", "fill", "overshoot")


@dataclass(frozen=True, slots=True)
class Machine:
    """What wrote a page. points: size of its letters; ink: grey of its ribbon or toner, 0 black.

    typed: whether letter by letter. drop: inches by which its lines stand below the top of their place.
    """

    face: str
    points: float
    ink: int
    typed: bool
    drop: float


def choose_machine(rng: Noise) -> Machine:
    """A typewriter or a printer."""
    typed = bool(rng.random() < 0.55)
    faces = _installed(TYPED if typed else PRINTED) or (PILLOWS,)
    ink = int(rng.integers(0, 100)) if typed else int(rng.integers(0, 50))
    return Machine(
        str(faces[int(rng.integers(len(faces)))]), float(rng.choice(_SIZES)), ink, typed, float(rng.uniform(0, 0.05))
    )


def pitch_of(machine: Machine) -> int:
    """Pixels (at 300 dpi) from line to line."""
    return round(machine.points / 72 * DPI * 1.15)


def width_of(text: str, machine: Machine) -> int:
    """Pixels (at 300 dpi) that a line takes up."""
    return round(_face(machine).getlength(text))


def write(page: Pixels, lines: list[str], left: int, top: int, machine: Machine, rng: Noise) -> Box:
    """Writes lines from that corner on (pixels at 300 dpi), over what is there; gives the place they take up."""
    face, pitch = _face(machine), pitch_of(machine)
    width = max([width_of(line, machine) for line in lines], default=1)
    place = Box(left, top, max(1, width), max(1, pitch * len(lines)))
    canvas = Image.new("L", (place.width + pitch, place.height + pitch), 255)
    pen = ImageDraw.Draw(canvas)
    for row, line in enumerate(lines):
        if not machine.typed:
            pen.text((0, row * pitch), line, font=face, fill=machine.ink)
            continue
        x = 0.0
        for letter in line:
            slip = rng.normal(0, _SLIP) * pitch
            ink = min(200, max(0, round(machine.ink + rng.normal(0, 14))))
            pen.text((x, row * pitch + slip), letter, font=face, fill=ink)
            x += face.getlength(letter)
    _lay(page, np.asarray(canvas, np.uint8), left, top)
    return place


def typed_x(page: Pixels, box: Box, machine: Machine, rng: Noise) -> None:
    """An X typed into a checkbox, a little off its middle."""
    face = _face(machine)
    letter = "X" if rng.random() < 0.8 else "x"
    left, top, right, bottom = face.getbbox(letter)
    x, y = box.center
    off = rng.normal(0, 0.06, 2) * (box.width, box.height)
    write(page, [letter], round(x - (left + right) / 2 + off[0]), round(y - (top + bottom) / 2 + off[1]), machine, rng)


def mark_by_hand(page: Pixels, box: Box, hand: Hand, rng: Noise) -> None:
    """A tick, cross or filling by pen."""
    pen, thick = int(rng.integers(0, 110)), int(rng.integers(4, 9))
    draw_mark(page, box, hand, pen, thick, rng)


def _lay(page: Pixels, ink: Pixels, left: int, top: int) -> None:
    x, y = max(0, left), max(0, top)
    height, width = page.shape
    part = ink[y - top : y - top + max(0, height - y), x - left : x - left + max(0, width - x)]
    patch = page[y : y + part.shape[0], x : x + part.shape[1]]
    np.minimum(patch, part, out=patch)


@lru_cache(maxsize=4)
def _installed(names: tuple[str, ...]) -> tuple[str, ...]:
    found = []
    for name in names:
        try:
            ImageFont.truetype(name, 12)
        except OSError:
            continue
        found.append(name)
    return tuple(found)


def _face(machine: Machine) -> ImageFont.FreeTypeFont:
    return _load(machine.face, round(machine.points / 72 * DPI))


@lru_cache(maxsize=64)
def _load(name: str, size: int) -> ImageFont.FreeTypeFont:
    if name != PILLOWS:
        return ImageFont.truetype(name, size)
    face = ImageFont.load_default(size)
    assert isinstance(face, ImageFont.FreeTypeFont)
    return face
