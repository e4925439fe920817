"""Times a batch of real scans with one worker and with more, a second run of it, and its memory from start to end.

    python tools/measure_batch.py FOLDER [--documents 360] [--workers 2] [--plot memory.svg]

Takes so many scans spread over all below the folder. Prints tables; the plot shows the memory of each worker over time.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from digitizer.batch.sources import scans_below
from digitizer.store.database import open_store
from digitizer.store.status import progress

EVERY = 2.0
"""Seconds between two looks at the memory."""
PARTS = 10
WIDTH, HEIGHT = 800, 300


@dataclass(frozen=True, slots=True)
class Look:
    """The memory of one process at one moment: seconds since the start, MiB resident."""

    seconds: float
    process: int
    memory: float


@dataclass(frozen=True, slots=True)
class Run:
    """A run of the batch. seconds: all of it; pages: in the store at its end."""

    seconds: float
    pages: int
    workers: list[Look]
    driver: list[Look]


def main() -> None:
    """Runs and tells."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=360)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--plot", type=Path)
    wanted = parser.parse_args()
    found = list(scans_below(wanted.folder.resolve()))
    count = min(wanted.documents, len(found))
    chosen = [found[k * len(found) // count] for k in range(count)]
    for scan in chosen:
        # So that the first run does not pay for the disk alone.
        scan.read_bytes()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with (folder / "list.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["file"], *([str(scan)] for scan in chosen)])
        alone = run(folder, "one", 1)
        many = run(folder, "many", wanted.workers)
        again = run(folder, "many", wanted.workers)
    tell(len(chosen), wanted.workers, alone, many, again)
    if wanted.plot:
        wanted.plot.write_text(plot(many.workers), encoding="utf-8")


def run(folder: Path, name: str, workers: int) -> Run:
    """One run into the store of that name."""
    store = folder / f"{name}.db"
    options = ["--store", str(store), "--workers", str(workers)]
    command = [sys.executable, "-m", "digitizer", "batch", str(folder / "list.csv"), *options]
    of_workers: list[Look] = []
    of_driver: list[Look] = []
    begun, next_look = time.monotonic(), 0.0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            now = time.monotonic() - begun
            if now >= next_look:
                next_look += EVERY
                of_driver.append(Look(now, process.pid, memory(process.pid)))
                of_workers += [Look(now, one, memory(one)) for one in worker_processes(process.pid)]
            time.sleep(0.02)
        seconds = time.monotonic() - begun
    if process.returncode not in (0, 5):
        raise SystemExit(f"the batch ended with exit code {process.returncode}")
    with open_store(str(store), create=False) as opened, opened.reading() as connection:
        pages = progress(connection, 1).pages
    return Run(seconds, pages, of_workers, of_driver)


def worker_processes(driver: int) -> list[int]:
    """The processes that read pages: children of the server that the driver has started."""
    return [worker for server in children(driver) for worker in children(server)]


def children(parent: int) -> list[int]:
    """The processes that a process has started."""
    found: list[int] = []
    for task in Path(f"/proc/{parent}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += map(int, task.read_text().split())
    return found


def memory(process: int) -> float:
    """MiB resident; 0 once the process is gone."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        return int(Path(f"/proc/{process}/status").read_text().partition("VmRSS:")[2].split()[0]) / 1024
    return 0.0


def tell(documents: int, workers: int, alone: Run, many: Run, again: Run) -> None:
    """Prints the tables."""
    print(f"{documents} documents, {alone.pages} pages\n\n| run | seconds | pages a second |\n| --- | --- | --- |")
    for name, one in (("1 worker", alone), (f"{workers} workers", many)):
        print(f"| {name} | {one.seconds:.1f} | {one.pages / one.seconds:.3f} |")
    print(f"| {workers} workers, again | {again.seconds:.1f} | |\n")
    print(f"{workers} workers against 1: {alone.seconds / many.seconds:.2f} times as fast")
    print(f"a second run: {100 * again.seconds / many.seconds:.2f}% of the first's time\n")
    print("| part of the run | MiB of a worker, median | most | MiB of the driver |\n| --- | --- | --- | --- |")
    for part in range(PARTS):
        here, driver = within(many.workers, many.seconds, part), within(many.driver, many.seconds, part)
        if here and driver:
            row = f"{statistics.median(here):.0f} | {max(here):.0f} | {max(driver):.0f}"
            print(f"| {100 * part // PARTS} to {100 * (part + 1) // PARTS}% | {row} |")


def within(looks: Sequence[Look], seconds: float, part: int) -> list[float]:
    """The memory in that part of the run."""
    return [look.memory for look in looks if int(PARTS * look.seconds / seconds) == part and look.memory]


def plot(looks: Sequence[Look]) -> str:
    """Memory of each worker over time, a line for each process, as SVG."""
    end, top = max(look.seconds for look in looks), 1.2 * max(look.memory for look in looks)
    lines = []
    for process in sorted({look.process for look in looks}):
        points = [
            f"{40 + (WIDTH - 50) * look.seconds / end:.1f},{HEIGHT - 25 - (HEIGHT - 40) * look.memory / top:.1f}"
            for look in looks
            if look.process == process and look.memory
        ]
        lines.append(f'<polyline points="{" ".join(points)}" fill="none" stroke="#246" stroke-width="1"/>')
    marks = [(40, HEIGHT - 8, "0 s"), (WIDTH - 60, HEIGHT - 8, f"{end:.0f} s"), (2, 15, f"{top:.0f} MiB")]
    told = "".join(
        f'<text x="{x}" y="{y}" font-size="12" font-family="sans-serif">{text}</text>' for x, y, text in marks
    )
    frame = f'<rect x="40" y="15" width="{WIDTH - 50}" height="{HEIGHT - 40}" fill="none" stroke="#999"/>'
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{frame}{"".join(lines)}{told}</svg>\n'


if __name__ == "__main__":
    main()
