"""A definition's rules laid over the values of one form: which values must fit together, and whether they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from digitizer.document.form import FormDefinition, RuleDefinition
from digitizer.document.record import Value

Place = tuple[str, int, str]
"""Where a value stands: table ("" for the form's fields), row, name."""
Values = Mapping[Place, Value]

SOFT = frozenset({"running_total"})
"""Rules that a form's filers do not always keep: where one holds it is evidence, where it does not it is no problem."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """Values that belong together. holds: whether these do, in the order of places; None where too few are there."""

    rule: RuleDefinition
    places: tuple[Place, ...]
    holds: Callable[[Sequence[Value]], bool | None]

    @property
    def is_soft(self) -> bool:
        return self.rule.kind in SOFT

    def check(self, values: Values) -> bool | None:
        """Whether it holds for these values; None where it says nothing about them."""
        return self.holds([values[p] for p in self.places])


def constraints_of(form: FormDefinition, values: Values) -> list[Constraint]:
    """Every rule of the form at every place where it applies. values: only their places and `by` columns matter."""
    return [c for rule in form.rules for c in _of_rule(rule, values)]


def _of_rule(rule: RuleDefinition, values: Values) -> Iterator[Constraint]:
    if rule.kind == "sum":
        yield from _sums(rule, values)
    elif rule.kind == "running_total":
        yield from _running_totals(rule, values)
    else:
        holds = _check_of(rule)
        for row in _rows(rule.table, values):
            places = tuple(p for n in rule.fields if (p := (rule.table, row, n)) in values)
            if rule.kind == "range":
                # Whether a value is in range is no other's concern.
                yield from (Constraint(rule, (place,), holds) for place in places)
            elif places:
                yield Constraint(rule, places, holds)


def _rows(table: str, values: Values) -> list[int]:
    return sorted({row for name, row, _ in values if name == table}) if table else [0]


def _check_of(rule: RuleDefinition) -> Callable[[Sequence[Value]], bool | None]:
    checks: dict[str, Callable[[Sequence[Value]], bool | None]] = {
        "exclusive": lambda found: len(_filled(found)) <= 1,
        "at_least_one": lambda found: bool(_filled(found)),
        "required": lambda found: len(_filled(found)) == len(found),
        "order": lambda found: _in_order(_filled(found)),
        "same": lambda found: len(set(_filled(found))) <= 1,
        "range": lambda found: all(_within(str(v), rule.least, rule.most) for v in _filled(found)),
    }
    return checks[rule.kind]


def _filled(found: Sequence[Value]) -> list[Value]:
    return [v for v in found if v not in ("", False)]


def _in_order(found: Sequence[Value]) -> bool:
    texts = [str(v) for v in found]
    return texts == sorted(texts)


def _within(value: str, least: str, most: str) -> bool:
    """Whether a number or a date lies between; what is neither does not."""
    number, low, high = as_number(value), as_number(least), as_number(most)
    if number is not None and (low is not None or high is not None):
        return (low is None or number >= low) and (high is None or number <= high)
    return (not least or value >= least) and (not most or value <= most)


def as_number(value: Value) -> Decimal | None:
    """The number that a value is, None for what is none."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and not isinstance(value, bool) else None


def _sums(rule: RuleDefinition, values: Values) -> Iterator[Constraint]:
    column, whole = rule.fields
    parts = tuple((rule.table, row, column) for row in _rows(rule.table, values) if (rule.table, row, column) in values)
    if parts and ("", 0, whole) in values:
        yield Constraint(rule, (*parts, ("", 0, whole)), _adds_up)


def _adds_up(found: Sequence[Value]) -> bool | None:
    numbers = [as_number(v) if v != "" else Decimal(0) for v in found]
    if found[-1] == "":
        return None
    known = [n for n in numbers if n is not None]
    return len(known) == len(numbers) and sum(known[:-1]) == known[-1]


def _running_totals(rule: RuleDefinition, values: Values) -> Iterator[Constraint]:
    """Two rows of one account that follow each other: total before, then total, amount and sign of the later."""
    total, amount, sign = rule.fields
    accounts: dict[tuple[str, ...], list[int]] = {}
    for row in _rows(rule.table, values):
        account = tuple(" ".join(str(values.get((rule.table, row, n), "")).lower().split()) for n in rule.by)
        accounts.setdefault(account, []).append(row)

    def goes_on(found: Sequence[Value]) -> bool | None:
        before, after, change = (as_number(v) for v in found[:3])
        if before is None or after is None or change is None or found[3] == "":
            return None
        return after == (before - change if found[3] in rule.minus else before + change)

    for rows in accounts.values():
        for above, here in pairwise(rows):
            places = (
                (rule.table, above, total),
                (rule.table, here, total),
                (rule.table, here, amount),
                (rule.table, here, sign),
            )
            # Who writes the same total on every row tells what is owned at the end, and keeps no account.
            if all(p in values for p in places) and not _stands_still(values, places):
                yield Constraint(rule, places, goes_on)


def _stands_still(values: Values, places: Sequence[Place]) -> bool:
    before, after, change = (as_number(values[p]) for p in places[:3])
    return before is not None and before == after and bool(change)


def tell(constraint: Constraint, values: Values) -> str:
    """What is wrong where it does not hold."""
    rule = constraint.rule
    names = ", ".join(place[2] for place in constraint.places) if rule.kind == "range" else ", ".join(rule.fields)
    where = f" ({rule.table}, row {constraint.places[0][1] + 1})" if rule.table and rule.kind != "sum" else ""
    told = {
        "exclusive": f"only one of {names} may be filled in",
        "at_least_one": f"one of {names} must be filled in",
        "order": f"dates out of order: {names}",
        "same": f"should say the same: {names}",
        "range": f"not between {rule.least or 'any'} and {rule.most or 'any'}: {names}",
        "sum": f"{rule.fields[0]} does not add up to {rule.fields[-1]}",
        "running_total": f"{rule.fields[0]} does not go on from the row before",
    }
    if rule.kind == "required":
        missing = ", ".join(place[2] for place in constraint.places if values[place] in ("", False))
        return f"required but empty: {missing}{where}"
    return told[rule.kind] + where
