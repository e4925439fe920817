"""A whole form from its stack, with a classifier that goes by labels alone in place of the trained one."""

from __future__ import annotations

from factories import LABELS_ALONE, Text, at, field_def, page_of, sheet_of, small_form, table_cells, with_raised

from digitizer.document.form import FootnoteDefinition, TableDefinition
from digitizer.document.geometry import Box
from digitizer.document.layout import Mark
from digitizer.fields.extract import Drafts, extract
from digitizer.fields.stacked_pages import stack_pages

PAYMENTS = TableDefinition(
    "payments",
    (
        field_def("on", "date", "Paid on"),
        field_def("amount", "number", "Paid in", implies={"direction": "in"}),
        field_def("amount", "number", "Paid out", implies={"direction": "out"}),
    ),
)
NOTES = FootnoteDefinition(("Explanation:",), ("Signed",))
FORM = small_form((PAYMENTS,), footnotes=NOTES)
BOX = Mark(Box(900, 300, 30, 30), True, 0.99)
XS, YS = [100, 400, 700, 1000], [600, 660, 720, 780, 840]
ROWS = [["Paid on", "Paid in", "Paid out"], ["1/2/2007", "24,409", ""], ["3/3/2008", "", "6.50"], ["", "", ""]]


def card(*more: Text, name: str = "BIXBY TIMOTHY") -> list[Text]:
    texts: list[Text] = [
        ("LIBRARY LOAN CARD", at(600, 40, "LIBRARY LOAN CARD")),
        ("Name of borrower", at(100, 100, "Name of borrower")),
        ("Date of loan", at(100, 300, "Date of loan")),
        ("11/17/2009", at(100, 335, "11/17/2009")),
        ("Returned late", at(945, 303, "Returned late")),
        *more,
    ]
    return [*texts, (name, at(100, 135, name))] if name else texts


def table() -> list[Text]:
    return [
        (text, at(XS[c] + 10, YS[r] + 15, text), 3 * r + c)
        for r, row in enumerate(ROWS)
        for c, text in enumerate(row)
        if text
    ]


def extracted(*more: Text, name: str = "BIXBY TIMOTHY") -> Drafts:
    return extract(sheet_of(card(*more, name=name), table_cells(XS, YS), [BOX]), FORM, LABELS_ALONE)


def test_every_field_of_the_definition_has_its_value() -> None:
    drafts = extracted()
    assert {n: d.value for n, d in drafts.fields.items()} == {
        "borrower": "BIXBY TIMOTHY",
        "dateOfLoan": "2009-11-17",
        "returnedLate": True,
    }
    assert drafts.fields["dateOfLoan"].place == Box(*at(100, 335, "11/17/2009"))


def test_a_field_left_blank_is_empty_where_its_label_stands() -> None:
    draft = extracted(name="").fields["borrower"]
    assert (draft.value, draft.text) == ("", "")
    assert draft.place == Box(*at(100, 100, "Name of borrower"))
    assert draft.match > 0.5, "nothing else could be its value"


def test_an_optional_field_that_the_print_lacks_has_no_key_and_any_other_has() -> None:
    fields = (*FORM.fields, field_def("shelf", optional=True), field_def("title"))
    drafts = extract(sheet_of(card()), small_form(fields=fields), LABELS_ALONE)
    assert "shelf" not in drafts.fields
    assert drafts.fields["title"].value == ""


def test_rows_with_nothing_written_are_no_rows_and_columns_imply_values() -> None:
    rows = [{n: d.value for n, d in row.items()} for row in extracted(*table()).tables["payments"]]
    assert rows == [
        {"on": "2007-01-02", "amount": "24409", "direction": "in"},
        {"on": "2008-03-03", "amount": "6.5", "direction": "out"},
    ]


def test_values_in_a_table_are_not_taken_for_fields() -> None:
    drafts = extract(sheet_of(table(), table_cells(XS, YS)), FORM, LABELS_ALONE)
    assert drafts.fields["dateOfLoan"].value == ""
    assert len(drafts.tables["payments"]) == 2


def test_notes_and_their_markers_are_told() -> None:
    texts = card(("Explanation:", at(100, 1200, "Explanation:")), ("1. By mail.", at(100, 1240, "1. By mail.")))
    page = with_raised(page_of(texts), 3, "(1)")
    drafts = extract(stack_pages([page]), FORM, LABELS_ALONE)
    assert drafts.fields["dateOfLoan"].footnotes == ("F1",)
    assert drafts.fields["dateOfLoan"].value == "2009-11-17"
    assert [(n.number, n.text) for n in drafts.notes] == [(1, "By mail.")]


def test_what_was_taken_up_is_claimed_and_a_stamp_is_not() -> None:
    stamp: Text = ("RECEIVED", (1200, 1900, 300, 60))
    stack = sheet_of(card(stamp, *table()), table_cells(XS, YS), [BOX])
    claimed = extract(stack, FORM, LABELS_ALONE).claimed
    texts = {stack.items[k].text for k in claimed}
    assert {"Name of borrower", "Date of loan", "24,409"} <= texts
    assert "RECEIVED" not in texts


OWNERS = TableDefinition(
    "owners", (field_def("name", "name", "Name of owner"), field_def("town", "address", "(Town)")), block=True
)


def owner(y: int, name: str, town: str) -> list[Text]:
    return [
        ("Name of owner", at(100, y, "Name of owner")),
        (name, at(100, y + 34, name)),
        (town, at(100, y + 120, town)),
        ("(Town)", at(100, y + 154, "(Town)")),
    ]


def owners(*blocks: list[Text]) -> list[dict[str, str | bool]]:
    form = small_form((OWNERS,), fields=OWNERS.columns)
    drafts = extract(sheet_of([text for block in blocks for text in block]), form, LABELS_ALONE)
    return [{n: d.value for n, d in row.items()} for row in drafts.tables["owners"]]


def test_several_blocks_are_a_row_each_and_a_lone_block_is_none() -> None:
    one, two = owner(100, "BIXBY", "NEW YORK"), owner(700, "LOCASCIO", "BOSTON")
    assert owners(one) == []
    assert owners(one, two) == [{"name": "BIXBY", "town": "NEW YORK"}, {"name": "LOCASCIO", "town": "BOSTON"}]


def test_a_first_block_that_is_printed_twice_counts_once() -> None:
    one, again, two = (
        owner(100, "BIXBY", "NEW YORK"),
        owner(700, "BIXBY", "NEW YORK"),
        owner(1300, "LOCASCIO", "BOSTON"),
    )
    assert [row["name"] for row in owners(one, again, two)] == ["BIXBY", "LOCASCIO"]


def test_a_page_that_belongs_before_another_is_told() -> None:
    first = page_of(card())
    notes = page_of([("Explanation:", at(100, 100, "Explanation:")), ("1. Sold.", at(100, 140, "1. Sold."))], number=2)
    rows = page_of(table(), table_cells(XS, YS), number=3)
    assert extract(stack_pages([first, rows, notes]), FORM, LABELS_ALONE).astray == ()
    assert extract(stack_pages([first, notes, rows]), FORM, LABELS_ALONE).astray == (2,)
