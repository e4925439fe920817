"""The definition's rules, held against the values found."""

from __future__ import annotations

from collections.abc import Mapping

from digitizer.document.form import FormDefinition, RuleDefinition
from digitizer.document.record import Field, Problem


def check_rules(form: FormDefinition, fields: Mapping[str, Field]) -> list[Problem]:
    """A problem for every rule that does not hold, naming the fields concerned."""
    problems = []
    for rule in form.rules:
        message = _broken(rule, fields)
        if message:
            problems.append(Problem("rule", message, "look at these fields", fields=rule.fields))
    return problems


def _broken(rule: RuleDefinition, fields: Mapping[str, Field]) -> str:
    names = ", ".join(rule.fields)
    present = [fields[n] for n in rule.fields if n in fields]
    filled = [f for f in present if f.value not in ("", False)]
    if rule.kind == "exclusive" and len(filled) > 1:
        return f"only one of {names} may be filled in"
    if rule.kind == "at_least_one" and present and not filled:
        return f"one of {names} must be filled in"
    if rule.kind == "required" and len(filled) < len(present):
        missing = ", ".join(n for n in rule.fields if n in fields and fields[n].value in ("", False))
        return f"required but empty: {missing}"
    if rule.kind == "order":
        values = [str(f.value) for f in filled]
        if values != sorted(values):
            return f"dates out of order: {names}"
    return ""
