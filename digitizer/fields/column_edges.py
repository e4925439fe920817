"""A printed table's columns: its edges chosen so that walls, white, heads and entries agree with the definition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from digitizer.document.form import TableDefinition
from digitizer.document.geometry import Box
from digitizer.document.lines import group_lines
from digitizer.fields.columns import fits_kind
from digitizer.fields.lattice import Edge
from digitizer.fields.phrases import compact

# What speaks for columns is counted in letters of a head that was read.
_WALL = 8.0
"""A wall that stands in every strip."""
_CROSSED = 8.0
"""A word across an edge in every strip."""
_HEAD = 12
"""Letters of a label that count at the most: what is as like as that is the label."""
_ENTRIES = 3.0
"""Entries that all are of the column's kind, or none."""
_ODD = 3.0
"""A column that the definition has and the print has not, or the reverse: a short label is as good as none."""
_NARROW = 1.5
"""Letter heights that a column is wide at the least: a letter and the white on its sides."""
_READ = 0.6
"""The share of a label's letters from which it is told for read: four of five as printed."""
_LINES = 12
"""Lines of a label at the most."""
_BELOW = 1.0
"""What speaks against a label under which more is written."""


@dataclass(frozen=True, slots=True)
class HeadWord:
    """A word of a table, on the stack. row: which of the table's strips it stands in; 0: the head."""

    text: str
    box: Box
    row: int


@dataclass(frozen=True, slots=True)
class ColumnFit:
    """table: the definition's name. bounds: where columns begin and end.

    columns[k]: the definition's for the k-th, None for one that it has not.

    own[k]: the words of its head, those of groups above it left out; read[k]: whether they are most of its label.
    score: in letters; told: the share of the letters
    of the columns' labels that was found, 1 where all were read as they are.
    """

    table: str
    bounds: tuple[int, ...]
    columns: tuple[int | None, ...]
    own: tuple[tuple[HeadWord, ...], ...]
    read: tuple[bool, ...]
    score: float
    told: float


def fit_columns(
    table: TableDefinition, edges: Sequence[Edge], words: Sequence[HeadWord], core: tuple[int, int], letter: float
) -> ColumnFit:
    """The likeliest columns between edges, in the order of the definition.

    core: where walls tell that the table begins and ends; a column outside is one only if its head says so.
    """
    spans = _spans(edges, letter)
    heads = [_head_lines(edges[a].x, edges[b].x, words) for a, b in spans]
    labels, runs = _evidence(table, heads)
    gains = labels + _entries(table, [(edges[a].x, edges[b].x) for a, b in spans], words)
    narrow = _NARROW * letter
    outside = [edges[b].x <= core[0] + narrow or edges[a].x >= core[1] - narrow for a, b in spans]
    score, steps = _best_way(edges, spans, gains, outside)
    while steps and steps[0][1] is None and outside[steps[0][0]]:
        steps.pop(0)
    while steps and steps[-1][1] is None and outside[steps[-1][0]]:
        steps.pop()
    own = [
        [w for line in heads[p][slice(*runs[p, i]) if i is not None else slice(None)] for w in line] for p, i in steps
    ]
    most = [max(min(_HEAD, len(compact(la))) for la in c.labels) / 2 for c in table.columns]
    told = [0.0 if i is None else float(labels[p, i]) / most[i] for p, i in steps]
    return ColumnFit(
        table=table.name,
        bounds=(*(edges[spans[p][0]].x for p, _ in steps[:1]), *(edges[spans[p][1]].x for p, _ in steps)),
        columns=tuple(i for _, i in steps),
        own=tuple(map(tuple, own)),
        read=tuple(t >= _READ for t in told),
        score=score,
        told=sum(t * most[i] for t, (_, i) in zip(told, steps, strict=True) if i is not None) / sum(most),
    )


def _best_way(
    edges: Sequence[Edge], spans: Sequence[tuple[int, int]], gains: NDArray[np.float64], outside: Sequence[bool]
) -> tuple[float, list[tuple[int, int | None]]]:
    """From the first edge to the last: what speaks for it, and its spans, each with the definition's column or None."""
    count, last = gains.shape[1], len(edges) - 1
    at_edge = [_WALL * e.walls - _CROSSED * e.crossed for e in edges[:-1]] + [0.0]
    best = {(0, 0): 0.0}
    came: dict[tuple[int, int], tuple[tuple[int, int], int | None]] = {}
    for a in range(last + 1):
        ways = [(p, b) for p, (start, b) in enumerate(spans) if start == a]
        for i in range(count + 1):
            if (a, i) not in best:
                continue
            onward: list[tuple[tuple[int, int], float, int | None]] = [
                ((b, i), at_edge[b] - (0.0 if outside[p] else _ODD), p) for p, b in ways
            ]
            if i < count:
                onward += [((b, i + 1), at_edge[b] + float(gains[p, i]), p) for p, b in ways]
                onward.append(((a, i + 1), -_ODD, None))
            for place, gain, way in onward:
                if best[a, i] + gain > best.get(place, -np.inf):
                    best[place] = best[a, i] + gain
                    came[place] = ((a, i), way)
    place, steps = (last, count), list[tuple[int, int | None]]()
    while place in came:
        before, step = came[place]
        if step is not None:
            steps.append((step, before[1] if place[1] > before[1] else None))
        place = before
    return best[last, count], steps[::-1]


def _spans(edges: Sequence[Edge], letter: float) -> list[tuple[int, int]]:
    """Pairs of edges between which one column may stand; a wall that stands in most strips ends it."""
    spans = []
    for a in range(len(edges) - 1):
        for b in range(a + 1, len(edges)):
            if edges[b].x - edges[a].x < _NARROW * letter and a > 0 and b < len(edges) - 1:
                continue
            spans.append((a, b))
            if edges[b].walls > _STANDS:
                break
    return spans


_STANDS = 0.9
"""The share of strips in which a wall stands that parts columns whatever the heads say."""


def _head_lines(left: int, right: int, words: Sequence[HeadWord]) -> list[list[HeadWord]]:
    """The lines of the head between two edges, top to bottom."""
    inside = sorted((w for w in words if not w.row and left <= w.box.center[0] < right), key=lambda w: w.box.center[1])
    lines = group_lines(inside, lambda w: w.box)
    return [sorted(line, key=lambda w: w.box.x) for line in lines[: 2 * _LINES]]


def _evidence(
    table: TableDefinition, heads: Sequence[list[list[HeadWord]]]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """How well lines of each span read like each label, in letters, and which: the first and one past the last.

    The labels of groups stand over a column's own; what stands under it was written in a row whose rule is lost.
    """
    runs = [
        (p, first, last, "".join(compact(w.text) for line in lines[first:last] for w in line))
        for p, lines in enumerate(heads)
        for start, end in _blocks(lines)
        for first in range(start, end)
        for last in range(first + 1, min(first + _LINES, end) + 1)
    ]
    ends = [{end for _, end in _blocks(lines)} for lines in heads]
    runs = [run for run in runs if run[3]]
    evidence = np.zeros((len(heads), len(table.columns)))
    spans = np.zeros((len(heads), len(table.columns), 2), np.int64)
    if not runs:
        return evidence, spans
    evidence[sorted({p for p, *_ in runs})] = -np.inf
    below = np.array([0.0 if last in ends[p] else _BELOW for p, _, last, _ in runs])
    for i, column in enumerate(table.columns):
        labels = [compact(label) for label in column.labels]
        weights = np.array([min(_HEAD, len(label)) for label in labels], np.float64)
        alike = process.cdist([run[3] for run in runs], labels, scorer=fuzz.ratio, dtype=np.float32) / 100.0
        told = ((alike - 0.5) * weights).max(axis=1) - below
        for (p, first, last, _), score in zip(runs, told, strict=True):
            if score > evidence[p, i]:
                evidence[p, i], spans[p, i] = score, (first, last)
    return evidence, spans


def _blocks(lines: Sequence[Sequence[HeadWord]]) -> list[tuple[int, int]]:
    """Lines that stand close under one another: the first and one past the last of each block."""
    boxes = [Box.around([w.box for w in line]) for line in lines]
    cuts = [k for k in range(1, len(boxes)) if boxes[k].y - boxes[k - 1].bottom > boxes[k - 1].height]
    return list(pairwise([0, *cuts, len(lines)]))


def _entries(
    table: TableDefinition, spans: Sequence[tuple[int, int]], words: Sequence[HeadWord]
) -> NDArray[np.float64]:
    """How far what stands in the rows between two edges is of each column's kind, in letters."""
    rows = sorted({w.row for w in words if w.row})
    by_row = [sorted((w for w in words if w.row == r), key=lambda w: (w.box.y, w.box.x)) for r in rows]
    result = np.zeros((len(spans), len(table.columns)))
    for p, (left, right) in enumerate(spans):
        texts = [" ".join(w.text for w in row if left <= w.box.center[0] < right) for row in by_row]
        filled = [t for t in texts if t]
        if filled:
            shares = [np.mean([fits_kind(column, t) for t in filled]) for column in table.columns]
            result[p] = [_ENTRIES * (2 * s - 1) for s in shares]
    return result
