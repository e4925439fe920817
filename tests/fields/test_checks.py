import pytest
from factories import fields_of, small_form

from digitizer.document.form import RuleDefinition
from digitizer.document.record import Problem
from digitizer.fields.checks import check_rules


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
