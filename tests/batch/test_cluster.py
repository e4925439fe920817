"""Dask as the engine: the same records as without it, whatever of the cluster dies."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from batch.fakes import FakeSteps
from batch.test_chaos import PATIENCE, finished, make_scans, start, told
from batch.test_run import document
from digitizer.batch.archive import enter_all
from digitizer.batch.batch_files import list_source
from digitizer.batch.cluster import Job, digitize_on_cluster, work_on
from digitizer.errors import MissingComponentError, UsageError
from digitizer.settings import Settings
from digitizer.store import leases, schema
from digitizer.store.database import open_store
from digitizer.store.ledger import begin, to_do

pytest.importorskip("distributed", reason="the extra cluster is not installed")


@pytest.fixture
def cluster(tmp_path: Path, root: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A scheduler and two workers, each a process; gives the address and the scheduler."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{probe.getsockname()[1]}"
    environment = {
        **os.environ,
        "PYTHONPATH": f"{root}:{root / 'tests'}",
        "DASK_DISTRIBUTED__WORKER__DAEMON": "False",
        "TMPDIR": str(tmp_path),
    }

    def run(*arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", "from dask.__main__ import main; main()", *arguments]
        null = subprocess.DEVNULL
        return subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=null, stderr=null)

    scheduler = run("scheduler", "--host", "127.0.0.1", "--port", address.rpartition(":")[2], "--no-dashboard")
    options = ("--nthreads", "1", "--nworkers", "2", "--memory-limit", "0", "--no-dashboard", "--death-timeout", "60")
    workers = run("worker", address, *options)
    yield address, scheduler
    for process in (workers, scheduler):
        process.terminate()
        process.wait(60)


@pytest.mark.slow
def test_the_scheduler_may_die(
    tmp_path: Path, root: Path, cluster: tuple[str, subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, scheduler = cluster
    scans, calm, store = tmp_path / "scans", tmp_path / "calm.db", tmp_path / "store.db"
    pages = make_scans(scans)
    assert start(scans, calm, root).wait(PATIENCE) == 5
    # The driver sends the steps, and with them how long a page takes.
    monkeypatch.setenv("SLOW", "0.1")
    driver = start(scans, store, root, "--engine", "dask", "--scheduler", address)
    deadline = time.monotonic() + PATIENCE
    while finished(store) < 10 and time.monotonic() < deadline:
        time.sleep(0.01)
    scheduler.kill()
    killed = finished(store)
    assert driver.wait(PATIENCE) == 3
    assert 10 <= killed <= finished(store) < pages
    with open_store(str(store)) as opened, opened.reading() as connection:
        assert connection.execute(select(func.count()).select_from(schema.leases)).scalar() == 0
    monkeypatch.delenv("SLOW")
    assert start(scans, store, root).wait(PATIENCE) == 5, "what one engine has left another takes up"
    assert told(store) == told(calm)


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    """A batch of one document of two pages."""
    scans = tmp_path / "scans"
    scans.mkdir()
    document(scans, "a.pdf", 2)
    url = str(tmp_path / "archive.db")
    with open_store(url) as store:
        with store.writing() as connection:
            batch = begin(connection, str(scans), "1" * 64, {})
        enter_all(store, batch, list_source(str(scans)))
        yield Job(url, batch, leases.this_process(), FakeSteps(), Settings(workers=1, max_memory=1024))


def test_a_task_tells_what_it_did_and_leaves_no_lease(job: Job) -> None:
    with open_store(job.store) as store:
        with store.reading() as connection:
            (entry,) = to_do(connection, job.batch, -1)
        done = work_on(job, entry)
        assert [(s.name, s.state, s.pages) for s in done.documents] == [("a.pdf", "done", 2)]
        assert [s.name for s in done.stages] == ["probe", "read", "read", "assemble", "store"]
        again = work_on(job, entry)
        assert [(s.state, s.fresh) for s in again.documents] == [("done", False)], "given out twice, done once"
        assert not again.stages
        with store.reading() as connection:
            assert connection.execute(select(func.count()).select_from(schema.leases)).scalar() == 0


def test_what_another_run_has_in_hand_is_left_to_it(job: Job) -> None:
    with open_store(job.store) as store:
        with store.reading() as connection:
            (entry,) = to_do(connection, job.batch, -1)
        work_on(job, entry)
        with store.writing() as connection:
            connection.execute(schema.documents.update().values(state="waiting"))
            assert leases.take(connection, 1, "elsewhere:1:1")
        assert work_on(job, entry).documents == ()


def test_without_a_scheduler_it_says_so(job: Job) -> None:
    with open_store(job.store) as store, pytest.raises(MissingComponentError, match="no scheduler answers"):
        list(digitize_on_cluster(store, job, "tcp://127.0.0.1:9"))


def test_a_file_is_no_store_for_other_machines(job: Job) -> None:
    with open_store(job.store) as store, pytest.raises(UsageError, match="other machines"):
        list(digitize_on_cluster(store, job, "tcp://10.0.0.1:8786"))
