from dataclasses import replace

import pytest
from factories import LINE, Text, at, page_of, with_raised

from digitizer.document.geometry import Box
from digitizer.document.layout import Cell, Mark
from digitizer.fields.stacked_pages import UNIT, stack_pages


def test_a_page_is_laid_as_it_stands() -> None:
    page = page_of(
        [("Name", at(100, 200, "Name"), 0)], [Cell(Box(80, 180, 400, 100))], [Mark(Box(9, 9, 30, 30), True, 1)]
    )
    stack = stack_pages([page])
    (item,) = stack.items
    assert (item.text, item.box, item.place, item.page, item.cell) == (
        "Name",
        Box(100, 200, 56, 24),
        Box(100, 200, 56, 24),
        0,
        0,
    )
    assert stack.cells[0].box == Box(80, 180, 400, 100)
    assert (stack.marks[0].box, stack.marks[0].mark.checked) == (Box(9, 9, 30, 30), True)
    assert stack.tops == (0,)


@pytest.mark.parametrize("dpi", [100.0, 300.0, 400.0])
def test_places_are_in_two_hundredths_of_an_inch_at_every_resolution(dpi: float) -> None:
    s = dpi / UNIT
    page = page_of([("Name", (round(100 * s), round(200 * s), round(56 * s), round(24 * s)))])
    page = replace(page, layout=replace(page.layout, dpi=dpi))
    (item,) = stack_pages([page]).items
    assert item.box == Box(100, 200, 56, 24)
    assert item.place == page.layout.lines[0].box, "its place on the page stays in pixels"
    assert Box.around([w.box for w in item.words]) == item.box


def test_the_second_page_lies_under_the_first() -> None:
    first, second = page_of([("one", at(100, 200, "one"))]), page_of([("two", at(100, 200, "two"))], number=2)
    stack = stack_pages([first, second])
    assert [i.page for i in stack.items] == [0, 1]
    assert stack.tops == (0, first.layout.size[1])
    assert stack.items[1].box.y == first.layout.size[1] + 200
    assert stack.items[1].place.y == 200
    assert stack.items[1].words[0].box.y == stack.items[1].box.y


def cut_pages(dx: int = 0, width: int = 400) -> tuple[Cell, Cell]:
    """The halves of a cell: open at the foot of one page, open at the head of the next."""
    return (
        Cell(Box(100, 1900, 400, 200), open_bottom=True),
        Cell(Box(100 + dx, 60, width, 150), open_top=True),
    )


def test_a_cell_cut_by_the_page_break_becomes_one() -> None:
    foot, head = cut_pages()
    first = page_of([("goes", at(110, 1950, "goes"), 0)], [foot])
    second = page_of([("on", at(110, 100, "on"), 0)], [head], number=2)
    stack = stack_pages([first, second])
    (cell,) = stack.cells
    assert (cell.open_top, cell.open_bottom) == (False, False)
    assert cell.box.height == 200 + 150
    assert [i.cell for i in stack.items] == [0, 0]
    assert stack.items[1].box.y == 2100 + (100 - 60), "the second page begins where the first was cut"


def test_joined_pages_stand_in_line_though_the_scans_do_not() -> None:
    foot, head = cut_pages(dx=25)
    second = page_of([("on", at(135, 100, "on"), 0)], [head], number=2)
    stack = stack_pages([page_of([], [foot]), second])
    assert len(stack.cells) == 1
    assert stack.cells[0].box.x == 100
    assert stack.items[0].box.x == 110


def test_cells_of_other_widths_are_not_joined() -> None:
    foot, head = cut_pages(width=700)
    stack = stack_pages([page_of([], [foot]), page_of([], [head], number=2)])
    assert len(stack.cells) == 2


def test_closed_cells_are_not_joined() -> None:
    foot, head = cut_pages()
    stack = stack_pages([page_of([], [replace(foot, open_bottom=False)]), page_of([], [head], number=2)])
    assert len(stack.cells) == 2


def test_a_cell_may_run_over_three_pages() -> None:
    foot, head = cut_pages()
    middle = Cell(Box(100, 60, 400, 2000), open_top=True, open_bottom=True)
    stack = stack_pages([page_of([], [foot]), page_of([], [middle], number=2), page_of([], [head], number=3)])
    (cell,) = stack.cells
    assert cell.box.height == 200 + 2000 + 150


def test_whole_cells_of_the_second_page_keep_their_lines() -> None:
    foot, head = cut_pages()
    own = Cell(Box(600, 500, 300, 100))
    second = page_of([("on", at(110, 100, "on"), 0), ("own", at(610, 520, "own"), 1)], [head, own], number=2)
    stack = stack_pages([page_of([], [foot]), second])
    cells = [stack.items[k].cell for k in (0, 1)]
    assert len(stack.cells) == 2
    assert all(c is not None and stack.cells[c].box.contains(i.box) for c, i in zip(cells, stack.items, strict=True))


def test_raised_markers_stay_with_their_line() -> None:
    page = with_raised(page_of([("306,250", at(100, 200, "306,250"))]), 0, "(4)")
    (item,) = stack_pages([page]).items
    assert item.raised is not None
    assert item.raised.text == "(4)"
    assert item.raised_box == page.layout.lines[0].raised


def test_a_broken_frame_is_a_checkbox_only_where_no_word_was_read() -> None:
    word: Text = ("filed", at(100, 100, "filed"))
    box: Text = ("Yes", (300, 100, 80, LINE))
    letter, frame = Mark(Box(120, 102, 20, 20), False, 0.8, whole=False), Mark(Box(358, 102, 20, 20), True, 0.8, False)
    stack = stack_pages([page_of([word, box], marks=[letter, frame])])
    assert [m.place for m in stack.marks] == [frame.box]


def test_whole_frames_stay_whatever_is_read_in_them() -> None:
    mark = Mark(Box(120, 102, 20, 20), True, 0.99)
    assert len(stack_pages([page_of([("filed", at(100, 100, "filed"))], marks=[mark])]).marks) == 1
