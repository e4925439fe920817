"""Born-digital PDF pages: drawn by pdfium with and without their text, and the words that the file spells out."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Any, NamedTuple

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from digitizer.document.geometry import Box
from digitizer.document.page import Pixels, PrintedText, PrintedWord
from digitizer.imaging.pdf_images import grey_of

_ASKEW = 2
"""Degrees; text that leans by more is no line of the page, but a watermark or a stamp."""
_SEEN = 24
"""Grey levels by which a page with a word differs from the page without it; grey letters on grey are above."""
_MOST = 0.5
"""Share of a page's letters that must be seen and spelt out for it to be taken from the file."""
_UNDRAWN = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
_STEP = 0.15
"""Of a letter's height: what stands higher or lower by more is another word."""
_HYPHEN = "\x02"
"""What pdfium gives for a hyphen at the end of a line."""
_SMALLEST, _LARGEST, _USUAL = 4.8, 48.0, 12.0
"""Points from the foot to the head of a font, 1.2 times its size: print is set in 4 points at the least, mostly in 10,
and half of a page's letters in 40 at the most."""
_SAMPLE = 200
"""Letters of a page whose height is looked at."""
_LEADERS = frozenset("._\u00b7\u2026\u2025-\u2013\u2014=*~")
_FEWEST_LEADERS = 3
"""From so many on, dots and dashes are no word but a rule drawn with letters; an underscore always is."""


Edges = tuple[float, float, float, float]
"""Left, top, right and bottom in points of the page as it is shown."""


class _Run(NamedTuple):
    """Characters drawn in one go. item: pdfium's; turned: degrees clockwise; font: its number; drawn: not unseen."""

    item: Any
    turned: int
    font: int
    drawn: bool


class _Letter(NamedTuple):
    """A character. text: "" where it is not told; body: from its baseline to the height of its font."""

    text: str
    box: Edges
    body: Edges
    run: _Run

    @property
    def along(self) -> Edges:
        """Its body as who reads it sees it: where it begins and ends, its top and its bottom."""
        x0, y0, x1, y1 = self.body
        turned = self.run.turned
        if turned == 90:
            return y0, y1, -x1, -x0
        if turned == 180:
            return -x1, -x0, -y1, -y0
        return (-y1, -y0, x0, x1) if turned == 270 else (x0, x1, y0, y1)


_SPACE = _Letter(" ", (0, 0, 0, 0), (0, 0, 0, 0), _Run(None, 0, 0, True))


def unit_of(sheet: pypdfium2.PdfPage) -> float:
    """How many points a unit of the page is: 1, unless its letters are too small or too large for print."""
    with closing(sheet.get_textpage()) as text:
        count = text.count_chars()
        sample = range(0, count, max(1, count // _SAMPLE))
        boxes = [text.get_charbox(k, loose=True) for k in sample if not pdfium.FPDFText_IsGenerated(text, k)]
    usual = float(np.median([top - bottom for _, bottom, _, top in boxes])) if boxes else 0.0
    return 1.0 if usual <= 0 or _SMALLEST <= usual <= _LARGEST else _USUAL / usual


def printed_page(document: pypdfium2.PdfDocument, page: int, scale: float) -> tuple[Pixels, PrintedText] | None:
    """The page (counted from 1) drawn at so many pixels per point, uint8 (height, width), and what it spells out.

    None where most of its letters must be read from its picture: they are not seen, as in an OCR layer, or their fonts
    do not tell them.
    """
    with _flat(document, page) as sheet:
        letters, runs = _letters(sheet)
        if not any(run.drawn for run in runs):
            return None
        pixels = level = _drawn_without(sheet, scale, ())
        if askew := [run for run in runs if run.turned % 90]:
            level = _drawn_without(sheet, scale, askew)
        bare = _drawn_without(sheet, scale, runs)
        width, height = sheet.get_size()
    steps = pixels.shape[1] / width, pixels.shape[0] / height
    changed = cv2.absdiff(pixels, bare)
    words = tuple(_once(w for w in _words(letters, steps) if _is_seen(w.box, changed)))
    spelt = sum(len(word.text) for word in words)
    every = sum(letter is not _SPACE for letter in letters)
    kept = tuple(word for word in words if not _is_rule(word.text))
    return (pixels, PrintedText(kept, level, bare)) if kept and spelt >= _MOST * every else None


def _drawn_without(sheet: pypdfium2.PdfPage, scale: float, runs: Iterable[_Run]) -> Pixels:
    """The page as it is drawn without those runs of text, from now on."""
    for run in runs:
        pdfium.FPDFTextObj_SetTextRenderMode(run.item, pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)
    return grey_of(sheet.render(scale=scale, grayscale=True))


def _is_rule(text: str) -> bool:
    return set(text) == {"_"} or (len(text) >= _FEWEST_LEADERS and _LEADERS.issuperset(text))


@contextmanager
def _flat(document: pypdfium2.PdfDocument, page: int) -> Iterator[pypdfium2.PdfPage]:
    """The page with its form fields and comments made part of it, as a viewer shows them."""
    if document.formenv is None and document.get_formtype() != pdfium.FORMTYPE_NONE:
        document.init_forms()
    with closing(document[page - 1]) as sheet:
        pdfium.FPDFPage_Flatten(sheet, pdfium.FLAT_NORMALDISPLAY)
    with closing(document[page - 1]) as sheet:
        yield sheet


def _letters(sheet: pypdfium2.PdfPage) -> tuple[list[_Letter], list[_Run]]:
    """The page's characters in the order of the file, with the spaces that pdfium adds, and the runs they come in."""
    shown = _way_shown(sheet)
    rotation = sheet.get_rotation()
    letters: list[_Letter] = []
    runs: dict[int, _Run] = {}
    fonts: dict[int, int] = {}
    with closing(sheet.get_textpage()) as text:
        for k in range(text.count_chars()):
            item = pdfium.FPDFText_GetTextObject(text, k)
            if pdfium.FPDFText_IsGenerated(text, k) or not item:
                letters.append(_SPACE)
                continue
            key = ctypes.addressof(item.contents)
            if key not in runs:
                font = pdfium.FPDFTextObj_GetFont(item)
                number = fonts.setdefault(ctypes.addressof(font.contents) if font else 0, len(fonts))
                drawn = pdfium.FPDFTextObj_GetTextRenderMode(item) not in _UNDRAWN
                turned = (_angle(text, k) + rotation) % 360
                runs[key] = _Run(item, turned, number, drawn)
            run = runs[key]
            character = _character(text, k) if run.drawn else ""
            if character == " ":
                letters.append(_SPACE)
                continue
            box, body = shown(text.get_charbox(k)), shown(text.get_charbox(k, loose=True))
            letters.append(_Letter(character, box, _on_baseline(body, shown(_origin(text, k)), run.turned), run))
    return letters, list(runs.values())


def _way_shown(sheet: pypdfium2.PdfPage) -> Callable[[Edges], Edges]:
    """From left, bottom, right and top in the page's own points to left, top, right and bottom of the shown page."""
    left, bottom, right, top = sheet.get_bbox()
    ways: dict[int, Callable[[Edges], Edges]] = {
        0: lambda e: (e[0] - left, top - e[3], e[2] - left, top - e[1]),
        90: lambda e: (e[1] - bottom, e[0] - left, e[3] - bottom, e[2] - left),
        180: lambda e: (right - e[2], e[1] - bottom, right - e[0], e[3] - bottom),
        270: lambda e: (top - e[3], right - e[2], top - e[1], right - e[0]),
    }
    return ways[sheet.get_rotation()]


def _origin(text: pypdfium2.PdfTextPage, k: int) -> Edges:
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(text, k, x, y)
    return x.value, y.value, x.value, y.value


def _on_baseline(body: Edges, origin: Edges, turned: int) -> Edges:
    """The part of a letter's body that stands on its baseline, which runs through the origin."""
    x0, y0, x1, y1 = body
    x, y = origin[:2]
    if turned == 90:
        return x, y0, max(x1, x), y1
    if turned == 180:
        return x0, y, x1, max(y1, y)
    return (min(x0, x), y0, x, y1) if turned == 270 else (x0, min(y0, y), x1, y)


def _angle(text: pypdfium2.PdfTextPage, k: int) -> int:
    """Degrees clockwise, whole quarters where it is nearly one."""
    angle = math.degrees(pdfium.FPDFText_GetCharAngle(text, k))
    quarter = 90 * round(angle / 90)
    return quarter if abs(angle - quarter) <= _ASKEW else round(angle)


def _character(text: pypdfium2.PdfTextPage, k: int) -> str:
    """The character; "" where the font does not tell which it is."""
    code = pdfium.FPDFText_GetUnicode(text, k)
    if 0x20 < code < 0x7F and not pdfium.FPDFText_HasUnicodeMapError(text, k):
        return chr(code)
    character = "-" if chr(code) == _HYPHEN else chr(code)
    if character.isspace():
        return " "
    if code == 0xFFFD or unicodedata.category(character)[0] == "C" or pdfium.FPDFText_HasUnicodeMapError(text, k):
        return ""
    # Ligatures are their letters; nothing else is changed.
    return unicodedata.normalize("NFKC", character) if 0xFB00 <= code <= 0xFB06 else character


def _words(letters: Iterable[_Letter], steps: tuple[float, float]) -> Iterator[PrintedWord]:
    """Letters put into words. steps: pixels per point, across and down."""
    word: list[_Letter] = []
    for letter in letters:
        if word and (letter is _SPACE or _begins(word[-1], letter)):
            yield from _word(word, steps)
            word = []
        if letter is not _SPACE:
            word.append(letter)
    yield from _word(word, steps)


def _begins(last: _Letter, letter: _Letter) -> bool:
    """Whether a letter is of another word than the one before it, as a raised marker is."""
    if letter.run.turned != last.run.turned:
        return True
    if letter.run.turned % 90:
        (x0, y0, x1, y1), (left, above, right, below) = last.body, letter.body
        return math.hypot(left + right - x0 - x1, above + below - y0 - y1) > 2 * math.hypot(x1 - x0, y1 - y0)
    (_, end, top, bottom), (start, _, _, base) = last.along, letter.along
    return abs(start - end) > bottom - top or abs(base - bottom) > _STEP * (bottom - top)


def _word(letters: list[_Letter], steps: tuple[float, float]) -> Iterator[PrintedWord]:
    """The word, if all of its characters are told."""
    if not letters or not all(letter.text for letter in letters):
        return
    text = unicodedata.normalize("NFC", "".join(letter.text for letter in letters))
    box, body = _around([letter.box for letter in letters], steps), _around([letter.body for letter in letters], steps)
    yield PrintedWord(text, box, body, letters[0].run.turned, letters[0].run.font)


def _around(boxes: list[Edges], steps: tuple[float, float]) -> Box:
    left, top, right, bottom = zip(*boxes, strict=True)
    across, down = steps
    return Box.spanning(min(left) * across, min(top) * down, max(right) * across, max(bottom) * down)


def _is_seen(box: Box, changed: cv2.typing.MatLike) -> bool:
    x0, y0 = max(0, box.x), max(0, box.y)
    part = changed[y0 : max(0, box.bottom), x0 : max(0, box.right)]
    return bool(part.size) and int(part.max()) >= _SEEN


def _once(words: Iterable[PrintedWord]) -> Iterator[PrintedWord]:
    """The words without those that are drawn over themselves to look bold or to cast a shadow."""
    placed: dict[str, list[Box]] = {}
    for word in words:
        same = placed.setdefault(word.text, [])
        if not any(_covers(box, word.box) for box in same):
            same.append(word.box)
            yield word


def _covers(box: Box, other: Box) -> bool:
    shared = box.intersection(other)
    return shared is not None and 2 * shared.area > min(box.area, other.area)
