"""Underlines go to the pixel: E keeps its foot, a comma its tail, and nothing of the line stays between letters."""

from __future__ import annotations

import numpy as np
import pytest
from inked_pages import LETTER, blank_ink

from digitizer.document.page import Pixels
from digitizer.imaging.rules import find_rules

FOOT = 300
"""The row at which letters end and the underline begins."""


def fill(ink: Pixels, x: int, y: int, width: int, height: int) -> None:
    ink[y : y + height, x : x + width] = 255


def word(ink: Pixels, x: int) -> None:
    """EL in serifs, whose feet run together to a bar as long as a short rule."""
    for k in range(4):
        fill(ink, x + 24 * k, FOOT - 30, 5, 30)
        fill(ink, x + 24 * k, FOOT - 4, 22, 4)


def underlined(slope: float = 0.0) -> tuple[Pixels, Pixels]:
    """Words on an underline, and the same without it."""
    plain = blank_ink()
    for x in (100, 220, 340):
        word(plain, x)
    ink = plain.copy()
    for x in range(98, 436):
        fill(ink, x, FOOT + round(slope * (x - 98)), 1, 4)
    return ink, plain


@pytest.mark.parametrize("slope", [0.0, 0.004])
def test_letters_keep_their_feet(slope: float) -> None:
    # JEFFREY was read JEFFRFY: the foot of the E went with the underline on which it stood.
    ink, plain = underlined(slope)
    told = find_rules(ink, LETTER)
    assert len(told.rules) == 1
    assert np.array_equal(told.ink[: FOOT - 1], plain[: FOOT - 1])
    assert not told.ink[FOOT + 2 :].any()


def test_bits_of_an_underline_that_was_left_out_under_a_descender_go_too() -> None:
    # "Attorney." was read for "Attorney": what the print had set of the underline behind the foot of the y.
    ink, _ = underlined()
    fill(ink, 446, FOOT, 6, 4)
    assert not find_rules(ink, LETTER).ink[FOOT:, 438:].any()


def test_a_full_stop_over_an_underline_stays() -> None:
    ink, _ = underlined()
    fill(ink, 204, FOOT - 6, 5, 5)
    assert find_rules(ink, LETTER).ink[FOOT - 6 : FOOT - 1, 204:209].all()


def test_a_comma_keeps_its_tail() -> None:
    ink, _ = underlined()
    # Print leaves the underline out around what reaches through it.
    ink[FOOT : FOOT + 4, 198:216] = 0
    fill(ink, 204, FOOT - 5, 5, 13)
    assert find_rules(ink, LETTER).ink[FOOT - 5 : FOOT + 8, 204:209].all()
