"""Worker processes, each task with a time limit and each worker with a memory limit. No other module holds a pool."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from multiprocessing import forkserver
from multiprocessing.context import BaseContext
from typing import Any, Protocol, TypeVar

from pebble import ProcessExpired, ProcessPool

from digitizer.errors import DigitizerError, PageCrashError, PageMemoryError, PageTimeoutError
from digitizer.settings import Settings

T = TypeVar("T")

TASKS_PER_WORKER = 300
"""After so many tasks a worker is replaced, so that what native libraries leak does not add up."""

_STOPPING = 1.0
"""Seconds after which a pool that is stopping is told so again."""

ONE_THREAD = {
    # Tesseract and the array libraries would each start a thread per core in every worker and slow all of them down
    # (tesseract-ocr/tesseract issue 3109).
    "OMP_THREAD_LIMIT": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OPENCV_FOR_THREADS_NUM": "1",
}

PRELOADED = ["__main__", "digitizer.batch.run", "digitizer.pipeline"]
"""Imported once by the server that workers are forked from: a worker is then there at once, its libraries shared."""

OUT_OF_MEMORY = ("insufficient memory", "bad_alloc", "bad allocation", "unable to allocate", "cannot allocate memory")


class Pool(Protocol):
    """Runs tasks. A future gives the task's result or raises a DigitizerError."""

    def submit(self, timeout: float, function: Callable[..., T], *args: object) -> Future[T]: ...


class InlinePool:
    """The serial twin: runs each task at once in this process, without limits. For tests and debugging."""

    def submit(self, timeout: float, function: Callable[..., T], *args: object) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(run_guarded(function, *args))
        except DigitizerError as error:
            future.set_exception(error)
        return future


class WorkerPool:
    """Tasks in processes of their own; one that hangs, crashes or eats memory takes nothing else with it."""

    def __init__(self, workers: int, max_memory: int) -> None:
        self._workers = workers
        self._max_memory = max_memory
        self._pool = self._start()

    def submit(self, timeout: float, function: Callable[..., T], *args: object) -> Future[T]:
        if not self._pool.active:
            # A worker killed from outside at the wrong moment breaks pebble's pool; its tasks fail and are sent again.
            self.stop()
            self._pool = self._start()
        future: Future[T] = self._pool.schedule(run_guarded, args=(function, *args), timeout=timeout)
        return future

    def stop(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        joining = threading.Thread(target=self._pool.join, daemon=True)
        joining.start()
        while joining.is_alive():
            joining.join(_STOPPING)
            # An interruption at the wrong moment leaves pebble's scheduler waiting for a task: this wakes it.
            self._pool._context.task_queue.put(None)

    def _start(self) -> ProcessPool:
        context = start_server()
        initargs = (self._max_memory, os.getpid())
        return ProcessPool(
            self._workers, TASKS_PER_WORKER, initializer=prepare_worker, initargs=initargs, context=context
        )


def start_server() -> BaseContext:
    """Starts the process that workers are forked from, if it does not run yet.

    Called early, it imports what workers need while this process imports the same.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    with _environment(ONE_THREAD):
        forkserver.ensure_running()
    return context


@contextlib.contextmanager
def open_pool(settings: Settings, serial: bool = False) -> Iterator[Pool]:
    """A pool of settings.workers processes (0: one per core this process may use), stopped at the end of the block."""
    if serial:
        yield InlinePool()
        return
    pool = WorkerPool(settings.workers or count_cores(), settings.max_memory)
    try:
        yield pool
    finally:
        pool.stop()


def count_cores() -> int:
    """How many cores this process may use; a container's share counts."""
    cores = len(os.sched_getaffinity(0))
    with contextlib.suppress(OSError, ValueError):
        quota, period = open("/sys/fs/cgroup/cpu.max", encoding="ascii").read().split()  # noqa: PTH123, SIM115
        cores = min(cores, max(1, round(int(quota) / int(period))))
    return cores


def tell_failure(error: BaseException, timeout: float, max_memory: int) -> DigitizerError:
    """Why a task failed, in the error that says what to do."""
    if isinstance(error, DigitizerError):
        return error
    if isinstance(error, FutureTimeoutError | TimeoutError):
        return PageTimeoutError(f"took longer than {timeout:g} s", "raise --page-timeout, or scan the page again")
    if isinstance(error, ProcessExpired):
        code = error.exitcode
        how = signal.Signals(-code).name if code and -64 < code < 0 else f"exit code {code}"
        remedy = f"raise --max-memory (now {max_memory} MiB) or use fewer --workers; if it stays, report this page"
        return PageCrashError(f"the worker crashed ({how})", remedy)
    return PageCrashError(f"the worker failed ({type(error).__name__}: {error})", "run again; if it stays, report it")


def run_guarded(function: Callable[..., T], *args: object) -> T:
    """Runs the task; whatever it raises comes out as a DigitizerError, which can cross to another process.

    Raises:
        DigitizerError: the task's own; PageMemoryError; PageCrashError for an error nobody foresaw.
    """
    try:
        return function(*args)
    except DigitizerError:
        raise
    except Exception as error:
        text = str(error)
        if isinstance(error, MemoryError) or any(sign in text.lower() for sign in OUT_OF_MEMORY):
            raise PageMemoryError("needs more memory than a worker may take", "raise --max-memory") from None
        what = f"unexpected {type(error).__name__} in {_origin(error)}: {text[:300]}"
        raise PageCrashError(what, "a fault in this program: please report it with the page") from None


def prepare_worker(max_memory: int, parent: int) -> None:
    """Called once in each new worker. max_memory: MiB of address space; parent: the process that holds the pool."""
    os.environ.update(ONE_THREAD)
    # A group of its own: Ctrl-C in the terminal goes to the parent alone, and ending the group ends tesseract too.
    with contextlib.suppress(OSError):
        os.setsid()
    signal.signal(signal.SIGTERM, lambda number, frame: _end_group())
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    opencv: Any = sys.modules.get("cv2")
    if opencv is not None:
        opencv.setNumThreads(1)
    with contextlib.suppress(OSError, ValueError):
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        wanted = max_memory << 20
        resource.setrlimit(resource.RLIMIT_AS, (wanted if hard < 0 else min(wanted, hard), hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _end_group() -> None:
    """Ends this worker and what it has started, such as tesseract."""
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def _end_with(parent: int) -> None:
    """Waits for the end of the parent. Killed outright it cannot tell its workers, and one on a hanging page stays."""
    try:
        select.select([os.pidfd_open(parent)], [], [])
    except ProcessLookupError:
        pass
    except OSError:
        return
    _end_group()


def _origin(error: BaseException) -> str:
    """File and line that raised it."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else "?"  # noqa: PTH119


@contextlib.contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
