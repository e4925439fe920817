from __future__ import annotations

import numpy as np
from factories import LABELS_ALONE, at
from hypothesis import given
from hypothesis import strategies as st
from loan_cards import card_page, lesson_of, values_of

from digitizer.learning.align import Alignment, align, kept_pairs, missed_values
from digitizer.learning.training_examples import TrainingExample


def slot_of(example: TrainingExample, name: str) -> int:
    return [s.leader.name for s in example.slots].index(name)


def aligned(example: TrainingExample) -> Alignment:
    return align(example, example.probabilities(LABELS_ALONE))


def text_of(example: TrainingExample, name: str) -> str | None:
    """The text of the place that a field was given; None where it has none."""
    chosen = aligned(example).chosen.get(slot_of(example, name))
    return None if chosen is None else example.candidates[chosen].text


@given(st.integers(0, 40))
def test_every_keyed_value_finds_its_place(number: int) -> None:
    example = lesson_of(number)
    chosen = aligned(example).chosen
    wanted = {s for s, state in enumerate(example.states) if state in ("value", "ticked", "clear")}
    assert set(chosen) == wanted
    assert text_of(example, "borrower") == values_of(number)["borrower"]
    assert list(missed_values(example, aligned(example))) == []


@given(st.integers(0, 40), st.integers(0, 10), st.sampled_from("XQZ#"))
def test_a_typo_of_reader_or_keyer_does_not_matter(number: int, position: int, letter: str) -> None:
    name = str(values_of(number)["borrower"])
    typo = name[:position] + letter + name[position + 1 :]
    assert text_of(lesson_of(number, borrower=typo), "borrower") == name


def test_what_stands_nowhere_is_told_with_the_text_most_like_it() -> None:
    example = lesson_of(1, borrower="CHARLES BABBAGE")
    missed = list(missed_values(example, aligned(example)))
    assert [(m.document, m.field, m.keyed) for m in missed] == [("card-1.png", "borrower", "CHARLES BABBAGE")]
    assert 0 < missed[0].alike < 0.75
    assert missed[0].best


def test_of_two_places_with_the_same_text_the_one_at_the_label_is_meant() -> None:
    name = str(values_of(1)["borrower"])
    example = lesson_of(1, card_page(values_of(1), (name, at(900, 900, name))))
    chosen = example.candidates[aligned(example).chosen[slot_of(example, "borrower")]]
    assert chosen.box.y == 135


def test_one_place_is_not_two_fields() -> None:
    example = lesson_of(1, title=str(values_of(1)["borrower"]))
    chosen = aligned(example).chosen
    assert len(set(chosen.values())) == len(chosen)
    assert text_of(example, "borrower") == values_of(1)["borrower"]
    taken = [m.taken for m in missed_values(example, aligned(example)) if m.field == "title"]
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
        example = lesson_of(number, card_page(values_of(number), behind=True))
        flat = align(example, np.full(example.possible.shape, 0.02) * example.possible)
        places = {n: example.candidates[flat.chosen[slot_of(example, n)]].box.x for n in ("returnedLate", "renewed")}
        assert places == {"returnedLate": 345, "renewed": 765}


def test_nothing_is_learned_of_a_field_that_was_not_keyed() -> None:
    example = lesson_of(1, borrower=None)
    known, answers = kept_pairs(example, aligned(example))
    assert not known[slot_of(example, "borrower")].any()
    assert answers.sum() == 4


def test_a_blank_field_has_only_wrong_places() -> None:
    example = lesson_of(4)
    known, answers = kept_pairs(example, aligned(example))
    slot = slot_of(example, "title")
    assert example.states[slot] == "blank"
    assert known[slot].sum() == example.possible[slot].sum() > 0
    assert not answers[slot].any()


def test_of_a_value_that_was_not_found_only_the_places_of_others_are_known_to_be_wrong() -> None:
    example = lesson_of(1, borrower="CHARLES BABBAGE")
    alignment = aligned(example)
    known, answers = kept_pairs(example, alignment)
    slot = slot_of(example, "borrower")
    assert set(np.nonzero(known[slot])[0]) <= set(alignment.chosen.values())
    assert not answers[slot].any()
