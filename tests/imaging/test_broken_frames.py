from inked_pages import DPI, blank_ink, fill, frame, near, stroke, write

from digitizer.document.geometry import Box
from digitizer.imaging.broken_frames import find_broken_frames
from digitizer.imaging.marks import find_marks

SIDE = 22


def test_a_frame_that_lost_its_lower_side_is_found() -> None:
    ink = blank_ink()
    box = frame(ink, 300, 300, SIDE)
    ink[box.bottom - 3 : box.bottom, box.x + 6 : box.right - 6] = 0
    (found,) = find_broken_frames(ink, [], DPI)
    assert near(found, box, by=2)


def test_a_frame_that_lost_its_left_side_is_found() -> None:
    ink = blank_ink()
    box = frame(ink, 300, 300, SIDE)
    ink[box.y + 5 : box.bottom - 5, box.x : box.x + 3] = 0
    (found,) = find_broken_frames(ink, [], DPI)
    assert near(found, box, by=2)


def test_known_frames_are_not_found_again() -> None:
    ink = blank_ink()
    box = frame(ink, 300, 300, SIDE)
    assert find_broken_frames(ink, [box], DPI) == []


def test_letters_with_neighbours_on_both_sides_are_no_frames() -> None:
    ink = blank_ink()
    drawn = write(ink, 100, 300, "HHHHH", 34)
    found = find_broken_frames(ink, [], DPI)
    assert all(box.x < drawn.x + 30 or box.right > drawn.right - 30 for box in found)


def test_two_strokes_without_corners_are_no_frame() -> None:
    ink = blank_ink()
    fill(ink, 300, 300, 2, SIDE)
    fill(ink, 320, 300, 2, SIDE)
    assert find_broken_frames(ink, [], DPI) == []


def marked(*points: tuple[int, int]) -> tuple[bool, float, bool]:
    ink = blank_ink()
    box = frame(ink, 300, 300, SIDE)
    ink[box.bottom - 3 : box.bottom, box.x + 6 : box.right - 6] = 0
    if points:
        stroke(ink, *points)
    (mark,) = find_marks(ink, ink, DPI).marks
    return mark.checked, mark.confidence, mark.whole


def test_a_broken_checkbox_is_read_and_never_for_sure() -> None:
    assert marked() == (False, 0.9, False)
    checked, confidence, whole = marked((304, 304), (317, 317))
    assert checked
    assert 0.5 <= confidence <= 0.9
    assert not whole


def test_a_whole_checkbox_is_whole() -> None:
    ink = blank_ink()
    frame(ink, 300, 300, SIDE)
    (mark,) = find_marks(ink, ink, DPI).marks
    assert mark.whole
    assert isinstance(mark.box, Box)
