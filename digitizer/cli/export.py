"""`digitizer export`: records of a store to files, corrections applied."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from digitizer.cli.batch import StoreOption


class Format(StrEnum):
    """What is written."""

    JSONL = "jsonl"
    CSV = "csv"
    XLSX = "xlsx"


def export(
    store: StoreOption,
    format: Annotated[Format, typer.Option("--format", help="What to write.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="PATH", help="A file; for csv a folder.")],
    form: Annotated[str, typer.Option(metavar="ID", help="Records of this form only.")] = "",
    batch: Annotated[str, typer.Option(metavar="SOURCE", help="Records of this batch only.")] = "",
) -> None:
    """Writes the records of a store, corrections applied: jsonl, csv (a folder, one file per table) or xlsx."""
    # Here, not above: as in run.py.
    from digitizer.batch.listing import source_name
    from digitizer.cli.console import output
    from digitizer.errors import UsageError
    from digitizer.export.items import Item
    from digitizer.export.lines import write_jsonl
    from digitizer.export.tables import write_csv
    from digitizer.export.workbook import write_xlsx
    from digitizer.store.database import open_store
    from digitizer.store.queries import batches
    from digitizer.store.reading import all_records

    writers = {Format.JSONL: write_jsonl, Format.CSV: write_csv, Format.XLSX: write_xlsx}
    with open_store(store, create=False) as opened, opened.reading() as connection:
        known = {source: number for number, source in batches(connection)}
        number = known.get(source_name(batch), known.get(batch)) if batch else None
        if batch and number is None:
            raise UsageError(f"no batch {batch} in the store", f"known: {', '.join(known) or 'none'}")

        def items() -> Iterator[Item]:
            # One connection, one transaction: what a run adds meanwhile shows in no part of the export.
            for stored in all_records(connection, number, form):
                yield Item(stored.id, stored.record, {**stored.record.metadata, **stored.metadata})

        try:
            count = writers[format](items, out)
        except OSError as error:
            raise UsageError(f"{out}: cannot be written ({error.strerror or error})", "choose another --out") from error
    output().print(f"{count} records: {out}", markup=False, soft_wrap=True)
