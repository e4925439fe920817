"""What runs of text are made of: each test says where the detector sees one."""

from collections.abc import Sequence

import numpy as np
import pytest
from inked_pages import DPI, blank_ink, fill, near, write

from digitizer.document.geometry import Box
from digitizer.document.layout import Cell, Rule, TextLine
from digitizer.document.page import Pixels
from digitizer.imaging.cells import CellMap, find_cells
from digitizer.imaging.letters import components, letter_height
from digitizer.imaging.lines import find_lines


def lines_of(
    ink: Pixels, runs: Sequence[Sequence[Box]], cells: CellMap | None = None, rules: Sequence[Rule] = ()
) -> list[TextLine]:
    """The lines of ink; a run goes along the middle of its boxes, on to the next and down to where stops stand."""
    text = np.zeros_like(ink)
    for boxes in runs:
        for n, box in enumerate(boxes):
            end = boxes[n + 1].x if n + 1 < len(boxes) else box.right
            text[box.y + box.height // 3 : max(b.bottom for b in boxes) - box.height // 4, box.x : end] = 255
    cells = cells or find_cells((), (ink.shape[1], ink.shape[0]), DPI)
    return list(find_lines(ink, text, cells, rules, letter_height(components(ink)[1], DPI)).lines)


@pytest.mark.parametrize("lower", [-10, 10])
def test_an_entry_set_higher_or_lower_than_its_label_is_a_line_of_its_own(lower: int) -> None:
    ink = blank_ink()
    label = write(ink, 100, 200, "Name", 26)
    value = write(ink, label.right + 12, 200 + lower, "BGR Government Affairs", 26)
    one, other = sorted(lines_of(ink, [[label, value]]), key=lambda line: line.box.x)
    assert near(one.box, label, by=1)
    assert near(other.box, value, by=1)


def test_a_short_entry_much_lower_than_its_label_is_not_set_askew() -> None:
    ink = blank_ink()
    label = write(ink, 100, 200, "Name", 26)
    value = write(ink, label.right + 12, 212, "Ketchum", 26)
    found = lines_of(ink, [[label, value]])
    assert len(found) == 2
    assert not any(line.stamped or line.tilt for line in found)


def test_words_of_tails_alone_stay_in_their_line() -> None:
    ink = blank_ink()
    drawn = write(ink, 100, 200, "A gypsy may pay", 26)
    (line,) = lines_of(ink, [[drawn]])
    assert near(line.box, drawn, by=1)


def test_a_raised_mark_stays_in_its_line() -> None:
    ink = blank_ink()
    price = write(ink, 100, 200, "24,409", 26)
    mark = write(ink, price.right + 8, 197, "(1)", 14)
    assert len(lines_of(ink, [[price, mark]])) == 1


def test_letters_that_touch_the_next_line_are_cut_off_it() -> None:
    ink = blank_ink()
    above = write(ink, 100, 200, "of any (type)", 26)
    below = write(ink, 100, 226, "Focus Japan", 26)
    last = write(ink, 100, 252, "Vol. 22, number 5", 26)
    fill(ink, 180, above.y + 8, 3, last.bottom - above.y - 12)
    found = lines_of(ink, [[above], [below], [last]])
    assert all(near(line.box, box, by=4) for line, box in zip(found, (above, below, last), strict=True))


def half_celled(ink: Pixels, edge: int) -> CellMap:
    """One cell, right of that edge."""
    height, width = ink.shape
    grid = np.full(ink.shape, -1, np.int32)
    grid[:, edge:] = 0
    cell = Cell(Box(edge, 0, width - edge, height), None)
    return CellMap((cell,), grid, 1.0, grid, np.array([[edge, width]], np.float64))


@pytest.mark.parametrize("ruled", [False, True])
def test_a_line_goes_on_over_the_edge_of_a_cell_where_no_rule_stands(ruled: bool) -> None:
    ink = blank_ink()
    drawn = write(ink, 100, 200, "April 1992", 26)
    edge = 100 + write(blank_ink(), 0, 200, "A", 26).right + 1
    wall = Rule(Box(edge - 1, 100, 2, 300), vertical=True)
    found = lines_of(ink, [[drawn]], half_celled(ink, edge), [wall] if ruled else [])
    assert len(found) == 1 + ruled
    assert ruled or near(found[0].box, drawn, by=1)


def test_a_stop_ends_a_word() -> None:
    """White is measured from the stop, which typewriters set far from the next word."""
    ink = blank_ink()
    month = write(ink, 100, 200, "Dec", 26)
    stop = fill(ink, month.right + 7, month.bottom - 4, 4, 4)
    day = write(ink, stop.right + 28, 200, "18, 1992", 26)
    (line,) = lines_of(ink, [[month, stop, day]])
    assert near(line.box, Box.around([month, stop, day]), by=1)


@pytest.mark.parametrize(("before", "after", "many"), [(24, 24, 1), (31, 21, 3)])
def test_a_letter_in_the_middle_between_words_is_one_of_them(before: int, after: int, many: int) -> None:
    ink = blank_ink()
    one = write(ink, 100, 200, "Trade", 26)
    lone = write(ink, one.right + before, 200, "E", 26)
    other = write(ink, lone.right + after, 200, "Technology", 26)
    assert len(lines_of(ink, [[one, lone, other]])) == many
