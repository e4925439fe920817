"""A batch on a Dask cluster: each document is a task, digitized and written down where it runs.

The scheduler only hands out work. What is done is what the ledger says is done: workers, scheduler and driver may be
killed at any moment, and the next run goes on where they were.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import urlsplit

from digitizer.batch import interrupts
from digitizer.batch.archive import RENEW, FinishedDocument, LeasedDocuments, entries_to_do
from digitizer.batch.pool import ONE_THREAD, Pool, WorkerPool, count_cores
from digitizer.batch.run import digitize_all
from digitizer.batch.steps import OnStage, Stage, Steps
from digitizer.document.record import Problem
from digitizer.errors import DigitizerError, MissingComponentError, UsageError
from digitizer.settings import Settings
from digitizer.store import leases
from digitizer.store.database import Store, open_store
from digitizer.store.ledger import Batch, OpenSource

HERE = frozenset({"localhost", "127.0.0.1", "::1", ""})
CONFIG = {
    # Workers start processes of their own, which the children of daemons may not.
    "distributed.worker.daemon": False,
    # A worker gets no more documents than it has threads: what waits, waits where all can take it.
    "distributed.scheduler.worker-saturation": 1.0,
    # A document that is in hand when its worker dies is given to another so often before it is left to the next run.
    "distributed.scheduler.allowed-failures": 5,
    "distributed.admin.log-length": 0,
}
AHEAD = 3
"""Documents sent ahead for each thread of the cluster: enough that none waits, few enough to stay small."""
PATIENCE = 10.0
"""Seconds within which a scheduler must answer."""
_PATIENCE = 1.0


@dataclass(frozen=True, slots=True)
class Job:
    """What all tasks of a run have in common. store: its URL; owner: the driver, whose leases the tasks work under.

    keep_scans: a folder for a copy of each document, the same on all machines.
    """

    store: str
    batch: Batch
    owner: str
    steps: Steps
    settings: Settings
    keep_scans: Path | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What a task tells the driver; the records are in the store by then."""

    documents: tuple[FinishedDocument, ...] = ()
    stages: tuple[Stage, ...] = ()


def digitize_on_cluster(
    store: Store,
    job: Job,
    scheduler: str = "",
    *,
    on_page: Callable[[], None] = lambda: None,
    on_stage: OnStage = lambda stage: None,
) -> Iterator[FinishedDocument]:
    """Digitizes what is left of a batch; yields each document once it is written down.

    scheduler: address of a running one; '' for a cluster on this machine for the length of the run.

    Raises:
        DigitizerError: nothing can be digitized at all, or the cluster is gone.
    """
    with store.writing() as connection:
        leases.release_dead(connection)
    entries = entries_to_do(store, job.batch)
    first = next(entries, None)
    if first is None:
        return
    with _connect(scheduler, job) as client, _renewing(store, job.owner):
        tasks = _Tasks(client, job)
        tasks.send(first)
        for done in tasks.results(entries):
            for stage in done.stages:
                on_stage(stage)
                if stage.page:
                    on_page()
            yield from done.documents


class _Tasks:
    """Keeps a bounded number of documents with the cluster, whatever the size of the archive."""

    def __init__(self, client: Any, job: Job) -> None:
        self._client, self._job = client, job
        self._run = uuid.uuid4().hex
        self._ended: SimpleQueue[Any] = SimpleQueue()
        self._under_way: dict[str, tuple[Any, OpenSource]] = {}
        self._room, self._looked = AHEAD, 0.0

    def send(self, entry: OpenSource) -> None:
        # Not a pure function: the same document in another run is another task.
        key = f"document-{entry.id}-{self._run}"
        future = self._client.submit(work_on, self._job, entry, key=key, pure=False)
        self._under_way[key] = future, entry
        future.add_done_callback(self._ended.put)

    def results(self, entries: Iterator[OpenSource]) -> Iterator[Done]:
        try:
            while True:
                interrupts.check()
                self._fill(entries)
                if not self._under_way:
                    return
                with contextlib.suppress(Empty):
                    future = self._ended.get(timeout=_PATIENCE)
                    yield self._take(future)
                if self._client.status != "running":
                    raise _gone()
        finally:
            for future, _ in self._under_way.values():
                with contextlib.suppress(Exception):
                    future.cancel()

    def _fill(self, entries: Iterator[OpenSource]) -> None:
        now = time.monotonic()
        if now - self._looked > _PATIENCE:
            # Workers come and go.
            self._room = AHEAD * max(1, sum(self._client.nthreads().values()))
            self._looked = now
        while len(self._under_way) < self._room and (entry := next(entries, None)) is not None:
            self.send(entry)

    def _take(self, future: Any) -> Done:
        _, entry = self._under_way.pop(future.key)
        try:
            return future.result()  # type: ignore[no-any-return]
        except DigitizerError:
            raise
        except Exception as error:
            if type(error).__name__ != "KilledWorker":
                raise _gone() from error
            message = f"{entry.path}: the workers that had it in hand died"
            problem = Problem("crash", message, "run again; if it stays, give workers more memory", entry.name)
            return Done((FinishedDocument(entry.name, (entry.path,), "waiting", 0, (problem,)),))


def _gone() -> MissingComponentError:
    return MissingComponentError("the cluster's scheduler is gone", "start it and run again: what is done is kept")


@contextlib.contextmanager
def _connect(scheduler: str, job: Job) -> Iterator[Any]:
    """A client of the scheduler, or of a cluster made here and ended with the block."""
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise MissingComponentError("dask.distributed is not installed", "pip install 'digitizer[cluster]'") from error
    for name in ("distributed", *(f"distributed.{part}" for part in ("client", "worker", "scheduler", "nanny"))):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with contextlib.ExitStack() as stack:
        stack.enter_context(dask.config.set(CONFIG))
        place: Any = scheduler
        if not scheduler:
            place = stack.enter_context(
                LocalCluster(  # type: ignore[no-untyped-call]
                    n_workers=job.settings.workers or count_cores(),
                    threads_per_worker=1,
                    memory_limit=0,
                    dashboard_address=None,
                    silence_logs=logging.CRITICAL,
                    env=ONE_THREAD,
                )
            )
        elif job.store.startswith("sqlite") or "://" not in job.store:
            _refuse_far(scheduler)
        try:
            client = stack.enter_context(Client(place, timeout=PATIENCE, set_as_default=False))  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as error:
            reason = f"{scheduler or 'the local cluster'}: no scheduler answers ({error})"
            raise MissingComponentError(reason, "start one with `dask scheduler`: see docs/cluster.md") from error
        yield client


def _refuse_far(scheduler: str) -> None:
    if (urlsplit(scheduler).hostname or "") not in HERE:
        remedy = "use --store postgresql://…: see docs/cluster.md"
        raise UsageError("a store that is a file cannot be written to from other machines", remedy)


@contextlib.contextmanager
def _renewing(store: Store, owner: str) -> Iterator[None]:
    """Renews the leases of all tasks for the length of the block, then gives them back."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(RENEW):
            with contextlib.suppress(DigitizerError), store.writing() as connection:
                leases.renew(connection, owner)

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        with store.writing() as connection:
            leases.release_all(connection, owner)


def work_on(job: Job, entry: OpenSource) -> Done:
    """Digitizes one document and writes it down; runs in a worker of the cluster.

    Should the scheduler give the same task to two workers, both work under the same lease: the first to finish gives it
    up, and the other must not write.
    """
    here = _here(job)
    leased = LeasedDocuments(here.store, job.batch, f"{job.owner}/{entry.id}", job.keep_scans)
    stages: list[Stage] = []
    documents: list[FinishedDocument] = []
    try:
        source = leased.take(entry)
        for outcome in digitize_all(
            [source] if source else [],
            job.steps,
            here.settings,
            in_order=False,
            keeper=leased,
            on_stage=stages.append,
            pool=here.pool,
        ):
            begun = time.perf_counter()
            finished = leased.finish(outcome)
            stages.append(Stage("store", outcome.source.name, 0, time.perf_counter() - begun))
            documents += [finished] if finished else []
    finally:
        leased.forget_fetched()
    return Done((*leased.finished_meanwhile(), *documents), tuple(stages))


@dataclass(frozen=True, slots=True)
class _Here:
    """What a worker keeps from task to task. stack: holds the store open."""

    settings: Settings
    store: Store
    pool: Pool
    stack: contextlib.ExitStack


_opened = threading.local()


def _here(job: Job) -> _Here:
    """Opened by a thread's first task; a worker process has limits of its own for each page."""
    key = (job.store, job.settings)
    if getattr(_opened, "key", None) != key:
        if (before := getattr(_opened, "here", None)) is not None:
            before.stack.close()
        stack = contextlib.ExitStack()
        store = stack.enter_context(open_store(job.store, create=False))
        settings = job.settings.model_copy(update={"workers": 1})
        pool = WorkerPool(1, settings.max_memory)
        stack.callback(pool.stop)
        _opened.key, _opened.here = key, _Here(settings, store, pool, stack)
    return _opened.here  # type: ignore[no-any-return]
