"""Records at which people have looked, for learning from what they said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from digitizer.document.record import Record, Value
from digitizer.store import schema
from digitizer.store.asking import paths_of
from digitizer.store.corrections import as_value, history
from digitizer.store.reading import records_of
from digitizer.store.rows import arrangement, table_key
from digitizer.store.writing import CELL, Place


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
