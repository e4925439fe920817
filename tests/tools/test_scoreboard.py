"""The scoreboard's sets, counts, table and command, on records and truths made by hand."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from digitizer.document.record import Field, Record, Status
from digitizer.document.truth import Truth, TruthValue
from digitizer.errors import UsageError
from digitizer.evaluation.compare import compare
from digitizer.evaluation.truth import make_truth
from tools.scoreboard import table
from tools.scoreboard.__main__ import main
from tools.scoreboard.score import MEASURES, Scored, score_comparison
from tools.scoreboard.sets import (
    SETS,
    Item,
    ScanSet,
    choose_sets,
    exam_sets,
    fold_records,
    fold_truth,
    load_set,
    pick,
    sampled,
)

DATA = {
    "form": "f",
    "fields": {"name": "Ann", "town": "Ayr", "note": {"value": "seen", "hand": True}, "late": True, "more": ""},
    "tables": {"t": [{"a": {"value": "1", "footnotes": ["F1"]}}]},
    "footnotes": {"F1": "The “whole” text \u2013 all of it."},
}


def field(
    value: str | bool, confidence: float = 0.95, status: Status = "accepted", notes: tuple[str, ...] = ()
) -> Field:
    return Field(value, str(value), confidence, status, 1, None, notes)


def record(note: str, town: str = "Ayr", **more: Field) -> Record:
    fields = {"name": field("Ann"), "town": field(town), "note": field("sewn", 0.4, "review")}
    fields |= {"late": field(True), "more": field(""), **more}
    rows = {"t": ({"a": field("1", notes=("F1",))},)}
    return Record("a.pdf", "0", (1,), "f", 1.0, fields, rows, {"F1": field(note)})


def counts(made: Record) -> dict[str, tuple[int, int]]:
    truth = make_truth(DATA)
    comparison = compare("a.pdf", [made], truth)
    return dict(score_comparison("s", Item(Path("a.pdf"), "r", truth), comparison, []).counts)


def test_a_document_is_counted_in_every_column() -> None:
    told = counts(record('The "whole" text - all of it.'))
    assert told["form"] == (1, 1)
    assert told["values"] == (3, 4)
    assert told["read"] == (3, 3)
    assert told["hand"] == (0, 1)
    assert told["boxes"] == told["blanks"] == told["rows"] == told["links"] == told["notes"] == (1, 1)
    assert told["flawless"] == (0, 1)
    assert told["accepted"] == (5, 6)
    assert told["wrong"] == (0, 5)
    assert set(told) == {m.key for m in MEASURES}


@pytest.mark.parametrize(
    "note",
    [
        "The “whole” text \u2013 all of it",
        "The “whole” text \u2013 all of",
        "(1) The “whole” text \u2013 all of it.",
        "The “whole” text \u2013 all of it. Signature of Reporting Person",
        "The “whole” text \u2013 all off it.",
        "",
    ],
)
def test_a_footnote_with_something_missing_or_added_is_not_whole(note: str) -> None:
    assert counts(record(note))["notes"] == (0, 1)


def test_a_value_that_was_put_elsewhere_counts_as_not_read_only_where_the_page_lacks_it() -> None:
    assert counts(record("", town="Ann"))["read"] == (2, 3)


def test_counts_survive_the_file() -> None:
    truth = make_truth(DATA)
    scored = score_comparison("s", Item(Path("a.pdf"), "r", truth), compare("a.pdf", [record("")], truth), [])
    assert Scored.from_json(json.loads(json.dumps(scored.as_json()))) == scored


def test_the_same_documents_are_picked_evenly_each_time() -> None:
    assert pick(range(100), 4) == [12, 37, 62, 87]
    assert pick(range(3), 5) == pick(range(3), 0) == [0, 1, 2]
    items = tuple(Item(Path(f"{k}.pdf"), "ab"[k % 2], Truth("f")) for k in range(10))
    assert [i.row for i in sampled(ScanSet("s", items), 2).items] == ["a", "a", "b", "b"]
    assert sampled(ScanSet("s", items), 2) == sampled(ScanSet("s", items), 2)


def test_sets_are_named_alone_or_together() -> None:
    assert choose_sets("") == list(SETS)
    assert choose_sets("adbuy,sec") == ["adbuy", "sec-office", "sec-archive", "sec-copy"]
    with pytest.raises(UsageError, match="no set 'se'"):
        choose_sets("se")


def test_values_are_compared_as_their_set_has_it(tmp_path: Path) -> None:
    scorer = tmp_path / "score.py"
    scorer.write_text("def fold(name, value):\n    return value.lower()\n")
    truth = fold_truth(Truth("f", {"name": TruthValue("ANN")}), scorer)
    parts = [
        Record("a", "0", (1,), "f", 1.0, {"name": field("")}),
        Record("a", "0", (2,), "f", 1.0, {"name": field("Ann")}),
    ]
    assert compare("a", fold_records(parts, scorer), truth).values_right
    assert fold_records([], scorer) == []


def scored(right: int, of: int, row: str = "", name: str = "a") -> Scored:
    bins = ((0.0, 0.0, 0.0),) * 9 + ((float(of), of * 0.95, float(right)),)
    return Scored("s", row, name, {"values": (right, of), "wrong": (of - right, of)}, bins)


def test_the_table_has_a_set_and_its_rows_and_rounds_nothing_up_to_all() -> None:
    documents = [scored(9999, 10000, "x"), scored(10, 10, "y")]
    lines = table.lines_of(documents, {"s": 0.5})
    assert [(line.row, line.documents) for line in lines] == [("", 2), ("x", 1), ("y", 1)]
    values = dict(zip((m.key for m in table.COLUMNS), lines[0].values, strict=True))
    assert values["wrong"] == pytest.approx(1000 / 10010)
    assert values["calibration"] == pytest.approx(100 * (10009 / 10010 - 0.95))
    assert math.isnan(values["hand"])
    text = table.as_markdown(lines).splitlines()
    assert len({len(line) for line in text[:5]}) == 1
    assert [cell.strip() for cell in text[2].split("|")[5:6]] == ["99.9"]
    assert text[2].endswith("|   0.50 |")
    assert [cell.strip() for cell in text[4].split("|")[5:6]] == ["100.0"]


def test_both_files_are_written_and_read_again(tmp_path: Path) -> None:
    documents = [scored(9, 10)]
    table.write(tmp_path / "out", table.lines_of(documents, {}), documents)
    assert table.read_documents(tmp_path / "out" / "scoreboard.json") == documents
    assert (tmp_path / "out" / "scoreboard.md").read_text().startswith("| set")
    (tmp_path / "none.json").write_text("{}")
    with pytest.raises(UsageError, match="not a scoreboard"):
        table.read_documents(tmp_path / "none.json")
    with pytest.raises(UsageError, match="--sample 0"):
        table.read_documents(tmp_path / "out" / "scoreboard.json", 5)


def test_what_is_missing_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--shared", str(tmp_path), "--only", "adbuy", "--out", str(tmp_path)]) == 2
    assert f"{tmp_path / 'adbuy' / 'truth'} is missing" in capsys.readouterr().err
    assert main(["--shared", str(tmp_path), "--exam", "--out", str(tmp_path)]) == 2
    assert f"{tmp_path / 'exam'} is missing" in capsys.readouterr().err


def exam(folder: Path, image: bytes = b"no image") -> Path:
    home = folder / "exam" / "cards"
    for name in ("truth", "scans/archive", "scans/office"):
        (home / name).mkdir(parents=True)
    (home / "truth" / "secret.json").write_text(json.dumps({"form": "sec-form-4", "fields": {"issuerName": "SECRET"}}))
    for level in ("archive", "office"):
        (home / "scans" / level / "secret.png").write_bytes(image)
    return folder


def test_the_exam_is_whatever_lies_there(tmp_path: Path) -> None:
    sets = exam_sets(exam(tmp_path) / "exam")
    assert [(s.name, len(s.items), s.learned) for s in sets] == [
        ("cards/scans/archive", 1, False),
        ("cards/scans/office", 1, False),
    ]


@pytest.mark.slow
@pytest.mark.tesseract
def test_the_exam_tells_totals_alone(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main(["--shared", str(exam(tmp_path)), "--exam", "--timing", "0", "--out", str(out)]) == 0
    printed = "".join(capfd.readouterr()) + "".join(path.read_text() for path in out.iterdir())
    assert "cards/scans/archive" in printed
    assert "secret" not in printed.lower()
    assert json.loads((out / "exam.json").read_text())["documents"] == []


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.tesseract
def test_a_sample_of_real_scans(shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = [
        "--shared",
        str(shared),
        "--only",
        "sec-office",
        "--sample",
        "1",
        "--timing",
        "0",
        "--out",
        str(tmp_path),
    ]
    command += ["--cache", str(tmp_path / "cache")]
    assert main(command) == 0
    kept = tmp_path / "kept.json"
    (tmp_path / "scoreboard.json").rename(kept)
    documents = table.read_documents(kept, 1)
    assert [d.row for d in documents] == ["form-3", "form-4", "form-5"]
    assert all(d.counts["form"] == (1, 1) and d.counts["read"][0] > 5 for d in documents)
    assert main([*command, "--against", str(kept)]) == 0
    assert "Nothing changed." in capsys.readouterr().out


@pytest.mark.shared
def test_every_set_that_is_there_loads(shared: Path) -> None:
    assert {s.name: len({i.row for i in s.items}) for s in (load_set(n, shared) for n in SETS[:5])} == {
        "sec-office": 3,
        "sec-archive": 3,
        "sec-copy": 3,
        "fara": 3,
        "adbuy": 3,
    }
