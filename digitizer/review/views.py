"""A document as its screen shows it: records, their fields, tables as grids, footnotes, rules and pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from digitizer.document.record import Problem, Record
from digitizer.fields.checks import check_rules
from digitizer.review.desk import Desk
from digitizer.review.items import Item, items_of
from digitizer.review.meanings import spaced
from digitizer.store import documents, questions
from digitizer.store.records import places, records_of
from digitizer.store.rows import PastRowChange, arrangement, row_history, table_key


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name and what people call it."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. rows: number and a value or None under each column; version: how often its rows were changed.

    said: what people did to its rows, the latest first.
    """

    record: int
    name: str
    label: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[int, tuple[Item | None, ...]], ...]
    version: int
    said: tuple[PastRowChange, ...]


@dataclass(frozen=True, slots=True)
class RecordView:
    """A form found. broken: what of its rules does not hold, as the values are now."""

    record: int
    form: str
    title: str
    confidence: float
    fields: tuple[Item, ...]
    grids: tuple[Grid, ...]
    footnotes: tuple[Item, ...]
    broken: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document. pages: how many; problems: of the document and its pages."""

    document: int
    name: str
    pages: int
    state: str
    doubts: int
    records: tuple[RecordView, ...]
    items: tuple[Item, ...]


def view(desk: Desk, connection: Connection, document: int) -> DocumentView | None:
    """What the screen of a document shows; None where there is no such document."""
    head = documents.document_head(connection, document)
    if head is None:
        return None
    name, _, pages, state = head
    items = items_of(desk, connection, questions.values_of(connection, document))
    records = records_of(connection, document)
    by: dict[int, list[Item]] = {}
    for item in items:
        by.setdefault(item.record, []).append(item)
    filled = zip(with_values(records), by.values(), strict=True)
    shown = [_record(desk, connection, record, found) for record, found in filled]
    doubts = sum(item.status == "review" for item in items)
    return DocumentView(document, name, pages, state, doubts, tuple(shown), tuple(items))


def with_values(records: Sequence[Record]) -> list[Record]:
    """The records with any value: a page that is no known form has none, and nothing to show."""
    return [record for record in records if next(places(record), None) is not None]


def broken_rules(desk: Desk, record: Record) -> list[Problem]:
    """What of the form's rules does not hold for the values as they are now."""
    form = desk.meanings.definitions.get(record.form)
    return check_rules(form, record.fields, record.tables) if form else []


def _record(desk: Desk, connection: Connection, record: Record, items: Sequence[Item]) -> RecordView:
    definition = desk.meanings.definitions.get(record.form)
    tables = dict.fromkeys([*record.tables, *(table.name for table in (definition.tables if definition else ()))])
    return RecordView(
        record=items[0].record,
        form=record.form,
        title=desk.meanings.title(record.form),
        confidence=record.form_confidence,
        fields=tuple(item for item in items if item.part == "field"),
        grids=tuple(_grid(connection, items[0].record, name, items) for name in tables),
        footnotes=tuple(item for item in items if item.part == "footnote"),
        broken=tuple(broken_rules(desk, record)),
    )


def _grid(connection: Connection, record: int, name: str, every: Sequence[Item]) -> Grid:
    items = [item for item in every if item.part == "cell" and item.table == name]
    key = table_key(connection, record, name)
    assert key is not None
    arranged = arrangement(connection, key)
    said = tuple(reversed(row_history(connection, key))) if arranged.version else ()
    # A column in which nothing stands anywhere would only make the others narrow, unless a person should look at it.
    added = max((n for n in arranged.rows), default=-1) >= arranged.read
    used = {i.key for i in items if added or i.value not in ("", False) or i.status == "review"}
    labels = {item.key: item.label for item in items if item.key in used}
    cells = {(item.row, item.key): item for item in items}
    return Grid(
        record=record,
        name=name,
        label=spaced(name),
        columns=tuple(Column(key, label) for key, label in labels.items()),
        rows=tuple((row, tuple(cells.get((row, key)) for key in labels)) for row in arranged.rows),
        version=arranged.version,
        said=said,
    )
