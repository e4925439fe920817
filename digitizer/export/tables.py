"""CSV: a folder with records.csv, one row per record, and a file for each table of each form."""

from __future__ import annotations

import csv
import re
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from digitizer.export.items import Columns, Items
from digitizer.export.place import replacing

RECORDS = "records.csv"


def write_csv(items: Items, out: Path) -> int:
    """Writes the folder; returns how many records it has.

    Raises:
        OSError: it cannot be written.
    """
    columns = Columns.of(items())
    count = 0
    with ExitStack() as stack:

        def opened(name: str) -> Any:
            path = stack.enter_context(replacing(out / name))
            # The byte order mark tells spreadsheets that this is UTF-8; Python reads it as utf-8-sig.
            return csv.writer(stack.enter_context(path.open("w", encoding="utf-8-sig", newline="")))

        records = opened(RECORDS)
        records.writerow(columns.record_head())
        tables = {key: opened(_file_name(*key)) for key in columns.tables}
        for key, writer in tables.items():
            writer.writerow(columns.table_head(*key))
        for item in items():
            records.writerow(columns.record_row(item))
            for name in item.record.tables:
                tables[item.record.form, name].writerows(columns.table_rows(item, name))
            count += 1
    return count


def _file_name(form: str, table: str) -> str:
    return re.sub(r"[^\w.-]", "_", f"{form}.{table}") + ".csv"
