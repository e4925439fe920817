from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from factories import LABELS_ALONE, Text, at, field_def, page_of, small_form, table_cells

from digitizer.authoring.check_scans import check_against, look_at
from digitizer.document.form import FieldDefinition, FormDefinition, TableDefinition
from digitizer.document.geometry import Box
from digitizer.document.layout import Cell, Mark

CELL = Box(80, 80, 1400, 90)


def told(
    form: FormDefinition, *pages: Sequence[Text], cells: Sequence[Cell] = (), marks: Sequence[Box] = ()
) -> list[tuple[tuple[str | int, ...], str]]:
    drawn = [page_of(texts, cells, [Mark(m, False, 0.99) for m in marks]) for texts in pages]
    looked = [look_at(f"{k}.pdf", [page], form, LABELS_ALONE) for k, page in enumerate(drawn)]
    return [(f.where, f.what) for f in check_against(form, looked)]


def form_of(*fields: FieldDefinition, **more: object) -> FormDefinition:
    return replace(small_form(fields=fields, identify=()), **more)


def line(text: str, x: int, y: int, cell: int | None = None) -> Text:
    return text, at(x, y, text), cell


def test_nothing_is_told_where_everything_fits() -> None:
    form = form_of(field_def("owner", "name", "Name of owner"), identify=("BERTH PERMIT",))
    texts = [line("BERTH PERMIT", 600, 20), line("Name of owner", 100, 90, 0)]
    assert told(form, texts, cells=[Cell(CELL)]) == []


def test_a_label_on_no_page_is_told_with_the_print_most_like_it() -> None:
    form = form_of(field_def("owner", "name", "Names of the owners in full"))
    ((where, what),) = [f for f in told(form, [line("Name of owner", 100, 90)]) if f[0][0] == "fields"]
    assert where == ("fields", 0, "labels")
    assert "stands on no page; nearest print: 'Name of owner'" in what


def test_a_label_whose_words_another_label_took_says_so() -> None:
    form = form_of(field_def("owner", "name", "Owner of the vessel"), field_def("vessel", "name", "vessel"))
    findings = told(form, [line("Owner of the vessel", 100, 90, 0)], cells=[Cell(CELL)])
    assert any("vessel: its label" in what and "taken for 'Owner of the vessel'" in what for _, what in findings)


def test_an_optional_field_may_be_missing() -> None:
    form = form_of(field_def("owner", "name", "Name of owner"), field_def("agent", label="Agent", optional=True))
    findings = told(form, [line("Name of owner", 100, 90, 0)], cells=[Cell(CELL)])
    assert not [f for f in findings if f[0][0] == "fields"]


def test_a_label_that_stands_on_any_of_the_scans_is_found() -> None:
    form = form_of(field_def("owner", "name", "Name of owner"))
    findings = told(form, [line("Something else", 100, 90)], [line("Name of owner", 100, 90, 0)], cells=[Cell(CELL)])
    assert not [f for f in findings if f[0][0] == "fields"]


def test_a_question_on_no_page_is_told_at_its_place() -> None:
    form = form_of(field_def("yes", "checkbox", "Yes", group="Is it insured?"))
    findings = told(form, [line("Yes", 145, 103), line("Is it covered?", 100, 60)], marks=[Box(100, 100, 30, 30)])
    assert (("fields", 0, "group")) in [where for where, _ in findings]


def test_a_label_that_stands_twice_is_ambiguous_until_told_by_what_is_near() -> None:
    texts = [line("Owner", 100, 90), line("Dated:", 100, 150), line("Agent", 100, 500), line("Dated:", 100, 560)]
    dated = field_def("dated", "date", "Dated:")
    (what,) = [w for where, w in told(form_of(dated), texts) if where[0] == "fields"]
    assert "'Dated:' stands 2 times on page 1 of 0.pdf; tell which by near, such as 'Owner' or 'Agent'" in what
    clear = told(form_of(replace(dated, near="Owner")), texts)
    assert not [w for where, w in clear if where[0] == "fields"]


def test_fields_that_nothing_tells_apart_are_told() -> None:
    form = form_of(field_def("one", "date", "Dated:"), field_def("two", "date", "Dated:"))
    findings = told(form, [line("Dated:", 100, 150)])
    assert ("two: nothing tells it from one: same label, group and near") in [what for _, what in findings]


def test_a_field_without_room_and_a_box_without_frame_are_out_of_reach() -> None:
    form = form_of(field_def("name", "name", "Name"), field_def("late", "checkbox", "Returned late"))
    texts = [line("Name", 102, 102, 0), line("Returned late", 400, 400)]
    findings = [what for where, what in told(form, texts, cells=[Cell(Box(100, 100, 62, 28))]) if where[0] == "fields"]
    assert any("name: out of reach" in w and "no room" in w for w in findings)
    assert any("late: out of reach" in w and "no checkbox" in w for w in findings)


def test_a_field_is_reached_where_something_is_written_though_no_room_is_left() -> None:
    form = form_of(field_def("name", "name", "Name"))
    texts = [line("Name", 102, 102, 0), line("ADA LOVELACE", 102, 130, 0)]
    findings = told(form, texts, cells=[Cell(Box(100, 100, 190, 60))])
    assert not [w for where, w in findings if where[0] == "fields"]


def test_a_column_without_a_head_and_a_table_without_any_are_told() -> None:
    columns = (
        field_def("on", "date", "Paid on"),
        field_def("amount", "money", "Amount"),
        field_def("by", label="Payer"),
    )
    form = form_of(tables=(TableDefinition("payments", columns),))
    heads: list[Text] = [line("Paid on", 110, 615, 0), line("Amount", 410, 615, 1)]
    cells = table_cells([100, 400, 700], [600, 660, 720])
    findings = told(form, heads, cells=cells)
    assert [where for where, _ in findings if where[0] == "tables"] == [("tables", 0, "columns", 2, "labels")]
    nowhere = told(form, [line("Other print", 100, 90)])
    assert (("tables", 0)) in [where for where, _ in nowhere]


def test_scans_that_are_not_told_to_be_the_form_are_named() -> None:
    form = form_of(field_def("owner", "name", "Name of owner"), identify=("BERTH PERMISSION",))
    findings = told(form, [line("BIRTH PERMITS", 600, 20), line("Name of owner", 100, 90, 0)], cells=[Cell(CELL)])
    assert any(where == ("identify",) and "0.pdf: not told to be 'loan-card'" in what for where, what in findings)
