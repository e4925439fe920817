"""Tesseract: the real one where it must read, a fake at its seam for each way in which it fails."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytesseract
import pytest
from PIL import Image, ImageDraw, ImageFont

from digitizer.document.geometry import Box
from digitizer.document.page import Pixels
from digitizer.errors import MissingComponentError, PageCrashError, PageTimeoutError
from digitizer.reading.tesseract import Crop, read_lines

HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"


def crop_of(text: str, x: int = 0, y: int = 0, size: int = 40) -> Crop:
    """A line of print with little white around it."""
    font = ImageFont.load_default(size)
    image = Image.new("L", (round(font.getlength(text)) + 16 if text else 200, round(1.6 * size)), 255)
    ImageDraw.Draw(image).text((8, 4), text, font=font, fill=0)
    pixels: Pixels = np.asarray(image, np.uint8)
    ink: Pixels = np.where(pixels < 128, 255, 0).astype(np.uint8)
    return Crop(pixels, ink, Box(x, y, pixels.shape[1], pixels.shape[0]))


def row(page: int, place: tuple[int, int, int, int], confidence: float, text: str) -> str:
    return "\t".join(str(v) for v in (5, page, 1, 1, 1, 1, *place, confidence, text))


class FakeTesseract:
    """In place of pytesseract.image_to_data: answers with a table or an error and keeps what it was asked."""

    def __init__(self, answer: str | Exception) -> None:
        self.answer = answer
        self.calls = 0
        self.sizes: list[tuple[int, int]] = []
        self.language = ""
        self.timeout = 0.0
        self.folder = Path()

    def __call__(self, listing: str, lang: str, config: str, timeout: float) -> str:
        self.calls += 1
        self.language, self.timeout, self.folder = lang, timeout, Path(listing).parent
        for name in Path(listing).read_text(encoding="utf-8").split():
            picture = cv2.imread(name, cv2.IMREAD_GRAYSCALE)
            self.sizes.append((picture.shape[1], picture.shape[0]))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def faked(monkeypatch: pytest.MonkeyPatch, answer: str | Exception) -> FakeTesseract:
    fake = FakeTesseract(answer)
    monkeypatch.setattr(pytesseract, "image_to_data", fake)
    return fake


@pytest.mark.tesseract
def test_crops_of_one_call_come_back_in_their_order() -> None:
    crops = [crop_of("COMMON STOCK"), crop_of(""), crop_of("306,250"), crop_of("11/17/2009")]
    readings = read_lines(crops, 300, "eng", 30)
    assert [r.text for r in readings] == ["COMMON STOCK", "", "306,250", "11/17/2009"]
    assert [r.engine for r in readings] == ["tesseract", "", "tesseract", "tesseract"]
    assert all(r.confidence > 0.5 for r in readings if r.text)
    assert readings[1].confidence == 0


@pytest.mark.tesseract
def test_words_are_told_their_place_on_the_page() -> None:
    crop = crop_of("COMMON STOCK", x=700, y=400)
    (reading,) = read_lines([crop], 300, "eng", 30)
    first, second = reading.words
    assert (first.text, second.text) == ("COMMON", "STOCK")
    assert crop.box.contains(first.box, tolerance=3)
    assert crop.box.contains(second.box, tolerance=3)
    assert first.box.right <= second.box.x


@pytest.mark.tesseract
def test_a_language_that_is_not_installed_is_named_with_its_remedy() -> None:
    with pytest.raises(MissingComponentError, match="no language tlh") as caught:
        read_lines([crop_of("nuqneH")], 300, "tlh", 30)
    assert caught.value.remedy == "apt-get install tesseract-ocr-tlh"


def test_all_crops_go_in_one_call_at_reading_resolution(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = faked(monkeypatch, HEAD)
    crop = crop_of("ABC")
    read_lines([crop, crop, crop], 150, "deu+eng", 7.5)
    assert (fake.calls, fake.language, fake.timeout) == (1, "deu+eng", 7.5)
    width, height = fake.sizes[0]
    assert len(fake.sizes) == 3
    assert width == pytest.approx(2 * crop.box.width, abs=40)
    assert width > 2 * crop.box.width, "white stands around the ink"
    assert height > 2 * crop.box.height
    assert os.environ["OMP_THREAD_LIMIT"] == "1"


def test_nothing_to_read_calls_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = faked(monkeypatch, HEAD)
    assert read_lines([], 300, "eng", 30) == []
    assert fake.calls == 0


def test_words_of_the_table_go_to_their_crops(monkeypatch: pytest.MonkeyPatch) -> None:
    table = "\n".join(
        [
            HEAD,
            "1\t1\t0\t0\t0\t0\t0\t0\t200\t60\t-1\t",
            row(1, (10, 10, 30, 20), 96, "Common"),
            row(1, (50, 10, 30, 20), 61, "Stock"),
            row(3, (10, 10, 30, 20), 88, "24,409"),
            row(3, (60, 10, 30, 20), -1, " "),
        ]
    )
    faked(monkeypatch, table)
    one, two, three = read_lines([crop_of("x", 100, 200), crop_of("x"), crop_of("x")], 300, "eng", 30)
    assert (one.text, two.text, three.text) == ("Common Stock", "", "24,409")
    assert one.confidence == pytest.approx(0.61), "the least sure word decides"
    assert one.words[0].box == Box(100, 200, 30, 20), "margin off, the crop's own place added"
    assert [w.text for w in three.words] == ["24,409"]


def test_garbage_of_an_engine_gives_no_words(monkeypatch: pytest.MonkeyPatch) -> None:
    faked(monkeypatch, "\x00\x01 not a table\nfive\tcolumns\tonly\n\n")
    (reading,) = read_lines([crop_of("x")], 300, "eng", 30)
    assert reading.text == ""


def test_a_hang_is_told_as_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = faked(monkeypatch, RuntimeError("Tesseract process timeout"))
    with pytest.raises(PageTimeoutError, match=r"longer than 2\.5 seconds") as caught:
        read_lines([crop_of("x")], 300, "eng", 2.5)
    assert caught.value.exit_code == 5
    assert caught.value.remedy
    assert not fake.folder.exists(), "no crops are left behind"


def test_a_crash_is_told_as_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    faked(monkeypatch, pytesseract.TesseractError(-11, "Segmentation fault"))
    with pytest.raises(PageCrashError, match="Segmentation fault") as caught:
        read_lines([crop_of("x")], 300, "eng", 30)
    assert caught.value.kind == "crash"


def test_a_missing_language_is_a_missing_component(monkeypatch: pytest.MonkeyPatch) -> None:
    message = "Error opening data file chi_sim.traineddata Failed loading language 'chi_sim'"
    faked(monkeypatch, pytesseract.TesseractError(1, message))
    with pytest.raises(MissingComponentError, match="chi_sim") as caught:
        read_lines([crop_of("x")], 300, "chi_sim", 30)
    assert caught.value.exit_code == 3
    assert caught.value.remedy == "apt-get install tesseract-ocr-chi-sim"


def test_no_tesseract_at_all_is_a_missing_component(monkeypatch: pytest.MonkeyPatch) -> None:
    faked(monkeypatch, pytesseract.TesseractNotFoundError())
    with pytest.raises(MissingComponentError, match="not installed") as caught:
        read_lines([crop_of("x")], 300, "eng", 30)
    assert "apt-get install tesseract-ocr" in caught.value.remedy
