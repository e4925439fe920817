"""Labels and values that stand side by side or under one another on a page without cells, told by how they are set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from digitizer.document.geometry import Box
from digitizer.document.lines import same_line
from digitizer.fields.stacked_pages import Item

_WORDS = 5
"""Words of a label at the most; more is a sentence."""
_UNDER = 1.2
"""Line heights of white over a value that stands under its label: about that of a blank line."""
_SMALL = 0.8
"""Of a value's height, what its label set small over it has at the most; letters of one size differ by a tenth."""
_REPEATED = 3
"""Labels and values in a row from which their two left edges are columns and no chance."""


@dataclass(frozen=True, slots=True)
class Run:
    """Words of a line: from `first` up to, not including, `last`. item: whose key the line has."""

    item: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and its value."""

    label: Run
    value: Run


def find_pairs(lines: Mapping[int, Item]) -> list[Pair]:
    """Pairs among lines, by their keys, top to bottom; no line belongs to two."""
    free = dict(sorted(lines.items(), key=lambda ki: (ki[1].box.y, ki[1].box.x)))
    beside = _beside(free)
    columns = _columns(free, beside)
    pairs: list[Pair] = []
    used: set[int] = set()
    for k, item in free.items():
        if k in used:
            continue
        right = beside.get(k)
        colon = _colon(item)
        value: Run | None = None
        if colon is not None and colon < len(item.words):
            pairs.append(Pair(Run(k, 0, colon), Run(k, colon, len(item.words))))
            used.add(k)
            continue
        if right is not None and right not in used and _colon(free[right]) is None and (colon or (k, right) in columns):
            value = _whole(right, free[right])
        if value is None and right is None:
            value = _under(k, free, colon is not None, used)
        if value is not None:
            pairs.append(Pair(_whole(k, item), value))
            used |= {k, value.item}
    return pairs


def _whole(k: int, item: Item) -> Run:
    return Run(k, 0, len(item.words))


def _colon(item: Item) -> int | None:
    """How many of a line's words make a label that ends in a colon; None where it begins with none."""
    for count, word in enumerate(item.words[:_WORDS], start=1):
        if word.text.endswith(":") and any(map(str.isalpha, word.text)):
            return count
    return None


def _beside(lines: Mapping[int, Item]) -> dict[int, int]:
    """Which line stands right of which on the same height, with nothing in between; those alone in pairs of two."""
    found: dict[int, int] = {}
    for k, item in lines.items():
        level = [j for j, o in lines.items() if o.page == item.page and same_line(o.box, item.box)]
        level.sort(key=lambda j: lines[j].box.x)
        for a, b in pairwise(level):
            if a == k:
                found[k] = b
    return found


def _columns(lines: Mapping[int, Item], beside: Mapping[int, int]) -> set[tuple[int, int]]:
    """Pairs side by side under one another, as labels and values in two columns: each flush left, alone on its line."""
    alone = [(a, b) for a, b in beside.items() if b not in beside and a not in beside.values()]
    found: set[tuple[int, int]] = set()
    for run in _flush_runs(alone, lines):
        labels, values = [lines[a] for a, _ in run], [lines[b] for _, b in run]
        short = all(len(i.words) <= _WORDS for i in labels)
        if len(run) >= _REPEATED and short and len({i.text for i in labels}) == len(run):
            found |= set(run) if any(i.text not in {v.text for v in values} for i in labels) else set()
    return found


def _flush_runs(pairs: Sequence[tuple[int, int]], lines: Mapping[int, Item]) -> list[list[tuple[int, int]]]:
    """Pairs top to bottom, put together as long as both sides begin where those before them do."""
    runs: list[list[tuple[int, int]]] = []
    for a, b in pairs:
        if runs:
            c, d = runs[-1][-1]
            slack = 0.5 * median(lines[k].box.height for k in (a, b, c, d))
            if all(abs(lines[x].box.x - lines[y].box.x) <= slack for x, y in ((a, c), (b, d))):
                runs[-1].append((a, b))
                continue
        runs.append([(a, b)])
    return runs


def _under(k: int, lines: Mapping[int, Item], colon: bool, used: set[int]) -> Run | None:
    """What stands under a label, flush with it: one that ends in a colon, or is set smaller."""
    label = lines[k].box
    below = [
        (o.box.y, j)
        for j, o in lines.items()
        if o.page == lines[k].page and j != k and o.box.y >= label.center[1] and o.box.overlap_x(label) > 0
    ]
    if not below or len(lines[k].words) > _WORDS:
        return None
    j = min(below)[1]
    value = lines[j].box
    flush = abs(value.x - label.x) <= value.height and value.y - label.bottom <= _UNDER * value.height
    told = colon or label.height <= _SMALL * value.height
    return _whole(j, lines[j]) if flush and told and j not in used and _colon(lines[j]) is None else None


def words_of(lines: Mapping[int, Item], run: Run) -> tuple[str, Box]:
    """What a run reads, and where on the stack it stands."""
    item = lines[run.item]
    words = item.words[run.first : run.last]
    if len(words) == len(item.words):
        return item.text, item.box
    return " ".join(w.text for w in words), Box.around([w.box for w in words])
