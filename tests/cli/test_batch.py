from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest
from batch.fakes import FakeSteps
from batch.test_run import document

from cli.conftest import Call
from digitizer.batch import archive
from digitizer.cli import batch
from digitizer.store import schema
from digitizer.store.corrections import correct
from digitizer.store.database import open_store
from digitizer.store.documents import paths_of
from digitizer.store.questions import fields_of


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A store, beside a folder of three documents of which two have the same bytes."""
    scans = tmp_path / "scans"
    scans.mkdir()
    document(scans, "a.pdf", 2)
    document(scans, "b.pdf", 3)
    document(scans, "copy of a.pdf", 2)
    return tmp_path / "archive.db"


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a file for each page that was read."""
    folder = tmp_path / "log"
    folder.mkdir()
    monkeypatch.setattr(batch, "Digitizing", lambda *_: FakeSteps(folder))
    return folder


def pages_read(log: Path) -> list[str]:
    """Which pages were read since the last asking."""
    found = sorted(path.name.rsplit("-", 1)[0] for path in log.iterdir())
    for path in log.iterdir():
        path.unlink()
    return found


def exported(call: Call, place: Path) -> str:
    out = place.parent / "exported.jsonl"
    assert call("export", "--store", place, "--format", "jsonl", "--out", out)[0] == 0
    return out.read_text()


def test_an_archive_is_digitized_once(call: Call, place: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, told, _ = call("batch", place.parent / "scans", "--store", place)
    assert code == 0
    assert "3 of 3 documents done, 0 failed" in told
    assert pages_read(log) == ["a.pdf-1", "a.pdf-2", "b.pdf-1", "b.pdf-2", "b.pdf-3"], "the copy is not read"
    before = exported(call, place)
    assert len(before.splitlines()) == 5
    monkeypatch.setattr(archive, "digitize_all", None)
    assert call("batch", place.parent / "scans", "--store", place)[0] == 0
    assert exported(call, place) == before
    told = call("status", "--store", place)[1]
    assert "3 of 3 documents done" in told
    (status,) = map(json.loads, call("status", "--store", place, "--json")[1].splitlines())
    assert (status["total"], status["states"], status["pages"]) == (3, {"done": 3}, 7)


def test_only_what_is_new_or_changed_is_done_again(call: Call, place: Path, log: Path) -> None:
    call("batch", place.parent / "scans", "--store", place)
    pages_read(log)
    document(place.parent / "scans", "a.pdf", 4)
    document(place.parent / "scans", "new.pdf", 1)
    assert call("batch", place.parent / "scans", "--store", place)[0] == 0
    assert pages_read(log) == [f"a.pdf-{k}" for k in range(1, 5)] + ["new.pdf-1"]
    names = [json.loads(line)["document"]["name"] for line in exported(call, place).splitlines()]
    assert names == ["a.pdf"] * 4 + ["b.pdf"] * 3 + ["a.pdf"] * 2 + ["new.pdf"], "the copy keeps the old bytes' records"


def test_force_and_other_settings_do_all_anew(call: Call, place: Path, log: Path) -> None:
    scans = place.parent / "scans"
    call("batch", scans, "--store", place)
    before = exported(call, place)
    pages_read(log)
    assert call("batch", scans, "--store", place, "--force")[0] == 0
    assert len(pages_read(log)) == 5
    assert call("batch", scans, "--store", place, "--dpi", "200")[0] == 0
    assert len(pages_read(log)) == 5
    assert call("batch", scans, "--store", place, "--dpi", "200", "--workers", "1", "--page-timeout", "9")[0] == 0
    assert pages_read(log) == [], "neither changes what is read"
    assert exported(call, place) == before


def test_failures_are_told_kept_and_retried_when_asked(call: Call, place: Path, log: Path) -> None:
    scans = place.parent / "scans"
    document(scans, "bad.pdf", 3, p2="encrypted")
    document(scans, "worse.pdf", 1, p0="encrypted")
    code, told, error = call("batch", scans, "--store", place)
    assert code == 5
    assert "3 of 5 documents done, 2 failed" in told
    assert "--retry-failed" in told
    assert error.count("needs a password - remove the password") == 2
    pages_read(log)
    assert call("batch", scans, "--store", place)[0] == 5, "it is still not all digitized"
    assert pages_read(log) == []
    assert call("batch", scans, "--store", place, "--retry-failed")[0] == 5
    assert pages_read(log) == ["bad.pdf-2"], "the good pages need not be read again"
    document(scans, "bad.pdf", 3)
    document(scans, "worse.pdf", 1)
    assert call("batch", scans, "--store", place)[0] == 0


def test_nothing_can_be_read(call: Call, tmp_path: Path) -> None:
    store = tmp_path / "archive.db"
    assert call("batch", tmp_path / "gone", "--store", store)[0] == 4
    (tmp_path / "empty").mkdir()
    assert call("batch", tmp_path / "empty", "--store", store)[0] == 4
    document(tmp_path / "empty", "a.pdf", p0="encrypted")
    assert call("batch", tmp_path / "empty", "--store", store)[0] == 4


def test_a_missing_component_leaves_the_document_to_do(call: Call, tmp_path: Path) -> None:
    scans, store = tmp_path / "scans", tmp_path / "archive.db"
    scans.mkdir()
    document(scans, "a.pdf", p1="missing")
    assert call("batch", scans, "--store", store)[0] == 3
    assert "1 to do" in call("status", "--store", store)[1]


def test_a_dry_run_changes_nothing(call: Call, place: Path) -> None:
    scans = place.parent / "scans"
    code, told, _ = call("batch", scans, "--store", place, "--dry-run")
    assert (code, told) == (0, "3 files, 0 of them done, 3 to digitize; nothing was changed\n")
    assert not place.exists()
    call("batch", scans, "--store", place)
    document(scans, "new.pdf")
    assert "4 files, 3 of them done, 1 to digitize" in call("batch", scans, "--store", place, "--dry-run")[1]
    assert "4 to digitize" in call("batch", scans, "--store", place, "--dry-run", "--force")[1]
    assert "4 to digitize" in call("batch", scans, "--store", place, "--dry-run", "--dpi", "100")[1]
    assert "3 of 3 documents" in call("status", "--store", place)[1]


def test_a_manifest_says_more_of_its_files(call: Call, place: Path) -> None:
    manifest = place.parent / "list.csv"
    manifest.write_text(
        'Box,File,Note\n7,scans/b.pdf,"=1+1, a note"\n8,scans/gone.pdf,\n9,scans/a.pdf,é\n', "utf-8-sig"
    )
    code, _, error = call("batch", manifest, "--store", place)
    assert code == 5
    assert "not-found" in error
    records = [json.loads(line) for line in exported(call, place).splitlines()]
    assert [r["document"]["name"] for r in records] == ["scans/b.pdf"] * 3 + ["scans/a.pdf"] * 2
    assert records[0]["metadata"] == {"Box": "7", "Note": "=1+1, a note"}
    with open_store(str(place)) as store, store.writing() as connection:
        connection.execute(schema.records.update().values(metadata={"Box": "of a barcode", "year": "1998"}))
    record = json.loads(exported(call, place).splitlines()[0])
    assert record["metadata"] == {"Box": "7", "year": "1998", "Note": "=1+1, a note"}, "the manifest counts for more"
    document(place.parent / "scans", "gone.pdf")
    assert call("batch", manifest, "--store", place)[0] == 0, "it is looked for again"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a,b\n1,2\n", "no column 'file' or 'path'"),
        ("file\na.pdf\na.pdf\n", ":3: a.pdf named again"),
        ("file\n \n", ":2: no file"),
    ],
)
def test_a_wrong_manifest(call: Call, tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "list.csv").write_text(text)
    code, _, error = call("batch", tmp_path / "list.csv", "--store", tmp_path / "archive.db")
    assert code == 2
    assert told in error


def test_a_scheduler_is_for_dask_alone(call: Call, place: Path) -> None:
    code, _, error = call("batch", place.parent / "scans", "--store", place, "--scheduler", "tcp://a:1")
    assert code == 2
    assert "--engine dask" in error


def test_a_pattern_names_its_files_from_its_fixed_part(call: Call, place: Path) -> None:
    document(place.parent / "scans", "notes.txt")
    assert call("batch", place.parent / "sc*", "--store", place)[0] == 0
    names = {json.loads(line)["document"]["name"] for line in exported(call, place).splitlines()}
    assert names == {"scans/a.pdf", "scans/b.pdf"}


def test_exports_have_corrections_and_no_formulas(call: Call, place: Path) -> None:
    call("batch", place.parent / "scans", "--store", place)
    with open_store(str(place)) as store:
        with store.reading() as connection:
            first = fields_of(connection, 1)[0]
        with store.writing() as connection:
            correct(connection, first.field, 1, "=1+1", "ann")
    out = place.parent / "out"
    assert call("export", "--store", place, "--format", "csv", "--out", out)[0] == 0
    rows = list(csv.DictReader((out / "records.csv").read_text("utf-8-sig").splitlines()))
    assert [row["total"] for row in rows] == ["=1+1", "1", "1", "1", "1"]
    assert rows[0]["pages"] == "1"
    book = place.parent / "book.xlsx"
    assert call("export", "--store", place, "--format", "xlsx", "--out", book)[0] == 0
    with zipfile.ZipFile(book) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "=1+1" in sheet
    assert "<f>" not in sheet
    assert json.loads(exported(call, place).splitlines()[0])["fields"]["total"]["status"] == "corrected"
    other = place.parent / "other.jsonl"
    assert call("export", "--store", place, "--format", "jsonl", "--out", other, "--form", "none")[0] == 0
    assert other.read_text() == ""
    assert call("export", "--store", place, "--format", "jsonl", "--out", other, "--batch", "none")[0] == 2
    assert call("export", "--store", place, "--format", "jsonl", "--out", "/dev/null/x")[0] == 2


def test_a_forgotten_document_is_gone(call: Call, place: Path) -> None:
    scans = place.parent / "scans"
    call("batch", scans, "--store", place)
    sha256 = json.loads(exported(call, place).splitlines()[0])["document"]["sha256"]
    assert call("forget", "nothing.pdf", "--store", place)[0] == 2
    code, told, _ = call("forget", scans / "copy of a.pdf", "--store", place)
    assert code == 0
    assert "2 records with 2 values" in told
    assert str(scans / "a.pdf") in told
    assert "a.pdf" not in exported(call, place)
    left = b"".join(path.read_bytes() for path in place.parent.glob("archive.db*"))
    assert b"copy of a.pdf" not in left
    assert sha256.encode() in left, "the audit line"
    assert call("status", "--store", place.parent / "none.db")[0] == 2


def test_copies_of_scans_are_kept_where_asked_for_and_forgotten_with_them(call: Call, place: Path, log: Path) -> None:
    scans, copies = place.parent / "scans", place.parent / "copies"
    assert call("batch", scans, "--store", place, "--keep-scans", copies)[0] == 0
    with open_store(str(place)) as store, store.reading() as connection:
        kept = [Path(paths_of(connection, number)[-1]) for number in (1, 2)]
    assert sorted(kept) == sorted(path for path in copies.rglob("*") if path.is_file()), "of each content one"
    assert [copy.read_bytes() for copy in kept] == [(scans / name).read_bytes() for name in ("a.pdf", "b.pdf")]
    assert call("forget", scans / "a.pdf", "--store", place)[0] == 0
    assert [copy.exists() for copy in kept] == [False, True]
    (place.parent / "file").touch()
    code, _, error = call("batch", scans, "--store", place, "--force", "--keep-scans", place.parent / "file")
    assert code == 2
    assert "--keep-scans" in error


def test_a_hot_folder_is_emptied(call: Call, place: Path, log: Path) -> None:
    scans = place.parent / "scans"
    document(scans, "bad.pdf", p1="encrypted")
    (scans / "notes.txt").write_text("not a scan")
    watch = ("watch", scans, "--store", place, "--once")
    assert call(*watch, "--settle", "3600")[0] == 0
    assert pages_read(log) == [], "nobody knows yet whether they are whole"
    code, _, error = call(*watch, "--settle", "0")
    assert code == 5
    assert sorted(p.name for p in (scans / "done").iterdir()) == ["a.pdf", "b.pdf", "copy of a.pdf"]
    assert sorted(p.name for p in (scans / "failed").iterdir()) == ["bad.pdf", "bad.pdf.reason.txt"]
    assert "needs a password" in (scans / "failed" / "bad.pdf.reason.txt").read_text()
    assert "done/a.pdf" in error
    assert [p.name for p in scans.iterdir() if p.is_file()] == ["notes.txt"]
    pages_read(log)
    document(scans, "a.pdf", 1)
    (scans / "failed" / "bad.pdf").rename(scans / "bad.pdf")
    assert call(*watch, "--settle", "0")[0] == 5
    assert pages_read(log) == ["a.pdf-1", "bad.pdf-1"]
    assert sorted(p.name for p in (scans / "done").iterdir()) == ["a-2.pdf", "a.pdf", "b.pdf", "copy of a.pdf"]
    paths = [json.loads(line)["document"]["name"] for line in exported(call, place).splitlines()]
    assert sorted(paths) == ["a.pdf"] * 3 + ["b.pdf"] * 3


def test_a_hot_folder_survives_a_kill_before_the_move(
    call: Call, place: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scans = place.parent / "scans"
    watch = ("watch", scans, "--store", place, "--once", "--settle", "0")

    def killed(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", killed)
        assert call(*watch)[0] == 130
    assert not list((scans / "done").iterdir())
    assert call(*watch)[0] == 0
    assert sorted(p.name for p in (scans / "done").iterdir()) == ["a.pdf", "b.pdf", "copy of a.pdf"]
    assert len(exported(call, place).splitlines()) == 5


def test_a_folder_that_is_not_there_cannot_be_watched(call: Call, tmp_path: Path) -> None:
    assert call("watch", tmp_path / "none", "--store", tmp_path / "a.db", "--once")[0] == 4
    assert not list(tmp_path.iterdir())
