"""Records into the store as digitized, and out of it with corrections applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, insert, literal, select, tuple_

from digitizer.document.geometry import Box
from digitizer.document.record import Field, Problem, Record, Value
from digitizer.store import schema
from digitizer.store.corrections import ADDRESS, as_value, reapply
from digitizer.store.database import clean, insert_one
from digitizer.store.rows import Arrangement, arrangements, put_added_rows, reapply_rows

FIELD, CELL, FOOTNOTE = "field", "cell", "footnote"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a record a value stands. part: field, cell or footnote; table '' and row 0 but in cells."""

    part: str
    table: str
    row: int
    name: str


def write_records(
    connection: Connection, document: int, records: Sequence[Record], failures: Sequence[Problem]
) -> None:
    """Puts the document's records in the place of any that were there; corrections made before still apply.

    failures: problems of the document and its pages, which belong to no record.
    """
    connection.execute(delete(schema.problems).where(schema.problems.c.document_id == document))
    connection.execute(delete(schema.records).where(schema.records.c.document_id == document))
    for position, record in enumerate(records):
        _write_record(connection, document, position, record)
    _write_problems(connection, document, None, failures)
    put_added_rows(connection, document)
    reapply(connection, document)
    reapply_rows(connection, document)


def _write_record(connection: Connection, document: int, position: int, record: Record) -> None:
    values = list(places(record))
    row = {
        "document_id": document,
        "position": position,
        "form": clean(record.form),
        "revision": clean(record.revision),
        "confidence": record.form_confidence,
        "pages": list(record.pages),
        "tables": [[clean(name), len(rows)] for name, rows in record.tables.items()],
        "versions": {clean(name): clean(version) for name, version in record.versions.items()},
        "metadata": {clean(name): clean(value) for name, value in record.metadata.items()},
        "fields": len(values),
    }
    number = insert_one(connection, schema.records, row)
    if values:
        rows = [_field_row(number, k, record.form, place, value) for k, (place, value) in enumerate(values)]
        connection.execute(insert(schema.fields), rows)
    _write_problems(connection, document, number, record.problems)


def places(record: Record) -> Iterator[tuple[Place, Field]]:
    """Every value of a record with its place, in the record's own order."""
    for name, value in record.fields.items():
        yield Place(FIELD, "", 0, name), value
    for table, rows in record.tables.items():
        for k, row in enumerate(rows):
            for column, value in row.items():
                yield Place(CELL, table, k, column), value
    for name, value in record.footnotes.items():
        yield Place(FOOTNOTE, "", 0, name), value


def _field_row(record: int, ordinal: int, form: str, place: Place, value: Field) -> dict[str, Any]:
    checkbox = isinstance(value.value, bool)
    return {
        "record_id": record,
        "ordinal": ordinal,
        "form": clean(form),
        "part": place.part,
        "table_name": clean(place.table),
        "row_number": place.row,
        "name": clean(place.name),
        "value": str(value.value).lower() if isinstance(value.value, bool) else clean(value.value),
        "checkbox": checkbox,
        "text": clean(value.text),
        "confidence": value.confidence,
        "status": value.status,
        "page": value.page,
        "box": value.box.as_list() if value.box else None,
        "footnotes": [clean(name) for name in value.footnotes],
        "hand": value.hand,
        "rule": value.rule,
        "reader": value.reader,
        "version": 1,
        "alternatives": [clean(one) for one in value.alternatives],
    }


def _write_problems(connection: Connection, document: int, record: int | None, problems: Sequence[Problem]) -> None:
    rows = [
        {
            "document_id": document,
            "record_id": record,
            "ordinal": k,
            "kind": problem.kind,
            "message": clean(problem.message),
            "remedy": clean(problem.remedy),
            "document": clean(problem.document),
            "page": problem.page,
            "fields": [clean(name) for name in problem.fields],
        }
        for k, problem in enumerate(problems)
    ]
    if rows:
        connection.execute(insert(schema.problems), rows)


_FIRST, _CHUNK = 4, 256
"""Documents read at a time: few at first, for who wants a page of them only, then more."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A record with what the store knows of its document, by number. path: where the file lay.

    metadata: a manifest's columns.
    """

    id: int
    document: int
    record: Record
    path: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


def records_of(connection: Connection, document: int) -> list[Record]:
    """The records of a document, in their order."""
    return [stored.record for stored in _read(connection, [document]).get(document, [])]


def record_at(connection: Connection, record: int) -> Record | None:
    """The record of that number; None where there is none."""
    document = connection.execute(select(schema.records.c.document_id).where(schema.records.c.id == record)).scalar()
    found = _read(connection, [document]).get(document, []) if document is not None else []
    return next((stored.record for stored in found if stored.id == record), None)


def all_records(connection: Connection, batch: int | None = None, form: str = "") -> Iterator[Stored]:
    """Every record of the store or of one batch, in the order in which the batches named their documents.

    A document that lies in several places comes once, at the first of them. form: only this one, '' for all.
    """
    here, before = schema.sources, schema.sources.alias("before")
    order = (here.c.batch_id, here.c.ordinal, here.c.id)
    earlier = select(before.c.id).where(
        before.c.document_id == here.c.document_id,
        tuple_(before.c.batch_id, before.c.ordinal, before.c.id) < tuple_(*order),
    )
    query = select(here).where(here.c.document_id.is_not(None))
    if batch is not None:
        query, earlier = query.where(here.c.batch_id == batch), earlier.where(before.c.batch_id == batch)
    query, size = query.where(~earlier.exists()).order_by(*order), _FIRST
    rows = connection.execute(query.limit(size)).all()
    while rows:
        found = _read(connection, [row.document_id for row in rows])
        for row in rows:
            for stored in found.get(row.document_id, []):
                if form in ("", stored.record.form):
                    yield Stored(stored.id, stored.document, stored.record, row.path, row.metadata)
        last = (rows[-1].batch_id, rows[-1].ordinal, rows[-1].id)
        size = min(2 * size, _CHUNK)
        rows = connection.execute(query.where(tuple_(*order) > tuple_(*map(literal, last))).limit(size)).all()


def _read(connection: Connection, documents: Sequence[int]) -> dict[int, list[Stored]]:
    """The records of some documents, by document."""
    r, d = schema.records, schema.documents
    query = select(r, d.c.name, d.c.sha256).join(d, r.c.document_id == d.c.id).where(r.c.document_id.in_(documents))
    rows = connection.execute(query.order_by(r.c.document_id, r.c.position)).all()
    numbers = [row.id for row in rows]
    fields = _by_record(connection, schema.fields, numbers)
    problems = _by_record(connection, schema.problems, numbers)
    said = _said(connection, {row.sha256 for row in rows if any(f.version > 1 for f in fields[row.id])})
    arranged = arrangements(connection, {row.sha256 for row in rows if row.sha256})
    found: dict[int, list[Stored]] = {}
    for row in rows:
        record = _record(row, fields[row.id], problems[row.id], said, arranged)
        found.setdefault(row.document_id, []).append(Stored(row.id, row.document_id, record))
    return found


def _by_record(connection: Connection, table: Table, records: Sequence[int]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {number: [] for number in records}
    query = select(table).where(table.c.record_id.in_(records)).order_by(table.c.record_id, table.c.ordinal)
    for row in connection.execute(query) if records else ():
        found[row.record_id].append(row)
    return found


def _said(connection: Connection, documents: set[str]) -> dict[tuple[Any, ...], Value]:
    """What people have last said about values, by document, position and address."""
    t = schema.corrections
    query = select(t).where(t.c.sha256.in_(documents)).order_by(t.c.id)
    rows = connection.execute(query) if documents else ()
    return {(row.sha256, row.position, *_address(row)): row.after for row in rows}


def _record(
    row: Row[Any],
    values: Sequence[Row[Any]],
    problems: Sequence[Row[Any]],
    said: Mapping[Any, Value],
    arranged: Mapping[tuple[str, int, str], Arrangement],
) -> Record:
    fields: dict[str, Field] = {}
    footnotes: dict[str, Field] = {}
    orders = _orders(row, arranged)
    cells: dict[str, dict[int, dict[str, Field]]] = {name: {k: {} for k in order} for name, order in orders.items()}
    for value in values:
        here = _field(value, said.get((row.sha256, row.position, *_address(value))))
        if value.part == CELL:
            # A cell of a row that a person removed has no place.
            cells[value.table_name].get(value.row_number, {})[value.name] = here
        else:
            (footnotes if value.part == FOOTNOTE else fields)[value.name] = here
    return Record(
        document=row.name,
        sha256=row.sha256 or "",
        pages=tuple(row.pages),
        form=row.form,
        form_confidence=row.confidence,
        fields=fields,
        tables={name: tuple(cells[name][k] for k in order) for name, order in orders.items()},
        footnotes=footnotes,
        problems=tuple(as_problem(problem) for problem in problems),
        versions=dict(row.versions),
        revision=row.revision,
        metadata=dict(row.metadata),
    )


def _orders(row: Row[Any], arranged: Mapping[tuple[str, int, str], Arrangement]) -> dict[str, Sequence[int]]:
    """The numbers of each table's rows: as digitized, or as a person left them."""
    orders: dict[str, Sequence[int]] = {name: range(count) for name, count in row.tables}
    for (sha256, position, table), one in arranged.items():
        # Where other rows were read since, nobody knows which is which.
        if (sha256, position) == (row.sha256, row.position) and one.read == len(orders.get(table, ())):
            orders[table] = one.rows
    return orders


def _field(row: Row[Any], said: Value | None) -> Field:
    applies = row.version > 1 and said is not None
    return Field(
        value=said if applies and said is not None else as_value(row.value, row.checkbox),
        text=row.text,
        confidence=row.confidence,
        status=row.status,
        page=row.page,
        box=Box(*row.box) if row.box else None,
        footnotes=tuple(row.footnotes),
        hand=row.hand,
        rule=row.rule,
        alternatives=tuple(row.alternatives),
        reader=row.reader,
    )


def as_problem(row: Row[Any]) -> Problem:
    """A row of problems as the problem it was."""
    return Problem(row.kind, row.message, row.remedy, row.document, row.page, tuple(row.fields))


def _address(row: Row[Any]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in ADDRESS)
