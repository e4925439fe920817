from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitizer.document.truth import TruthValue, edits, same
from digitizer.evaluation.compare import compare, match_rows

if TYPE_CHECKING:
    from conftest import Make


@pytest.mark.parametrize(
    ("found", "true", "right"),
    [
        ("12 Main St", "12 Main St", True),
        ("12 Main St", "12\nMain  St ", True),
        ("12 Main st", "12 Main St", False),
        ("", "", True),
        ("x", "", False),
        (None, "", False),
        (None, "x", False),
        (True, True, True),
        (False, True, False),
        ("true", True, False),
        (True, "true", False),
        (None, False, False),
    ],
)
def test_same(found: str | bool | None, true: str | bool, right: bool) -> None:
    assert same(found, TruthValue(true)) is right


@pytest.mark.parametrize(
    ("found", "true", "count"),
    [
        ("John", "J?hn", 0),
        ("J?hn", "J?hn", 0),
        ("Jhn", "J?hn", 1),
        ("Joohn", "J?hn", 1),
        ("Jxhm", "J?hn", 1),
        ("ab", "??", 0),
        ("abc", "??", 1),
        ("", "???", 3),
        ("a  b", "?\nb", 0),
    ],
)
def test_an_unreadable_character_fits_any_one(found: str, true: str, count: int) -> None:
    assert edits(found, true, unreadable=True) == count


def test_a_question_mark_is_one_where_the_truth_knows_no_unreadable_ones() -> None:
    assert not same("Why!", TruthValue("Why?"))
    assert same("Why!", TruthValue("Why?", unreadable=True))


@settings(deadline=None)
@given(st.text("ab? ", max_size=12), st.text("ab? ", max_size=12))
def test_unreadable_characters_only_ever_forgive(found: str, true: str) -> None:
    assert edits(found, true, unreadable=True) <= edits(found, true)
    assert edits(true, true, unreadable=True) == 0


def test_a_missed_row_does_not_shift_the_others(make: Make) -> None:
    true = [make.truth_row(title="Common Stock", shares=str(n)) for n in (100, 2500, 37, 4810)]
    found = [make.row(title="Common Stock", shares=str(n)) for n in (100, 37, 4810)]
    assert match_rows(true, found) == {0: 0, 2: 1, 3: 2}


def test_an_extra_row_does_not_shift_the_others(make: Make) -> None:
    true = [make.truth_row(title="Common Stock", shares=str(n)) for n in (100, 2500)]
    found = [
        make.row(title="Title of Security", shares="Amount"),
        *(make.row(title="Common Stock", shares=s) for s in ("100", "2500")),
    ]
    assert match_rows(true, found) == {0: 1, 1: 2}


def test_equal_rows_are_matched_in_order(make: Make) -> None:
    true = [make.truth_row(a="x", b="y")] * 3
    assert match_rows(true, [make.row(a="x", b="y")] * 3) == {0: 0, 1: 1, 2: 2}


def test_blank_cells_alone_make_no_rows_alike(make: Make) -> None:
    true = [make.truth_row(a="left", b="", c="", d="")]
    assert match_rows(true, [make.row(a="0123", b="", c="", d="")]) == {}


def test_rows_and_cells(make: Make) -> None:
    truth = make.truth(
        rows=[make.truth_row(a="one", b="1"), make.truth_row(a="two", b="2"), make.truth_row(a="three", b="")]
    )
    record = make.record(
        rows=[make.row(a="one", b="1"), make.row(a="three", b="3"), make.row(a="99/99", b="")],
    )
    result = compare("a.pdf", [record], truth)
    (rows,) = result.rows
    assert (rows.expected, rows.right, rows.missed, rows.extra) == (3, 1, 1, 1)
    told = [(o.name, o.row, o.group, o.right) for o in result.outcomes]
    assert told == [
        ("t.a", 0, "value", True),
        ("t.b", 0, "value", True),
        ("t.a", 1, "value", False),
        ("t.b", 1, "value", False),
        ("t.a", 2, "value", True),
        ("t.b", 2, "blank", False),
        ("t.a", None, "extra", False),
    ]
    assert not result.flawless


def test_a_key_that_is_absent_in_the_truth_is_not_scored(make: Make) -> None:
    truth = make.truth(fields={"a": "x"}, rows=[make.truth_row(c="1")])
    record = make.record({"a": make.field("x"), "b": make.field("y")}, [make.row(c="1", d="2")])
    result = compare("a.pdf", [record], truth)
    assert [o.name for o in result.outcomes] == ["a", "t.c"]
    assert result.flawless


def test_links_follow_the_matched_rows(make: Make) -> None:
    truth = make.truth(
        rows=[
            make.truth_row({"a": ["F1"]}, a="one", b="10"),
            make.truth_row({"a": ["F2"], "b": ["F3"]}, a="two", b="20"),
        ]
    )
    second = {"a": make.field("two", notes=["F2"]), "b": make.field("20", notes=["F4"])}
    result = compare("a.pdf", [make.record(rows=[second])], truth)
    assert result.true_links == {("t", 0, "a", "F1"), ("t", 1, "a", "F2"), ("t", 1, "b", "F3")}
    assert result.found_links == {("t", 1, "a", "F2"), ("t", 1, "b", "F4")}


def test_links_the_truth_does_not_tell_are_not_judged(make: Make) -> None:
    truth = make.truth(rows=[{"a": TruthValue("one")}])
    record = make.record(rows=[{"a": make.field("one", notes=["F1"]), "b": make.field("", notes=["F1"])}])
    assert compare("a.pdf", [record], truth).found_links == frozenset()


def test_links_of_a_made_up_row_are_wrong(make: Make) -> None:
    truth = make.truth(rows=[])
    record = make.record(rows=[{"a": make.field("one", notes=["F1"])}])
    assert compare("a.pdf", [record], truth).found_links == {("t", -1, "a", "F1")}


def test_footnote_texts(make: Make) -> None:
    truth = make.truth(footnotes={"F1": "By trust.", "F2": "Sold.", "F3": "Lost."})
    record = make.record(footnotes={"F1": "By\ntrust.", "F2": "Sold,", "F9": "Stray."})
    result = compare("a.pdf", [record], truth)
    assert [(n.name, n.right, n.distance) for n in result.notes] == [
        ("F1", True, 0),
        ("F2", False, 1),
        ("F3", False, 5),
    ]
    assert result.extra_notes == 1


def test_of_several_forms_in_a_file_the_right_one_counts(make: Make) -> None:
    truth = make.truth({"a": "x"})
    other = make.record(form="other")
    wrong = make.record({"a": make.field("y")}, form="g")
    right = make.record({"a": make.field("x")})
    result = compare("a.pdf", [other, wrong, right], truth)
    assert result.found_form == "f"
    assert all(o.right for o in result.outcomes)
    assert result.extra_records == 1
    assert not result.flawless
    assert compare("a.pdf", [other, right], truth).flawless
