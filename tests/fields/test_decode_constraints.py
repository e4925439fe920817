"""Values chosen by the rules: what an alternative repairs, what damage explains, what nothing repairs."""

from __future__ import annotations

from factories import draft_of, field_def, small_form

from digitizer.document.form import RuleDefinition, TableDefinition
from digitizer.fields.decode import Decoded, decode_constraints
from digitizer.fields.drafts import Draft

TOTAL, AMOUNT, SIGN, TITLE = (
    field_def("after", "number"),
    field_def("shares", "number"),
    field_def("code", "code"),
    field_def("title", "text"),
)
RUNNING = RuleDefinition("running_total", ("after", "shares", "code"), "trades", by=("title",), minus=("D",))


def row(after: str, shares: str, code: str = "A", title: str = "Common", **more: object) -> dict[str, Draft]:
    return {
        "after": draft_of(TOTAL, after, **more),
        "shares": draft_of(AMOUNT, shares),
        "code": draft_of(SIGN, code),
        "title": draft_of(TITLE, title),
    }


def decoded(*rows: dict[str, Draft]) -> Decoded:
    form = small_form((TableDefinition("trades", (TOTAL, AMOUNT, SIGN, TITLE)),), rules=(RUNNING,))
    return decode_constraints(form, {}, {"trades": tuple(rows)})


def afters(result: Decoded) -> list[object]:
    return [r["after"].value for r in result.tables["trades"]]


def test_a_running_total_that_goes_on_bears_its_values_out() -> None:
    result = decoded(row("100", "10"), row("150", "50"), row("120", "30", "D"))
    assert afters(result) == ["100", "150", "120"]
    assert ("trades", 2, "after") in result.upheld
    assert ("trades", 2, "code") in result.upheld
    assert ("trades", 0, "shares") not in result.upheld


def test_another_reading_that_makes_the_total_go_on_is_taken() -> None:
    doubtful = row("180", "50", reader=0.6, alternatives=(("150", 0.3),))
    result = decoded(row("100", "10"), doubtful, row("120", "30", "D"))
    assert afters(result) == ["100", "150", "120"]
    changed = result.tables["trades"][1]["after"]
    assert (changed.text, changed.rule) == ("180", "running_total")


def test_a_digit_that_damage_makes_alike_is_put_right_where_two_rows_say_so() -> None:
    repaired = decoded(row("6100", "10"), row("8150", "50", reader=0.5), row("6120", "30", "D"))
    assert afters(repaired) == ["6100", "6150", "6120"]


def test_a_stop_that_was_a_comma() -> None:
    broken = draft_of(TOTAL, "28.586", reader=0.7)
    rows = row("20000", "10"), {**row("0", "8586"), "after": broken}
    assert afters(decoded(*rows)) == ["20000", "28586"]


def test_sure_values_stand_where_the_filer_does_not_keep_running_totals() -> None:
    result = decoded(row("500", "10"), row("540", "20"), row("500", "30"))
    assert afters(result) == ["500", "540", "500"]
    assert not result.upheld
    assert not result.broken
    assert all(("trades", k, "after") in result.denied for k in range(3))


def test_a_long_amount_that_fits_but_for_one_figure_was_misread() -> None:
    result = decoded(row("306250", "19500"), row("311159", "4989"), row("286750", "24409", "D"))
    assert [r["shares"].value for r in result.tables["trades"]] == ["19500", "4909", "24409"]
    repaired = result.tables["trades"][1]["shares"]
    assert (repaired.text, repaired.rule) == ("4989", "running_total")


def test_the_same_total_on_every_row_is_no_account() -> None:
    result = decoded(*(row("1100000", "100000") for _ in range(3)))
    assert afters(result) == ["1100000"] * 3
    assert not any(("trades", k, "after") in result.denied for k in range(3))


def test_accounts_of_different_securities_are_kept_apart() -> None:
    result = decoded(row("100", "10"), row("7", "7", title="Options"), row("150", "50"))
    assert [("trades", k, "after") in result.upheld for k in range(3)] == [True, False, True]


def test_of_two_exclusive_boxes_the_doubtful_one_gives_way() -> None:
    fields = {
        "yes": draft_of(field_def("yes", "checkbox"), True, reader=0.99),
        "no": draft_of(field_def("no", "checkbox"), True, reader=0.6),
    }
    form = small_form(rules=(RuleDefinition("exclusive", ("yes", "no")),))
    result = decode_constraints(form, fields, {})
    assert (result.fields["yes"].value, result.fields["no"].value) == (True, False)
    assert result.fields["no"].rule == "exclusive"


def test_two_sure_exclusive_boxes_are_left_for_a_person() -> None:
    fields = {n: draft_of(field_def(n, "checkbox"), True, reader=0.99999) for n in ("yes", "no")}
    result = decode_constraints(small_form(rules=(RuleDefinition("exclusive", ("yes", "no")),)), fields, {})
    assert [d.value for d in result.fields.values()] == [True, True]
    assert result.broken == {("", 0, "yes"), ("", 0, "no")}


def test_dates_in_their_order_by_another_reading() -> None:
    first = draft_of(field_def("from", "date"), "2008-01-01", reader=0.7, alternatives=(("2003-01-01", 0.2),))
    fields = {"from": first, "to": draft_of(field_def("to", "date"), "2004-05-05")}
    result = decode_constraints(small_form(rules=(RuleDefinition("order", ("from", "to")),)), fields, {})
    assert result.fields["from"].value == "2003-01-01"
