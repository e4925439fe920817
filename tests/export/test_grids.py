from __future__ import annotations

import csv
import zipfile
from pathlib import Path
from typing import Any

import pytest

from digitizer.export.grids import grids_of, write_grids_csv, write_grids_xlsx

ROWS = [["Precinct", "Votes", None], ["North", "=1+1", "7"]]


def layout(name: str = "canvass.pdf", page: int = 1) -> dict[str, Any]:
    return {"document": {"name": name}, "page": page, "grids": [{"box": [0, 0, 9, 9], "rows": ROWS}]}


def test_each_table_is_a_csv_file_of_its_own(tmp_path: Path) -> None:
    assert write_grids_csv(grids_of([layout(), layout(page=2), layout()]), tmp_path / "out") == 3
    names = sorted(p.name for p in (tmp_path / "out").iterdir())
    assert names == ["canvass.page-1.table-1.again-2.csv", "canvass.page-1.table-1.csv", "canvass.page-2.table-1.csv"]
    with (tmp_path / "out" / names[1]).open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [["Precinct", "Votes", ""], ["North", "=1+1", "7"]]


def test_each_table_is_a_sheet_and_no_text_becomes_a_formula(tmp_path: Path) -> None:
    out = tmp_path / "tables.xlsx"
    assert write_grids_xlsx(grids_of([layout(), layout(page=2)]), out) == 2
    with zipfile.ZipFile(out) as book:
        assert b'name="canvass p2 t1"' in book.read("xl/workbook.xml")
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_what_is_no_layout_is_told() -> None:
    with pytest.raises(KeyError):
        list(grids_of([{"fields": {}}]))
