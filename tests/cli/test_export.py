from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from export.test_ownership import FIELDS, record

from cli.conftest import Call


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """records.jsonl of a run: a filing, one that lacks its date, and a letter."""
    letter = replace(record({}), form="other", document="letter.pdf")
    made = [record(FIELDS), replace(record(FIELDS | {"periodOfReport": ""}), document="b.pdf"), letter]
    path = tmp_path / "records.jsonl"
    path.write_text("".join(json.dumps(r.as_json()) + "\n" for r in made), encoding="utf-8")
    return path


def test_ownership_xml_of_a_run(call: Call, run: Path, tmp_path: Path) -> None:
    out = tmp_path / "xml"
    code, told, _ = call("export", "--records", run, "--format", "edgar-xml", "--out", out)
    assert code == 0
    assert "1 filings" in told
    assert "1 cannot be filed as they are" in told
    assert "1 records of forms that EDGAR does not take" in told
    assert ElementTree.parse(out / "a.xml").getroot().findtext("issuer/issuerName") == "LIVEPERSON INC"
    (problem,) = [json.loads(line) for line in (out / "problems.jsonl").read_text().splitlines()]
    assert (problem["document"], problem["fields"]) == ("b.pdf", ["periodOfReport"])


def test_the_other_formats_of_a_run(call: Call, run: Path, tmp_path: Path) -> None:
    out = tmp_path / "again.jsonl"
    assert call("export", "--records", run, "--format", "jsonl", "--out", out)[0] == 0
    assert [json.loads(x) for x in out.read_text().splitlines()] == [
        json.loads(x) for x in run.read_text().splitlines()
    ]
    assert call("export", "--records", run, "--format", "jsonl", "--out", out, "--form", "other")[0] == 0
    assert len(out.read_text().splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], "either --store or --records"),
        (["--records", "none.jsonl", "--store", "a.db"], "either --store or --records"),
        (["--records", "none.jsonl"], "none.jsonl: no such file"),
        (["--records", "none.jsonl", "--batch", "x"], "--batch names a part of a store"),
    ],
)
def test_what_cannot_be_exported_is_told(call: Call, tmp_path: Path, options: list[str], told: str) -> None:
    code, _, error = call("export", *options, "--format", "jsonl", "--out", tmp_path / "x")
    assert code == 2
    assert told in error.replace("\n", " ")


def test_a_file_that_is_no_run_is_told_with_its_line(call: Call, run: Path, tmp_path: Path) -> None:
    run.write_text(run.read_text() + '{"schema": 1}\n', encoding="utf-8")
    code, _, error = call("export", "--records", run, "--format", "csv", "--out", tmp_path / "x")
    assert code == 2
    assert f"{run}:4" in error.replace("\n", "")


def test_scans_that_are_gone_show_in_the_exit_code(call: Call, run: Path, tmp_path: Path) -> None:
    out = tmp_path / "pdf"
    code, told, _ = call("export", "--records", run, "--format", "pdf", "--out", out)
    assert code == 4
    assert "0 files" in told
    assert "problems" in told


@pytest.mark.parametrize("option", ["--records", "--layout"])
def test_a_workbook_that_cannot_be_written_is_told(call: Call, run: Path, tmp_path: Path, option: str) -> None:
    if option == "--layout":
        run = tmp_path / "layout.jsonl"
        run.write_text(json.dumps({"document": {"name": "a"}, "page": 1, "grids": []}))
    out = tmp_path / "taken.xlsx"
    (tmp_path / f".{out.name}.{os.getpid()}").mkdir()
    code, _, error = call("export", option, run, "--format", "xlsx", "--out", out)
    assert code == 2
    assert "taken.xlsx: cannot be written" in error


@pytest.mark.parametrize("option", ["--records", "--layout"])
def test_a_folder_in_place_of_a_file_is_not_told_as_the_output(call: Call, tmp_path: Path, option: str) -> None:
    folder = tmp_path / "run.jsonl"
    folder.mkdir()
    code, _, error = call("export", option, folder, "--format", "csv", "--out", tmp_path / "out")
    assert code == 2
    assert "run.jsonl: cannot be read" in error
