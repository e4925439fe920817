"""`digitizer diff`: two sides loaded, or one digitized anew, and what differs told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Annotated

import typer

from digitizer.batch.output import RECORDS
from digitizer.batch.pool import start_server
from digitizer.batch.reading_cache import CachedDigitizing, open_reading_cache
from digitizer.batch.run import digitize_all
from digitizer.batch.sources import Source, discover, hash_file, is_url
from digitizer.cli.console import output, tell_problems
from digitizer.cli.evaluate import print_tables, read_records
from digitizer.cli.options import FormsOption, MemoryOption, TimeoutOption, WorkersOption
from digitizer.cli.progress import follow
from digitizer.cli.settings import make_settings
from digitizer.document.record import Problem, Record
from digitizer.errors import NoInputError, UsageError
from digitizer.evaluation import diff as differences
from digitizer.evaluation.diff_page import tables_of, write_diff_page
from digitizer.reading.tesseract_probe import require_tesseract
from digitizer.settings import Settings
from digitizer.store.database import open_store
from digitizer.store.documents import paths_of
from digitizer.store.records import all_records


def diff(
    before: Annotated[str, typer.Argument(metavar="BEFORE", help="A store, or a run's folder or records.jsonl.")],
    after: Annotated[
        str, typer.Argument(metavar="[AFTER]", help="The same; left out, the scans of BEFORE are digitized anew.")
    ] = "",
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="The page with all changes.")] = Path(
        "diff.html"
    ),
    scans: Annotated[
        list[str] | None, typer.Option("--scans", metavar="PATH", help="Scans of runs; a store knows its own.")
    ] = None,
    form: Annotated[str, typer.Option(metavar="ID", help="Only documents that are this form.")] = "",
    forms: FormsOption = None,
    sample: Annotated[
        int, typer.Option(metavar="N", min=0, help="Digitize no more than N documents, drawn at random; 0: all.")
    ] = 0,
    seed: Annotated[int, typer.Option(metavar="N", help="For drawing.")] = 1,
    cache: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder to keep what was read.")] = None,
    workers: WorkersOption = None,
    page_timeout: TimeoutOption = None,
    max_memory: MemoryOption = None,
) -> None:
    """Shows every value that another model would change, with both places, before it is applied."""
    settings = make_settings(workers=workers, page_timeout=page_timeout, max_memory=max_memory)
    if not after:
        start_server()
    options = DiffOptions(before, after, out, tuple(scans or ()), form, tuple(forms or ()), sample, seed, cache)
    exit_code = tell_difference(options, settings)
    if exit_code:
        raise typer.Exit(exit_code)


OK, SOME = 0, 5


@dataclass(frozen=True, slots=True)
class DiffOptions:
    """What the user asked for. after: '' to digitize the scans of before anew; sample: so many of them, 0 all."""

    before: str
    after: str
    out: Path
    scans: tuple[str, ...] = ()
    form: str = ""
    forms: tuple[Path, ...] = ()
    sample: int = 0
    seed: int = 1
    cache: Path | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """Records, and where scans lie, by SHA-256."""

    records: tuple[Record, ...]
    scans: Mapping[str, tuple[str, ...]]


def tell_difference(options: DiffOptions, settings: Settings) -> int:
    """Prints what differs, writes the page with all of it and returns the exit code.

    Raises:
        DigitizerError: a side cannot be read, or none of the scans could.
    """
    before = _load(options.before, options.form)
    scans = _paths(before.scans, options.scans)
    failures = 0
    if options.after:
        after = _load(options.after, options.form)
        scans = _paths(after.scans, ()) | scans
        old, new = before.records, after.records
    else:
        chosen = _sample(before.records, scans, options)
        old = tuple(record for record in before.records if record.sha256 in chosen)
        new, failures = _digitize({s: scans[s] for s in chosen}, old, options, settings)
    found = differences.diff(old, new)
    print_tables(tables_of(found))
    try:
        shown = write_diff_page(found, scans, options.out, settings)
    except OSError as error:
        raise UsageError(f"{options.out}: cannot be written ({error.strerror})", "choose another --out") from error
    told = f"{shown} of {len(found.changes)} changes with their places: {options.out}"
    output().print(told, markup=False, soft_wrap=True)
    return SOME if failures else OK


def _load(side: str, form: str) -> Side:
    """A run or a store.

    Raises:
        UsageError: it is neither.
    """
    path = Path(side)
    if path.is_dir() or path.suffix == ".jsonl":
        records = read_records(path / RECORDS if path.is_dir() else path)
        return Side(tuple(record for record in records if form in ("", record.form)), {})
    with open_store(side, create=False) as store, store.reading() as connection:
        found = list(all_records(connection, form=form))
        documents = {one.document: one.record.sha256 for one in found}
        scans = {sha256: tuple(paths_of(connection, document)) for document, sha256 in documents.items()}
    return Side(tuple(one.record for one in found), scans)


def _paths(known: Mapping[str, Sequence[str]], given: Sequence[str]) -> dict[str, Path]:
    """Where scans lie, by the SHA-256 of what lies there now."""
    found: dict[str, Path] = {}
    for place in [*(path for paths in known.values() for path in paths), *map(str, _given(given))]:
        try:
            if not is_url(place):
                found.setdefault(hash_file(place)[0], Path(place))
        except OSError:
            continue
    return found


def _given(scans: Sequence[str]) -> list[Path]:
    sources, problems = discover(scans)
    tell_problems(problems)
    return [source.path for source in sources]


def _sample(records: Sequence[Record], scans: Mapping[str, Path], options: DiffOptions) -> list[str]:
    """The documents to digitize anew, by SHA-256, in the order of their records.

    Raises:
        NoInputError: none of their scans is there.
    """
    every = list(dict.fromkeys(record.sha256 for record in records))
    there = [sha256 for sha256 in every if sha256 in scans]
    if not there:
        raise NoInputError(f"{options.before}: none of its scans is there", "give them with --scans")
    if len(there) < len(every):
        told = f"{len(every) - len(there)} of {len(every)} documents: left out"
        tell_problems([Problem("scan-gone", told, "put the scans back, or give them with --scans")])
    if 0 < options.sample < len(there):
        drawn = {*Random(options.seed).sample(there, options.sample)}
        there = [sha256 for sha256 in there if sha256 in drawn]
    return there


def _digitize(
    scans: Mapping[str, Path], old: Sequence[Record], options: DiffOptions, settings: Settings
) -> tuple[tuple[Record, ...], int]:
    """The records as they come out now, and how many documents or pages failed; what was read before is not again."""
    require_tesseract(settings.language)
    names = {record.sha256: record.document for record in old}
    sources = [Source(path, names[sha256]) for sha256, path in scans.items()]
    steps = CachedDigitizing(settings, options.forms, cache=open_reading_cache(options.cache, settings))
    found: list[Record] = []
    failures = 0
    with follow(len(sources)) as progress:
        for outcome in digitize_all(sources, steps, settings, on_page=progress.page_done):
            progress.document_done(outcome)
            found += [record for record in outcome.records if options.form in ("", record.form)]
            failures += len(outcome.failures)
    return tuple(found), failures
