"""Comb fields as drawn on forms: cells, ticks on a line, rows of frames; and what looks like one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from inked_pages import blank_ink, draw_grid, fill, frame, straight_page, write

from digitizer.document.layout import Layout
from digitizer.document.page import Pixels
from digitizer.imaging.segment import segment
from digitizer.imaging.text_detector import InkDetector

PITCH, LEFT, TOP, HIGH = 44, 100, 300, 50


def letters(ink: Pixels, text: str, pitch: int = PITCH) -> None:
    """A letter in the middle of each slot; a blank leaves one free."""
    for k, letter in enumerate(text):
        if letter != " ":
            write(ink, LEFT + k * pitch + 12, TOP + 8, letter, 32)


def walls(ink: Pixels, many: int) -> None:
    draw_grid(ink, [LEFT + k * PITCH for k in range(many + 1)], [TOP, TOP + HIGH])


def ticks(ink: Pixels, many: int, ceiling: bool) -> None:
    end = LEFT + many * PITCH
    if ceiling:
        draw_grid(ink, [LEFT, end], [TOP, TOP + HIGH])
    fill(ink, LEFT, TOP + HIGH, end - LEFT, 3)
    for k in range(1, many):
        fill(ink, LEFT + k * PITCH, TOP + HIGH - 16, 2, 16)


def frames(ink: Pixels, many: int) -> None:
    for k in range(many):
        frame(ink, LEFT + k * 56, TOP + 2, 46)


def told(ink: Pixels) -> Layout:
    write(ink, LEFT, TOP - 40, "Name of borrower", 22)
    return segment(straight_page(ink), InkDetector()).layout


def combs_of(layout: Layout) -> list[int]:
    return [len(line.slots) for line in layout.lines if line.slots]


@pytest.mark.parametrize("text", ["HARTMANN", "MARIE K", "041010  17"])
@pytest.mark.parametrize("drawn", ["walls", "ticks in a box", "ticks on a line"])
def test_a_comb_is_one_line_in_one_cell(drawn: str, text: str) -> None:
    ink = blank_ink()
    if drawn == "walls":
        walls(ink, 12)
    else:
        ticks(ink, 12, ceiling=drawn == "ticks in a box")
    letters(ink, text)
    layout = told(ink)
    assert combs_of(layout) == [12]
    (line,) = [line for line in layout.lines if line.slots]
    assert abs(line.box.x - LEFT - 12) <= 6
    assert len(layout.lines) == 2
    assert len(layout.cells) == (0 if drawn == "ticks on a line" else 1)
    for (_, end), (start, _) in pairwise(line.slots):
        assert abs(end - start) <= 2


def test_frames_side_by_side_with_letters_are_a_comb_and_no_checkboxes() -> None:
    ink = blank_ink()
    frames(ink, 8)
    letters(ink, "23111968", 56)
    layout = told(ink)
    assert combs_of(layout) == [8]
    assert not layout.marks
    assert len(layout.cells) == 1


def test_no_ink_of_walls_and_ticks_is_left_among_the_letters() -> None:
    ink = blank_ink()
    ticks(ink, 10, ceiling=True)
    letters(ink, "TO WER")
    segments = segment(straight_page(ink), InkDetector())
    alone = blank_ink()
    letters(alone, "TO WER")
    rows = slice(TOP + 5, TOP + HIGH - 4)
    assert not (segments.ink[rows, LEFT:] & ~alone[rows, LEFT:]).any()
    assert (segments.ink[rows, LEFT:] > 0).sum() >= 0.97 * (alone[rows, LEFT:] > 0).sum()


def test_an_empty_comb_is_one_empty_cell() -> None:
    ink = blank_ink()
    walls(ink, 12)
    layout = told(ink)
    assert len(layout.cells) == 1
    assert len(layout.lines) == 1
    assert not layout.marks


def rows_of_a_table() -> Pixels:
    ink = blank_ink()
    draw_grid(ink, [LEFT + k * PITCH for k in range(9)], [TOP - 50, TOP, TOP + HIGH, TOP + 2 * HIGH])
    letters(ink, "12345678")
    return ink


def numbers_in_cells() -> Pixels:
    ink = blank_ink()
    walls(ink, 8)
    for k in range(8):
        write(ink, LEFT + k * PITCH + 8, TOP + 12, f"{k} 7", 20)
    return ink


def boxes_with_labels() -> Pixels:
    ink = blank_ink()
    for k in range(5):
        frame(ink, LEFT + k * 120, TOP + 2, 30)
        write(ink, LEFT + k * 120 + 4, TOP + 1, "X", 26)
        write(ink, LEFT + k * 120 + 40, TOP + 2, f"A{k}", 26)
    return ink


def underlined_stems() -> Pixels:
    ink = blank_ink()
    write(ink, LEFT, TOP, "illicit filling", 30)
    fill(ink, LEFT, TOP + 28, 200, 2)
    return ink


@pytest.mark.parametrize("draw", [rows_of_a_table, numbers_in_cells, boxes_with_labels, underlined_stems])
def test_what_only_looks_like_a_comb_stays_what_it_is(draw: Callable[[], Pixels]) -> None:
    assert combs_of(told(draw())) == []
