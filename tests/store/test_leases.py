from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from digitizer.store import leases, schema
from digitizer.store.database import Store
from digitizer.store.ledger import Found, begin, enter, link, to_do


@pytest.fixture
def documents(store: Store) -> list[int]:
    with store.writing() as connection:
        batch = begin(connection, "scans", "1" * 64, {})
        enter(connection, batch, [Found(f"/{k}", f"{k}", 1, 0) for k in range(60)], 0)
        return [link(connection, entry, f"{entry.ordinal:064}", 1, 9) for entry in to_do(connection, batch, -1)]


def test_of_many_who_take_a_document_one_has_it(store: Store, documents: list[int]) -> None:
    taken: list[int] = []

    def take(owner: str) -> None:
        for document in documents:
            with store.writing() as connection:
                if leases.take(connection, document, owner):
                    taken.append(document)

    threads = [threading.Thread(target=take, args=(f"elsewhere:{k}:1",)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == documents


def test_a_lease_ends_by_itself(store: Store, documents: list[int]) -> None:
    first, second = "there:1:1", "here:1:1"
    with store.writing() as connection:
        assert leases.take(connection, documents[0], first)
        assert leases.take(connection, documents[0], first), "its own"
        assert not leases.take(connection, documents[0], second)
        connection.execute(update(schema.leases).values(until="2001-01-01T00:00:00.000000Z"))
        assert leases.take(connection, documents[0], second)
        assert leases.holds(connection, documents[0], second)
        assert not leases.holds(connection, documents[0], first), "who stood still too long must not write"
        connection.execute(update(schema.leases).values(until="2001-01-01T00:00:00.000000Z"))
        leases.renew(connection, second)
        assert not leases.take(connection, documents[0], first)


NAME = "from digitizer.store.leases import this_process; print(this_process())"


def test_the_dead_hold_nothing_and_the_living_what_they_have(store: Store, documents: list[int], root: Path) -> None:
    dead = subprocess.run(
        [sys.executable, "-c", NAME], cwd=root, capture_output=True, text=True, check=True
    ).stdout.strip()
    alive = leases.this_process()
    used_again = alive.rpartition(":")[0] + ":1"
    with store.writing() as connection:
        for document, owner in zip(documents, (dead, alive, used_again, "elsewhere:1:1"), strict=False):
            assert leases.take(connection, document, owner)
        leases.release_dead(connection)
        left = connection.execute(select(schema.leases.c.owner)).scalars().all()
    assert sorted(left) == sorted([alive, "elsewhere:1:1"])
    with store.writing() as connection:
        leases.release_all(connection, alive)
        assert connection.execute(select(func.count()).select_from(schema.leases)).scalar() == 1
