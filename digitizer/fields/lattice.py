"""Where a table's columns part: walls that stand in any of its strips, white between words, and what crosses it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from statistics import median

from digitizer.document.geometry import Box
from digitizer.document.layout import Word
from digitizer.document.lines import group_lines
from digitizer.fields.answers import Entry
from digitizer.fields.stacked_pages import StackedPages

EDGE = 12
"""Stack units by which the edges of a table's columns may differ from head to row and from page to page."""
_SLACK = 0.5
"""Letter heights within which walls of several strips are one: less than a letter, the narrowest thing in a column."""
_LEAN = 0.2
"""Letter heights by which a word reaches over a place that it crosses; its box may be wider than its ink."""
_STROKE = 0.6
"""Letter heights that a stroke is wide at the most: an upright rule read as a letter."""
_COVERED = 0.6
"""The share of a strip's height that strokes cover where a wall stands; a letter of an entry covers about a third."""
_ACROSS = 0.5
"""The share of a table's width along which a rule parts rows; what is less may part a cell."""
_FLAT = 0.4
"""Letter heights that what is left of a level rule is high at the most: less than any letter."""
_LETTER = 14.0
"""Height of a letter where nothing is written, stack units: 10 point."""


@dataclass(frozen=True, slots=True)
class Strip:
    """A band of a table. walls: where its cells part, left to right; lines: its words, line by line."""

    walls: tuple[int, ...]
    lines: tuple[tuple[Box, ...], ...]


def strip_of(
    stack: StackedPages, cells: Sequence[int], span: tuple[int, int], lines: Sequence[Sequence[Box]], letter: float
) -> Strip:
    """A band of cells and words. span: from where to where down the stack its walls stand."""
    slack = _SLACK * letter
    top, bottom = span
    pieces = [r.box for r in stack.rules if r.vertical]
    pieces += [i.box for i in stack.items if _is_stroke(i.box, letter)]
    pieces += [w.box for i in stack.items for w in i.words if _is_stroke(w.box, letter)]
    pieces = [b for b in pieces if min(b.bottom, bottom) > max(b.y, top)]
    walls = walls_of([stack.cells[c].box for c in cells], slack)
    inner = (walls[0] + slack, walls[-1] - slack) if walls else (-inf, inf)
    found = [
        round(median(run))
        for run in _runs(sorted(round(b.center[0]) for b in pieces), slack)
        if inner[0] < run[0]
        and run[-1] < inner[1]
        and all(min(abs(x - w) for x in run) > slack for w in walls)
        and _covered([b for b in pieces if run[0] <= round(b.center[0]) <= run[-1]], span)
        >= max(_COVERED * (bottom - top), 1.5 * letter)
    ]
    return Strip(tuple(sorted({*walls, *found})), tuple(tuple(line) for line in lines))


def levels_of(
    stack: StackedPages, cells: Sequence[int], span: tuple[int, int], bounds: tuple[int, int], letter: float
) -> list[int]:
    """Where rules part a band into rows, from top to bottom of a span: along half of its width or more.

    Cells end there, or what is left of a rule lies there, as a rule or as a flat line that was taken for text.
    """
    slack = _SLACK * letter
    sides = [(y, b) for c in cells for b in [stack.cells[c].box] for y in (b.y, b.bottom)]
    flat = [r.box for r in stack.rules if not r.vertical and not r.underline]
    sides += [(round(b.center[1]), b) for b in flat + [i.box for i in stack.items if is_flat(i.box, letter)]]
    sides = [(y, b) for y, b in sides if span[0] + letter < y < span[1] - letter]
    levels = []
    for run in _runs(sorted({y for y, _ in sides}), slack):
        across = [b.transposed() for y, b in sides if run[0] <= y <= run[-1]]
        if _covered(across, bounds) >= _ACROSS * (bounds[1] - bounds[0]):
            levels.append(round(median(run)))
    return levels


def is_flat(box: Box, letter: float) -> bool:
    """Whether a line is as low as what is left of a level rule, or a dash."""
    return box.height <= _FLAT * letter


def _covered(boxes: Sequence[Box], span: tuple[int, int]) -> int:
    """How much of a span, from top to bottom, boxes cover together."""
    covered, end = 0, span[0]
    for box in sorted(boxes, key=lambda b: b.y):
        covered += max(0, min(box.bottom, span[1]) - max(box.y, end))
        end = max(end, min(box.bottom, span[1]))
    return covered


@dataclass(frozen=True, slots=True)
class Edge:
    """A place where columns may part. walls: the share of strips in which a wall stands there.

    crossed: the share of strips in which a word stands across it.
    """

    x: int
    walls: float
    crossed: float


def letter_height(boxes: Iterable[Box]) -> float:
    """The usual height of words, stack units."""
    return median([float(b.height) for b in boxes] or [_LETTER])


def walls_of(boxes: Iterable[Box], slack: float) -> tuple[int, ...]:
    """Where cells begin or end, left to right; where two stand wall to wall, between them."""
    places = sorted(x for b in boxes for x in (b.x, b.right))
    return tuple(round(sum(run) / len(run)) for run in _runs(places, slack))


def lines_of(words: Iterable[Box]) -> tuple[tuple[Box, ...], ...]:
    """Words put into lines, each left to right."""
    lines = group_lines(sorted(words, key=lambda b: b.center[1]), lambda b: b)
    return tuple(tuple(sorted(line)) for line in lines)


def find_edges(strips: Sequence[Strip], letter: float) -> list[Edge]:
    """All places where the columns of the strips may part, left to right."""
    slack = _SLACK * letter
    walls = [round(median(run)) for run in _runs(sorted(x for s in strips for x in s.walls), slack)]
    edges = [_edge(x, strips, letter) for x in walls]
    lines = [line for s in strips for line in s.lines]
    strokes = [round(b.center[0]) for line in lines for b in line if _is_stroke(b, letter)]
    texts = [[b for b in line if not _is_stroke(b, letter)] for line in lines]
    white = [round((a.right + b.x) / 2) for line in texts for a, b in pairwise(line)]
    # Of places close to one another, and to no wall, that where a stroke stands, else the one that fewest words cross.
    places = [(x not in strokes, _edge(x, strips, letter)) for x in sorted({*strokes, *white})]
    for _, edge in sorted(places, key=lambda p: (p[0], p[1].crossed, p[1].x)):
        if all(abs(edge.x - other.x) > slack for other in edges):
            edges.append(edge)
    return sorted(edges, key=lambda e: e.x)


def _runs(places: Sequence[int], slack: float) -> list[list[int]]:
    """Sorted places put together where they follow closely on one another."""
    runs: list[list[int]] = []
    for x in places:
        if runs and x - runs[-1][-1] <= slack and x - runs[-1][0] <= 2 * slack:
            runs[-1].append(x)
        else:
            runs.append([x])
    return runs


def _edge(x: int, strips: Sequence[Strip], letter: float) -> Edge:
    slack, lean = _SLACK * letter, _LEAN * letter
    walls = sum(any(abs(x - w) <= slack for w in s.walls) for s in strips)
    crossed = sum(any(_crosses(b, x, lean, letter) for line in s.lines for b in line) for s in strips)
    return Edge(x, walls / len(strips), crossed / len(strips))


def _crosses(word: Box, x: int, lean: float, letter: float) -> bool:
    """Whether a word stands across a place; a lone stroke there is a rule's rest."""
    return word.x + lean < x < word.right - lean and not _is_stroke(word, letter)


def _is_stroke(word: Box, letter: float) -> bool:
    return word.width <= _STROKE * letter


def part_words(words: Sequence[Word], bounds: Sequence[int], letter: float) -> list[tuple[int, int]]:
    """Of each column between the bounds, its words: the first and one past the last; (0, 0) where it has none.

    A stroke that stands on a bound is the wall and belongs to no column, as what stands outside.
    """
    slack = _SLACK * letter
    columns: list[tuple[int, int]] = [(0, 0)] * (len(bounds) - 1)
    for k, word in enumerate(words):
        x = word.box.center[0]
        if _is_stroke(word.box, letter) and any(word.box.x <= b <= word.box.right for b in bounds[1:-1]):
            continue
        if not bounds[0] - slack <= x < bounds[-1] + slack:
            continue
        column = min(max(sum(x >= b for b in bounds) - 1, 0), len(columns) - 1)
        first, last = columns[column]
        columns[column] = (first if last else k, k + 1)
    return columns


def part_item(stack: StackedPages, k: int, bounds: Sequence[int], letter: float) -> list[tuple[int, Entry]]:
    """What of a line stands in which of the columns between the bounds."""
    item = stack.items[k]
    parted = [(c, span) for c, span in enumerate(part_words(item.words, bounds, letter)) if span[1]]
    if [span for _, span in parted] == [(0, len(item.words))]:
        return [(parted[0][0], Entry(k, 0, len(item.words), item.box, item.text))]
    return [
        (c, Entry(k, first, last, Box.around([w.box for w in words]), " ".join(w.text for w in words)))
        for c, (first, last) in parted
        for words in [item.words[first:last]]
    ]
