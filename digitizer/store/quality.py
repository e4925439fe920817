"""How right the values are: some to check, errors to expect, and what people said of them, for learning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy import Connection, Integer, Select, cast, func, select

from digitizer.document.geometry import Box
from digitizer.document.record import Record, Value, name_at
from digitizer.store import schema
from digitizer.store.corrections import as_value, history
from digitizer.store.documents import paths_of
from digitizer.store.records import CELL, Place, records_of
from digitizer.store.rows import REMOVED, arrangement, table_key


@dataclass(frozen=True, slots=True)
class Answered:
    """What a person said of a value. read: what the program had read; why: the reason given, "illegible" or ""."""

    read: Value
    why: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A record with the answers given to it. paths: where its document lies; metadata: a manifest's columns."""

    record: Record
    paths: tuple[str, ...]
    answers: Mapping[Place, Answered]
    metadata: Mapping[str, str]


def reviewed_of(connection: Connection, form: str) -> list[Reviewed]:
    """The records of a form with at least one answer, one for each document: that with the most answers."""
    f, r = schema.fields, schema.records
    query = select(f, r.c.document_id, r.c.position).join(r, f.c.record_id == r.c.id)
    query = query.where(f.c.form == form, f.c.status.in_(["corrected", "confirmed"])).order_by(f.c.record_id)
    answers: dict[tuple[int, int], dict[Place, Answered]] = {}
    orders: dict[tuple[int, str], tuple[int, ...]] = {}
    for row in connection.execute(query).all():
        said, number = history(connection, row.id), row.row_number
        if row.part == CELL:
            key = (row.record_id, row.table_name)
            if key not in orders:
                table = table_key(connection, *key)
                orders[key] = arrangement(connection, table).rows if table is not None else ()
            number = orders[key].index(number)
        place = Place(row.part, row.table_name, number, row.name)
        told = Answered(as_value(row.value, row.checkbox), said[-1].why if said else "")
        answers.setdefault((row.document_id, row.position), {})[place] = told
    best: dict[int, int] = {}
    for (document, position), given in answers.items():
        if document not in best or len(given) > len(answers[document, best[document]]):
            best[document] = position
    return [_reviewed(connection, *key, answers[key]) for key in best.items()]


def _reviewed(connection: Connection, document: int, position: int, answers: Mapping[Place, Answered]) -> Reviewed:
    s = schema.sources
    metadata = connection.execute(select(s.c.metadata).where(s.c.document_id == document).order_by(s.c.id)).scalars()
    record = records_of(connection, document)[position]
    return Reviewed(record, tuple(paths_of(connection, document)), answers, dict(next(iter(metadata), {}) or {}))


_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Sampled:
    """An accepted value. name: of the field, or table[row].column with rows counted from 1; page counted from 1."""

    field: int
    document: str
    form: str
    name: str
    value: str
    confidence: float
    page: int | None
    box: Box | None


def sample_accepted(connection: Connection, count: int, seed: int) -> list[Sampled]:
    """So many accepted values, each as likely as any other, in the order of the store; the same seed, the same ones."""
    accepted = select(schema.fields.c.id).where(schema.fields.c.status == "accepted").order_by(schema.fields.c.id)
    every = connection.execute(accepted).scalars().all()
    chosen = sorted(Random(seed).sample(list(every), min(count, len(every))))
    return [s for start in range(0, len(chosen), _AT_ONCE) for s in _told(connection, chosen[start : start + _AT_ONCE])]


def _told(connection: Connection, numbers: Sequence[int]) -> list[Sampled]:
    fields, records, documents = schema.fields, schema.records, schema.documents
    wanted = (
        select(fields, documents.c.name.label("document"))
        .join(records, records.c.id == fields.c.record_id)
        .join(documents, documents.c.id == records.c.document_id)
        .where(fields.c.id.in_(numbers))
        .order_by(fields.c.id)
    )
    found = []
    for row in connection.execute(wanted):
        name = name_at(row.table_name, row.row_number, row.name)
        box = Box(*row.box) if row.box else None
        found.append(Sampled(row.id, row.document, row.form, name, row.value, row.confidence, row.page, box))
    return found


BY_PERSON = ("corrected", "confirmed")


@dataclass(frozen=True, slots=True)
class Lot:
    """Values that wait for a person and are much alike. errors: expected wrong ones; letters: to read, of all."""

    form: str
    table: str
    name: str
    part: str
    checkbox: bool
    values: int
    errors: float
    letters: int


@dataclass(frozen=True, slots=True)
class Expected:
    """lots: what waits for a person. accepted, by_person: values; accepted_errors: wrong ones expected among them."""

    lots: tuple[Lot, ...]
    accepted: int
    accepted_errors: float
    by_person: int


def expected_errors(connection: Connection, batch: int | None = None) -> Expected:
    """Of the store, or of one batch."""
    f = schema.fields
    what = (f.c.form, f.c.table_name, f.c.name, f.c.part, f.c.checkbox)
    sure, length = cast(f.c.confidence * 50, Integer), cast(func.length(f.c.value) / 8, Integer)
    sums = (func.count(), func.sum(1 - f.c.confidence), func.sum(func.length(f.c.value)))
    query = _within(select(*what, *sums).where(f.c.status == "review"), batch).group_by(*what, sure, length)
    lots = [
        Lot(form, table, name, part, checkbox, int(values), float(errors), int(letters))
        for form, table, name, part, checkbox, values, errors, letters in connection.execute(query)
    ]
    others = _within(select(f.c.status, *sums[:2]).where(f.c.status.not_in(["review", REMOVED])), batch)
    told = {status: (int(n), float(e)) for status, n, e in connection.execute(others.group_by(f.c.status))}
    accepted, errors = told.get("accepted", (0, 0.0))
    return Expected(tuple(lots), accepted, errors, sum(told.get(status, (0, 0.0))[0] for status in BY_PERSON))


def _within(query: Select[Any], batch: int | None) -> Select[Any]:
    if batch is None:
        return query
    f, r, s = schema.fields, schema.records, schema.sources
    here = select(r.c.id).join(s, s.c.document_id == r.c.document_id).where(s.c.batch_id == batch)
    return query.where(f.c.record_id.in_(here))
