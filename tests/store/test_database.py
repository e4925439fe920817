from __future__ import annotations

import contextlib
import sqlite3
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, insert, select, text

from digitizer.errors import UsageError
from digitizer.store import schema
from digitizer.store.database import HEAD, Store, now, open_store


def line(what: str) -> dict[str, str]:
    return {"at": now(), "who": "me", "what": what, "about": ""}


def count(store: Store) -> int:
    with store.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(schema.audit)).scalar_one())


def test_the_migrations_make_the_tables_that_the_code_knows(store: Store) -> None:
    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD


def test_a_store_is_opened_again_with_what_is_in_it(url: str) -> None:
    with open_store(url) as store, store.writing() as connection:
        connection.execute(insert(schema.audit), line("made"))
    with open_store(url, create=False) as store:
        assert count(store) == 1


def test_a_transaction_is_kept_whole_or_not_at_all(store: Store) -> None:
    def fail() -> None:
        with store.writing() as connection:
            connection.execute(insert(schema.audit), line("half"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert count(store) == 0


def test_a_reader_neither_waits_for_a_writer_nor_sees_what_is_not_kept(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(insert(schema.audit), line("begun"))
        assert count(store) == 0
    assert count(store) == 1


def test_writers_wait_for_each_other(store: Store) -> None:
    def write() -> None:
        for _ in range(20):
            with store.writing() as connection:
                number = connection.execute(select(func.count()).select_from(schema.audit)).scalar_one()
                connection.execute(insert(schema.audit), line(str(number)))

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(store) == 80


def test_several_open_a_new_store_at_once(url: str) -> None:
    failures: list[Exception] = []

    def make() -> None:
        try:
            with open_store(url) as store, store.writing() as connection:
                connection.execute(insert(schema.audit), line("here"))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    with open_store(url) as store:
        assert count(store) == 4


def test_who_opens_a_store_that_another_is_making_waits(tmp_path: Path) -> None:
    """SQLite does not wait by itself here: it was "database is locked", now and then, where two runs began together."""
    path = tmp_path / "new.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        done = threading.Timer(0.3, other.execute, ["COMMIT"])
        done.start()
        with open_store(str(path)) as store:
            assert count(store) == 0
        done.join()


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE customers (id)")
    with pytest.raises(UsageError, match="something else"), open_store(str(path)):
        pass
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("customers",)]


def test_a_store_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with open_store(str(path)) as store, store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UsageError, match="newer version"), open_store(str(path)):
        pass


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://here/archive", "a store is a file"),
        ("sqlite://", "a store is a file"),
        ("no such scheme://x", "not the URL|a store is a file"),
        ("/no/such/folder/archive.db", "cannot be opened"),
        ("postgresql://nobody:secret@127.0.0.1:1/none", "cannot be opened"),
    ],
)
def test_what_is_no_store(url: str, told: str) -> None:
    with pytest.raises(UsageError, match=told) as caught, open_store(url):
        pass
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    path.write_text("this is a text, and a long one, so that it cannot be taken for an empty file" * 9)
    with pytest.raises(UsageError, match="cannot be opened"), open_store(str(path)):
        pass


def test_a_store_that_is_not_there_is_not_made_by_asking(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such store"), open_store(str(tmp_path / "a.db"), create=False):
        pass
    assert not list(tmp_path.iterdir())
