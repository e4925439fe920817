"""Born-digital pages: what the file spells out is taken from it, where it is what one sees."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pdf_files
import pytest

from digitizer.document.page import PageImage, Pixels, PrintedWord
from digitizer.imaging.load import load_page, probe
from digitizer.settings import Settings

SETTINGS = Settings()
SHEET = (306, 396)
HELLO = b"BT /F1 12 Tf 20 300 Td (Surname: Hartmann) Tj ET "


def load(path: Path) -> PageImage:
    return load_page(probe(path, SETTINGS), 1, SETTINGS)


def words_of(page: PageImage) -> tuple[PrintedWord, ...]:
    return page.printed.words if page.printed else ()


def texts(page: PageImage) -> list[str]:
    return [word.text for word in words_of(page)]


def has_ink(pixels: Pixels, word: PrintedWord) -> bool:
    """Whether the word's box is that of the ink there, give or take its softened edge."""
    around = word.box.grown(6)
    ink = pixels[around.y : around.bottom, around.x : around.right] < 128
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    ends = np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1])
    return bool(np.abs(ends - (6, 6, 6 + word.box.width, 6 + word.box.height)).max() <= 2)


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_words_and_boxes_are_exact(tmp_path: Path, turned: int) -> None:
    page = load(pdf_files.page_pdf(tmp_path / "f.pdf", HELLO, SHEET, b"/Rotate %d" % turned))
    assert texts(page) == ["Surname:", "Hartmann"]
    assert all(has_ink(page.pixels, word) for word in words_of(page)[:4])
    assert {word.turned for word in words_of(page)} == {turned}
    assert not page.bilevel


def test_crop_box_moves_the_words(tmp_path: Path) -> None:
    page = load(pdf_files.page_pdf(tmp_path / "f.pdf", HELLO, SHEET, b"/CropBox [10 200 300 350]"))
    assert all(has_ink(page.pixels, word) for word in words_of(page)[:4])
    assert page.size == (round(290 * 300 / 72) + 1, 625)


@pytest.mark.parametrize("way", [90, 270])
def test_text_on_end(tmp_path: Path, way: int) -> None:
    matrix = b"0 -1 1 0 150 300" if way == 90 else b"0 1 -1 0 150 100"
    page = load(pdf_files.page_pdf(tmp_path / "f.pdf", b"BT /F1 12 Tf %s Tm (Hartmann) Tj ET" % matrix, SHEET))
    (word,) = words_of(page)
    assert word.turned == way
    assert word.box.height > 3 * word.box.width
    assert has_ink(page.pixels, word)


@pytest.mark.parametrize(
    "unseen",
    [
        b"BT 3 Tr /F1 12 Tf 20 200 Td (of an OCR layer) Tj ET",
        b"BT 1 g /F1 12 Tf 20 200 Td (white on white) Tj ET",
        b"BT /F1 12 Tf 20 500 Td (beyond the edge) Tj ET",
        b"BT /F1 12 Tf 20 200 Td (under a picture) Tj ET 1 g 0 190 306 30 re f",
        b"q 0 0 5 5 re W n BT /F1 12 Tf 20 200 Td (clipped off) Tj ET Q",
    ],
)
def test_what_is_not_seen_is_not_taken(tmp_path: Path, unseen: bytes) -> None:
    content = HELLO + b"BT /F1 12 Tf 20 260 Td (First name: Marie) Tj ET " + unseen
    assert texts(load(pdf_files.page_pdf(tmp_path / "f.pdf", content, SHEET)))[:2] == ["Surname:", "Hartmann"]
    assert len(texts(load(pdf_files.page_pdf(tmp_path / "f.pdf", content, SHEET)))) == 5
    alone = b"20 20 100 100 re S " + unseen
    assert load(pdf_files.page_pdf(tmp_path / "g.pdf", alone, SHEET)).printed is None


def test_an_ocr_layer_over_what_is_spelt_out_is_not_taken(tmp_path: Path) -> None:
    content = HELLO + b"BT 3 Tr /F1 12 Tf 20 300 Td (Sumame:) Tj ET"
    assert texts(load(pdf_files.page_pdf(tmp_path / "f.pdf", content, SHEET))) == ["Surname:", "Hartmann"]


def test_white_on_a_dark_band_is_seen(tmp_path: Path) -> None:
    content = b"0 290 306 30 re f BT 1 g /F1 12 Tf 20 300 Td (Surname) Tj ET"
    assert texts(load(pdf_files.page_pdf(tmp_path / "f.pdf", content, SHEET))) == ["Surname"]


def test_a_scan_with_a_line_of_text_is_a_scan(tmp_path: Path) -> None:
    pixels = np.full((330, 255), 255, np.uint8)
    path = pdf_files.scan_pdf(tmp_path / "s.pdf", pixels, SHEET, content=HELLO)
    assert load(path).printed is None


@pytest.mark.parametrize("code", [0xE041, 0xFFFD, 0x0007])
def test_a_font_that_does_not_tell_its_letters(tmp_path: Path, code: int) -> None:
    table = b"7 beginbfchar %s endbfchar" % b" ".join(b"<%02x> <%04x>" % (c, code) for c in b"Surname")
    assert load(mapped(tmp_path / "f.pdf", table)).printed is None


def test_ligatures_are_their_letters(tmp_path: Path) -> None:
    table = b"2 beginbfchar <41> <00660069> <42> <FB02> endbfchar 1 beginbfrange <43> <7e> <0043> endbfrange"
    assert texts(load(mapped(tmp_path / "f.pdf", table, b"beneAt B")))[0] == "benefit"
    assert texts(load(mapped(tmp_path / "f.pdf", table, b"Bow")))[0] == "flow"


def test_print_struck_twice_is_one_word(tmp_path: Path) -> None:
    content = HELLO + b"BT /F1 12 Tf 20.3 300 Td (Surname: Hartmann) Tj ET"
    assert texts(load(pdf_files.page_pdf(tmp_path / "f.pdf", content, SHEET))) == ["Surname:", "Hartmann"]


def test_rules_of_letters_are_no_words(tmp_path: Path) -> None:
    content = HELLO + b"BT /F1 12 Tf 20 260 Td (Total ........ 4 Name ______ - x) Tj ET"
    page = load(pdf_files.page_pdf(tmp_path / "f.pdf", content, SHEET))
    assert texts(page)[2:] == ["Total", "4", "Name", "-", "x"]


def test_a_raised_marker_is_a_word(tmp_path: Path) -> None:
    content = b"BT /F1 12 Tf 20 300 Td (Stock) Tj /F1 7 Tf 4 Ts ((1)) Tj ET"
    stock, marker = words_of(load(pdf_files.page_pdf(tmp_path / "f.pdf", content, SHEET)))
    assert (stock.text, marker.text) == ("Stock", "(1)")
    assert marker.body.bottom < stock.body.bottom - 10


def test_a_watermark_stands_askew_and_is_taken_off(tmp_path: Path) -> None:
    mark = b"BT 0.8 g /F1 60 Tf 0.7 0.7 -0.7 0.7 60 120 Tm (DRAFT) Tj ET 0 g "
    page = load(pdf_files.page_pdf(tmp_path / "f.pdf", mark + HELLO, SHEET))
    (word,) = [w for w in words_of(page) if w.turned % 90]
    assert (word.text, word.turned) == ("DRAFT", 315)
    assert page.printed is not None
    box = word.box
    assert page.pixels[box.y : box.bottom, box.x : box.right].min() < 230
    assert page.printed.bare.min() == 255
    assert page.printed.level.min() < 60


def test_words_within_forms_within_forms(tmp_path: Path) -> None:
    inner = pdf_files.stream(
        HELLO, b"/Type /XObject /Subtype /Form /BBox [0 0 306 396] /Resources << /Font << /F1 5 0 R >> >>"
    )
    outer = pdf_files.stream(
        b"/X1 Do", b"/Type /XObject /Subtype /Form /BBox [0 0 306 396] /Resources << /XObject << /X1 8 0 R >> >>"
    )
    path = pdf_files.page_pdf(tmp_path / "f.pdf", b"/X0 Do", SHEET, b"", (outer, inner), b"/XObject << /X0 7 0 R >>")
    page = load(path)
    assert texts(page) == ["Surname:", "Hartmann"]
    assert page.printed is not None
    assert page.printed.bare.min() == 255


@pytest.mark.parametrize("needed", [b"", b"/NeedAppearances true"])
def test_form_fields_are_text(tmp_path: Path, needed: bytes) -> None:
    """Their values are in no page's content: with an appearance of their own, or without one, as scripts leave them."""
    page = load(pdf_files.form_pdf(tmp_path / "form.pdf", needed))
    assert texts(page) == ["Surname", "Hartmann", "Marie", "Claire", "By", "hand"]
    assert all(has_ink(page.pixels, word) for word in words_of(page)[:4])


def mapped(path: Path, table: bytes, text: bytes = b"Surname") -> Path:
    """A page in a font whose characters stand for what a table says."""
    cmap = b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange "
    objects = [
        pdf_files.CATALOG,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 306 396] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        pdf_files.stream(b"BT /F1 12 Tf 20 300 Td (%s) Tj ET" % text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>",
        pdf_files.stream(zlib.compress(cmap + table + b" endcmap end"), b"/Filter /FlateDecode"),
    ]
    return pdf_files.write_pdf(path, objects)
