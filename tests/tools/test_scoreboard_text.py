"""Whether a value was read at all, wherever it was put."""

from __future__ import annotations

import pytest

from digitizer.document.geometry import Box, Transform
from digitizer.document.layout import Layout, Reading, Readings, TextLine
from digitizer.document.page import PageRef
from digitizer.document.truth import TruthValue
from tools.scoreboard.page_text import PageText


def page(*lines: tuple[str, int, int] | tuple[str, int, int, int]) -> Readings:
    """Lines of 20 pixels' height: text, x, y and cell."""
    placed = tuple(TextLine(Box(x, y, 10 * len(text), 20), *cell) for text, x, y, *cell in lines)
    layout = Layout(PageRef("a.pdf", "0", 1), (1000, 1000), 100, 0.0, 0, Transform(), (1000, 1000), lines=placed)
    return Readings(layout, tuple(Reading(line[0], 0.9, "tesseract") for line in lines), (None,) * len(lines))


def has(text: str, value: str, kind: str = "text") -> bool:
    return PageText([page((text, 0, 0))]).has(TruthValue(value), kind)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Issuer: AMAZON  COM INC.", "Amazon Com Inc"),
        ("Restricted StockUnit", "Restricted Stock Unit"),
        ("the “Plan” \u2013 as amended", 'The "Plan" - as amended'),
        ("code A (1)", "A"),
    ],
)
def test_case_space_quotes_and_dashes_do_not_count(text: str, value: str) -> None:
    assert has(text, value)


@pytest.mark.parametrize(("text", "value"), [("Parker", "Park"), ("12614", "2614"), ("AD", "A"), ("Ann", "Anne")])
def test_a_part_of_a_word_is_not_the_value(text: str, value: str) -> None:
    assert not has(text, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [("$24,409.50", "24409.5"), ("24, 409", "24409"), ("sold 5952 shares", "5952"), (".50", "0.5"), ("0", "0")],
)
def test_a_number_counts_in_any_print(text: str, value: str) -> None:
    assert has(text, value, "number")


def test_a_part_of_a_number_is_not_the_value() -> None:
    assert not has("24,409", "409", "number")


@pytest.mark.parametrize(
    "text",
    ["04/02/2024", "4/2/24(1)", "Apr. 2, 2024", "2 April 2024", "received 02APR2024", "April 2nd, 2024", "2024-04-02"],
)
def test_a_date_counts_in_any_print(text: str) -> None:
    assert has(text, "2024-04-02", "date")


@pytest.mark.parametrize("text", ["14/2/2024", "4/20/2024", "04/02/2025", "May 2, 2024"])
def test_another_date_is_not_the_value(text: str) -> None:
    assert not has(text, "2024-04-02", "date")


def test_what_nobody_could_read_is_any_one_character() -> None:
    text = PageText([page(("Hartmann", 0, 0))])
    assert text.has(TruthValue("Har?mann", unreadable=True), "text")
    assert not text.has(TruthValue("Har?mann"), "text")


def test_a_value_goes_on_down_its_column_beside_another() -> None:
    text = PageText([page(("27 Orchard", 0, 0), ("Paper", 500, 0), ("Lane Galway", 0, 25), ("Toner", 500, 25))])
    assert text.has(TruthValue("27 Orchard Lane Galway"), "address")
    assert text.has(TruthValue("Paper Toner"), "text")
    assert not text.has(TruthValue("Lane Paper"), "text")


def test_a_value_goes_on_in_its_cell_and_on_the_next_page() -> None:
    first = page(("sold under", 0, 0, 0), ("a plan", 300, 2, 0), ("other", 600, 0, 1))
    text = PageText([first, page(("of the issuer", 0, 0))])
    assert text.has(TruthValue("sold under a plan"), "text")
    assert text.has(TruthValue("a plan other of the issuer"), "text")
