"""Damaged print is spelt as its grammar allows, by what each network saw."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from digitizer.reading.grammars import CODE, DATE, NOTES, NUMBER
from digitizer.reading.joint import Table
from digitizer.reading.spelling import spell
from tests.reading.network_tables import table_of


def test_a_slash_read_as_a_stop_is_a_slash_in_a_date() -> None:
    seen = [*"05", {".": 0.9, "/": 0.05}, *"12", {" ": 0.9, "/": 0.05}, *"2015"]
    assert spell([table_of(seen)], DATE)[0][0] == "05/12/2015"


def test_what_looks_like_a_figure_is_one_in_a_number() -> None:
    assert spell([table_of("$l,O00")], NUMBER)[0][0] == "$1,000"
    assert spell([table_of([{"S": 0.9, "$": 0.1}, "o"])], NUMBER)[0][0] == "$0"


def test_dust_beside_an_entry_is_left_out() -> None:
    assert spell([table_of("*10,000")], NUMBER)[0][0] == "10,000"
    assert spell([table_of("(2)~")], NOTES)[0][0] == "(2)"


def test_two_networks_decide_each_place_together() -> None:
    one = table_of(["1", {"7": 0.6, "1": 0.4}, {"3": 0.9, "8": 0.1}])
    two = table_of(["1", {"7": 0.2, "1": 0.8}, {"3": 0.7, "8": 0.3}])
    assert spell([one, two], NUMBER)[0][0] == "113"


def test_the_likeliest_comes_first_and_all_are_of_the_grammar() -> None:
    told = spell([table_of([{"G": 0.5, "C": 0.4, "(": 0.1}])], CODE)
    assert [text for text, _ in told[:2]] == ["G", "C"]
    assert all(CODE.holds(text) for text, _ in told)
    assert [chance for _, chance in told] == sorted((chance for _, chance in told), reverse=True)


def test_a_line_of_something_else_is_spelt_as_nothing() -> None:
    assert spell([table_of("...")], DATE) == []


@given(st.dates(date(1950, 1, 1), date(2049, 12, 31)))
def test_what_was_seen_clearly_is_what_is_spelt(day: date) -> None:
    text = day.strftime("%m/%d/%Y")
    assert spell([table_of(text), table_of(text, spaced=False)], DATE)[0][0] == text


@given(st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_no_picture_is_too_strange_to_be_spelt(steps: int, seed: int) -> None:
    chances = np.random.default_rng(seed).dirichlet(np.full(96, 0.05), steps).astype(np.float32)
    told = spell([Table(chances, table_of("0").labels, 0)], NUMBER)
    assert all(NUMBER.holds(text) for text, _ in told)
