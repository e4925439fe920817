from inked_pages import DPI, blank_ink, fill, frame, near, stroke, write

from digitizer.document.geometry import Box
from digitizer.imaging.like_frames import find_like_frames
from digitizer.imaging.marks import find_marks

SIDE = 22


def test_a_frame_that_an_x_runs_over_is_found_beside_a_whole_one() -> None:
    ink = blank_ink()
    known = frame(ink, 300, 300, SIDE)
    crossed = frame(ink, 500, 300, SIDE)
    stroke(ink, (505, 296), (532, 330))
    stroke(ink, (532, 296), (505, 330))
    (found,) = find_like_frames(ink, [known], [], DPI)
    assert near(found, crossed, by=2)


def test_what_is_in_line_with_no_other_frame_is_no_frame() -> None:
    ink = blank_ink()
    known = frame(ink, 300, 300, SIDE)
    frame(ink, 517, 439, SIDE)
    assert find_like_frames(ink, [known], [], DPI) == []
    broken = Box(700, 438, known.width, known.height)
    assert len(find_like_frames(ink, [known], [broken], DPI)) == 1


def test_without_a_whole_frame_none_is_known() -> None:
    ink = blank_ink()
    frame(ink, 300, 300, SIDE)
    assert find_like_frames(ink, [], [Box(300, 100, SIDE, SIDE)], DPI) == []


def test_print_and_blots_in_line_with_a_frame_are_none() -> None:
    ink = blank_ink()
    known = frame(ink, 300, 300, SIDE)
    write(ink, 350, 300, "HOME DEMOB OXEN", 26)
    fill(ink, 700, 290, 60, 60)
    assert find_like_frames(ink, [known], [], DPI) == []


def test_such_a_frame_is_a_marked_checkbox_that_is_not_whole() -> None:
    ink = blank_ink()
    frame(ink, 300, 300, SIDE)
    crossed = frame(ink, 500, 300, SIDE)
    ink[crossed.bottom - 3 : crossed.bottom, crossed.x + 4 : crossed.x + 9] = 0
    stroke(ink, (496, 296), (532, 332))
    stroke(ink, (532, 296), (496, 332))
    marks = find_marks(ink, ink, DPI).marks
    assert [(m.checked, m.whole) for m in marks if near(m.box, crossed, by=2)] == [(True, False)]
