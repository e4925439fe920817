"""Tables of any page as spreadsheets: the grids of layout.jsonl, a CSV file or a sheet of a workbook for each."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from xlsxwriter import Workbook

from digitizer.export.place import replacing
from digitizer.export.workbook import Sheets, close


@dataclass(frozen=True, slots=True)
class ToldGrid:
    """A table. document: the file's name; page, number: counted from 1; rows: None where another cell reaches in."""

    document: str
    page: int
    number: int
    rows: tuple[tuple[str | None, ...], ...]


def grids_of(layouts: Iterable[dict[str, Any]]) -> Iterator[ToldGrid]:
    """The tables of objects of layout.jsonl.

    Raises:
        KeyError, TypeError: they are something else.
    """
    for layout in layouts:
        for number, grid in enumerate(layout["grids"], 1):
            rows = tuple(tuple(row) for row in grid["rows"])
            yield ToldGrid(str(layout["document"]["name"]), int(layout["page"]), number, rows)


def write_grids_csv(grids: Iterable[ToldGrid], out: Path) -> int:
    """Writes a folder with a file for each table, named by document, page and number; returns how many.

    Raises:
        OSError: it cannot be written.
    """
    taken: set[str] = set()
    for grid in grids:
        stem = re.sub(r"[^\w.-]", "_", str(PurePosixPath(grid.document).with_suffix("")))
        name = f"{stem}.page-{grid.page}.table-{grid.number}"
        again = sum(n == name or n.startswith(f"{name}.again-") for n in taken)
        name = f"{name}.again-{again + 1}" if again else name
        taken.add(name)
        with replacing(out / f"{name}.csv") as path, path.open("w", encoding="utf-8-sig", newline="") as file:
            # The byte order mark tells spreadsheets that this is UTF-8.
            csv.writer(file).writerows([[text or "" for text in row] for row in grid.rows])
    return len(taken)


def write_grids_xlsx(grids: Iterable[ToldGrid], out: Path) -> int:
    """Writes a workbook with a sheet for each table; returns how many.

    Raises:
        OSError: it cannot be written.
    """
    count = 0
    with replacing(out) as path, path.open("wb") as file:
        book = Workbook(file, {"constant_memory": True})
        sheets = Sheets(book)
        for grid in grids:
            name = f"{PurePosixPath(grid.document).stem} p{grid.page} t{grid.number}"
            sheets.write_plain(name, [[text or "" for text in row] for row in grid.rows])
            count += 1
        if not count:
            sheets.write_plain("no tables", [])
        close(book)
    return count
