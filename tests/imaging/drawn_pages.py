"""Pages drawn for the tests, and what scanners and cameras do to them, with the mapping known exactly."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from digitizer.document.page import PageImage, PageRef, Pixels

PROSE = (
    "shares of Common Stock held by the reporting person, directly or indirectly; the amount of securities "
    "beneficially owned following the reported transaction(s) was 24,409 at $6.50 per share. Name and Address of "
    "Issuer Ticker Symbol Date (Month/Day/Year) Title of Derivative Security Price Expiration 01/31/2014"
)
WORDS = PROSE.split()
FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationMono-Regular.ttf",
)


@dataclass(frozen=True, slots=True)
class Style:
    """dpi: of the page; rules: whether there is a table; capitals: text in capitals only; lines: of running text."""

    dpi: int = 200
    rules: bool = True
    capitals: bool = False
    lines: int = 24
    font: int = 0
    points: float = 9.5


def draw_page(seed: int = 0, style: Style | None = None) -> Pixels:
    """A letter page, uint8 (height, width): running text, and a table with filled cells if asked for."""
    style = style or Style()
    chance = random.Random(seed)
    dpi = style.dpi
    image = Image.new("L", (round(8.5 * dpi), 11 * dpi), 255)
    pen = ImageDraw.Draw(image)
    write = _writer(pen, FONTS[style.font % len(FONTS)], round(style.points * dpi / 72))
    step = round(style.points * 1.35 * dpi / 72)
    top, left, right = round(0.8 * dpi), round(0.7 * dpi), round(7.8 * dpi)
    for line in range(style.lines):
        count = chance.randint(4, 13)
        text = " ".join(chance.choice(WORDS) for _ in range(count))
        write((left, top), text.upper() if style.capitals else text, right - left)
        top += step * (2 if line % 7 == 6 else 1)
    if style.rules:
        _draw_table(pen, write, (left, top + step, right, round(10.2 * dpi)), style, chance)
    return np.asarray(image, dtype=np.uint8).copy()


def _writer(pen, name, size):  # type: ignore[no-untyped-def]
    font = ImageFont.truetype(name, size) if Path(name).exists() else ImageFont.load_default(size)

    def write(place: tuple[int, int], text: str, width: int) -> None:
        while text and pen.textlength(text, font=font) > width:
            text = text.rpartition(" ")[0]
        pen.text(place, text, font=font, fill=0)

    return write


def _draw_table(pen, write, area, style, chance):  # type: ignore[no-untyped-def]
    left, top, right, bottom = area
    thick = max(1, style.dpi // 100)
    columns = np.linspace(left, right, 6).round().astype(int)
    rows = np.arange(top, bottom, round(0.42 * style.dpi))
    for y in rows:
        pen.line((left, int(y), right, int(y)), fill=0, width=thick)
    for x in columns:
        pen.line((int(x), int(rows[0]), int(x), int(rows[-1])), fill=0, width=thick)
    for y in rows[:-1]:
        for x0, x1 in pairwise(columns):
            if chance.random() < 0.7:
                text = " ".join(chance.choice(WORDS) for _ in range(chance.randint(1, 2)))
                place = int(x0) + style.dpi // 25, int(y) + style.dpi // 9
                write(place, text.upper() if style.capitals else text, int(x1 - x0) - style.dpi // 12)


def turning(degrees: float, width: int, height: int, shear: float = 0.0, tilt: tuple[float, float] = (0.0, 0.0)):  # type: ignore[no-untyped-def]
    """A 3x3 matrix from the drawn page to the scan: turned clockwise about the middle, sheared, tilted away.

    shear: sideways shift per unit of height; tilt: relative change of size across the width and down the height.
    """
    middle = np.array([[1, 0, width / 2], [0, 1, height / 2], [0, 0, 1]])
    angle = np.radians(degrees)
    spin = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    lean = np.array([[1, shear, 0], [0, 1, 0], [tilt[0] / width, tilt[1] / height, 1]])
    return middle @ spin @ lean @ np.linalg.inv(middle)


def distort(pixels: Pixels, matrix, turned: int = 0, paper: int = 255):  # type: ignore[no-untyped-def]
    """The page put through the matrix, then turned clockwise by 90, 180 or 270; and the whole mapping.

    Returns uint8 (height, width) and the 3x3 matrix from points of the drawn page to points of the scan.
    """
    height, width = pixels.shape
    corners = matrix @ np.array([(0, 0, 1), (width, 0, 1), (0, height, 1), (width, height, 1)], dtype=float).T
    corners = corners[:2] / corners[2]
    low, high = np.floor(corners.min(axis=1)), np.ceil(corners.max(axis=1))
    full = np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1]]) @ matrix
    size = int(high[0] - low[0]), int(high[1] - low[1])
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    centred = np.linalg.inv(half) @ full @ half
    out = cv2.warpPerspective(pixels, centred, size, flags=cv2.INTER_CUBIC, borderValue=paper)
    for _ in range(turned // 90):
        full = np.array([[0, -1, out.shape[0]], [1, 0, 0], [0, 0, 1]]) @ full
        out = np.rot90(out, -1)
    return np.ascontiguousarray(out), full


def as_page(pixels: Pixels, dpi: float, bilevel: bool = True) -> PageImage:
    if bilevel:
        pixels = np.where(pixels > 140, 255, 0).astype(np.uint8)
    return PageImage(PageRef("drawn", "0" * 64, 1), pixels, dpi, bilevel)


def photographed(pixels: Pixels, seed: int = 0) -> Pixels:
    """Uneven light, a soft shadow, noise and a little blur over a page in grey."""
    noise = np.random.default_rng(seed)
    height, width = pixels.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    light = 0.62 + 0.33 * (x / width) * (0.5 + 0.5 * y / height)
    light *= 1 - 0.25 / (1 + np.exp((x + 0.4 * y - 0.45 * width) / (0.05 * width)))
    soft = cv2.GaussianBlur(pixels, (0, 0), 0.7).astype(np.float32)
    return np.clip((soft * 0.85 + 30) * light + noise.normal(0, 5, pixels.shape), 0, 255).astype(np.uint8)
