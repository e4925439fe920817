import cv2
import numpy as np
import pytest
from inked_pages import DPI, LETTER, blank_ink, draw_grid, fill, frame, near, stroke, write

from digitizer.document.layout import Mark
from digitizer.document.page import Pixels
from digitizer.imaging.marks import find_marks
from digitizer.imaging.rules import find_rules


def marks_of(ink: Pixels) -> tuple[Mark, ...]:
    """The checkboxes with all their sides; what may be a broken one is told apart from letters once those are read."""
    return tuple(m for m in find_marks(ink, find_rules(ink, LETTER).ink, LETTER, DPI).marks if m.likely)


@pytest.mark.parametrize("side", [22, 28, 36, 50])
@pytest.mark.parametrize("thick", [1, 2, 4])
def test_an_empty_box_is_found_and_not_checked(side: int, thick: int) -> None:
    ink = blank_ink()
    drawn = frame(ink, 200, 300, side, thick)
    (mark,) = marks_of(ink)
    assert near(mark.box, drawn, by=2)
    assert not mark.checked
    assert mark.confidence > 0.9


def test_an_x_from_corner_to_corner_checks_the_box() -> None:
    ink = blank_ink()
    drawn = frame(ink, 200, 300)
    stroke(ink, (204, 304), (228, 328))
    stroke(ink, (228, 304), (204, 328))
    (mark,) = marks_of(ink)
    assert near(mark.box, drawn, by=2)
    assert mark.checked
    assert mark.confidence > 0.9


def test_a_typed_x_checks_the_box() -> None:
    ink = blank_ink()
    frame(ink, 200, 300, 36)
    write(ink, 209, 299, "X", 30)
    (mark,) = marks_of(ink)
    assert mark.checked


def test_a_tick_checks_the_box() -> None:
    ink = blank_ink()
    frame(ink, 200, 300)
    stroke(ink, (205, 316), (213, 326), (228, 305))
    (mark,) = marks_of(ink)
    assert mark.checked


def test_a_filled_box_is_checked() -> None:
    ink = blank_ink()
    frame(ink, 200, 300)
    fill(ink, 206, 306, 20, 20)
    (mark,) = marks_of(ink)
    assert mark.checked
    assert mark.confidence > 0.99


def test_a_tick_that_overshoots_its_box_checks_it() -> None:
    ink = blank_ink()
    drawn = frame(ink, 200, 300)
    stroke(ink, (192, 312), (213, 326), (245, 270))
    (mark,) = marks_of(ink)
    assert near(mark.box, drawn, by=2)
    assert mark.checked


def test_a_cross_that_overshoots_the_sides_of_its_box_checks_it() -> None:
    ink = blank_ink()
    drawn = frame(ink, 200, 300)
    stroke(ink, (208, 280), (224, 350))
    stroke(ink, (180, 322), (252, 308))
    (mark,) = marks_of(ink)
    assert near(mark.box, drawn, by=2)
    assert mark.checked


def test_a_cross_that_overshoots_the_corners_of_its_box_checks_it() -> None:
    ink = blank_ink()
    drawn = frame(ink, 200, 300)
    stroke(ink, (185, 290), (250, 345))
    stroke(ink, (248, 285), (182, 348))
    (mark,) = marks_of(ink)
    assert near(mark.box, drawn, by=3)
    assert mark.checked


def test_specks_in_a_box_do_not_check_it() -> None:
    ink = blank_ink()
    frame(ink, 200, 300, 40)
    for x, y in ((212, 313), (222, 330), (230, 318)):
        fill(ink, x, y, 3, 3)
    (mark,) = marks_of(ink)
    assert not mark.checked


def test_the_nearer_to_the_limit_the_less_sure() -> None:
    sure = []
    for size in (0, 7, 20):
        ink = blank_ink()
        frame(ink, 200, 300)
        if size:
            fill(ink, 207, 307, size, size)
        sure.append(marks_of(ink)[0].confidence)
    assert sure[1] < 0.9 < min(sure[0], sure[2])
    assert min(sure) >= 0.5


@pytest.mark.parametrize("letter", ["O", "D", "0", "Q", "8", "U", "C", "E", "H", "N", "M", "a", "e"])
@pytest.mark.parametrize("size", [24, 32, 44])
def test_letters_are_no_checkboxes(letter: str, size: int) -> None:
    ink = blank_ink()
    write(ink, 200, 300, letter, size)
    assert marks_of(ink) == ()


@pytest.mark.parametrize("text", ["DIRECTOR OF BOARD", "DODO QUOD BOD", "00800 0D0 D0D"])
def test_words_hold_no_checkboxes(text: str) -> None:
    ink = blank_ink()
    write(ink, 100, 300, text, 34)
    assert marks_of(ink) == ()


def test_cells_of_a_table_are_no_checkboxes() -> None:
    ink = blank_ink()
    draw_grid(ink, [100, 200, 300, 600], [100, 180, 260])
    assert marks_of(ink) == ()


def test_rings_in_a_column_are_round_checkboxes() -> None:
    ink = blank_ink()
    for k in range(5):
        cv2.circle(ink, (300, 200 + 70 * k), 16, 255, 2)
        write(ink, 340, 186 + 70 * k, "yes", 28)
    cv2.circle(ink, (300, 270), 9, 255, -1)
    marks = marks_of(ink)
    assert [m.checked for m in marks] == [False, True, False, False, False]
    assert all(m.round for m in marks)


def test_boxes_come_top_to_bottom_and_left_to_right() -> None:
    ink = blank_ink()
    for x, y in ((600, 100), (200, 400), (200, 100)):
        frame(ink, x, y)
    places = [(round(m.box.x, -2), round(m.box.y, -2)) for m in marks_of(ink)]
    assert places == [(200, 100), (600, 100), (200, 400)]


def test_boxes_and_what_is_in_them_are_taken_out_of_the_ink_and_labels_stay() -> None:
    ink = blank_ink()
    frame(ink, 200, 300)
    stroke(ink, (204, 304), (228, 328))
    label = write(ink, 250, 300, "Director")
    rest = find_marks(ink, find_rules(ink, LETTER).ink, LETTER, DPI).ink
    assert np.count_nonzero(rest[290:345, 190:240]) == 0
    area = slice(label.y, label.bottom), slice(label.x, label.right)
    assert np.array_equal(rest[area], ink[area])


def test_frayed_sides_do_not_tick_a_narrow_frame() -> None:
    ink = blank_ink()
    for k in range(3):
        y = 140 + 90 * k
        cv2.rectangle(ink, (200, y), (226, y + 40), 255, 4)
        # The sides are a pixel thicker here and there, as faxes make them.
        ink[y + 8 : y + 20, 203] = ink[y + 26 : y + 32, 203] = ink[y + 10 : y + 14, 223] = 255
        write(ink, 250, y + 8, "director", 24)
    cv2.line(ink, (206, 238), (220, 262), 255, 2)
    cv2.line(ink, (220, 238), (206, 262), 255, 2)
    assert [m.checked for m in marks_of(ink)] == [False, True, False]
