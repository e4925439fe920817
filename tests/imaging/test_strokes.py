"""What is struck out, and what only has a line near it."""

from __future__ import annotations

import pytest
from inked_pages import blank_ink, fill, straight_page, write

from digitizer.document.layout import TextLine
from digitizer.document.page import Pixels
from digitizer.imaging.segment import segment
from digitizer.imaging.text_detector import InkDetector


def page(text: str = "14,200 shares", slope: int = 0) -> tuple[Pixels, TextLine]:
    ink = blank_ink()
    write(ink, 100, 100, "Amount of securities", 24)
    write(ink, 100, 200, text, 28)
    return ink, lowest(ink)


def lowest(ink: Pixels) -> TextLine:
    return max(segment(straight_page(ink), InkDetector()).layout.lines, key=lambda line: line.box.y)


@pytest.mark.parametrize("level", [0.4, 0.5, 0.65])
@pytest.mark.parametrize("beyond", [0, 12])
def test_a_stroke_through_the_letters_strikes_them_out(level: float, beyond: int) -> None:
    ink, line = page()
    box = line.box
    fill(ink, box.x - beyond, box.y + round(level * box.height), box.width + 2 * beyond, 3)
    struck = lowest(ink)
    assert struck.struck
    assert struck.box.intersection(box)


@pytest.mark.parametrize("text", ["14,200 shares", "HEEEFHEE", "----------", "illllli"])
def test_letters_strike_nothing_out(text: str) -> None:
    assert not page(text)[1].struck


@pytest.mark.parametrize(("level", "beyond"), [(1.05, 0), (0.5, 150), (-0.3, 0)])
def test_underlines_and_rules_strike_nothing_out(level: float, beyond: int) -> None:
    ink, line = page()
    box = line.box
    fill(ink, max(0, box.x - beyond), box.y + round(level * box.height), box.width + 2 * beyond, 3)
    assert not lowest(ink).struck
