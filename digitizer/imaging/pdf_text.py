"""Born-digital PDF pages: drawn by pdfium with and without their text, and the words that the file spells out."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from digitizer.document.geometry import Box
from digitizer.document.page import Pixels, PrintedText, PrintedWord
from digitizer.imaging.pdf_images import grey_of, is_of_pictures, pictures_of

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


@dataclass(frozen=True, slots=True)
class _Letter:
    """A character. text: "" where the font does not tell it; box: left, top, right, bottom in points of the shown page.

    body: as box, but from its baseline to the height of its font.
    """

    text: str
    box: tuple[float, float, float, float]
    body: tuple[float, float, float, float]
    turned: int
    font: int

    @property
    def along(self) -> tuple[float, float, float, float]:
        """Its body as who reads it sees it: where it begins and ends, its top and its bottom."""
        x0, y0, x1, y1 = self.body
        turns = {90: (y0, y1, -x1, -x0), 180: (-x1, -x0, -y1, -y0), 270: (-y1, -y0, x0, x1)}
        return turns.get(self.turned, (x0, x1, y0, y1))


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

    None where most of what stands on it must be read from its picture: a scan with or without an OCR layer, text that
    is not seen, fonts that do not tell their characters.
    """
    with _flat(document, page) as sheet:
        share, _ = pictures_of(sheet)
        if is_of_pictures(share):
            return None
        letters = list(_letters(sheet))
        if not any(letter.text for letter in letters):
            return None
        pixels = level = grey_of(sheet.render(scale=scale, grayscale=True))
        if any(letter.turned % 90 for letter in letters):
            _hide_text(sheet, askew_alone=True)
            level = grey_of(sheet.render(scale=scale, grayscale=True))
        _hide_text(sheet)
        bare = grey_of(sheet.render(scale=scale, grayscale=True))
        width, height = sheet.get_size()
    steps = pixels.shape[1] / width, pixels.shape[0] / height
    changed = cv2.absdiff(pixels, bare)
    words = tuple(_once(w for w in _words(letters, steps) if _is_seen(w.box, changed)))
    spelt = sum(len(word.text) for word in words)
    every = sum(1 for letter in letters if not letter.text.isspace())
    kept = tuple(word for word in words if not _is_rule(word.text))
    return (pixels, PrintedText(kept, level, bare)) if kept and spelt >= _MOST * every else None


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


def _hide_text(sheet: pypdfium2.PdfPage, askew_alone: bool = False) -> None:
    """Makes the page's text unseen as it is drawn next, in forms within forms too, or only what stands askew."""
    with closing(sheet.get_textpage()) as text:
        for k in range(text.count_chars()):
            if not askew_alone or _angle(text, k) % 90:
                item = pdfium.FPDFText_GetTextObject(text, k)
                if item:
                    pdfium.FPDFTextObj_SetTextRenderMode(item, pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)


def _letters(sheet: pypdfium2.PdfPage) -> Iterator[_Letter]:
    """The page's characters in the order of the file; spaces have a text, what pdfium adds between lines as well."""
    left, bottom, right, top = sheet.get_bbox()
    rotation = sheet.get_rotation()

    def shown(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        across, down = (x0 - left, x1 - left), (top - y1, top - y0)
        from_right, from_bottom = (right - x1, right - x0), (y0 - bottom, y1 - bottom)
        turns = {90: (from_bottom, across), 180: (from_right, from_bottom), 270: (down, from_right)}
        (a, b), (c, d) = turns.get(rotation, (across, down))
        return a, c, b, d

    fonts: dict[int, int] = {}
    with closing(sheet.get_textpage()) as text:
        for k in range(text.count_chars()):
            if pdfium.FPDFText_IsGenerated(text, k):
                yield _Letter(" ", (0, 0, 0, 0), (0, 0, 0, 0), 0, 0)
                continue
            item = pdfium.FPDFText_GetTextObject(text, k)
            font = ctypes.cast(pdfium.FPDFTextObj_GetFont(item), ctypes.c_void_p).value if item else None
            turned = (_angle(text, k) + rotation) % 360
            body = _on_baseline(shown(*text.get_charbox(k, loose=True)), shown(*_origin(text, k) * 2), turned)
            number = fonts.setdefault(font or 0, len(fonts))
            yield _Letter(_character(text, k), shown(*text.get_charbox(k)), body, turned, number)


def _origin(text: pypdfium2.PdfTextPage, k: int) -> tuple[float, float]:
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(text, k, x, y)
    return x.value, y.value


def _on_baseline(
    body: tuple[float, float, float, float], origin: tuple[float, float, float, float], turned: int
) -> tuple[float, float, float, float]:
    """The part of a letter's body that stands on its baseline, which runs through the origin."""
    (x0, y0, x1, y1), (x, y, _, _) = body, origin
    turns = {90: (x, y0, max(x1, x), y1), 180: (x0, y, x1, max(y1, y)), 270: (min(x0, x), y0, x, y1)}
    return turns.get(turned, (x0, min(y0, y), x1, y))


def _angle(text: pypdfium2.PdfTextPage, k: int) -> int:
    """Degrees clockwise, whole quarters where it is nearly one."""
    angle = math.degrees(pdfium.FPDFText_GetCharAngle(text, k))
    quarter = 90 * round(angle / 90)
    return quarter if abs(angle - quarter) <= _ASKEW else round(angle)


def _character(text: pypdfium2.PdfTextPage, k: int) -> str:
    """The character; "" where the font does not tell which it is, or where it is not drawn."""
    if pdfium.FPDFTextObj_GetTextRenderMode(pdfium.FPDFText_GetTextObject(text, k)) in _UNDRAWN:
        return ""
    code = pdfium.FPDFText_GetUnicode(text, k)
    character = "-" if chr(code) == _HYPHEN else chr(code)
    if character.isspace() or unicodedata.category(character) == "Zs":
        return " "
    if code == 0xFFFD or unicodedata.category(character)[0] == "C" or pdfium.FPDFText_HasUnicodeMapError(text, k):
        return ""
    # Ligatures are their letters; nothing else is changed.
    return unicodedata.normalize("NFKC", character) if 0xFB00 <= code <= 0xFB06 else character


def _words(letters: Iterable[_Letter], steps: tuple[float, float]) -> Iterator[PrintedWord]:
    """Letters put into words. steps: pixels per point, across and down."""
    word: list[_Letter] = []
    for letter in letters:
        if word and (letter.text == " " or _begins(word[-1], letter)):
            yield from _word(word, steps)
            word = []
        if letter.text != " ":
            word.append(letter)
    yield from _word(word, steps)


def _begins(last: _Letter, letter: _Letter) -> bool:
    """Whether a letter is of another word than the one before it, as a raised marker is."""
    if letter.turned != last.turned:
        return True
    if letter.turned % 90:
        (x0, y0, x1, y1), (left, above, right, below) = last.body, letter.body
        return math.hypot(left + right - x0 - x1, above + below - y0 - y1) > 2 * math.hypot(x1 - x0, y1 - y0)
    (_, end, top, bottom), (start, _, _, base) = last.along, letter.along
    return abs(start - end) > bottom - top or abs(base - bottom) > _STEP * (bottom - top)


def _word(letters: list[_Letter], steps: tuple[float, float]) -> Iterator[PrintedWord]:
    """The word, if all of its characters are told."""
    if not letters or not all(letter.text for letter in letters):
        return
    text = unicodedata.normalize("NFC", "".join(letter.text for letter in letters))
    box, body = (_around([getattr(letter, name) for letter in letters], steps) for name in ("box", "body"))
    yield PrintedWord(text, box, body, letters[0].turned, letters[0].font)


def _around(boxes: list[tuple[float, float, float, float]], steps: tuple[float, float]) -> Box:
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
