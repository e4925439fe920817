"""The pages of one form laid under one another: one set of places for a form that runs over several pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from digitizer.document.geometry import Box
from digitizer.document.layout import Cell, Mark, Reading, Readings, Rule, Word

UNIT = 200.0
"""A stack's places are told in 1/200 inch, whatever the scans' resolution."""


_OVERLAP = 0.15
_LETTER = 0.7
"""Width of a letter of print, in heights of its line."""
_UNDER_STAMP = 0.5
"""What is left of the trust in a reading where a stamp stood over it."""
_WORD = 2
"""Letters and digits from which a word as read is one, and no frame."""


@dataclass(frozen=True, slots=True)
class Item:
    """A line as read. box: on the stack; page: index into the stack's; place: box on that straightened page, pixels.

    cell: index into the stack's or None; words: their boxes are on the stack; raised: the reading of a raised marker.
    """

    box: Box
    page: int
    place: Box
    text: str
    confidence: float
    words: tuple[Word, ...]
    reading: Reading
    cell: int | None
    raised: Reading | None
    raised_box: Box | None
    underlined: bool


@dataclass(frozen=True, slots=True)
class StackedCell:
    """A cell on the stack; where a page break went through it, parts on both pages are one."""

    box: Box
    page: int
    open_top: bool
    open_bottom: bool


@dataclass(frozen=True, slots=True)
class StackedMark:
    """A checkbox on the stack; place: its box on the straightened page."""

    box: Box
    page: int
    place: Box
    mark: Mark


@dataclass(frozen=True, slots=True)
class StackedPages:
    """items: in reading order; tops: where each page begins on the stack, in units.

    stamps: lines that run up or down the page or were stamped over it; they are no part of any label or entry.
    covers: where lines were stamped over the pages, on the stack. rules: those of the pages, on the stack.
    """

    pages: tuple[Readings, ...]
    items: tuple[Item, ...]
    cells: tuple[StackedCell, ...]
    marks: tuple[StackedMark, ...]
    tops: tuple[int, ...]
    stamps: tuple[Item, ...] = ()
    covers: tuple[Box, ...] = ()
    rules: tuple[Rule, ...] = ()

    def is_covered(self, box: Box) -> bool:
        """Whether a stamp stands over a place on the stack."""
        return any(cover.intersection(box) for cover in self.covers)


@dataclass(frozen=True, slots=True)
class _Shift:
    scale: float
    dx: int
    dy: int

    def box(self, box: Box) -> Box:
        s = self.scale
        return Box(
            round(box.x * s) + self.dx,
            round(box.y * s) + self.dy,
            max(1, round(box.width * s)),
            max(1, round(box.height * s)),
        )


def stack_pages(pages: Sequence[Readings]) -> StackedPages:
    """One stack of the pages of one form, in their order; cells that a page break cut are joined."""
    items: list[Item] = []
    stamps: list[Item] = []
    cells: list[StackedCell] = []
    marks: list[StackedMark] = []
    tops: list[int] = []
    covers: list[Box] = []
    rules: list[Rule] = []
    top = 0
    for number, page in enumerate(pages):
        scale = UNIT / page.layout.dpi
        joins = _joins(cells, page, scale, number)
        shift = _shift(joins, cells, page, scale, top)
        index = _add_cells(cells, joins, page, shift, number)
        marks += [StackedMark(shift.box(m.box), number, m.box, m) for m in _frames(page)]
        for line, item in zip(page.layout.lines, _items(page, shift, index, number), strict=True):
            (stamps if line.sideways or line.stamped else items).append(item)
        covers += [shift.box(line.box) for line in page.layout.lines if line.stamped]
        rules += [replace(rule, box=shift.box(rule.box)) for rule in page.layout.rules]
        tops.append(shift.dy)
        top = shift.dy + round(page.layout.size[1] * scale)
    return StackedPages(
        tuple(pages),
        tuple(items),
        tuple(cells),
        tuple(marks),
        tuple(tops),
        tuple(stamps),
        tuple(covers),
        tuple(rules),
    )


def _frames(page: Readings) -> list[Mark]:
    """The page's marks without those that are letters as read; in whole frames nothing is text."""
    words = [w for reading in page.lines for w in reading.words]
    boxes = np.array([(w.box.x, w.box.y, w.box.right, w.box.bottom) for w in words], np.int64).reshape(-1, 4)
    kept = []
    for mark in page.layout.marks:
        if not mark.whole:
            box = mark.box
            level = (boxes[:, 0] < box.right) & (boxes[:, 2] > box.x)
            over = [words[k] for k in np.nonzero(level & (boxes[:, 1] < box.bottom) & (boxes[:, 3] > box.y))[0]]
            if any(_is_word(w) and _is_part(mark, w) for w in over) or _straddles(mark, over):
                continue
        kept.append(mark)
    return kept


def _is_word(word: Word) -> bool:
    return sum(map(str.isalnum, word.text)) >= _WORD


def _straddles(mark: Mark, words: Sequence[Word]) -> bool:
    """Whether what could be a frame lies over the end of one word and the beginning of the next."""
    shared = [(w, mark.box.intersection(w.box)) for w in words]
    over = [w for w, box in shared if box is not None and box.area > _OVERLAP * mark.box.area]
    return sum(any(map(str.isalnum, w.text)) for w in over) > 1 and any(map(_is_word, over))


def _is_part(mark: Mark, word: Word) -> bool:
    """Whether what could be a frame is a letter or two of a word."""
    shared = mark.box.intersection(word.box)
    if shared is None or shared.area <= 0.5 * mark.box.area:
        return False
    if mark.box.width >= 0.8 * word.box.width:
        return word.text.isalpha() and word.text.islower()
    # A box that was not read stands in what is left of the word's place after its letters.
    return mark.box.x < word.box.x + _LETTER * word.box.height * len(word.text)


def _joins(cells: list[StackedCell], page: Readings, scale: float, number: int) -> dict[int, int]:
    """Which cells of this page (by index) go on with which cell of the stack, cut at the last page's foot."""
    cut = [k for k, c in enumerate(cells) if c.open_bottom and c.page == number - 1]
    going_on = [k for k, c in enumerate(page.layout.cells) if c.open_top and not _is_under(c, page.layout.cells)]
    if not cut or not going_on:
        return {}
    first = min(page.layout.cells[k].box.y for k in going_on) * scale
    last = max(cells[k].box.bottom for k in cut)
    joins: dict[int, int] = {}
    for k in going_on:
        box = page.layout.cells[k].box
        if box.y * scale > first + 0.3 * UNIT:
            continue
        for j in cut:
            other = cells[j].box
            level = abs(other.bottom - last) < 0.3 * UNIT
            if (
                level
                and abs(other.width - box.width * scale) < 0.12 * UNIT
                and abs(other.x - box.x * scale) < 0.3 * UNIT
            ):
                joins[k] = j
                break
    return joins


def _is_under(cell: Cell, cells: Sequence[Cell]) -> bool:
    """Whether another cell of the page stands over one that seems to go on from the page before."""
    return any(c.box.bottom <= cell.box.y and c.box.overlap_x(cell.box) > 0 for c in cells)


def _shift(joins: dict[int, int], cells: list[StackedCell], page: Readings, scale: float, top: int) -> _Shift:
    if not joins:
        return _Shift(scale, 0, top)
    dx = [cells[j].box.x - page.layout.cells[k].box.x * scale for k, j in joins.items()]
    dy = [cells[j].box.bottom - page.layout.cells[k].box.y * scale for k, j in joins.items()]
    return _Shift(scale, round(sorted(dx)[len(dx) // 2]), round(max(dy)))


def _add_cells(
    cells: list[StackedCell], joins: dict[int, int], page: Readings, shift: _Shift, number: int
) -> dict[int, int]:
    """Adds the page's cells to the stack; returns where each of them went."""
    index: dict[int, int] = {}
    for k, cell in enumerate(page.layout.cells):
        box = shift.box(cell.box)
        if k in joins:
            old = cells[joins[k]]
            # The later page: a cell may be cut again at this page's foot.
            cells[joins[k]] = StackedCell(Box.around([old.box, box]), number, old.open_top, cell.open_bottom)
            index[k] = joins[k]
        else:
            index[k] = len(cells)
            cells.append(StackedCell(box, number, cell.open_top, cell.open_bottom))
    return index


def _items(page: Readings, shift: _Shift, index: dict[int, int], number: int) -> list[Item]:
    items = []
    stamps = [line.box for line in page.layout.lines if line.stamped]
    for line, reading, raised in zip(page.layout.lines, page.lines, page.raised, strict=True):
        sure = 1.0
        if not line.stamped and any(s.intersection(line.box) for s in stamps):
            # Some of its ink went with the stamp's.
            sure = _UNDER_STAMP
            reading = replace(reading, confidence=reading.confidence * sure)
        words = tuple(Word(w.text, shift.box(w.box), w.confidence * sure) for w in reading.words)
        items.append(
            Item(
                box=shift.box(line.box),
                page=number,
                place=line.box,
                text=reading.text,
                confidence=reading.confidence,
                words=words,
                reading=reading,
                cell=None if line.cell is None else index[line.cell],
                raised=raised,
                raised_box=line.raised,
                underlined=line.underlined,
            )
        )
    return items
