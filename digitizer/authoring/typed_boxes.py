"""Checkboxes that a form does not draw: places before labels at which some scans have an X and others nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from digitizer.document.geometry import Box
from digitizer.document.lines import same_line
from digitizer.fields.phrases import below

# Stack units, 1/200 inch.
_BEFORE = 110
"""White between an X and the label that it ticks."""
_FLUSH = 8
_LEAST_TICKS = 2


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line of print. box: stack units of the reference page; cell: index into its stack's cells, or None."""

    text: str
    box: Box
    cell: int | None


def find_typed_boxes(lines: Sequence[PrintedLine], ticks: Sequence[tuple[int, Box]], boxes: Sequence[Box]) -> list[Box]:
    """Where an X is typed before a label, and where one would be before the labels beside and under that one.

    lines: the print; ticks: by scan, each X that stands alone; boxes: checkboxes that are drawn.
    """
    by_cell: dict[int, list[PrintedLine]] = {}
    for line in lines:
        if line.cell is not None:
            by_cell.setdefault(line.cell, []).append(line)
    found: list[Box] = []
    for members in by_cell.values():
        first = [m for m in members if not any(_goes_on(o.box, m.box) for o in members)]
        ticked: dict[int, list[Box]] = {}
        for _, tick in ticks:
            label = _ticked_by(tick, first)
            if label is not None:
                ticked.setdefault(label, []).append(tick)
        if sum(map(len, ticked.values())) < _LEAST_TICKS:
            continue
        gap = min(first[k].box.x - tick.center[0] for k, own in ticked.items() for tick in own)
        known = [first[k].box for k in ticked]
        for line in first:
            beside = any(same_line(line.box, k) for k in known)
            under = any(abs(line.box.x - k.x) <= _FLUSH for k in known)
            if beside or under:
                found.append(_before(line.box, gap))
    return [f for f in found if not any(f.intersection(b) for b in boxes)]


def _goes_on(line: Box, under: Box) -> bool:
    """Whether a line is the next one of the same label."""
    return abs(line.x - under.x) <= _FLUSH and below(line, [under]) is not None


def _ticked_by(tick: Box, lines: Sequence[PrintedLine]) -> int | None:
    """The line right behind an X."""
    level = [
        (line.box.x - tick.right, k)
        for k, line in enumerate(lines)
        if -4 <= line.box.x - tick.right <= _BEFORE and same_line(line.box, tick, 0.3)
    ]
    return min(level)[1] if level else None


def _before(label: Box, gap: float) -> Box:
    """A box as high as its label's line, so far before it."""
    side = label.height
    return Box(round(label.x - gap - side / 2), label.y, side, side)
