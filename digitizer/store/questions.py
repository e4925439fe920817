"""What the review screen asks, each answered from an index: doubtful values, what is around them, those alike."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    func,
    literal,
    select,
    text,
    tuple_,
)

from digitizer.document.geometry import Box
from digitizer.document.record import Problem, Status, Value
from digitizer.store import schema
from digitizer.store.corrections import as_value
from digitizer.store.database import moment
from digitizer.store.records import as_problem
from digitizer.store.rows import REMOVED

# Spelled out: a partial index is used only where the query names the same condition.
DOUBTFUL = text("fields.status = 'review'")
"""The condition of values that wait for a person."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A value that a person should look at. page counted from 1; box in pixels of the scan; version: for correcting."""

    field: int
    record: int
    form: str
    part: str
    table: str
    row: int
    name: str
    value: Value
    text: str
    confidence: float
    status: Status
    page: int | None
    box: Box | None
    version: int


@dataclass(frozen=True, slots=True)
class Head:
    """A record without its values. pages: of the file, counted from 1; fields: how many; place: ordinal, position."""

    record: int
    document: int
    path: str
    name: str
    form: str
    confidence: float
    pages: tuple[int, ...]
    fields: int
    place: tuple[int, int]


def next_doubts(
    connection: Connection, limit: int = 50, form: str = "", after: tuple[float, int] | None = None
) -> list[Doubt]:
    """Values to review, the least sure first. form: only this one; after: confidence and field of the last one seen."""
    t = schema.fields
    query = select(t).where(DOUBTFUL)
    if form:
        query = query.where(t.c.form == form)
    if after is not None:
        query = query.where(tuple_(t.c.confidence, t.c.id) > tuple_(*map(literal, after)))
    return [as_doubt(row) for row in connection.execute(query.order_by(t.c.confidence, t.c.id).limit(limit))]


def fields_of(connection: Connection, document: int) -> list[Doubt]:
    """Every value of a document as digitized, doubtful or not, in the order of its records."""
    t, r = schema.fields, schema.records
    query = select(t).join(r, t.c.record_id == r.c.id).where(r.c.document_id == document)
    return [as_doubt(row) for row in connection.execute(query.order_by(r.c.position, t.c.ordinal))]


def records_in(connection: Connection, batch: int, limit: int = 50, after: tuple[int, int] = (-1, -1)) -> list[Head]:
    """The records of a batch in its order, without their values. after: place of the last one seen.

    A document that lies in several places of the batch is listed at each of them.
    """
    s, d, r = schema.sources, schema.documents, schema.records
    place = (s.c.ordinal, r.c.position)
    query = (
        select(r.c.id, r.c.document_id, s.c.path, d.c.name, r.c.form, r.c.confidence, r.c.pages, r.c.fields, *place)
        .join(d, s.c.document_id == d.c.id)
        .join(r, r.c.document_id == d.c.id)
        .where(s.c.batch_id == batch, s.c.ordinal >= after[0], tuple_(*place) > tuple_(*map(literal, after)))
        .order_by(*place)
        .limit(limit)
    )
    return [
        Head(row.id, row.document_id, row.path, row.name, row.form, row.confidence, tuple(row.pages), row.fields,
             (row.ordinal, row.position))
        for row in connection.execute(query)
    ]  # fmt: skip


def count_doubts(connection: Connection) -> int:
    """How many values wait for a person."""
    t = schema.fields
    # The second condition always holds. Without it SQLite goes through the index of all values, not of those alone.
    query = select(func.count()).select_from(t).where(DOUBTFUL, t.c.confidence >= 0)
    return int(connection.execute(query).scalar_one())


def as_doubt(row: Any) -> Doubt:
    """A row of fields as the value it stands for."""
    return Doubt(
        row.id, row.record_id, row.form, row.part, row.table_name, row.row_number, row.name,
        as_value(row.value, row.checkbox), row.text, row.confidence, row.status, row.page,
        Box(*row.box) if row.box else None, row.version,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A value and where it comes from. pages: of the record, counted from 1; hand: whether it was written by hand.

    rule: what changed the value after it was read, "" nothing; alternatives: what else it may be.
    """

    doubt: Doubt
    document: int
    name: str
    sha256: str
    pages: tuple[int, ...]
    hand: bool
    rule: str = ""
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alike:
    """Doubtful values with the same reading. value: as the store keeps it, 'true' or 'false' where checkbox."""

    form: str
    table: str
    name: str
    value: str
    checkbox: bool
    count: int
    least: float


def doubts_free_for(
    connection: Connection, owner: str, limit: int, form: str = "", without: Collection[int] = ()
) -> list[Asked]:
    """The least sure values that wait for a person and that no other holds. without: values not wanted now."""
    f = schema.fields
    query = not_held(_asking().where(DOUBTFUL), f.c.id, owner, without)
    if form:
        query = query.where(f.c.form == form)
    return [_asked(row) for row in connection.execute(query.order_by(f.c.confidence, f.c.id).limit(limit))]


def asked_about(connection: Connection, fields: Collection[int]) -> dict[int, Asked]:
    """Values by their numbers, doubtful or not; those that are gone are left out."""
    f = schema.fields
    rows = connection.execute(_asking().where(f.c.id.in_(fields), f.c.status != REMOVED))
    return {row.id: _asked(row) for row in rows}


def values_of(connection: Connection, document: int) -> list[Asked]:
    """Every value of a document, in the order of its records; rows in the order in which they were digitized."""
    r, f = schema.records, schema.fields
    query = _asking().where(r.c.document_id == document, f.c.status != REMOVED)
    query = query.order_by(r.c.position, f.c.ordinal)
    return [_asked(row) for row in connection.execute(query)]


def problems_of(connection: Connection, records: Collection[int]) -> dict[int, list[Problem]]:
    """What is wrong with records, by record."""
    t = schema.problems
    query = select(t).where(t.c.record_id.in_(records)).order_by(t.c.record_id, t.c.ordinal)
    found: dict[int, list[Problem]] = {}
    for row in connection.execute(query) if records else ():
        found.setdefault(row.record_id, []).append(as_problem(row))
    return found


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a cell of a table stands. page counted from 1; None without a place."""

    row: int
    name: str
    page: int | None
    box: Box | None


def cells_about(connection: Connection, about: Asked) -> list[Cell]:
    """The cells of the value's table, in the order of rows and columns."""
    f = schema.fields
    query = select(f.c.row_number, f.c.name, f.c.page, f.c.box).where(
        f.c.record_id == about.doubt.record, f.c.table_name == about.doubt.table, f.c.part == "cell"
    )
    rows = connection.execute(query.order_by(f.c.ordinal))
    return [Cell(r.row_number, r.name, r.page, Box(*r.box) if r.box else None) for r in rows]


def alike(connection: Connection, names: Sequence[tuple[str, str, str]], least: int = 2) -> list[Alike]:
    """Doubtful values of those fields (form, table, name) that read the same, the most first. least: how many."""
    f = schema.fields
    forms = set(connection.execute(select(schema.records.c.form).distinct()).scalars())
    by_table: dict[tuple[str, str], list[str]] = {}
    for form, table, name in names:
        if form in forms:
            by_table.setdefault((form, table), []).append(name)
    # Table by table: each is answered from its part of the index, as all at once would not be.
    found = [
        one
        for (form, table), wanted in by_table.items()
        for one in _alike(connection, and_(f.c.form == form, f.c.table_name == table, f.c.name.in_(wanted)), least)
    ]
    return sorted(found, key=lambda one: (-one.count, one.form, one.table, one.name, one.value))


def alike_to(connection: Connection, form: str, table: str, name: str, value: str) -> list[Alike]:
    """The doubtful values of one field that read so: one group, or none."""
    f = schema.fields
    here = (f.c.form == form, f.c.table_name == table, f.c.name == name, f.c.value == value)
    return _alike(connection, and_(*here), 1)


def _alike(connection: Connection, where: ColumnElement[bool], least: int) -> list[Alike]:
    f = schema.fields
    by = (f.c.form, f.c.table_name, f.c.name, f.c.value, f.c.checkbox)
    query = select(*by, func.count(), func.min(f.c.confidence)).where(DOUBTFUL, where)
    return [Alike(*row) for row in connection.execute(query.group_by(*by).having(func.count() >= least))]


def read_alike(
    connection: Connection, owner: str, one: Alike, limit: int, without: Collection[int] = ()
) -> list[Asked]:
    """The values of such a group that no other holds, the least sure first."""
    f = schema.fields
    query = _asking().where(DOUBTFUL, f.c.form == one.form, f.c.table_name == one.table, f.c.name == one.name)
    query = query.where(f.c.value == one.value, f.c.checkbox == one.checkbox)
    query = not_held(query, f.c.id, owner, without)
    return [_asked(row) for row in connection.execute(query.order_by(f.c.confidence, f.c.id).limit(limit))]


def _asking() -> Select[Any]:
    f, r, d = schema.fields, schema.records, schema.documents
    query = select(f, r.c.document_id, r.c.pages, d.c.name.label("document"), d.c.sha256)
    return query.join(r, f.c.record_id == r.c.id).join(d, r.c.document_id == d.c.id)


def _asked(row: Row[Any]) -> Asked:
    sha256, pages, others = row.sha256 or "", tuple(row.pages), tuple(row.alternatives)
    return Asked(as_doubt(row), row.document_id, row.document, sha256, pages, row.hand, row.rule, others)


def not_held(query: Select[Any], field: Any, owner: str, without: Collection[int] = ()) -> Select[Any]:
    """The query without values that another has on the screen. field: the column of their numbers."""
    h = schema.holds
    others = select(h.c.field_id).where(
        h.c.field_id == field, h.c.owner != owner, h.c.until >= moment(datetime.now(UTC))
    )
    query = query.where(~others.exists())
    return query.where(field.not_in(without)) if without else query
