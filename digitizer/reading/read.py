"""Read a segmented page: lone characters by the glyph reader, raised markers apart, all other lines by Tesseract."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from digitizer.document.geometry import Box
from digitizer.document.layout import Layout, Reading, Readings, TextLine, Word
from digitizer.document.page import Pixels, StraightPage
from digitizer.imaging.segment import Segments
from digitizer.reading.glyphs import GlyphReader
from digitizer.reading.superscripts import read_raised, split_raised
from digitizer.reading.tesseract import NOTHING, Crop, read_lines

_MARGIN = 3
_LONE_GLYPH = 1.7
"""A line not wider than so many times its height may be a single character."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line made ready. ink, pixels: crops of its text (raised ink cut off); box: their place on the page."""

    line: TextLine
    box: Box
    ink: Pixels
    pixels: Pixels
    raised: Reading | None


def read(page: StraightPage, segments: Segments, glyphs: GlyphReader, language: str, timeout: float) -> Readings:
    """The readings of all lines of a page.

    timeout: seconds that Tesseract may take for the page.

    Raises:
        MissingComponentError, PageTimeoutError, PageCrashError: as read_lines.
    """
    pixels = _without_rules(page, segments.ink)
    lines = [_prepare(page, pixels, segments.ink, line, glyphs) for line in segments.layout.lines]
    readings: list[Reading | None] = [_read_glyph(line, page.dpi, glyphs) for line in lines]
    waiting = [k for k, reading in enumerate(readings) if reading is None]
    crops = [Crop(lines[k].pixels, lines[k].box) for k in waiting]
    for k, reading in zip(waiting, read_lines(crops, page.dpi, language, timeout), strict=True):
        readings[k] = reading
    layout: Layout = replace(segments.layout, lines=tuple(line.line for line in lines))
    return Readings(layout, tuple(r or NOTHING for r in readings), tuple(line.raised for line in lines))


def _without_rules(page: StraightPage, ink: Pixels) -> Pixels:
    """The page's grey pixels with rules and checkbox frames painted over: uint8 like page.pixels."""
    erased = cv2.bitwise_and(page.ink, cv2.bitwise_not(ink))
    around = cv2.dilate(erased, np.ones((3, 3), np.uint8))
    pixels = page.pixels.copy()
    pixels[(around > 0) & (ink == 0)] = 255
    return pixels


def _prepare(page: StraightPage, pixels: Pixels, ink: Pixels, line: TextLine, glyphs: GlyphReader) -> _Line:
    box = line.box.grown(_MARGIN).clipped(*page.size)
    own_ink = ink[box.y : box.bottom, box.x : box.right]
    own = pixels[box.y : box.bottom, box.x : box.right]
    raised = split_raised(own_ink, page.dpi)
    if raised is None:
        return _Line(line, box, own_ink, own, None)
    area = raised.box
    rows, columns = slice(area.y, area.bottom), slice(area.x, area.right)
    reading = read_raised(glyphs, own[rows, columns], own_ink[rows, columns])
    if not reading.text:
        return _Line(line, box, own_ink, own, None)
    width = max(1, raised.split - 1)
    text_box = Box(box.x, box.y, width, box.height)
    cut = replace(line, box=replace(line.box, width=max(1, box.x + width - line.box.x)), raised=area.moved(box.x, box.y))
    return _Line(cut, text_box, own_ink[:, :width], own[:, :width], reading)


def _read_glyph(line: _Line, dpi: float, glyphs: GlyphReader) -> Reading | None:
    """The reading of a line that is a single character; None for all others."""
    box = line.line.box
    if box.width > _LONE_GLYPH * box.height or box.height > 0.3 * dpi:
        return None
    contours, _ = cv2.findContours(line.ink, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    parts = [Box(*cv2.boundingRect(c)) for c in contours]
    parts = [p for p in parts if p.height >= 0.04 * dpi]
    if len(parts) != 1:
        return None
    area = parts[0]
    crop = line.pixels[area.y : area.bottom, area.x : area.right]
    reading = glyphs.read([crop])[0]
    if not reading.text:
        return None
    place = area.moved(line.box.x, line.box.y)
    return replace(reading, words=(Word(reading.text, place, reading.confidence),))
