"""What a form prints, as far as its definition tells."""

from __future__ import annotations

from collections import Counter

from digitizer.document.form import FormDefinition
from digitizer.fields.phrases import compact, is_wording


def phrases_of(form: FormDefinition) -> tuple[str, ...]:
    """Every text that the form prints, as far as its definition tells, each once."""
    found: list[str] = [*form.identify, *form.print]
    columns = [c for t in form.tables for c in t.columns]
    for definition in (*form.fields, *columns):
        found += [*definition.labels, definition.group, definition.near]
    for table in form.tables:
        found += table.titles
    if form.footnotes:
        found += [*form.footnotes.heading, *form.footnotes.ends]
    return tuple(dict.fromkeys(p for p in found if p))


def groups_of(form: FormDefinition) -> dict[str, str]:
    """The group of each label that has one, among the form's fields."""
    return {label: f.group for f in form.fields if f.group for label in f.labels}


def lone_labels(form: FormDefinition) -> frozenset[str]:
    """Labels of one checkbox each: however often the word is written, it is asked once."""
    every = [*form.fields, *(c for t in form.tables for c in t.columns)]
    times = Counter(label for f in every for label in f.labels)
    return frozenset(la for f in form.fields if f.kind == "checkbox" for la in f.labels if times[la] == 1)


def wordings_of(form: FormDefinition) -> dict[str, frozenset[str]]:
    """By label, the longer or shorter forms of it that its field has, where no other field has any of its labels.

    A checkbox and what is written behind it may have the same ones.
    """
    boxes = Counter(label for f in form.fields if f.kind == "checkbox" for label in f.labels)
    others = Counter(label for f in form.fields if f.kind != "checkbox" for label in f.labels)
    others.update(label for t in form.tables for c in t.columns for label in c.labels)
    alone = [f.labels for f in form.fields if all(max(boxes[la], others[la]) == 1 for la in f.labels)]
    return {
        label: frozenset(o for o in labels if o != label and is_wording(compact(o), compact(label)))
        for labels in alone
        for label in labels
    }
