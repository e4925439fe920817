from __future__ import annotations

import csv
import errno
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from factories import field_of, fields_of
from xlsxwriter.exceptions import FileCreateError

from digitizer.document.record import Record
from digitizer.export import workbook
from digitizer.export.items import Item
from digitizer.export.place import replacing
from digitizer.export.tables import write_csv
from digitizer.export.workbook import close, write_xlsx

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "{=1}", "https://example.org", "internal:Sheet1!A1", "0012", "\x01"]


def items() -> Iterator[Item]:
    for k, text in enumerate(DANGEROUS):
        row = {"date": field_of("2024-01-31"), "amount": field_of(text, status="review")}
        tables = {"payments": (row, row), "a/b*table with a name that is far too long": (row,), "none": ()}
        fields = fields_of({"name": text, "late": True})
        yield Item(k + 1, Record(f"{k}.pdf", "0" * 64, (1, 2), "loan-card", 0.5, fields, tables), {"box": "=2"})
    yield Item(99, Record("z.pdf", "1" * 64, (1,), "other", 1.0))


def sheets(path: Path) -> dict[str, list[list[str]]]:
    """The texts of each sheet, row by row; every cell must be a text."""
    with zipfile.ZipFile(path) as parts:
        names = [s.get("name") for s in ElementTree.fromstring(parts.read("xl/workbook.xml")).iter(f"{SPACE}sheet")]
        found = {}
        for k, name in enumerate(names, 1):
            root = ElementTree.fromstring(parts.read(f"xl/worksheets/sheet{k}.xml"))
            assert not list(root.iter(f"{SPACE}f"))
            assert not list(root.iter(f"{SPACE}hyperlink"))
            assert {cell.get("t") for cell in root.iter(f"{SPACE}c")} <= {"inlineStr", None}
            rows = [
                ["".join(t.text or "" for t in c.iter(f"{SPACE}t")) for c in row] for row in root.iter(f"{SPACE}row")
            ]
            found[str(name)] = rows
        return found


def test_every_cell_is_text(tmp_path: Path) -> None:
    out = tmp_path / "new" / "book.xlsx"
    assert write_xlsx(items, out) == len(DANGEROUS) + 1
    found = sheets(out)
    head, *rows = found["records"]
    assert head == ["document", "sha256", "pages", "form", "form_confidence", "box", "name", "late", "to_review"]
    assert [row[6] for row in rows[:-2]] == DANGEROUS[:-1]
    assert rows[0][5] == "=2"
    assert found["loan-card payments"][1] == ["0.pdf", "0" * 64, "1", "1", "2024-01-31", "=1+1", "amount"]
    assert len(found["loan-card payments"]) == 1 + 2 * len(DANGEROUS)
    assert found["loan-card none"] == [["document", "sha256", "record", "row", "to_review"]]
    assert all(len(name) <= 31 for name in found)


def test_rows_beyond_a_sheet_go_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "ROWS", 5)
    monkeypatch.setattr(workbook, "CHARACTERS", 60)
    write_xlsx(items, tmp_path / "book.xlsx")
    found = sheets(tmp_path / "book.xlsx")
    assert [len(found[name]) for name in ("records", "records 2", "records 3")] == [5, 5, 3]
    assert found["records 2"][0] == found["records"][0]
    assert found["records"][1][1].endswith("[cut: the cell is full]")


def test_csv_has_a_file_for_each_table(tmp_path: Path) -> None:
    assert write_csv(items, tmp_path / "out") == len(DANGEROUS) + 1
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"records.csv", "loan-card.payments.csv", "loan-card.none.csv"} <= names
    with (tmp_path / "out" / "loan-card.payments.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["amount"] for row in rows[::2]] == DANGEROUS
    assert rows[1] == {
        "document": "0.pdf", "sha256": "0" * 64, "record": "1", "row": "2", "date": "2024-01-31", "amount": "=1+1",
        "to_review": "amount",
    }  # fmt: skip


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    out = tmp_path / "a.txt"
    out.write_text("before")

    def fail() -> None:
        with replacing(out) as path:
            path.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]
    assert out.read_text() == "before"


def test_a_full_disk_is_an_os_error() -> None:
    class FullBook:
        def close(self) -> None:
            raise FileCreateError(OSError(errno.ENOSPC, "No space left on device"))

    with pytest.raises(OSError, match="No space left") as caught:
        close(FullBook())  # type: ignore[arg-type]
    assert caught.value.errno == errno.ENOSPC
