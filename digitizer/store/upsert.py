"""INSERT … ON CONFLICT, which SQLAlchemy has apart for each kind of database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.dialects import postgresql, sqlite


def insert_of(connection: Connection, table: Table) -> Any:
    """An INSERT that takes on_conflict_do_update and on_conflict_do_nothing."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def insert_if_new(connection: Connection, table: Table, row: Mapping[str, Any], unique: str) -> None:
    """Inserts the row unless there is one with the same value in that unique column."""
    connection.execute(insert_of(connection, table).on_conflict_do_nothing(index_elements=[unique]), dict(row))


def insert_one(connection: Connection, table: Table, row: Mapping[str, Any]) -> int:
    """Inserts a row; returns the id it was given."""
    key = connection.execute(insert(table), dict(row)).inserted_primary_key
    assert key is not None
    return int(key[0])
