"""A grid's cells with their texts; where a table has no rules between its rows or columns, the white parts them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from digitizer.document.geometry import Box
from digitizer.document.layout import Word
from digitizer.document.lines import group_lines
from digitizer.fields.grids import Band, Grid
from digitizer.fields.stacked_pages import Item, StackedPages

_EDGE = 9
"""Stack units (1/200 inch) within which the edges of cells are one."""
_LEAST_ROWS = 3
_LEVEL = 0.45
"""Heights of a line within which entries side by side are one row."""
_SHARED = 0.6
"""Of the entries of cells side by side, the share that must be level with one another for them to be rows."""
_FILLED = 0.45
"""Of a table's places, the share that must hold an entry."""
_PROSE_WORDS, _PROSE_WIDTH = 4, 0.75
_GUTTER = 14
"""Stack units of white between two columns; more than between two words."""
_REGULAR, _CHANCE, _LEAST_MENDED = 0.7, 0.12, 6
"""Of a table's rows, the share in which a column's wall must stand to belong to all, and up to which it is chance."""
_SPLIT_NUMBER = (re.compile(r"(?<=\d[.,]) (?=\d{2,3}\b)"), re.compile(r"(?<=\d) (?=[.,]\d)"))
_NUMBER = re.compile(r"[$(-]? ?[\d., ]+[)%]?")


@dataclass(frozen=True, slots=True)
class Part:
    """A cell of a table: its place on the stack, the words in it line by line, and the stack's items they are of."""

    box: Box
    lines: tuple[tuple[Word, ...], ...] = ()
    items: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(_whole_number(" ".join(w.text for w in line)) for line in self.lines if line)


def rows_of(stack: StackedPages, grid: Grid) -> list[list[str | None]]:
    """The grid's texts row by row, as told_rows."""
    return told_rows(parts_of(stack, grid))


def told_rows(parts: Sequence[Part]) -> list[list[str | None]]:
    """The parts' texts row by row; a cell over several rows or columns stands in the first, the others hold None."""
    xs, ys = _edges(p.box.x for p in parts), _edges(p.box.y for p in parts)
    rows: list[list[str | None]] = [[None] * len(xs) for _ in ys]
    for part in parts:
        row, column = _nearest(ys, part.box.y), _nearest(xs, part.box.x)
        before = rows[row][column]
        rows[row][column] = f"{before}\n{part.text}" if before and part.text else before or part.text
    return rows


def parts_of(stack: StackedPages, grid: Grid) -> list[Part]:
    """The cells of a grid, row by row; those that a lost wall or rule made one are told apart."""
    items: dict[int, list[int]] = {k: [] for band in grid.bands for k in band.cells}
    for k, item in enumerate(stack.items):
        if item.text and item.cell in items:
            items[item.cell].append(k)
    cuts = _column_cuts(stack, grid, items)
    parts: list[Part] = []
    for band in grid.bands:
        rows = [] if cuts else _row_cuts(stack, band, items)
        for cell in band.cells:
            box = stack.cells[cell].box
            bounds = [box.y, *rows, box.bottom]
            for top, end in pairwise(bounds):
                own = [k for k in items[cell] if not rows or top <= stack.items[k].box.center[1] < end]
                parts.append(_part(stack, Box(box.x, top, box.width, max(1, end - top)), own))
        parts += _open_parts(stack, grid, band)
    if cuts:
        return [piece for part in parts for piece in _parted(part, cuts)]
    return _mended(parts)


def _words(item: Item) -> tuple[Word, ...]:
    return item.words or (Word(item.text, item.box, item.confidence),)


def _part(stack: StackedPages, box: Box, items: Sequence[int]) -> Part:
    """A part with the words of its items: lines one under the other, what stands side by side on one line together."""
    ordered = sorted((stack.items[k] for k in items), key=lambda i: i.box.center[1])
    lines = group_lines(ordered, lambda i: i.box)
    words = [tuple(w for i in sorted(line, key=lambda i: i.box.x) for w in _words(i)) for line in lines]
    return Part(box, tuple(words), tuple(items))


def _open_parts(stack: StackedPages, grid: Grid, band: Band) -> list[Part]:
    """What stands level with a band between or beside its cells, as the table has no rule at its sides there.

    It stands where cells of other bands do; a line that has such a place to itself is a part.
    """
    boxes = [stack.cells[c].box for c in band.cells]
    others = {stack.cells[c].box for b in grid.bands if b is not band for c in b.cells}
    places = sorted({(o.x, o.right) for o in others if all(o.overlap_x(b) <= _EDGE for b in boxes)})
    parts: list[Part] = []
    for left, right in places:
        own = [
            k
            for k, i in enumerate(stack.items)
            if i.cell is None
            and i.text
            and band.top <= i.box.center[1] < band.bottom
            and left <= i.box.center[0] < right
        ]
        if own and not any(set(own) & set(p.items) for p in parts):
            parts.append(_part(stack, Box(left, band.top, right - left, band.bottom - band.top), own))
    return parts


def _mended(parts: Sequence[Part]) -> list[Part]:
    """Parts of a regular table with a wall added where all other rows have one and words stand clear on both sides,
    and walls taken out that one row or two alone have."""
    xs, ys = _edges(p.box.x for p in parts), _edges(p.box.y for p in parts)
    starts = [(_nearest(ys, p.box.y), _nearest(xs, p.box.x)) for p in parts]
    support = [len({r for r, c in starts if c == k}) for k in range(len(xs))]
    usual = {k for k, n in enumerate(support) if n >= _REGULAR * len(ys)}
    chance = {k for k, n in enumerate(support) if n <= _CHANCE * len(ys)}
    if len(ys) <= _LEAST_ROWS or len(usual) + len(chance) < len(xs):
        return list(parts)
    mended: list[Part] = []
    for (_, column), part in sorted(zip(starts, parts, strict=True), key=lambda sp: (sp[0], sp[1].box)):
        before = mended[-1] if mended else None
        if column in chance and before is not None and abs(before.box.y - part.box.y) <= _EDGE:
            line = tuple(w for p in (before, part) for words in p.lines for w in words)
            mended[-1] = Part(Box.around([before.box, part.box]), (line,) if line else (), before.items + part.items)
        else:
            mended.append(part)
    walls = [xs[k] for k in sorted(usual)]
    return [piece for part in mended for piece in _walled(part, walls, len(ys) < _LEAST_MENDED)]


def _walled(part: Part, walls: Sequence[int], few: bool) -> list[Part]:
    """A cell parted at walls that stand between its words; one that a word crosses parts nothing.

    few: the table's rows tell little of its walls: only what has a word for each column is parted.
    """
    words = [w for line in part.lines for w in line]
    inner = [x for x in walls if part.box.x + _EDGE < x < part.box.right - _EDGE]
    cuts = [x for x in inner if not any(w.box.x + 2 < x < w.box.right - 2 for w in words)]
    columns = {_column(cuts, w.box) for w in words}
    # A heading over several columns stands in one of them; a blank beside an entry has lost its only wall.
    parted = len(columns) > 1 and len(columns) > (len(cuts) if few else len(cuts) // 2)
    if len(part.lines) > 1 or not (parted or (not few and len(inner) == len(cuts) == 1 and len(walls) > 2)):
        return [part]
    return _parted(part, cuts)


def _parted(part: Part, cuts: Sequence[int]) -> list[Part]:
    """A cell parted into columns."""
    pieces = []
    for k, (left, end) in enumerate(pairwise([part.box.x, *cuts, part.box.right])):
        lines = tuple(tuple(w for w in line if _column(cuts, w.box) == k) for line in part.lines)
        box = Box(left, part.box.y, max(1, end - left), part.box.height)
        pieces.append(Part(box, lines, part.items))
    return pieces


def _whole_number(text: str) -> str:
    """A number read with a blank behind its comma or before its point, without that blank."""
    if not _NUMBER.fullmatch(text):
        return text
    for split in _SPLIT_NUMBER:
        text = split.sub("", text)
    return text


def _row_cuts(stack: StackedPages, band: Band, within: dict[int, list[int]]) -> list[int]:
    """Where the rows of cells side by side part that hold a column of a table each; none where they hold texts."""
    items = {cell: [stack.items[k] for k in within[cell]] for cell in band.cells}
    filled = [k for k in band.cells if items[k]]
    if len(filled) < 2 or any(_is_prose(stack.cells[k].box, items[k]) for k in filled):
        return []
    lines = _levels([i for k in filled for i in items[k]])
    cells = [len({i.cell for i in line}) for line in lines]
    entries = sum(cells)
    if len(lines) < _LEAST_ROWS + (len(filled) == 2):
        return []
    if sum(c for c in cells if c > 1) < _SHARED * entries or entries < _FILLED * len(lines) * len(filled):
        return []
    boxes = [Box.around([i.box for i in line]) for line in lines]
    return [round((a.bottom + b.y) / 2) for a, b in pairwise(boxes)]


def _is_prose(box: Box, items: Sequence[Item]) -> bool:
    """Whether a cell's lines are a text that was broken at its right wall."""
    if len(items) < _LEAST_ROWS:
        return False
    words = median(len(i.words) for i in items)
    return words >= _PROSE_WORDS and median(i.box.width for i in items) >= _PROSE_WIDTH * box.width


def _levels(items: Sequence[Item]) -> list[list[Item]]:
    """Items of one height on the page together, top to bottom."""
    lines: list[list[Item]] = []
    for item in sorted(items, key=lambda i: i.box.center[1]):
        middle = median(i.box.center[1] for i in lines[-1]) if lines else 0.0
        if lines and abs(item.box.center[1] - middle) <= _LEVEL * max(item.box.height, lines[-1][0].box.height):
            lines[-1].append(item)
        else:
            lines.append([item])
    return lines


def _column_cuts(stack: StackedPages, grid: Grid, within: dict[int, list[int]]) -> list[int]:
    """Where the columns of a table part that has rules between its rows alone; none where it is no such table."""
    if len(grid.bands) < _LEAST_ROWS or any(len(b.cells) > 1 for b in grid.bands):
        return []
    words = [[w.box for k in own for w in _words(stack.items[k])] for own in within.values()]
    runs: list[list[int]] = []
    for box in sorted(b for own in words for b in own):
        if runs and box.x - runs[-1][1] <= _GUTTER:
            runs[-1][1] = max(runs[-1][1], box.right)
        else:
            runs.append([box.x, box.right])
    cuts = [round((a[1] + b[0]) / 2) for a, b in pairwise(runs)]
    filled = [len({_column(cuts, box) for box in own}) for own in words if own]
    if (
        not cuts
        or sum(filled) < _FILLED * len(filled) * len(runs)
        or sum(f > 1 for f in filled) < _SHARED * len(filled)
    ):
        return []
    return cuts


def _column(cuts: Sequence[int], box: Box) -> int:
    return sum(box.center[0] >= cut for cut in cuts)


def _edges(places: Iterable[int]) -> list[int]:
    edges: list[int] = []
    for place in sorted(places):
        if not edges or place - edges[-1] > _EDGE:
            edges.append(place)
    return edges


def _nearest(edges: Sequence[int], place: int) -> int:
    return min(range(len(edges)), key=lambda k: abs(edges[k] - place))
