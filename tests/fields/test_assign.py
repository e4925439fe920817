from itertools import permutations

import numpy as np
import pytest
from factories import Text, at, field_def, sheet_of
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from digitizer.document.geometry import Box
from digitizer.document.layout import Mark
from digitizer.fields.assign import assign_slots, best_assignment
from digitizer.fields.candidates import propose
from digitizer.fields.slots import slots_of

CHANCES = st.floats(0.0, 1.0).map(lambda p: round(p, 3))


def chances(rows: int, columns: int) -> st.SearchStrategy[NDArray[np.float64]]:
    return arrays(np.float64, (rows, columns), elements=CHANCES)


TABLES = st.tuples(st.integers(0, 5), st.integers(0, 5)).flatmap(lambda shape: chances(*shape))


@given(TABLES, st.floats(0.1, 0.9))
def test_no_column_goes_to_two_rows_and_none_below_the_limit(table: NDArray[np.float64], least: float) -> None:
    chosen = best_assignment(table, least)
    assert len(set(chosen.values())) == len(chosen)
    assert all(table[pair] >= least - 1e-9 for pair in chosen.items())


@given(chances(3, 3))
def test_the_most_probable_whole_is_chosen(table: NDArray[np.float64]) -> None:
    table = np.clip(table, 0.51, 0.99)
    chosen = best_assignment(table, 0.5)
    odds = np.log(table / (1 - table))
    best = max(sum(odds[r, c] for r, c in enumerate(p)) for p in permutations(range(3)))
    assert sum(odds[pair] for pair in chosen.items()) == pytest.approx(best)


def test_a_row_yields_its_favourite_where_the_whole_gains() -> None:
    assert best_assignment(np.array([[0.9, 0.8], [0.85, 0.1]]), 0.5) == {0: 1, 1: 0}


def test_an_impossible_pair_is_never_chosen() -> None:
    assert best_assignment(np.array([[0.0]]), 0.0) == {}


def address() -> list[Text]:
    return [(text, at(100, 400 + 30 * k, text)) for k, text in enumerate(("462 SEVENTH", "3RD FLOOR", "NEW YORK"))]


SHEET = sheet_of(address(), marks=[Mark(Box(900, 400, 30, 30), True, 0.99)])
CANDIDATES = propose(SHEET, [])
SLOTS = slots_of([field_def(name) for name in "abc"] + [field_def("late", "checkbox")])


@given(chances(len(SLOTS), len(CANDIDATES)))
def test_no_word_goes_to_two_slots_and_no_box_to_a_text(table: NDArray[np.float64]) -> None:
    before = table.copy()
    chosen = assign_slots(SLOTS, CANDIDATES, table)
    words = [(e.item, e.first) for c in chosen.values() for e in CANDIDATES[c].entries]
    assert len(words) == len(set(words))
    assert len(set(chosen.values())) == len(chosen)
    assert all(SLOTS[s].is_checkbox for s, c in chosen.items() if CANDIDATES[c].mark is not None)
    assert all(table[pair] >= 0.5 for pair in chosen.items())
    assert np.array_equal(table, before), "the table handed in is not changed"


def test_of_two_claims_on_the_same_words_the_surer_one_holds() -> None:
    block = next(k for k, c in enumerate(CANDIDATES) if len(c.entries) == 3)
    line = next(k for k, c in enumerate(CANDIDATES) if c.text == "NEW YORK")
    table = np.zeros((len(SLOTS), len(CANDIDATES)))
    table[0, block], table[1, line] = 0.9, 0.7
    assert assign_slots(SLOTS, CANDIDATES, table) == {0: block}
    table[1, line] = 0.95
    assert assign_slots(SLOTS, CANDIDATES, table) == {1: line}


def test_nothing_to_assign() -> None:
    assert assign_slots(SLOTS, [], np.zeros((len(SLOTS), 0))) == {}
    assert assign_slots([], CANDIDATES, np.zeros((0, len(CANDIDATES)))) == {}
