"""What people have said about values: appended, never edited; reading a record applies them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, select, update

from digitizer.document.record import Value
from digitizer.errors import DigitizerError
from digitizer.store import schema
from digitizer.store.database import clean, now

ADDRESS = ("part", "table_name", "row_number", "name")
"""The columns that fields and corrections share: where in a record a value stands."""


UNDO = "undo"
"""The reason of an entry that takes the last one back."""


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
    found = _locate_at(connection, field, version)
    read = as_value(found.value, found.checkbox)
    if isinstance(value, bool) != bool(found.checkbox):
        raise ValueError(f"{found.name}: {value!r} is not of the kind of {read!r}")
    last = _latest(connection, found)
    before = last.after if last is not None else read
    value = value if isinstance(value, bool) else clean(value)
    return _append(connection, found, before, value, who, clean(why), status_of(read, value))


def undo(connection: Connection, field: int, version: int, who: str) -> int:
    """Takes the last correction of a value back, which stays in its history; returns the field's new version.

    Raises:
        StaleError: the field is no longer at that version, or gone. ValueError: there is nothing to take back.
    """
    found = _locate_at(connection, field, version)
    said = history(connection, field)
    stands = _standing(said)
    if found.version == 1 or not stands:
        raise ValueError(f"{found.name}: nothing to take back")
    read = as_value(found.value, found.checkbox)
    after = stands[-2].after if len(stands) > 1 else read
    status = status_of(read, after) if len(stands) > 1 else "review"
    return _append(connection, found, said[-1].after, after, who, UNDO, status)


def done_already(connection: Connection, field: int, version: int, value: Value, who: str, why: str = "") -> int | None:
    """The version to which this very correction has brought the field; None where it has not been made.

    For an answer that was lost on its way: the correction is sent again and must not count as another's.
    """
    found = _locate(connection, field)
    if found is None or found.version != version + 1:
        return None
    last = _latest(connection, found)
    same = last is not None and (last.after, last.who, last.why) == (value, who, why)
    return version + 1 if same else None


def undone_already(connection: Connection, field: int, version: int, who: str) -> bool:
    """Whether this very taking back has been done, and its answer was lost."""
    found = _locate(connection, field)
    last = _latest(connection, found) if found is not None and found.version == version + 1 else None
    return last is not None and (last.who, last.why) == (who, UNDO)


def history(connection: Connection, field: int) -> list[Correction]:
    """All that was said about a value, oldest first."""
    found = _locate(connection, field)
    if found is None:
        return []
    rows = connection.execute(select(schema.corrections).where(_said_about(found)).order_by(schema.corrections.c.id))
    return [_entry(row) for row in rows]


def count_corrections(connection: Connection) -> int:
    """How much was said so far. By the last number: it is appended only, though forgetting a document leaves gaps."""
    return int(connection.execute(select(func.max(schema.corrections.c.id))).scalar() or 0)


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
        count = sum(_same_place(row, last) for row in said)
        fits = read in (last.read, last.after)
        changes: dict[str, str | int] = (
            {"status": status_of(read, last.after), "version": 1 + count} if fits else {"status": "review"}
        )
        if fits and not _standing([_entry(row) for row in said if _same_place(row, last)]):
            changes["status"] = "review"
        connection.execute(update(f).where(f.c.id == found.id).values(**changes))


def status_of(read: Value, said: Value) -> Literal["corrected", "confirmed"]:
    """What a value is once a person has looked at it."""
    return "confirmed" if said == read else "corrected"


def as_value(value: str, checkbox: bool) -> Value:
    """A stored value as records have it."""
    return value == "true" if checkbox else value


def _locate_at(connection: Connection, field: int, version: int) -> Row[Any]:
    found = _locate(connection, field)
    if found is None or found.version != version:
        raise StaleError("the value has changed since it was shown", "look at it again")
    return found


def _append(
    connection: Connection, found: Row[Any], before: Value, after: Value, who: str, why: str, status: str
) -> int:
    entry = {name: getattr(found, name) for name in ADDRESS} | {
        "sha256": found.sha256,
        "position": found.position,
        "read": as_value(found.value, found.checkbox),
        "before": before,
        "after": after,
        "who": who,
        "at": now(),
        "why": why,
    }
    connection.execute(insert(schema.corrections), entry)
    changed = connection.execute(
        update(schema.fields)
        .where(schema.fields.c.id == found.id, schema.fields.c.version == found.version)
        .values(status=status, version=found.version + 1)
    )
    if changed.rowcount != 1:
        raise StaleError("the value has changed since it was shown", "look at it again")
    return int(found.version) + 1


def _standing(said: Sequence[Correction]) -> list[Correction]:
    """The corrections that were not taken back."""
    stands: list[Correction] = []
    for entry in said:
        if entry.why == UNDO:
            stands = stands[:-1]
        else:
            stands.append(entry)
    return stands


def _entry(row: Row[Any]) -> Correction:
    return Correction(row.who, row.at, row.read, row.before, row.after, row.why)


def _same_place(row: Row[Any], other: Row[Any]) -> bool:
    return all(getattr(row, name) == getattr(other, name) for name in ("position", *ADDRESS))


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
