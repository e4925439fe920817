"""Doubtful numbers and dates are told by how the form's sure ones are written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from digitizer.document.form import FieldDefinition
from digitizer.fields.drafts import Filled
from digitizer.fields.shapes import Shapes, choose, choose_shapes, shape_of

SHARES = FieldDefinition("shares", "number", ())
PRICE = FieldDefinition("price", "number", ())
DAY = FieldDefinition("day", "date", ())
CODE = FieldDefinition("code", "code", (), values=("S", "A", "D"))


def read(definition: FieldDefinition, text: str, *others: tuple[str, float], reader: float = 0.99) -> Filled:
    own = 1 - sum(chance for _, chance in others)
    readings = ((text, own), *others) if others else ()
    return Filled(definition, text.replace(",", ""), text, reader, 1.0, 1.0, 1.0, readings=readings)


def test_a_stop_before_three_figures_is_a_comma_among_whole_numbers() -> None:
    doubtful = read(SHARES, "26.086", ("26,086", 0.1), reader=0.6)
    _, tables = choose_shapes({}, {"sales": ({"shares": read(SHARES, "1,500")}, {"shares": doubtful})})
    told = tables["sales"][1]["shares"]
    assert (told.value, told.text) == ("26086", "26,086")
    assert told.reader < 0.99
    assert ("26.086", pytest.approx(0.1, abs=0.2)) in told.alternatives


def test_it_stays_a_stop_where_others_have_three_decimals() -> None:
    rows = [{"shares": read(SHARES, f"{n}.131")} for n in (18, 586, 22, 71, 9, 44)]
    doubtful = read(SHARES, "26.086", ("26,086", 0.1), reader=0.6)
    _, tables = choose_shapes({}, {"sales": (*rows, {"shares": doubtful})})
    assert tables["sales"][-1]["shares"].value == "26.086"


def test_what_others_of_its_column_say_is_likelier() -> None:
    rows = tuple({"price": read(PRICE, "$0")} for _ in range(4))
    doubtful = replace(read(PRICE, "$o", ("50", 0.3), ("$0", 0.3), reader=0.4), value="$o", valid=0.0)
    _, tables = choose_shapes({}, {"grants": (*rows, {"price": doubtful})})
    assert tables["grants"][-1]["price"].value == "0"


def test_a_date_is_spelt_as_the_forms_other_dates() -> None:
    fields = {f"day{k}": read(DAY, f"11/0{k}/2020") for k in range(1, 6)}
    doubtful = replace(read(DAY, "127.2020", ("1/27/2020", 0.3), ("11/27/2020", 0.15), reader=0.4), valid=0.0)
    told, _ = choose_shapes({**fields, "last": doubtful}, {})
    assert told["last"].value == "2020-11-27"


def test_readings_of_one_code_are_counted_together() -> None:
    told = choose(CODE, (("5", 0.45), ("A", 0.35), ("S", 0.2)), Shapes())
    assert told is not None
    assert told.value == "S"
    assert 0.45 < told.chance < 0.75
    assert told.others[0][0] == "A"


def test_markers_alone_leave_the_entry_blank() -> None:
    doubtful = replace(read(DAY, "1y", ("(2)", 0.4), reader=0.3), valid=0.0)
    told, _ = choose_shapes({"day": doubtful}, {})
    assert (told["day"].value, told["day"].text, told["day"].footnotes) == ("", "", ("F2",))


def test_a_text_of_another_kind_is_left_to_a_person() -> None:
    assert choose(DAY, (("see note", 0.9), ("nothing", 0.1)), Shapes()) is None
    doubtful = replace(read(DAY, "see note", ("11/27/2020", 1e-9), reader=0.9), valid=0.0)
    told, _ = choose_shapes({"day": doubtful}, {})
    assert told["day"].reader < 1e-6


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("$0", {"amount": "$none", "figures": "1", "lead": ""}),
        ("1,234.50", {"amount": "2", "figures": "4", "lead": "", "groups": ","}),
        ("1234", {"amount": "0", "figures": "4", "lead": "", "groups": ""}),
        ("12,34", {"amount": "0", "figures": "4", "lead": "", "groups": "?"}),
        (".03", {"amount": "2", "figures": "0", "lead": ""}),
        ("007", {"amount": "0", "figures": "3", "lead": "0"}),
        ("none", {}),
    ],
)
def test_a_numbers_shape(text: str, shape: dict[str, str]) -> None:
    assert shape_of("number", text) == shape
    assert shape_of("text", text) == {}


def test_a_dates_shape() -> None:
    assert shape_of("date", "11/7/2009") == {"between": "/", "digits": "2 1 4"}
    assert shape_of("date", "March 5, 1974") == {}
