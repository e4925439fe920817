"""`python -m tools.bench`: a page by plain Tesseract against a page by the digitizer, on one core.

A program of its own, not part of the library: it starts processes, measures them and prints.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from PIL import Image

from digitizer.errors import DigitizerError, NoInputError
from digitizer.evaluation.truth import document_stem, read_truth
from digitizer.fields.definitions import load_definitions
from digitizer.imaging.load import load_page, probe
from digitizer.resources import models_folder
from digitizer.settings import Settings
from tools.processes import Finished, run_measured
from tools.stages import time_stages

SUFFIXES = frozenset({".pdf", ".tif", ".tiff", ".png", ".jpg", ".jpeg"})
ONE_THREAD = {
    "OMP_THREAD_LIMIT": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENCV_FOR_THREADS_NUM": "1",
}


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds on the clock for all pages, and how many times as fast the digitizer was."""

    tesseract: float
    digitizer: float

    @property
    def ratio(self) -> float:
        return self.tesseract / self.digitizer


@dataclass(frozen=True, slots=True)
class Bench:
    """What was measured. Memory in MiB, at its peak; stages in seconds a page."""

    documents: tuple[str, ...]
    pages: int
    rounds: tuple[Round, ...]
    worker_memory: float
    whole_memory: float
    tesseract_memory: float
    stages: Mapping[str, float]

    @property
    def ratio(self) -> float:
        """The median over the rounds."""
        return statistics.median(r.ratio for r in self.rounds)

    @property
    def start(self) -> float:
        """Seconds that a run takes beside its pages: starting programs, loading models; by difference, so roughly."""
        return max(0.0, statistics.median(r.digitizer for r in self.rounds) - self.pages * sum(self.stages.values()))

    def pages_a_second(self, seconds: Sequence[float]) -> float:
        return self.pages / statistics.median(seconds)

    def as_json(self) -> dict[str, object]:
        return {
            "documents": list(self.documents),
            "pages": self.pages,
            "rounds": [{**asdict(r), "ratio": round(r.ratio, 4)} for r in self.rounds],
            "ratio": {
                "median": round(self.ratio, 4),
                "lowest": round(min(r.ratio for r in self.rounds), 4),
                "highest": round(max(r.ratio for r in self.rounds), 4),
            },
            "pages_a_second": {
                "tesseract": round(self.pages_a_second([r.tesseract for r in self.rounds]), 4),
                "digitizer": round(self.pages_a_second([r.digitizer for r in self.rounds]), 4),
            },
            "peak_memory_mib": {
                "worker": round(self.worker_memory, 1),
                "largest_process": round(self.whole_memory, 1),
                "tesseract": round(self.tesseract_memory, 1),
            },
            "seconds_to_start": round(self.start, 2),
            "seconds_a_page_by_stage": {name: round(seconds, 5) for name, seconds in self.stages.items()},
        }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints and writes; returns the exit code."""
    options = _options(arguments)
    # Children inherit it: both sides have the same one core, however many threads they would start.
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    os.environ.update(ONE_THREAD)
    try:
        documents = choose_documents(options.scans or default_folders(), options.documents)
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            bench = measure(documents, Path(folder), options.rounds)
    except DigitizerError as error:
        print(f"{error}\n{error.remedy}".strip(), file=sys.stderr)
        return error.exit_code
    for line in tell(bench):
        print(line)
    out: Path = options.out
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(bench.as_json(), indent=1) + "\n", encoding="utf-8")
    print(f"written: {out}")
    return 0


def default_folders() -> list[Path]:
    """The shared scans where this machine has them, else the samples."""
    shared = [Path("../shared/sec/scans/archive"), Path("../shared/sec/scans/office")]
    return [folder for folder in shared if folder.is_dir()] or [Path("scans")]


def choose_documents(folders: Sequence[Path], limit: int) -> list[Path]:
    """So many documents, the same share of each folder, of forms that the program knows as far as a truth tells.

    Raises:
        NoInputError: there are none.
    """
    known = load_definitions([models_folder()])
    chosen: list[Path] = []
    for at, folder in enumerate(folders):
        files = sorted(path for path in folder.glob("*") if path.suffix.lower() in SUFFIXES)
        fitting = [path for path in files if _form(path) in (None, *known)]
        room = max(1, (limit - len(chosen)) // (len(folders) - at))
        step = max(1, len(fitting) // room)
        # From all over the folder: its first files may be alike.
        chosen += fitting[::step][:room]
    if not chosen:
        raise NoInputError("no scans to measure with", "give a folder of scans with --scans")
    return chosen


def measure(documents: Sequence[Path], folder: Path, rounds: int) -> Bench:
    """Runs both sides by turns, the first of them another one each round; pages are made into files beforehand."""
    pages = list(extract_pages(documents, folder))
    done: list[Round] = []
    ran: list[Finished] = []
    read: list[Finished] = []
    for number in range(rounds):
        if number % 2:
            ran.append(_run_digitizer(documents, folder / f"out-{number}"))
            read += _run_tesseract(pages)
        else:
            read += _run_tesseract(pages)
            ran.append(_run_digitizer(documents, folder / f"out-{number}"))
        done.append(Round(sum(f.seconds for f in read[-len(pages) :]), ran[-1].seconds))
        print(f"round {number + 1}: {_told(done[-1], len(pages))}", flush=True)
    return Bench(
        documents=tuple(path.name for path in documents),
        pages=len(pages),
        rounds=tuple(done),
        worker_memory=max(f.worker_peak for f in ran),
        whole_memory=max(f.peak for f in ran),
        tesseract_memory=max(f.peak for f in read),
        stages=time_stages(documents, Settings(workers=1)),
    )


def extract_pages(documents: Sequence[Path], folder: Path) -> Iterator[Path]:
    """Each page as a PNG file in its own resolution."""
    settings = Settings()
    for index, path in enumerate(documents):
        document = probe(path, settings)
        for number in range(1, document.pages + 1):
            page = load_page(document, number, settings)
            file = folder / f"{index}-{number}.png"
            image = Image.fromarray(page.pixels)
            (image.convert("1", dither=Image.Dither.NONE) if page.bilevel else image).save(
                file, dpi=(page.dpi, page.dpi), compress_level=1
            )
            yield file


def tell(bench: Bench) -> Iterator[str]:
    """The result in lines."""
    ratios = [r.ratio for r in bench.rounds]
    yield f"{bench.pages} pages of {len(bench.documents)} documents, {len(ratios)} rounds, one core"
    yield (
        f"the whole of `digitizer run` is {bench.ratio:.2f} times as fast as `tesseract PAGE -` "
        f"(median; {min(ratios):.2f} to {max(ratios):.2f})"
    )
    tesseract = bench.pages_a_second([r.tesseract for r in bench.rounds])
    digitizer = bench.pages_a_second([r.digitizer for r in bench.rounds])
    yield f"pages a second: digitizer {digitizer:.2f}, tesseract {tesseract:.2f}"
    yield (
        f"peak memory: worker {bench.worker_memory:.0f} MiB, largest process {bench.whole_memory:.0f} MiB, "
        f"plain tesseract {bench.tesseract_memory:.0f} MiB"
    )
    yield f"start of the program and its worker, once a run: about {bench.start:.1f} s"
    whole = sum(bench.stages.values())
    for name, seconds in bench.stages.items():
        yield f"  {name:<12}{1000 * seconds:8.1f} ms a page {100 * seconds / whole if whole else 0:5.1f}%"


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("--scans", type=Path, action="append", metavar="DIR", help="folder of scans; may be repeated")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="rounds (default: 3)")
    parser.add_argument("--documents", type=int, default=20, metavar="N", help="documents at most (default: 20)")
    parser.add_argument("--out", type=Path, default=Path("out/bench.json"), metavar="FILE", help="result as JSON")
    options = parser.parse_args(arguments)
    if options.rounds < 1 or options.documents < 1:
        parser.error("--rounds and --documents must be at least 1")
    return options


def _form(path: Path) -> str | None:
    """The form that the truth of a scan names; None where there is no truth near it."""
    stem = document_stem(path.name)
    near = [path.parent / f"{stem}.json", path.parent / f"{stem}.truth.json"]
    near += [folder / "truth" / f"{stem}.json" for folder in list(path.resolve().parents)[:3]]
    return next((read_truth(file).form for file in near if file.is_file()), None)


def _run_tesseract(pages: Sequence[Path]) -> list[Finished]:
    return [run_measured(["tesseract", str(page), "-"]) for page in pages]


def _run_digitizer(documents: Sequence[Path], out: Path) -> Finished:
    command = [sys.executable, "-m", "digitizer", "run", *map(str, documents), "--out", str(out), "--workers", "1"]
    return run_measured(command)


def _told(result: Round, pages: int) -> str:
    return (
        f"tesseract {result.tesseract / pages:.3f} s a page, digitizer {result.digitizer / pages:.3f} s a page, "
        f"{result.ratio:.2f} times as fast"
    )


if __name__ == "__main__":
    sys.exit(main())
