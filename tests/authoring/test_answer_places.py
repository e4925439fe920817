from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from factories import LABELS_ALONE, Text, at, field_def, page_of, small_form

from digitizer.authoring.answer_places import Answer
from digitizer.authoring.blank import Reach, reach
from digitizer.document.form import FormDefinition
from digitizer.document.geometry import Box
from digitizer.document.layout import Cell, Mark, Rule


def look(
    form: FormDefinition,
    texts: Sequence[Text],
    cells: Sequence[Box] = (),
    marks: Sequence[Box] = (),
    rules: Sequence[Box] = (),
) -> Reach:
    page = page_of(texts, [Cell(c) for c in cells], [Mark(m, False, 0.99) for m in marks])
    layout = replace(page.layout, rules=tuple(Rule(r, r.height > r.width) for r in rules))
    return reach([replace(page, layout=layout)], form, LABELS_ALONE)


def only(reached: Reach) -> Answer:
    (answer,) = reached.answers
    return answer


def form_of(*labels: str, kind: str = "text") -> FormDefinition:
    return small_form(fields=tuple(field_def(f"f{k}", kind, label) for k, label in enumerate(labels)), identify=())


def test_an_answer_goes_under_its_label_where_the_cell_has_room_there_and_may_go_beside_it() -> None:
    cell = Box(100, 100, 800, 100)
    answer = only(look(form_of("Name of owner"), [("Name of owner", at(110, 105, "Name of owner"), 0)], [cell]))
    assert cell.contains(answer.box)
    assert answer.box.y >= 105 + 24
    assert answer.other is not None
    assert answer.other.x > 110 + 14 * 13


def test_an_answer_goes_beside_its_label_in_a_cell_of_one_line() -> None:
    answer = only(
        look(form_of("Name of owner"), [("Name of owner", at(110, 108, "Name of owner"), 0)], [Box(100, 100, 800, 40)])
    )
    assert answer.box.x > 110 + 14 * 13
    assert answer.box.overlap_y(Box(110, 108, 10, 24)) > 12


def test_an_answer_goes_onto_the_line_that_is_printed_for_it() -> None:
    line = Box(320, 134, 500, 2)
    answer = only(look(form_of("Policy No."), [("Policy No.", at(150, 110, "Policy No."))], rules=[line]))
    assert answer.ruled
    assert (answer.box.x, answer.box.right) == (320, 820)
    assert abs(answer.box.bottom - line.y) <= 2


def test_an_answer_goes_over_a_caption_in_brackets() -> None:
    line = Box(150, 400, 400, 2)
    answer = only(look(form_of("(Date)"), [("(Date)", at(160, 406, "(Date)"))], rules=[line]))
    assert answer.ruled
    assert answer.box.bottom <= 402
    assert answer.box.y < 400 - 24


def test_an_answer_goes_into_the_empty_cell_beside_a_label_that_fills_its_own() -> None:
    cells = [Box(100, 100, 200, 40), Box(304, 100, 500, 40), Box(100, 142, 200, 40)]
    answer = only(look(form_of("Name of owner"), [("Name of owner", at(108, 108, "Name of owner"), 0)], cells))
    assert cells[1].contains(answer.box)


def test_no_answer_goes_over_other_print() -> None:
    texts: list[Text] = [("Name", at(110, 105, "Name"), 0), ("Date", at(500, 105, "Date"), 0)]
    reached = look(form_of("Name", "Date"), texts, [Box(100, 100, 800, 100)])
    first, second = (a.box for a in reached.answers)
    assert first.right <= 500
    assert first.intersection(second) is None


def test_a_checkbox_is_its_own_place() -> None:
    box = Box(100, 100, 30, 30)
    reached = look(form_of("sail", kind="checkbox"), [("sail", at(145, 103, "sail"))], marks=[box])
    assert only(reached).mark
    assert only(reached).box == box


@pytest.mark.parametrize(("label", "stands"), [("Colour of the hull", False), ("Name", True)])
def test_what_has_no_place_is_told_with_its_label_if_that_was_found(label: str, stands: bool) -> None:
    full = [("Name", at(102, 102, "Name"), 0)]
    reached = look(form_of(label), full, [Box(100, 100, 62, 28)])
    (unreached,) = reached.unreached
    assert not reached.answers
    assert (unreached.label is not None) == stands


def test_fields_of_one_label_stand_near_what_they_are_said_to_be_near() -> None:
    texts: list[Text] = []
    for y, who in ((100, "Owner"), (400, "Agent")):
        texts += [(who, at(100, y, who)), ("Date:", at(100, y + 60, "Date:"))]
    form = small_form(
        fields=(
            field_def("ownerDate", "date", "Date:", near="Owner"),
            field_def("agentDate", "date", "Date:", near="Agent"),
        ),
        identify=(),
    )
    owner, agent = look(form, texts).answers
    assert owner.box.y < 300 < agent.box.y
