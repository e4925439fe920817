"""What the definitions say of a value: its label, its kind, what may stand there; and what a typed answer means."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA

from digitizer.document.form import FieldDefinition, FormDefinition, Kind
from digitizer.document.record import Value
from digitizer.reading.values import normalise

FREE = ("text", "name", "address")
_CLOSED = 40
"""Codes with more entries than this are no closed vocabulary to choose from."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a value is. values: what may stand there, where the definition says; long: whether it may have lines."""

    label: str
    group: str
    kind: Kind
    values: tuple[str, ...] = ()
    long: bool = False
    day_first: bool = False

    @property
    def closed(self) -> bool:
        """Whether all that may stand there can be listed: checkboxes and codes."""
        return self.kind == "checkbox" or 0 < len(self.values) <= _CLOSED


@dataclass(frozen=True, slots=True)
class Answer:
    """What a typed text stands for. valid: whether it is a value of the field's kind."""

    value: Value
    valid: bool


class Meanings:
    """The definitions by form, as far as they are known here."""

    def __init__(self, definitions: Mapping[str, FormDefinition]) -> None:
        self.definitions = definitions
        self._fields: dict[tuple[str, str, str], FieldDefinition] = {}
        self._shared: set[tuple[str, str, str]] = set()
        for form in definitions.values():
            for table, columns in [("", form.fields), *((t.name, t.columns) for t in form.tables)]:
                for one in columns:
                    # Two printed columns may feed one name; the first is what it is called by.
                    self._fields.setdefault((form.form, table, one.name), one)
                    for name, value in one.implies.items():
                        self._imply(form.form, table, name, value, one)
                labels = Counter(_short(one) for one in {one.name: one for one in columns}.values())
                self._shared |= {(form.form, table, one.name) for one in columns if labels[_short(one)] > 1}

    def _imply(self, form: str, table: str, name: str, value: str, column: FieldDefinition) -> None:
        """Takes note of a name that has no column of its own but follows from where an entry stands."""
        known = self._fields.get((form, table, name))
        if known is None:
            known = FieldDefinition(name, "code", (spaced(name),), group=column.group)
        if known.kind == "code" and value not in known.values:
            known = replace(known, values=(*known.values, value))
        self._fields[form, table, name] = known

    def title(self, form: str) -> str:
        """What people call the form."""
        return self.definitions[form].title if form in self.definitions else form

    def of(self, form: str, table: str, name: str, part: str, checkbox: bool) -> Meaning:
        """What the value is; its bare name where no definition is known."""
        found = self._fields.get((form, table, name))
        if found is None:
            label = f"Footnote {name}" if part == "footnote" else spaced(name)
            return Meaning(label, "", "checkbox" if checkbox else "text", (), long=part == "footnote")
        long = found.kind in FREE
        kind = "checkbox" if checkbox else "text" if found.kind == "checkbox" else found.kind
        label = spaced(name) if (form, table, name) in self._shared else _short(found)
        return Meaning(label, spaced(table) if table else found.group, kind, found.values, long, found.day_first)

    def closed(self) -> list[tuple[str, str, str]]:
        """Form, table and name of every checkbox, and of every code whose entries can be listed."""
        return [
            key
            for key, one in self._fields.items()
            if one.kind == "checkbox" or (one.kind == "code" and 0 < len(one.values) <= _CLOSED)
        ]


def understand(meaning: Meaning, text: str) -> Answer:
    """The value that a person's answer stands for; as typed, with valid False, where it is none of the kind.

    Dates and numbers go by the rules by which they are read from paper. Free text stays as typed, but for idle spaces:
    a person sets braces and commas on purpose.
    """
    if meaning.kind == "checkbox":
        ticked = normalise("checkbox", text)
        return Answer(bool(ticked.value), ticked.valid == 1.0)
    clean = "\n".join(line.strip() for line in text.replace("\r", "").split("\n")).strip()
    if meaning.kind in FREE or not clean:
        return Answer(clean, True)
    typed = normalise(meaning.kind, clean, meaning.values, meaning.day_first)
    if meaning.kind == "code" and meaning.values:
        same = [value for value in meaning.values if value.casefold() == clean.casefold()]
        return Answer(same[0], True) if len(same) == 1 else Answer(clean, False)
    return Answer(typed.value, True) if typed.valid > 0.0 else Answer(clean, False)


def nearest(meaning: Meaning, text: str, count: int) -> list[str]:
    """The entries of the vocabulary that a text is most like."""
    return sorted(meaning.values, key=lambda value: OSA.distance(value.casefold(), text.casefold()))[:count]


def spaced(name: str) -> str:
    """A name as words: dateOfLoan, Date of loan; names of one word in capitals stay."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[a-z])(?=[0-9])", " ", name)
    return name if words.isupper() else (words[:1].upper() + words[1:].lower())


def _short(definition: FieldDefinition) -> str:
    """A printed label as a heading: its first clause, no instructions in parentheses, none around a caption."""
    label = re.sub(r"\s*\((Instr|Month|see|See)[^)]*\)", "", definition.labels[0]) if definition.labels else ""
    label = re.sub(r"^\(([^()]*)\)$", r"\1", label)
    label = re.split(r"(?<=[a-z]{3})\. ", label)[0].strip(" *:")
    least = 2 if definition.kind == "checkbox" else 3
    return label if least <= len(label) <= 80 and label[0] != "(" else spaced(definition.name)
