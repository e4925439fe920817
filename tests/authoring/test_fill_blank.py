from __future__ import annotations

import numpy as np
from factories import field_def, small_form

from digitizer.authoring.answer_places import Answer
from digitizer.authoring.blank import Blank, BlankTable
from digitizer.authoring.fill_blank import Filled, fill_blank, truth_of
from digitizer.document.form import RuleDefinition, TableDefinition
from digitizer.document.geometry import Box
from digitizer.fields.slots import Slot

CHOICES = tuple(field_def(name, "checkbox", name) for name in ("sail", "motor", "steam"))
DATES = (field_def("first", "date", "First"), field_def("last", "date", "Last"))
TABLE = TableDefinition("payments", (field_def("on", "date", "Paid on"), field_def("amount", "money", "Amount")))
FORM = small_form(
    (TABLE,),
    fields=(*CHOICES, *DATES, field_def("name", "name", "Name")),
    rules=(
        RuleDefinition("exclusive", ("sail", "motor", "steam")),
        RuleDefinition("at_least_one", ("sail", "motor", "steam")),
        RuleDefinition("order", ("first", "last")),
        RuleDefinition("required", ("name",)),
    ),
)


def blank() -> Blank:
    page = np.full((1600, 1600), 255, np.uint8)
    marks = [Answer(Slot((f,)), 0, Box(100 + 200 * k, 100, 50, 50), mark=True) for k, f in enumerate(CHOICES)]
    written = [
        Answer(Slot((f,)), 0, Box(100, 300 + 150 * k, 1200, 100)) for k, f in enumerate((*DATES, FORM.named("name")))
    ]
    rows = tuple((Box(100, 800 + 80 * k, 600, 70), Box(720, 800 + 80 * k, 600, 70)) for k in range(5))
    return Blank(FORM, (page,), (*marks, *written), (BlankTable(TABLE, 0, rows),), (), 6)


def fillings(count: int = 40) -> list[Filled]:
    return [fill_blank(blank(), number, 1) for number in range(count)]


def test_the_same_number_gives_the_same_scan_and_another_another() -> None:
    one, again, other = (fill_blank(blank(), number, 1) for number in (3, 3, 4))
    assert one.values == again.values
    assert np.array_equal(one.scans[0].pixels, again.scans[0].pixels)
    assert one.values != other.values


def test_the_rules_of_the_form_hold() -> None:
    for filled in fillings():
        assert sum(filled.values[f.name] is True for f in CHOICES) == 1
        first, last = (str(filled.values[f.name]) for f in DATES)
        assert not first or not last or first <= last


def test_what_is_required_is_hardly_ever_blank_and_other_fields_are_now_and_then() -> None:
    blanks = {n: sum(f.values[n] == "" for f in fillings()) for n in ("name", "first")}
    assert blanks["name"] < 5 < blanks["first"] + 4
    assert blanks["first"] < 30


def test_values_are_told_as_a_record_has_them() -> None:
    for filled in fillings(12):
        for value in (filled.values["first"], *(row["on"] for row in filled.rows["payments"])):
            assert value == "" or len(str(value).split("-")) == 3
        for row in filled.rows["payments"]:
            assert set(row) == {"on", "amount"}
            assert str(row["amount"]).replace(".", "").isdigit() or row["amount"] == ""


def test_ink_stands_where_something_is_filled_in() -> None:
    # The fifth of each eight is scanned without damage: nothing is moved.
    filled = fill_blank(blank(), 4, 1)
    page = filled.scans[0].pixels
    for answer in blank().answers:
        value = filled.values[answer.slot.leader.name]
        box = answer.box.grown(40)
        inked = (page[box.y : box.bottom, box.x : box.right] < 128).any()
        assert inked == bool(value), answer.slot.leader.name


def test_parts_of_one_entry_are_told_line_by_line() -> None:
    street = Slot((field_def("street", "address", "Address", line=1), field_def("city", "address", "Address", line=2)))
    assert truth_of(street, ["7 Pier Road", "Marrow Bay"]) == {"street": "7 Pier Road", "city": "Marrow Bay"}
    assert truth_of(street, []) == {"street": "", "city": ""}
