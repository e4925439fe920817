from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from batch.fakes import FakeSteps
from batch.test_run import document
from digitizer.batch.archive import FinishedDocument, digitize_batch, enter_all
from digitizer.batch.batch_files import HotFolder, list_source
from digitizer.imaging.load import Document
from digitizer.settings import Settings
from digitizer.store import leases, schema
from digitizer.store.database import Store, open_store
from digitizer.store.ledger import ask_again, begin
from digitizer.store.records import all_records
from digitizer.store.status import progress


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "archive.db")) as store:
        yield store


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    folder = tmp_path / "scans"
    folder.mkdir()
    return folder


def run(store: Store, scans: Path, steps: FakeSteps | None = None) -> Iterator[FinishedDocument]:
    with store.writing() as connection:
        batch = begin(connection, str(scans), "1" * 64, {})
    enter_all(store, batch, list_source(str(scans)))
    with store.writing() as connection:
        ask_again(connection, batch)
    return digitize_batch(store, batch, steps or FakeSteps(), Settings(workers=1), serial=True)


def test_pages_read_before_a_run_was_cut_off_are_not_read_again(store: Store, scans: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.mkdir()
    document(scans, "long.pdf", 12)

    class CutOff(FakeSteps):
        def read(self, document: Document, page: int) -> Any:
            if page == 9:
                raise KeyboardInterrupt
            return super().read(document, page)

    with pytest.raises(KeyboardInterrupt):
        list(run(store, scans, CutOff(log)))
    (settled,) = run(store, scans, FakeSteps(log))
    assert (settled.state, settled.pages) == ("done", 12)
    read = Counter(int(path.name.split("-")[1]) for path in log.iterdir())
    assert set(read) == set(range(1, 13))
    assert {page for page, times in read.items() if times > 1} == {7, 8}, "those in hand, and no others"
    with store.reading() as connection:
        assert [s.record.pages for s in all_records(connection)] == [(page,) for page in range(1, 13)]
        assert set(connection.execute(select(schema.pages.c.readings)).scalars()) == {None}, (
            "kept no longer than needed"
        )


@dataclass(frozen=True)
class Changing(FakeSteps):
    """The document is written anew just before it is looked into."""

    def probe(self, source: Any) -> Document:
        source.path.write_text(json.dumps({"pages": 3, "bad": {}, "again": time.monotonic_ns()}))
        return super().probe(source)


def test_a_file_that_changes_while_it_is_read_is_read_in_the_next_run(store: Store, scans: Path) -> None:
    document(scans, "a.pdf", 2)
    (settled,) = run(store, scans, Changing())
    assert (settled.state, settled.failures[0].kind) == ("waiting", "changed")
    with store.reading() as connection:
        assert list(all_records(connection)) == []
    (settled,) = run(store, scans)
    assert (settled.state, settled.pages) == ("done", 3)
    with store.reading() as connection:
        assert progress(connection, 1).states == {"done": 1}
        assert len(connection.execute(select(schema.documents)).all()) == 1, "nothing stays of the bytes that are gone"


def test_what_another_run_has_in_hand_is_left_to_it(store: Store, scans: Path) -> None:
    document(scans, "a.pdf", 1)
    document(scans, "b.pdf", 2)
    mine = run(store, scans)
    assert next(mine).name == "a.pdf"
    with store.writing() as connection:
        leases.release_all(connection, leases.this_process())
        assert leases.take(connection, 2, "elsewhere:1:1")
    assert list(mine) == [], "taken over meanwhile: it must not write"
    assert not any(settled.fresh for settled in run(store, scans))
    with store.reading() as connection:
        assert (progress(connection, 1).left, progress(connection, 1).in_hand) == (1, 1)


def test_copies_settle_with_the_document(store: Store, scans: Path) -> None:
    document(scans, "a.pdf", 2)
    document(scans, "b.pdf", 2)
    settled = list(run(store, scans))
    assert sorted(path for one in settled for path in one.paths) == [str(scans / "a.pdf"), str(scans / "b.pdf")]
    assert [one.fresh for one in settled].count(True) == 1


def test_a_file_is_left_until_nobody_writes_it(tmp_path: Path) -> None:
    hot = HotFolder(tmp_path, settle=0.4)
    (tmp_path / "done").mkdir()
    (tmp_path / "done" / "old.pdf").touch()
    path = tmp_path / "a.pdf"
    path.write_bytes(b"one")
    assert hot.settled() == []
    time.sleep(0.25)
    path.write_bytes(b"one two")
    assert hot.settled() == []
    time.sleep(0.25)
    assert hot.settled() == []
    time.sleep(0.3)
    assert [one.name for one in hot.settled()] == ["a.pdf"]
