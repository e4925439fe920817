"""A printed table's columns: its edges chosen so that walls, white, heads and entries agree with the definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from digitizer.document.form import TableDefinition
from digitizer.document.geometry import Box
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
_LINES = 12
"""Lines of a head at the most."""


@dataclass(frozen=True, slots=True)
class HeadWord:
    """A word of a table, on the stack. row: which of the table's strips it stands in; 0: the head."""

    text: str
    box: Box
    row: int


@dataclass(frozen=True, slots=True)
class ColumnFit:
    """bounds: where columns begin and end; columns[k]: the definition's for the k-th, None for one that it has not.

    own[k]: the words of its head, those of groups above it left out. score: in letters; told: the share of the letters
    of the columns' labels that was found, 1 where all were read as they are.
    """

    bounds: tuple[int, ...]
    columns: tuple[int | None, ...]
    own: tuple[tuple[HeadWord, ...], ...]
    score: float
    told: float


def fit_columns(
    table: TableDefinition, edges: Sequence[Edge], words: Sequence[HeadWord], core: tuple[int, int], letter: float
) -> ColumnFit:
    """The likeliest columns between edges, in the order of the definition.

    core: where walls tell that the table begins and ends; a column outside is one only if its head says so.
    """
    pairs = _spans(edges, letter)
    heads = [_head_lines(edges[a].x, edges[b].x, words) for a, b in pairs]
    labels, sizes = _evidence(table, heads)
    evidence = labels + _entries(table, [(edges[a].x, edges[b].x) for a, b in pairs], words)
    outside = [edges[b].x <= core[0] or edges[a].x >= core[1] for a, b in pairs]
    gains = [_WALL * e.walls - _CROSSED * e.crossed for e in edges]
    count, last = len(table.columns), len(edges) - 1
    best = np.full((last + 1, count + 1), -np.inf)
    best[0, 0] = 0.0
    came: dict[tuple[int, int], tuple[int, int, int | None]] = {}

    def reach(place: tuple[int, int], score: float, step: tuple[int, int, int | None]) -> None:
        if score > best[place]:
            best[place] = score
            came[place] = step

    by_start: dict[int, list[tuple[int, int]]] = {}
    for p, (a, b) in enumerate(pairs):
        by_start.setdefault(a, []).append((p, b))
    for a in range(last + 1):
        for i in range(count + 1):
            if not np.isfinite(best[a, i]):
                continue
            if i < count:
                reach((a, i + 1), best[a, i] - _ODD, (a, i, None))
            for p, b in by_start.get(a, ()):
                gain = best[a, i] + (gains[b] if b < last else 0.0)
                reach((b, i), gain - (0.0 if outside[p] else _ODD), (a, i, p))
                if i < count:
                    reach((b, i + 1), gain + evidence[p, i], (a, i, p))
    steps = _traced(came, (last, count))
    while steps and steps[0][1] is None and outside[steps[0][0]]:
        steps.pop(0)
    while steps and steps[-1][1] is None and outside[steps[-1][0]]:
        steps.pop()
    own = [_own(heads[p], None if i is None else int(sizes[p, i])) for p, i in steps]
    bounds = (*(edges[pairs[p][0]].x for p, _ in steps[:1]), *(edges[pairs[p][1]].x for p, _ in steps))
    most = sum(max(min(_HEAD, len(compact(la))) for la in c.labels) / 2 for c in table.columns)
    told = sum(float(labels[p, i]) for p, i in steps if i is not None) / most
    return ColumnFit(bounds, tuple(i for _, i in steps), tuple(own), float(best[last, count]), told)


def _traced(
    came: Mapping[tuple[int, int], tuple[int, int, int | None]], place: tuple[int, int]
) -> list[tuple[int, int | None]]:
    """The spans of the best way, left to right: span, and which column of the definition it is."""
    steps: list[tuple[int, int | None]] = []
    while place in came:
        a, i, p = came[place]
        if p is not None:
            steps.append((p, i if place[1] > i else None))
        place = (a, i)
    return steps[::-1]


def _own(lines: Sequence[Sequence[HeadWord]], size: int | None) -> tuple[HeadWord, ...]:
    kept = lines if size is None else lines[len(lines) - size :]
    return tuple(w for line in kept for w in line)


def _spans(edges: Sequence[Edge], letter: float) -> list[tuple[int, int]]:
    """Pairs of edges between which one column may stand; a wall that stands in most strips ends it."""
    spans = []
    for a in range(len(edges) - 1):
        for b in range(a + 1, len(edges)):
            if edges[b].x - edges[a].x < _NARROW * letter and (b < len(edges) - 1 or a):
                continue
            spans.append((a, b))
            if edges[b].walls > _STANDS:
                break
    return spans


_STANDS = 0.9
"""The share of strips in which a wall stands that parts columns whatever the heads say."""


def _head_lines(left: int, right: int, words: Sequence[HeadWord]) -> list[list[HeadWord]]:
    """The lowest lines of the head between two edges, top to bottom."""
    inside = [w for w in words if not w.row and left <= w.box.center[0] < right]
    lines: list[list[HeadWord]] = []
    for word in sorted(inside, key=lambda w: w.box.center[1]):
        if lines and lines[-1][0].box.overlap_y(word.box) > 0.5 * min(lines[-1][0].box.height, word.box.height):
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda w: w.box.x) for line in lines[-_LINES:]]


def _evidence(
    table: TableDefinition, heads: Sequence[list[list[HeadWord]]]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """How well the lowest lines of each span read like each label, in letters, and how many lines those are."""
    texts: list[str] = []
    owner: list[tuple[int, int]] = []
    for p, lines in enumerate(heads):
        text = ""
        for size, line in enumerate(reversed(lines), start=1):
            text = "".join(compact(w.text) for w in line) + text
            if text:
                texts.append(text)
                owner.append((p, size))
    evidence = np.zeros((len(heads), len(table.columns)))
    sizes = np.zeros((len(heads), len(table.columns)), np.int64)
    if not texts:
        return evidence, sizes
    evidence[sorted({p for p, _ in owner})] = -np.inf
    for i, column in enumerate(table.columns):
        labels = [compact(label) for label in column.labels]
        weights = np.array([min(_HEAD, len(label)) for label in labels], np.float64)
        alike = process.cdist(texts, labels, scorer=fuzz.ratio, dtype=np.float32) / 100.0
        told = ((alike - 0.5) * weights).max(axis=1)
        for (p, size), score in zip(owner, told, strict=True):
            if score > evidence[p, i]:
                evidence[p, i], sizes[p, i] = score, size
    return evidence, sizes


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
