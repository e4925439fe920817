"""Drawn filings scanned and read: the pages to learn from, with what truly stands where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from random import Random
from typing import Any

import cv2
from joblib import Parallel, delayed

from digitizer.authoring.drawing.nouns import FAMILIES, DrawnFiling, Family, Role
from digitizer.document.geometry import Box
from digitizer.document.layout import Readings
from digitizer.document.page import PageImage, PageRef
from digitizer.imaging.segment import Segments, segment
from digitizer.imaging.straighten import straighten
from digitizer.imaging.text_detector import load_text_detector
from digitizer.loading import load_readers
from digitizer.reading.prints import picture_of
from digitizer.reading.read import Readers, line_ink, read
from digitizer.settings import Settings
from tools.drawing.dataset import draw_filing, scan_filing
from tools.drawing.filings import make_filing
from tools.drawing.render import open_press
from tools.trainers.train_print import Seen

LESSONS: tuple[Family, ...] = (*FAMILIES, "office", "bilevel", "office", "bilevel", "bilevel")
"""Damage to learn from; plain scans, of which there are most in the world, come most often."""
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
    """pages: read; items: per page what truly stands there; truth: as the truth files have it.

    prints: the printed lines that were seen; entries: the lines that were filled in.
    """

    name: str
    layout: str
    family: Family
    pages: tuple[Readings, ...]
    items: tuple[tuple[TrueItem, ...], ...]
    truth: Mapping[str, Any]
    prints: tuple[Seen, ...] = ()
    entries: tuple[Seen, ...] = ()


def read_drawn(
    form: str,
    numbers: range,
    seed: int,
    layouts: Sequence[str],
    workers: int,
    reading: bool,
    families: Sequence[Family] = LESSONS,
) -> Iterator[ReadFiling]:
    """Made-up filings of a form, drawn, damaged and read; the same numbers and seed give the same filings.

    reading: False to see the lines without reading them, as the memory of print is learned. families: kinds of damage,
    which come equally often.
    """
    lots = [numbers[k : k + _LOT] for k in range(0, len(numbers), _LOT)]
    jobs = (delayed(_read_lot)(form, lot, seed, tuple(layouts), reading, tuple(families)) for lot in lots)
    for lot in Parallel(n_jobs=workers, return_as="generator")(jobs):
        yield from lot


def _read_lot(
    form: str, lot: range, seed: int, layouts: Sequence[str], reading: bool, families: Sequence[Family]
) -> list[ReadFiling]:
    """Some of the filings, in a process with a browser of its own."""
    cv2.setNumThreads(1)
    # Loaded in the process itself: a session of the second reader cannot be sent to it.
    readers = load_readers(Settings()) if reading else None
    with open_press() as press:
        filings = []
        for k in lot:
            rng = Random(f"{seed}-{k}")
            filing = draw_filing(press, make_filing(rng, form), layouts[k % len(layouts)], rng)
            filings.append(_read_filing(filing, deal(families, k, seed), seed * 100_003 + k, readers))
    return filings


def deal(families: Sequence[Family], number: int, seed: int) -> Family:
    """The damage of a filing: each kind once before any comes again, shuffled, as layouts take turns too."""
    lap, place = divmod(number, len(families))
    return Random(f"{seed}-damage-{lap}").sample(families, len(families))[place]


def _read_filing(filing: DrawnFiling, family: Family, seed: int, readers: Readers | None) -> ReadFiling:
    pages, items = [], []
    prints: list[Seen] = []
    entries: list[Seen] = []
    for number, scan in enumerate(scan_filing(filing, family, seed), start=1):
        ref = PageRef(f"drawn-{seed}", sha256(str(seed).encode()).hexdigest(), number)
        straight = straighten(PageImage(ref, scan.pixels, scan.dpi, scan.bilevel))
        segments = segment(straight, load_text_detector())
        to_straight = segments.layout.to_scan.inverse()
        true = tuple(TrueItem(i.text, to_straight.box(i.box), i.role, i.target) for i in scan.items)
        items.append(true)
        if readers is not None:
            pages.append(read(straight, segments, readers))
        else:
            _see(segments, true, prints, entries)
    return ReadFiling(
        f"drawn-{seed}", filing.layout, family, tuple(pages), tuple(items), filing.truth, tuple(prints), tuple(entries)
    )


def _see(segments: Segments, items: Sequence[TrueItem], prints: list[Seen], entries: list[Seen]) -> None:
    """Adds the pictures of the page's lines to what was printed or what was filled in."""
    for line in segments.layout.lines:
        picture = picture_of(line_ink(segments, line))
        overlaps = [(i.box.intersection(line.box), i) for i in items if i.role in ("print", "entry")]
        shared = [(box.area, i) for box, i in overlaps if box is not None]
        if picture is None or not shared:
            continue
        area, item = max(shared, key=lambda pair: pair[0])
        rest = sum(a for a, _ in shared) - area
        if area > 0.75 * max(item.box.area, line.box.area) and rest < 0.08 * area:
            (prints if item.role == "print" else entries).append((item.text, *picture))
