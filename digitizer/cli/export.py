"""`digitizer export`: records of a store or of a run to files, corrections applied."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from digitizer.cli.batch import FormsOption


class Format(StrEnum):
    """What is written."""

    JSONL = "jsonl"
    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    EDGAR_XML = "edgar-xml"
    PDF = "pdf"


def export(
    format: Annotated[Format, typer.Option("--format", help="What to write.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="PATH", help="A file; for csv, parquet, edgar-xml and pdf a folder.")
    ],
    store: Annotated[str, typer.Option("--store", metavar="URL", help="A file, sqlite:///PATH or postgresql://…")] = "",
    records: Annotated[
        Path | None, typer.Option(metavar="FILE", help="records.jsonl of a run, instead of a store.")
    ] = None,
    layout: Annotated[
        list[Path] | None,
        typer.Option(metavar="PATH", help="The tables of scans, or of the layout.jsonl of a run; may be repeated."),
    ] = None,
    form: Annotated[str, typer.Option(metavar="ID", help="Records of this form only.")] = "",
    batch: Annotated[str, typer.Option(metavar="SOURCE", help="Records of this batch of the store only.")] = "",
    scans: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="For pdf: where the scans lie, if no longer where they were.")
    ] = None,
    forms: FormsOption = None,
) -> None:
    """Writes records, corrections applied: jsonl, csv, xlsx, parquet, EDGAR's XML, searchable PDF; or any tables."""
    # Here, not above: as in run.py.
    if layout:
        from digitizer.cli.exporting_tables import write_tables

        given = bool(store or records or form or batch)
        code = write_tables(format.value, out, layout, given=given, forms=tuple(forms or ()))
        if code:
            raise typer.Exit(code)
        return
    from digitizer.cli.exporting import Chosen, write

    code = write(format.value, out, Chosen(store, records, form, batch), tuple(forms or ()), scans)
    if code:
        raise typer.Exit(code)
