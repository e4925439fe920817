from __future__ import annotations

from inked_pages import DPI, LETTER, blank_ink, draw_grid, fill, write

from digitizer.document.page import Pixels
from digitizer.imaging.cells import find_cells
from digitizer.imaging.rules import find_rules

XS, YS = [60, 250, 420, 590, 760, 940], [100, 300]


def cells(ink: Pixels) -> int:
    return len(find_cells(find_rules(ink, LETTER).rules, (1000, 800), DPI).cells)


def grid(*parts: tuple[int, int]) -> Pixels:
    """Five tall cells, and between them parts of a rule that goes from left to right."""
    ink = blank_ink()
    draw_grid(ink, XS, YS)
    for start, end in parts:
        fill(ink, start, 200, end - start, 1)
    return ink


def dot(ink: Pixels, start: int, end: int, step: int) -> None:
    for x in range(start, end, step):
        fill(ink, x, 200, 1, 1)


def test_a_rule_goes_on_along_dots_to_the_wall() -> None:
    ink = grid((60, 595))
    assert cells(ink) == 8
    dot(ink, 596, 940, 6)
    assert cells(ink) == 10


def test_its_dots_are_no_ink_of_entries() -> None:
    ink = grid((60, 595))
    dot(ink, 596, 940, 6)
    assert not find_rules(ink, LETTER).ink[198:203, 600:930].any()


def test_an_upright_rule_goes_on_too() -> None:
    ink = grid((60, 943))
    ink[202:300, 420:423] = 0
    assert cells(ink) == 9
    for y in range(204, 300, 6):
        fill(ink, 421, y, 1, 2)
    assert cells(ink) == 10


def test_it_does_not_go_on_along_a_line_to_be_filled_in() -> None:
    ink = grid((60, 595))
    fill(ink, 605, 200, 140, 2)
    assert cells(ink) == 8


def test_it_does_not_go_on_along_the_foot_of_a_text() -> None:
    ink = grid((60, 595))
    box = write(ink, 600, 180, "11 WEST 42nd ST", 20)
    assert box.y < 200 <= box.bottom
    assert cells(ink) == 8
