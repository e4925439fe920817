"""What the processes that a test has started have started in turn, and the memory they took."""

from __future__ import annotations

import contextlib
import subprocess
import time
from pathlib import Path


def children(parent: int) -> list[int]:
    """The processes that a process has started, and theirs."""
    found = []
    for task in Path(f"/proc/{parent}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, task.read_text().split()):
                found += [child, *children(child)]
    return found


def peaks_until_end(process: subprocess.Popen[bytes], seconds: float) -> tuple[float, float]:
    """Waits for the process; returns the most memory (resident, MiB) that it took, and any process it has started.

    Raises:
        subprocess.TimeoutExpired: it took longer than that; it was ended.
    """
    own, others, end = 0.0, 0.0, time.monotonic() + seconds
    while process.poll() is None:
        own = max(own, peak(process.pid))
        others = max([others, *map(peak, children(process.pid))])
        if time.monotonic() > end:
            process.kill()
            raise subprocess.TimeoutExpired(process.args, seconds)
        time.sleep(0.1)
    return own, others


def peak(process: int) -> float:
    """The most memory that a process had resident so far, MiB; 0 once it is gone."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        return int(Path(f"/proc/{process}/status").read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return 0.0
