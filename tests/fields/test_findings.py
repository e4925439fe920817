"""What a form says of its values: how clear its pages are, who wrote, what stamps cover, what ink was not read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factories import LABELS_ALONE, Text, at, draft_of, field_def, page_of, sheet_of, small_form, table_cells

from digitizer.document.form import TableDefinition
from digitizer.document.geometry import Box
from digitizer.document.layout import Cell, Readings, TextLine
from digitizer.fields.decode import Decoded
from digitizer.fields.drafts import Filled
from digitizer.fields.extract import extract
from digitizer.fields.findings import build_drafts, clarity, is_covered
from digitizer.fields.stacked_pages import Item, StackedPages, stack_pages

FIELDS = (field_def("nationality", "text", "Nationality"), field_def("occupation", "text", "Occupation"))
LABELS: list[Text] = [("Nationality", at(100, 200, "Nationality")), ("Occupation", at(100, 500, "Occupation"))]


def blanks(*more: Text) -> dict[str, bool]:
    """Which blanks stand beside unread ink, by name."""
    drafts = extract(stack_pages([page_of([*LABELS, *more])]), small_form(fields=FIELDS), LABELS_ALONE)
    return {name: draft.unread for name, draft in drafts.fields.items() if draft.value == ""}


def test_blanks_of_a_clean_page_are_blank() -> None:
    assert blanks() == {"nationality": False, "occupation": False}


def test_ink_that_could_not_be_read_is_told_beside_its_label_alone() -> None:
    assert blanks(("", (330, 195, 150, 40))) == {"nationality": True, "occupation": False}
    assert blanks(("", (110, 545, 150, 40))) == {"nationality": False, "occupation": True}


@pytest.mark.parametrize("box", [(330, 200, 8, 8), (1500, 200, 150, 40), (330, 330, 150, 40)])
def test_specks_and_what_stands_far_off_are_not(box: tuple[int, int, int, int]) -> None:
    assert not any(blanks(("", box)).values())


def test_what_another_field_has_is_not_unread() -> None:
    found = blanks(("Consultant", at(330, 500, "Consultant")))
    assert found == {"nationality": False}


@pytest.mark.parametrize(("label", "told"), [("(Signature)", True), ("Signature", False)])
def test_ink_over_a_caption_is_told(label: str, told: bool) -> None:
    texts: list[Text] = [("", (110, 706, 150, 40)), (label, at(100, 800, label))]
    fields = (field_def("signature", "text", label),)
    drafts = extract(stack_pages([page_of(texts)]), small_form(fields=fields), LABELS_ALONE)
    assert drafts.fields["signature"].unread is told


def stack(*engines: str, confidence: float = 0.8) -> StackedPages:
    plain = sheet_of([(text, at(100, 100 + 60 * k, text)) for k, text in enumerate("abcd" for _ in engines)])
    return replace(plain, items=tuple(_by(i, e, confidence) for i, e in zip(plain.items, engines, strict=True)))


def _by(item: Item, engine: str, confidence: float) -> Item:
    return replace(item, confidence=confidence, reading=replace(item.reading, engine=engine))


def test_known_print_and_sureness_of_the_rest_are_told_apart() -> None:
    ((known, clear),) = clarity(stack("print", "tesseract", "tesseract", "tesseract"))
    assert (known, clear) == (pytest.approx(0.25), pytest.approx(0.8))
    assert clarity(stack("print", confidence=0.4)) == ((1.0, 1.0),)


def test_every_draft_is_told_of_its_page() -> None:
    name = field_def("name")
    read = Decoded({"name": draft_of(name, "x")}, {"loans": ({"name": draft_of(name, "y")},)})
    fields, tables = build_drafts(stack("tesseract"), read, (), ())
    assert fields["name"].clear == tables["loans"][0]["name"].clear == pytest.approx(0.8)


def hands(fields: dict[str, Filled]) -> dict[str, float]:
    """Of a form's fields, how surely each was filled in by hand."""
    drafts, _ = build_drafts(stack("tesseract"), Decoded(fields, {}), (), ())
    return {name: draft.hand for name, draft in drafts.items()}


def test_boxes_of_a_form_filled_in_by_hand_were_ticked_by_hand() -> None:
    name, street, box = field_def("name"), field_def("street"), field_def("late", "checkbox")
    drafts: dict[str, Filled] = {"name": draft_of(name, "Kalyan", hand=0.9), "late": draft_of(box, False)}
    assert hands(drafts) == {"name": 0.9, "late": 1.0}
    typed = {**drafts, "street": draft_of(street, "43 Colden Street, Flushing")}
    assert hands(typed) == {"name": 0.9, "late": 0.0, "street": 0.0}
    assert hands({"late": draft_of(box, True)})["late"] == 0.0


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
