import cv2
import numpy as np
import pytest
from inked_pages import DPI, LETTER, blank_ink, draw_grid, fill, near, stroke, write

from digitizer.document.geometry import Box
from digitizer.document.layout import Rule
from digitizer.document.page import Pixels
from digitizer.imaging.cells import find_cells
from digitizer.imaging.rules import find_rules


def rules_of(ink: Pixels, vertical: bool = False) -> list[Rule]:
    return [r for r in find_rules(ink, LETTER).rules if r.vertical is vertical]


@pytest.mark.parametrize("thick", [1, 2, 4, 8])
def test_a_rule_of_any_thickness_is_found_in_its_place(thick: int) -> None:
    ink = blank_ink()
    drawn = fill(ink, 100, 300, 700, thick)
    (rule,) = find_rules(ink, LETTER).rules
    assert near(rule.box, drawn, by=1)
    assert not rule.vertical
    assert rule.ink == 1.0


def test_upright_rules_come_after_level_ones_in_order() -> None:
    ink = blank_ink()
    draw_grid(ink, [100, 500, 900], [100, 400])
    found = find_rules(ink, LETTER).rules
    assert [(r.vertical, r.box.x, r.box.y) for r in found] == [
        (False, 100, 100),
        (False, 100, 400),
        (True, 100, 100),
        (True, 500, 100),
        (True, 900, 100),
    ]


def test_a_broken_rule_is_one_rule_that_tells_how_much_of_it_is_left() -> None:
    ink = blank_ink()
    fill(ink, 100, 300, 700, 3)
    for x in (210, 330, 470, 640):
        ink[295:310, x : x + 25] = 0
    (rule,) = rules_of(ink)
    assert near(rule.box, Box(100, 300, 700, 3), by=1)
    assert 0.8 < rule.ink < 0.95


@pytest.mark.parametrize(("dot", "gap"), [(2, 6), (3, 5), (12, 8)])
def test_a_dotted_or_dashed_rule_is_one_rule(dot: int, gap: int) -> None:
    ink = blank_ink()
    for x in range(100, 800, dot + gap):
        fill(ink, x, 300, dot, 3)
    (rule,) = rules_of(ink)
    assert rule.box.x <= 105
    assert rule.box.right >= 790
    assert 298 <= rule.box.center[1] <= 305


def test_a_double_rule_is_one_rule_over_both() -> None:
    ink = blank_ink()
    fill(ink, 100, 300, 700, 2)
    fill(ink, 100, 306, 700, 2)
    (rule,) = rules_of(ink)
    assert near(rule.box, Box(100, 300, 700, 8), by=1)


def test_rules_a_line_of_print_apart_stay_two() -> None:
    ink = blank_ink()
    fill(ink, 100, 300, 700, 2)
    fill(ink, 100, 325, 700, 2)
    assert len(rules_of(ink)) == 2


def test_a_rule_that_slants_by_a_few_pixels_is_one_rule() -> None:
    ink = blank_ink()
    cv2.line(ink, (100, 300), (900, 304), 255, 2)
    (rule,) = rules_of(ink)
    assert near(rule.box, Box(100, 299, 801, 7), by=2)


def test_a_wide_gap_parts_two_rules() -> None:
    ink = blank_ink()
    fill(ink, 50, 300, 400, 3)
    fill(ink, 550, 300, 400, 3)
    assert [r.box.width for r in rules_of(ink)] == [400, 400]


@pytest.mark.parametrize("text", ["EFFECTIVE THEFT TITLE", "WILLIAM HILLIARD Ill", "ffitt -- ETH --"])
@pytest.mark.parametrize("size", [18, 30, 44])
def test_the_bars_and_stems_of_letters_are_no_rules(text: str, size: int) -> None:
    ink = blank_ink()
    write(ink, 100, 300, text, size)
    found = find_rules(ink, LETTER)
    assert found.rules == ()
    assert np.array_equal(found.ink, ink)


def test_the_feet_of_bold_letters_that_run_together_are_no_rule() -> None:
    # The title "APPLICATION FOR A BERTH", 18 points bold, was read RFRTH.
    ink = blank_ink()
    for x in (300, 326):
        fill(ink, x, 300, 8, 28)
        for y in (300, 312, 323):
            fill(ink, x, y, 26, 5)
    before = ink.copy()
    found = find_rules(ink, LETTER)
    assert found.rules == ()
    assert np.array_equal(found.ink, before)


def test_an_empty_page_has_no_rules() -> None:
    assert find_rules(blank_ink(), DPI).rules == ()


def test_rules_are_erased_and_what_stands_apart_from_them_is_untouched() -> None:
    ink = blank_ink()
    word = write(ink, 150, 200, "COMMON STOCK")
    before = ink.copy()
    draw_grid(ink, [100, 500, 900], [150, 300])
    erased = find_rules(ink, LETTER).ink
    area = slice(word.y, word.bottom), slice(word.x, word.right)
    assert np.array_equal(erased[area], before[area])
    assert np.count_nonzero(erased) - np.count_nonzero(before) <= 20


@pytest.mark.parametrize("thick", [1, 2, 4])
def test_a_stroke_that_crosses_a_rule_is_mended(thick: int) -> None:
    ink = blank_ink()
    fill(ink, 100, 300, 700, thick)
    stroke(ink, (400, 282), (400, 322), thick=4)
    stroke(ink, (505, 282), (495, 322), thick=4)
    erased = find_rules(ink, LETTER).ink
    count, _, stats, _ = cv2.connectedComponentsWithStats(erased)
    assert count - 1 == 2
    assert all(s[cv2.CC_STAT_HEIGHT] >= 40 for s in stats[1:count]), "each stroke is whole again"
    assert erased[:, 200:380].max() == 0, "the rule beside them is gone"


@pytest.mark.parametrize("low", [6, 20])
def test_letters_that_a_rule_runs_through_stay_whole(low: int) -> None:
    ink = blank_ink()
    letters = write(ink, 300, 285, "TITLE", 40)
    alone = ink.copy()
    fill(ink, 100, letters.y + low, 700, 2)
    erased = find_rules(ink, LETTER).ink
    area = slice(letters.y, letters.bottom), slice(letters.x, letters.right)
    lost = np.count_nonzero((alone[area] > 0) & (erased[area] == 0)) / np.count_nonzero(alone[area])
    added = np.count_nonzero((alone[area] == 0) & (erased[area] > 0)) / np.count_nonzero(alone[area])
    assert cv2.connectedComponents(erased)[0] == cv2.connectedComponents(alone)[0]
    assert lost < 0.02
    assert added < 0.02


def test_crossing_rules_leave_nothing_at_their_crossing() -> None:
    ink = blank_ink()
    draw_grid(ink, [100, 300, 500, 700], [100, 200, 300, 400], thick=4)
    assert np.count_nonzero(find_rules(ink, LETTER).ink) == 0


def test_the_page_handed_in_is_not_changed() -> None:
    ink = blank_ink()
    draw_grid(ink, [100, 500], [100, 400])
    before = ink.copy()
    find_rules(ink, LETTER)
    assert np.array_equal(ink, before)


XS, YS = [60, 250, 420, 590, 760, 940], [100, 300]


def count_cells(ink: Pixels) -> int:
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
    assert count_cells(ink) == 8
    dot(ink, 596, 940, 6)
    assert count_cells(ink) == 10


def test_its_dots_are_no_ink_of_entries() -> None:
    ink = grid((60, 595))
    dot(ink, 596, 940, 6)
    assert not find_rules(ink, LETTER).ink[198:203, 600:930].any()


def test_an_upright_rule_goes_on_too() -> None:
    ink = grid((60, 943))
    ink[202:300, 420:423] = 0
    assert count_cells(ink) == 9
    for y in range(204, 300, 6):
        fill(ink, 421, y, 1, 2)
    assert count_cells(ink) == 10


def test_it_does_not_go_on_along_a_line_to_be_filled_in() -> None:
    ink = grid((60, 595))
    fill(ink, 605, 200, 140, 2)
    assert count_cells(ink) == 8


def test_it_does_not_go_on_along_the_foot_of_a_text() -> None:
    ink = grid((60, 595))
    box = write(ink, 600, 180, "11 WEST 42nd ST", 20)
    assert box.y < 200 <= box.bottom
    assert count_cells(ink) == 8


def test_dashed_rules_meet_at_their_corners() -> None:
    ink = blank_ink()
    for x in range(100, 700, 20):
        fill(ink, x, 100, 12, 2)
        fill(ink, x, 292, 12, 2)
    for y in range(100, 292, 20):
        fill(ink, 100, y, 2, 12)
        fill(ink, 690, y, 2, 12)
    assert count_cells(ink) == 1


def test_the_frayed_edges_of_walls_leave_nothing_behind() -> None:
    # Specks beside walls were read as figures: "58,586 4".
    ink = blank_ink()
    draw_grid(ink, [100, 300, 500], [100, 300])
    for y in range(110, 290, 9):
        fill(ink, 304, y, 1, 2)
        fill(ink, 298, y + 4, 1, 1)
    fill(ink, 296, 96, 3, 3)
    assert not find_rules(ink, LETTER).ink.any()


def test_small_letters_grown_together_are_no_rule() -> None:
    # "Common" in a table was read "C--n": its letters were a low, wide part of the ink.
    ink = blank_ink()
    word = write(ink, 200, 200, "ommoommo", 17)
    area = slice(word.y, word.bottom), slice(word.x, word.right)
    ink[area] = cv2.dilate(ink[area], np.ones((1, 4), np.uint8))
    before = ink.copy()
    assert np.array_equal(find_rules(ink, LETTER).ink, before)
