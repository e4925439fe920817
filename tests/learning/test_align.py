from __future__ import annotations

import numpy as np
from factories import LABELS_ALONE, at
from hypothesis import given
from hypothesis import strategies as st
from loan_cards import card_page, lesson_of, values_of

from digitizer.learning.align import Alignment, align, kept_pairs, missed_values
from digitizer.learning.lessons import Lesson


def slot_of(lesson: Lesson, name: str) -> int:
    return [s.leader.name for s in lesson.slots].index(name)


def aligned(lesson: Lesson) -> Alignment:
    return align(lesson, lesson.probabilities(LABELS_ALONE))


def text_of(lesson: Lesson, name: str) -> str | None:
    """The text of the place that a field was given; None where it has none."""
    chosen = aligned(lesson).chosen.get(slot_of(lesson, name))
    return None if chosen is None else lesson.candidates[chosen].text


@given(st.integers(0, 40))
def test_every_keyed_value_finds_its_place(number: int) -> None:
    lesson = lesson_of(number)
    chosen = aligned(lesson).chosen
    wanted = {s for s, state in enumerate(lesson.states) if state in ("value", "ticked", "clear")}
    assert set(chosen) == wanted
    assert text_of(lesson, "borrower") == values_of(number)["borrower"]
    assert list(missed_values(lesson, aligned(lesson))) == []


@given(st.integers(0, 40), st.integers(0, 10), st.sampled_from("XQZ#"))
def test_a_typo_of_reader_or_keyer_does_not_matter(number: int, position: int, letter: str) -> None:
    name = str(values_of(number)["borrower"])
    typo = name[:position] + letter + name[position + 1 :]
    assert text_of(lesson_of(number, borrower=typo), "borrower") == name


def test_what_stands_nowhere_is_told_with_the_text_most_like_it() -> None:
    lesson = lesson_of(1, borrower="CHARLES BABBAGE")
    missed = list(missed_values(lesson, aligned(lesson)))
    assert [(m.document, m.field, m.keyed) for m in missed] == [("card-1.png", "borrower", "CHARLES BABBAGE")]
    assert 0 < missed[0].alike < 0.75
    assert missed[0].best


def test_of_two_places_with_the_same_text_the_one_at_the_label_is_meant() -> None:
    name = str(values_of(1)["borrower"])
    lesson = lesson_of(1, card_page(values_of(1), (name, at(900, 900, name))))
    chosen = lesson.candidates[aligned(lesson).chosen[slot_of(lesson, "borrower")]]
    assert chosen.box.y == 135


def test_one_place_is_not_two_fields() -> None:
    lesson = lesson_of(1, title=str(values_of(1)["borrower"]))
    chosen = aligned(lesson).chosen
    assert len(set(chosen.values())) == len(chosen)
    assert text_of(lesson, "borrower") == values_of(1)["borrower"]
    taken = [m.taken for m in missed_values(lesson, aligned(lesson)) if m.field == "title"]
    assert taken == ["borrower"]


def test_the_better_cut_place_holds() -> None:
    # The second line belongs to the value: the block is meant, not its first line, which is as near to the label.
    second = ("AND SISTER", at(110, 162, "AND SISTER"))
    both = f"{values_of(1)['borrower']}\nAND SISTER"
    page = card_page(values_of(1), second)
    assert text_of(lesson_of(1, page, borrower=both), "borrower") == both
    assert text_of(lesson_of(1, page), "borrower") == values_of(1)["borrower"]


def test_boxes_behind_their_labels_are_found_out_by_their_ticks() -> None:
    for number in (1, 3, 4):
        lesson = lesson_of(number, card_page(values_of(number), behind=True))
        flat = align(lesson, np.full(lesson.possible.shape, 0.02) * lesson.possible)
        places = {n: lesson.candidates[flat.chosen[slot_of(lesson, n)]].box.x for n in ("returnedLate", "renewed")}
        assert places == {"returnedLate": 345, "renewed": 765}


def test_nothing_is_learned_of_a_field_that_was_not_keyed() -> None:
    lesson = lesson_of(1, borrower=None)
    known, answers = kept_pairs(lesson, aligned(lesson))
    assert not known[slot_of(lesson, "borrower")].any()
    assert answers.sum() == 4


def test_a_blank_field_has_only_wrong_places() -> None:
    lesson = lesson_of(4)
    known, answers = kept_pairs(lesson, aligned(lesson))
    slot = slot_of(lesson, "title")
    assert lesson.states[slot] == "blank"
    assert known[slot].sum() == lesson.possible[slot].sum() > 0
    assert not answers[slot].any()


def test_of_a_value_that_was_not_found_only_the_places_of_others_are_known_to_be_wrong() -> None:
    lesson = lesson_of(1, borrower="CHARLES BABBAGE")
    alignment = aligned(lesson)
    known, answers = kept_pairs(lesson, alignment)
    slot = slot_of(lesson, "borrower")
    assert set(np.nonzero(known[slot])[0]) <= set(alignment.chosen.values())
    assert not answers[slot].any()
