"""How many wrong values may be expected among those of a store, counted in lots, so that millions take a moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Integer, Select, cast, func, select

from digitizer.store import schema
from digitizer.store.rows import REMOVED

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
