from __future__ import annotations

import cv2
import numpy as np
import pytest

from digitizer.document.page import Pixels
from digitizer.imaging.cells import find_cells
from digitizer.imaging.rules import find_rules

DPI, LETTER = 200.0, 12.0


def page(underlined: str, gap: int) -> Pixels:
    """Two boxes side by side (100..700, 700..1300); in the right one a text, underlined, in line with a left rule."""
    ink = np.zeros((500, 1400), np.uint8)
    cv2.rectangle(ink, (100, 100), (1300, 400), 255, 3)
    cv2.line(ink, (700, 100), (700, 400), 255, 3)
    cv2.line(ink, (100 + gap, 250), (700 - gap, 250), 255, 3)
    width = cv2.getTextSize(underlined, cv2.FONT_HERSHEY_SIMPLEX, 1.0, 2)[0][0]
    cv2.putText(ink, underlined, (711, 246), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 255, 2)
    cv2.line(ink, (711, 250), (711 + width, 250), 255, 3)
    return ink


@pytest.mark.parametrize("text", ["HOLDINGS INC", "A LONG NAME THAT FILLS ITS BOX"])
def test_an_underlined_name_parts_no_cell(text: str) -> None:
    ruled = find_rules(page(text, gap=18), LETTER)
    assert len(find_cells(ruled.rules, (1400, 500), DPI).cells) == 2
    right = [r for r in ruled.rules if not r.vertical and r.box.x > 700]
    assert [r.underline for r in right] == [True]


def test_a_rule_that_reaches_its_walls_parts_a_cell() -> None:
    ruled = find_rules(page("HOLDINGS INC", gap=0), LETTER)
    assert len(find_cells(ruled.rules, (1400, 500), DPI).cells) == 3


def test_the_underline_of_a_footnotes_marker_is_told_and_taken_out() -> None:
    # It was read as an entry "—_-_", and 81% of the rows of a clean print were lost.
    ink = np.zeros((300, 600), np.uint8)
    cv2.putText(ink, "(1)", (200, 150), cv2.FONT_HERSHEY_SIMPLEX, 0.4, 255, 1)
    # The letters are drawn with soft edges.
    ink[ink > 0] = 255
    bare = ink.copy()
    cv2.line(ink, (200, 156), (222, 156), 255, 1)
    found = find_rules(ink, LETTER)
    assert [r.underline for r in found.rules] == [True]
    assert np.array_equal(found.ink, bare)


@pytest.mark.parametrize("text", ["-", "=", "1 - 2", "a = b"])
def test_dashes_and_equals_signs_are_no_underlines(text: str) -> None:
    ink = np.zeros((300, 600), np.uint8)
    cv2.putText(ink, text, (200, 150), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 255, 1)
    assert find_rules(ink, LETTER).rules == ()
