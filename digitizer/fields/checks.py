"""The definition's rules, held against the values found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from digitizer.document.form import FormDefinition
from digitizer.document.record import Field, Problem, Row
from digitizer.fields.constraints import Place, constraints_of, tell


def check_rules(
    form: FormDefinition, fields: Mapping[str, Field], tables: Mapping[str, Sequence[Row]] | None = None
) -> list[Problem]:
    """A problem for every rule that does not hold, naming the fields concerned; a cell's name is table[row].column."""
    values = {("", 0, name): f.value for name, f in fields.items()}
    for table, rows in (tables or {}).items():
        values |= {(table, k, name): f.value for k, row in enumerate(rows) for name, f in row.items()}
    problems = []
    for constraint in constraints_of(form, values):
        if constraint.check(values) is False and not constraint.is_soft:
            # Fields that this print does not have are named too: a person may find them after all.
            named = tuple(map(name_of, constraint.places)) if constraint.rule.table else constraint.rule.fields
            problems.append(Problem("rule", tell(constraint, values), "look at these fields", fields=named))
    return problems


def name_of(place: Place) -> str:
    """A field's name, or table[row].column with rows counted from 1."""
    table, row, name = place
    return f"{table}[{row + 1}].{name}" if table else name
