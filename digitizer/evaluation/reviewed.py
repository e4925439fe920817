"""What people said on the review screen, as truth: to learn from, and to tell by how much learning helps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digitizer.document.record import Field, Record, Row, Value
from digitizer.document.truth import Truth, TruthRow, TruthValue
from digitizer.evaluation.compare import compare
from digitizer.evaluation.truth import decade_of
from digitizer.store.quality import Answered, Reviewed
from digitizer.store.records import Place

ILLEGIBLE = "illegible"
"""The reason of an answer that says something stands there which no one can read: no blank, and no truth."""
Name = tuple[str, int | None]
"""Of a value as scores have it: field, or table.column with its row counted from 0."""


@dataclass(frozen=True, slots=True)
class Gain:
    """Of so many values that people looked at: how many were right as first read, and are by the new model.

    The new model has not learned from the documents it is counted on.
    """

    values: int
    before: int
    after: int

    def as_json(self) -> dict[str, int]:
        return {"values": self.values, "before": self.before, "after": self.after}


def truth_of(reviewed: Reviewed) -> Truth:
    """The record as truth: what people answered, and what was accepted unseen beside it.

    Accepted values count as agreed: at most the promised share of them is wrong, fewer than keying by hand makes, and
    without them only hard values would be learned from, which would make every confidence too low. What still waits
    for a person is unknown, and a table with any such cell is left out whole, as its rows may be wrong.
    """
    record, answers = reviewed.record, reviewed.answers
    fields = {n: TruthValue(f.value) for n, f in record.fields.items() if _known(f, answers.get(_place(n)))}
    tables: dict[str, tuple[TruthRow, ...]] = {}
    for name, rows in record.tables.items():
        if all(cell.status != "review" for row in rows for cell in row.values()):
            tables[name] = tuple(_row(name, k, row, answers) for k, row in enumerate(rows))
    return Truth(record.form, fields, tables, decade=decade_of(fields), more=dict(reviewed.metadata))


def gain(reviewed: Mapping[str, Reviewed], truths: Mapping[str, Truth], records: Sequence[Record]) -> Gain:
    """How much better records are than those that people corrected; all by name of document.

    Only values that people looked at are counted; whether those that nobody looked at are right, nobody has said.
    """
    by: dict[str, list[Record]] = {}
    for record in records:
        by.setdefault(record.document, []).append(record)
    values = before = after = 0
    for name, one in reviewed.items():
        scored = compare(name, by.get(name, []), truths[name])
        right = {(o.name, o.row): o.right for o in scored.outcomes}
        for place, answer in one.answers.items():
            key = _name(place)
            if key in right and answer.why != ILLEGIBLE:
                values += 1
                before += answer.read == _said(one.record, place)
                after += right[key]
    return Gain(values, before, after)


def _known(field: Field, answer: Answered | None) -> bool:
    return field.status != "review" and (answer is None or answer.why != ILLEGIBLE)


def _row(table: str, number: int, row: Row, answers: Mapping[Place, Answered]) -> TruthRow:
    places = {column: Place("cell", table, number, column) for column in row}
    return {c: TruthValue(f.value) for c, f in row.items() if _known(f, answers.get(places[c]))}


def _place(name: str) -> Place:
    return Place("field", "", 0, name)


def _name(place: Place) -> Name:
    return (f"{place.table}.{place.name}", place.row) if place.part == "cell" else (place.name, None)


def _said(record: Record, place: Place) -> Value | None:
    if place.part == "cell":
        return record.tables[place.table][place.row][place.name].value
    return record.fields[place.name].value if place.name in record.fields else None
