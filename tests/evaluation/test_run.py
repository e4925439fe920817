from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from digitizer.document.record import Record
from digitizer.errors import NoInputError, UsageError
from digitizer.evaluation import evaluate
from digitizer.evaluation.metrics import Share
from digitizer.evaluation.run import read_records
from digitizer.settings import Settings

if TYPE_CHECKING:
    from conftest import Make


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scans").mkdir()
    (tmp_path / "truth").mkdir()
    for name, form in (("a", "f"), ("b", "f"), ("c", "g")):
        assert cv2.imwrite(str(tmp_path / "scans" / f"{name}.png"), np.full((80, 80), 255, np.uint8))
        truth = {"form": form, "fields": {"x": "1"}}
        (tmp_path / "truth" / f"{name}.json").write_text(json.dumps(truth), encoding="utf-8")
    return tmp_path


def write_records(path: Path, *records: Record) -> Path:
    path.write_text("".join(json.dumps(r.as_json()) + "\n" for r in records), encoding="utf-8")
    return path


def test_records_of_an_earlier_run_are_scored(make: Make, folder: Path) -> None:
    file = write_records(
        folder / "records.jsonl",
        make.record({"x": make.field("1")}, document="a.png"),
        make.record({"x": make.field("2")}, document="c.png", form="g"),
        make.record({"x": make.field("2")}, document="stranger.png"),
    )
    out = folder / "out" / "deep"
    evaluation = evaluate(folder / "scans", folder / "truth", Settings(), out, records=file)
    assert evaluation.whole.values == Share(1, 3)
    assert evaluation.missing == 1
    assert json.loads((out / "evaluation.json").read_text(encoding="utf-8")) == evaluation.as_json()
    assert "<h1>" in (out / "evaluation.html").read_text(encoding="utf-8")


def test_one_form_only(make: Make, folder: Path) -> None:
    file = write_records(folder / "records.jsonl", make.record({"x": make.field("1")}, document="c.png", form="g"))
    evaluation = evaluate(folder / "scans", folder / "truth", Settings(), records=file, form="g")
    assert evaluation.whole.values == Share(1, 1)
    with pytest.raises(UsageError, match="no truth for the form h"):
        evaluate(folder / "scans", folder / "truth", Settings(), records=file, form="h")


def test_truth_of_scans_that_are_not_there_is_not_scored(make: Make, folder: Path) -> None:
    (folder / "scans" / "b.png").unlink()
    file = write_records(folder / "records.jsonl", make.record({"x": make.field("1")}, document="a.png"))
    assert evaluate(folder / "scans", folder / "truth", Settings(), records=file).documents == 2


def test_no_scans_at_all(folder: Path) -> None:
    with pytest.raises(NoInputError):
        evaluate(folder / "truth", folder / "truth", Settings())


@pytest.mark.parametrize("text", ["{", "[]", '{"schema": 1}', "\xff"])
def test_a_file_of_another_shape_is_told_with_its_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(b"\n" + text.encode("latin-1") + b"\n")
    with pytest.raises(UsageError, match=r"r\.jsonl"):
        list(read_records(path))
