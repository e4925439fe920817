"""The work of `digitizer batch`: files into the ledger, documents into the store, progress to the terminal."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from digitizer.batch.archive import FinishedDocument, digitize_batch, enter_all
from digitizer.batch.batch_files import list_source, source_name
from digitizer.batch.cluster import Job, digitize_on_cluster
from digitizer.batch.output import MISSING, NOTHING, OK, SOME
from digitizer.batch.steps import Digitizing, OnStage, key_of, versions_of
from digitizer.cli.archive_status import describe, duration
from digitizer.cli.console import notices, output, tell_problems
from digitizer.cli.forms import choose
from digitizer.cli.telemetry import Telemetry, open_telemetry
from digitizer.document.record import Problem
from digitizer.errors import NoInputError
from digitizer.fields.definitions import load_definitions
from digitizer.reading.tesseract_probe import require_tesseract
from digitizer.resources import models_folder
from digitizer.settings import Settings
from digitizer.store import leases, ledger
from digitizer.store.database import Store, open_store
from digitizer.store.ledger import Batch, Found
from digitizer.store.status import Progress, progress

EVERY = 5.0
"""Seconds between two lines of progress."""
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Wanted:
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


def digitize(wanted: Wanted, settings: Settings) -> int:
    """Brings the store up to date with the source, tells what came of it and returns the exit code.

    Raises:
        DigitizerError: nothing was begun: a component is missing, a definition is wrong, the store cannot be opened.
    """
    versions = prepare(wanted, settings)
    with open_store(wanted.store) as store, open_telemetry(wanted.log, wanted.metrics) as telemetry:
        told, batch = work_off(store, wanted, settings, versions, telemetry)
        with store.reading() as connection:
            end = progress(connection, batch)
    for line in [*describe(end), *_next_steps(end, wanted)]:
        output().print(line, markup=False, soft_wrap=True)
    return exit_code(end, told)


def work_off(
    store: Store,
    wanted: Wanted,
    settings: Settings,
    versions: Mapping[str, Any],
    telemetry: Telemetry,
    on_settled: Callable[[int, FinishedDocument], None] = lambda batch, settled: None,
    files: Iterable[Found] | None = None,
) -> tuple[Told, int]:
    """One run of a batch; returns what it came to and the batch's number. on_settled: told of the batch's documents.

    files: those to look at, where not all that the source names.

    Raises:
        NoInputError: the source names no file.
    """
    with store.writing() as connection:
        batch = ledger.begin(
            connection, source_name(wanted.source), key_of(versions), versions, wanted.force, wanted.retry_failed
        )
    if enter_all(store, batch, list_source(wanted.source) if files is None else files) == 0:
        raise NoInputError(f"{wanted.source}: no scans there", "put pdf, tif, tiff, png, jpg or jpeg files there")
    with store.writing() as connection:
        ledger.ask_again(connection, batch)
    with store.reading() as connection:
        told = Told(progress(connection, batch.id).left)
    telemetry.begun(wanted.source, told.expected)
    try:
        for settled in _settled(store, batch, wanted, settings, told.page_done, telemetry.stage, versions):
            told.add(settled)
            telemetry.settled(settled)
            on_settled(batch.id, settled)
    except KeyboardInterrupt:
        telemetry.ended(interrupted=True)
        message = f"interrupted: {told.fresh} documents were done in this run and are kept; run again to go on"
        tell_problems([Problem("interrupted", message)])
        raise
    with store.writing() as connection:
        ledger.end(connection, batch)
    telemetry.ended()
    return told, batch.id


def _settled(
    store: Store,
    batch: Batch,
    wanted: Wanted,
    settings: Settings,
    on_page: Callable[[], None],
    on_stage: OnStage,
    versions: Mapping[str, Any],
) -> Iterator[FinishedDocument]:
    copies = wanted.keep_scans.absolute() if wanted.keep_scans else None
    if not wanted.cluster:
        steps = Digitizing(settings, wanted.forms, wanted.form)
        return digitize_batch(store, batch, steps, settings, on_page=on_page, on_stage=on_stage, keep_scans=copies)
    forms = tuple(folder.absolute() for folder in wanted.forms)
    steps = Digitizing(settings, forms, wanted.form, versions=key_of(versions))
    place = wanted.store if "://" in wanted.store else str(Path(wanted.store).absolute())
    job = Job(place, batch, leases.this_process(), steps, settings, copies)
    return digitize_on_cluster(store, job, wanted.scheduler, on_page=on_page, on_stage=on_stage)


def survey(wanted: Wanted, settings: Settings) -> int:
    """Tells what a run would do and does nothing."""
    key = key_of(prepare(wanted, settings))
    files = list_source(wanted.source)
    count = done = 0
    there = "://" in wanted.store or Path(wanted.store).exists()
    while chunk := list(islice(files, _CHUNK)):
        count += len(chunk)
        if there and not wanted.force:
            with open_store(wanted.store, create=False) as store, store.reading() as connection:
                done += ledger.survey(connection, source_name(wanted.source), chunk, key, wanted.retry_failed)
    output().print(f"{count} files, {done} of them done, {count - done} to digitize; nothing was changed")
    return OK if count else NOTHING


def prepare(wanted: Wanted, settings: Settings) -> dict[str, Any]:
    """Checks what can be checked before anything is begun; returns the versions that the work is done with."""
    definitions = load_definitions([models_folder(), *wanted.forms])
    if wanted.form:
        choose(wanted.form, definitions)
    return versions_of(settings, wanted.forms, wanted.form, require_tesseract(settings.language))


@dataclass(slots=True)
class Told:
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


def exit_code(end: Progress, told: Told) -> int:
    """CONTRACT.md's: 0, 3, 4 or 5, by the ledger: what failed in an earlier run still counts."""
    if told.kinds["missing-component"]:
        return MISSING
    if end.states.get("failed", 0) == end.total:
        return NOTHING
    return OK if end.states.get("done", 0) == end.total else SOME


def _next_steps(end: Progress, wanted: Wanted) -> list[str]:
    lines = []
    if end.states.get("failed", 0) + end.states.get("partly", 0):
        lines.append("failed:    digitizer batch … --retry-failed tries them again")
    if end.left:
        lines.append(
            f"to do:     {end.left} are left: in another run's hands, or changed while they were read; run again"
        )
    return [*lines, f"next:      digitizer export --store {wanted.store} --format csv --out RESULTS"]
