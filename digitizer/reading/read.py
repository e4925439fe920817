"""Read a segmented page: print by memory, lone characters by the glyph reader, raised markers apart, else Tesseract."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from digitizer.document.geometry import Box
from digitizer.document.layout import Layout, Reading, Readings, TextLine, Word
from digitizer.document.page import Pixels, StraightPage
from digitizer.imaging.segment import Segments
from digitizer.reading.glyphs import GlyphReader
from digitizer.reading.prints import PrintMemory, reading_of
from digitizer.reading.superscripts import read_raised, split_raised
from digitizer.reading.tesseract import NOTHING, Crop, read_lines

_MARGIN = 3
_MARKER_HEIGHT, _MARKER_WIDTH = 0.13, 0.7
"""Inches: the largest line that may be footnote markers alone."""
_MOST_MARKER_PARTS = 15
_SURE = 0.6
_LONE_GLYPH = 1.7
"""A line not wider than so many times its height may be a single character."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line made ready. ink, pixels: crops of its text, raised ink cut off; box: their place on the page.

    raised: the reading of that raised ink; known: the line's own reading, where its picture is remembered.
    """

    line: TextLine
    box: Box
    ink: Pixels
    pixels: Pixels
    raised: Reading | None = None
    known: Reading | None = None


@dataclass(frozen=True, slots=True)
class Readers:
    """The readers of a page. language: Tesseract's; timeout: seconds that it may take for the page."""

    glyphs: GlyphReader
    memory: PrintMemory
    language: str
    timeout: float


def read(page: StraightPage, segments: Segments, readers: Readers) -> Readings:
    """The readings of all lines of a page, each by the first reader that knows it.

    Raises:
        MissingComponentError, PageTimeoutError, PageCrashError: as read_lines.
    """
    pixels = _without_rules(page, segments.ink)
    lines = [_prepare(page, pixels, segments, line, readers) for line in segments.layout.lines]
    readings = [_read_by_sight(line, page.dpi, readers) for line in lines]
    waiting = [k for k, reading in enumerate(readings) if reading is None]
    crops = [Crop(lines[k].pixels, lines[k].box) for k in waiting]
    for k, reading in zip(waiting, read_lines(crops, page.dpi, readers.language, readers.timeout), strict=True):
        readings[k] = reading
    layout: Layout = replace(segments.layout, lines=tuple(line.line for line in lines))
    return Readings(layout, tuple(r or NOTHING for r in readings), tuple(line.raised for line in lines))


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
    pixels = page.pixels.copy()
    pixels[(around > 0) & (ink == 0)] = 255
    return pixels


def _prepare(page: StraightPage, pixels: Pixels, segments: Segments, line: TextLine, readers: Readers) -> _Line:
    box = line.box.grown(_MARGIN).clipped(*page.size)
    own_ink = line_ink(segments, line)
    own = pixels[box.y : box.bottom, box.x : box.right]
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


def _read_by_sight(line: _Line, dpi: float, readers: Readers) -> Reading | None:
    """The reading of a line that needs no Tesseract: remembered print, a lone character, a marker; None for others."""
    return line.known or _read_glyph(line, dpi, readers.glyphs) or _read_marker(line, dpi, readers.glyphs)


def _read_glyph(line: _Line, dpi: float, glyphs: GlyphReader) -> Reading | None:
    """The reading of a line that is a single character; None for all others."""
    box = line.line.box
    if box.width > _LONE_GLYPH * box.height or box.height > 0.3 * dpi:
        return None
    parts = _parts(line.ink, dpi)
    if len(parts) != 1:
        return None
    area = parts[0]
    crop = line.pixels[area.y : area.bottom, area.x : area.right]
    reading = glyphs.read([crop])[0]
    if not reading.text:
        return None
    place = area.moved(line.box.x, line.box.y)
    return replace(reading, words=(Word(reading.text, place, reading.confidence),))


def _parts(ink: Pixels, dpi: float) -> list[Box]:
    """The characters of a line's ink, without its stops and specks."""
    contours, _ = cv2.findContours(ink, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    boxes = [Box(*cv2.boundingRect(c)) for c in contours]
    return [b for b in boxes if b.height >= 0.04 * dpi]


def _read_marker(line: _Line, dpi: float, glyphs: GlyphReader) -> Reading | None:
    """The reading of a line that is nothing but footnote markers, as where they wrapped; None for all others."""
    box = line.line.box
    if line.raised is not None or box.height > _MARKER_HEIGHT * dpi or box.width > _MARKER_WIDTH * dpi:
        return None
    parts = _parts(line.ink, dpi)
    if not 2 <= len(parts) <= _MOST_MARKER_PARTS:
        return None
    reading = read_raised(glyphs, line.pixels, line.ink)
    # A word in parentheses has more characters than the marker that could be made of it.
    if reading.confidence < _SURE or not reading.text.startswith("(") or len(parts) > len(reading.text):
        return None
    return replace(reading, words=(Word(reading.text, box, reading.confidence),))
