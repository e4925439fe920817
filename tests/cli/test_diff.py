from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from digitizer.document.record import Record

from .test_train import Call, call, card, library
from .test_train_store import answer, drawn, taken_in

__all__ = ["call", "library"]


def written(path: Path, records: list[Record]) -> Path:
    path.mkdir()
    (path / "records.jsonl").write_text("".join(json.dumps(record.as_json()) + "\n" for record in records))
    return path


def test_two_runs_are_held_against_each_other(call: Call, library: Path) -> None:
    old = drawn(library, 2)
    changed = replace(old[0].fields["borrower"], value="Ada Byron")
    new = [replace(old[0], fields={**old[0].fields, "borrower": changed}), old[1]]
    sides = written(library / "old", old), written(library / "new", new)
    code, told, _ = call("diff", *sides, "--scans", library / "scans", "--out", library / "diff.html")
    assert code == 0
    assert "1 of 1 changes with their places" in told
    html = (library / "diff.html").read_text()
    assert 'src="data:image/' in html
    assert "B<ins>yron</ins>" in html


@pytest.mark.parametrize("side", ["nothing.db", "nothing.jsonl"])
def test_a_side_that_is_not_there_is_told(call: Call, library: Path, side: str) -> None:
    code, _, told = call("diff", library / side, library / side)
    assert code == 2
    assert side in told


def test_a_run_without_its_scans_cannot_be_digitized_anew(call: Call, library: Path) -> None:
    run = written(library / "old", drawn(library, 1))
    assert call("diff", run)[0] == 4


@pytest.mark.tesseract
@pytest.mark.slow
def test_a_store_against_the_models_at_hand(call: Call, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITIZER_DOUBLE", "false")
    url = taken_in(library, drawn(library, 3, borrower="Nobody", title="Nothing"))
    answer(url, 1, "borrower", card(0)["borrower"])
    answer(url, 2, "title", "Somthing")
    code, told, progress = call(
        *("diff", url, "--forms", library / "forms", "--out", library / "diff.html", "--workers", 1),
        *("--cache", library / "cache"),
    )
    assert code == 0, progress
    row = next(line for line in told.splitlines() if line.strip().startswith("loan-card  "))
    assert "1 of 2" in row, "the corrected borrower comes out as the person said"
    html = (library / "diff.html").read_text()
    assert "a person said otherwise" in html
    assert html.count("<article") == 5
    code, again, progress = call("diff", url, "--forms", library / "forms", "--sample", 1, "--cache", library / "cache",
                                 "--out", library / "diff.html", "--workers", 1)  # fmt: skip
    assert "in 1 documents" in again
