from __future__ import annotations

import json
from pathlib import Path

import pytest

from digitizer.batch.output import FolderSink, Summary
from digitizer.batch.run import Outcome
from digitizer.batch.sources import Source
from digitizer.document.record import Field, Problem, Record
from digitizer.errors import UsageError

SOURCE = Source(Path("a.pdf"), "a.pdf")
FAILURE = Problem("timeout", "a.pdf, page 2: took longer than 1 s", "raise --page-timeout", "a.pdf", 2)
BLANK = Problem("blank", "page 1 is blank", "", "a.pdf", 1)
DOUBT = Problem("rule", "only one may be ticked", "", "a.pdf", 1, ("isOfficer",))


def value(status: str = "accepted") -> Field:
    return Field("Zoë", "Zoë", 0.9, status, 1, None)  # type: ignore[arg-type]


def outcome(form: str = "sec-form-4") -> Outcome:
    row = {"date": value("review"), "amount": value()}
    record = Record(
        "a.pdf", "00", (1,), form, 1.0, {"name": value()}, {"t": (row, row)}, {"F1": value()}, (BLANK, DOUBT, FAILURE)
    )
    return Outcome(SOURCE, 2, (record,), ({"page": 1},), (FAILURE,))


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_lines_are_there_as_soon_as_a_document_is_done(tmp_path: Path) -> None:
    with FolderSink(tmp_path / "new" / "out", layout=True) as sink:
        sink.write(outcome())
        record = lines(tmp_path / "new" / "out" / "records.jsonl")
        assert Record.from_json(record[0]) == outcome().records[0]
        assert lines(sink.folder / "layout.jsonl") == [{"page": 1}]
        sink.write(outcome())
    assert len(lines(sink.folder / "records.jsonl")) == 2
    assert "Zoë" in (sink.folder / "records.jsonl").read_text(encoding="utf-8")


def test_problems_of_pages_are_told_once_and_doubts_about_fields_stay_in_the_record(tmp_path: Path) -> None:
    with FolderSink(tmp_path) as sink:
        sink.note([Problem("not-found", "b.pdf: no such file", "check the path", "b.pdf")])
        sink.write(outcome())
    assert [problem["kind"] for problem in lines(tmp_path / "problems.jsonl")] == ["not-found", "timeout", "blank"]
    assert not (tmp_path / "layout.jsonl").exists()


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be written"):
        FolderSink(tmp_path / "file")


def test_a_summary_counts_every_value() -> None:
    summary = Summary()
    summary.add(outcome())
    summary.add(outcome("other"))
    assert (summary.documents, summary.pages, summary.failures, summary.unread) == (2, 4, 2, 0)
    assert (summary.accepted, summary.review) == (8, 4)
    assert summary.forms == {"sec-form-4": 1, "other": 1}
    assert summary.problems == {"timeout": 2, "blank": 2}


@pytest.mark.parametrize(
    ("outcomes", "missing", "expected"),
    [
        ([Outcome(SOURCE, 1, outcome().records)], [], 0),
        ([outcome()], [], 5),
        ([Outcome(SOURCE, 1, outcome().records), Outcome(SOURCE, 0, failures=(FAILURE,))], [], 5),
        ([Outcome(SOURCE, 1, outcome().records)], [FAILURE], 5),
        ([Outcome(SOURCE, 0, failures=(FAILURE,))], [], 4),
        ([], [FAILURE], 4),
        ([], [], 4),
        ([Outcome(SOURCE, 1, failures=(Problem("missing-component", "no poppler"),))], [], 3),
    ],
)
def test_exit_codes(outcomes: list[Outcome], missing: list[Problem], expected: int) -> None:
    summary = Summary()
    summary.add_missing(missing)
    for one in outcomes:
        summary.add(one)
    assert summary.exit_code == expected
