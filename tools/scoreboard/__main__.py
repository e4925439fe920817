"""Scores every set of scans with truth that lies beside the repository, and tells what changed since an earlier run.

`python -m tools.scoreboard --only sec,adbuy --sample 5 --against KEPT.json`
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from digitizer.errors import DigitizerError, UsageError
from digitizer.settings import Settings
from tools.bench import ONE_THREAD
from tools.scoreboard import against, table
from tools.scoreboard.families import load_families
from tools.scoreboard.faults import score_faults
from tools.scoreboard.learned import LEAST
from tools.scoreboard.leave_out import LEAVE_OUT, leave_out
from tools.scoreboard.measure import measure
from tools.scoreboard.reading import open_cache
from tools.scoreboard.sets import DRAWN, DRAWN_FILINGS, SETS, ScanSet, choose_sets, exam_sets, load_set, sampled
from tools.scoreboard.timing import time_set


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints and writes; returns the exit code: 1 where a set fell beyond noise."""
    options = _options(arguments)
    # Before any process is started: each has one core to itself.
    os.environ.update(ONE_THREAD)
    try:
        if options.leave_out:
            sys.stdout.write(leave_out(options.leave_out, options.filings, options.shared, options.cache))
            return 0
        if options.exam:
            return _exam(options)
        return _scoreboard(options)
    except DigitizerError as error:
        sys.stderr.write(f"{error}\n{error.remedy}".strip() + "\n")
        return error.exit_code


def _scoreboard(options: argparse.Namespace) -> int:
    settings = Settings()
    before = table.read_documents(options.against, options.sample) if options.against else None
    chosen = choose_sets(options.only)
    cache = open_cache(options.cache, settings)
    scans = [load_set(name, options.shared) for name in chosen if name not in (*DRAWN, DRAWN_FILINGS, "faults")]
    if DRAWN_FILINGS in chosen:
        scans.append(load_families(cache.folder, options.sample))
    scans = [sampled(s, max(options.sample, LEAST) if s.learned and options.sample else options.sample) for s in scans]
    documents = measure(scans, [name for name in chosen if name in DRAWN], options.sample, cache, settings)
    if "faults" in chosen:
        documents += score_faults(options.shared / "faults", options.sample)
    lines = table.lines_of(documents, _ratios(scans, options.timing, settings))
    table.write(options.out, lines, documents, sample=options.sample)
    sys.stdout.write(table.as_markdown(lines))
    sys.stdout.write(f"written: {options.out}/scoreboard.md and scoreboard.json\n")
    if before is None:
        return 0
    found = against.differences(before, documents)
    told = against.as_markdown(found)
    (options.out / "against.md").write_text(told, encoding="utf-8")
    sys.stdout.write(f"\nAgainst {options.against}, over the documents that both have:\n\n{told}")
    return int(against.fell(found))


def _exam(options: argparse.Namespace) -> int:
    """What is held back: the totals of its sets and nothing else is told, printed or kept."""
    settings = Settings()
    exam = options.shared / "exam"
    if not exam.is_dir():
        raise UsageError(f"{exam} is missing", "--exam measures the folder exam of --shared")
    try:
        with tempfile.TemporaryDirectory(prefix="scoreboard-") as place:
            scans = exam_sets(exam)
            documents = measure(scans, (), 0, open_cache(Path(place), settings), settings)
            if (exam / "faults" / "check.py").is_file():
                documents += score_faults(exam / "faults", 0)
            lines = table.lines_of(documents, _ratios(scans, options.timing, settings))
    except Exception as error:
        # Its words may tell of a document.
        raise DigitizerError(f"the exam could not be measured ({type(error).__name__})") from None
    table.write(options.out, lines, (), "exam")
    sys.stdout.write(table.as_markdown(lines))
    return 0


def _ratios(scans: Sequence[ScanSet], pages: int, settings: Settings) -> dict[str, float]:
    timed = {s.name: time_set(s, pages, settings) for s in scans} if pages else {}
    return {name: ratio for name, ratio in timed.items() if ratio is not None}


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.scoreboard", description=__doc__)
    parser.add_argument("--only", default="", metavar="SET,...", help=f"of {', '.join(SETS)}; sec: all of its levels")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="so many documents of each row (fara: 10)")
    parser.add_argument("--out", type=Path, default=Path("out/scoreboard"), metavar="DIR", help="for .md and .json")
    parser.add_argument("--against", type=Path, metavar="KEPT.json", help="tell what changed since that run")
    parser.add_argument("--timing", type=int, default=4, metavar="N", help="pages a set timed (default: 4; 0: none)")
    parser.add_argument("--exam", action="store_true", help="measure what is held back: totals only")
    parser.add_argument("--leave-out", choices=LEAVE_OUT, help="score what models were fitted without")
    parser.add_argument("--filings", type=int, default=60, metavar="N", help="filings drawn for --leave-out")
    parser.add_argument("--shared", type=Path, default=Path("../shared"), metavar="DIR", help="the scans with truth")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="where read pages are kept (default: as the program)")
    options = parser.parse_args(arguments)
    if options.exam and (options.against or options.only or options.sample):
        parser.error("--exam measures all of it, and its documents are not told: it goes without other choices")
    if options.sample < 0 or options.timing < 0 or options.filings < 8:
        parser.error("--sample and --timing must not be negative, --filings at least 8")
    options.shared = options.shared.resolve()
    return options


if __name__ == "__main__":
    sys.exit(main())
