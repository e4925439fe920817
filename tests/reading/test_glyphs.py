from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from digitizer.document.page import Pixels
from digitizer.errors import MissingComponentError
from digitizer.reading.glyphs import FEATURES, JUNK, GlyphReader, describe

MODEL = Path(__file__).parents[2] / "models" / "glyphs"


@pytest.fixture(scope="module")
def reader() -> GlyphReader:
    return GlyphReader.load(MODEL)


def printed(text: str, em: int = 33, name: str = "DejaVuSans.ttf") -> Pixels:
    face = ImageFont.truetype(name, em)
    left, top, right, bottom = (int(v) for v in face.getbbox(text))
    image = Image.new("L", (right - left + 4, bottom - top + 4), 255)
    ImageDraw.Draw(image).text((2 - left, 2 - top), text, fill=0, font=face)
    return np.asarray(image)


@pytest.mark.parametrize("text", list("ADPSMFGCJX"))
def test_codes(reader: GlyphReader, text: str) -> None:
    (reading,) = reader.read([printed(text)], "PSVADFIMCEHOXGLWZJKU")
    assert reading.text == text
    assert reading.engine == "glyph"
    assert reading.confidence > 0.8


@pytest.mark.parametrize("text", list("0123456789"))
def test_digits_in_both_kinds_of_crop(reader: GlyphReader, text: str) -> None:
    grey = printed(text)
    bilevel = np.where(grey < 128, 0, 255).astype(np.uint8)
    tight = bilevel[2:-2, 2:-2]
    assert [r.text for r in reader.read([grey, bilevel, tight], "0123456789")] == [text] * 3


def test_look_alikes_follow_the_alphabet(reader: GlyphReader) -> None:
    round_, stroke = printed("O"), printed("l", name="DejaVuSansMono.ttf")
    assert reader.read([round_], "0123456789")[0].text == "0"
    assert reader.read([round_], ["O", "V"])[0].text == "O"
    assert reader.read([stroke], "DI")[0].text == "I"


def test_probabilities_sum_to_one_and_stay_in_the_alphabet(reader: GlyphReader) -> None:
    for alphabet in ("AD", None):
        (reading,) = reader.read([printed("A")], alphabet)
        chances = [reading.confidence, *(chance for _, chance in reading.alternatives)]
        assert sum(chances) == pytest.approx(1.0, abs=0.01)
        assert chances == sorted(chances, reverse=True)
        if alphabet:
            assert {text for text, _ in reading.alternatives} <= {*"AD", JUNK}


def test_ink_that_is_no_character_is_junk(reader: GlyphReader) -> None:
    rule = np.full((6, 90), 255, np.uint8)
    rule[2:4] = 0
    pair = printed("HE").copy()
    pair[20:23] = 0
    for crop in (rule, pair):
        assert reader.read([crop], "AD")[0].text == JUNK


def test_a_row_is_read_as_one_text(reader: GlyphReader) -> None:
    crops = [printed(c) for c in "24409"]
    reading = reader.read_string(crops, "0123456789")
    assert reading.text == "24409"
    assert 0.5 < reading.confidence <= 1.0
    singles = reader.read(crops, "0123456789", line_height=24.0)
    assert reading.confidence <= min(r.confidence for r in singles) + 0.01
    assert all(text != "24409" for text, _ in reading.alternatives)


def test_nothing_to_read(reader: GlyphReader) -> None:
    assert reader.read([], "AD") == []
    assert reader.read_string([], "AD").text == ""


@pytest.mark.parametrize(("shape", "shade"), [((9, 9), 255), ((1, 1), 0), ((40, 3), 0), ((3, 40), 90), ((2, 300), 0)])
def test_any_crop_is_described(shape: tuple[int, int], shade: int) -> None:
    described = describe([np.full(shape, shade, np.uint8)], [20.0])
    assert described.shape == (1, FEATURES)
    assert np.isfinite(described).all()


def test_specks_beside_a_character_do_not_count() -> None:
    clean = printed("D")
    dirty = np.pad(clean, 8, constant_values=255)
    dirty[1:3, 1:3] = 0
    seen = describe([dirty, clean], [None, None])
    np.testing.assert_allclose(seen[0], seen[1], atol=1e-5)


def test_a_missing_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(MissingComponentError):
        GlyphReader.load(tmp_path)
