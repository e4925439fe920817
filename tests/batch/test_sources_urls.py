from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import fsspec
import pytest
from sqlalchemy import select

from batch.fakes import FakeSteps
from batch.test_run import document
from digitizer.batch import sources
from digitizer.batch.archive import FinishedDocument, digitize_batch, enter_all
from digitizer.batch.batch_files import list_source, source_name
from digitizer.batch.sources import changed, file_system, hash_file, is_url
from digitizer.errors import MissingComponentError, NoInputError, UsageError
from digitizer.settings import Settings
from digitizer.store import schema
from digitizer.store.database import Store, open_store
from digitizer.store.ledger import ask_again, begin
from digitizer.store.records import all_records


@pytest.fixture
def bucket(tmp_path: Path) -> Iterator[str]:
    """A place that only fsspec can read, with three documents, one of them a copy, and what is none."""
    scans = tmp_path / "scans"
    scans.mkdir()
    memory = fsspec.filesystem("memory")
    for name, pages in (("b/two.pdf", 2), ("a.pdf", 1), ("b/copy.pdf", 2)):
        memory.pipe(f"/archive/{name}", document(scans, "x.pdf", pages).path.read_bytes())
    for name in ("notes.txt", ".hidden/c.pdf"):
        memory.pipe(f"/archive/{name}", b"no scan")
    yield "memory://archive"
    memory.rm("/archive", recursive=True)


def run(store: Store, source: str, log: Path | None = None) -> list[FinishedDocument]:
    with store.writing() as connection:
        batch = begin(connection, source_name(source), "1" * 64, {})
    enter_all(store, batch, list_source(source))
    with store.writing() as connection:
        ask_again(connection, batch)
    return list(digitize_batch(store, batch, FakeSteps(log), Settings(workers=1), serial=True))


@pytest.mark.parametrize("place", ["s3://bucket/a.pdf", "gs://b", "memory://a", "file:///a"])
def test_urls_are_told_from_paths(place: str) -> None:
    assert is_url(place)
    assert source_name(f"{place}/") == place


@pytest.mark.parametrize("place", ["/a/b.pdf", "a.pdf", "C:\\scans", "odd:/name", "x:y.pdf"])
def test_paths_are_no_urls(place: str) -> None:
    assert not is_url(place)


def test_a_url_is_listed_by_name(bucket: str) -> None:
    found = list(list_source(bucket))
    assert [one.name for one in found] == ["a.pdf", "b/copy.pdf", "b/two.pdf"]
    assert [one.path for one in found] == [
        "memory:///archive/a.pdf",
        "memory:///archive/b/copy.pdf",
        "memory:///archive/b/two.pdf",
    ]
    assert all(one.size and one.changed for one in found)
    assert [one.name for one in list_source(f"{bucket}/b/t*.pdf")] == ["two.pdf"]
    assert [one.name for one in list_source(f"{bucket}/a.pdf")] == ["a.pdf"]


def test_a_url_is_digitized_once_and_nothing_fetched_stays(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched = tmp_path / "fetched"
    fetched.mkdir()
    monkeypatch.setattr(sources.tempfile, "tempdir", str(fetched))
    log = tmp_path / "log"
    log.mkdir()
    with open_store(str(tmp_path / "a.db")) as store:
        settled = run(store, bucket, log)
        assert sorted(s.paths for s in settled) == [
            ("memory:///archive/a.pdf",),
            ("memory:///archive/b/copy.pdf", "memory:///archive/b/two.pdf"),
        ]
        assert not any(s.failures for s in settled)
        assert len(list(log.iterdir())) == 3
        with store.reading() as connection:
            records = list(all_records(connection))
        assert [(s.record.document, s.path) for s in records] == [
            ("a.pdf", "memory:///archive/a.pdf"),
            ("b/copy.pdf", "memory:///archive/b/copy.pdf"),
            ("b/copy.pdf", "memory:///archive/b/copy.pdf"),
        ]
        assert not any(s.fresh for s in run(store, bucket, log)), "a second run has nothing to do"
        assert len(list(log.iterdir())) == 3
    assert list(fetched.iterdir()) == []


def test_a_failure_names_the_url_not_the_copy(bucket: str, tmp_path: Path) -> None:
    bad = document(tmp_path, "bad.pdf", 1, p1="encrypted").path.read_bytes()
    fsspec.filesystem("memory").pipe("/archive/bad.pdf", bad)
    with open_store(str(tmp_path / "a.db")) as store:
        (failed,) = [s for s in run(store, f"{bucket}/bad.pdf") if s.failures]
        with store.reading() as connection:
            (message,) = connection.execute(select(schema.problems.c.message)).scalars()
    assert failed.failures[0].message == message == "memory:///archive/bad.pdf: needs a password"


def test_a_manifest_may_name_urls(bucket: str, tmp_path: Path) -> None:
    manifest = tmp_path / "list.csv"
    manifest.write_text(f"file,box\n{bucket}/a.pdf,17\n{bucket}/gone.pdf,18\n")
    with open_store(str(tmp_path / "a.db")) as store:
        states = {s.name: s.state for s in run(store, str(manifest))}
        with store.reading() as connection:
            (stored,) = all_records(connection)
    assert states == {f"{bucket}/a.pdf": "done", f"{bucket}/gone.pdf": "failed"}
    assert stored.metadata == {"box": "17"}
    manifest.write_text(f"file\n{bucket}/a.pdf\n{bucket}/a.pdf\n")
    with pytest.raises(UsageError, match="named again"):
        list(list_source(str(manifest)))


def test_other_file_systems_work_too(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("in/a.pdf", b"bytes")
    url = f"zip://in/a.pdf::file://{tmp_path / 'a.zip'}"
    copy = tmp_path / "copy.pdf"
    assert hash_file(url, copy) == (hashlib.sha256(b"bytes").hexdigest(), 5)
    assert copy.read_bytes() == b"bytes"


def test_what_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoInputError, match="nosuch"):
        file_system("nosuch://a")
    monkeypatch.setitem(__import__("sys").modules, "s3fs", None)
    with pytest.raises(MissingComponentError, match="s3") as told:
        file_system("s3://bucket/a.pdf")
    assert "digitizer[cloud]" in told.value.remedy


def test_the_time_of_change_is_found_under_each_clouds_name() -> None:
    moment = datetime(2024, 1, 31, 12, tzinfo=UTC)
    expected = int(moment.timestamp()) * 10**9
    assert changed({"LastModified": moment}) == changed({"mtime": moment.timestamp()}) == expected
    assert changed({"updated": "2024-01-31T12:00:00Z"}) == expected
    assert changed({"etag": "a"}) != changed({"etag": "b"})
    assert 0 < changed({"etag": "a"}) < expected, "older than any reading of it"
    assert changed({}) == 0
