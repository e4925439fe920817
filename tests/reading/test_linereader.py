"""Tesseract's network run in this process: it must say what Tesseract says, however lines are put together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from digitizer.document.geometry import Box
from digitizer.document.page import Pixels
from digitizer.reading.linereader import LineReader, load_line_reader
from digitizer.reading.tessdata import UnknownModelError, load_line_model
from digitizer.reading.tesseract import Crop, read_lines

pytestmark = pytest.mark.tesseract

TEXTS = ("COMMON STOCK", "306,250", "11/17/2009", "See Instruction 1(b).", "Officer (give title below)", "WALTHAM")


def crop_of(text: str, size: int = 40, x: int = 0, y: int = 0) -> Crop:
    """A line of print with little white around it."""
    font = ImageFont.load_default(size)
    image = Image.new("L", (round(font.getlength(text)) + 16 if text else 200, round(1.6 * size)), 255)
    ImageDraw.Draw(image).text((8, 4), text, font=font, fill=0)
    pixels: Pixels = np.asarray(image, np.uint8)
    ink: Pixels = np.where(pixels < 128, 255, 0).astype(np.uint8)
    return Crop(pixels, ink, Box(x, y, pixels.shape[1], pixels.shape[0]))


@pytest.fixture(scope="module")
def reader() -> LineReader:
    found = load_line_reader("eng")
    assert found is not None, "the network of the packaged language is one that we can run"
    return found


def test_it_reads_what_tesseract_reads(reader: LineReader) -> None:
    crops = [crop_of(text) for text in TEXTS]
    own, theirs = reader.read(crops, 300), read_lines(crops, 300, "eng", 60)
    assert [r.text for r in own] == list(TEXTS)
    assert [r.text for r in theirs] == list(TEXTS)
    assert [r.confidence for r in own] == pytest.approx([r.confidence for r in theirs], abs=0.06)
    for mine, other in zip(own, theirs, strict=True):
        places = zip(mine.words, other.words, strict=True)
        assert all(m.box.intersection(o.box) and abs(m.box.x - o.box.x) <= 6 for m, o in places)


@pytest.mark.parametrize("size", [18, 30, 60])
def test_letters_of_any_size_are_read(reader: LineReader, size: int) -> None:
    assert [r.text for r in reader.read([crop_of("LIVEPERSON INC", size)], 7.5 * size)] == ["LIVEPERSON INC"]


def test_words_stand_where_their_ink_is_on_the_page(reader: LineReader) -> None:
    crop = crop_of("COMMON STOCK", x=700, y=400)
    (reading,) = reader.read([crop], 300)
    first, second = reading.words
    assert (first.text, second.text, reading.engine) == ("COMMON", "STOCK", "tesseract")
    assert crop.box.contains(first.box)
    assert crop.box.contains(second.box)
    columns = np.flatnonzero(crop.ink.any(axis=0)) + 700
    assert (first.box.x, second.box.right) == (columns[0], columns[-1] + 1)
    assert first.box.right < second.box.x


def test_a_line_reads_the_same_in_any_company(reader: LineReader) -> None:
    crops = [crop_of(text) for text in TEXTS]
    together = [r.text for r in reader.read(crops * 12, 300)]
    assert together == [r.text for crop in crops for r in reader.read([crop], 300)] * 12


def test_blank_crops_and_none_at_all_give_nothing(reader: LineReader) -> None:
    assert reader.read([], 300) == []
    blank, line = reader.read([crop_of(""), crop_of("WALTHAM")], 300)
    assert (blank.text, blank.confidence, blank.engine) == ("", 0.0, "")
    assert line.text == "WALTHAM"


@pytest.mark.parametrize("language", ["tlh", "eng+osd", "osd"])
def test_languages_whose_network_we_cannot_run_are_left_to_tesseract(language: str) -> None:
    assert load_line_reader(language) is None


@pytest.mark.parametrize("content", [b"", b"\x18\0\0\0", b"\xff" * 400, bytes(400)])
def test_a_file_that_is_no_model_is_told_as_such(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "eng.traineddata"
    file.write_bytes(content)
    with pytest.raises(UnknownModelError, match=r"eng\.traineddata"):
        load_line_model(file)
