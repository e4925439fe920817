"""`digitizer export`: records of a store or of a run, or the tables of any page, to files; corrections applied."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import typer

from digitizer.batch.batch_files import source_name
from digitizer.batch.output import NOTHING, OK, SOME, Summary
from digitizer.batch.pool import start_server
from digitizer.batch.run import digitize_all
from digitizer.batch.sources import discover
from digitizer.batch.steps import Digitizing
from digitizer.cli.console import output, tell_problems
from digitizer.cli.options import FormsOption
from digitizer.cli.progress import follow
from digitizer.cli.settings import make_settings
from digitizer.document.record import Record
from digitizer.errors import DigitizerError, InputError, NoInputError, UsageError
from digitizer.export.edgar_files import PROBLEMS, write_edgar_xml
from digitizer.export.grids import grids_of, write_grids_csv, write_grids_xlsx
from digitizer.export.items import Item, Items
from digitizer.export.lines import write_jsonl
from digitizer.export.parquet import write_parquet
from digitizer.export.searchable import write_searchable
from digitizer.export.tables import write_csv
from digitizer.export.workbook import write_xlsx
from digitizer.fields.definitions import load_definitions
from digitizer.imaging.load import Document, probe
from digitizer.pipeline import read_page
from digitizer.resources import models_folder
from digitizer.settings import Settings
from digitizer.store.database import open_store
from digitizer.store.records import all_records
from digitizer.store.status import batches


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
    if layout:
        given = bool(store or records or form or batch)
        code = write_tables(format.value, out, layout, given=given, forms=tuple(forms or ()))
        if code:
            raise typer.Exit(code)
        return
    code = write(format.value, out, Chosen(store, records, form, batch), tuple(forms or ()), scans)
    if code:
        raise typer.Exit(code)


_WRITERS = {"jsonl": write_jsonl, "csv": write_csv, "xlsx": write_xlsx}


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which records. store: a URL, or records: a file; form: only of this one; batch: only of this part of a store."""

    store: str
    records: Path | None
    form: str = ""
    batch: str = ""


def write(format: str, out: Path, chosen: Chosen, forms: tuple[Path, ...], scans: Path | None = None) -> int:
    """Writes the records of a store or of records.jsonl in that format, tells how many; returns the exit code.

    scans: where to look for scans that are not where they were digitized.

    Raises:
        UsageError: neither or both are given, there is no such batch, or the files cannot be read or written.
    """
    if bool(chosen.store) == (chosen.records is not None):
        raise UsageError("export wants either --store or --records", "name one of them")
    with _of_store(chosen) if chosen.store else _of_file(chosen) as items:
        try:
            code = OK
            if format == "edgar-xml":
                told = _edgar(items, out, forms)
            elif format == "pdf":
                told, code = _searchable(items, out, scans)
            elif format == "parquet":
                told = f"{write_parquet(items, out, load_definitions((models_folder(), *forms)))} records: {out}"
            else:
                told = f"{_WRITERS[format](items, out)} records: {out}"
        except OSError as error:
            raise UsageError(f"{out}: cannot be written ({error.strerror or error})", "choose another --out") from error
    output().print(told, markup=False, soft_wrap=True)
    return code


def _edgar(items: Items, out: Path, forms: tuple[Path, ...]) -> str:
    kinds = {name: form.edgar for name, form in load_definitions((models_folder(), *forms)).items()}
    written = write_edgar_xml(items, out, kinds)
    told = f"{len(written.files)} filings: {out}"
    if written.refused:
        told += f"; {written.refused} cannot be filed as they are: {out / PROBLEMS}"
    return f"{told}; {written.others} records of forms that EDGAR does not take" if written.others else told


def _searchable(items: Items, out: Path, scans: Path | None) -> tuple[str, int]:
    settings = Settings()
    finder = Finder(scans, settings)
    written = write_searchable(items, out, finder.find, lambda document, page: read_page(document, page, settings))
    told = f"{len(written.files)} files: {out}"
    if not written.problems:
        return told, OK
    return f"{told}; {len(written.problems)} problems: {out / PROBLEMS}", SOME if written.files else NOTHING


@contextmanager
def _of_store(chosen: Chosen) -> Iterator[Items]:
    store, form, batch = chosen.store, chosen.form, chosen.batch
    with open_store(store, create=False) as opened, opened.reading() as connection:
        known = {source: number for number, source in batches(connection)}
        number = known.get(source_name(batch), known.get(batch)) if batch else None
        if batch and number is None:
            raise UsageError(f"no batch {batch} in the store", f"known: {', '.join(known) or 'none'}")

        def items() -> Iterator[Item]:
            # One connection, one transaction: what a run adds meanwhile shows in no part of the export.
            for stored in all_records(connection, number, form):
                yield Item(stored.id, stored.record, {**stored.record.metadata, **stored.metadata}, stored.path)

        yield items


@contextmanager
def _of_file(chosen: Chosen) -> Iterator[Items]:
    path, form = chosen.records or Path(), chosen.form
    if chosen.batch:
        raise UsageError("--batch names a part of a store", "leave it out with --records")

    def items() -> Iterator[Item]:
        number = 0
        try:
            with path.open(encoding="utf-8") as lines:
                for number, line in enumerate(lines, 1):
                    data = json.loads(line)
                    record = Record.from_json(data)
                    if form in ("", record.form):
                        yield Item(number, record, data.get("metadata", {}))
        except FileNotFoundError as error:
            raise UsageError(f"{path}: no such file", "name the records.jsonl of a run") from error
        except OSError as error:
            raise UsageError(f"{path}: cannot be read ({error.strerror})", "name the records.jsonl of a run") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UsageError(f"{path}:{number}: not a record ({error})", "name the records.jsonl of a run") from error

    yield items


_GRID_WRITERS = {"csv": write_grids_csv, "xlsx": write_grids_xlsx}


def write_tables(format: str, out: Path, paths: Sequence[Path], given: bool, forms: tuple[Path, ...]) -> int:
    """Writes the tables in that format, tells how many; returns the exit code.

    given: whether records were named too.

    Raises:
        UsageError: the format or the other options do not go with it, or files cannot be read or written.
        NoInputError: none of the scans could be read.
    """
    if format not in _GRID_WRITERS:
        raise UsageError(f"tables are not written as {format}", "choose csv or xlsx")
    if given:
        raise UsageError("--layout names what to export by itself", "leave out --store, --records, --form and --batch")
    try:
        summary = Summary()
        count = _GRID_WRITERS[format](grids_of(_layouts(paths, forms, summary)), out)
    except OSError as error:
        raise UsageError(f"{out}: cannot be written ({error.strerror or error})", "choose another --out") from error
    output().print(f"{count} table{'s' if count != 1 else ''}: {out}", markup=False, soft_wrap=True)
    return SOME if summary.failures else OK


def _layouts(paths: Sequence[Path], forms: tuple[Path, ...], summary: Summary) -> Iterator[dict[str, Any]]:
    for path in paths:
        if path.suffix == ".jsonl":
            yield from _kept(path)
    scans = [str(path) for path in paths if path.suffix != ".jsonl"]
    if scans:
        yield from _made(scans, forms, summary)


def _kept(path: Path) -> Iterator[dict[str, Any]]:
    number = 0  # Told where a line is wrong.
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):  # noqa: B007
                layout = json.loads(line)
                # A record has no grids: better told here than as a table that is missing.
                list(grids_of([layout]))
                yield layout
    except FileNotFoundError as error:
        raise UsageError(f"{path}: no such file", "name the layout.jsonl of a run, or scans") from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})", "name the layout.jsonl of a run") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}:{number}: not a layout ({error})", "name the layout.jsonl of a run") from error


def _made(scans: Sequence[str], forms: tuple[Path, ...], summary: Summary) -> Iterator[dict[str, Any]]:
    """The layouts of scans, page by page; summary: is told of each scan."""
    settings = make_settings()
    sources, missing = discover(scans)
    tell_problems(missing)
    summary.add_missing(missing)
    start_server()
    read = 0
    with follow(len(sources)) as progress:
        for outcome in digitize_all(
            sources, Digitizing(settings, forms, "", layout=True), settings, on_page=progress.page_done
        ):
            progress.document_done(outcome)
            summary.add(outcome)
            read += bool(outcome.layout)
            yield from outcome.layout
    if not read:
        raise NoInputError("none of the scans could be read", "the lines above say why")


class Finder:
    """Looks where a scan was digitized, then for its name in a folder and those below it."""

    def __init__(self, folder: Path | None, settings: Settings) -> None:
        self._folder = folder
        self._settings = settings

    def find(self, item: Item) -> Document:
        """The scan of a record.

        Raises:
            InputError: no file with its bytes is there.
        """
        record = item.record
        places = [Path(item.path)] if item.path else []
        for path in [*places, *self._named.get(Path(record.document).name, [])]:
            try:
                document = probe(path, self._settings)
            except (DigitizerError, OSError):
                continue
            if document.sha256 == record.sha256:
                return document
        where = (
            "name the folder of the scans: --scans FOLDER" if self._folder is None else f"put it into {self._folder}"
        )
        raise InputError(f"{record.document}: the scan is gone or has changed", where)

    @cached_property
    def _named(self) -> dict[str, list[Path]]:
        """The folder's files by name."""
        named: dict[str, list[Path]] = {}
        for path in sorted(self._folder.rglob("*")) if self._folder is not None else ():
            if path.is_file():
                named.setdefault(path.name, []).append(path)
        return named
