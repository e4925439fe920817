import numpy as np
from inked_pages import blank_ink, draw_grid, frame, near, straight_page, stroke, write

from digitizer.document.geometry import Box
from digitizer.imaging.segment import Segments, segment
from digitizer.imaging.text_detector import InkDetector


def small_form() -> tuple[Segments, dict[str, Box], int]:
    """A cell with a label and an entry, beside it a ticked box with its label; and how much ink was drawn."""
    ink = blank_ink()
    draw_grid(ink, [100, 600, 900], [200, 400])
    drawn = {
        "label": write(ink, 115, 215, "1. Name of borrower", 20),
        "entry": write(ink, 140, 300, "BIXBY TIMOTHY", 30),
        "box": frame(ink, 640, 300),
        "tick": write(ink, 690, 300, "returned late", 24),
    }
    stroke(ink, (645, 316), (653, 326), (668, 305))
    return segment(straight_page(ink), InkDetector()), drawn, int(np.count_nonzero(ink))


def test_a_form_falls_into_rules_cells_marks_and_lines() -> None:
    segments, drawn, _ = small_form()
    layout = segments.layout
    assert len(layout.rules) == 5
    assert [c.parent for c in layout.cells] == [None, None]
    (mark,) = layout.marks
    assert near(mark.box, drawn["box"], by=2)
    assert mark.checked
    boxes = [line.box for line in layout.lines]
    assert len(boxes) == 3
    for name in ("label", "entry", "tick"):
        assert any(near(box, drawn[name], by=2) for box in boxes), name
    assert [line.cell for line in layout.lines] == [0, 0, 1]


def test_the_ink_that_is_left_is_that_of_the_lines() -> None:
    segments, drawn, before = small_form()
    left = segments.ink.copy()
    assert 0 < np.count_nonzero(left) < before
    for name in ("label", "entry", "tick"):
        area = drawn[name].grown(2)
        left[area.y : area.bottom, area.x : area.right] = 0
    assert np.count_nonzero(left) <= 40


def test_the_layout_tells_the_page_that_it_is_of() -> None:
    page = straight_page(blank_ink())
    layout = segment(page, InkDetector()).layout
    assert (layout.ref, layout.size, layout.dpi, layout.skew, layout.turned) == (
        page.ref,
        (1000, 800),
        page.dpi,
        page.skew,
        page.turned,
    )
    assert (layout.to_scan, layout.scan_size) == (page.to_scan, page.scan_size)
    assert (layout.rules, layout.cells, layout.marks, layout.lines) == ((), (), (), ())


def test_the_same_page_gives_the_same_segments() -> None:
    one, _, _ = small_form()
    other, _, _ = small_form()
    assert one.layout == other.layout
    assert np.array_equal(one.ink, other.ink)
