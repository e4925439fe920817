"""What two networks together find likeliest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.reading.joint import Table, candidates, likeliest

LETTERS = "ab1"


def table(rows: list[list[float]], **more: float) -> Table:
    """Steps of a network that knows "", a, b and 1."""
    chances = np.array(rows, np.float32)
    return Table(chances / chances.sum(axis=1, keepdims=True), {c: k + 1 for k, c in enumerate(LETTERS)}, 0, **more)


def every_way(chances: np.ndarray, text: str) -> float:
    """The probability of a text by going through all paths."""
    total = 0.0
    for path in np.ndindex(*[chances.shape[1]] * len(chances)):
        kept = [k for n, k in enumerate(path) if n == 0 or k != path[n - 1]]
        if "".join(LETTERS[k - 1] for k in kept if k) == text:
            total += float(np.prod([chances[n, k] for n, k in enumerate(path)]))
    return total


@given(
    st.lists(st.lists(st.floats(0.05, 1), min_size=4, max_size=4), min_size=1, max_size=4),
    st.text(LETTERS, max_size=3),
)
def test_a_text_is_as_likely_as_all_ways_to_tell_it(rows: list[list[float]], text: str) -> None:
    told = table(rows)
    expected = every_way(told.chances, text)
    found = float(np.exp(told.log_chance(text)))
    assert found == pytest.approx(expected, rel=1e-3, abs=1e-9)


def test_candidates_are_all_mixtures_of_two_texts() -> None:
    assert candidates("24,409", "24,409") == ["24,409"]
    assert set(candidates("24.409", "24,400")) == {"24.409", "24,400", "24.400", "24,409"}
    assert candidates("", "one") == ["", "one"]


def test_texts_that_differ_in_many_places_are_not_mixed() -> None:
    one, two = "a.b.c.d.e.f.g.h.", "axbxcxdxexfxgxhx"
    assert candidates(one, two) == [one, two]


def test_each_network_decides_where_it_is_sure() -> None:
    one = table([[0, 0.5, 0.5, 0], [1, 0, 0, 0], [0, 0, 0.02, 0.98]])
    two = table([[0, 0.98, 0.02, 0], [1, 0, 0, 0], [0, 0, 0.6, 0.4]])
    assert likeliest(["b1", "ab", "a1", "bb"], [one, two]) == "a1"


def test_a_character_that_a_network_does_not_know_is_hardly_likely() -> None:
    told = table([[0.1, 0.7, 0.1, 0.1]])
    assert told.log_chance("a") > told.log_chance("b") > told.log_chance("z")


def test_of_two_as_likely_texts_the_one_that_is_likelier_by_itself_stands() -> None:
    told = Table(np.full((9, 5), 0.2, np.float32), {c: k + 1 for k, c in enumerate("hatr")}, 0)
    assert likeliest(["hatt", "hart"], [told], lambda text: float(text == "hart")) == "hart"
    assert likeliest(["hat", "har"], [told]) == "hat", "the first of equals"


def test_many_texts_are_told_as_each_by_itself() -> None:
    told = table([[0.4, 0.3, 0.2, 0.1], [0.1, 0.5, 0.2, 0.2], [0.3, 0.3, 0.3, 0.1]])
    texts = ["", "a", "ab", "aa", "b1a", "z"]
    assert told.log_chances(texts) == pytest.approx([told.log_chance(text) for text in texts])
