"""Rows of tables that people added, removed, split and merged: appended, never edited, as corrections are.

A row keeps the number it was digitized with, so that what was said of its cells stays with it; rows that people added
are numbered on from there. An arrangement tells which rows a table has, in which order.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, insert, select, update

from digitizer.document.record import Value
from digitizer.store import schema
from digitizer.store.corrections import StaleError, as_value, correct, history, status_of
from digitizer.store.database import now

What = Literal["add", "remove", "merge", "split", "undo"]
REMOVED = "removed"
"""The status of cells whose row a person has removed; no record has them."""
_ROW_REASON = "rows"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The rows of a table, by number. version: how often they were changed; read: how many were digitized."""

    rows: tuple[int, ...]
    version: int = 0
    read: int = 0


@dataclass(frozen=True, slots=True)
class PastRowChange:
    """One entry of the history of a table's rows. row: as people counted it then."""

    who: str
    at: str
    what: What
    row: int


@dataclass(frozen=True, slots=True)
class TableKey:
    """A table of a record: the document's SHA-256, the record's place in it, the table's name; record: its number."""

    record: int
    sha256: str
    position: int
    table: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """What becomes of a table. rows: as they stand then; cells: values by number of row and column.

    added: the number of the row that is new, None where none is; columns: of that row, and whether each is a checkbox.
    """

    what: What
    row: int
    rows: tuple[int, ...]
    cells: Mapping[tuple[int, str], Value] = field(default_factory=dict)
    added: int | None = None
    columns: Mapping[str, bool] = field(default_factory=dict)


def table_key(connection: Connection, record: int, table: str) -> TableKey | None:
    """The table of a record; None where there is no such record."""
    r, d = schema.records, schema.documents
    query = select(r.c.position, d.c.sha256).join(d, r.c.document_id == d.c.id).where(r.c.id == record)
    found = connection.execute(query).first()
    return TableKey(record, found.sha256 or "", found.position, table) if found is not None else None


def arrangements(connection: Connection, documents: Collection[str]) -> dict[tuple[str, int, str], Arrangement]:
    """Of these documents' tables the rows as people left them, by SHA-256, position and table."""
    t = schema.arrangements
    if not documents:
        return {}
    found: dict[tuple[str, int, str], Arrangement] = {}
    for row in connection.execute(select(t).where(t.c.sha256.in_(documents)).order_by(t.c.id)):
        key = (row.sha256, row.position, row.table_name)
        version = found[key].version + 1 if key in found else 1
        found[key] = Arrangement(tuple(row.rows), version, row.read)
    return found


def arrangement(connection: Connection, key: TableKey) -> Arrangement:
    """The rows of a table as they stand now."""
    digitized = _digitized(connection, key)
    found = arrangements(connection, [key.sha256]).get((key.sha256, key.position, key.table))
    if found is None:
        return Arrangement(tuple(range(digitized)), 0, digitized)
    return found if found.read == digitized else Arrangement(tuple(range(digitized)), found.version, digitized)


def row_history(connection: Connection, key: TableKey) -> list[PastRowChange]:
    """All that was done to a table's rows, oldest first."""
    return [PastRowChange(row.who, row.at, row.what, row.row) for row in _entries(connection, key)]


def next_number(connection: Connection, key: TableKey) -> int:
    """The number of a row that is to be added."""
    numbers = [number for entry in _entries(connection, key) for number in entry.rows]
    return max([*numbers, _digitized(connection, key) - 1], default=-1) + 1


def rearrange(connection: Connection, key: TableKey, version: int, change: RowChange, who: str) -> int:
    """Lets a table have other rows; returns the new version.

    Raises:
        StaleError: the rows were changed since they were looked at, or a cell was.
    """
    old = arrangement(connection, key)
    if old.version != version:
        raise StaleError("the rows have changed since they were shown", "look at them again")
    if change.added is not None:
        add_cells(connection, key, change.added, change.columns)
    cells = _correct(connection, key, change.cells, who)
    _append(connection, key, old, change, cells, who)
    _settle(connection, key, Arrangement(change.rows, version + 1, old.read))
    return version + 1


def undo_rows(connection: Connection, key: TableKey, version: int, who: str) -> int:
    """Takes the last change of a table's rows back, and what it did to cells; returns the new version.

    Raises:
        StaleError: the rows were changed since they were looked at. ValueError: there is nothing to take back.
    """
    old = arrangement(connection, key)
    if old.version != version:
        raise StaleError("the rows have changed since they were shown", "look at them again")
    stands: list[Row[Any]] = []
    for entry in _entries(connection, key):
        stands = stands[:-1] if entry.what == "undo" else [*stands, entry]
    if not stands:
        raise ValueError("no change of rows to take back")
    rows = tuple(stands[-2].rows) if len(stands) > 1 else tuple(range(old.read))
    now_there = _cells(connection, key)
    back: dict[tuple[int, str], Value] = {}
    for number, column, before, after in stands[-1].cells:
        cell = now_there.get((number, column))
        # What was said of the cell since then holds.
        if cell is not None and _current(connection, cell) == after:
            back[number, column] = before
    _correct(connection, key, back, who)
    change = RowChange("undo", stands[-1].row, rows)
    _append(connection, key, old, change, [], who)
    _settle(connection, key, Arrangement(rows, version + 1, old.read))
    return version + 1


def add_cells(connection: Connection, key: TableKey, row: int, columns: Mapping[str, bool]) -> None:
    """Puts the blank cells of a row that a person added into the record, unless they are there."""
    f = schema.fields
    if not columns or any(number == row for number, _ in _cells(connection, key)):
        return
    last = connection.execute(select(func.max(f.c.ordinal)).where(f.c.record_id == key.record)).scalar() or 0
    form = connection.execute(select(schema.records.c.form).where(schema.records.c.id == key.record)).scalar_one()
    blank = {
        "record_id": key.record, "form": form, "part": "cell", "table_name": key.table, "row_number": row, "text": "",
        "confidence": 1.0, "status": "confirmed", "page": None, "box": None, "footnotes": [], "hand": False,
        "rule": "", "version": 1, "alternatives": [],
    }  # fmt: skip
    rows = [
        blank | {"ordinal": last + k, "name": name, "value": "false" if checkbox else "", "checkbox": checkbox}
        for k, (name, checkbox) in enumerate(columns.items(), 1)
    ]
    connection.execute(insert(f), rows)
    r = schema.records
    connection.execute(update(r).where(r.c.id == key.record).values(fields=r.c.fields + len(rows)))


def put_added_rows(connection: Connection, document: int) -> None:
    """Gives a document digitized anew the rows that people had added, so that what was said of them holds again."""
    for key, entries in _rearranged(connection, document):
        if entries[-1].read == _digitized(connection, key):
            for entry in entries:
                for number in entry.rows:
                    if number >= entry.read:
                        add_cells(connection, key, number, entry.columns)


def reapply_rows(connection: Connection, document: int) -> None:
    """Lets a document digitized anew have the rows that people gave it, where as many rows are read as were then.

    Where more or fewer are, nobody knows which row is which, and all of the table goes to review.
    """
    for key, entries in _rearranged(connection, document):
        if entries[-1].read == _digitized(connection, key):
            _settle(connection, key, Arrangement(tuple(entries[-1].rows), len(entries), entries[-1].read))
        else:
            _to_review(connection, key)


def _rearranged(connection: Connection, document: int) -> list[tuple[TableKey, Sequence[Row[Any]]]]:
    """The document's tables whose rows people have changed, with all that was done to them."""
    r, d, t = schema.records, schema.documents, schema.arrangements
    query = select(r.c.id, t.c.sha256, t.c.position, t.c.table_name).distinct()
    query = query.join(d, r.c.document_id == d.c.id).join(t, t.c.sha256 == d.c.sha256)
    rows = connection.execute(query.where(d.c.id == document, t.c.position == r.c.position)).all()
    keys = sorted((TableKey(*row) for row in rows), key=lambda key: (key.position, key.table))
    return [(key, _entries(connection, key)) for key in keys]


def _append(
    connection: Connection, key: TableKey, old: Arrangement, change: RowChange, cells: Sequence[Any], who: str
) -> None:
    columns = dict(change.columns) or next((e.columns for e in reversed(_entries(connection, key)) if e.columns), {})
    entry = {
        "sha256": key.sha256, "position": key.position, "table_name": key.table, "read": old.read, "what": change.what,
        "row": change.row, "rows": list(change.rows), "columns": columns, "cells": list(cells), "who": who, "at": now(),
    }  # fmt: skip
    connection.execute(insert(schema.arrangements), entry)


def _correct(
    connection: Connection, key: TableKey, cells: Mapping[tuple[int, str], Value], who: str
) -> list[tuple[int, str, Value, Value]]:
    """Corrects cells; returns number of row, column, value before and after of those that changed."""
    there = _cells(connection, key)
    done = []
    for (number, column), value in cells.items():
        cell = there.get((number, column))
        if cell is None:
            continue
        before = _current(connection, cell)
        if before != value:
            correct(connection, cell.id, cell.version, value, who, _ROW_REASON)
            done.append((number, column, before, value))
    return done


def _settle(connection: Connection, key: TableKey, wanted: Arrangement) -> None:
    """Marks the cells of rows that are no more; those that are back wait for a person unless one has spoken."""
    f = schema.fields
    for cell in _cells(connection, key).values():
        status = None
        if cell.row_number not in wanted.rows:
            status = REMOVED
        elif cell.status == REMOVED:
            said = history(connection, cell.id)
            read = as_value(cell.value, cell.checkbox)
            added = cell.row_number >= wanted.read
            status = status_of(read, said[-1].after) if said else "confirmed" if added else "review"
        if status is not None and status != cell.status:
            connection.execute(update(f).where(f.c.id == cell.id).values(status=status))


def _to_review(connection: Connection, key: TableKey) -> None:
    f = schema.fields
    here = (f.c.record_id == key.record, f.c.part == "cell", f.c.table_name == key.table)
    connection.execute(update(f).where(*here).values(status="review"))


def _entries(connection: Connection, key: TableKey) -> Sequence[Row[Any]]:
    t = schema.arrangements
    here = (t.c.sha256 == key.sha256, t.c.position == key.position, t.c.table_name == key.table)
    return connection.execute(select(t).where(*here).order_by(t.c.id)).all()


def _cells(connection: Connection, key: TableKey) -> dict[tuple[int, str], Row[Any]]:
    f = schema.fields
    here = (f.c.record_id == key.record, f.c.part == "cell", f.c.table_name == key.table)
    return {(row.row_number, row.name): row for row in connection.execute(select(f).where(*here)).all()}


def _current(connection: Connection, cell: Row[Any]) -> Value:
    said = history(connection, cell.id) if cell.version > 1 else []
    return said[-1].after if said else as_value(cell.value, cell.checkbox)


def _digitized(connection: Connection, key: TableKey) -> int:
    """How many rows of the table were digitized."""
    r = schema.records
    tables = connection.execute(select(r.c.tables).where(r.c.id == key.record)).scalar() or []
    return next((int(count) for name, count in tables if name == key.table), 0)
