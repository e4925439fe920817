"""Read a born-digital page: its words as the file has them, and only what is drawn by the readers of pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from digitizer.document.geometry import Box
from digitizer.document.layout import Reading, Readings, TextLine, Word
from digitizer.document.page import PageImage, PrintedWord
from digitizer.imaging.printed import comb_words, enlarged, lay_upright, printed_lines, turned_upright
from digitizer.imaging.segment import Segments, segment
from digitizer.imaging.text_detector import InkDetector
from digitizer.reading.brackets import with_brackets
from digitizer.reading.read import Readers, read
from digitizer.reading.tesseract import Crop

ENGINE = "pdf"
_SURE = 0.999
"""Of a thousand words that a file spells out and that look like it: one may be drawn by a font that maps it wrongly."""
_LOOKED_AT, _SHORTEST = 3, 4
"""Words of a font that are read from the picture too, and their letters at the least."""
_ALIKE = 60.0
"""Percent of a word's letters that are read: Tesseract misses letters, a font that maps wrongly hits none."""
_COARSE_DPI = 150.0
"""Enough for rules and checkboxes that are drawn clean, at a quarter of the time; letters are read at the full one."""
_MARGIN = 4
_COVERED = 0.5
_FOOT = 3
"""Below its baseline a third of a letter's height is a word's: tails of letters, and what underlines them."""


def spelt_words(page: PageImage, readers: Readers) -> tuple[PrintedWord, ...]:
    """The words that the file spells out, of those fonts whose words look the way they are spelt.

    Raises:
        MissingComponentError, PageTimeoutError, PageCrashError: as Readers.read_lines.
    """
    if page.printed is None:
        return ()
    words = page.printed.words
    looked_at = {font: _samples([w for w in words if w.font == font]) for font in dict.fromkeys(w.font for w in words)}
    samples = [word for group in looked_at.values() for word in group]
    texts = iter(readers.read_lines([_crop(page, word) for word in samples], page.dpi))
    wrong = set()
    for font, group in looked_at.items():
        alike = [fuzz.ratio(word.text.casefold(), next(texts).text.casefold()) >= _ALIKE for word in group]
        if alike and 2 * sum(alike) < len(alike):
            wrong.add(font)
    return tuple(word for word in words if word.font not in wrong)


def read_printed(page: PageImage, words: Sequence[PrintedWord], readers: Readers) -> Readings:
    """The readings of a born-digital page, whose words are those.

    Raises:
        MissingComponentError, PageTimeoutError, PageCrashError: as read.
    """
    turned, placed = turned_upright(page, words)
    straight = lay_upright(page, words, turned, _COARSE_DPI)
    # Most such pages hold nothing but what they spell out: to see that, the ink is enough.
    segments = _drawn(segment(straight, InkDetector()), page, placed)
    if segments.layout.lines:
        straight = lay_upright(page, words, turned, page.dpi)
        segments = _drawn(segment(straight, readers.detector), page, placed)
    readings = read(straight, segments, readers)
    layout = readings.layout if straight.dpi == page.dpi else enlarged(readings.layout, page)
    lines = [
        (line, _comb_as_spelt(line, placed) or reading, raised)
        for line, reading, raised in zip(layout.lines, readings.lines, readings.raised, strict=True)
    ]
    combs = [line.box.grown(_MARGIN) for line in layout.lines if line.slots]
    others = [w for w in placed if not any(comb.holds(*w.box.center) for comb in combs)]
    lines += [
        (p.line, _reading(p.words), _reading(p.raised) if p.raised else None) for p in printed_lines(others, layout)
    ]
    lines.sort(key=lambda line: _place(line[0]))
    placed_lines = tuple(line for line, _, _ in lines)
    marks, spelt = with_brackets(layout.marks, placed_lines, [reading for _, reading, _ in lines])
    return Readings(
        replace(layout, lines=placed_lines, marks=marks), tuple(spelt), tuple(raised for _, _, raised in lines)
    )


def _samples(words: Sequence[PrintedWord]) -> list[PrintedWord]:
    """Words of one font, far apart on the page, that can be told by their letters."""
    level = [w for w in words if w.turned == 0 and sum(map(str.isalnum, w.text)) >= _SHORTEST]
    return level[:: max(1, -(-len(level) // _LOOKED_AT))]


def _crop(page: PageImage, word: PrintedWord) -> Crop:
    box = word.box.grown(_MARGIN).clipped(*page.size)
    pixels = page.pixels[box.y : box.bottom, box.x : box.right]
    return Crop(pixels, 255 - pixels, box)


def _drawn(segments: Segments, page: PageImage, words: Sequence[PrintedWord]) -> Segments:
    """What stands on the page, with those of its lines that the file does not spell out."""
    places = enlarged(segments.layout, page).lines
    found = zip(segments.layout.lines, places, strict=True)
    lines = tuple(line for line, place in found if line.slots or not _is_covered(place.box, words))
    return replace(segments, layout=replace(segments.layout, lines=lines))


def _comb_as_spelt(line: TextLine, words: Sequence[PrintedWord]) -> Reading | None:
    """What the file has in the slots of a comb; None for other lines, and where it has nothing there."""
    spelt = comb_words(words, line) if line.slots else ()
    return _reading(spelt) if spelt else None


def _is_covered(box: Box, words: Sequence[PrintedWord]) -> bool:
    """Whether what was found in the picture is a word that the file spells out, or the line under it."""
    level = [word.body for word in words if not word.turned % 90]
    bodies = [Box(b.x, b.y, b.width, b.height + b.height // _FOOT) for b in level]
    shared = [part.area for body in bodies if (part := body.intersection(box)) is not None]
    return sum(shared) > _COVERED * box.area


def _reading(words: Sequence[PrintedWord]) -> Reading:
    told = tuple(Word(word.text, word.box, _SURE) for word in words)
    return Reading(" ".join(word.text for word in words), _SURE, ENGINE, told)


def _place(line: TextLine) -> tuple[int, int, int]:
    return (-1 if line.cell is None else line.cell, line.box.y, line.box.x)
