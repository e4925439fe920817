"""A batch into a store: takes what the ledger says is to do, digitizes it and writes it down, document by document."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from digitizer.batch import interrupts
from digitizer.batch.discover import Source
from digitizer.batch.run import Outcome, digitize_all
from digitizer.batch.stages import OnStage, Stage
from digitizer.batch.steps import Steps
from digitizer.document.record import Problem
from digitizer.imaging.load import Document
from digitizer.settings import Settings
from digitizer.store import leases, ledger
from digitizer.store.database import Store
from digitizer.store.ledger import Batch, Entry, Found, State

_CHUNK = 1000
_RENEW = 60.0
"""Seconds between renewals of the leases."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A document that is done with. paths: where it lies; fresh: whether this run digitized it; pages: how many.

    state 'waiting': it could not be settled after all, and the next run takes it up again.
    """

    name: str
    paths: tuple[str, ...]
    state: State
    pages: int = 0
    failures: tuple[Problem, ...] = ()
    fresh: bool = True


def enter_all(store: Store, batch: Batch, files: Iterable[Found]) -> int:
    """Notes all files as part of the batch; returns how many."""
    count, rest = 0, iter(files)
    while chunk := list(islice(rest, _CHUNK)):
        interrupts.check()
        with store.writing() as connection:
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
) -> Iterator[Settled]:
    """Digitizes what is left of a batch; yields each document as soon as it is written down.

    Raises:
        DigitizerError: nothing can be digitized at all: a component is missing, a definition or a model is wrong.
    """
    work = _Work(store, batch)
    with store.writing() as connection:
        leases.release_dead(connection)
    try:
        sources = work.sources()
        first = next(sources, None)
        yield from work.settled()
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
            keeper=work,
            on_stage=on_stage,
        ):
            begun = time.perf_counter()
            settled = work.finish(outcome)
            if on_stage:
                on_stage(Stage("store", outcome.source.name, 0, time.perf_counter() - begun))
            yield from work.settled()
            if settled is not None:
                yield settled
        yield from work.settled()
    finally:
        with store.writing() as connection:
            leases.release_all(connection, work.owner)


class _Work:
    """The documents in hand. It is the run's keeper of pages too."""

    def __init__(self, store: Store, batch: Batch) -> None:
        self.owner = leases.this_process()
        self._store, self._batch = store, batch
        self._in_hand: dict[Source, tuple[int, str]] = {}
        self._settled: list[Settled] = []
        self._renewed = time.monotonic()

    def settled(self) -> Iterator[Settled]:
        """Documents that turned out to be done, or unreadable, on the way."""
        while self._settled:
            yield self._settled.pop(0)

    def sources(self) -> Iterator[Source]:
        """What is to be digitized, each taken in hand as it is asked for."""
        after = -1
        while True:
            with self._store.reading() as connection:
                entries = ledger.to_do(connection, self._batch, after)
            if not entries:
                return
            for entry in entries:
                interrupts.check()
                source = self._take(entry)
                if source is not None:
                    yield source
            after = entries[-1].ordinal

    def _take(self, entry: Entry) -> Source | None:
        """The source to digitize, or None where that is done already, in other hands, or cannot be."""
        hashed = time.time_ns()
        try:
            sha256, size = hash_file(Path(entry.path))
        except OSError as error:
            self._refuse(entry, error)
            return None
        with self._store.writing() as connection:
            document = ledger.link(connection, entry, sha256, size, hashed)
            name = ledger.take_up(connection, self._batch, document)
            if name is None:
                state, pages = ledger.state_of(connection, document)
                failures = tuple(ledger.failures_of(connection, document))
                self._settled.append(Settled(entry.name, (entry.path,), state, pages, failures, fresh=False))
                return None
            if document in (number for number, _ in self._in_hand.values()):
                return None
            if not leases.take(connection, document, self.owner):
                return None
        source = Source(Path(entry.path), name)
        self._in_hand[source] = document, sha256
        return source

    def _refuse(self, entry: Entry, error: OSError) -> None:
        kind = "not-found" if isinstance(error, FileNotFoundError) else "unreadable"
        message = f"{entry.path}: {'no such file' if kind == 'not-found' else error.strerror}"
        problem = Problem(kind, message, "check the path and who may read it", entry.name)
        with self._store.writing() as connection:
            ledger.link_unreadable(connection, entry, problem, self._batch)
        self._settled.append(Settled(entry.name, (entry.path,), "failed", 0, (problem,)))

    def kept(self, source: Source, document: Document) -> Iterator[tuple[int, bytes]]:
        number, sha256 = self._in_hand[source]
        if document.sha256 == sha256:
            with self._store.reading() as connection:
                yield from ledger.kept_pages(connection, number)

    def keep(self, source: Source, document: Document, page: int, readings: bytes) -> None:
        number, sha256 = self._in_hand[source]
        if document.sha256 != sha256:
            return
        with self._store.writing() as connection:
            if leases.holds(connection, number, self.owner):
                ledger.keep_page(connection, number, page, readings)
            if time.monotonic() - self._renewed > _RENEW:
                leases.renew(connection, self.owner)
                self._renewed = time.monotonic()

    def finish(self, outcome: Outcome) -> Settled | None:
        """Writes an outcome down; None where another process has taken the document over meanwhile."""
        document, sha256 = self._in_hand.pop(outcome.source)
        path, failures = str(outcome.source.path), outcome.failures
        with self._store.writing() as connection:
            if not leases.holds(connection, document, self.owner):
                return None
            leases.release(connection, document)
            paths = tuple(ledger.places_of(connection, self._batch, document))
            if outcome.sha256 not in ("", sha256):
                ledger.look_again(connection, path)
                failures = (Problem("changed", f"{path}: changed while it was read", "run again", outcome.source.name),)
            elif not any(problem.kind == "missing-component" for problem in failures):
                state = ledger.finish(connection, document, outcome.pages, outcome.records, failures)
                return Settled(outcome.source.name, paths, state, outcome.pages, failures)
            # It is not the document's fault: it stays to do.
            return Settled(outcome.source.name, (path,), "waiting", outcome.pages, failures)


def hash_file(path: Path) -> tuple[str, int]:
    """SHA-256 (hex) and size of a file.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return digest.hexdigest(), file.tell()
