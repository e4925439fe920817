"""Commas and full stops between figures are told apart by what hangs below the line."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from digitizer.document.geometry import Box
from digitizer.document.layout import Reading, Word
from digitizer.document.page import Pixels
from digitizer.reading.commas import with_commas

HEIGHT, PITCH = 14, 12


def drawn(text: str, hang: int = 3, grown: bool = False) -> Pixels:
    """Figures 14 pixels high, as small print at 200 dpi has them; a comma hangs below them. grown: figures touch."""
    ink = np.zeros((30, PITCH * len(text) + 8), np.uint8)
    for k, character in enumerate(text):
        x = 4 + PITCH * k
        if character.isdigit():
            for inset in (0, 1):
                right = x + (PITCH if grown else 7) - inset
                cv2.rectangle(ink, (x + inset, 5 + inset), (right, 4 + HEIGHT - inset), 255)
        else:
            ink[5 + HEIGHT - 3 : 5 + HEIGHT + (hang if character == "," else 0), x + 3 : x + 6] = 255
    return ink


def read(text: str, *alternatives: tuple[str, float]) -> Reading:
    return Reading(text, 0.5, "rapidocr", (Word(text, Box(0, 0, 60, 14), 0.5),), alternatives)


@pytest.mark.parametrize("truth", ["58,586", "7,727", "579,959", "1,234,567"])
@pytest.mark.parametrize("hang", [1, 3])
def test_a_stop_that_hangs_below_the_figures_was_a_comma(truth: str, hang: int) -> None:
    told = with_commas(read(truth.replace(",", ".")), drawn(truth, hang))
    assert told.text == truth
    assert [w.text for w in told.words] == [truth]


def test_figures_that_have_grown_together_hide_no_comma() -> None:
    assert with_commas(read("58.586"), drawn("58,586", grown=True)).text == "58,586"


@pytest.mark.parametrize("text", ["18.131", "586.604", "7.5", "2,907"])
def test_what_stands_on_the_line_stays_a_stop_and_a_comma_a_comma(text: str) -> None:
    reading = read(text)
    assert with_commas(reading, drawn(text)) is reading


def test_a_comma_elsewhere_says_nothing_about_the_stop() -> None:
    reading = read("58.586")
    assert with_commas(reading, drawn(",58586")) is reading


def test_the_other_reader_who_saw_the_comma_makes_it_surer() -> None:
    told = with_commas(read("58.586", ("58,586", 0.84), ("58,S86", 0.1)), drawn("58,586"))
    assert (told.confidence, told.words[0].confidence) == (0.84, 0.84)
    assert told.alternatives == (("58.586", 0.5), ("58,S86", 0.1))


def test_a_line_without_ink_stays_as_it_is() -> None:
    reading = read("58.586")
    assert with_commas(reading, np.zeros((20, 60), np.uint8)) is reading
