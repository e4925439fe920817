"""Records into the store, as digitized."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert

from digitizer.document.record import Field, Problem, Record
from digitizer.store import schema
from digitizer.store.corrections import reapply
from digitizer.store.rows import put_added_rows, reapply_rows
from digitizer.store.text import clean
from digitizer.store.upsert import insert_one

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
