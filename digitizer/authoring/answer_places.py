"""Where answers go on a blank form: the line after a label, the white in its cell, the cell beside or under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from digitizer.document.geometry import Box
from digitizer.document.layout import Layout, Rule
from digitizer.document.lines import same_line
from digitizer.fields.answers import Entry
from digitizer.fields.drafts import place_of
from digitizer.fields.extract import Drafts, Ground
from digitizer.fields.features import own_labels
from digitizer.fields.phrases import LabelMatch
from digitizer.fields.slots import Slot
from digitizer.fields.stacked_pages import StackedPages

# Inches.
_GAP, _INSET, _MARGIN = 0.08, 0.05, 0.3
_LEAST_WIDE, _LEAST_HIGH, _LEAST_LEVEL = 0.45, 0.13, 0.1
_LINE_DROP = 0.12
"""How far under its letters the line to write on may run."""
_LINE_REACH = 0.55
"""How far under a label such a line may run, and over a caption in brackets."""
_FREE_BESIDE = 3.0
"""Outside of cells nobody writes further away from a label."""
_FREE_UNDER = 0.35
_WALL = 0.1
"""How far apart the sides of two cells that share a wall may be."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Where a slot is filled in. page: index into the blank's pages; box: pixels of that straightened page.

    ruled: its foot is a line to write on. mark: it is a checkbox. other: a second place where people may well write.
    """

    slot: Slot
    page: int
    box: Box
    ruled: bool = False
    mark: bool = False
    other: Box | None = None


@dataclass(frozen=True, slots=True)
class Unreached:
    """A slot for which there is no place. label: where its label stands (page, box), None where it was not found."""

    slot: Slot
    label: tuple[int, Box] | None


@dataclass(frozen=True, slots=True)
class _Room:
    box: Box
    ruled: bool


def find_answer_places(
    ground: Ground, slots: Sequence[Slot], drafts: Drafts
) -> tuple[tuple[Answer, ...], tuple[Unreached, ...]]:
    """The place of each slot, and the slots that have none.

    ground: the blank as surveyed; drafts: what was extracted from it, which tells the checkboxes.
    """
    answers: list[Answer] = []
    unreached: list[Unreached] = []
    used: set[int] = set()
    own = own_labels(ground.matches, slots)
    for slot, indices in zip(slots, own, strict=True):
        found = None
        if slot.is_checkbox:
            found = _checkbox(slot, drafts)
        else:
            for k in _in_order(ground.matches, [int(k) for k in indices], slot):
                found = _written(ground.stack, ground.matches[k], slot, answers) if k not in used else None
                if found is not None:
                    used.add(k)
                    break
        if found is not None:
            answers.append(found)
        else:
            labels = [ground.matches[int(k)] for k in indices]
            unreached.append(Unreached(slot, label_place(ground.stack, labels[0]) if labels else None))
    return tuple(answers), tuple(unreached)


def label_place(stack: StackedPages, match: LabelMatch) -> tuple[int, Box]:
    """On which page a label stands, and where on it, pixels."""
    page, lines = _label_lines(stack, match)
    return page, Box.around(lines)


def _in_order(matches: Sequence[LabelMatch], indices: Sequence[int], slot: Slot) -> list[int]:
    """A slot's labels, the likeliest first: next to the text named as near, then the best read, then the first."""
    near = [h.box for h in matches if slot.leader.near and h.phrase == slot.leader.near]

    def far(k: int) -> float:
        box = matches[k].box
        return min((abs(n.center[1] - box.center[1]) + 0.2 * abs(n.x - box.x) for n in near), default=0.0)

    return sorted(indices, key=lambda k: (far(k), -matches[k].score, matches[k].box.y, matches[k].box.x))


def _checkbox(slot: Slot, drafts: Drafts) -> Answer | None:
    draft = drafts.fields.get(slot.leader.name)
    if draft is None or draft.engine != "mark" or draft.place is None or draft.page is None:
        return None
    return Answer(slot, draft.page, draft.place, mark=True)


def _written(stack: StackedPages, match: LabelMatch, slot: Slot, before: Sequence[Answer]) -> Answer | None:
    """The place for writing that belongs to a label; what others were given already is theirs."""
    page, lines = _label_lines(stack, match)
    layout = stack.pages[page].layout
    taken = [a.box for a in before if a.page == page]
    things = [b for b in _things(stack, page) if all(b.intersection(line) is None for line in lines)] + taken
    rooms = _rooms(layout, lines, things, match.phrase)
    if not rooms:
        return None
    other = rooms[1].box if len(rooms) > 1 and not rooms[0].ruled else None
    return Answer(slot, page, rooms[0].box, rooms[0].ruled, other=other)


def _label_lines(stack: StackedPages, match: LabelMatch) -> tuple[int, list[Box]]:
    """Page and lines of a label, pixels; of one that goes on over a page break the lines of its last page."""
    page = stack.items[match.covered[-1][0]].page
    lines = []
    for k, first, last in match.covered:
        item = stack.items[k]
        if item.page == page:
            words = item.words[first:last]
            box = Box.around([w.box for w in words]) if words and len(words) < len(item.words) else item.box
            lines.append(place_of(stack, Entry(k, first, last, box, "")))
    return page, lines


def _things(stack: StackedPages, page: int) -> list[Box]:
    """What nobody writes over: print and checkboxes; a row of dots or underscores is a line to write on."""
    texts = [i for i in (*stack.items, *stack.stamps) if i.page == page]
    print_ = [i.place for i in texts if any(c.isalnum() for c in i.text) or not i.text]
    return print_ + [m.place for m in stack.marks if m.page == page]


def _rooms(layout: Layout, lines: Sequence[Box], things: Sequence[Box], phrase: str) -> list[_Room]:
    """Where one would write, the likeliest place first."""
    dpi = layout.dpi
    cells = [c.box for c in layout.cells]
    cell = min((c for c in cells if c.holds(*lines[-1].center)), key=lambda c: c.area, default=None)
    width, height = layout.size
    edge = round(_MARGIN * dpi)
    bounds = cell or Box(edge, edge, width - 2 * edge, height - 2 * edge)
    walls = [*things, *(r.box for r in layout.rules if r.vertical)]
    level = [r for r in layout.rules if not r.vertical]
    found = [
        _beside(lines, bounds, walls, level, dpi, cell is not None),
        _over(lines, bounds, walls, level, dpi) if phrase.startswith("(") else None,
        _under(lines, bounds, walls, level, dpi, cell is not None),
    ]
    rooms = [r for r in found if r is not None]
    if not rooms and cell is not None:
        beside = _next_cell(cell, cells, things, dpi)
        rooms = [_Room(beside, False)] if beside else []
    # A line to write on asks plainest; else the roomier place holds, and under a label there is most.
    return sorted(rooms, key=lambda r: (not r.ruled, -r.box.height // round(0.06 * dpi)))


def _beside(
    lines: Sequence[Box], bounds: Box, walls: Sequence[Box], level: Sequence[Rule], dpi: float, in_cell: bool
) -> _Room | None:
    """To the right of a label's last line, up to the next thing."""
    last = lines[-1]
    left = last.right + round(_GAP * dpi)
    ahead = [w.x for w in walls if w.overlap_y(last) > 0.02 * dpi and w.x >= last.right - 0.03 * dpi]
    right = min([bounds.right, *ahead]) - round(_INSET * dpi)
    line = _line_at(level, left, right, last.center[1], last.bottom + _LINE_DROP * dpi, dpi)
    if line is not None:
        right, left = min(right, line.right), max(left, line.x)
    elif not in_cell:
        right = min(right, left + round(_FREE_BESIDE * dpi))
    if right - left < _LEAST_WIDE * dpi:
        return None
    foot = line.y if line is not None else last.bottom
    top = min(last.y, foot - round(_LEAST_HIGH * dpi))
    return _Room(Box(left, top, right - left, foot - top), line is not None)


def _under(
    lines: Sequence[Box], bounds: Box, walls: Sequence[Box], level: Sequence[Rule], dpi: float, in_cell: bool
) -> _Room | None:
    """Below a label, down to the next thing and over to the next label's column."""
    around, last = Box.around(list(lines)), lines[-1]
    ahead = [w.x for w in walls if w.overlap_y(around) > 0.02 * dpi and w.x >= around.right - 0.03 * dpi]
    left, right = around.x, min([bounds.right, *ahead]) - round(_INSET * dpi)
    top = last.bottom + round(0.03 * dpi)
    column = Box(left, top, max(1, right - left), max(1, bounds.bottom - top))
    things = [w.y for w in walls if w.overlap_x(column) > 0 and w.bottom > top + 2]
    end = min([bounds.bottom - round(0.02 * dpi), *things])
    line = _line_at(level, left, right, top + _LEAST_HIGH * dpi, min(end, top + _LINE_REACH * dpi), dpi)
    if line is not None and line.y < bounds.bottom - 0.06 * dpi:
        end, right = line.y, min(right, line.right)
    elif not in_cell:
        if end - top > 2 * _FREE_UNDER * dpi:
            return None
        line = None
    else:
        line = None
    if right - left < _LEAST_WIDE * dpi or end - top < _LEAST_HIGH * dpi:
        return None
    return _Room(Box(left, top, right - left, end - top), line is not None)


def _over(lines: Sequence[Box], bounds: Box, walls: Sequence[Box], level: Sequence[Rule], dpi: float) -> _Room | None:
    """Over a caption in brackets, as (Date) under a line to write on."""
    first = lines[0]
    line = _line_at(level, first.x, first.right, first.y - _LEAST_LEVEL * dpi, first.y + 0.03 * dpi, dpi)
    if line is None:
        return None
    # Under one long line several captions may stand side by side.
    beside = [w for w in walls if w.overlap_y(first) > 0]
    left = first.x if any(w.right <= first.x for w in beside) else max(line.x, bounds.x)
    right = min([line.right, bounds.right, *(w.x - round(_GAP * dpi) for w in beside if w.x >= first.right)])
    column = Box(left, max(bounds.y, round(line.y - _LINE_REACH * dpi)), max(1, right - left), 1)
    above = [w.bottom for w in walls if w.overlap_x(column) > 0 and w.bottom <= line.y]
    top = max([column.y, *above, line.y - round(0.3 * dpi)])
    if line.y - top < _LEAST_HIGH * dpi or right - left < _LEAST_WIDE * dpi:
        return None
    return _Room(Box(left, top, right - left, line.y - top), True)


def _line_at(level: Sequence[Rule], left: float, right: float, top: float, bottom: float, dpi: float) -> Box | None:
    """The highest level rule between two heights that one could write on from left to right."""
    fitting = [
        r.box
        for r in level
        if top <= r.box.center[1] <= bottom
        and min(r.box.right, right) - max(r.box.x, left) >= min(_LEAST_WIDE * dpi, 0.8 * (right - left))
        and not r.underline
    ]
    return min(fitting, key=lambda b: b.y, default=None)


def _next_cell(cell: Box, cells: Sequence[Box], things: Sequence[Box], dpi: float) -> Box | None:
    """The empty cell to the right of a label's cell, or else under it."""
    wall = _WALL * dpi
    inset = round(_INSET * dpi)

    def free(box: Box) -> bool:
        large = box.width >= _LEAST_WIDE * dpi and box.height >= _LEAST_HIGH * dpi
        return large and all(t.intersection(box) is None for t in things)

    right = [c for c in cells if abs(c.x - cell.right) <= wall and same_line(c, cell, 0.7)]
    under = [c for c in cells if abs(c.y - cell.bottom) <= wall and c.overlap_x(cell) > 0.7 * min(c.width, cell.width)]
    for one in (*sorted(right, key=lambda c: c.area), *sorted(under, key=lambda c: c.area)):
        if free(one):
            return one.grown(-inset, -round(0.02 * dpi))
    return None
