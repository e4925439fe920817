"""The audit of accepted values: drawn once, the same again, and the bound that a checked sheet gives."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from store.test_records import added, record_of
from typer.testing import CliRunner

from digitizer.cli import app
from digitizer.errors import UsageError
from digitizer.store.database import open_store
from digitizer.store.quality import sample_accepted
from digitizer.store.records import write_records


@pytest.fixture
def url(tmp_path: Path) -> str:
    path = str(tmp_path / "store.db")
    with open_store(path) as store:
        document, _ = added(store)
        with store.writing() as connection:
            write_records(connection, document, [record_of()], ())
    return path


def test_only_accepted_values_are_drawn_and_the_same_ones_again(url: str) -> None:
    with open_store(url) as store, store.reading() as connection:
        drawn = sample_accepted(connection, 100, seed=1)
        few = [sample_accepted(connection, 2, seed=7) for _ in range(2)]
    assert {s.name for s in drawn} == {"name", "late", "payments[1].date", "payments[2].date"}
    assert {s.value for s in drawn} == {"Zoë", "true", "2024-01-31"}
    assert few[0] == few[1]
    assert len(few[0]) == 2


def test_a_checked_sheet_gives_the_exact_bound(url: str, tmp_path: Path) -> None:
    sheet = tmp_path / "audit.csv"
    done = CliRunner().invoke(app, ["audit", "--store", url, "--sample", "100", "--out", str(sheet)])
    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader(sheet.read_text(encoding="utf-8").splitlines()))
    assert [r["document"] for r in rows] == ["a.pdf"] * 4
    for row, said in zip(rows, "yyny", strict=True):
        row["right"] = said
    with sheet.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    told = CliRunner().invoke(app, ["audit", "--store", url, "--checked", str(sheet)]).output
    # One wrong of four: the 95% bound of Clopper and Pearson is 0.7514.
    assert "loan-card: 1 of 4 wrong; with 95% certainty at most 751.40 in 1,000" in " ".join(told.split())


def test_a_sheet_not_filled_in_is_told(url: str, tmp_path: Path) -> None:
    sheet = tmp_path / "audit.csv"
    CliRunner().invoke(app, ["audit", "--store", url, "--out", str(sheet)])
    with pytest.raises(UsageError, match=r"audit\.csv:2: 'right' is ''"):
        CliRunner().invoke(app, ["audit", "--store", url, "--checked", str(sheet)], catch_exceptions=False)
