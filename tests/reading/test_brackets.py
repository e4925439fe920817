"""Brackets that are checkboxes, told from brackets that are not."""

from __future__ import annotations

import pytest
from factories import at, reading
from hypothesis import given
from hypothesis import strategies as st

from digitizer.document.geometry import Box
from digitizer.document.layout import Mark, Reading, TextLine
from digitizer.reading.brackets import with_brackets


def told(*texts: str, marks: tuple[Mark, ...] = ()) -> tuple[tuple[Mark, ...], list[Reading]]:
    """Lines under each other, as read."""
    boxes = [Box(*at(100, 100 + 60 * k, text)) for k, text in enumerate(texts)]
    lines = [TextLine(box) for box in boxes]
    return with_brackets(marks, lines, [reading(text, box) for text, box in zip(texts, boxes, strict=True)])


@pytest.mark.parametrize(
    ("text", "rest", "checked"),
    [
        ("[ ] director", "director", [False]),
        ("[X] officer", "officer", [True]),
        ("[x]owner", "owner", [True]),
        ("( ) partner", "partner", [False]),
        ("(X) agent", "agent", [True]),
        ("Was it filed? Yes [ X ] No[ ]", "Was it filed? Yes No", [True, False]),
    ],
)
def test_brackets_are_checkboxes_and_their_words_stay(text: str, rest: str, checked: list[bool]) -> None:
    marks, (left,) = told(text)
    assert [m.checked for m in marks] == checked
    assert left.text == rest
    assert all(100 <= m.box.x < m.box.right <= 100 + 14 * len(text) for m in marks)


@pytest.mark.parametrize("text", ["see (2) and [3]", "(x) a tenth point", "Shares (restricted)", "(1)", "f() and g()"])
def test_other_brackets_are_none(text: str) -> None:
    marks, (left,) = told(text)
    assert marks == ()
    assert left.text == text


def test_what_the_ink_says_otherwise_is_doubtful() -> None:
    box = Box(100, 100, 42, 24)
    for checked, sure in ((True, 0.99), (False, 0.6)):
        (mark,), _ = told("[X] officer", marks=(Mark(box, checked, 0.97, whole=False),))
        assert (mark.box, mark.checked, mark.confidence, mark.whole) == (box, True, sure, True)


def test_a_frame_that_reads_as_a_number_in_brackets_waits_for_a_label() -> None:
    marks, (left,) = told("(2) notes", marks=(Mark(Box(100, 100, 40, 24), True, 0.9),))
    assert [m.whole for m in marks] == [False]
    assert left.text == "(2) notes"


def test_brackets_far_apart_are_two_lines_and_one_checkbox() -> None:
    lines = [TextLine(Box(100, 100, 8, 24)), TextLine(Box(160, 100, 120, 24))]
    marks, left = with_brackets((), lines, [reading("(", lines[0].box), reading(") partner", lines[1].box)])
    assert [m.box for m in marks] == [Box(100, 100, 61, 24)]
    assert [r.text for r in left] == ["", "partner"]


@given(st.lists(st.sampled_from(["[", "]", "(", ")", "X", "x", " ", "a", "2", "[X]", "( )"]), max_size=14))
def test_any_text_keeps_what_is_no_pair(parts: list[str]) -> None:
    text = " ".join("".join(parts).split())
    _, (left,) = told(text)
    letters = [c for c in left.text if c.isalnum() and c not in "xX"]
    assert letters == [c for c in text if c.isalnum() and c not in "xX"]
