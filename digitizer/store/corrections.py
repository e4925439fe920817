"""What people have said about values: appended, never edited; reading a record applies them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, select, update

from digitizer.document.record import Value
from digitizer.errors import DigitizerError
from digitizer.store import schema
from digitizer.store.database import now

ADDRESS = ("part", "table_name", "row_number", "name")
"""The columns that fields and corrections share: where in a record a value stands."""


class StaleError(DigitizerError):
    """Someone else has changed the value since it was looked at."""

    kind = "stale"


@dataclass(frozen=True, slots=True)
class Correction:
    """One entry of the history of a value. read: what the program had read; at: ISO 8601, UTC."""

    who: str
    at: str
    read: Value
    before: Value
    after: Value
    why: str = ""


def correct(connection: Connection, field: int, version: int, value: Value, who: str, why: str = "") -> int:
    """Appends what a person says a value is, also where that is what was read; returns the field's new version.

    Raises:
        StaleError: the field is no longer at that version, or gone. ValueError: a text for a checkbox.
    """
    found = _locate(connection, field)
    if found is None or found.version != version:
        raise StaleError("the value has changed since it was shown", "look at it again")
    read = as_value(found.value, found.checkbox)
    if isinstance(value, bool) != bool(found.checkbox):
        raise ValueError(f"{found.name}: {value!r} is not of the kind of {read!r}")
    last = _latest(connection, found)
    entry = {name: getattr(found, name) for name in ADDRESS} | {
        "sha256": found.sha256,
        "position": found.position,
        "read": read,
        "before": last.after if last is not None else read,
        "after": value,
        "who": who,
        "at": now(),
        "why": why,
    }
    connection.execute(insert(schema.corrections), entry)
    changed = connection.execute(
        update(schema.fields)
        .where(schema.fields.c.id == field, schema.fields.c.version == version)
        .values(status=status_of(read, value), version=version + 1)
    )
    if changed.rowcount != 1:
        raise StaleError("the value has changed since it was shown", "look at it again")
    return version + 1


def history(connection: Connection, field: int) -> list[Correction]:
    """All that was said about a value, oldest first."""
    found = _locate(connection, field)
    if found is None:
        return []
    rows = connection.execute(select(schema.corrections).where(_said_about(found)).order_by(schema.corrections.c.id))
    return [Correction(row.who, row.at, row.read, row.before, row.after, row.why) for row in rows]


def reapply(connection: Connection, document: int) -> None:
    """Lets the corrections of a document digitized anew count again where the program reads what it read then.

    Where it reads something else, neither that nor what the person had said, the value goes to review: rows may have
    moved. The corrections themselves stay as they are.
    """
    t, f, r = schema.corrections, schema.fields, schema.records
    sha256 = connection.execute(select(schema.documents.c.sha256).where(schema.documents.c.id == document)).scalar()
    said = connection.execute(select(t).where(t.c.sha256 == sha256).order_by(t.c.id)).all()
    for last in {(row.position, *(getattr(row, name) for name in ADDRESS)): row for row in said}.values():
        here = and_(r.c.document_id == document, r.c.position == last.position, *_same_address(f, last))
        found = connection.execute(select(f).join(r, f.c.record_id == r.c.id).where(here)).first()
        if found is None:
            continue
        read = as_value(found.value, found.checkbox)
        count = sum(all(getattr(row, n) == getattr(last, n) for n in ("position", *ADDRESS)) for row in said)
        fits = read in (last.read, last.after)
        changes = {"status": status_of(read, last.after), "version": 1 + count} if fits else {"status": "review"}
        connection.execute(update(f).where(f.c.id == found.id).values(**changes))


def status_of(read: Value, said: Value) -> Literal["corrected", "confirmed"]:
    """What a value is once a person has looked at it."""
    return "confirmed" if said == read else "corrected"


def as_value(value: str, checkbox: bool) -> Value:
    """A stored value as records have it."""
    return value == "true" if checkbox else value


def _locate(connection: Connection, field: int) -> Row[Any] | None:
    f, r, d = schema.fields, schema.records, schema.documents
    query = select(f, r.c.position, d.c.sha256).join(r, f.c.record_id == r.c.id).join(d, r.c.document_id == d.c.id)
    return connection.execute(query.where(f.c.id == field)).first()


def _latest(connection: Connection, field: Row[Any]) -> Row[Any] | None:
    if field.version == 1:
        return None
    t = schema.corrections
    return connection.execute(select(t).where(_said_about(field)).order_by(t.c.id.desc()).limit(1)).first()


def _said_about(field: Row[Any]) -> ColumnElement[bool]:
    t = schema.corrections
    return and_(t.c.sha256 == field.sha256, t.c.position == field.position, *_same_address(t, field))


def _same_address(table: Any, row: Row[Any]) -> list[ColumnElement[bool]]:
    return [table.c[name] == getattr(row, name) for name in ADDRESS]
