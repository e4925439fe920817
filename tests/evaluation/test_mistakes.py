from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from digitizer.evaluation import mistakes
from digitizer.evaluation.metrics import Evaluation, evaluate_records
from digitizer.evaluation.mistakes import write_evaluation_page
from digitizer.settings import Settings

if TYPE_CHECKING:
    from conftest import Make


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "a.png"
    assert cv2.imwrite(str(path), np.full((400, 300), 200, np.uint8))
    return path


def write(evaluation: Evaluation, scan: Path) -> str:
    path = scan.parent / "evaluation.html"
    write_evaluation_page(evaluation, (), {"a.pdf": scan}, path, Settings())
    return path.read_text(encoding="utf-8")


def test_a_wrong_value_is_shown_with_its_piece_of_the_scan(make: Make, scan: Path) -> None:
    record = make.record({"name": make.field("Jonn", 0.93), "fine": make.field("ok")})
    html = write(evaluate_records([record], {"a": make.truth({"name": "John", "fine": "ok"})}), scan)
    assert html.count('src="data:image/') == 1
    assert "Jo<del>n</del>n" in html
    assert "Jo<ins>h</ins>n" in html
    assert "93.0%" in html
    assert "accepted unseen" in html


def test_values_without_a_place_have_no_picture(make: Make, scan: Path) -> None:
    field = replace(make.field("x"), box=None, page=None)
    html = write(evaluate_records([make.record({"a": field})], {"a": make.truth({"a": "y"})}), scan)
    assert 'src="data:' not in html
    assert "no place on the scan" in html


def test_what_was_read_is_escaped(make: Make, scan: Path) -> None:
    nasty = "<script>alert(1)</script>"
    record = make.record({"a": make.field(nasty)}, footnotes={"F1": nasty})
    truth = make.truth({"a": nasty + "!"}, footnotes={"F1": "fine"})
    html = write(evaluate_records([record], {"a": truth}), scan)
    assert "<script" not in html
    assert "&lt;" in html


def test_a_flawless_run_says_so(make: Make, scan: Path) -> None:
    html = write(evaluate_records([make.record({"a": make.field("x")})], {"a": make.truth({"a": "x"})}), scan)
    assert "Every value is right" in html


def test_a_document_without_a_record_is_told_once(make: Make, scan: Path) -> None:
    html = write(evaluate_records([], {"gone": make.truth({"first": "x", "second": "y"})}), scan)
    assert "Nothing came out of 1 document" in html
    assert "no place on the scan" not in html
    assert "Every value is right" not in html


def test_many_mistakes_stay_within_bounds_the_surest_first(
    make: Make, scan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mistakes, "MAX_OF_A_FIELD", 2)
    records = [make.record({"a": make.field(f"read{n}", n / 10)}, document=f"d{n}.pdf") for n in range(1, 6)]
    html = write(evaluate_records(records, {f"d{n}": make.truth({"a": "Q"}) for n in range(1, 6)}), scan)
    assert "2 of 5 wrong values are shown" in html
    assert [f"read{n}" in html for n in range(1, 6)] == [False, False, False, True, True]


def test_wrong_links_are_named(make: Make, scan: Path) -> None:
    truth = make.truth(rows=[make.truth_row({"c": ["F1"]}, c="x")])
    record = make.record(rows=[{"c": make.field("x", notes=["F2"])}])
    html = write(evaluate_records([record], {"a": truth}), scan)
    assert "t, row 1, c: F1" in html
    assert "t, row 1, c: F2" in html
