"""Slots: what a definition's fields ask of the page; fields that share one printed place share one slot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from digitizer.document.form import FieldDefinition


@dataclass(frozen=True, slots=True)
class Slot:
    """One place to fill in. fields: those whose values stand there, each told by its line or pattern."""

    fields: tuple[FieldDefinition, ...]

    @property
    def leader(self) -> FieldDefinition:
        return self.fields[0]

    @property
    def is_checkbox(self) -> bool:
        return self.leader.kind == "checkbox"

    @property
    def labels(self) -> tuple[str, ...]:
        return self.leader.labels


def headings_of(slots: Sequence[Slot]) -> frozenset[str]:
    """Headings and questions over several labels; nothing is filled in beside them."""
    return frozenset(s.leader.group for s in slots) - {label for s in slots for label in s.labels}


def box_labels_of(slots: Sequence[Slot]) -> frozenset[str]:
    """Labels of checkboxes alone: only a mark is made there."""
    return frozenset(la for s in slots if s.is_checkbox for la in s.labels) - {
        la for s in slots if not s.is_checkbox for la in s.labels
    }


def slots_of(fields: Sequence[FieldDefinition]) -> list[Slot]:
    """Fields gathered by labels, group and neighbour, in the definition's order."""
    groups: dict[tuple[object, ...], list[FieldDefinition]] = {}
    for definition in fields:
        parted = bool(definition.line or definition.pattern)
        key = (definition.labels, definition.group, definition.near, definition.kind == "checkbox")
        # Two whole-entry fields under one label are two places; only parts share one.
        unique = key if parted or definition.kind == "checkbox" else (*key, definition.name)
        groups.setdefault(unique, []).append(definition)
    return [Slot(tuple(members)) for members in groups.values()]
