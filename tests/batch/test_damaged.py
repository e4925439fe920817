"""Damaged files and bombs: each is named with a reason, and nothing else suffers.

`pytest -s tests/batch/test_damaged.py --damaged 500` for the long run, which prints what came of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from batch.damaged import sound_files, write_bombs, write_damaged
from batch.processes import peaks_until_end
from digitizer.document.record import Problem
from digitizer.store import schema
from digitizer.store.database import open_store
from digitizer.store.ledger import failures_of

SEED = 5
LIMIT = 2048
"""MiB that a worker may take."""
OWN_FAULT = ("unexpected", "the worker failed")
"""What messages say that tell of a fault of this program, not of the file."""


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a file: its document's state, and why it or pages of it could not be read."""

    state: str
    failures: list[Problem]


@pytest.mark.slow
@pytest.mark.tesseract
def test_damaged_files_are_named_and_stop_nothing(tmp_path: Path, root: Path, request: pytest.FixtureRequest) -> None:
    scans, store, scan = tmp_path / "scans", tmp_path / "store.db", root / "scans" / "form4-many-rows.tif"
    scans.mkdir()
    sound = dict(sound_files(tmp_path, scan))
    for name, data in sound.items():
        (scans / name).write_bytes(data)
    damage = write_damaged(scans, scan, int(request.config.getoption("--damaged")), SEED)
    bombs = [*write_bombs(scans), "pipe.pdf", "device.pdf"]
    os.mkfifo(scans / "pipe.pdf")
    (scans / "device.pdf").symlink_to("/dev/zero")
    begun = time.monotonic()
    limits = ("--workers", "2", "--max-memory", str(LIMIT), "--page-timeout", "60")
    command = [sys.executable, "-m", "digitizer", "batch", str(scans), "--store", str(store), *limits]
    with (tmp_path / "told").open("wb") as told:
        process = subprocess.Popen(command, cwd=root, stdout=told, stderr=subprocess.STDOUT)
        driver, worker = peaks_until_end(process, 60.0 + 30 * (len(damage) + len(bombs)))
    came = what_came_of(store)
    tell(came, damage, bombs, time.monotonic() - begun, (driver, worker))
    assert process.returncode == 5, (tmp_path / "told").read_text()
    assert set(came) == {*sound, *damage, *bombs}
    assert [name for name in sound if came[name] != Came("done", [])] == []
    assert [name for name in bombs if came[name].state != "failed"] == []
    for name, here in came.items():
        assert (here.state == "done") == (not here.failures), name
        for problem in here.failures:
            assert problem.kind != "error", problem
            assert name in problem.message, problem
            assert problem.remedy, problem
            assert not any(sign in problem.message for sign in OWN_FAULT), problem
    assert driver < 400
    assert worker < LIMIT


def what_came_of(store: Path) -> dict[str, Came]:
    """Every source of the store by its name."""
    s, d = schema.sources, schema.documents
    with open_store(str(store)) as opened, opened.reading() as connection:
        rows = connection.execute(select(s.c.name, d.c.id, d.c.state).join(d, s.c.document_id == d.c.id)).all()
        return {row.name: Came(row.state, failures_of(connection, row.id)) for row in rows}


def tell(
    came: dict[str, Came], damage: dict[str, str], bombs: list[str], seconds: float, peaks: tuple[float, float]
) -> None:
    """Prints the tables; seen with -s."""
    print(f"\n{len(damage)} damaged files, {len(bombs)} bombs: {seconds:.0f} s; "
          f"most memory (MiB): driver {peaks[0]:.0f}, any other process {peaks[1]:.0f}")  # fmt: skip
    for title, names in (("damaged", list(damage)), ("bombs", bombs)):
        kinds = Counter(here.failures[0].kind if here.failures else "read" for here in map(came.__getitem__, names))
        print(f"| {title} | files |\n| --- | --- |")
        print("\n".join(f"| {kind} | {count} |" for kind, count in kinds.most_common()))
    for name, here in came.items():
        odd = [problem for problem in here.failures if problem.kind in ("crash", "memory", "timeout")]
        print("".join(f"{name} ({damage.get(name, 'bomb')}): {problem.message}\n" for problem in odd), end="")
