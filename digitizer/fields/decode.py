"""Values chosen so that the form's rules hold: of what was read and what else it may say, the likeliest together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import log

from digitizer.document.form import FormDefinition
from digitizer.document.record import Value
from digitizer.fields.constraints import Constraint, Place, as_number, constraints_of
from digitizer.fields.drafts import Filled, FilledRow

BROKEN = log(500.0)
"""What a broken rule costs, in logarithms of probability: one right form in five hundred breaks a rule."""
_KEPT = log(0.8 / 0.2)
"""Odds that a row goes on from the one before, as filers keep their tables."""
_LEAST = 1e-4
_OPTIONS = 4
_MOST_TOGETHER = 4
_ROUNDS = 20
_CONFUSED = ("0689", "17", "25", "38", "56", "49")
"""Digits that damaged print makes alike."""
_CONFUSION, _OTHER_DIGIT = 0.002, 0.0004
_STOP_FOR_COMMA = 0.02


@dataclass(frozen=True, slots=True)
class Decoded:
    """fields, tables: as read, some values changed.

    upheld, denied: places of values that a running total bears out, or only speaks against; broken: that break a rule.
    """

    fields: Mapping[str, Filled]
    tables: Mapping[str, tuple[FilledRow, ...]]
    upheld: frozenset[Place] = frozenset()
    denied: frozenset[Place] = frozenset()
    broken: frozenset[Place] = frozenset()


@dataclass(frozen=True, slots=True)
class _Options:
    """What a value may be, as read first, with the logarithms of the probabilities."""

    values: tuple[Value, ...]
    costs: tuple[float, ...]


def decode_constraints(
    form: FormDefinition, fields: Mapping[str, Filled], tables: Mapping[str, tuple[FilledRow, ...]]
) -> Decoded:
    """The fields with those values changed that make the rules hold at the highest joint probability.

    Found by improving one constraint's values at a time, all of them together, until none gets better (iterated
    conditional modes: Besag, 1986). A changed value keeps its text and names the rule.
    """
    filled: dict[Place, Filled] = {("", 0, n): d for n, d in fields.items()}
    for table, rows in tables.items():
        filled |= {(table, k, n): d for k, row in enumerate(rows) for n, d in row.items()}
    read: dict[Place, Value] = {p: d.value for p, d in filled.items()}
    constraints = constraints_of(form, read)
    if not constraints:
        return Decoded(fields, tables)
    concerned = {p for c in constraints for p in c.places}
    options = {p: options_of(filled[p]) for p in concerned}
    values = _improve(read, options, constraints)
    reasons = {p: _reason(p, constraints, values) for p in concerned if values[p] != read[p]}
    filled |= {p: replace(filled[p], value=values[p], rule=reason) for p, reason in reasons.items()}
    upheld = {p for c in constraints if c.is_soft and c.check(values) for p in c.places}
    broken = {p for c in constraints if not c.is_soft and c.check(values) is False for p in c.places}
    denied = {p for c in constraints if c.is_soft and c.check(values) is False for p in c.places} - upheld
    return Decoded(
        {n: filled["", 0, n] for n in fields},
        {t: tuple({n: filled[t, k, n] for n in row} for k, row in enumerate(rows)) for t, rows in tables.items()},
        frozenset(upheld),
        frozenset(denied),
        frozenset(broken),
    )


def options_of(filled: Filled) -> _Options:
    """The value as read, what else its readers saw, and for numbers what damage makes of them."""
    shares: dict[Value, float] = {filled.value: max(_LEAST, filled.reader)}
    rest = max(_LEAST, 1 - filled.reader)
    if filled.definition.kind == "checkbox":
        shares[not filled.value] = rest
    else:
        others = [(v, share) for v, share in filled.alternatives if v != filled.value]
        whole = max(rest, sum(share for _, share in others))
        for value, share in others:
            shares[value] = shares.get(value, 0.0) + rest * share / whole
        if filled.definition.kind in ("number", "money") and isinstance(filled.value, str):
            for value, share in _damaged(filled.value, filled.text):
                shares.setdefault(value, share)
    ranked = [filled.value, *sorted((v for v in shares if v != filled.value), key=lambda v: -shares[v])]
    kept = ranked if filled.definition.kind in ("number", "money") else ranked[:_OPTIONS]
    return _Options(tuple(kept), tuple(log(max(_LEAST, shares[v])) for v in kept))


def _damaged(value: str, text: str) -> Iterator[tuple[str, float]]:
    """Numbers that look like this one when print is damaged, with small probabilities."""
    if re.search(r"\d\.\d{3}$", value) and "." in text:
        yield value.replace(".", ""), _STOP_FOR_COMMA
    for k, digit in enumerate(value):
        if not digit.isdigit():
            continue
        alike = {other for group in _CONFUSED if digit in group for other in group}
        for other in "0123456789":
            if other != digit:
                yield value[:k] + other + value[k + 1 :], _CONFUSION if other in alike else _OTHER_DIGIT


def _improve(
    read: Mapping[Place, Value], options: Mapping[Place, _Options], constraints: Sequence[Constraint]
) -> dict[Place, Value]:
    values = dict(read)
    touching: dict[Place, list[Constraint]] = {}
    for constraint in constraints:
        for place in constraint.places:
            touching.setdefault(place, []).append(constraint)
    for _ in range(_ROUNDS):
        changed = False
        for constraint in constraints:
            if constraint.check(values) is False and (better := _repair(constraint, values, options, touching)):
                values |= better
                changed = True
        if not changed:
            break
    return values


def _repair(
    constraint: Constraint,
    values: Mapping[Place, Value],
    options: Mapping[Place, _Options],
    touching: Mapping[Place, Sequence[Constraint]],
) -> dict[Place, Value]:
    """Values for the constraint's places that are likelier together than the present ones; empty where none are."""
    doubtful = sorted(constraint.places, key=lambda p: options[p].costs[0])[:_MOST_TOGETHER]
    best, found = _worth({}, doubtful, values, options, touching) + 1e-9, dict[Place, Value]()
    for change in _changes(doubtful, options):
        worth = _worth(change, doubtful, values, options, touching)
        if worth > best and constraint.check({**values, **change}):
            best, found = worth, change
    return found


def _changes(places: Sequence[Place], options: Mapping[Place, _Options]) -> Iterator[dict[Place, Value]]:
    """One value changed to any of its options, or several, each to one of its likeliest."""
    for place in places:
        yield from ({place: value} for value in options[place].values)
    few = [options[p].values[:2] for p in places]
    yield from (dict(zip(places, chosen, strict=True)) for chosen in product(*few))


def _worth(
    change: Mapping[Place, Value],
    places: Sequence[Place],
    values: Mapping[Place, Value],
    options: Mapping[Place, _Options],
    touching: Mapping[Place, Sequence[Constraint]],
) -> float:
    """The logarithm of the probability of these places' values and of the rules that they touch, once changed."""
    now = {**values, **change}
    total = sum(options[p].costs[options[p].values.index(now[p])] for p in places)
    for constraint in {id(c): c for p in places for c in touching[p]}.values():
        held = constraint.check(now)
        if constraint.is_soft:
            total += _borne_out(constraint, now) if held else 0.0
        elif held is False:
            total -= BROKEN
    return total


def _borne_out(constraint: Constraint, values: Mapping[Place, Value]) -> float:
    """What a running total that goes on is worth: the more figures its amount has, the less likely it is by chance.

    Round amounts fit one another by chance.
    """
    amount = as_number(values[constraint.places[2]])
    figures = len(str(abs(int(amount))).rstrip("0")) if amount is not None else 0
    return _KEPT + figures * log(10)


def _reason(place: Place, constraints: Sequence[Constraint], values: Mapping[Place, Value]) -> str:
    """The kind of the rule for which a value was changed."""
    return next((c.rule.kind for c in constraints if place in c.places and c.check(values)), "rule")
