from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import cv2
import numpy as np
import pytest
from factories import field_of

from cli.conftest import Call
from cli.test_telemetry import free_port, samples
from digitizer.batch.sources import hash_file
from digitizer.batch.take_in import take_in
from digitizer.cli.review import is_loopback
from digitizer.document.record import Record
from digitizer.errors import NoInputError, UsageError
from digitizer.settings import Settings
from digitizer.store.corrections import correct
from digitizer.store.database import open_store
from digitizer.store.questions import count_doubts, fields_of


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A folder with a scan, and what digitizer run has written of it and of another."""
    scan = tmp_path / "scans" / "a.png"
    scan.parent.mkdir()
    assert cv2.imwrite(str(scan), np.full((60, 80), 255, np.uint8))
    fields = {"name": field_of("Zoë", status="review", confidence=0.5), "late": field_of(True)}
    records = [
        Record("a.png", hash_file(str(scan))[0], (1,), "loan-card", 1.0, fields),
        Record("gone.png", "b" * 64, (1,), "loan-card", 1.0, fields),
    ]
    (tmp_path / "records.jsonl").write_text("".join(json.dumps(r.as_json()) + "\n" for r in records))
    return tmp_path


def test_a_run_is_taken_in_once_and_keeps_its_corrections(run: Path) -> None:
    with open_store(str(run / "review.db")) as store:
        assert take_in(store, run / "records.jsonl", [str(run / "scans")], Settings()) == 1
        with store.writing() as connection:
            (field,) = [f.field for f in fields_of(connection, 1) if f.name == "name"]
            correct(connection, field, 1, "Zoe", "ann")
        assert take_in(store, run / "records.jsonl", [str(run / "scans")], Settings()) == 0
        with store.reading() as connection:
            assert count_doubts(connection) == 0


def test_what_cannot_be_taken_in_is_told(run: Path) -> None:
    with open_store(str(run / "review.db")) as store:
        (run / "empty").mkdir()
        with pytest.raises(NoInputError):
            take_in(store, run / "records.jsonl", [str(run / "empty")], Settings())
        (run / "wrong.jsonl").write_text('{"a": 1}\n')
        with pytest.raises(UsageError):
            take_in(store, run / "wrong.jsonl", [str(run / "scans")], Settings())


def test_it_serves_until_interrupted(run: Path) -> None:
    command = [sys.executable, "-m", "digitizer", "review", "--store", run / "review.db", "--port", "0"]
    command += ["--results", run / "records.jsonl", "--scans", run / "scans"]
    metrics = free_port()
    command += ["--metrics", metrics]
    server = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        assert server.stdout.readline().startswith("1 documents taken in")
        line = server.stdout.readline()
        assert line.startswith("1 values to review: http://127.0.0.1:")
        address = re.findall(r"http://\S+", line)[0]
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address, timeout=20) as answer:
            assert b"digitizer" in answer.read()
        told = samples(metrics)
        assert told["digitizer_queue_values",] == 1
        assert told["digitizer_requests_total", "/", "200"] == 1
        assert told["digitizer_request_seconds_count", "/"] == 1
        server.send_signal(signal.SIGINT)
        assert server.wait(20) in (0, 130)
    finally:
        server.kill()
        server.communicate()


def test_other_addresses_need_accounts(run: Path, call: Call) -> None:
    store = run / "review.db"
    with open_store(str(store)):
        pass
    code, _, told = call("review", "--store", store, "--host", "0.0.0.0")
    assert code == 2
    assert "digitizer users add" in told
    assert call("review", "--store", run / "none.db")[0] == 2
    assert call("review", "--store", store, "--inbox", run / "none")[0] == 2


def test_users_come_and_go(run: Path, call: Call) -> None:
    store, password = run / "review.db", run / "password"
    with open_store(str(store)):
        pass
    password.write_text("short\n")
    assert call("users", "add", "ada", "--store", store, "--password-file", password)[0] == 2
    password.write_text("long enough to guess\n")
    assert call("users", "add", "ada", "--store", store, "--password-file", password, "--role", "reviewer")[0] == 0
    assert call("users", "list", "--store", store)[1] == "ada: reviewer\n"
    assert len(call("users", "token", "ada", "--store", store)[1].strip()) > 30
    assert call("users", "remove", "ada", "--store", store)[0] == 0
    assert "removed" in call("users", "list", "--store", store)[1]
    assert call("users", "token", "ada", "--store", store)[0] == 2
    assert call("users", "remove", "bob", "--store", store)[0] == 2
    assert b"long enough" not in store.read_bytes()


def test_what_only_this_machine_reaches() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "::1", "localhost")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "10.0.0.1", "example.org")))
