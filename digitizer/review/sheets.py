"""Contact sheets: places that were read as the same entry, looked at many at a time; the odd one strikes the eye."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from digitizer.review import strings
from digitizer.review.desk import Desk
from digitizer.store.questions import Alike, alike, alike_to


@dataclass(frozen=True, slots=True)
class Group:
    """Values that read the same. shown: the reading as people say it."""

    alike: Alike
    title: str
    label: str
    group: str
    shown: str


def groups(desk: Desk, connection: Connection) -> list[Group]:
    """All that can be looked at in sheets, the largest first."""
    return [_group(desk, one) for one in alike(connection, desk.meanings.closed())]


def named(desk: Desk, connection: Connection, form: str, table: str, name: str, value: str) -> Group | None:
    """The group of that field and reading; None where there is none, or no vocabulary to it."""
    closed = (form, table, name) in desk.meanings.closed()
    found = alike_to(connection, form, table, name, value) if closed else []
    return _group(desk, found[0]) if found else None


def _group(desk: Desk, one: Alike) -> Group:
    meaning = desk.meanings.of(one.form, one.table, one.name, "cell" if one.table else "field", one.checkbox)
    shown = one.value or strings.SCREEN["blank"]
    if one.checkbox:
        shown = strings.SCREEN["yes" if one.value == "true" else "no"]
    return Group(one, desk.meanings.title(one.form), meaning.label, meaning.group, shown)
