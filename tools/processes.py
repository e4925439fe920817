"""Runs a program and tells how long it took and how much memory it and its children had, from /proc."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from digitizer.errors import DigitizerError

_EVERY = 0.05
"""Seconds between looks at /proc; peaks are kept by the kernel, only a process's last moments can be missed."""


@dataclass(frozen=True, slots=True)
class Finished:
    """seconds on the clock; memory in MiB at its peak: peak of the largest process of all, worker_peak of the largest
    Python process below the first one (0 where there was none).
    """

    seconds: float
    peak: float
    worker_peak: float


def run_measured(command: Sequence[str]) -> Finished:
    """Runs the command to its end; what it prints is kept out of the way.

    Raises:
        DigitizerError: it could not be started or it failed; with the last that it printed.
    """
    with tempfile.TemporaryFile() as printed:
        start = time.perf_counter()
        try:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=printed)
        except OSError as error:
            raise DigitizerError(f"{command[0]}: cannot be started ({error})", "digitizer doctor says more") from error
        watch = _Watch(process.pid)
        watch.start()
        # Not process.wait(): only wait4 tells the memory of this child alone, its own children among it.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        watch.stop()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            printed.seek(0)
            last = printed.read()[-2000:].decode(errors="replace").strip()
            raise DigitizerError(f"{' '.join(command[:5])} … failed with {process.returncode}: {last}")
    return Finished(seconds, max(usage.ru_maxrss / 1024, watch.worker_peak), watch.worker_peak)


class _Watch(threading.Thread):
    """Looks at the memory of a process's descendants as long as it lives."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._done = threading.Event()
        self.worker_peak = 0.0

    def run(self) -> None:
        while not self._done.wait(_EVERY):
            for pid in _descendants(self._pid):
                if _is_python(pid):
                    self.worker_peak = max(self.worker_peak, _peak(pid))

    def stop(self) -> None:
        self._done.set()
        self.join()


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):
        for file in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in file.read_text().split():
                found += [int(child), *_descendants(int(child))]
    return found


def _is_python(pid: int) -> bool:
    """A worker runs the same interpreter as we do; the OCR engine below it does not."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/exe").resolve() == Path(sys.executable).resolve()
    return False


def _peak(pid: int) -> float:
    """The most memory the process ever had resident, in MiB; 0 once it is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0
