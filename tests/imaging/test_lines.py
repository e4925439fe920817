from collections.abc import Callable

import cv2
import numpy as np
import pytest
from inked_pages import DPI, LETTER, blank_ink, draw_grid, fill, near, write

from digitizer.document.geometry import Box
from digitizer.document.layout import TextLine
from digitizer.document.page import Pixels
from digitizer.imaging.cells import find_cells
from digitizer.imaging.letters import components, letter_height
from digitizer.imaging.lines import find_lines
from digitizer.imaging.rules import RuledPage, find_rules
from digitizer.imaging.text_detector import InkDetector, TextDetector, load_text_detector

LinesOf = Callable[[Pixels], list[TextLine]]
LEARNED = load_text_detector()


def found_by(detector: TextDetector, ink: Pixels, ruled: bool) -> list[TextLine]:
    page = find_rules(ink, LETTER) if ruled else RuledPage((), ink)
    cells = find_cells(page.rules, (ink.shape[1], ink.shape[0]), DPI)
    letter = letter_height(components(page.ink)[1], DPI)
    text = detector.find(np.asarray(255 - ink, np.uint8), page.ink, letter)
    return list(find_lines(page.ink, text, cells, page.rules, letter).lines)


@pytest.fixture(params=[InkDetector(), LEARNED], ids=["ink", "learned"])
def detector(request: pytest.FixtureRequest) -> TextDetector:
    if request.param is LEARNED and isinstance(LEARNED, InkDetector):
        pytest.skip("the learned detector is not installed: pip install 'digitizer[double]'")
    found: TextDetector = request.param
    return found


@pytest.fixture
def lines_of(detector: TextDetector) -> LinesOf:
    return lambda ink: found_by(detector, ink, ruled=False)


@pytest.fixture
def ruled_lines_of(detector: TextDetector) -> LinesOf:
    return lambda ink: found_by(detector, ink, ruled=True)


@pytest.fixture
def learned_lines_of() -> LinesOf:
    if isinstance(LEARNED, InkDetector):
        pytest.skip("the learned detector is not installed: pip install 'digitizer[double]'")
    return lambda ink: found_by(LEARNED, ink, ruled=False)


def test_a_page_without_ink_has_no_lines(lines_of: LinesOf) -> None:
    assert lines_of(blank_ink()) == []


def test_words_of_a_sentence_are_one_line_around_all_their_ink(lines_of: LinesOf) -> None:
    ink = blank_ink()
    drawn = write(ink, 100, 200, "Name and Address of Reporting Person", 26)
    (line,) = lines_of(ink)
    assert near(line.box, drawn, by=1)
    assert line.cell is None
    assert not line.underlined


def test_stops_commas_and_dots_belong_to_their_line(lines_of: LinesOf) -> None:
    ink = blank_ink()
    drawn = write(ink, 100, 200, "Inc., 24,409.50; Jr.", 28)
    (line,) = lines_of(ink)
    assert near(line.box, drawn, by=1)


def test_a_wide_gap_splits_a_line(lines_of: LinesOf) -> None:
    ink = blank_ink()
    one = write(ink, 100, 200, "BIXBY", 28)
    other = write(ink, one.right + 60, 200, "TIMOTHY", 28)
    left, right = lines_of(ink)
    assert near(left.box, one, by=1)
    assert near(right.box, other, by=1)


def test_letters_that_fell_to_pieces_hold_their_line_together(lines_of: LinesOf) -> None:
    ink = blank_ink()
    one = write(ink, 100, 200, "Rule", 26)
    other = write(ink, one.right + 40, 200, "plan", 26)
    for x in range(one.right + 4, other.x - 4, 7):
        fill(ink, x, one.y + 8, 4, 6)
    (line,) = lines_of(ink)
    assert near(line.box, Box.around([one, other]), by=1)


def test_a_speck_between_two_values_does_not_join_them(lines_of: LinesOf) -> None:
    ink = blank_ink()
    one = write(ink, 100, 200, "Rule", 26)
    write(ink, one.right + 60, 200, "plan", 26)
    fill(ink, one.right + 28, one.y + 8, 4, 6)
    assert len(lines_of(ink)) == 2


def test_the_wide_spaces_of_typewriting_do_not_split_a_line(lines_of: LinesOf) -> None:
    ink = blank_ink()
    x = 100
    for letter in "P R E S":
        if letter != " ":
            write(ink, x, 200, letter, 28)
        x += 17
    assert len(lines_of(ink)) == 1


def test_lines_under_one_another_stay_apart_and_come_top_down(lines_of: LinesOf) -> None:
    ink = blank_ink()
    drawn = [write(ink, 100, y, text, 26) for y, text in ((200, "462 Seventh Avenue"), (232, "3rd Floor, gypsy jig"))]
    found = [line.box for line in lines_of(ink)]
    assert len(found) == 2
    assert all(near(one, other, by=2) for one, other in zip(found, drawn, strict=True))


def test_a_speck_that_the_detector_takes_for_a_stop_is_no_line() -> None:
    ink = blank_ink()
    write(ink, 100, 200, "Common Stock", 26)
    fill(ink, 602, 600, 3, 7)
    fill(ink, 600, 602, 7, 3)
    text = np.zeros_like(ink)
    text[200:230, 100:300] = text[600:607, 600:607] = 255
    cells = find_cells((), (ink.shape[1], ink.shape[0]), DPI)
    found = find_lines(ink, text, cells, (), letter_height(components(ink)[1], DPI)).lines
    assert len(found) == 1


def test_specks_are_no_lines(lines_of: LinesOf) -> None:
    ink = blank_ink()
    noise = np.random.default_rng(5)
    for x, y in noise.integers(20, 780, (60, 2)).tolist():
        fill(ink, x, y, 2, 2)
    assert lines_of(ink) == []


def test_specks_beside_a_line_far_off_do_not_widen_it(lines_of: LinesOf) -> None:
    ink = blank_ink()
    drawn = write(ink, 300, 300, "Common Stock", 28)
    for x, y in ((200, 310), (drawn.right + 60, 310), (320, 250), (320, 380)):
        fill(ink, x, y, 4, 4)
    (line,) = lines_of(ink)
    assert near(line.box, drawn, by=1)


def test_blots_and_bars_larger_than_any_writing_are_no_lines(lines_of: LinesOf) -> None:
    ink = blank_ink()
    fill(ink, 100, 100, 150, 200)
    fill(ink, 400, 500, 400, 30)
    assert lines_of(ink) == []


def test_a_stamp_stands_apart_from_the_small_print_it_lies_beside(learned_lines_of: LinesOf) -> None:
    ink = blank_ink()
    prints = [write(ink, 100, 200 + 26 * k, "small print of the form goes on here", 20) for k in range(5)]
    right = max(p.right for p in prints)
    stamp = write(ink, right + 14, 195, "RECEIVED", 90)
    found = [line.box for line in learned_lines_of(ink)]
    assert len(found) == 6
    assert sum(near(box, stamp, by=2) for box in found) == 1
    assert all(any(near(box, drawn, by=2) for box in found) for drawn in prints)


def test_an_x_typed_beside_a_label_is_no_part_of_it(lines_of: LinesOf) -> None:
    """The detector saw one line, and a checkbox without a frame was told blank."""
    ink = blank_ink()
    cross = write(ink, 100, 200, "X", 26)
    label = write(ink, cross.right + 34, 200, "Director", 26)
    assert [line.box.x for line in lines_of(ink)] == [cross.x, label.x]


def test_lines_never_reach_across_the_wall_of_a_cell(ruled_lines_of: LinesOf) -> None:
    ink = blank_ink()
    draw_grid(ink, [100, 300, 500], [200, 260])
    one = write(ink, 232, 215, "24409", 22)
    assert one.right < 300
    other = write(ink, 306, 215, "D", 22)
    found = ruled_lines_of(ink)
    assert [line.cell for line in found] == [0, 1]
    assert near(found[0].box, one, by=2)
    assert near(found[1].box, other, by=2)


def test_a_line_knows_its_cell_and_lines_outside_come_first(ruled_lines_of: LinesOf) -> None:
    ink = blank_ink()
    draw_grid(ink, [100, 500, 900], [300, 400])
    write(ink, 550, 330, "second", 26)
    write(ink, 150, 330, "first", 26)
    write(ink, 150, 600, "outside", 26)
    found = ruled_lines_of(ink)
    assert [line.cell for line in found] == [None, 0, 1]
    assert [line.box.x // 100 for line in found] == [1, 1, 5]


def test_an_underline_is_told_and_taken_out(ruled_lines_of: LinesOf) -> None:
    ink = blank_ink()
    drawn = write(ink, 300, 300, "BIXBY TIMOTHY", 28)
    fill(ink, drawn.x - 3, drawn.bottom + 3, drawn.width + 6, 2)
    (line,) = ruled_lines_of(ink)
    assert line.underlined
    assert near(line.box, drawn, by=3)


def test_a_fill_in_rule_that_goes_on_is_no_underline(ruled_lines_of: LinesOf) -> None:
    ink = blank_ink()
    drawn = write(ink, 300, 300, "BIXBY", 28)
    fill(ink, 200, drawn.bottom + 3, 600, 2)
    (line,) = ruled_lines_of(ink)
    assert not line.underlined


def test_a_dash_between_typed_words_joins_them(learned_lines_of: LinesOf) -> None:
    """A typewriter leaves a whole space on either side; the dash was lost and the line fell in two."""
    ink = blank_ink()
    one = write(ink, 100, 200, "One of each", 26)
    other = write(ink, one.right + 60, 200, "total", 26)
    dash = fill(ink, one.right + 24, one.y + 11, 12, 3)
    (line,) = learned_lines_of(ink)
    assert near(line.box, Box.around([one, dash, other]), by=2)


def test_a_comma_that_stands_off_belongs_to_its_line(learned_lines_of: LinesOf) -> None:
    ink = blank_ink()
    one = write(ink, 100, 200, "Ave", 26)
    comma = fill(ink, one.right + 12, one.bottom - 4, 5, 10)
    other = write(ink, comma.right + 30, 200, "Suite", 26)
    (line,) = learned_lines_of(ink)
    assert near(line.box, Box.around([one, comma, other]), by=2)


def typed(ink: Pixels, x: int, y: int, text: str, pitch: int = 22) -> list[Box]:
    """Letters each in the middle of a place of its own, as a typewriter sets them."""
    boxes = []
    for k, letter in enumerate(text):
        if letter == " ":
            continue
        width = write(blank_ink(), 100, y, letter, 26).width
        boxes.append(write(ink, x + k * pitch + (pitch - width) // 2, y, letter, 26))
    return boxes


@pytest.mark.parametrize("end", [".", ","])
def test_the_stop_that_ends_typewriting_belongs_to_its_line(lines_of: LinesOf, end: str) -> None:
    """It stands in the middle of a place as wide as a letter's and was lost."""
    ink = blank_ink()
    boxes = typed(ink, 100, 200, "TRADE" + end)
    (line,) = lines_of(ink)
    assert near(line.box, Box.around(boxes), by=2)


def test_dust_behind_close_print_is_no_stop(lines_of: LinesOf) -> None:
    ink = blank_ink()
    drawn = write(ink, 100, 200, "Qorvis Communications", 26)
    fill(ink, drawn.right + 18, drawn.bottom - 5, 4, 4)
    (line,) = lines_of(ink)
    assert near(line.box, drawn, by=1)


def test_a_dash_at_the_end_belongs_to_its_line(learned_lines_of: LinesOf) -> None:
    ink = blank_ink()
    drawn = write(ink, 100, 200, "Hand", 26)
    dash = fill(ink, drawn.right + 18, drawn.y + 10, 12, 3)
    (line,) = learned_lines_of(ink)
    assert near(line.box, Box.around([drawn, dash]), by=1)


def test_a_dash_between_lines_of_other_sizes_joins_nothing(lines_of: LinesOf) -> None:
    ink = blank_ink()
    one = write(ink, 100, 200, "One", 26)
    other = write(ink, one.right + 70, 190, "TOTAL", 60)
    fill(ink, one.right + 24, one.y + 11, 12, 3)
    assert not any(line.box.contains(Box.around([one, other]), 2) for line in lines_of(ink))


def on_end(ink: Pixels, x: int, y: int, text: str, size: int = 26) -> Box:
    """Writes down the page."""
    level = blank_ink(ink.shape[0], ink.shape[1])
    drawn = write(level, y, ink.shape[1] - x - size, text, size)
    ink |= np.rot90(level, -1)
    return Box(ink.shape[1] - drawn.bottom, drawn.x, drawn.height, drawn.width)


def test_a_stamp_on_end_is_one_line_by_itself(learned_lines_of: LinesOf) -> None:
    ink = blank_ink()
    print_box = write(ink, 100, 200, "Present citizenship of the", 26)
    stamp = on_end(ink, 700, 150, "2009 JUL 31 PM 1:43")
    lines = learned_lines_of(ink)
    assert [line.sideways for line in lines if near(line.box, stamp, by=2)] == [True]
    assert [line.sideways for line in lines if near(line.box, print_box, by=2)] == [False]


def test_lines_of_a_stamp_close_to_one_another_are_each_found(learned_lines_of: LinesOf) -> None:
    ink = blank_ink()
    drawn = [on_end(ink, x, 150, text) for x, text in ((700, "RECEIVED BY"), (732, "REGISTRATION UNIT"))]
    found = [line.box for line in learned_lines_of(ink) if line.sideways]
    assert all(any(near(box, one, by=2) for box in found) for one in drawn)


@pytest.mark.parametrize("tilt", [-18.0, -9.0, 6.0, 12.0])
def test_a_stamp_that_is_set_askew_is_found_with_its_tilt(learned_lines_of: LinesOf, tilt: float) -> None:
    ink = blank_ink()
    on_end(ink, 500, 150, "2009 JUL 31 PM 1:43")
    turn = cv2.getRotationMatrix2D((500, 400), tilt, 1.0)
    (found,) = [line for line in learned_lines_of(cv2.warpAffine(ink, turn, (1000, 800))) if line.sideways]
    assert found.tilt == pytest.approx(tilt, abs=2.0)


def test_a_stamp_whose_characters_fell_apart_is_found(learned_lines_of: LinesOf) -> None:
    ink = blank_ink()
    # Wheels set their figures wide.
    stamp = on_end(ink, 700, 150, "2 0 0 9  J U L  3 1  P M", 34)
    ink[::5] = 0
    ink[:, ::7] = 0
    assert any(near(line.box, stamp, by=6) for line in learned_lines_of(ink) if line.sideways)


def test_single_letters_under_one_another_are_no_stamp(lines_of: LinesOf) -> None:
    ink = blank_ink()
    for k in range(8):
        write(ink, 300, 100 + 34 * k, "D", 26)
    assert [line.sideways for line in lines_of(ink)] == [False] * 8


def test_paragraphs_are_no_stamps(lines_of: LinesOf) -> None:
    ink = blank_ink()
    for k in range(8):
        write(ink, 100, 100 + 26 * k, "in accordance with the act of 1938, as amended", 24)
    assert [line.sideways for line in lines_of(ink)] == [False] * 8


def test_short_lines_in_a_narrow_column_are_no_stamp(lines_of: LinesOf) -> None:
    ink = blank_ink()
    for k, text in enumerate(("Stock", "Option", "(right to", "buy)", "Stock", "Option")):
        write(ink, 300, 100 + 22 * k, text, 22)
    assert not any(line.sideways for line in lines_of(ink))


def test_numbers_under_one_another_are_no_stamp(lines_of: LinesOf) -> None:
    ink = blank_ink()
    for k, text in enumerate(("350", "150", "50", "100", "350", "120", "975")):
        drawn = write(ink, 300, 100 + 33 * k, text, 28)
        # A rule to write on took their lower parts away.
        ink[drawn.bottom - 5 : drawn.bottom, drawn.x : drawn.right] = 0
    assert not any(line.sideways for line in lines_of(ink))
