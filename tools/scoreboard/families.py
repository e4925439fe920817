"""The set `families`: made-up filings printed once, and put through every family of damage; needs no scans."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from random import Random
from zlib import crc32

from joblib import Parallel, delayed

import digitizer.authoring.drawing
import tools.drawing
from digitizer.authoring.drawing.nouns import FAMILIES
from digitizer.authoring.drawing.saving import save_filing
from digitizer.batch.pool import count_cores
from digitizer.evaluation.truth import read_truth
from tools.drawing.dataset import draw_filing, scan_filing
from tools.drawing.filings import Filing, make_filing
from tools.drawing.prints import FORMS
from tools.drawing.render import open_press
from tools.scoreboard.sets import DRAWN_FILINGS, Item, ScanSet

FILINGS = 4
"""Of each family; the same ones, so that rows differ by their damage alone. Forms take turns."""
_ROWS, _NOTES = range(1, 7), range(5)
"""Rows and footnotes of such a filing: enough to be wrong in, on one page or two."""
_QUALITY = 95
"""Of JPEG in the files: a family's own damage is in their pixels already."""


def load_families(folder: Path, count: int) -> ScanSet:
    """So many filings of each family (0: FILINGS), drawn where the folder does not hold them yet.

    Raises:
        MissingComponentError: Chromium or Playwright is not there.
    """
    home = folder / f"{DRAWN_FILINGS}-{_digest()}"
    home.mkdir(parents=True, exist_ok=True)
    numbers = range(count or FILINGS)
    missing = [n for n in numbers if not (home / f"{_stem(n)}.json").is_file()]
    if missing:
        sys.stderr.write(f"drawing: {len(missing)} filings in {len(FAMILIES)} families of damage\n")
        Parallel(n_jobs=count_cores())(delayed(_draw)(home, number) for number in missing)
    truths = {n: read_truth(home / f"{_stem(n)}.json") for n in numbers}
    return ScanSet(DRAWN_FILINGS, tuple(Item(_path(home, n, f), f, truths[n]) for f in FAMILIES for n in numbers))


def _form(number: int) -> str:
    return list(FORMS)[number % len(FORMS)]


def _stem(number: int) -> str:
    return f"{_form(number)}-{number:03}"


def _path(home: Path, number: int, family: str) -> Path:
    return home / f"{_stem(number)}-{family}.pdf"


def _draw(home: Path, number: int) -> None:
    """One filing in all families; its truth is written last: where it is, the scans are."""
    stem, form = _stem(number), _form(number)
    seed = next(s for s in (f"{stem}-{k}" for k in range(1000)) if _wanted(make_filing(Random(s), form)))
    with open_press() as press:
        filing = draw_filing(press, make_filing(Random(seed), form), "edgar", Random(seed))
    for family in FAMILIES:
        scans = scan_filing(filing, family, crc32(f"{stem}-{family}".encode()))
        save_filing(_path(home, number, family), scans, _QUALITY)
    (home / f"{stem}.json").write_text(json.dumps(filing.truth), encoding="utf-8")


def _wanted(filing: Filing) -> bool:
    rows = sum(map(len, filing.truth["tables"].values()))
    return not filing.truth["owners"] and rows in _ROWS and len(filing.truth["footnotes"]) in _NOTES


def _digest() -> str:
    """Of all that decides what is drawn: another drawing is another set of files."""
    homes = [Path(part.__path__[0]) for part in (digitizer.authoring.drawing, tools.drawing)]
    files = [Path(__file__), *(p for h in homes for p in sorted(h.rglob("*")) if p.is_file() and p.suffix != ".pyc")]
    return hashlib.sha256(b"".join(hashlib.sha256(p.read_bytes()).digest() for p in files)).hexdigest()[:12]
