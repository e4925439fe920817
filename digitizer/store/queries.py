"""What the review screen and `digitizer status` ask, each answered from an index."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, literal, literal_column, select, text, tuple_

from digitizer.document.geometry import Box
from digitizer.document.record import Status, Value
from digitizer.store import schema
from digitizer.store.corrections import as_value
from digitizer.store.database import moment

# Spelled out: a partial index is used only where the query names the same condition.
DOUBTFUL = text("fields.status = 'review'")
"""The condition of values that wait for a person."""
RATE_SECONDS = 300
"""The stretch of time before now over which the rate is reckoned."""


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


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is. states: sources by state; kinds: failures by kind; rate: pages a minute, lately.

    begun, ended: the last run, ISO 8601; ended None while it lasts or where it was cut off.
    """

    batch: int
    source: str
    begun: str
    ended: str | None
    states: dict[str, int] = field(default_factory=dict)
    in_hand: int = 0
    pages: int = 0
    rate: float = 0.0

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def left(self) -> int:
        return self.states.get("waiting", 0)


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


def batches(connection: Connection) -> list[tuple[int, str]]:
    """Every batch: id and source."""
    t = schema.batches
    return [(row.id, row.source) for row in connection.execute(select(t.c.id, t.c.source).order_by(t.c.id))]


def progress(connection: Connection, batch: int) -> Progress:
    """How far a batch is, as the ledger has it."""
    b, s, d = schema.batches, schema.sources, schema.documents
    row = connection.execute(select(b).where(b.c.id == batch)).one()
    # As a parameter, 'waiting' would be another in each place, and PostgreSQL would not know the two for one.
    state = func.coalesce(d.c.state, literal_column("'waiting'"))
    states = connection.execute(
        select(state, func.count(), func.coalesce(func.sum(d.c.pages), 0))
        .select_from(s)
        .join(d, s.c.document_id == d.c.id, isouter=True)
        .where(s.c.batch_id == batch, s.c.run >= row.run)
        .group_by(state)
    ).all()
    # Few leases, many sources: asked the other way round every source would be looked at.
    here = select(s.c.id).where(s.c.document_id == schema.leases.c.document_id, s.c.batch_id == batch)
    hand = select(func.count()).select_from(schema.leases).where(here.exists())
    return Progress(
        batch=batch,
        source=row.source,
        begun=row.begun,
        ended=row.ended,
        states={name: count for name, count, _ in states},
        in_hand=int(connection.execute(hand).scalar_one()),
        pages=sum(int(pages) for name, _, pages in states if name != "waiting"),
        rate=_rate(connection, row.begun),
    )


def _rate(connection: Connection, begun: str) -> float:
    """Pages a minute, since the run began or over the last minutes."""
    d = schema.documents
    now = datetime.now(UTC)
    since = max(begun, moment(now - timedelta(seconds=RATE_SECONDS)))
    pages = connection.execute(select(func.coalesce(func.sum(d.c.pages), 0)).where(d.c.done > since)).scalar_one()
    seconds = (now - datetime.fromisoformat(since)).total_seconds()
    return 60 * int(pages) / seconds if seconds > 0 else 0.0


def as_doubt(row: Any) -> Doubt:
    """A row of fields as the value it stands for."""
    return Doubt(
        row.id, row.record_id, row.form, row.part, row.table_name, row.row_number, row.name,
        as_value(row.value, row.checkbox), row.text, row.confidence, row.status, row.page,
        Box(*row.box) if row.box else None, row.version,
    )  # fmt: skip
