"""Opening a store: a path, sqlite:///PATH or postgresql://…; migrated to this version's tables as it is opened."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, insert, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlalchemy.pool import NullPool

from digitizer.errors import DigitizerError, MissingComponentError, UsageError


def clean(text: str) -> str:
    """The text as every database takes it: PostgreSQL has no place for NUL, UTF-8 none for half a surrogate pair."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


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


HEAD = "0008"
"""The newest migration."""
_LOCK = 4_364_001
"""A number that only this program locks on PostgreSQL while it migrates."""


def migrate(connection: Connection) -> None:
    """Runs the migrations that are missing, in the transaction that the connection is in.

    Raises:
        UsageError: a newer version made the store, or it is a database of something else.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    tables = set(inspect(connection).get_table_names())
    found = None
    if "alembic_version" in tables:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    elif tables:
        raise UsageError(f"{connection.engine.url.database}: a database of something else", "choose another --store")
    if found == HEAD:
        return
    if found is not None and found > HEAD:
        raise UsageError(f"the store was made by a newer version (tables {found})", "install a newer digitizer")
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


BUSY_SECONDS = 60
"""How long a writer waits for another before it gives up."""


@dataclass(frozen=True, slots=True)
class Store:
    """An open store. Reading and writing go through engines of their own: a reader never waits for a writer."""

    url: str
    _reader: Engine
    _writer: Engine

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees the store as it stood at its first query."""
        with self._reader.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of it is kept at the end of the block, or nothing where an exception leaves it."""
        with self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        self._reader.dispose()
        self._writer.dispose()


@contextlib.contextmanager
def open_store(url: str, create: bool = True) -> Iterator[Store]:
    """The store at a path or URL, for the length of the block. create: make it if it is not there.

    Raises:
        UsageError: it cannot be opened, or is no store. MissingComponentError: the database's driver is not installed.
    """
    place = _parse(url)
    shown = place.render_as_string(hide_password=True)
    path = Path(place.database or "")
    if place.get_backend_name() == "sqlite" and not create and not path.exists():
        raise UsageError(f"{path}: no such store", "digitizer batch SOURCE --store makes it")
    try:
        writer = _engine(place, writes=True)
        reader = _engine(place, writes=False)
        with writer.begin() as connection:
            migrate(connection)
    except ModuleNotFoundError as error:
        raise MissingComponentError(f"{shown}: {error}", "pip install 'digitizer[postgres]'") from error
    except DigitizerError:
        raise
    except (DatabaseError, OSError) as error:
        reason = str(error.orig if isinstance(error, DatabaseError) else error).strip()
        raise UsageError(f"{shown}: cannot be opened as a store: {reason}", "check --store") from error
    store = Store(shown, reader, writer)
    try:
        yield store
    except OperationalError as error:
        raise UsageError(f"{shown}: {str(error.orig).strip()}", "check the disk and the database, run again") from error
    finally:
        store.close()


def now() -> str:
    """This moment as the store keeps moments."""
    return moment(datetime.now(UTC))


def moment(time: datetime) -> str:
    """A moment as the store keeps it: ISO 8601, UTC, microseconds."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _parse(url: str) -> URL:
    """The URL; a plain path means SQLite.

    Raises:
        UsageError: another kind of database.
    """
    try:
        place = make_url(url) if "://" in url else URL.create("sqlite", database=url)
    except ArgumentError as error:
        raise UsageError(f"{url}: not the URL of a database", "see docs/batch.md") from error
    kind = place.get_backend_name()
    if kind in ("postgresql", "postgres"):
        return place.set(drivername="postgresql+psycopg")
    if kind != "sqlite" or not place.database or place.database == ":memory:":
        raise UsageError(f"{url}: a store is a file, sqlite:///PATH or postgresql://…", "see docs/batch.md")
    return place


def _engine(place: URL, writes: bool) -> Engine:
    if place.get_backend_name() != "sqlite":
        return create_engine(place, pool_pre_ping=True, isolation_level=None if writes else "REPEATABLE READ")
    # Without a pool no connection outlives its block: nothing is inherited by worker processes.
    engine = create_engine(place, connect_args={"timeout": BUSY_SECONDS}, poolclass=None if writes else NullPool)
    event.listen(engine, "connect", _prepare)
    # A writer that began as a reader would fail, not wait, where another writer comes between.
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _prepare(connection: Any, _: object) -> None:
    # The driver would begin transactions by its own rules; here "begin" alone begins them.
    connection.isolation_level = None
    _turn_to_wal(connection)
    # secure_delete: what is forgotten or replaced does not linger in the file's free pages.
    for pragma in ("synchronous=NORMAL", "foreign_keys=ON", "cache_size=-65536", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _turn_to_wal(connection: Any) -> None:
    """Where several open a new store at once, SQLite lets all but one fail here instead of having them wait."""
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return
