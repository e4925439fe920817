from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from factories import Text, at, draft_of, field_def, page_of, small_form
from numpy.typing import NDArray

import digitizer
from digitizer.document.form import FootnoteDefinition, RuleDefinition
from digitizer.document.geometry import Box, Transform
from digitizer.document.record import Field, Record
from digitizer.fields.acceptance import GROUPS, Acceptance
from digitizer.fields.confidence import Calibrator
from digitizer.fields.decode import decode_constraints
from digitizer.fields.drafts import Draft, Filled
from digitizer.fields.extract import Drafts
from digitizer.fields.footnotes import Note
from digitizer.fields.identify import FormPages
from digitizer.fields.recording import Versions, other_record, record_of
from digitizer.fields.stacked_pages import stack_pages

VERSIONS = Versions("5.3.0", {"loan-card": "abcdef0123456789"})
SHIFT = Transform.of(np.array([[1.5, 0.0, 10.0], [0.0, 1.5, 20.0]]))


class ReaderOnly:
    """In place of a trained model: the reader's word is taken as it is."""

    def predict_proba(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        return np.stack([1 - matrix[:, 0], matrix[:, 0]], axis=1)


def ruled(draft: Draft, decoded: Filled, broken: bool) -> Draft:
    """A draft, its value as the rules have it."""
    return replace(draft, value=decoded.value, rule=decoded.rule, broken=broken)


def recorded(
    fields: Mapping[str, Draft],
    rows: tuple[Mapping[str, Draft], ...] = (),
    notes: tuple[Note, ...] = (),
    texts: tuple[Text, ...] = (),
    rules: tuple[RuleDefinition, ...] = (),
    scan_size: tuple[int, int] = (2600, 3400),
    footnotes: FootnoteDefinition | None = None,
    astray: tuple[int, ...] = (),
) -> Record:
    pages = [page_of(texts, number=k, to_scan=SHIFT, scan_size=scan_size) for k in (3, 4)]
    form = small_form(rules=rules, footnotes=footnotes)
    decoded = decode_constraints(form, fields, {"payments": rows})
    drafts = Drafts(
        {n: ruled(d, decoded.fields[n], ("", 0, n) in decoded.broken) for n, d in fields.items()},
        {
            "payments": tuple(
                {
                    n: ruled(d, decoded.tables["payments"][k][n], ("payments", k, n) in decoded.broken)
                    for n, d in r.items()
                }
                for k, r in enumerate(rows)
            )
        },
        notes,
        frozenset(),
        astray,
    )
    found = FormPages("loan-card", (2, 3), 0.93)
    calibrator = Calibrator(ReaderOnly(), Acceptance(0.01, dict.fromkeys(GROUPS, 0.9)))
    return record_of("a.pdf", "5" * 64, stack_pages(pages), form, drafts, found, calibrator, VERSIONS)


def test_a_record_tells_its_document_pages_form_and_versions() -> None:
    record = recorded({})
    assert (record.document, record.sha256, record.pages) == ("a.pdf", "5" * 64, (3, 4))
    assert (record.form, record.form_confidence) == ("loan-card", 0.93)
    assert record.versions == {
        "digitizer": digitizer.__version__,
        "model": "abcdef012345",
        "tesseract": "5.3.0",
    }
    assert record.problems == ()


def test_places_are_told_on_the_scan_as_it_came_in() -> None:
    field = recorded({"a": draft_of(field_def("a"), "x", page=1, place=Box(100, 200, 40, 20))}).fields["a"]
    assert (field.page, field.box) == (4, Box(160, 320, 60, 30))


def test_places_beyond_the_scan_are_cut_at_its_edge() -> None:
    draft = draft_of(field_def("a"), "x", page=0, place=Box(100, 200, 4000, 20))
    box = recorded({"a": draft}, scan_size=(1000, 3400)).fields["a"].box
    assert box == Box(160, 320, 840, 30)


def test_a_draft_without_a_place_has_no_box() -> None:
    field = recorded({"a": draft_of(field_def("a"), "", page=None, place=None)}).fields["a"]
    assert (field.page, field.box) == (None, None)


@pytest.mark.parametrize(("reader", "status"), [(0.95, "accepted"), (0.9, "accepted"), (0.89, "review")])
def test_values_from_the_threshold_on_are_accepted(reader: float, status: str) -> None:
    # A quarter of a thousandth of tolerance: evidence is handed over in single precision.
    field = recorded({"a": draft_of(field_def("a"), "x", reader=reader + 1e-6)}).fields["a"]
    assert field.confidence == pytest.approx(reader, abs=1e-4)
    assert field.status == status


def test_each_draft_keeps_its_own_confidence() -> None:
    one, two = draft_of(field_def("a"), "x", reader=0.2), draft_of(field_def("b"), "y", reader=0.7)
    record = recorded({"a": one}, rows=({"b": two}, {"b": one}))
    assert record.fields["a"].confidence == pytest.approx(0.2)
    assert [row["b"].confidence for row in record.tables["payments"]] == pytest.approx([0.7, 0.2])


def test_a_broken_rule_is_a_problem_and_sends_its_fields_to_review() -> None:
    fields = {n: draft_of(field_def(n, "checkbox"), True) for n in ("yes", "no", "maybe")}
    record = recorded(fields, rules=(RuleDefinition("exclusive", ("yes", "no")),))
    assert [p.kind for p in record.problems] == ["rule"]
    assert {n: f.status for n, f in record.fields.items()} == {"yes": "review", "no": "review", "maybe": "accepted"}
    assert record.fields["yes"].confidence == pytest.approx(1.0)


def test_notes_are_recorded_by_their_number() -> None:
    texts: tuple[Text, ...] = (
        ("4. The sales", at(100, 300, "4. The sales")),
        ("were made.", at(100, 330, "were made.")),
    )
    record = recorded({}, notes=(Note(4, "The sales were made.", (0, 1)),), texts=texts)
    note = record.footnotes["F4"]
    assert (note.value, note.page) == ("The sales were made.", 3)
    assert note.confidence == pytest.approx(0.95)
    assert note.box is not None
    assert note.box.height > 1.5 * 24


def test_markers_of_a_value_are_recorded_with_it() -> None:
    assert recorded({"a": draft_of(field_def("a"), "x", footnotes=("F1", "F3"))}).fields["a"].footnotes == ("F1", "F3")


def test_a_marker_without_a_note_sends_its_cells_to_review() -> None:
    texts: tuple[Text, ...] = (("1. Sold.", at(100, 300, "1. Sold.")),)
    note = Note(1, "Sold.", (0,))
    cells = ("F1",), ("F2",)
    rows = tuple({"amount": draft_of(field_def("amount"), "5", footnotes=marks)} for marks in cells)
    record = recorded({}, rows, (note,), texts, footnotes=FootnoteDefinition(("Notes:",)))
    assert [(p.kind, p.fields) for p in record.problems] == [("marker", ("payments[2].amount",))]
    assert [row["amount"].status for row in record.tables["payments"]] == ["accepted", "review"]
    assert record.footnotes["F1"].status == "accepted"


def test_a_form_without_notes_has_no_such_problems() -> None:
    assert recorded({"a": draft_of(field_def("a"), "x", footnotes=("F1",))}).problems == ()


def test_a_page_that_is_no_known_form_has_a_record_without_fields() -> None:
    page = page_of([("Dear Sir", at(100, 100, "Dear Sir"))], number=7)
    record = other_record("a.pdf", "5" * 64, [page], FormPages("other", (6,), 0.8), VERSIONS)
    assert (record.form, record.pages, record.fields, record.tables) == ("other", (7,), {}, {})
    assert record.form_confidence == 0.8
    assert record.problems == ()


def test_a_blank_page_is_told_as_such() -> None:
    record = other_record("a.pdf", "5" * 64, [page_of([], number=7)], FormPages("other", (6,), 0.8), VERSIONS)
    (problem,) = record.problems
    assert (problem.kind, problem.document, problem.page) == ("blank", "a.pdf", 7)


@pytest.mark.parametrize(("height", "told"), [(6, "too small"), (24, "too faint")])
def test_a_page_with_lines_of_which_none_can_be_read_is_no_blank(height: int, told: str) -> None:
    page = page_of([("", (100, 100 + 40 * k, 300, height)) for k in range(4)], number=7)
    record = other_record("a.pdf", "5" * 64, [page], FormPages("other", (6,), 0.8), VERSIONS)
    (problem,) = record.problems
    assert (problem.kind, problem.page) == ("unreadable", 7)
    assert told in problem.message
    assert problem.remedy


def test_a_page_gone_astray_is_told() -> None:
    page = page_of([("Dear Sir", at(100, 100, "Dear Sir"))], number=7)
    record = other_record("a.pdf", "5" * 64, [page], FormPages("other", (6,), 0.8, stray="loan-card"), VERSIONS)
    (problem,) = record.problems
    assert (problem.kind, problem.page, problem.fields) == ("page-order", 7, ())
    assert "loan-card" in problem.message


def test_pages_out_of_order_are_told_and_stay_where_they_are() -> None:
    record = recorded({}, astray=(1,))
    assert record.pages == (3, 4)
    (problem,) = record.problems
    assert (problem.kind, problem.page, problem.document) == ("page-order", 4, "a.pdf")
    assert problem.message == "page 4 holds what belongs before what stands on page 3 or earlier"


def test_a_value_that_a_rule_chose_goes_to_a_person_with_what_was_read() -> None:
    fields = {
        "yes": draft_of(field_def("yes", "checkbox"), True, reader=0.99),
        "no": draft_of(field_def("no", "checkbox"), True, reader=0.6),
    }
    record = recorded(fields, rules=(RuleDefinition("exclusive", ("yes", "no")),))
    field = record.fields["no"]
    assert (field.value, field.text, field.rule, field.status) == (False, "X", "exclusive", "review")
    assert field.as_json()["rule"] == "exclusive"
    assert record.fields["yes"].status == "accepted"
    assert record.problems == ()


def test_what_else_a_value_may_be_is_kept_but_not_written() -> None:
    others = (("3712", 0.3), ("8712", 0.2), ("3112", 0.1), ("3772", 0.1), ("3713", 0.1))
    number = draft_of(field_def("number", "number"), "3711", reader=0.4, alternatives=others)
    mended = draft_of(
        field_def("mended"), "Boston", text="Bostan", rule="words", alternatives=(("Bostan", 0.2), ("Boston", 0.1))
    )
    record = recorded({"number": number, "mended": mended})
    assert record.fields["number"].alternatives == ("3712", "8712", "3112", "3772")
    assert record.fields["mended"].alternatives == ("Bostan",), "what was read before a word list spoke"
    assert "alternatives" not in record.fields["number"].as_json()


def test_a_blank_beside_unread_ink_is_never_accepted() -> None:
    draft = draft_of(field_def("a"), "")
    told = recorded({"a": draft, "b": replace(draft, definition=field_def("b"), unread=True)}).fields
    assert (told["a"].status, told["b"].status) == ("accepted", "review")
    assert told["b"].confidence <= 0.5


def test_what_a_stamp_stands_over_is_never_accepted() -> None:
    draft = draft_of(field_def("a"), "x")
    told = recorded({"a": draft, "b": replace(draft, definition=field_def("b"), covered=True)}).fields
    assert (told["a"].status, told["b"].status) == ("accepted", "review")
    assert told["b"].confidence < told["a"].confidence


@pytest.mark.parametrize(("engine", "told"), [("pdf", {"reader": "pdf"}), ("tesseract", {})])
def test_what_the_file_spells_out_is_told(engine: str, told: dict[str, str]) -> None:
    field = recorded({"a": draft_of(field_def("a"), "x", engine=engine)}).fields["a"]
    as_json = field.as_json()
    assert {name: as_json[name] for name in ("reader", "hand", "rule") if name in as_json} == told
    assert Field.from_json(as_json) == field


def test_a_page_that_may_not_be_whole_is_a_problem() -> None:
    page = replace(page_of([], number=7), complaint="Syntax Error: Unknown filter")
    record = other_record("a.pdf", "5" * 64, [page], FormPages("other", (6,), 0.8), VERSIONS)
    assert [(p.kind, p.page) for p in record.problems] == [("damaged", 7), ("blank", 7)]
    assert "Unknown filter" in record.problems[0].message
