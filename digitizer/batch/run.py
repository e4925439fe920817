"""A run over many documents: pages go to workers, results come out in the order of the input."""

from __future__ import annotations

import contextlib
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import Path
from typing import Any, Protocol

from pebble import ProcessExpired

from digitizer.batch import interrupts
from digitizer.batch.pool import Pool, count_cores, open_pool, tell_failure
from digitizer.batch.sources import Source
from digitizer.batch.steps import Assembled, OnStage, Stage, StageName, Steps, timed
from digitizer.document.record import Problem, Record
from digitizer.errors import DigitizerError, InputError, MissingComponentError
from digitizer.imaging.load import Document
from digitizer.settings import Settings

TRIES = 2
"""A page whose worker died is tried once more, alone: the kernel may have killed it for a neighbour's hunger."""

_PATIENCE = 1.0
"""Seconds after which a run looks up from waiting."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A document done. failures: what could not be digitized of it (the whole, or pages).

    sha256: of the bytes that were digitized, '' where not even they could be read.
    """

    source: Source
    pages: int
    records: tuple[Record, ...] = ()
    layout: tuple[dict[str, Any], ...] = ()
    failures: tuple[Problem, ...] = ()
    sha256: str = ""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The failures, and what is odd about whole pages (blank, another form); doubts about fields are not here."""
        told = set(self.failures)
        of_pages = (p for record in self.records for p in record.problems if not p.fields and p not in told)
        return (*self.failures, *of_pages)


class Keeper(Protocol):
    """Keeps what was read of pages, so that a run that is cut off need not read them again."""

    def kept(self, source: Source, document: Document) -> Iterable[tuple[int, bytes]]: ...

    def keep(self, source: Source, document: Document, page: int, readings: bytes) -> None: ...


def digitize_all(
    sources: Iterable[Source],
    steps: Steps,
    settings: Settings,
    *,
    serial: bool = False,
    on_page: Callable[[], None] | None = None,
    in_order: bool = True,
    keeper: Keeper | None = None,
    on_stage: OnStage | None = None,
    pool: Pool | None = None,
) -> Iterator[Outcome]:
    """Digitizes all documents; yields one outcome for each, in their order, as soon as it is its turn.

    sources are taken as there is room for them. in_order False: an outcome comes as soon as its document is done.
    on_stage: told of every stage done or failed. pool: one that is there already, and stays.

    Raises:
        DigitizerError: nothing can be digitized at all: a component is missing, a definition or a model is wrong.
    """
    opened = contextlib.nullcontext(pool) if pool else open_pool(settings, serial)
    with opened as pool, tempfile.TemporaryDirectory(prefix="digitizer-") as spool:
        timeout = 60.0 + settings.page_timeout
        try:
            pool.submit(timeout, steps.prepare).result()
        except Exception as error:
            raise tell_failure(error, timeout, settings.max_memory) from None
        run = _Run(pool, steps, settings, Path(spool), on_page, keeper, on_stage)
        yield from run.outcomes(sources, in_order)


@dataclass(slots=True)
class _Open:
    """A document under way."""

    index: int
    source: Source
    document: Document | None = None
    asked: bool = False
    next_page: int = 1
    waiting: int = 0
    read: dict[int, Path] = field(default_factory=dict)
    failures: dict[int, Problem] = field(default_factory=dict)
    assembling: bool = False
    outcome: Outcome | None = None

    def fail(self, problem: Problem) -> None:
        self.settle(failures=(problem,))

    def settle(
        self,
        records: tuple[Record, ...] = (),
        layout: tuple[dict[str, Any], ...] = (),
        failures: tuple[Problem, ...] = (),
    ) -> None:
        pages, sha256 = (self.document.pages, self.document.sha256) if self.document else (0, "")
        self.outcome = Outcome(self.source, pages, records, layout, failures, sha256)


@dataclass(frozen=True, slots=True)
class _Task:
    """Something sent to a worker. page: 0 where the whole document is meant."""

    item: _Open
    page: int
    timeout: float
    call: tuple[Any, ...]
    tries: int = 1

    @property
    def stage(self) -> StageName:
        return "read" if self.page else "assemble" if self.item.assembling else "probe"


class _Run:
    """Keeps a bounded number of tasks under way, whatever the size of the archive."""

    def __init__(
        self,
        pool: Pool,
        steps: Steps,
        settings: Settings,
        spool: Path,
        on_page: Callable[[], None] | None,
        keeper: Keeper | None,
        on_stage: OnStage | None = None,
    ) -> None:
        self._pool, self._steps, self._settings, self._spool = pool, steps, settings, spool
        self._keeper = keeper
        self._on_page = on_page or (lambda: None)
        self._on_stage = on_stage or (lambda stage: None)
        self._workers = settings.workers or count_cores()
        self._open: deque[_Open] = deque()
        self._under_way: dict[Future[Any], _Task] = {}
        self._again: deque[_Task] = deque()

    def outcomes(self, sources: Iterable[Source], in_order: bool) -> Iterator[Outcome]:
        rest = iter(enumerate(sources))
        while True:
            interrupts.check()
            self._fill(rest)
            if not self._open:
                return
            done = [item for item in self._open if item.outcome is not None]
            if in_order:
                done = list(takewhile(lambda item: item.outcome is not None, self._open))
            for item in done:
                self._open.remove(item)
                assert item.outcome is not None
                yield item.outcome
                interrupts.check()
            if self._under_way:
                ended, _ = wait(self._under_way, timeout=_PATIENCE, return_when=FIRST_COMPLETED)
                for future in ended:
                    self._settle(future, self._under_way.pop(future))

    def _fill(self, rest: Iterator[tuple[int, Source]]) -> None:
        """Sends tasks while there is room: those of earlier documents first.

        What killed its worker goes again alone, once all else under way has ended: it cannot harm others, nor they it.
        """
        if self._again:
            if not self._under_way:
                self._send(self._again.popleft())
            return
        if any(task.tries > 1 for task in self._under_way.values()):
            return
        while len(self._under_way) < 2 * self._workers + 1:
            task = next(filter(None, map(self._next_task, self._open)), None)
            if task is None:
                following = next(rest, None) if len(self._open) < 8 * self._workers else None
                if following is None:
                    return
                self._open.append(_Open(*following))
            else:
                self._send(task)

    def _next_task(self, item: _Open) -> _Task | None:
        limit = self._settings.page_timeout
        document = item.document
        if not item.asked:
            item.asked = True
            return _Task(item, 0, limit, (self._steps.probe, item.source))
        if item.outcome is not None or document is None:
            return None
        while item.next_page in item.read:
            item.next_page += 1
        if item.next_page <= document.pages:
            page = item.next_page
            item.next_page += 1
            item.waiting += 1
            file = self._spool / f"{item.index}-{page}"
            return _Task(item, page, limit, (read_to_file, self._steps, document, page, file))
        if item.waiting == 0 and not item.assembling:
            item.assembling = True
            files = [item.read[page] for page in sorted(item.read)]
            # Joining is light: a second a page on top is ample.
            return _Task(item, 0, limit + len(files), (assemble_files, self._steps, document, files))
        return None

    def _send(self, task: _Task) -> None:
        self._under_way[self._pool.submit(task.timeout, timed, *task.call)] = task

    def _settle(self, future: Future[Any], task: _Task) -> None:
        item = task.item
        try:
            took = future.result()
        except Exception as error:
            if isinstance(error, ProcessExpired | BrokenProcessPool) and task.tries < TRIES:
                self._again.append(replace(task, tries=task.tries + 1))
                return
            self._fail(task, tell_failure(error, task.timeout, self._settings.max_memory))
            return
        result = took.result
        self._on_stage(Stage(task.stage, item.source.name, task.page, took.seconds))
        if task.page:
            item.waiting -= 1
            item.read[task.page] = result
            if self._keeper and item.document and item.document.pages > 1:
                self._keeper.keep(item.source, item.document, task.page, result.read_bytes())
            self._on_page()
        elif item.assembling:
            self._finish(item, result)
        else:
            item.document = result
            self._take_kept(item, result)

    def _take_kept(self, item: _Open, document: Document) -> None:
        """Pages that an earlier run has read need not be read again."""
        for page, readings in self._keeper.kept(item.source, document) if self._keeper else ():
            if 1 <= page <= document.pages:
                item.read[page] = self._spool / f"{item.index}-{page}"
                item.read[page].write_bytes(readings)

    def _fail(self, task: _Task, error: DigitizerError) -> None:
        """Notes the failure of a document or a page.

        Raises:
            DigitizerError: the error is none of this document's, all others would meet it too.
        """
        if not isinstance(error, InputError | MissingComponentError):
            raise error
        item = task.item
        self._on_stage(Stage(task.stage, item.source.name, task.page, failure=error.kind))
        if not task.page:
            item.fail(_problem(error, item.source, None))
            _remove(item.read)
            return
        item.waiting -= 1
        item.failures[task.page] = _problem(error, item.source, task.page)
        self._on_page()
        if item.waiting == 0 and not item.read and item.document and item.next_page > item.document.pages:
            item.settle(failures=tuple(_in_order(item.failures)))

    def _finish(self, item: _Open, assembled: Assembled) -> None:
        assert item.document is not None
        records = tuple(_with_failures(record, assembled.records, item.failures) for record in assembled.records)
        item.settle(records, assembled.layout, tuple(_in_order(item.failures)))
        _remove(item.read)


def read_to_file(steps: Steps, document: Document, page: int, file: Path) -> Path:
    """Reads a page in a worker and keeps the result in a file: it is large, and only another worker needs it."""
    file.write_bytes(steps.pack(steps.read(document, page)))
    return file


def assemble_files(steps: Steps, document: Document, files: Sequence[Path]) -> Assembled:
    """Joins what read_to_file has kept."""
    return steps.assemble(document, [steps.unpack(file.read_bytes()) for file in files])


def _problem(error: DigitizerError, source: Source, page: int | None) -> Problem:
    """The error with the file's and the page's name in front, if it does not name them itself."""
    message = str(error)
    if str(source.path) not in message and source.name not in message:
        message = f"{source.path}{f', page {page}' if page else ''}: {message}"
    return Problem(error.kind, message, error.remedy, source.name, page)


def _with_failures(record: Record, records: Sequence[Record], failures: dict[int, Problem]) -> Record:
    """The record with the failed pages that may have belonged to it: those next to its own or between them."""
    near = []
    for page, problem in failures.items():
        before = max((max(r.pages) for r in records if r.pages and max(r.pages) < page), default=None)
        after = min((min(r.pages) for r in records if r.pages and min(r.pages) > page), default=None)
        first, last = min(record.pages, default=0), max(record.pages, default=0)
        if first < page < last or last == before or first == after:
            near.append(problem)
    return replace(record, problems=(*record.problems, *near)) if near else record


def _in_order(failures: dict[int, Problem]) -> list[Problem]:
    return [failures[page] for page in sorted(failures)]


def _remove(files: dict[int, Path]) -> None:
    for file in files.values():
        file.unlink(missing_ok=True)
    files.clear()
