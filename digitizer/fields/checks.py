"""The definition's rules, held against the values found, and footnotes against their markers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from digitizer.document.form import FormDefinition
from digitizer.document.record import Field, Problem, Row, name_at
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
            named = tuple(name_at(*p) for p in constraint.places) if constraint.rule.table else constraint.rule.fields
            problems.append(Problem("rule", tell(constraint, values), "look at these fields", fields=named))
    return problems


def check_notes(
    fields: Mapping[str, Field], tables: Mapping[str, Sequence[Row]], footnotes: Mapping[str, Field]
) -> list[Problem]:
    """A problem for every marker without a note and every note without a marker."""
    bearers: dict[str, list[str]] = {}
    for place, field in _all_fields(fields, tables):
        for note in field.footnotes:
            bearers.setdefault(note, []).append(name_at(*place))
    problems = []
    for note, names in bearers.items():
        if note not in footnotes:
            told = f"the marker of footnote {note} stands beside {', '.join(names)}, but no such note was found"
            problems.append(Problem("marker", told, "look at the marker and at the notes", fields=tuple(names)))
    for note in footnotes:
        if note not in bearers:
            told = f"nothing bears the marker of footnote {note}"
            problems.append(Problem("footnote", told, "look for its marker", fields=(f"footnotes.{note}",)))
    return problems


def _all_fields(fields: Mapping[str, Field], tables: Mapping[str, Sequence[Row]]) -> Iterator[tuple[Place, Field]]:
    yield from ((("", 0, name), field) for name, field in fields.items())
    for table, rows in tables.items():
        yield from (((table, k, column), field) for k, row in enumerate(rows) for column, field in row.items())
