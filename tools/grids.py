"""How well tables are told cell by cell: drawn, damaged, described as `--layout` does, and held against what was drawn.

`python -m tools.grids --tables 12 --family archive`
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np

from digitizer.authoring.drawing.damage import damage
from digitizer.authoring.drawing.effects import Noise
from digitizer.authoring.drawing.nouns import Family
from digitizer.authoring.drawing.warping import turned_by
from digitizer.document.geometry import Box
from digitizer.document.layout import Readings
from digitizer.document.page import PageImage, PageRef, Pixels
from digitizer.fields.describe import describe_page
from digitizer.imaging.segment import segment
from digitizer.imaging.straighten import straighten
from digitizer.loading import load_readers
from digitizer.reading.read import read
from digitizer.settings import Settings
from tools.drawing.tables import MANNERS, DrawnTable, Manner, draw_table

Rows = Sequence[Sequence[str | None]]
_ASKEW = (1.5, 3.0)
"""Degrees by which the sheets of skewed tables lie, one way or the other, before the scanner adds its own."""


@dataclass(frozen=True, slots=True)
class GridScore:
    """tables: how many; shaped: those whose rows, columns and spans are all right. cells, blanks: (right, of)."""

    name: str
    tables: int
    shaped: int
    cells: tuple[int, int]
    blanks: tuple[int, int]

    def row(self) -> tuple[str, ...]:
        cells, blanks = self.cells, self.blanks
        return (
            self.name,
            str(self.tables),
            f"{self.shaped / self.tables:.1%}",
            f"{cells[0] / max(1, cells[1]):.1%} of {cells[1]}",
            f"{blanks[0]} of {blanks[1]}",
        )


def score_grid(name: str, truth: Rows, told: Rows | None) -> GridScore:
    """One table. Where it was told in another shape, cells count by the row and column in which they should stand."""
    shaped = told is not None and [[c is None for c in row] for row in told] == [
        [c is None for c in row] for row in truth
    ]
    right = {True: 0, False: 0}
    of = {True: 0, False: 0}
    for r, row in enumerate(truth):
        for c, text in enumerate(row):
            if text is None:
                continue
            found = told[r][c] if told is not None and r < len(told) and c < len(told[r]) else None
            of[bool(text)] += 1
            right[bool(text)] += found is not None and found.split() == text.split()
    return GridScore(name, 1, int(shaped), (right[True], of[True]), (right[False], of[False]))


def total(name: str, scores: Iterable[GridScore]) -> GridScore:
    """All of them as one."""
    scores = list(scores)
    cells = sum(s.cells[0] for s in scores), sum(s.cells[1] for s in scores)
    blanks = sum(s.blanks[0] for s in scores), sum(s.blanks[1] for s in scores)
    return GridScore(name, sum(s.tables for s in scores), sum(s.shaped for s in scores), cells, blanks)


def pick_grid(described: dict[str, Any], box: Box) -> Rows | None:
    """The rows of the grid that lies most over that place of the scan; None where none does."""
    best: tuple[int, Rows] | None = None
    for grid in described["grids"]:
        shared = Box(*grid["box"]).intersection(box)
        if shared is not None and (best is None or shared.area > best[0]):
            best = shared.area, grid["rows"]
    return best[1] if best else None


def scan_table(table: DrawnTable, family: Family, rng: Noise) -> tuple[PageImage, Box]:
    """The table's page from the scanner, and where on it the table stands."""
    pixels: Pixels = table.pixels
    box = table.box
    if table.manner == "skewed":
        pixels, way = turned_by(pixels, float(rng.uniform(*_ASKEW)) * (1 if rng.random() < 0.5 else -1))
        box = way.box(box)
    scan = damage(pixels, family, rng, turned=0)
    return PageImage(PageRef("table.png", "0" * 64, 1), scan.pixels, scan.dpi, scan.bilevel), scan.box(box)


def read_table(page: PageImage, settings: Settings) -> Readings:
    """The page, read."""
    straight = straighten(page)
    readers = load_readers(settings)
    return read(straight, segment(straight, readers.detector), readers)


def measure(manner: Manner, count: int, family: Family, settings: Settings) -> GridScore:
    """So many tables of one manner."""
    scores = []
    for seed in range(count):
        table = draw_table(seed, manner)
        page, box = scan_table(table, family, np.random.default_rng([seed, MANNERS.index(manner)]))
        scores.append(score_grid(manner, table.rows, pick_grid(describe_page(read_table(page, settings)), box)))
    return total(manner, scores)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=12, help="tables of each manner")
    parser.add_argument("--family", choices=get_args(Family), default="archive")
    given = parser.parse_args(arguments)
    print_row = "{:10} {:>7} {:>16} {:>18} {:>14}\n".format
    sys.stdout.write(print_row("manner", "tables", "structure exact", "cell text exact", "blanks"))
    scores = []
    for manner in MANNERS:
        scores.append(measure(manner, given.tables, given.family, Settings()))
        sys.stdout.write(print_row(*scores[-1].row()))
    sys.stdout.write(print_row(*total("all", scores).row()))


if __name__ == "__main__":
    main()
