"""Texts that run up or down the page, as stamps do: their pieces told from level ones, and put together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from digitizer.document.geometry import Box
from digitizer.imaging.line_parts import Owners, Parts

_INSIDE, _ABREAST = 0.7, 1.3
"""Of a piece's width, how much of it lies in line with a text on end; how many times as wide as that it may be."""
_NEAR = 2.0
"""Of a text's width, white down its length from which on it is two: words of a stamp are set so far apart."""
_PIECES, _LONGEST, _LYING = 4, 2.5, 1.2
"""Pieces that make a text on end where none was seen, in one cell; in heights of the page's letters how wide and high
one is; by how much wider than high lying letters are at the least.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A detected run of text that is not level, and the parts that it crosses.

    tilt: degrees; of one on end those that it leans to the right on its way down, else that it goes down to the right.
    """

    tilt: float
    on_end: bool
    members: Owners


def continued(turned: list[Run], groups: list[list[int]], parts: Parts) -> tuple[list[Run], list[list[int]]]:
    """Each text on end with what goes on above and below it, as the short words of a stamp's date do.

    Short pieces do not tell by themselves which way they run.
    """
    kept = [run for run in turned if not run.on_end]
    left = list(groups)
    rest = sorted((run for run in turned if run.on_end), key=lambda run: -len(run.members))
    while rest:
        run = rest.pop(0)
        while True:
            box = parts.around(run.members)
            runs = [r for r in rest if _goes_on(box, parts.around(r.members))]
            more = [g for g in left if _goes_on(box, parts.around(g))]
            if not runs and not more:
                break
            rest = [r for r in rest if r not in runs]
            left = [g for g in left if g not in more]
            run = replace(run, members=np.concatenate([run.members, *(r.members for r in runs), *more]))
        kept.append(run)
    return kept, left


def _goes_on(column: Box, piece: Box) -> bool:
    """Whether a piece stands above or below a text on end, as near as its words do and hardly wider."""
    gap = max(piece.y - column.bottom, column.y - piece.bottom)
    inside = piece.overlap_x(column) >= _INSIDE * piece.width
    return inside and piece.width <= _ABREAST * column.width and -column.width < gap <= _NEAR * column.width


def stacked(groups: list[list[int]], parts: Parts) -> tuple[list[Run], list[list[int]]]:
    """Texts on end of which the detector saw no run but short level ones: lying letters, one below the other.

    Returned with them: the groups that are none of theirs.
    """
    boxes = [parts.around(group) for group in groups]
    homes = [int(parts.cells[group[0]]) for group in groups]
    short = [k for k, b in enumerate(boxes) if max(b.width, b.height) <= _LONGEST * parts.letter]
    runs: list[Run] = []
    taken: set[int] = set()
    short.sort(key=lambda k: boxes[k].y)
    for first in short:
        if first in taken:
            continue
        chain, box = [first], boxes[first]
        for k in short:
            if boxes[k].y > box.bottom + _NEAR * box.width:
                break
            if k not in taken and boxes[k].y >= box.bottom and homes[k] == homes[first] and _goes_on(box, boxes[k]):
                chain.append(k)
                box = Box.around([box, boxes[k]])
        members = np.array([part for k in chain for part in groups[k]])
        width, height = parts.boxes[members, 2:].T
        # No row of capitals is as wide as letters that lie.
        if len(chain) < _PIECES or np.median(width / height) < _LYING:
            continue
        taken.update(chain)
        middles = np.array([boxes[k].center for k in chain])
        lean = float(np.degrees(np.arctan(np.polyfit(middles[:, 1], middles[:, 0], 1)[0])))
        runs.append(Run(round(lean, 2), True, members))
    return runs, [group for k, group in enumerate(groups) if k not in taken]


def lies(parts: Parts, members: Owners) -> bool:
    """Whether most letters are wider than high: upright ones that stand under one another are a column of a table."""
    return float(np.median(parts.boxes[members, 3] - parts.boxes[members, 2])) <= 0
