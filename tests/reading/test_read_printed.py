"""Reading born-digital pages: exact words, fonts that lie found out, pictures in the page still read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from imaging import pdf_files

from digitizer.document.geometry import Box
from digitizer.document.layout import Reading, Word
from digitizer.document.page import PageImage, PageRef, PrintedText, PrintedWord
from digitizer.imaging.load import load_page, probe
from digitizer.reading import read as module
from digitizer.reading.glyphs import GlyphReader
from digitizer.reading.printed import read_printed, spelt_words
from digitizer.reading.prints import NO_MEMORY
from digitizer.reading.read import Readers
from digitizer.reading.tesseract import Crop
from digitizer.settings import Settings

SETTINGS = Settings()


class FakeReader:
    """In place of Tesseract: reads what it is told to, crop after crop, and counts them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *texts: str) -> None:
        self.crops: list[Crop] = []
        self.texts = texts
        monkeypatch.setattr(module, "read_lines", self)

    def __call__(self, crops: Sequence[Crop], dpi: float, language: str, timeout: float) -> list[Reading]:
        self.crops += crops
        texts = (self.texts * len(crops))[: len(crops)] if self.texts else [""] * len(crops)
        words = [(Word(text, crop.box, 0.9),) for text, crop in zip(texts, crops, strict=True)]
        return [Reading(text, 0.9, "tesseract", told) for text, told in zip(texts, words, strict=True)]


@pytest.fixture(scope="module")
def readers(root: Path) -> Readers:
    return Readers(GlyphReader.load(root / "models" / "glyphs"), NO_MEMORY, "eng", 9.0)


def load(path: Path) -> PageImage:
    return load_page(probe(path, SETTINGS), 1, SETTINGS)


def words_of(page: PageImage) -> tuple[PrintedWord, ...]:
    return page.printed.words if page.printed else ()


def test_words_are_exact_and_nothing_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, readers: Readers) -> None:
    fake = FakeReader(monkeypatch)
    content = b"""1 w 50 300 m 250 300 l 250 340 l 50 340 l h 150 300 m 150 340 l S
        BT /F1 10 Tf 55 320 Td (Surname) Tj 100 0 Td (O'Hartmann-Illy) Tj /F1 6 Tf 4 Ts ((1)) Tj ET"""
    page = load(pdf_files.page_pdf(tmp_path / "form.pdf", content, (306, 396)))
    found = read_printed(page, words_of(page), readers)
    assert [(r.text, r.engine, r.confidence) for r in found.lines] == [
        ("Surname", "pdf", 0.999),
        ("O'Hartmann-Illy", "pdf", 0.999),
    ]
    assert [r.text if r else None for r in found.raised] == [None, "(1)"]
    assert len({line.cell for line in found.layout.lines}) == len(found.layout.cells) == 2
    assert (found.layout.size, found.layout.dpi) == (page.size, page.dpi)
    assert not fake.crops


def test_what_is_drawn_is_read_from_the_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, readers: Readers
) -> None:
    """A stamp that was scanned and put into the page, or a word in a font that the file does not spell out."""
    fake = FakeReader(monkeypatch, "RECEIVED")
    content = b"BT /F1 10 Tf 55 320 Td (Surname) Tj ET BT 50 Tz /F1 14 Tf 55 100 Td (Unspelt) Tj ET"
    page = load(pdf_files.page_pdf(tmp_path / "form.pdf", content, (306, 396)))
    found = read_printed(page, words_of(page)[:1], readers)
    assert [(r.text, r.engine) for r in found.lines] == [("Surname", "pdf"), ("RECEIVED", "tesseract")]
    assert len(fake.crops) == 1
    assert found.layout.lines[1].box.grown(4).contains(words_of(page)[1].box)


class TestFontsThatLie:
    def page(self) -> PageImage:
        words = [
            PrintedWord(text, Box(10, 40 * k, 100, 20), Box(10, 40 * k, 100, 22), 0, k // 3)
            for k, text in enumerate(["Surname", "Hartmann", "Street", "Vxuqdph", "Kduwpdqq", "4"])
        ]
        blank = np.full((300, 200), 255, np.uint8)
        return PageImage(PageRef("f.pdf", "5" * 64, 1), blank, 300.0, False, PrintedText(tuple(words), blank, blank))

    def test_are_left_to_the_picture(self, monkeypatch: pytest.MonkeyPatch, readers: Readers) -> None:
        fake = FakeReader(monkeypatch, "SURNAME", "Hartrnann", "Strcet", "Surname", "Hartmann")
        assert [word.text for word in spelt_words(self.page(), readers)] == ["Surname", "Hartmann", "Street"]
        assert len(fake.crops) == 5

    def test_one_misreading_is_tesseracts(self, monkeypatch: pytest.MonkeyPatch, readers: Readers) -> None:
        FakeReader(monkeypatch, "Surname", "", "Street", "Vxuqdph", "xx")
        assert len(spelt_words(self.page(), readers)) == 6


def test_a_comb_is_one_line_as_the_file_spells_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, readers: Readers
) -> None:
    FakeReader(monkeypatch, "XX")
    walls = " ".join(f"{50 + 16 * k} 300 m {50 + 16 * k} 318 l" for k in range(9))
    letters = " ".join(f"1 0 0 1 {54 + 16 * k} 304 Tm ({c}) Tj" for k, c in enumerate("EI 8OIL0") if c != " ")
    content = f"1 w {walls} 50 300 m 178 300 l 50 318 m 178 318 l S BT /F1 11 Tf {letters} ET".encode()
    page = load(pdf_files.page_pdf(tmp_path / "comb.pdf", content, (306, 396)))
    found = read_printed(page, words_of(page), readers)
    assert [(r.text, r.engine) for r in found.lines] == [("EI 8OIL0", "pdf")]
    (line,) = found.layout.lines
    assert len(line.slots) == 8
    assert line.cell is not None
