"""`digitizer batch`: files into the ledger, documents into the store, progress to the terminal."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from digitizer.batch.archive import FinishedDocument, digitize_batch, enter_all
from digitizer.batch.batch_files import list_source, source_name
from digitizer.batch.cluster import Job, digitize_on_cluster
from digitizer.batch.output import MISSING, NOTHING, OK, SOME
from digitizer.batch.steps import Digitizing, OnStage, key_of, versions_of
from digitizer.cli.console import notices, output, tell_problems
from digitizer.cli.forms import choose
from digitizer.cli.options import (
    FormsOption,
    LogOption,
    MemoryOption,
    MetricsOption,
    SeparatorsOption,
    StoreOption,
    TimeoutOption,
    WorkersOption,
)
from digitizer.cli.settings import make_settings
from digitizer.cli.status import describe, duration
from digitizer.cli.telemetry import Telemetry, open_telemetry
from digitizer.document.record import Problem
from digitizer.errors import NoInputError, UsageError
from digitizer.fields.definitions import load_definitions
from digitizer.reading.tesseract_probe import require_tesseract
from digitizer.resources import models_folder
from digitizer.settings import Settings
from digitizer.store import leases, ledger
from digitizer.store.database import Store, open_store
from digitizer.store.ledger import Batch, Found
from digitizer.store.status import Progress, progress


class Engine(StrEnum):
    """What runs the work."""

    LOCAL = "local"
    DASK = "dask"


def batch(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A folder, a pattern, or a CSV manifest.")],
    store: StoreOption,
    engine: Annotated[Engine, typer.Option(help="What runs the work.")] = Engine.LOCAL,
    scheduler: Annotated[
        str, typer.Option(metavar="URL", help="Of --engine dask: the scheduler; without, a cluster on this machine.")
    ] = "",
    workers: WorkersOption = None,
    page_timeout: TimeoutOption = None,
    max_memory: MemoryOption = None,
    dpi: Annotated[int | None, typer.Option(metavar="N", help="Resolution of images that do not say theirs.")] = None,
    form: Annotated[str, typer.Option(metavar="ID", help="Look for this form only.")] = "",
    forms: FormsOption = None,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try again what failed before.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Digitize everything anew.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be done.")] = False,
    separators: SeparatorsOption = False,
    keep_scans: Annotated[
        Path | None, typer.Option("--keep-scans", metavar="FOLDER", help="Keep a copy of each scan there.")
    ] = None,
    log: LogOption = None,
    metrics: MetricsOption = "",
) -> None:
    """Digitizes an archive into a store; stopped at any moment, it goes on where it was."""
    if scheduler and engine != Engine.DASK:
        raise UsageError("--scheduler is for --engine dask", "add --engine dask")
    settings = make_settings(
        workers=workers, dpi=dpi, page_timeout=page_timeout, max_memory=max_memory, separators=separators or None
    )
    on_cluster = engine == Engine.DASK
    asked = (retry_failed, force, log, metrics, on_cluster, scheduler, keep_scans)
    options = BatchOptions(source, store, form, tuple(forms or ()), *asked)
    exit_code = survey(options, settings) if dry_run else digitize(options, settings)
    if exit_code:
        raise typer.Exit(exit_code)


EVERY = 5.0
"""Seconds between two lines of progress."""
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """What the user asked for. form: the only one to look for, '' for all; forms: folders of definitions.

    log: file for JSON lines; metrics: [HOST:]PORT for Prometheus, '' for none. cluster: whether Dask runs the work;
    scheduler: where its scheduler is, '' for a cluster on this machine. keep_scans: folder for copies, None for none.
    """

    source: str
    store: str
    form: str = ""
    forms: tuple[Path, ...] = ()
    retry_failed: bool = False
    force: bool = False
    log: Path | None = None
    metrics: str = ""
    cluster: bool = False
    scheduler: str = ""
    keep_scans: Path | None = None


def digitize(options: BatchOptions, settings: Settings) -> int:
    """Brings the store up to date with the source, tells what came of it and returns the exit code.

    Raises:
        DigitizerError: nothing was begun: a component is missing, a definition is wrong, the store cannot be opened.
    """
    versions = prepare(options, settings)
    with open_store(options.store) as store, open_telemetry(options.log, options.metrics) as telemetry:
        tally, batch = work_off(store, options, settings, versions, telemetry)
        with store.reading() as connection:
            end = progress(connection, batch)
    for line in [*describe(end), *_next_steps(end, options)]:
        output().print(line, markup=False, soft_wrap=True)
    return exit_code(end, tally)


def work_off(
    store: Store,
    options: BatchOptions,
    settings: Settings,
    versions: Mapping[str, Any],
    telemetry: Telemetry,
    on_settled: Callable[[int, FinishedDocument], None] = lambda batch, settled: None,
    files: Iterable[Found] | None = None,
) -> tuple[Tally, int]:
    """One run of a batch; returns what it came to and the batch's number. on_settled: told of the batch's documents.

    files: those to look at, where not all that the source names.

    Raises:
        NoInputError: the source names no file.
    """
    with store.writing() as connection:
        batch = ledger.begin(
            connection, source_name(options.source), key_of(versions), versions, options.force, options.retry_failed
        )
    if enter_all(store, batch, list_source(options.source) if files is None else files) == 0:
        raise NoInputError(f"{options.source}: no scans there", "put pdf, tif, tiff, png, jpg or jpeg files there")
    with store.writing() as connection:
        ledger.ask_again(connection, batch)
    with store.reading() as connection:
        tally = Tally(progress(connection, batch.id).left)
    telemetry.begun(options.source, tally.expected)
    try:
        for settled in _settled(store, batch, options, settings, tally.page_done, telemetry.stage, versions):
            tally.add(settled)
            telemetry.settled(settled)
            on_settled(batch.id, settled)
    except KeyboardInterrupt:
        telemetry.ended(interrupted=True)
        message = f"interrupted: {tally.fresh} documents were done in this run and are kept; run again to go on"
        tell_problems([Problem("interrupted", message)])
        raise
    with store.writing() as connection:
        ledger.end(connection, batch)
    telemetry.ended()
    return tally, batch.id


def _settled(
    store: Store,
    batch: Batch,
    options: BatchOptions,
    settings: Settings,
    on_page: Callable[[], None],
    on_stage: OnStage,
    versions: Mapping[str, Any],
) -> Iterator[FinishedDocument]:
    copies = options.keep_scans.absolute() if options.keep_scans else None
    if not options.cluster:
        steps = Digitizing(settings, options.forms, options.form)
        return digitize_batch(store, batch, steps, settings, on_page=on_page, on_stage=on_stage, keep_scans=copies)
    forms = tuple(folder.absolute() for folder in options.forms)
    steps = Digitizing(settings, forms, options.form, versions=key_of(versions))
    place = options.store if "://" in options.store else str(Path(options.store).absolute())
    job = Job(place, batch, leases.this_process(), steps, settings, copies)
    return digitize_on_cluster(store, job, options.scheduler, on_page=on_page, on_stage=on_stage)


def survey(options: BatchOptions, settings: Settings) -> int:
    """Tells what a run would do and does nothing."""
    key = key_of(prepare(options, settings))
    files = list_source(options.source)
    count = done = 0
    there = "://" in options.store or Path(options.store).exists()
    while chunk := list(islice(files, _CHUNK)):
        count += len(chunk)
        if there and not options.force:
            with open_store(options.store, create=False) as store, store.reading() as connection:
                done += ledger.survey(connection, source_name(options.source), chunk, key, options.retry_failed)
    output().print(f"{count} files, {done} of them done, {count - done} to digitize; nothing was changed")
    return OK if count else NOTHING


def prepare(options: BatchOptions, settings: Settings) -> dict[str, Any]:
    """Checks what can be checked before anything is begun; returns the versions that the work is done with."""
    definitions = load_definitions([models_folder(), *options.forms])
    if options.form:
        choose(options.form, definitions)
    return versions_of(settings, options.forms, options.form, require_tesseract(settings.language))


@dataclass(slots=True)
class Tally:
    """What a run came to so far, in numbers alone; tells how far it is. expected: sources to do when it began."""

    expected: int
    settled: int = 0
    fresh: int = 0
    failed: int = 0
    pages: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    begun: float = field(default_factory=time.monotonic)
    shown: float = field(default_factory=time.monotonic)

    def page_done(self) -> None:
        self.pages += 1
        self._show()

    def add(self, settled: FinishedDocument) -> None:
        self.settled += len(settled.paths)
        self.fresh += settled.fresh
        self.failed += bool(settled.failures)
        self.kinds.update(problem.kind for problem in settled.failures)
        if settled.fresh:
            tell_problems(settled.failures)
        self._show()

    def _show(self) -> None:
        now = time.monotonic()
        if now - self.shown < EVERY:
            return
        self.shown = now
        seconds = now - self.begun
        left = (self.expected - self.settled) * seconds / self.settled if self.settled else None
        line = f"[{self.settled}/{self.expected}] {60 * self.pages / seconds:.0f} pages a minute, {self.failed} failed"
        notices().print(line + (f", {duration(left)} left" if left is not None else ""), soft_wrap=True)


def exit_code(end: Progress, tally: Tally) -> int:
    """CONTRACT.md's: 0, 3, 4 or 5, by the ledger: what failed in an earlier run still counts."""
    if tally.kinds["missing-component"]:
        return MISSING
    if end.states.get("failed", 0) == end.total:
        return NOTHING
    return OK if end.states.get("done", 0) == end.total else SOME


def _next_steps(end: Progress, options: BatchOptions) -> list[str]:
    lines = []
    if end.states.get("failed", 0) + end.states.get("partly", 0):
        lines.append("failed:    digitizer batch … --retry-failed tries them again")
    if end.left:
        lines.append(
            f"to do:     {end.left} are left: in another run's hands, or changed while they were read; run again"
        )
    return [*lines, f"next:      digitizer export --store {options.store} --format csv --out RESULTS"]
