"""Drawn filings scanned and read: the pages to learn from, with what truly stands where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from random import Random
from typing import Any

import cv2
from joblib import Parallel, delayed

from digitizer.document.geometry import Box
from digitizer.document.layout import Readings
from digitizer.document.page import PageImage, PageRef
from digitizer.imaging.segment import segment
from digitizer.imaging.straighten import straighten
from digitizer.reading.read import read
from digitizer.pipeline import load_glyphs
from digitizer.synthesis.dataset import draw_filing, scan_filing
from digitizer.synthesis.filings import make_filing
from digitizer.synthesis.nouns import DrawnFiling, DrawnItem, Level, Role, ScannedPage
from digitizer.synthesis.render import open_press

LEVELS: tuple[Level, ...] = ("office", "archive", "archive", "copy", "office", "archive", "photo", "clean")
"""Damage in turn; archive scans, of which there are most in the world, come most often."""
_TIMEOUT = 120.0
_LOT = 6


@dataclass(frozen=True, slots=True)
class TrueItem:
    """A drawn line in its place on the straightened page, pixels."""

    text: str
    box: Box
    role: Role
    target: str


@dataclass(frozen=True, slots=True)
class ReadFiling:
    """pages: read; items: per page what truly stands there; truth: as the truth files have it."""

    name: str
    layout: str
    level: Level
    pages: tuple[Readings, ...]
    items: tuple[tuple[TrueItem, ...], ...]
    truth: Mapping[str, Any]


def read_drawn(count: int, seed: int, layouts: Sequence[str], workers: int) -> Iterator[ReadFiling]:
    """Made-up filings drawn, scanned at every level of damage and read by the pipeline; the same seed, the same filings."""
    lots = [range(k, min(count, k + _LOT)) for k in range(0, count, _LOT)]
    jobs = (delayed(_read_lot)(lot, seed, tuple(layouts)) for lot in lots)
    for lot in Parallel(n_jobs=workers, return_as="generator")(jobs):
        yield from lot


def _read_lot(lot: range, seed: int, layouts: Sequence[str]) -> list[ReadFiling]:
    """Some of the filings, in a process with a browser of its own."""
    cv2.setNumThreads(1)
    with open_press() as press:
        filings = []
        for k in lot:
            rng = Random(f"{seed}-{k}")
            filing = draw_filing(press, make_filing(rng), layouts[k % len(layouts)], rng)
            level = LEVELS[(k + k // len(LEVELS)) % len(LEVELS)]
            filings.append(_read_filing(filing, level, seed * 100_003 + k))
    return filings


def _read_filing(filing: DrawnFiling, level: Level, seed: int) -> ReadFiling:
    pages, items = [], []
    for number, scan in enumerate(scan_filing(filing, level, seed), start=1):
        readings = _read_page(scan, f"drawn-{seed}", number)
        pages.append(readings)
        items.append(tuple(_place(readings, item) for item in scan.items))
    return ReadFiling(f"drawn-{seed}", filing.layout, level, tuple(pages), tuple(items), filing.truth)


def _read_page(scan: ScannedPage, name: str, number: int) -> Readings:
    ref = PageRef(name, sha256(name.encode()).hexdigest(), number)
    straight = straighten(PageImage(ref, scan.pixels, scan.dpi, scan.bilevel))
    return read(straight, segment(straight), load_glyphs(), "eng", _TIMEOUT)


def _place(readings: Readings, item: DrawnItem) -> TrueItem:
    to_straight = readings.layout.to_scan.inverse()
    return TrueItem(item.text, to_straight.box(item.box), item.role, item.target)
