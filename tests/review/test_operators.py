"""Eight operators at once. `DIGITIZER_ANSWERS=1000 pytest -s tests/review/test_operators.py` for a long day's work."""

from __future__ import annotations

import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from databases import empty_postgres

from digitizer.review.access import hash_password
from digitizer.store import people
from digitizer.store.database import Store, open_store

from .conftest import app_state_for, fill, serving

OPERATORS = 8
ANSWERS = int(os.environ.get("DIGITIZER_ANSWERS", "12"))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_eight_operators_say_is_stored_once_each(kind: str, tmp_path: Path) -> None:
    url = str(tmp_path / "archive.db") if kind == "sqlite" else empty_postgres()
    with open_store(url) as store:
        rows = 10 if ANSWERS < 100 else 30
        fill(store, tmp_path, OPERATORS * ANSWERS // (3 * rows) + 2, rows)
        keys = keys_for(store)
        with serving(app_state_for(store, accounts=True)) as address, ThreadPoolExecutor(OPERATORS) as pool:
            began = time.perf_counter()
            seconds = [s for found in pool.map(lambda key: sit_down(address, *key), keys.items()) for s in found]
            took = time.perf_counter() - began
        said = corrections(store)
    assert len(said) == OPERATORS * ANSWERS, "none lost"
    assert len({place for _, place in said}) == len(said), "none twice"
    assert Counter(who for who, _ in said) == dict.fromkeys(keys, ANSWERS)
    ordered = sorted(seconds)
    late = 1000 * ordered[int(0.95 * (len(ordered) - 1))]
    print(f"\n{kind}: {len(said)} answers in {took:.0f} s, a save median {1000 * ordered[len(ordered) // 2]:.0f} ms, "
          f"p95 {late:.0f} ms")  # fmt: skip


def sit_down(address: str, name: str, key: str) -> list[float]:
    """Answers so many values as they come; returns how long each save took, seconds."""
    seconds: list[float] = []
    headers = {"authorization": f"Bearer {key}"}
    with httpx.Client(base_url=address, headers=headers, trust_env=False, timeout=120) as client:
        while len(seconds) < ANSWERS:
            items = client.post("/api/queue", json={"tab": name, "limit": 20}).json()["items"]
            assert items, "nothing left to answer"
            for item in items[: ANSWERS - len(seconds)]:
                value = item["value"] if isinstance(item["value"], bool) else f"{name} {len(seconds)}"
                body = [{"field": item["field"], "version": item["version"], "value": value, "insist": True}]
                began = time.perf_counter()
                done = client.post("/api/corrections", json=body).json()[0]
                seconds.append(time.perf_counter() - began)
                assert done["ok"], done
    return seconds


def keys_for(store: Store) -> dict[str, str]:
    keys = {}
    with store.writing() as connection:
        for number in range(OPERATORS):
            people.put_user(connection, f"operator-{number}", "operator", hash_password("long enough"))
            user = people.find_user(connection, f"operator-{number}")
            assert user is not None
            keys[user.name] = people.make_token(connection, user, "")
    return keys


def corrections(store: Store) -> list[tuple[str, tuple[object, ...]]]:
    from sqlalchemy import select

    from digitizer.store import schema

    t = schema.corrections
    with store.reading() as connection:
        found = connection.execute(select(t)).all()
    return [(row.who, (row.sha256, row.position, row.table_name, row.row_number, row.name)) for row in found]
