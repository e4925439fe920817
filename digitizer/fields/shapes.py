"""How a form's numbers and dates are written: of the texts that a doubtful entry may be, the likelier ones."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from digitizer.document.form import FieldDefinition
from digitizer.document.record import Value
from digitizer.fields.drafts import Filled, FilledRow
from digitizer.reading.markers import split_markers
from digitizer.reading.values import value_of

_TYPED = ("number", "money", "date", "code")
"""Kinds whose texts keep to a grammar."""
_NUMBERS = ("number", "money")
_SURE = 0.95
"""Probability from which on a reading shows how others are written."""
_LEAST = 0.01
_FIGURES = re.compile(r"(?P<whole>\d[\d,]*)(?:\.(?P<fraction>\d+))?|\.(?P<alone>\d+)")
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+")
_STRAY = 0.01
"""How many entries are none of their field's kind."""
_NOTE_ALONE = 0.2
"""How many entries are footnote markers and nothing else."""
_USUAL: Mapping[str, Mapping[str, float]] = {
    "amount": {
        **{"0": 6.0, "none": 3.0, "1": 0.05, "2": 0.4, "3": 0.1, "4": 0.05, "5": 0.02, "6": 0.02},
        **{"$0": 0.3, "$none": 13.0, "$1": 0.1, "$2": 1.5, "$3": 0.05, "$4": 0.45, "$5": 0.02, "$6": 0.02},
    },
    "figures": dict.fromkeys("0123456789", 1.0),
    "groups": {",": 9.9, "": 0.1},
    "lead": {"": 10.0, "0": 0.01},
    "between": {"/": 8.0, "-": 1.0, ".": 1.0},
    "digits": {
        **{"2 2 4": 5.0, "1 1 4": 1.0, "2 1 4": 1.0, "1 2 4": 1.0},
        **{"2 2 2": 1.0, "1 1 2": 0.3, "2 1 2": 0.3, "1 2 2": 0.4},
    },
}
"""Of about ten entries how many are written so, before anything is known of the form. Amounts (with or without a sign,
decimals) and groups were counted on clean filings, 203 numbers; noughts count tenfold, being one text where the other
amounts of a shape are many. The ways of dates are a guess that a form's own soon outweigh.
"""
_OF_COLUMN = ("amount", "figures", "same")
"""What the entries of a column share; the rest is alike all over a form."""
_REPEATED = 10.0
"""How much likelier than any other an entry is that all others of its column are."""


@dataclass(slots=True)
class Shapes:
    """How a form's entries are written, counted by column and over the form."""

    counts: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)

    def learn(self, column: str, kind: str, text: str) -> None:
        """Counts an entry that was read for sure."""
        for feature, seen in (shape_of(kind, text) | {"same": text}).items():
            self.counts.setdefault((column if feature in _OF_COLUMN else "", feature), Counter())[seen] += 1

    def fit(self, column: str, kind: str, text: str) -> float:
        """How much seldomer entries of the column are written as this text is than in the usual way: 0 to 1."""
        same = self.counts.get((column, "same"), Counter())
        share = (1 + _REPEATED * same[text] / (1 + same.total())) / (1 + _REPEATED)
        for feature, seen in shape_of(kind, text).items():
            counts = self.counts.get((column if feature in _OF_COLUMN else "", feature), Counter())
            every = {ways: many + counts[ways] for ways, many in _USUAL[feature].items()}
            share *= every.get(seen, _LEAST) / max(every.values())
        return share


def shape_of(kind: str, text: str) -> dict[str, str]:
    """What is told of how a number or a date is written, by feature; nothing of other kinds."""
    if kind == "date":
        parts = re.fullmatch(r"(\d{1,2})([/.\-])(\d{1,2})\2(\d{2}|\d{4})", text)
        return {"between": parts[2], "digits": f"{len(parts[1])} {len(parts[3])} {len(parts[4])}"} if parts else {}
    found = _FIGURES.search(text) if kind in _NUMBERS else None
    if found is None:
        return {}
    whole, fraction = found["whole"] or "", found["fraction"] or found["alone"] or ""
    decimals = str(min(6, len(fraction))) if (whole + fraction).strip("0,") else "none"
    figures = len(whole.replace(",", ""))
    told = {"amount": ("$" if "$" in text else "") + decimals, "figures": str(min(9, figures))}
    told["lead"] = "0" if figures > 1 and whole[0] == "0" else ""
    if "," in whole and not _GROUPED.fullmatch(whole):
        return told | {"groups": "?"}
    return told | ({"groups": "," if "," in whole else ""} if figures > 3 else {})


@dataclass(frozen=True, slots=True)
class Choice:
    """A text chosen for a field. chance: that it is this one, among all that it may be; others: values with theirs."""

    text: str
    value: Value
    valid: float
    chance: float
    others: tuple[tuple[Value, float], ...]


def choose(
    definition: FieldDefinition, readings: Iterable[tuple[str, float]], shapes: Shapes, column: str = ""
) -> Choice | None:
    """What an entry says, by how likely its readers find each text, how well that is of the kind, and how others are
    written; None where no text is of the kind.

    readings: texts with their probabilities.
    """
    told: dict[Value, list[tuple[float, str, float]]] = {}
    stray = 0.0
    for text, share in readings:
        markers = split_markers(text)
        typed = value_of(definition, markers.text)
        if typed.valid == 0 or (typed.value == "" and not markers.numbers):
            stray += share
            continue
        fit = shapes.fit(column, definition.kind, markers.text) if markers.text else _NOTE_ALONE
        weight = share * typed.valid * fit
        told.setdefault(typed.value, []).append((weight, text, typed.valid))
    weights = {value: sum(weight for weight, _, _ in texts) for value, texts in told.items()}
    whole = sum(weights.values()) + _STRAY * stray
    if not weights or whole == 0:
        return None
    value, *others = sorted(weights, key=lambda v: -weights[v])
    _, text, valid = max(told[value])
    return Choice(text, value, valid, weights[value] / whole, tuple((v, weights[v] / whole) for v in others))


def choose_shapes(
    fields: Mapping[str, Filled], tables: Mapping[str, tuple[FilledRow, ...]]
) -> tuple[dict[str, Filled], dict[str, tuple[FilledRow, ...]]]:
    """The fields and rows, doubtful numbers and dates told anew by how the sure ones are written."""
    shapes = Shapes()
    cells = [(f"{t}.{n}", filled) for t, rows in tables.items() for row in rows for n, filled in row.items()]
    for name, filled in [*cells, *fields.items()]:
        if filled.reader >= _SURE and filled.valid == 1 and filled.value != "":
            shapes.learn(name, filled.definition.kind, split_markers(filled.text).text)
    heads = {n: _told(filled, n, shapes) for n, filled in fields.items()}
    return heads, {
        t: tuple({n: _told(filled, f"{t}.{n}", shapes) for n, filled in row.items()} for row in rows)
        for t, rows in tables.items()
    }


def _told(filled: Filled, column: str, shapes: Shapes) -> Filled:
    if filled.definition.kind not in _TYPED or not filled.readings:
        return filled
    return _chosen(filled, choose(filled.definition, filled.readings, shapes, column))


def _chosen(filled: Filled, choice: Choice | None) -> Filled:
    """A field with the text chosen for it; one that stays as it was read keeps its reader's word for it."""
    if choice is None:
        return filled
    if choice.value == filled.value and filled.valid > 0:
        return replace(filled, alternatives=choice.others)
    markers = split_markers(choice.text)
    notes = filled.footnotes or tuple(f"F{n}" for n in markers.numbers)
    return replace(
        filled,
        value=choice.value,
        text=markers.text if markers.text or markers.numbers else choice.text,
        valid=choice.valid,
        reader=choice.chance,
        footnotes=notes,
        alternatives=choice.others,
    )
