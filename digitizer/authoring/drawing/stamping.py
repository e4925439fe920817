"""Inked stamps, round and rectangular, with a date: pressed unevenly and askew on a sheet of 300 dpi."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from digitizer.authoring.drawing import effects
from digitizer.authoring.drawing.effects import MONTHS, Noise, load_font
from digitizer.authoring.drawing.nouns import DPI
from digitizer.document.page import Pixels

_MM = DPI / 25.4
_WORDS = ("RECEIVED", "FILED", "ENTERED", "CERTIFIED", "APPROVED", "REGISTERED", "COPY")
_PLACES = ("OFFICE OF RECORDS", "MAIL ROOM", "FILING DESK", "DIVISION OF REPORTS", "REGISTRAR", "BRANCH OFFICE 4")


def press(sheet: Pixels, rng: Noise) -> Pixels:
    """One stamp, anywhere on the sheet: over print too, which shows through its ink."""
    plate = _round(rng) if rng.random() < 0.5 else _rectangle(rng)
    turned = plate.rotate(float(rng.normal(0, 12)), resample=Image.Resampling.BILINEAR, fillcolor=0, expand=True)
    cover: NDArray[np.float64] = np.asarray(turned, dtype=np.float64) / 255
    height, width = min(cover.shape[0], sheet.shape[0]), min(cover.shape[1], sheet.shape[1])
    cover = cover[:height, :width]
    # Rubber takes up ink in patches, and one side of it is pressed harder than the other.
    rough = effects.grain(np.full(cover.shape, 128, np.uint8), rng, 45, float(rng.uniform(1, 3)))
    cover *= np.clip(1.5 - rough.astype(np.float32) / 255 * rng.uniform(0.8, 1.6), 0, 1)
    cover *= 1 - rng.uniform(0.1, 0.6) * effects.light_field((height, width), rng, 2)
    # The red, blue or violet of its ink as grey.
    cover = np.asarray(cv2.GaussianBlur(cover, (0, 0), 1.0), dtype=np.float64) * (1 - rng.uniform(90, 165) / 255)
    top = int(rng.integers(0, sheet.shape[0] - height + 1))
    left = int(rng.integers(0, sheet.shape[1] - width + 1))
    page = sheet.copy()
    patch = page[top : top + height, left : left + width]
    patch[...] = (patch * (1 - cover)).astype(np.uint8)
    return page


def _day(rng: Noise) -> str:
    return f"{rng.choice(MONTHS)} {int(rng.integers(1, 29)):02d} {int(rng.integers(1996, 2026))}"


def _round(rng: Noise) -> Image.Image:
    """A ring or two, words around inside it, a date across; 28 to 45 mm wide, as such stamps are."""
    size = round(rng.uniform(28, 45) * _MM)
    plate = Image.new("L", (size, size), 0)
    pen = ImageDraw.Draw(plate)
    line = max(3, size // 80)
    pen.ellipse((line, line, size - line, size - line), outline=255, width=line)
    if rng.random() < 0.6:
        inner = round(size * 0.26)
        pen.ellipse((inner, inner, size - inner, size - inner), outline=255, width=max(2, line // 2))
    font = load_font("LiberationSans-Bold.ttf", size // 9)
    for words, low in ((str(rng.choice(_WORDS)), False), (str(rng.choice(_PLACES)), True)):
        _write_around(plate, words, low, font)
    date = load_font("LiberationMono-Bold.ttf", size // 13)
    text = _day(rng)
    pen.text((size / 2 - date.getlength(text) / 2, size * 0.46), text, font=date, fill=255)
    return plate


def _write_around(plate: Image.Image, words: str, low: bool, font: effects.Face) -> None:
    """Letter by letter along the ring: over its top or under its foot."""
    size = plate.width
    radius = size * 0.4
    middle = -90.0 if not low else 90.0
    way = 1 if not low else -1
    angles = np.cumsum([font.getlength(c) for c in words]) / radius
    for letter, angle in zip(words, np.rad2deg(angles - angles[-1] / 2), strict=True):
        at = middle + way * float(angle)
        tile = Image.new("L", (size // 6, size // 6), 0)
        ImageDraw.Draw(tile).text(
            (size / 12 - font.getlength(letter) / 2, size / 12 - size / 15), letter, font=font, fill=255
        )
        tile = tile.rotate(-(at + 90 * way), resample=Image.Resampling.BILINEAR)
        x = size / 2 + radius * np.cos(np.deg2rad(at)) - tile.width / 2
        y = size / 2 + radius * np.sin(np.deg2rad(at)) - tile.height / 2
        plate.paste(255, (round(x), round(y)), tile)


def _rectangle(rng: Noise) -> Image.Image:
    """A frame with a word, a date and an office; 45 to 75 mm wide."""
    width = round(rng.uniform(45, 75) * _MM)
    height = round(width * rng.uniform(0.4, 0.55))
    plate = Image.new("L", (width, height), 0)
    pen = ImageDraw.Draw(plate)
    line = max(3, width // 120)
    if rng.random() < 0.8:
        pen.rectangle((line, line, width - line, height - line), outline=255, width=line)
    lines = (str(rng.choice(_WORDS)), _day(rng), str(rng.choice(_PLACES)))
    for k, (text, share) in enumerate(zip(lines, (0.26, 0.24, 0.14), strict=True)):
        font = load_font("LiberationSans-Bold.ttf", round(height * share))
        fitting = min(1.0, 0.88 * width / font.getlength(text))
        font = load_font("LiberationSans-Bold.ttf", round(height * share * fitting))
        pen.text((width / 2 - font.getlength(text) / 2, height * (0.1, 0.4, 0.74)[k]), text, font=font, fill=255)
    return plate
