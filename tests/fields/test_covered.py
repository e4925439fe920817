"""What a stamp stands over goes to a person: values, and blanks in whose cell something may be hidden."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factories import LABELS_ALONE, Text, at, draft_of, field_def, page_of, small_form, table_cells

from digitizer.document.form import TableDefinition
from digitizer.document.geometry import Box
from digitizer.document.layout import Cell, Readings, TextLine
from digitizer.fields.covered import is_covered
from digitizer.fields.extract import extract
from digitizer.fields.stacked_pages import StackedPages, stack_pages

XS, YS = [100, 400, 700], [200, 260, 320, 380]
COLUMNS = (field_def("date", "date", "Date of payment"), field_def("amount", "money", "Amount paid"))


def stamped(page: Readings, *boxes: Box) -> StackedPages:
    """A sheet of a page with a stamp's lines in those places."""
    more = tuple(TextLine(box, stamped=True) for box in boxes)
    words = tuple(replace(page.lines[0], text="RECEIVED", words=()) for _ in boxes)
    layout = replace(page.layout, lines=page.layout.lines + more)
    return stack_pages(
        [replace(page, layout=layout, lines=page.lines + words, raised=page.raised + (None,) * len(boxes))]
    )


def page(*texts: Text, cells: tuple[Cell, ...] = ()) -> Readings:
    return page_of([("Name", at(100, 100, "Name")), *texts], cells)


@pytest.mark.parametrize(("stamp", "over"), [(Box(150, 90, 200, 60), True), (Box(150, 300, 200, 60), False)])
def test_a_value_under_a_stamp_is_told(stamp: Box, over: bool) -> None:
    draft = draft_of(field_def("name"), "Kalyan", place=Box(100, 100, 80, 30))
    assert is_covered(stamped(page(), stamp), draft) is over


def test_a_blank_is_covered_by_what_stands_anywhere_in_its_cell() -> None:
    blank = draft_of(field_def("name"), "", place=Box(100, 100, 80, 30))
    cell, stamp = Cell(Box(90, 90, 600, 200)), Box(400, 200, 200, 60)
    assert is_covered(stamped(page(cells=(cell,)), stamp), blank)
    assert not is_covered(stamped(page(), stamp), blank)


def test_the_stamps_own_date_is_not_under_it() -> None:
    stamp = Box(100, 100, 200, 60)
    date = draft_of(field_def("receivedDate", "date", stamp=True), "2007-10-29", place=stamp)
    assert not is_covered(stamped(page(), stamp), date)


def test_a_tables_blank_cell_under_a_stamp_is_told_and_no_other() -> None:
    cells = table_cells(XS, YS)
    texts: list[Text] = [
        ("Date of payment", at(110, 210, "Date of payment"), 0),
        ("Amount paid", at(410, 210, "Amount paid"), 1),
        ("12/05/2019", at(110, 270, "12/05/2019"), 2),
        ("12/06/2019", at(110, 330, "12/06/2019"), 4),
    ]
    form = small_form((TableDefinition("payments", COLUMNS),), fields=())
    drafts = extract(stamped(page_of(texts, cells), Box(450, 335, 200, 30)), form, LABELS_ALONE)
    first, second = drafts.tables["payments"]
    assert [row["amount"].value for row in (first, second)] == ["", ""]
    assert not first["amount"].covered
    assert second["amount"].covered
    assert not second["date"].covered
