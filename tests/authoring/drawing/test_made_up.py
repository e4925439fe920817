from __future__ import annotations

import re
from random import Random

import pytest
from factories import field_def

from digitizer.authoring.drawing.made_up import MadeUp
from digitizer.authoring.drawing.words import Words
from digitizer.document.form import Kind, RuleDefinition
from digitizer.reading.values import normalise


def entries(kind: Kind, lines: int = 1, rules: tuple[RuleDefinition, ...] = (), **more: object) -> list[list[str]]:
    definition = field_def("f", kind, "Label", **more)
    return [MadeUp(Words(Random(k))).entry(definition, lines, rules) for k in range(60)]


@pytest.mark.parametrize("kind", ["date", "number", "money"])
def test_entries_are_of_their_kind(kind: Kind) -> None:
    for (text,) in entries(kind):
        assert normalise(kind, text).valid >= 0.9, text


def test_codes_come_from_the_vocabulary() -> None:
    assert {text for (text,) in entries("code", values=("A", "D"))} == {"A", "D"}


def test_an_address_takes_no_more_lines_than_there_are() -> None:
    assert {len(e) for e in entries("address", 1)} == {1}
    assert {len(e) for e in entries("address", 3)} == {2, 3}


def test_what_a_pattern_asks_for_is_found_or_nothing_is_said() -> None:
    found = [e for e in entries("text", pattern=r"^(\d{3})-") if e]
    assert found
    assert all(re.search(r"^(\d{3})-", text) for (text,) in found)
    assert entries("text", pattern="^no such thing is ever written$")[0] == []


def test_amounts_and_dates_keep_within_the_range_of_a_rule() -> None:
    numbers = entries("number", rules=(RuleDefinition("range", ("f",), least="10", most="20"),))
    assert all(10 <= int(text) <= 20 for (text,) in numbers)
    days = entries("date", rules=(RuleDefinition("range", ("f",), least="1990-01-01", most="1990-12-31"),))
    assert all(str(normalise("date", text).value).startswith("1990-") for (text,) in days)


def test_words_that_a_field_often_holds_are_used() -> None:
    assert any("trawler" in text.lower() for (text,) in entries("text", words=("trawler",)))
