"""A batch into a store: takes what the ledger says is to do, leases it, digitizes it and writes it down."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from sqlalchemy import Connection

from digitizer.batch import interrupts
from digitizer.batch.run import Outcome, digitize_all
from digitizer.batch.sources import Fetched, Source, hash_file, is_url
from digitizer.batch.steps import OnStage, Stage, Steps
from digitizer.document.record import Problem
from digitizer.errors import UsageError
from digitizer.imaging.load import Document
from digitizer.names import is_escaped
from digitizer.settings import Settings
from digitizer.store import leases, ledger
from digitizer.store.database import Store
from digitizer.store.ledger import Batch, Found, OpenSource, State

RENEW = 60.0
"""Seconds between renewals of the leases."""


@dataclass(frozen=True, slots=True)
class FinishedDocument:
    """A document that is done with. paths: where it lies; fresh: whether this run digitized it; pages: how many.

    state 'waiting': it could not be finished after all, and the next run takes it up again.
    """

    name: str
    paths: tuple[str, ...]
    state: State
    pages: int = 0
    failures: tuple[Problem, ...] = ()
    fresh: bool = True


@dataclass(frozen=True, slots=True)
class _Held:
    document: int
    sha256: str
    entry: OpenSource


class LeasedDocuments:
    """Documents that an owner of leases works on. It is a run's keeper of pages too.

    keep_scans: a folder for a copy of each document that is digitized, None for no copies.
    """

    def __init__(self, store: Store, batch: Batch, owner: str, keep_scans: Path | None = None) -> None:
        self.owner = owner
        self._store, self._batch, self._keep_scans = store, batch, keep_scans
        self._held: dict[Source, _Held] = {}
        self._finished: list[FinishedDocument] = []
        self._renewed = time.monotonic()
        self._fetched = Fetched()

    def finished_meanwhile(self) -> Iterator[FinishedDocument]:
        """Documents that turned out to be done, or unreadable, on the way."""
        while self._finished:
            yield self._finished.pop(0)

    def close(self) -> None:
        """Gives back what is still held."""
        self.forget_fetched()
        with self._store.writing() as connection:
            leases.release_all(connection, self.owner)

    def forget_fetched(self) -> None:
        """Removes the copies of files that lie elsewhere."""
        self._fetched.close()

    def take(self, entry: OpenSource) -> Source | None:
        """The source to digitize, or None where that is done already, leased by another, or cannot be."""
        hashed = time.time_ns()
        path = self._fetched.place(entry.path) if is_url(entry.path) else Path(entry.path)
        try:
            sha256, size = hash_file(entry.path, path if is_url(entry.path) else None)
        except OSError as error:
            self._refuse(entry, error)
            return None
        with interrupts.held(), self._store.writing() as connection:
            document = ledger.link(connection, entry, sha256, size, hashed)
            name = self._take_up(connection, entry, document)
        if name is None:
            _drop(path, entry)
            return None
        self._keep_copy(path, document, sha256)
        source = Source(path, name)
        self._held[source] = _Held(document, sha256, entry)
        return source

    def _take_up(self, connection: Connection, entry: OpenSource, document: int) -> str | None:
        """The document's name, once it is this owner's to digitize."""
        name = ledger.take_up(connection, self._batch, document)
        if name is None:
            state, pages = ledger.state_of(connection, document)
            failures = tuple(ledger.failures_of(connection, document))
            # Elsewhere too: a run that was killed may have left another file of the same bytes where it lay.
            paths = tuple(dict.fromkeys((entry.path, *ledger.places_of(connection, self._batch, document))))
            self._finished.append(FinishedDocument(entry.name, paths, state, pages, failures, fresh=False))
            return None
        if any(held.document == document for held in self._held.values()):
            return None
        return name if leases.take(connection, document, self.owner) else None

    def _keep_copy(self, path: Path, document: int, sha256: str) -> None:
        """Keeps a copy where that was asked for, whole or not at all.

        Raises:
            UsageError: it cannot be written.
        """
        if self._keep_scans is None:
            return
        copy = self._keep_scans / sha256[:2] / f"{sha256}{path.suffix.lower()}"
        part = copy.with_name(f"{copy.name}.{os.getpid()}.part")
        try:
            copy.parent.mkdir(parents=True, exist_ok=True)
            if not copy.exists():
                # Changed meanwhile, the file is read again in the next run, and copied then.
                if hash_file(str(path), part)[0] != sha256:
                    part.unlink()
                    return
                part.replace(copy)
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink()
            raise UsageError(f"{copy}: cannot be written ({error.strerror})", "see to --keep-scans") from error
        with interrupts.held(), self._store.writing() as connection:
            ledger.note_copy(connection, document, str(copy))

    def _refuse(self, entry: OpenSource, error: OSError) -> None:
        kind = "not-found" if isinstance(error, FileNotFoundError) else "unreadable"
        message = f"{entry.path}: {'no such file' if kind == 'not-found' else error.strerror}"
        # The store keeps paths as UTF-8.
        told = "rename it: its name is not in UTF-8" if is_escaped(entry.path) else "check the path and who may read it"
        problem = Problem(kind, message, told, entry.name)
        with interrupts.held(), self._store.writing() as connection:
            ledger.link_unreadable(connection, entry, problem, self._batch)
        self._finished.append(FinishedDocument(entry.name, (entry.path,), "failed", 0, (problem,)))

    def kept(self, source: Source, document: Document) -> Iterator[tuple[int, bytes]]:
        held = self._held[source]
        if document.sha256 == held.sha256:
            with self._store.reading() as connection:
                yield from ledger.kept_pages(connection, held.document)

    def keep(self, source: Source, document: Document, page: int, readings: bytes) -> None:
        held = self._held[source]
        if document.sha256 != held.sha256:
            return
        with interrupts.held(), self._store.writing() as connection:
            if leases.holds(connection, held.document, self.owner):
                ledger.keep_page(connection, held.document, page, readings)
            if time.monotonic() - self._renewed > RENEW:
                leases.renew(connection, self.owner)
                self._renewed = time.monotonic()

    def finish(self, outcome: Outcome) -> FinishedDocument | None:
        """Writes an outcome down; None where another process has taken the document over meanwhile."""
        held = self._held.pop(outcome.source)
        place, local, name = held.entry.path, str(outcome.source.path), outcome.source.name
        # A file that was fetched is known by its URL, not by where its copy lay for a while.
        failures = tuple(replace(p, message=p.message.replace(local, place)) for p in outcome.failures)
        _drop(outcome.source.path, held.entry)
        with interrupts.held(), self._store.writing() as connection:
            if not leases.holds(connection, held.document, self.owner):
                return None
            leases.release(connection, held.document)
            paths = tuple(ledger.places_of(connection, self._batch, held.document))
            if outcome.sha256 not in ("", held.sha256):
                ledger.look_again(connection, place)
                failures = (Problem("changed", f"{place}: changed while it was read", "run again", name),)
            elif not any(problem.kind == "missing-component" for problem in failures):
                state = ledger.finish(connection, held.document, outcome.pages, outcome.records, failures)
                return FinishedDocument(name, paths, state, outcome.pages, failures)
            # It is not the document's fault: it stays to do.
            return FinishedDocument(name, (place,), "waiting", outcome.pages, failures)


def _drop(path: Path, entry: OpenSource) -> None:
    """Removes a file that was fetched."""
    if is_url(entry.path):
        path.unlink(missing_ok=True)


_CHUNK = 1000


def enter_all(store: Store, batch: Batch, files: Iterable[Found]) -> int:
    """Notes all files as part of the batch; returns how many."""
    count, rest = 0, iter(files)
    while chunk := list(islice(rest, _CHUNK)):
        interrupts.check()
        with interrupts.held(), store.writing() as connection:
            ledger.enter(connection, batch, chunk, count)
        count += len(chunk)
    return count


def digitize_batch(
    store: Store,
    batch: Batch,
    steps: Steps,
    settings: Settings,
    *,
    serial: bool = False,
    on_page: Callable[[], None] | None = None,
    on_stage: OnStage | None = None,
    keep_scans: Path | None = None,
) -> Iterator[FinishedDocument]:
    """Digitizes what is left of a batch; yields each document as soon as it is written down.

    keep_scans: a folder for a copy of each document.

    Raises:
        DigitizerError: nothing can be digitized at all: a component is missing, a definition or a model is wrong.
    """
    leased = LeasedDocuments(store, batch, leases.this_process(), keep_scans)
    with interrupts.held(), store.writing() as connection:
        leases.release_dead(connection)
    try:
        sources = (source for entry in entries_to_do(store, batch) if (source := leased.take(entry)) is not None)
        first = next(sources, None)
        yield from leased.finished_meanwhile()
        if first is None:
            # Nothing to digitize: no workers, no models loaded.
            return
        for outcome in digitize_all(
            chain([first], sources),
            steps,
            settings,
            serial=serial,
            on_page=on_page,
            in_order=False,
            keeper=leased,
            on_stage=on_stage,
        ):
            begun = time.perf_counter()
            finished = leased.finish(outcome)
            if on_stage:
                on_stage(Stage("store", outcome.source.name, 0, time.perf_counter() - begun))
            yield from leased.finished_meanwhile()
            if finished is not None:
                yield finished
        yield from leased.finished_meanwhile()
    finally:
        leased.close()


def entries_to_do(store: Store, batch: Batch) -> Iterator[OpenSource]:
    """The sources with something left to do, read from the ledger as they are asked for."""
    after = -1
    while True:
        with store.reading() as connection:
            entries = ledger.to_do(connection, batch, after)
        if not entries:
            return
        for entry in entries:
            interrupts.check()
            yield entry
        after = entries[-1].ordinal
