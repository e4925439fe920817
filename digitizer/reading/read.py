"""Read a segmented page: print by memory, lone characters by the glyph reader, raised markers apart, else Tesseract."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from digitizer.document.geometry import Box
from digitizer.document.layout import Layout, Reading, Readings, TextLine, Word
from digitizer.document.page import Pixels, StraightPage
from digitizer.imaging.segment import Segments
from digitizer.imaging.text_detector import InkDetector, TextDetector
from digitizer.reading.again import Eyes, read_again, words_again
from digitizer.reading.brackets import with_brackets
from digitizer.reading.checkbox_classifier import AS_FOUND, CheckboxClassifier
from digitizer.reading.double import SURE, SecondReader, merge
from digitizer.reading.doubts import find_doubts, is_running_text
from digitizer.reading.glyphs import GlyphReader
from digitizer.reading.handwriting import UNTAUGHT, HandwritingClassifier
from digitizer.reading.lexicon import Lexicon, words_of
from digitizer.reading.linereader import LineReader
from digitizer.reading.on_end import EndReader
from digitizer.reading.on_rules import with_rule
from digitizer.reading.prints import PrintMemory, reading_of
from digitizer.reading.set_close import in_slots, set_close
from digitizer.reading.stamped import leveled, plumb
from digitizer.reading.superscripts import read_raised, split_raised
from digitizer.reading.tesseract import NOTHING, Crop, read_lines

_MARGIN = 3
_MARKER_HEIGHT, _MARKER_WIDTH = 0.13, 0.7
"""Inches: the largest line that may be footnote markers alone."""
_MOST_MARKER_PARTS = 15
_MARKER_LIKE = re.compile(r"[({\[<]{d}{0,3}[)}\]>]?|{d}{1,3}[)}\]>]".replace("{d}", r"[\dlI|oOQqsSzZgB?iXx ]"))
"""What is read of a marker alone that has grown together."""
_SURE = 0.6
_FEW_REMEMBERED, _ALIKE = 6, 0.9


@dataclass(frozen=True, slots=True)
class _Line:
    """A line made ready. ink, pixels: crops of its text, raised ink cut off; box: their place on the page.

    raised: the reading of that raised ink; known: the line's own reading, where its picture is remembered; ruled: the
    pixels with the rule that the letters touch.
    """

    line: TextLine
    box: Box
    ink: Pixels
    pixels: Pixels
    raised: Reading | None = None
    known: Reading | None = None
    ruled: Pixels | None = None


@dataclass(frozen=True, slots=True)
class Readers:
    """The readers of a page.

    language: Tesseract's; timeout: seconds that it may take; second, quick: other readers, where installed; lines:
    Tesseract's network, where it can be run without it; hand: tells handwriting; ticks: tells marked checkboxes; every:
    whether the second reads all that may be entries.
    """

    glyphs: GlyphReader
    memory: PrintMemory
    language: str
    timeout: float
    second: SecondReader | None = None
    lines: LineReader | None = None
    hand: HandwritingClassifier = UNTAUGHT
    ticks: CheckboxClassifier = AS_FOUND
    every: bool = False
    quick: SecondReader | None = None
    detector: TextDetector = InkDetector()  # noqa: RUF009

    def read_lines(self, crops: Sequence[Crop], dpi: float) -> list[Reading]:
        """Tesseract's reading of each crop.

        Raises:
            MissingComponentError, PageTimeoutError, PageCrashError: as read_lines.
        """
        if self.lines is not None:
            readings = self.lines.read(crops, dpi)
        else:
            readings = read_lines(crops, dpi, self.language, self.timeout)
        return [_without_bars(reading) for reading in readings]


def read(page: StraightPage, segments: Segments, readers: Readers) -> Readings:
    """The readings of all lines of a page, each by the first reader that knows it.

    Raises:
        MissingComponentError, PageTimeoutError, PageCrashError: as read_lines.
    """
    pixels = _without_rules(page, segments.ink)
    lines = [_prepare(page, pixels, segments, line, readers) for line in segments.layout.lines]
    lines = [_with_rule(page, segments, line) for line in _without_chance(lines)]
    markers = _read_markers(lines, page.dpi, readers.glyphs)
    readings = [line.known or markers.get(k) for k, line in enumerate(lines)]
    waiting = [k for k, reading in enumerate(readings) if reading is None and not lines[k].line.sideways]
    for k, reading in zip(waiting, readers.read_lines([_crop(lines[k]) for k in waiting], page.dpi), strict=True):
        readings[k] = _without_echo(reading, lines[k].ink, page.dpi)
    on_end = EndReader(pixels, segments.ink, page.dpi, readers.read_lines, readers.lines, readers.second)
    for k, line in enumerate(lines):
        if line.line.sideways:
            readings[k] = on_end.read(line.line)
    marks = readers.ticks.tell(page.ink, page.pixels, segments.layout.marks, page.dpi)
    layout: Layout = replace(segments.layout, lines=tuple(line.line for line in lines), marks=marks)
    on_rules = {k for k, line in enumerate(lines) if line.ruled is not None}
    eyes = _eyes(readings, page.dpi, readers)
    doubts = find_doubts(layout, readings, readers.memory, on_rules, readers.every)
    entries = find_doubts(layout, readings, readers.memory, every=True)
    sure = [k for k in entries if k not in doubts and not is_running_text(lines[k].line)]
    for k in doubts + _quickly(lines, readings, sure, readers.quick):
        readings[k] = _doubt(lines[k], readings[k] or NOTHING, eyes, readers.every)
    for k in waiting:
        readings[k] = _grown_marker(lines[k], readings[k] or NOTHING, page.dpi, readers.glyphs) or readings[k]
    for k, line in enumerate(lines):
        if line.line.slots:
            ink = line_ink(segments, line.line)
            readings[k] = in_slots(readings[k] or NOTHING, ink, line.box, line.line.slots)
    readings = _with_hands(lines, readings, page.dpi, readers.hand)
    marks, read_as = with_brackets(marks, layout.lines, [r or NOTHING for r in readings])
    return Readings(replace(layout, marks=marks), tuple(read_as), tuple(line.raised for line in lines))


def _without_bars(reading: Reading) -> Reading:
    """A reading with each bar that stands for a word told as what it is: no form prints bars, but capital i's.

    A line of nothing else may be what is left of a frame.
    """
    if len(reading.words) < 2 or all(w.text != "|" for w in reading.words):
        return reading
    words = tuple(replace(w, text="I") if w.text == "|" else w for w in reading.words)
    return replace(reading, text=" ".join(w.text for w in words), words=words)


def _without_echo(reading: Reading, ink: Pixels, dpi: float) -> Reading:
    """The reading of a single letter, of which networks made a small and a capital one: 'xX' of one piece of ink."""
    text = reading.text
    if len(text) != 2 or not text.isalpha() or text[0].casefold() != text[1].casefold() or len(_parts(ink, dpi)) != 1:
        return reading
    word = replace(reading.words[0], text=text.upper()[0])
    return replace(reading, text=word.text, words=(word,))


def _without_chance(lines: Sequence[_Line]) -> list[_Line]:
    """The lines; where hardly any is remembered, those that are somewhat alike are so by chance: it is another form."""
    likeness = [line.known.confidence for line in lines if line.known is not None]
    if len(likeness) >= _FEW_REMEMBERED:
        return list(lines)
    return [
        line if line.known is None or line.known.confidence >= _ALIKE else replace(line, known=None) for line in lines
    ]


def _with_hands(
    lines: Sequence[_Line], readings: Sequence[Reading | None], dpi: float, hand: HandwritingClassifier
) -> list[Reading | None]:
    """The readings with what was written by hand told; known print and lone glyphs were not."""
    asked = [k for k, r in enumerate(readings) if r is not None and r.engine not in ("print", "glyph")]
    told = list(readings)
    for k, chance in zip(asked, hand.probabilities([lines[k].ink for k in asked], dpi), strict=True):
        reading = told[k]
        told[k] = replace(reading, hand=round(float(chance), 4)) if reading is not None else None
    return told


def _crop(line: _Line) -> Crop:
    return Crop(line.pixels, line.ink, line.box)


def _eyes(readings: Sequence[Reading | None], dpi: float, readers: Readers) -> Eyes:
    """What looks again at a page: its sure readings tell the words that a doubtful one may be."""
    sure = words_of(r.text for r in readings if r is not None and r.confidence >= SURE)
    lexicon = Lexicon(readers.lines.model.words, sure) if readers.lines is not None else None
    return Eyes(readers.second, readers.lines, lexicon, dpi)


def _quickly(
    lines: Sequence[_Line], readings: list[Reading | None], entries: Sequence[int], quick: SecondReader | None
) -> list[int]:
    """Those of the entries, by number, that Tesseract read surely, but the quick reader otherwise.

    In `readings` the others become surer: what two say is.
    """
    if quick is None:
        return []
    denied = []
    for k in entries:
        reading = readings[k] or NOTHING
        text, chance = quick.read(lines[k].pixels)
        if text == reading.text:
            readings[k] = merge(reading, text, chance, lines[k].line.box)
        elif text.replace(" ", "") != reading.text.replace(" ", ""):
            denied.append(k)
    return denied


def _doubt(line: _Line, reading: Reading, eyes: Eyes, every: bool) -> Reading:
    """A doubtful line read again, as an entry or, in running text, word by word."""
    if is_running_text(line.line) and not every:
        return words_again(_crop(line), reading, eyes)
    return read_again(_crop(line), line.ruled, line.line.box, reading, eyes) if _parts(line.ink, eyes.dpi) else reading


def line_ink(segments: Segments, line: TextLine) -> Pixels:
    """A line's ink as its readers see it: uint8 crop, 255 where there is ink."""
    height, width = segments.ink.shape
    box = line.box.grown(_MARGIN).clipped(width, height)
    crop: Pixels = segments.ink[box.y : box.bottom, box.x : box.right]
    return crop


def _without_rules(page: StraightPage, ink: Pixels) -> Pixels:
    """The page's grey pixels with rules and checkbox frames painted over: uint8 like page.pixels."""
    erased = cv2.bitwise_and(page.ink, cv2.bitwise_not(ink))
    around = cv2.dilate(erased, np.ones((3, 3), np.uint8))
    return np.asarray(cv2.bitwise_or(page.pixels, cv2.bitwise_and(around, cv2.bitwise_not(ink))), np.uint8)


def _prepare(page: StraightPage, pixels: Pixels, segments: Segments, line: TextLine, readers: Readers) -> _Line:
    box = line.box.grown(_MARGIN).clipped(*page.size)
    if line.stamped and segments.stamps is not None:
        level = leveled(segments.stamps, line, page.dpi)
        return _Line(line, line.box, level, 255 - level)
    if line.sideways:
        return _Line(line, box, plumb(segments.ink, line, page.dpi, 0), plumb(pixels, line, page.dpi, 255))
    own_ink = line_ink(segments, line)
    own = pixels[box.y : box.bottom, box.x : box.right]
    if line.slots:
        return _Line(line, box, *set_close(own_ink, own, box.x, line.slots))
    known = readers.memory.recognise(own_ink)
    if known is not None:
        return _Line(line, box, own_ink, own, None, reading_of(*known, line.box))
    raised = split_raised(own_ink, page.dpi)
    if raised is None:
        return _Line(line, box, own_ink, own)
    area = raised.box
    rows, columns = slice(area.y, area.bottom), slice(area.x, area.right)
    reading = read_raised(readers.glyphs, own[rows, columns], own_ink[rows, columns])
    if not reading.text:
        return _Line(line, box, own_ink, own)
    width = max(1, raised.split - 1)
    text_box = Box(box.x, box.y, width, box.height)
    cut = replace(
        line, box=replace(line.box, width=max(1, box.x + width - line.box.x)), raised=area.moved(box.x, box.y)
    )
    return _Line(cut, text_box, own_ink[:, :width], own[:, :width], reading)


def _with_rule(page: StraightPage, segments: Segments, line: _Line) -> _Line:
    if line.known is not None:
        return line
    rules, stamps = segments.layout.rules, segments.stamps
    return replace(line, ruled=with_rule(line.line, line.box, rules, page.pixels, stamps, page.dpi))


def _parts(ink: Pixels, dpi: float) -> list[Box]:
    """The characters of a line's ink, without its stops and specks."""
    contours, _ = cv2.findContours(ink, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    boxes = [Box(*cv2.boundingRect(c)) for c in contours]
    return [b for b in boxes if b.height >= 0.04 * dpi]


def _read_markers(lines: Sequence[_Line], dpi: float, glyphs: GlyphReader) -> dict[int, Reading]:
    """The readings of lines that are nothing but footnote markers, as where they wrapped or stand for a date."""
    framed = {k: parts for k, line in enumerate(lines) if len(parts := _marker_parts(line, dpi)) >= 2}
    ends = [_inside(lines[k].pixels, p) for k, parts in framed.items() for p in (parts[0], parts[-1])]
    likely = glyphs.read(ends)
    found: dict[int, Reading] = {}
    for n, (k, parts) in enumerate(framed.items()):
        if likely[2 * n].text != "(" or likely[2 * n + 1].text != ")":
            continue
        reading = read_raised(glyphs, lines[k].pixels, lines[k].ink)
        # A word in parentheses has more characters than the marker that could be made of it.
        if reading.confidence >= _SURE and reading.text.startswith("(") and len(parts) <= len(reading.text):
            word = Word(reading.text, lines[k].line.box, reading.confidence)
            found[k] = replace(reading, words=(word,))
    return found


def _grown_marker(line: _Line, reading: Reading, dpi: float, glyphs: GlyphReader) -> Reading | None:
    """The reading of a marker that stands alone, its characters grown together, by what was made of it."""
    if not _MARKER_LIKE.fullmatch(reading.text) or not _is_small(line.line.box, dpi):
        return None
    raised = read_raised(glyphs, line.pixels, line.ink)
    if not raised.text.startswith("(") or raised.confidence < _SURE:
        return None
    return replace(raised, words=(Word(raised.text, line.line.box, raised.confidence),))


def _marker_parts(line: _Line, dpi: float) -> list[Box]:
    """The characters of a line, left to right, if it is small and begins and ends narrow; none for others."""
    box = line.line.box
    if line.known or line.raised or line.line.stamped or not _is_small(box, dpi):
        return []
    parts = sorted(_parts(line.ink, dpi))
    narrow = len(parts) >= 2 and all(p.width <= 0.6 * p.height for p in (parts[0], parts[-1]))
    return parts if narrow and len(parts) <= _MOST_MARKER_PARTS else []


def _is_small(box: Box, dpi: float) -> bool:
    return box.height <= _MARKER_HEIGHT * dpi and box.width <= _MARKER_WIDTH * dpi


def _inside(pixels: Pixels, place: Box) -> Pixels:
    return pixels[place.y : place.bottom, place.x : place.right]
