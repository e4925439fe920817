from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from digitizer.cli.show import percent, show_record
from digitizer.document.record import Field, Problem, Record, Value


def field(value: Value, confidence: float = 0.998, review: bool = False, notes: tuple[str, ...] = ()) -> Field:
    return Field(value, str(value), confidence, "review" if review else "accepted", 1, None, notes)


def shown(record: Record, width: int = 140) -> str:
    console = Console(width=width, record=True, file=open("/dev/null", "w"))  # noqa: PTH123, SIM115
    with console.file:
        console.print(show_record(record))
        return console.export_text()


ROW = {"title": field("Common Stock [red]"), "shares": field("24409", notes=("F1",)), "nature": field("")}
RECORD = Record(
    "a.pdf",
    "00",
    (1, 2),
    "sec-form-4",
    0.9996,
    {"issuer": field("LIVEPERSON INC"), "isOfficer": field(True), "isOther": field(False), "remarks": field("")},
    {"nonDerivative": (ROW,) * 4},
    {"F1": field("See note", 0.4, review=True)},
    (Problem("rule", "only one may be ticked"),),
)


def test_everything_that_is_filled_in_is_shown() -> None:
    text = shown(RECORD)
    for part in ("a.pdf, page 1, 2: sec-form-4 (99.9%)", "LIVEPERSON INC", "yes", "and 2 blank", "row 4", "See note"):
        assert part in text
    assert text.count("24409 [F1]") == 4
    assert text.count("Common Stock [red]") == 4
    assert "nature" not in text
    assert "look" in text
    assert "! only one may be ticked" in text
    assert "isOther" not in text


def test_blanks_and_checkboxes_in_doubt_are_shown() -> None:
    record = Record("a", "00", (1,), "f", 1.0, {"a": field("", 0.5, review=True), "b": field(False, 0.6, review=True)})
    assert "(blank)" in shown(record)
    assert "no " in shown(record)


def test_an_unknown_form() -> None:
    assert "no known form" in shown(Record("a", "00", (1,), "other", 0.9))


@pytest.mark.parametrize(
    ("probability", "told"),
    [(1.0, "100%"), (0.99999, "99.9%"), (0.995, "99.5%"), (0.99, "99%"), (0.5, "50%"), (0.0, "0%")],
)
def test_percentages(probability: float, told: str) -> None:
    assert percent(probability) == told


@given(st.floats(0, 1), st.floats(0, 1))
def test_percentages_keep_their_order_and_never_claim_certainty(one: float, two: float) -> None:
    first, second = sorted((one, two))
    assert float(percent(first).rstrip("%")) <= float(percent(second).rstrip("%"))
    assert (percent(one) == "100%") == (one == 1)
