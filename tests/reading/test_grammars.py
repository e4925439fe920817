"""Numbers, dates, codes and markers are told from what is none."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.reading.dates import parse_date
from digitizer.reading.grammars import CODE, DATE, NOTES, NUMBER, WRITTEN_DATE, Grammar, grammars_of
from digitizer.reading.numbers import parse_number


@pytest.mark.parametrize(
    ("grammar", "text"),
    [
        (NUMBER, "$0"),
        (NUMBER, "26.086"),
        (NUMBER, "1,234,567.25"),
        (NUMBER, "(585.00)"),
        (NUMBER, "9,569(4)"),
        (NUMBER, ".03"),
        (DATE, "11/17/2009"),
        (DATE, "1-5-98"),
        (DATE, "11/17/2009(2)"),
        (WRITTEN_DATE, "March 5, 1974"),
        (WRITTEN_DATE, "5 Mar. 1974"),
        (CODE, "G"),
        (CODE, "NY"),
        (CODE, "D(1)(12)"),
        (NOTES, "(2)(13)"),
    ],
)
def test_what_is_of_a_grammar_may_also_begin_so(grammar: Grammar, text: str) -> None:
    assert grammar.holds(text)
    assert all(grammar.begins(text[:k]) for k in range(len(text) + 1))
    assert set(text) <= set(grammar.alphabet)


@pytest.mark.parametrize(
    ("grammar", "text"),
    [(NUMBER, "1,23"), (NUMBER, "$"), (DATE, "13/45/2009"), (DATE, "11/17-2009"), (CODE, "Common"), (NOTES, "2")],
)
def test_what_is_none_is_not_held(grammar: Grammar, text: str) -> None:
    assert not grammar.holds(text)


@given(st.integers(0, 10**9), st.sampled_from(["", "$"]))
def test_every_amount_is_a_number_and_is_parsed_as_it(amount: int, sign: str) -> None:
    text = f"{sign}{amount:,}"
    assert NUMBER.holds(text)
    assert parse_number(text) == (str(amount), 1.0)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_date_is_a_date_and_is_parsed_as_it(day: date) -> None:
    text = day.strftime("%m/%d/%Y")
    assert DATE.holds(text)
    assert parse_date(text) == (day.isoformat(), 1.0)


def test_a_line_is_spelt_by_the_grammars_that_it_may_keep_to() -> None:
    assert grammars_of(["05.1220150"]) == [NUMBER, DATE]
    assert grammars_of(["$o"]) == [NOTES, CODE, NUMBER]
    assert grammars_of(["March 5. 1974"]) == [NUMBER, WRITTEN_DATE]
    assert grammars_of(["by the trustee of the said trust"]) == []
