from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from digitizer.document.page import Pixels
from digitizer.reading.glyphs import GlyphReader
from digitizer.reading.superscripts import read_raised, split_raised

MODEL = Path(__file__).parents[2] / "models" / "glyphs"
FACES = ("DejaVuSerif.ttf", "LiberationSans-Regular.ttf", "LiberationSerif-Regular.ttf")


def line(body: str, raised: str = "", face: str = FACES[0], em: int = 30, share: float = 0.7, gap: int = 0) -> Pixels:
    """Grey crop of a line with raised smaller characters at its end, as a browser sets them."""
    large, small = ImageFont.truetype(face, em), ImageFont.truetype(face, max(5, round(em * share)))
    image = Image.new("L", (int(large.getlength(body) + small.getlength(raised)) + gap + 24, 2 * em), 255)
    pen = ImageDraw.Draw(image)
    pen.text((10, 1.3 * em), body, fill=0, font=large, anchor="ls")
    pen.text((10 + large.getlength(body) + gap, 1.3 * em - em / 3), raised, fill=0, font=small, anchor="ls")
    return np.asarray(image)


def inked(grey: Pixels) -> Pixels:
    return np.where(grey < 140, 255, 0).astype(np.uint8)


def split_place(body: str, face: str, em: int) -> float:
    return 10 + float(ImageFont.truetype(face, em).getlength(body))


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize(("em", "share"), [(22, 0.7), (30, 0.6), (30, 0.83), (42, 0.7)])
@pytest.mark.parametrize(
    ("body", "raised"),
    [
        ("306,250", "(4)"),
        ("69,064", "(2)(3)(4)"),
        ("I", "(5)"),
        ("By Trust", "(12)"),
        ("Company", "(6)"),
        ("See footnotes", "(1)"),
        ("$149.9353", "(1)"),
        ('the "Trust"', "(1)"),
        ("11/23/2020", "(8)"),
        ("Stock Option (right to buy)", "(1)"),
    ],
)
def test_raised_markers_are_found(body: str, raised: str, face: str, em: int, share: float) -> None:
    found = split_raised(inked(line(body, raised, face, em, share)), 200)
    assert found is not None
    assert found.split == pytest.approx(split_place(body, face, em), abs=0.14 * em + 1)
    assert found.box.x == found.split


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("em", [22, 42])
@pytest.mark.parametrize(
    "body",
    [
        "306,250",
        "By Trust",
        "gypsy",
        "gas",
        "yes",
        "I",
        "D",
        "A",
        "$0",
        "401(k)",
        "(1)",
        "(right to buy)",
        'the "Trust"',
        "Rankins'",
        "Person*",
        "98.6°",
        "100%",
        "P.O. BOX 1860",
        "11/23/2020",
        "i",
        "Ltd. -",
        "St. Paul-",
        "quay",
        "Qa",
        "jam",
        "pa",
        "LIVEPERSON INC [ LPSN ]",
    ],
)
def test_lines_without_markers_stay_whole(body: str, face: str, em: int) -> None:
    assert split_raised(inked(line(body, "", face, em)), 200) is None


@pytest.mark.parametrize("overlap", [-1, -3])
def test_a_marker_grown_together_with_the_last_digit_is_cut_off(overlap: int) -> None:
    grey = line("10,000", "(1)", FACES[0], 30, 0.7, overlap)
    found = split_raised(inked(cv2.GaussianBlur(grey, (0, 0), 0.8)), 200)
    assert found is not None
    assert found.split == pytest.approx(split_place("10,000", FACES[0], 30) + overlap, abs=4)


def test_a_line_on_a_slight_slope() -> None:
    grey = line("proportionate interest in shares held by Rankin Associates", "(3)", em=26)
    turn = cv2.getRotationMatrix2D((grey.shape[1] / 2, grey.shape[0] / 2), 0.15, 1.0)
    turned = cv2.warpAffine(grey, turn, grey.shape[::-1], borderValue=255)
    assert split_raised(inked(np.asarray(turned, np.uint8)), 200) is not None


def test_dirt_below_a_marker_does_not_pull_it_down() -> None:
    ink = inked(line("306,250", "(4)"))
    place = round(split_place("306,250", FACES[0], 30))
    ink[38:42, place + 3 : place + 5] = 255
    found = split_raised(ink, 200)
    assert found is not None
    assert found.split == pytest.approx(place, abs=4)


def test_a_large_dollar_sign_before_smaller_digits() -> None:
    large, digits = line("$", em=36), line("0", "(4)", em=26)
    row = np.full((80, 200), 255, np.uint8)
    row[: large.shape[0], : large.shape[1]] = large
    down, across = round(1.3 * 36) - round(1.3 * 26), round(split_place("$", FACES[0], 36)) - 10
    place = (slice(down, down + digits.shape[0]), slice(across, across + digits.shape[1]))
    row[place] = np.minimum(row[place], digits)
    found = split_raised(inked(row), 200)
    assert found is not None
    assert found.split == pytest.approx(across + split_place("0", FACES[0], 26), abs=4)


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("body", ["gill", "pill", "Jill", "yl", "pulp", "(D)", "guilt"])
def test_narrow_letters_after_a_descender_are_no_marker(body: str, face: str) -> None:
    assert split_raised(inked(line(body, "", face)), 200) is None


@pytest.mark.parametrize("seed", range(40))
def test_any_ink_is_taken(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ink = inked(line("10,000", "(1)(2)", FACES[seed % 3], 30))
    for _ in range(seed):
        y, x = int(rng.integers(ink.shape[0])), int(rng.integers(ink.shape[1]))
        ink[y : y + int(rng.integers(1, 12)), x : x + int(rng.integers(1, 12))] = 255 * (seed % 2)
    found = split_raised(ink, 200)
    assert found is None or 0 < found.split < ink.shape[1]


def test_specks_are_no_markers() -> None:
    ink = inked(line("306,250"))
    ink[4:6, -6:-4] = 255
    assert split_raised(ink, 200) is None
    assert split_raised(np.zeros((30, 200), np.uint8), 200) is None


@pytest.fixture(scope="module")
def reader() -> GlyphReader:
    return GlyphReader.load(MODEL)


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("em", [28, 40])
@pytest.mark.parametrize("raised", ["(1)", "(4)", "(2)(3)", "(12)", "(7)(15)"])
def test_raised_markers_are_read(reader: GlyphReader, raised: str, face: str, em: int) -> None:
    grey = line("306,250", raised, face, em)
    ink = inked(grey)
    found = split_raised(ink, 200)
    assert found is not None
    box = found.box
    area = (slice(box.y, box.bottom), slice(box.x, box.right))
    reading = read_raised(reader, grey[area], ink[area])
    assert reading.text == raised
    assert 0.3 < reading.confidence <= 1.0


def test_raised_ink_that_is_no_number_is_not_believed(reader: GlyphReader) -> None:
    grey = line("Common", "TM", FACES[1], 40)
    ink = inked(grey)
    found = split_raised(ink, 200)
    if found is not None:
        area = (slice(found.box.y, found.box.bottom), slice(found.box.x, found.box.right))
        reading = read_raised(reader, grey[area], ink[area])
        assert reading.text == "" or reading.confidence < 0.5
