from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from digitizer.document.record import Record
from digitizer.store.corrections import StaleError, correct
from digitizer.store.database import Store
from digitizer.store.documents import forget
from digitizer.store.questions import count_doubts, fields_of
from digitizer.store.records import records_of, write_records
from digitizer.store.rows import (
    RowChange,
    TableKey,
    arrangement,
    next_number,
    rearrange,
    row_history,
    table_key,
    undo_rows,
)
from digitizer.store.status import counts_by_status

from .test_records import added, record_of

COLUMNS = {"date": False, "amount": False}


@pytest.fixture
def document(store: Store) -> int:
    number, _ = added(store)
    with store.writing() as connection:
        write_records(connection, number, [record()], ())
    return number


def record() -> Record:
    base = record_of()
    first, second, _ = base.tables["payments"]
    return replace(base, tables={"payments": (first, {**second, "amount": replace(second["amount"], value="7")})})


def key_of(store: Store, document: int) -> TableKey:
    with store.reading() as connection:
        number = fields_of(connection, document)[0].record
        key = table_key(connection, number, "payments")
    assert key is not None
    return key


def change(store: Store, document: int, version: int, made: RowChange) -> None:
    with store.writing() as connection:
        rearrange(connection, key_of(store, document), version, made, "ann")


def amounts(store: Store, document: int) -> list[object]:
    with store.reading() as connection:
        return [row["amount"].value for row in records_of(connection, document)[0].tables["payments"]]


def test_rows_are_added_removed_and_taken_back(store: Store, document: int) -> None:
    assert amounts(store, document) == ["12", "7"]
    with store.reading() as connection:
        assert next_number(connection, key_of(store, document)) == 2
        doubts = count_doubts(connection)
    change(store, document, 0, RowChange("add", 1, (0, 2, 1), added=2, columns=COLUMNS))
    assert amounts(store, document) == ["12", "", "7"]
    change(store, document, 1, RowChange("remove", 1, (2, 1)))
    assert amounts(store, document) == ["", "7"]
    with store.reading() as connection:
        assert count_doubts(connection) == doubts - 1, "nobody need look at a row that is no more"
        assert next_number(connection, key_of(store, document)) == 3
    for version, now in ((2, ["12", "", "7"]), (3, ["12", "7"])):
        with store.writing() as connection:
            undo_rows(connection, key_of(store, document), version, "ann")
        assert amounts(store, document) == now
    with store.reading() as connection:
        assert count_doubts(connection) == doubts + 1, "what was taken for gone is looked at, accepted or not"
        said = row_history(connection, key_of(store, document))
    assert [one.what for one in said] == ["add", "remove", "undo", "undo"]
    with store.writing() as connection, pytest.raises(ValueError, match="no change"):
        undo_rows(connection, key_of(store, document), 4, "ann")


def test_how_values_stand_is_told_as_it_is(store: Store, document: int) -> None:
    """Accepted values are not counted but reckoned: whatever people do, none may be lost or counted twice."""
    change(store, document, 0, RowChange("add", 1, (0, 2, 1), added=2, columns=COLUMNS))
    change(store, document, 1, RowChange("remove", 1, (2, 1)))
    with store.writing() as connection:
        name = next(f for f in fields_of(connection, document) if f.name == "name")
        correct(connection, name.field, name.version, "Zoe", "bob")
    with store.reading() as connection:
        counted = Counter(f.status for f in fields_of(connection, document))
        assert set(counted) == {"accepted", "review", "confirmed", "corrected", "removed"}
        del counted["removed"]
        assert counts_by_status(connection) == {"loan-card": counted}


def test_a_change_that_comes_too_late_changes_nothing(store: Store, document: int) -> None:
    change(store, document, 0, RowChange("remove", 1, (1,)))
    with store.writing() as connection, pytest.raises(StaleError):
        rearrange(connection, key_of(store, document), 0, RowChange("remove", 2, (0,)), "bob")
    assert amounts(store, document) == ["7"]


def test_values_that_a_merge_changed_come_back_unless_someone_spoke_since(store: Store, document: int) -> None:
    cells = {(0, "amount"): "19", (0, "date"): "2024-02-01"}
    change(store, document, 0, RowChange("merge", 1, (0,), cells))
    assert amounts(store, document) == ["19"]
    with store.writing() as connection:
        date = next(f for f in fields_of(connection, document) if f.name == "date" and f.row == 0)
        correct(connection, date.field, date.version, "2024-03-01", "bob")
        undo_rows(connection, key_of(store, document), 1, "ann")
    with store.reading() as connection:
        rows = records_of(connection, document)[0].tables["payments"]
    assert [(row["date"].value, row["amount"].value) for row in rows] == [("2024-03-01", "12"), ("2024-01-31", "7")]


def test_rows_and_their_values_outlive_digitizing_anew(store: Store, document: int) -> None:
    change(store, document, 0, RowChange("add", 1, (2, 0, 1), added=2, columns=COLUMNS))
    change(store, document, 1, RowChange("remove", 3, (2, 0)))
    with store.writing() as connection:
        new = next(f for f in fields_of(connection, document) if f.row == 2 and f.name == "amount")
        correct(connection, new.field, new.version, "99", "ann")
        write_records(connection, document, [record()], ())
    assert amounts(store, document) == ["99", "12"]
    with store.writing() as connection:
        undo_rows(connection, key_of(store, document), 2, "ann")
    assert amounts(store, document) == ["99", "12", "7"]


def test_where_other_rows_are_read_the_table_goes_to_review(store: Store, document: int) -> None:
    change(store, document, 0, RowChange("remove", 1, (1,)))
    more = record()
    rows = more.tables["payments"]
    with store.writing() as connection:
        write_records(connection, document, [replace(more, tables={"payments": (*rows, rows[0])})], ())
    assert amounts(store, document) == ["12", "7", "12"]
    with store.reading() as connection:
        cells = [f for f in fields_of(connection, document) if f.part == "cell"]
        assert {cell.status for cell in cells} == {"review"}
        assert arrangement(connection, key_of(store, document)).rows == (0, 1, 2)


def test_what_is_forgotten_leaves_no_rows_behind(store: Store, document: int) -> None:
    from sqlalchemy import func, select

    from digitizer.store import schema

    change(store, document, 0, RowChange("merge", 1, (0,), {(0, "amount"): "19"}))
    with store.writing() as connection:
        forget(connection, document, "ann")
        assert connection.execute(select(func.count()).select_from(schema.arrangements)).scalar() == 0
