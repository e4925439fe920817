import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.reading.markers import Markers, split_markers


@pytest.mark.parametrize(
    ("text", "rest", "numbers"),
    [
        ("306,250(4)", "306,250", (4,)),
        ("69,064(2)(3)(4)", "69,064", (2, 3, 4)),
        ("See footnotes(1) (2)(3)", "See footnotes", (1, 2, 3)),
        ("(5)", "", (5,)),
        ("306,250⁽⁴⁾", "306,250", (4,)),
        ("Common Stock (12)", "Common Stock", (12,)),
        ("Stock Option (right to buy)(1)", "Stock Option (right to buy)", (1,)),
        ("Through 401(k)(1)", "Through 401(k)", (1,)),
        ("$0.29(1), (2)", "$0.29", (1, 2)),
    ],
)
def test_plain_markers(text: str, rest: str, numbers: tuple[int, ...]) -> None:
    assert split_markers(text) == Markers(rest, numbers, True)


@pytest.mark.parametrize(
    "text",
    [
        "Stock Option (right to buy)",
        "401(k)",
        "By LGI 401 (k) Plan",
        "Restated (2009)",
        "(0)",
        "(100)",
        "(Instr. 3 and 4)",
        "306,250",
        "",
        "11/17/2009",
        "5",
        "Class A",
        "(1,234)",
    ],
)
def test_text_that_is_no_marker(text: str) -> None:
    assert split_markers(text) == Markers(text, (), True)


def test_citations_stay() -> None:
    assert split_markers("Rule 16b-3(d)(1)") == Markers("Rule 16b-3(d)(1)", (), False)
    assert split_markers("Section 16(a)(2)").text == "Section 16(a)(2)"


@pytest.mark.parametrize(
    ("text", "rest", "numbers"),
    [
        ("306,250(1", "306,250", (1,)),
        ("306,250 1)", "306,250", (1,)),
        ("306,2501)", "306,250", (1,)),
        ("306,250{1)", "306,250", (1,)),
        ("306,250(l)", "306,250", (1,)),
        ("306,250®", "306,250", ()),
        ("69,064(2X3X4)", "69,064", (2, 3, 4)),
        ("69,064(2)(3)4)", "69,064", (2, 3, 4)),
        ("69,064(2)(3(4)", "69,064", (2, 3, 4)),
        ("69,064(2)(3)(4", "69,064", (2, 3, 4)),
        ("(5", "", (5,)),
        ("See footnote(I)", "See footnote", (1,)),
    ],
)
def test_misread_markers_are_cut_but_doubted(text: str, rest: str, numbers: tuple[int, ...]) -> None:
    assert split_markers(text) == Markers(rest, numbers, False)


@given(st.text(alphabet="abc 019,.$", max_size=8), st.lists(st.integers(1, 99), min_size=1, max_size=4))
def test_markers_come_back(head: str, numbers: list[int]) -> None:
    found = split_markers(head + "".join(f"({n})" for n in numbers))
    assert found.text == head.strip()
    assert found.numbers == tuple(numbers)


@given(st.text() | st.text(alphabet="()1239lI|{}[]Xx®, .ak-"))
def test_any_text_is_taken(text: str) -> None:
    found = split_markers(text)
    assert all(1 <= n <= 99 for n in found.numbers)
    assert len(found.text) <= len(text)
