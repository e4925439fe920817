"""kill -9 of the driver or of a worker at random moments: nothing is lost, nothing is there twice."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from databases import empty_postgres
from sqlalchemy import func, select

from batch.processes import children
from batch.test_run import document
from digitizer.store import schema
from digitizer.store.database import open_store
from digitizer.store.records import all_records
from digitizer.store.status import batches, progress

DOCUMENTS = 40
PATIENCE = 240.0


def make_scans(folder: Path) -> int:
    """Documents of one to six pages, some with a page that always fails, some copies; returns how many pages."""
    folder.mkdir()
    pages = 0
    for k in range(DOCUMENTS):
        bad = {"p2": "encrypted"} if k % 9 == 4 else {}
        document(folder, f"{k:02}.pdf", 1 + k % 6, number=str(k), **bad)
        pages += 1 + k % 6
    (folder / "copy.pdf").write_bytes((folder / "07.pdf").read_bytes())
    return pages


def start(scans: Path, store: str | Path, root: Path, *options: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": f"{root}:{root / 'tests'}", "TMPDIR": str(scans.parent)}
    command = [sys.executable, "-m", "batch.chaos", str(scans), str(store), *options]
    null = subprocess.DEVNULL
    return subprocess.Popen(command, env=environment, stdout=null, stderr=null, start_new_session=True)


def finished(store: str | Path) -> int:
    if "://" not in str(store) and not Path(store).exists():
        return 0
    with open_store(str(store)) as opened, opened.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(schema.pages)).scalar_one())


def told(store: str | Path) -> str:
    """All that the store would export, and what failed."""
    with open_store(str(store)) as opened, opened.reading() as connection:
        p = schema.problems
        failures = connection.execute(
            select(p.c.message).where(p.c.record_id.is_(None)).order_by(p.c.document_id, p.c.ordinal)
        ).scalars()
        lines = [json.dumps([s.record.as_json(), s.path]) for s in all_records(connection)]
        return "\n".join([*lines, *failures])


@dataclass(frozen=True, slots=True)
class Calm:
    """What an undisturbed run makes of the scans. pages: how many they have; told: all that the store would export."""

    scans: Path
    pages: int
    told: str


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Calm:
    folder = tmp_path_factory.mktemp("calm")
    pages = make_scans(folder / "scans")
    assert start(folder / "scans", folder / "calm.db", root).wait(PATIENCE) == 5
    return Calm(folder / "scans", pages, told(folder / "calm.db"))


def rounds_of(config: pytest.Config, engine: str) -> int:
    """A cluster takes its time to start: of the few rounds that every test run has, it gets one."""
    rounds = int(config.getoption("--chaos"))
    return rounds if engine == "local" or rounds > 3 else min(1, rounds)


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@pytest.mark.parametrize("engine", ["local", "dask"])
def test_killed_at_any_moment_a_batch_ends_as_if_undisturbed(
    engine: str, database: str, tmp_path: Path, root: Path, calm: Calm, request: pytest.FixtureRequest
) -> None:
    store = empty_postgres() if database == "postgresql" else str(tmp_path / "store.db")
    options = ("--engine", engine)
    dice = random.Random(11)
    killed = {"driver": 0, "worker": 0}
    for _ in range(rounds_of(request.config, engine)):
        process = start(calm.scans, store, root, *options)
        if dice.random() < 0.2:
            time.sleep(dice.uniform(0, 1.0))
        else:
            # Not before pages are read: loading takes longer than all the rest.
            wanted, deadline = finished(store) + dice.randint(1, 12), time.monotonic() + PATIENCE
            while process.poll() is None and finished(store) < wanted and time.monotonic() < deadline:
                time.sleep(dice.uniform(0.0, 0.05))
        if process.poll() is None and dice.random() < 0.4 and (workers := children(process.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(dice.choice(workers), signal.SIGKILL)
            killed["worker"] += 1
            time.sleep(dice.uniform(0, 0.5))
        if process.poll() is None:
            process.kill()
            killed["driver"] += 1
        process.wait(PATIENCE)
    assert start(calm.scans, store, root, *options).wait(PATIENCE) == 5, "the pages that always fail"
    assert killed["driver"]
    assert told(store) == calm.told
    with open_store(str(store)) as opened, opened.reading() as connection:
        (number,) = [n for n, _ in batches(connection)]
        end = progress(connection, number)
        assert (end.total, end.left, end.in_hand, end.pages) == (DOCUMENTS + 1, 0, 0, calm.pages + 2)
        rows = connection.execute(select(schema.pages.c.document_id, schema.pages.c.number)).all()
        assert len(rows) == len(set(rows)) == calm.pages
        assert connection.execute(select(func.count()).select_from(schema.documents)).scalar() == DOCUMENTS


def test_an_interrupted_batch_stops_cleanly_and_goes_on(tmp_path: Path, root: Path) -> None:
    scans, store = tmp_path / "scans", tmp_path / "store.db"
    pages = make_scans(scans)
    process = start(scans, store, root)
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and finished(store) < 9 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.terminate()
    assert process.wait(PATIENCE) == 130
    done = finished(store)
    assert 9 <= done < pages
    with open_store(str(store)) as opened, opened.reading() as connection:
        assert connection.execute(select(func.count()).select_from(schema.leases)).scalar() == 0
    assert not list(tmp_path.glob("digitizer-*")), "no file of the run stays"
    assert start(scans, store, root).wait(PATIENCE) == 5
    assert finished(store) == pages
