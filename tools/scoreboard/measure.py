"""The work on all sets, spread over the cores."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from digitizer.batch.pool import count_cores
from digitizer.settings import Settings
from tools.scoreboard.drawn import PAGES, ROWS, score_drawn
from tools.scoreboard.learned import score_learned
from tools.scoreboard.reading import Cache, read_missing
from tools.scoreboard.score import Scored, score_item
from tools.scoreboard.sets import Item, ScanSet, pick


def measure(
    scans: Sequence[ScanSet], drawn: Sequence[str], sample: int, cache: Cache, settings: Settings
) -> list[Scored]:
    """Every document of the sets and every page that is drawn, scored, in their order.

    sample: so many drawn pages of each row, 0 for all.
    """
    failures = read_missing([item.path for s in scans for item in s.items], settings, cache)
    if failures:
        sys.stderr.write(f"{failures} documents or pages could not be read: they count as wrong\n")
    with ProcessPoolExecutor(count_cores(), get_context("forkserver")) as pool:
        # Forms that are learned first: they take longest.
        learned = [
            pool.submit(score_learned, items, s, cache, settings) for s in scans if s.learned for items in _by_form(s)
        ]
        each = [pool.submit(score_item, item, s, cache, settings) for s in scans if not s.learned for item in s.items]
        each += [
            pool.submit(score_drawn, name, row, seed)
            for name in drawn
            for row in ROWS[name]
            for seed in pick(range(PAGES[name]), sample)
        ]
        documents = [job.result() for job in each] + [d for job in learned for d in job.result()]
    order = [*(s.name for s in scans), *drawn]
    return sorted(documents, key=lambda d: (order.index(d.set), ROWS.get(d.set, (d.row,)).index(d.row), d.row))


def _by_form(scans: ScanSet) -> list[list[Item]]:
    forms = sorted({item.truth.form for item in scans.items})
    return [[item for item in scans.items if item.truth.form == form] for form in forms]
