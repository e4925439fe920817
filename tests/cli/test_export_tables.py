from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from PIL import Image, ImageDraw, ImageFont

Call = Callable[..., tuple[int, str, str]]
ROWS = [["Precinct", "Smith", "Jones"], ["First", "124", "52"], ["Second", "97", "180"]]


def layout(name: str = "canvass.pdf", page: int = 1) -> dict[str, Any]:
    return {
        "schema": 1,
        "document": {"name": name, "sha256": "a" * 64},
        "page": page,
        "grids": [{"box": [10, 20, 300, 200], "rows": [["=1+1", None], ["Precinct-1", "124"]]}],
    }


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The layout of a run, kept."""
    path = tmp_path / "layout.jsonl"
    path.write_text("".join(json.dumps(layout(page=page)) + "\n" for page in (1, 2)))
    return path


def draw(path: Path) -> Path:
    """A ruled table of three columns at 200 dpi."""
    image = Image.new("L", (1700, 1100), 255)
    pen = ImageDraw.Draw(image)
    for r, row in enumerate(ROWS):
        for c, text in enumerate(row):
            left, top = 150 + 450 * c, 200 + 110 * r
            pen.rectangle((left, top, left + 450, top + 110), outline=0, width=3)
            pen.text((left + 30, top + 35), text, 0, ImageFont.load_default(36))
    image.save(path, dpi=(200, 200))
    return path


@pytest.mark.tesseract
def test_a_scanned_table_becomes_a_spreadsheet_in_one_command(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITIZER_DOUBLE", "none")
    scan = draw(tmp_path / "canvass.png")
    code, told, progress = call("export", "--layout", scan, "--format", "csv", "--out", tmp_path / "out")
    assert code == 0, progress
    assert f"1 table: {tmp_path / 'out'}" in told
    (file,) = (tmp_path / "out").glob("*.csv")
    assert [line.split(",") for line in file.read_text("utf-8-sig").splitlines()] == ROWS


def test_tables_of_a_kept_layout_are_written_as_csv(call: Call, kept: Path, tmp_path: Path) -> None:
    code, told, _ = call("export", "--layout", kept, "--format", "csv", "--out", tmp_path / "out")
    assert code == 0
    assert "2 tables" in told
    assert len(list((tmp_path / "out").glob("*.csv"))) == 2


def test_tables_of_a_kept_layout_are_written_as_a_workbook(call: Call, kept: Path, tmp_path: Path) -> None:
    out = tmp_path / "tables.xlsx"
    assert call("export", "--layout", kept, "--format", "xlsx", "--out", out)[0] == 0
    with ZipFile(out) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        # What looks like a formula was written on the page: it is text.
        assert b"<f>" not in book.read(sheets[0])
    assert len(sheets) == 2


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--format", "jsonl"], "tables are not written as jsonl"),
        (["--format", "csv", "--form", "sec-form-4"], "--layout names what to export by itself"),
    ],
)
def test_what_does_not_go_with_tables_is_told(
    call: Call, kept: Path, tmp_path: Path, more: list[str], told: str
) -> None:
    code, _, error = call("export", "--layout", kept, "--out", tmp_path / "out", *more)
    assert code == 2
    assert told in error


@pytest.mark.parametrize(("line", "where"), [('{"fields": {}}', ":1: not a layout"), ("no JSON", ":1: not a layout")])
def test_what_is_no_layout_is_told_with_its_line(call: Call, tmp_path: Path, line: str, where: str) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text(line + "\n")
    code, _, error = call("export", "--layout", path, "--format", "csv", "--out", tmp_path / "out")
    assert code == 2
    assert f"{path}{where}" in error


def test_a_layout_that_is_not_there_is_told(call: Call, tmp_path: Path) -> None:
    code, _, error = call("export", "--layout", tmp_path / "layout.jsonl", "--format", "csv", "--out", tmp_path / "out")
    assert code == 2
    assert "no such file" in error


def test_scans_of_which_none_can_be_read_are_no_input(call: Call, tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_text("no picture")
    code, _, _ = call("export", "--layout", tmp_path / "broken.png", "--format", "csv", "--out", tmp_path / "out")
    assert code == 4


@pytest.mark.tesseract
def test_a_scan_that_cannot_be_read_shows_in_the_exit_code(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITIZER_DOUBLE", "none")
    (tmp_path / "empty.png").touch()
    draw(tmp_path / "canvass.png")
    code, told, progress = call("export", "--layout", tmp_path, "--format", "csv", "--out", tmp_path / "out")
    assert code == 5, progress
    assert "empty: " in progress
    assert "1 table: " in told
