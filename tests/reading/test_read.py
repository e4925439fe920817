"""Reading a page: each line by the first reader that knows it; Tesseract faked where the test is not about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from digitizer.document.geometry import Box, Transform
from digitizer.document.layout import Reading
from digitizer.document.page import PageRef, Pixels, StraightPage
from digitizer.errors import PageTimeoutError
from digitizer.imaging.segment import Segments, segment
from digitizer.imaging.text_detector import InkDetector
from digitizer.reading import read as module
from digitizer.reading.double import SecondReader
from digitizer.reading.glyphs import GlyphReader
from digitizer.reading.joint import Table
from digitizer.reading.linereader import load_line_reader
from digitizer.reading.placing import place_words
from digitizer.reading.prints import NO_MEMORY, PrintMemory, picture_of, remember
from digitizer.reading.read import Readers, _without_bars, _without_echo, line_ink, read
from digitizer.reading.tesseract import Crop
from tests.reading.network_tables import table_of

DPI = 300.0


@pytest.fixture(scope="module")
def glyphs(root: Path) -> GlyphReader:
    return GlyphReader.load(root / "models" / "glyphs")


def page_of(*texts: tuple[int, int, str, int], rule: int = 0) -> StraightPage:
    """Texts at (x, y) in a size, in pixels at 300 dpi, and a rule across at a height."""
    image = Image.new("L", (1200, 600), 255)
    pen = ImageDraw.Draw(image)
    for x, y, text, size in texts:
        pen.text((x, y), text, font=ImageFont.load_default(size), fill=0)
    if rule:
        pen.rectangle((50, rule, 1150, rule + 2), fill=0)
    pixels: Pixels = np.where(np.asarray(image) > 127, 255, 0).astype(np.uint8)
    ref = PageRef("drawn.pdf", "5" * 64, 1)
    return StraightPage(ref, pixels, 255 - pixels, DPI, True, Transform(), (1200, 600), 0.0, 0)


class FakeReader:
    """In place of Tesseract: says how many crops it was given, and reads each as its number."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.crops: list[Crop] = []
        self.calls = 0
        monkeypatch.setattr(module, "read_lines", self)

    def __call__(self, crops: Sequence[Crop], dpi: float, language: str, timeout: float) -> list[Reading]:
        self.calls += 1
        self.crops += crops
        return [Reading(f"crop {k}", 0.9, "tesseract") for k in range(len(crops))]


def remembering(page: StraightPage, segments: Segments, line: int, text: str) -> PrintMemory:
    picture = picture_of(line_ink(segments, segments.layout.lines[line]))
    assert picture is not None
    return remember([(text, *picture)], 0.9)


def test_print_known_by_sight_is_not_read_again(monkeypatch: pytest.MonkeyPatch, glyphs: GlyphReader) -> None:
    fake = FakeReader(monkeypatch)
    page = page_of((60, 100, "Name of Issuer", 44), (60, 300, "LIVEPERSON INC", 44))
    segments = segment(page, InkDetector())
    memory = remembering(page, segments, 0, "Name of Issuer")
    found = read(page, segments, Readers(glyphs, memory, "eng", 9.0))
    assert [r.engine for r in found.lines] == ["print", "tesseract"]
    assert [r.text for r in found.lines] == ["Name of Issuer", "crop 0"]
    assert len(fake.crops) == 1
    assert found.layout.lines[1].box.grown(5).contains(fake.crops[0].box)


def test_a_raised_marker_is_cut_off_and_read_apart(monkeypatch: pytest.MonkeyPatch, glyphs: GlyphReader) -> None:
    fake = FakeReader(monkeypatch)
    large, small = (ImageFont.truetype("LiberationSans-Regular.ttf", size) for size in (40, 28))
    image = Image.fromarray(page_of().pixels)
    pen = ImageDraw.Draw(image)
    pen.text((60, 150), "306,250", fill=0, font=large, anchor="ls")
    pen.text((60 + large.getlength("306,250"), 137), "(4)", fill=0, font=small, anchor="ls")
    pixels: Pixels = np.where(np.asarray(image) > 127, 255, 0).astype(np.uint8)
    page = replace(page_of(), pixels=pixels, ink=255 - pixels)
    segments = segment(page, InkDetector())
    before = segments.layout.lines[0].box
    found = read(page, segments, Readers(glyphs, NO_MEMORY, "eng", 9.0))
    (marker,), (line,) = found.raised, found.layout.lines
    assert marker is not None
    assert marker.text == "(4)"
    assert line.raised is not None
    assert line.raised.x >= line.box.right - 3
    assert line.box.right < before.right
    assert fake.crops[0].box.right < line.raised.center[0]


def test_every_line_has_a_reading_and_all_unknown_ones_go_in_one_call(
    monkeypatch: pytest.MonkeyPatch, glyphs: GlyphReader
) -> None:
    fake = FakeReader(monkeypatch)
    page = page_of(*((60, 60 + 70 * k, f"Line of words number {k}", 36) for k in range(6)))
    segments = segment(page, InkDetector())
    found = read(page, segments, Readers(glyphs, NO_MEMORY, "eng", 9.0))
    assert len(found.lines) == len(found.raised) == len(segments.layout.lines) == 6
    assert [r.text for r in found.lines] == [f"crop {k}" for k in range(6)]
    assert fake.calls == 1


def test_a_blank_page_gives_no_readings(monkeypatch: pytest.MonkeyPatch, glyphs: GlyphReader) -> None:
    FakeReader(monkeypatch)
    page = page_of()
    found = read(page, segment(page, InkDetector()), Readers(glyphs, NO_MEMORY, "eng", 9.0))
    assert (found.lines, found.raised) == ((), ())


def test_crops_are_read_without_the_rules_that_touch_them(monkeypatch: pytest.MonkeyPatch, glyphs: GlyphReader) -> None:
    fake = FakeReader(monkeypatch)
    page = page_of((60, 100, "COMMON STOCK", 44), rule=146)
    read(page, segment(page, InkDetector()), Readers(glyphs, NO_MEMORY, "eng", 9.0))
    (crop,) = fake.crops
    dark = crop.pixels < 128
    assert dark.any()
    assert dark.mean(axis=1).max() < 0.75, "no row of the crop is a rule"


def test_a_timeout_of_the_engine_is_not_hidden(monkeypatch: pytest.MonkeyPatch, glyphs: GlyphReader) -> None:
    def hang(*_: object) -> list[Reading]:
        raise PageTimeoutError("tesseract took longer than 9 seconds")

    monkeypatch.setattr(module, "read_lines", hang)
    page = page_of((60, 100, "COMMON STOCK", 44))
    with pytest.raises(PageTimeoutError):
        read(page, segment(page, InkDetector()), Readers(glyphs, NO_MEMORY, "eng", 9.0))


@pytest.mark.tesseract
@pytest.mark.parametrize("within", [False, True], ids=["Tesseract itself", "its network in this process"])
def test_words_characters_and_rules_on_one_page_are_read_rightly(
    monkeypatch: pytest.MonkeyPatch, glyphs: GlyphReader, within: bool
) -> None:
    page = page_of((60, 100, "LIVEPERSON INC", 44), (700, 100, "D", 44), (60, 300, "11/17/2009", 44), rule=220)
    lines = load_line_reader("eng") if within else None
    if within:
        assert lines is not None
        monkeypatch.setattr(module, "read_lines", lambda *_: pytest.fail("Tesseract was started"))
    found = read(page, segment(page, InkDetector()), Readers(glyphs, NO_MEMORY, "eng", 30.0, lines=lines))
    texts = {r.text: line.box for r, line in zip(found.lines, found.layout.lines, strict=True)}
    assert set(texts) == {"LIVEPERSON INC", "D", "11/17/2009"}
    assert Box(50, 95, 400, 60).contains(texts["LIVEPERSON INC"])
    assert all(r.confidence > 0.5 for r in found.lines)


def test_a_bar_among_words_is_a_capital_i() -> None:
    words = place_words("225 | Street", 0.9, Box(0, 0, 120, 20))
    assert _without_bars(Reading("225 | Street", 0.9, "tesseract", words)).text == "225 I Street"
    alone = Reading("|", 0.9, "tesseract", place_words("|", 0.9, Box(0, 0, 5, 20)))
    assert _without_bars(alone) is alone, "it may be what is left of a frame"


def test_an_entry_that_was_read_surely_is_read_again_where_the_quick_reader_sees_another(
    monkeypatch: pytest.MonkeyPatch, glyphs: GlyphReader
) -> None:
    sure = [Reading(f"crop {k}", 0.99, "tesseract", place_words(f"crop {k}", 0.99, Box(0, 0, 9, 9))) for k in (0, 1)]
    monkeypatch.setattr(module, "read_lines", lambda *_: sure)
    asked: list[int] = []

    class Quick:
        def read(self, pixels: Pixels) -> tuple[str, float]:
            asked.append(len(asked))
            return ("crop 0" if len(asked) == 1 else "crop 7"), 0.9

    class Second:
        def tell(self, pixels: Pixels) -> tuple[str, float, Table]:
            return "crop 7", 0.99, table_of("crop 7", spaced=False)

    readers = Readers(glyphs, NO_MEMORY, "eng", 9.0, cast(SecondReader, Second()), quick=cast(SecondReader, Quick()))
    page = page_of((60, 100, "Direct", 44), (60, 300, "Indirect", 44))
    found = read(page, segment(page, InkDetector()), readers)
    assert len(asked) == 2
    assert [r.text for r in found.lines] == ["crop 0", "crop 7"]


def test_one_letter_is_not_read_as_two() -> None:
    ink = np.zeros((40, 60), np.uint8)
    ink[5:35, 5:30] = 255
    told = Reading("xX", 0.8, "tesseract", place_words("xX", 0.8, Box(0, 0, 30, 40)))
    assert _without_echo(told, ink, DPI).text == "X"
    ink[5:35, 40:55] = 255
    assert _without_echo(told, ink, DPI) is told, "there are two"
    eleven = Reading("11", 0.8, "tesseract", place_words("11", 0.8, Box(0, 0, 30, 40)))
    assert _without_echo(eleven, ink, DPI) is eleven
