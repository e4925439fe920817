"""Single characters drawn from installed fonts, and ink that is no character: what the glyph reader learns from."""

from __future__ import annotations

import string
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from digitizer.document.page import Pixels
from digitizer.errors import MissingComponentError
from digitizer.reading.glyphs import CLASSES, JUNK, PAIR, TICK
from tools.trainers.glyph_damage import Ink, damage

FONTS = Path("/usr/share/fonts")
PACKAGES = (
    "fonts-liberation fonts-dejavu-core fonts-freefont-ttf fonts-urw-base35 fonts-courier-prime "
    "fonts-crosextra-carlito fonts-crosextra-caladea fonts-linuxlibertine"
)
TRAINING_FACES = (
    *("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf", "LiberationSerif-Regular.ttf"),
    *("LiberationSerif-Bold.ttf", "LiberationMono-Regular.ttf", "LiberationMono-Bold.ttf"),
    *("LiberationSerif-Italic.ttf", "LiberationSans-Italic.ttf", "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    *("DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf", "FreeMono.ttf", "FreeMonoBold.ttf", "FreeSerif.ttf"),
    *("NimbusSansNarrow-Regular.otf", "NimbusMonoPS-Regular.otf", "C059-Roman.otf", "C059-Bold.otf"),
    *("URWBookman-Light.otf", "URWBookman-Demi.otf", "URWGothic-Book.otf", "LinLibertine_R.otf"),
    *("LinLibertine_RB.otf", "Carlito-Regular.ttf", "Carlito-Bold.ttf", "Caladea-Regular.ttf", "Caladea-Bold.ttf"),
)
HELD_OUT_FACES = (
    *("P052-Roman.otf", "P052-Bold.otf", "Courier Prime.otf", "Courier Prime Bold.otf", "DejaVuSansMono.ttf"),
    *("FreeSans.ttf", "FreeSansBold.ttf"),
)
MARGIN = 8


@dataclass(frozen=True, slots=True)
class Sample:
    """A drawn grey crop, the height of its line in pixels if told, what it is, and how badly it was scanned."""

    crop: Pixels
    line_height: float | None
    label: str
    level: int


def find_faces(names: tuple[str, ...]) -> list[Path]:
    """The files of those fonts.

    Raises:
        MissingComponentError: one is not installed.
    """
    found = {path.name: path for path in sorted(FONTS.rglob("*.[ot]tf"), reverse=True)}
    missing = [name for name in names if name not in found]
    if missing:
        raise MissingComponentError(f"fonts not installed: {', '.join(missing)}", f"apt-get install {PACKAGES}")
    return [found[name] for name in names]


def draw_sample(label: str, faces: list[Path], level: int, rng: np.random.Generator) -> Sample:
    """One character or piece of junk of random font and size, damaged."""
    while True:
        em = round(rng.uniform(5, 16) / 72 * float(rng.choice((200, 300))))
        face = load_face(str(faces[int(rng.integers(len(faces)))]), em)
        if label == JUNK:
            ink = draw_junk(face, em, rng)
        elif label == TICK:
            ink = _tick(em, rng)
        elif label == PAIR:
            ink = _touching((")", "("), face, rng.uniform(0.0, 0.12) * em)
        else:
            ink = draw_text(label, face)
        crop = damage(ink, level, em, rng)
        if _is_whole(crop):
            break
    known = rng.random() < 0.6
    digits = face.getbbox("0")
    line = (digits[3] - digits[1]) * rng.uniform(0.95, 1.1)
    return Sample(crop, line if known else None, label, level)


def draw_samples(count: int, junk: int, faces: list[Path], levels: tuple[int, ...], seed: int) -> list[Sample]:
    """So many samples of each character (half as many small letters), and of junk, at levels drawn at random."""
    rng = np.random.default_rng(seed)
    counts = {label: -(-count // 2) if label.islower() else count for label in CLASSES} | {JUNK: junk}
    wanted = [label for label in CLASSES for _ in range(counts[label])]
    return [draw_sample(label, faces, int(rng.choice(levels)), rng) for label in wanted]


@lru_cache(maxsize=2048)
def load_face(path: str, em: int) -> ImageFont.FreeTypeFont:
    """The font at that size in pixels."""
    return ImageFont.truetype(path, em)


def draw_text(text: str, face: ImageFont.FreeTypeFont) -> Ink:
    """The text's ink with a margin around it."""
    left, top, right, bottom = face.getbbox(text)
    size = (int(right - left) + 2 * MARGIN, int(bottom - top) + 2 * MARGIN)
    image = Image.new("L", size, 0)
    ImageDraw.Draw(image).text((MARGIN - left, MARGIN - top), text, fill=255, font=face)
    return np.asarray(image).astype(np.float32) / np.float32(255)


def draw_junk(face: ImageFont.FreeTypeFont, em: int, rng: np.random.Generator) -> Ink:
    """Ink that is no character: characters grown together, halves, pieces of rules and stamps, specks."""
    kind = rng.random()
    letters = string.ascii_letters + string.digits + "$&"
    first, second = (letters[int(i)] for i in rng.integers(len(letters), size=2))
    if kind < 0.4:
        return _touching((first, second), face, rng.uniform(0.0, 0.1) * em)
    if kind < 0.5:
        return _half(draw_text(first, face), rng)
    if kind < 0.65:
        return _rule_piece(em, rng)
    if kind < 0.8:
        return _stamp_piece(em, rng)
    return _specks(em, rng)


def _is_whole(crop: Pixels) -> bool:
    """Whether any ink was left to learn from."""
    return int(crop.min()) < int(crop.max()) - 60


def _touching(pair: tuple[str, str], face: ImageFont.FreeTypeFont, overlap: float) -> Ink:
    """Two characters whose ink touches or overlaps by so many pixels."""
    (l0, t0, r0, b0), (l1, t1, r1, b1) = face.getbbox(pair[0]), face.getbbox(pair[1])
    top, bottom = min(t0, t1), max(b0, b1)
    width = (r0 - l0) + (r1 - l1) - overlap
    image = Image.new("L", (int(width) + 2 * MARGIN, int(bottom - top) + 2 * MARGIN), 0)
    pen = ImageDraw.Draw(image)
    pen.text((MARGIN - l0, MARGIN - top), pair[0], fill=255, font=face)
    pen.text((MARGIN + (r0 - l0) - overlap - l1, MARGIN - top), pair[1], fill=255, font=face)
    return np.asarray(image).astype(np.float32) / np.float32(255)


def _half(ink: Ink, rng: np.random.Generator) -> Ink:
    """The upper or lower part of a character; left and right halves would look like others."""
    cut = int(ink.shape[0] * rng.uniform(0.4, 0.6))
    out = ink.copy()
    if rng.random() < 0.5:
        out[cut:] = 0
    else:
        out[:cut] = 0
    return out


def _canvas(width: float, height: float) -> Ink:
    return np.zeros((int(height) + 2 * MARGIN, int(width) + 2 * MARGIN), dtype=np.float32)


def _rule_piece(em: int, rng: np.random.Generator) -> Ink:
    """A long piece of a rule, or a corner; short pieces are like I and -."""
    thick = int(rng.integers(1, max(2, em // 10)))
    long, short = int(em * rng.uniform(0.8, 2.0)) + 14 * thick, int(em * rng.uniform(0.2, 0.8))
    kind = int(rng.integers(4))
    if kind == 0:
        out = _canvas(thick, long)
        out[MARGIN:-MARGIN, MARGIN : MARGIN + thick] = 1
    elif kind == 1:
        out = _canvas(long, thick)
        out[MARGIN : MARGIN + thick, MARGIN:-MARGIN] = 1
    else:
        out = _canvas(long if kind == 2 else short + thick, short + thick if kind == 2 else long)
        out[MARGIN : MARGIN + thick, MARGIN:-MARGIN] = 1
        side = MARGIN if rng.random() < 0.5 else out.shape[1] - MARGIN - thick
        out[MARGIN:-MARGIN, side : side + thick] = 1
    return np.ascontiguousarray(out[:: 1 if rng.random() < 0.5 else -1])


def _stamp_piece(em: int, rng: np.random.Generator) -> Ink:
    """A few thick strokes at odd angles, cut off by the crop."""
    side = int(em * rng.uniform(0.5, 1.2)) + 4
    out = _canvas(side, side)
    for _ in range(int(rng.integers(1, 4))):
        ends = rng.integers(-side // 2, side + side // 2, size=4) + MARGIN
        thick = int(rng.integers(max(1, em // 10), max(2, em // 3) + 1))
        cv2.line(out, (int(ends[0]), int(ends[1])), (int(ends[2]), int(ends[3])), 1.0, thick)
    if out.max() == 0:
        out[MARGIN : MARGIN + 3, MARGIN:-MARGIN] = 1
    return out


def _specks(em: int, rng: np.random.Generator) -> Ink:
    """Dirt: ragged spots near each other."""
    side = max(3, int(em * rng.uniform(0.1, 0.6)))
    rough = rng.random((side, side)).astype(np.float32)
    out = _canvas(side, side)
    out[MARGIN:-MARGIN, MARGIN:-MARGIN] = cv2.GaussianBlur(rough, (0, 0), rng.uniform(0.6, 1.6))
    return (out > np.quantile(out[MARGIN:-MARGIN, MARGIN:-MARGIN], rng.uniform(0.5, 0.85))).astype(np.float32)


def _tick(em: int, rng: np.random.Generator) -> Ink:
    """A check mark as a pen makes it."""
    out = _canvas(em, em)
    low = np.array([rng.uniform(0.25, 0.45), rng.uniform(0.85, 1.0)])
    start = low + np.array([-rng.uniform(0.15, 0.3), -rng.uniform(0.2, 0.45)])
    end = np.array([rng.uniform(0.8, 1.0), rng.uniform(0.0, 0.2)])
    points = (np.stack([start, low, end]) * em + MARGIN).astype(np.int32)
    cv2.polylines(out, [points], False, 1.0, max(1, int(em * rng.uniform(0.04, 0.14))), cv2.LINE_AA)
    return out
