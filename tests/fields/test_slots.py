from factories import field_def, small_form

from digitizer.document.form import FieldDefinition
from digitizer.fields.slots import slots_of


def names(*fields: FieldDefinition) -> list[list[str]]:
    return [[f.name for f in slot.fields] for slot in slots_of(fields)]


def test_each_field_with_a_label_of_its_own_has_a_slot_in_order() -> None:
    slots = slots_of(small_form().fields)
    assert [s.leader.name for s in slots] == ["borrower", "dateOfLoan", "returnedLate"]
    assert [s.is_checkbox for s in slots] == [False, False, True]
    assert slots[1].labels == ("Date of loan",)


def test_lines_of_one_entry_share_a_slot() -> None:
    street = [field_def(f"street{n}", "address", "(Street)", line=n) for n in (1, 2)]
    assert names(street[0], field_def("city"), street[1]) == [["street1", "street2"], ["city"]]


def test_parts_told_by_patterns_share_a_slot() -> None:
    issuer = field_def("issuer", "name", "Issuer and Symbol", pattern=r"^(.*)\[")
    symbol = field_def("symbol", "code", "Issuer and Symbol", pattern=r"\[(.*)\]")
    assert names(issuer, symbol) == [["issuer", "symbol"]]


def test_whole_entries_under_one_label_are_two_places() -> None:
    assert names(field_def("from", "date", "Date"), field_def("to", "date", "Date")) == [["from"], ["to"]]


def test_the_same_label_in_another_group_or_beside_another_text_is_another_place() -> None:
    one = field_def("one", "text", "Date", line=1)
    grouped = field_def("grouped", "text", "Date", line=1, group="Loan")
    beside = field_def("beside", "text", "Date", line=1, near="Signature")
    assert names(one, grouped, beside) == [["one"], ["grouped"], ["beside"]]


def test_a_checkbox_and_the_text_behind_it_are_two_places() -> None:
    box = field_def("isOfficer", "checkbox", "Officer (give title below)")
    title = field_def("officerTitle", "text", "Officer (give title below)")
    assert names(box, title) == [["isOfficer"], ["officerTitle"]]
