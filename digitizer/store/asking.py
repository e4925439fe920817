"""What the review screen asks: doubtful values with their surroundings, readings that are alike, operators' pace."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Text, and_, cast, func, select

from digitizer.document.geometry import Box
from digitizer.document.record import Problem
from digitizer.store import schema
from digitizer.store.database import moment
from digitizer.store.queries import DOUBTFUL, Doubt, as_doubt
from digitizer.store.reading import as_problem
from digitizer.store.rows import REMOVED

OTHERS = ("confirmed", "corrected", REMOVED)
"""What values are that are neither accepted nor wait for a person."""


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


@dataclass(frozen=True, slots=True)
class Pace:
    """What someone has done lately. seconds: median between two answers, None where there are too few."""

    who: str
    answers: int
    corrected: int
    seconds: float | None


def doubts_free_for(
    connection: Connection, owner: str, limit: int, form: str = "", without: Collection[int] = ()
) -> list[Asked]:
    """The least sure values that wait for a person and that no other holds. without: values not wanted now."""
    f, h = schema.fields, schema.holds
    others = select(h.c.field_id).where(
        h.c.field_id == f.c.id, h.c.owner != owner, h.c.until >= moment(datetime.now(UTC))
    )
    query = _asking().where(DOUBTFUL, ~others.exists())
    if form:
        query = query.where(f.c.form == form)
    if without:
        query = query.where(f.c.id.not_in(without))
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
    f, h = schema.fields, schema.holds
    others = select(h.c.field_id).where(
        h.c.field_id == f.c.id, h.c.owner != owner, h.c.until >= moment(datetime.now(UTC))
    )
    query = _asking().where(DOUBTFUL, f.c.form == one.form, f.c.table_name == one.table, f.c.name == one.name)
    query = query.where(f.c.value == one.value, f.c.checkbox == one.checkbox, ~others.exists())
    if without:
        query = query.where(f.c.id.not_in(without))
    return [_asked(row) for row in connection.execute(query.order_by(f.c.confidence, f.c.id).limit(limit))]


def paths_of(connection: Connection, document: int) -> list[str]:
    """Where the bytes of a document lie, or lay when they were read; last where a copy of them is kept."""
    s, d = schema.sources, schema.documents
    query = select(s.c.path).where(s.c.document_id == document).order_by(s.c.id)
    kept = connection.execute(select(d.c.kept).where(d.c.id == document)).scalar()
    return [*connection.execute(query).scalars(), *([kept] if kept else [])]


def document_head(connection: Connection, document: int) -> tuple[str, str, int, str] | None:
    """Name, SHA-256, number of pages and state of a document."""
    d = schema.documents
    row = connection.execute(select(d).where(d.c.id == document)).first()
    return (row.name, row.sha256 or "", row.pages, row.state) if row is not None else None


def document_of(connection: Connection, sha256: str) -> tuple[int, str] | None:
    """Number and state of the document with these bytes."""
    d = schema.documents
    row = connection.execute(select(d.c.id, d.c.state).where(d.c.sha256 == sha256)).first()
    return (row.id, row.state) if row is not None else None


def documents(connection: Connection, limit: int = 100, after: int = 0, named: str = "") -> list[Row[Any]]:
    """Documents from one number on: id, name, pages, state and how many of their values wait for a person."""
    d, r, f = schema.documents, schema.records, schema.fields
    waiting = (
        select(func.count())
        .select_from(f)
        .join(r, f.c.record_id == r.c.id)
        .where(r.c.document_id == d.c.id, DOUBTFUL)
        .scalar_subquery()
    )
    forms = select(func.min(r.c.form)).where(r.c.document_id == d.c.id).scalar_subquery()
    query = select(d.c.id, d.c.name, d.c.pages, d.c.state, forms.label("form"), waiting.label("doubts"))
    query = query.where(d.c.id > after).order_by(d.c.id).limit(limit)
    if named:
        query = query.where(d.c.name.contains(named, autoescape=True))
    return list(connection.execute(query))


def standings(connection: Connection) -> dict[str, dict[str, int]]:
    """How many values of each form stand how: form, status, count.

    Nearly all are accepted: they are what is left of all once the others are counted.
    """
    f, r = schema.fields, schema.records
    every = connection.execute(select(r.c.form, func.sum(r.c.fields)).group_by(r.c.form)).all()
    found: dict[str, dict[str, int]] = {}
    for form, all_of in sorted(every):
        others = select(f.c.status, func.count()).where(f.c.form == form, f.c.status.in_(OTHERS)).group_by(f.c.status)
        waiting = select(func.count()).where(DOUBTFUL, f.c.form == form)
        counts = {"review": int(connection.execute(waiting).scalar_one())}
        counts |= {status: int(count) for status, count in connection.execute(others)}
        counts["accepted"] = int(all_of) - sum(counts.values())
        found[form] = {status: count for status, count in counts.items() if count > 0 and status != REMOVED}
    return {form: counts for form, counts in found.items() if counts}


def paces(connection: Connection, hours: float = 24.0) -> list[Pace]:
    """Operators' answers of the last hours, the busiest first. A pause of more than two minutes is no pace."""
    t = schema.corrections
    since = moment(datetime.now(UTC) - timedelta(hours=hours))
    # Compared as they are kept: reading them as JSON would take longer than all the rest.
    changed = cast(t.c.read, Text) != cast(t.c.after, Text)
    query = select(t.c.who, t.c.at, changed).where(t.c.at >= since).order_by(t.c.at).limit(100_000)
    by: dict[str, list[tuple[float, bool]]] = {}
    for who, at, other in connection.execute(query):
        by.setdefault(who, []).append((datetime.fromisoformat(at).timestamp(), bool(other)))
    found = []
    for who, rows in by.items():
        gaps = sorted(b - a for (a, _), (b, _) in pairwise(rows) if b - a <= 120)
        median = gaps[len(gaps) // 2] if gaps else None
        found.append(Pace(who, len(rows), sum(other for _, other in rows), median))
    return sorted(found, key=lambda pace: (-pace.answers, pace.who))


def _asking() -> Select[Any]:
    f, r, d = schema.fields, schema.records, schema.documents
    query = select(f, r.c.document_id, r.c.pages, d.c.name.label("document"), d.c.sha256)
    return query.join(r, f.c.record_id == r.c.id).join(d, r.c.document_id == d.c.id)


def _asked(row: Row[Any]) -> Asked:
    sha256, pages, others = row.sha256 or "", tuple(row.pages), tuple(row.alternatives)
    return Asked(as_doubt(row), row.document_id, row.document, sha256, pages, row.hand, row.rule, others)
