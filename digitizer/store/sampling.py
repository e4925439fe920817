"""Accepted values drawn at random, for a person to check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from sqlalchemy import Connection, select

from digitizer.document.geometry import Box
from digitizer.document.record import name_at
from digitizer.store import schema

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
