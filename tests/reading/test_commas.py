"""Commas and full stops between figures are told apart by what hangs below the line."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from digitizer.document.page import Pixels
from digitizer.reading.commas import hang

HEIGHT, PITCH = 14, 12


def drawn(text: str, low: int = 3, grown: bool = False) -> Pixels:
    """Figures 14 pixels high, as small print at 200 dpi has them; a comma hangs below them. grown: figures touch."""
    ink = np.zeros((30, PITCH * len(text) + 8), np.uint8)
    for k, character in enumerate(text):
        x = 4 + PITCH * k
        if character.isdigit():
            for inset in (0, 1):
                right = x + (PITCH if grown else 7) - inset
                cv2.rectangle(ink, (x + inset, 5 + inset), (right, 4 + HEIGHT - inset), 255)
        else:
            ink[5 + HEIGHT - 3 : 5 + HEIGHT + (low if character == "," else 0), x + 3 : x + 6] = 255
    return ink


@pytest.mark.parametrize("truth", ["58,586", "7,727", "579,959", "1,234,567"])
@pytest.mark.parametrize("low", [1, 3])
def test_commas_hang_below_the_figures(truth: str, low: int) -> None:
    assert hang(truth, drawn(truth, low)) is True
    assert hang(truth.replace(",", "."), drawn(truth, low)) is True, "as which they were read does not matter"


def test_figures_that_have_grown_together_hide_no_comma() -> None:
    assert hang("58,586", drawn("58,586", grown=True)) is True


@pytest.mark.parametrize("text", ["18.131", "586.604"])
def test_points_stand_on_the_line(text: str) -> None:
    assert hang(text, drawn(text)) is False


@pytest.mark.parametrize("text", ["7.5", "2907", "Smith"])
def test_of_what_has_no_stop_before_three_figures_nothing_is_told(text: str) -> None:
    assert hang(text, drawn(text)) is None


def test_a_comma_elsewhere_says_nothing_about_the_stop() -> None:
    assert hang("58.586", drawn(",58586")) is False


def test_a_line_without_ink_has_no_commas() -> None:
    assert hang("58.586", np.zeros((20, 60), np.uint8)) is False
