"""What `digitizer export` does: where the records come from, and which writer gets them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from digitizer.batch.batch_files import source_name
from digitizer.batch.output import NOTHING, OK, SOME
from digitizer.cli.console import output
from digitizer.cli.finding import Finder
from digitizer.document.record import Record
from digitizer.errors import UsageError
from digitizer.export.edgar_files import PROBLEMS, write_edgar_xml
from digitizer.export.items import Item, Items
from digitizer.export.lines import write_jsonl
from digitizer.export.parquet import write_parquet
from digitizer.export.searchable import write_searchable
from digitizer.export.tables import write_csv
from digitizer.export.workbook import write_xlsx
from digitizer.fields.definitions import load_definitions
from digitizer.pipeline import read_page
from digitizer.resources import models_folder
from digitizer.settings import Settings
from digitizer.store.database import open_store
from digitizer.store.records import all_records
from digitizer.store.status import batches

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
