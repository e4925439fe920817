"""A workbook: a sheet of records and one for each table of each form. Every cell is text; none becomes a formula."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from digitizer.export.items import Columns, Items
from digitizer.export.place import replacing

ROWS, COLUMNS, CHARACTERS = 1_048_576, 16_384, 32_767
"""What a sheet and a cell can hold."""
_CUT = " … [cut: the cell is full]"


def write_xlsx(items: Items, out: Path) -> int:
    """Writes the workbook; returns how many records it has.

    Raises:
        OSError: it cannot be written.
    """
    columns = Columns.of(items())
    with replacing(out) as path, path.open("wb") as file:
        # constant_memory writes each row as it comes: one sheet after the other, whatever the number of rows.
        book = Workbook(file, {"constant_memory": True})
        sheets = Sheets(book)
        count = sheets.write("records", columns.record_head(), (columns.record_row(item) for item in items()))
        for form, table in columns.tables:
            rows = (row for item in items() if item.record.form == form for row in columns.table_rows(item, table))
            sheets.write(f"{form} {table}", columns.table_head(form, table), rows)
        close(book)
    return count


def close(book: Workbook) -> None:
    """Writes the workbook's file.

    Raises:
        OSError: it cannot be written.
    """
    try:
        book.close()
    except FileCreateError as error:
        # A full disk: xlsxwriter's own class, which is no OSError, around the OSError itself.
        raise (error.args[0] if error.args and isinstance(error.args[0], OSError) else OSError(str(error))) from error


class Sheets:
    """Adds sheets under names that a workbook takes; rows beyond what one holds go on in the next."""

    def __init__(self, book: Workbook) -> None:
        self._book, self._bold = book, book.add_format({"bold": True})
        self._names: set[str] = set()

    def write(self, name: str, head: Sequence[str], rows: Iterator[Sequence[str]]) -> int:
        count, line = 0, ROWS
        sheet: Worksheet | None = None
        for row in rows:
            if sheet is None or line >= ROWS:
                sheet, line = self._begin(name, head), 1
            _write(sheet, line, row)
            line += 1
            count += 1
        if sheet is None:
            self._begin(name, head)
        return count

    def write_plain(self, name: str, rows: Sequence[Sequence[str]]) -> None:
        """One sheet of a table as it is, without names over it."""
        sheet = self._book.add_worksheet(self._free(name))
        for line, row in enumerate(rows[:ROWS]):
            _write(sheet, line, row)

    def _begin(self, name: str, head: Sequence[str]) -> Worksheet:
        sheet = self._book.add_worksheet(self._free(name))
        _write(sheet, 0, head, self._bold)
        sheet.freeze_panes(1, 1)
        return sheet

    def _free(self, name: str) -> str:
        stem = re.sub(r"[\[\]:*?/\\']", "_", name)
        candidates = [stem[:31], *(f"{stem[: 31 - len(f' {k}')]} {k}" for k in range(2, 10_000))]
        chosen = next(candidate for candidate in candidates if candidate.lower() not in self._names)
        self._names.add(chosen.lower())
        return chosen


def _write(sheet: Worksheet, line: int, row: Sequence[str], style: Format | None = None) -> None:
    for column, text in enumerate(row[:COLUMNS]):
        if text:
            whole = text if len(text) <= CHARACTERS else text[: CHARACTERS - len(_CUT)] + _CUT
            # write_string, never write: what a form says is no formula, link or number.
            sheet.write_string(line, column, whole, style)
