from __future__ import annotations

import pytest
from factories import at, field_def, page_of
from hypothesis import given
from hypothesis import strategies as st
from loan_cards import FORM, card_page, lesson_of, values_of

from digitizer.document.record import Value
from digitizer.fields.slots import Slot
from digitizer.learning.training_examples import fold, form_pages, likeness, state_of

TEXTS = st.text(alphabet="abcdefgh 12345", min_size=4, max_size=40).map(fold).filter(lambda t: len(t) >= 4)


@given(TEXTS, st.data())
def test_a_question_mark_is_like_any_one_character(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    keyed = text[:at] + "?" + text[at + 1 :]
    assert likeness(text, keyed) == 1.0
    assert likeness(text[:at] + text[at + 1 :], keyed) < 1.0


@given(TEXTS, st.data())
def test_one_misread_character_costs_one_character(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    assert likeness(text[:at] + "#" + text[at + 1 :], text) == pytest.approx(1 - 1 / len(text))
    assert likeness(text, text) == 1.0


def test_case_white_space_and_stray_marks_make_no_difference() -> None:
    assert fold(" 2000 L Street, NW\nWashington .") == fold("2000 l street, nw washington")


@pytest.mark.parametrize(
    ("values", "state"),
    [({}, "unknown"), ({"a": ""}, "unknown"), ({"a": "", "b": " "}, "blank"), ({"b": "x"}, "value")],
)
def test_a_slot_of_two_fields_is_blank_only_if_both_were_keyed(values: dict[str, Value], state: str) -> None:
    slot = Slot((field_def("a", line=1), field_def("b", line=2)))
    assert state_of(slot, values) == state


def test_a_checkbox_is_ticked_clear_or_unknown() -> None:
    slot = Slot((field_def("a", "checkbox"),))
    assert [state_of(slot, v) for v in ({"a": True}, {"a": False}, {})] == ["ticked", "clear", "unknown"]


def test_a_date_as_it_is_written_is_the_date_that_was_keyed() -> None:
    example = lesson_of(1)
    slot = [s.leader.name for s in example.slots].index("dateOfLoan")
    best = example.candidates[int(example.alike[slot].argmax())]
    assert example.alike[slot].max() == 1.0
    assert "/" in best.text


def test_another_date_of_the_same_year_is_not_alike() -> None:
    example = lesson_of(1, dateOfLoan=str(values_of(1)["dateOfLoan"])[:4] + "-12-29")
    slot = [s.leader.name for s in example.slots].index("dateOfLoan")
    assert example.alike[slot].max() < 0.75


def test_pages_of_another_form_are_left_out_and_all_taken_where_none_is_the_form() -> None:
    other = page_of([("Something else entirely", at(100, 100, "Something else entirely"))])
    own = card_page(values_of(1))
    assert form_pages([own], FORM)[0] == [0]
    assert form_pages([other, other], FORM) == ([0, 1], 0.0)
