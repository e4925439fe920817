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
from digitizer.store import asking
from digitizer.store.reading import records_of
from digitizer.store.writing import places


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name and what people call it."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. rows: a value or None under each column."""

    name: str
    label: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Item | None, ...], ...]


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
    head = asking.document_head(connection, document)
    if head is None:
        return None
    name, _, pages, state = head
    items = items_of(desk, connection, asking.values_of(connection, document))
    records = records_of(connection, document)
    by: dict[int, list[Item]] = {}
    for item in items:
        by.setdefault(item.record, []).append(item)
    # Records without any value (a page that is no known form) have no items and nothing to show.
    filled = [record for record in records if next(places(record), None) is not None]
    shown = [_record(desk, record, found) for record, found in zip(filled, by.values(), strict=True)]
    doubts = sum(item.status == "review" for item in items)
    return DocumentView(document, name, pages, state, doubts, tuple(shown), tuple(items))


def broken_rules(desk: Desk, record: Record) -> list[Problem]:
    """What of the form's rules does not hold for the values as they are now."""
    form = desk.meanings.definitions.get(record.form)
    return check_rules(form, record.fields, record.tables) if form else []


def _record(desk: Desk, record: Record, items: Sequence[Item]) -> RecordView:
    tables = dict.fromkeys(item.table for item in items if item.part == "cell")
    return RecordView(
        record=items[0].record,
        form=record.form,
        title=desk.meanings.title(record.form),
        confidence=record.form_confidence,
        fields=tuple(item for item in items if item.part == "field"),
        grids=tuple(_grid(name, [item for item in items if item.table == name]) for name in tables),
        footnotes=tuple(item for item in items if item.part == "footnote"),
        broken=tuple(broken_rules(desk, record)),
    )


def _grid(name: str, items: Sequence[Item]) -> Grid:
    # A column in which nothing stands anywhere would only make the others narrow, unless a person should look at it.
    used = {i.key for i in items if i.value not in ("", False) or i.status == "review"}
    labels = {item.key: item.label for item in items if item.key in used}
    rows = sorted({item.row for item in items})
    cells = {(item.row, item.key): item for item in items}
    return Grid(
        name,
        spaced(name),
        tuple(Column(key, label) for key, label in labels.items()),
        tuple(tuple(cells.get((row, key)) for key in labels) for row in rows),
    )
