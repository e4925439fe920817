import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from digitizer.document.geometry import Box
from digitizer.document.layout import Rule, TextLine
from digitizer.document.page import Pixels
from digitizer.reading.double import load_second_reader
from digitizer.reading.on_rules import with_rule, without_torn_ends

DPI = 300.0
LINE = TextLine(Box(100, 50, 80, 30))
PIXELS = np.full((200, 400), 255, np.uint8)


def crop(rule: Rule, line: TextLine = LINE, stamps: Pixels | None = None) -> Pixels | None:
    return with_rule(line, line.box.grown(3), [rule], PIXELS, stamps, DPI)


def level(y: int, x: int = 20, width: int = 300) -> Rule:
    return Rule(Box(x, y, width, 3), vertical=False, ink=1.0)


@pytest.mark.parametrize(("y", "bottom"), [(66, 83), (78, 83), (80, 85), (82, 87)])
def test_a_rule_under_or_through_the_letters_is_left_in_the_crop(y: int, bottom: int) -> None:
    found = crop(level(y))
    assert found is not None
    assert found.shape == (bottom - 47, 86)


@pytest.mark.parametrize(
    "rule", [level(40), level(55), level(90), level(80, x=20, width=100), Rule(Box(140, 10, 3, 180), True, 1.0)]
)
def test_other_rules_are_not(rule: Rule) -> None:
    assert crop(rule) is None


def test_stamps_and_lines_on_end_are_left_alone() -> None:
    assert crop(level(80), TextLine(LINE.box, sideways=True)) is None
    assert crop(level(80), TextLine(LINE.box, stamped=True)) is None
    assert crop(level(80), TextLine(LINE.box, underlined=True)) is None
    assert crop(level(80), stamps=np.full_like(PIXELS, 255)) is None
    assert crop(level(80), stamps=np.zeros_like(PIXELS)) is not None


@pytest.mark.parametrize("text", ["8", "2", "1992"])
def test_the_second_reader_reads_figures_that_stand_on_a_rule(text: str) -> None:
    """RapidOCR is run for real."""
    second = load_second_reader()
    if second is None:
        pytest.skip("needs the extra double")
    image = Image.new("L", (400, 200), 255)
    pen = ImageDraw.Draw(image)
    pen.text((100, 50), text, font=ImageFont.load_default(40), fill=0)
    drawn = np.asarray(image)
    rows, columns = np.nonzero(drawn < 128)
    box = Box.spanning(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    # The rule takes the lowest pixels of the letters.
    pen.rectangle((20, box.bottom - 3, 380, box.bottom), fill=0)
    line = TextLine(Box(box.x, box.y, box.width, box.height - 3))
    found = with_rule(line, line.box.grown(3), [level(box.bottom - 3)], np.asarray(image, np.uint8), None, DPI)
    assert found is not None
    assert second.read(found)[0] == text


def test_stops_made_of_a_rules_end_are_left_out() -> None:
    assert without_torn_ends("/s/ Ann Dale,", "/s/ Ann Dale,.") == "/s/ Ann Dale,"
    assert without_torn_ends("1999", "1992.") == "1992."
    assert without_torn_ends("", "8") == "8"
