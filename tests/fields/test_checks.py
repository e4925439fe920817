import pytest
from factories import field_of, fields_of, small_form

from digitizer.document.form import RuleDefinition
from digitizer.document.record import Field, Problem
from digitizer.fields.checks import check_notes, check_rules


def problems(kind: str, values: dict[str, str | bool], *names: str) -> list[Problem]:
    rule = RuleDefinition(kind, names or tuple(values))
    return check_rules(small_form(rules=(rule,)), fields_of(values))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("exclusive", {"yes": True, "no": False}),
        ("exclusive", {"yes": False, "no": False}),
        ("at_least_one", {"a": "", "b": "x"}),
        ("required", {"a": "x", "b": "y"}),
        ("order", {"from": "1999-12-31", "to": "2000-01-01"}),
        ("order", {"from": "2000-01-01", "to": "2000-01-01"}),
        ("order", {"from": "", "to": "2000-01-01"}),
    ],
)
def test_values_that_keep_a_rule_are_no_problem(kind: str, values: dict[str, str | bool]) -> None:
    assert problems(kind, values) == []


@pytest.mark.parametrize(
    ("kind", "values", "message"),
    [
        ("exclusive", {"yes": True, "no": True}, "only one of yes, no may be filled in"),
        ("at_least_one", {"a": "", "b": False}, "one of a, b must be filled in"),
        ("required", {"a": "x", "b": ""}, "required but empty: b"),
        ("order", {"from": "2000-01-02", "to": "2000-01-01"}, "dates out of order: from, to"),
    ],
)
def test_a_broken_rule_is_told_with_its_fields(kind: str, values: dict[str, str | bool], message: str) -> None:
    (problem,) = problems(kind, values)
    assert (problem.kind, problem.message, problem.fields) == ("rule", message, tuple(values))
    assert problem.remedy


@pytest.mark.parametrize("kind", ["exclusive", "at_least_one", "required", "order"])
def test_fields_that_a_print_does_not_have_break_no_rule(kind: str) -> None:
    assert problems(kind, {}, "absent", "gone") == []


def test_every_broken_rule_is_told() -> None:
    rules = (RuleDefinition("required", ("a",)), RuleDefinition("at_least_one", ("a", "b")))
    assert len(check_rules(small_form(rules=rules), fields_of({"a": "", "b": ""}))) == 2


def test_markers_and_notes_that_belong_together_are_no_problem() -> None:
    rows = [{"amount": field_of("5", footnotes=("F1",))}, {"amount": field_of("", footnotes=("F1", "F2"))}]
    assert check_notes({"title": field_of("x", footnotes=("F3",))}, {"payments": rows}, notes("F1", "F2", "F3")) == []


def test_a_marker_without_a_note_names_every_field_that_bears_it() -> None:
    rows = [{"amount": field_of("5")}, {"amount": field_of("7", footnotes=("F1", "F4"))}]
    (problem,) = check_notes({"title": field_of("x", footnotes=("F4",))}, {"payments": rows}, notes("F1"))
    assert (problem.kind, problem.fields) == ("marker", ("title", "payments[2].amount"))
    assert "F4" in problem.message


def test_a_note_without_a_marker_is_told() -> None:
    (problem,) = check_notes({"title": field_of("x", footnotes=("F1",))}, {}, notes("F1", "F2"))
    assert (problem.kind, problem.fields) == ("footnote", ("footnotes.F2",))


def notes(*names: str) -> dict[str, Field]:
    return {name: field_of("Sold.") for name in names}


@pytest.mark.parametrize(
    ("rule", "values", "broken"),
    [
        (RuleDefinition("same", ("a", "b")), {"a": "x", "b": "x"}, False),
        (RuleDefinition("same", ("a", "b")), {"a": "x", "b": "y"}, True),
        (RuleDefinition("range", ("a",), least="1990-01-01", most="2030-12-31"), {"a": "2001-02-03"}, False),
        (RuleDefinition("range", ("a",), least="1990-01-01"), {"a": "1901-02-03"}, True),
        (RuleDefinition("range", ("a",), most="1000"), {"a": "999.5"}, False),
        (RuleDefinition("range", ("a",), least="0", most="1000"), {"a": "10000"}, True),
        (RuleDefinition("range", ("a",), least="0", most="1000"), {"a": ""}, False),
    ],
)
def test_further_rules(rule: RuleDefinition, values: dict[str, str | bool], broken: bool) -> None:
    assert bool(check_rules(small_form(rules=(rule,)), fields_of(values))) is broken


def test_rules_over_the_rows_of_a_table() -> None:
    rows = [fields_of({"from": "2001-01-01", "to": "2000-01-01"}), fields_of({"from": "", "to": "2000-01-01"})]
    rule = RuleDefinition("order", ("from", "to"), table="stays")
    (problem,) = check_rules(small_form(rules=(rule,)), {}, {"stays": rows})
    assert problem.fields == ("stays[1].from", "stays[1].to")
    assert problem.message == "dates out of order: from, to (stays, row 1)"


def test_a_value_out_of_range_concerns_no_other() -> None:
    rule = RuleDefinition("range", ("shares", "price"), table="trades", least="0")
    rows = {"trades": [fields_of({"shares": "-10000", "price": "4.5"}), fields_of({"shares": "10", "price": "0"})]}
    (problem,) = check_rules(small_form(rules=(rule,)), {}, rows)
    assert (problem.fields, problem.message) == (("trades[1].shares",), "not between 0 and any: shares (trades, row 1)")


def test_a_sum_adds_up_or_is_told() -> None:
    rule = RuleDefinition("sum", ("amount", "whole"), table="payments")
    rows = [fields_of({"amount": "1.50"}), fields_of({"amount": ""}), fields_of({"amount": "2"})]
    form = small_form(rules=(rule,))
    assert check_rules(form, fields_of({"whole": "3.5"}), {"payments": rows}) == []
    (problem,) = check_rules(form, fields_of({"whole": "35"}), {"payments": rows})
    assert problem.message == "amount does not add up to whole"
    assert check_rules(form, fields_of({"whole": ""}), {"payments": rows}) == []


def test_a_running_total_that_does_not_go_on_is_no_problem_filers_need_not_keep_it() -> None:
    rule = RuleDefinition("running_total", ("after", "shares", "code"), "t", minus=("D",))
    rows = [
        fields_of({"after": "5", "shares": "5", "code": "A"}),
        fields_of({"after": "9", "shares": "1", "code": "A"}),
    ]
    assert check_rules(small_form(rules=(rule,)), {}, {"t": rows}) == []
