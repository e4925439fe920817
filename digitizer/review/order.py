"""Which doubtful value comes next, and why it is asked: most errors found per second of an operator's time first."""

from __future__ import annotations

from collections.abc import Sequence

from digitizer.document.form import Kind
from digitizer.document.record import Problem, name_at
from digitizer.review import strings
from digitizer.review.meanings import Meaning, nearest, understand
from digitizer.store.questions import Asked

SECONDS: dict[Kind, float] = {
    "checkbox": 1.0, "code": 1.2, "number": 2.0, "money": 2.0, "date": 2.2, "name": 3.0, "text": 3.5, "address": 3.5,
}  # fmt: skip
"""What looking at a value of that kind and setting it right takes, before any is measured."""
_LETTER = 0.04
"""Seconds more for each letter that is to be compared."""


def seconds(asked: Asked, kind: Kind) -> float:
    """How long a person will need for a value."""
    return seconds_for(kind, len(asked.doubt.value) if isinstance(asked.doubt.value, str) else 0)


def seconds_for(kind: Kind, letters: float) -> float:
    """How long a person will need for a value of so many letters."""
    return SECONDS[kind] + _LETTER * max(0, letters - 12)


def gain(asked: Asked, kind: Kind) -> float:
    """Errors found per second by asking about the value."""
    return (1.0 - asked.doubt.confidence) / seconds(asked, kind)


def address(asked: Asked) -> str:
    """The value's name as problems have it: name, or table[row].column with rows counted from 1."""
    doubt = asked.doubt
    return name_at(doubt.table if doubt.part == "cell" else "", doubt.row, doubt.name)


def reasons(asked: Asked, meaning: Meaning, problems: Sequence[Problem]) -> list[tuple[str, str]]:
    """Why a person should look: pairs of a short fixed word and what is told."""
    doubt, found = asked.doubt, []
    for problem in problems:
        if address(asked) in problem.fields or (doubt.part != "cell" and doubt.name in problem.fields):
            found.append(("rule", strings.RULE.format(message=problem.message)))
    if asked.hand:
        found.append(("hand", strings.HAND))
    blank = doubt.value == "" or doubt.value is False
    if isinstance(doubt.value, str) and doubt.value and not understand(meaning, doubt.value).valid:
        found.append(("kind", strings.NOT_OF_KIND[meaning.kind]))
    elif asked.rule:
        found.append(("changed", strings.RULED.format(text=doubt.text)))
    elif doubt.text and _differs(asked, meaning):
        found.append(("changed", strings.CHANGED.format(text=doubt.text)))
    if doubt.box is None and blank:
        found.append(("nowhere", strings.NOWHERE))
    elif blank:
        found.append(("blank", strings.BLANK))
    share = f"{100 * doubt.confidence:.0f}" if doubt.confidence < 0.995 else f"{100 * doubt.confidence:.1f}"
    found.append(("low", strings.LOW.format(share=share)))
    return found


def readings(asked: Asked, meaning: Meaning) -> list[str]:
    """What the value may be, the likeliest first, at most three; for keys 1 to 3."""
    doubt = asked.doubt
    if isinstance(doubt.value, bool):
        return []
    given = [doubt.value] if doubt.value else []
    given += asked.alternatives
    if doubt.text:
        meant = understand(meaning, doubt.text).value
        given += [meant] if isinstance(meant, str) else []
        given += [doubt.text] if meaning.kind in ("text", "name", "address") else []
    if meaning.kind == "code" and meaning.values and len(meaning.values) <= 40:
        given = [value for value in given if value in meaning.values] + nearest(meaning, doubt.text or doubt.value, 3)
    return list(dict.fromkeys(given))[:3]


def _differs(asked: Asked, meaning: Meaning) -> bool:
    """Whether more was changed after reading than the way in which such values are written."""
    value, text = asked.doubt.value, asked.doubt.text
    if isinstance(value, bool):
        return False
    return "".join(text.split()) != "".join(value.split()) and understand(meaning, text).value != value
