"""Which of the printed phrases what was filled in belongs to, and which have room for something to be written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from digitizer.authoring.consensus import PagePrint, Written, cell_at
from digitizer.authoring.questions import Phrase, has_line
from digitizer.document.geometry import Box
from digitizer.document.layout import Reading, Word
from digitizer.document.lines import same_line
from digitizer.fields.answers import Entry, captions_of, find_owners
from digitizer.fields.phrases import LabelMatch, compact
from digitizer.fields.stacked_pages import UNIT, Item, StackedPages

_TICK_REACH = 6
_ROOM = (0.9, 0.13)
"""Inches beside a label, or below it within its cell, that are white where something is to be written."""
_WORD_GAP = 1.2
_SIGNED, _CAPTION = 0.3, 40
"""Inches between an entry and a text under it that says what it is, and the most characters of such a text."""
_LEAST_SIGNED, _OFTEN = 2, 0.4
"""On so many scans, and on such a share of them, entries stand over a text that asks for them."""
_FAR = 0.6
"""Inches under a label at which an entry rather belongs to the text right under it."""


@dataclass(frozen=True, slots=True)
class Owned:
    """by_phrase: by phrase and scan, what was filled in; rooms: whether each phrase has room;
    lines: whether each has a line to write on, or what is filled in stands over it; marks: by scan, ticks.
    """

    by_phrase: dict[int, dict[int, str]]
    rooms: tuple[bool, ...]
    lines: tuple[bool, ...]
    marks: tuple[tuple[int, Box], ...]

    def entries(self, phrase: int) -> dict[int, str]:
        """By scan, what was filled in after a phrase."""
        return self.by_phrase.get(phrase, {})

    def room(self, phrase: int) -> bool:
        return self.rooms[phrase]

    def ticked(self, box: Box) -> int:
        """On how many scans something stands in a box."""
        around = box.grown(_TICK_REACH)
        return len({scan for scan, mark in self.marks if around.contains(mark, 2) or _is_same(box, mark)})


def _is_same(one: Box, other: Box) -> bool:
    """Whether two frames are one checkbox."""
    shared = one.intersection(other)
    return shared is not None and 2 * shared.area > min(one.area, other.area)


def find_owned(page: PagePrint, phrases: Sequence[Phrase], heads: Sequence[Box]) -> Owned:
    """Whose each entry is. heads: places of tables, in which no entry is an answer to a label."""
    inside = [w for w in page.written if any(b.grown(_TICK_REACH).contains(w.box, 2) for b in page.boxes)]
    free = [w for w in page.written if w not in inside and not any(h.contains(w.box, 4) for h in heads)]
    by_phrase: dict[int, dict[int, str]] = {}
    signed: defaultdict[int, set[int]] = defaultdict(set)
    for scan in page.scans:
        runs = _runs(page, [w for w in free if w.scan == scan])
        stack = _sheet(page, phrases, runs)
        matches = [_hit(stack, k, phrase) for k, phrase in enumerate(phrases)]
        entries = [_entry(stack, len(phrases) + k) for k in range(len(runs))]
        captions = captions_of(entries, matches)
        for entry, above in find_owners(stack, matches, entries).items():
            over = captions.get(entry, _signed(page, phrases, entry.box))
            over = over if above is None or _is_far(phrases[above].box, entry.box) else None
            owner = above if over is None else over
            if over is not None:
                signed[over].add(scan)
            if owner is not None and compact(entry.text):
                own = by_phrase.setdefault(owner, {})
                own[scan] = f"{own[scan]} {entry.text}" if scan in own else entry.text
    rooms = tuple(_has_room(page, p, phrases) for p in phrases)
    least = max(_LEAST_SIGNED, _OFTEN * len(page.scans))
    lines = tuple(
        has_line(page, page.lines[p.lines[-1]].box, p.text.startswith("(")) or len(signed[k]) >= least
        for k, p in enumerate(phrases)
    )
    return Owned(by_phrase, rooms, lines, (*((w.scan, w.box) for w in inside), *page.ticked))


def _is_far(label: Box, box: Box) -> bool:
    """Whether an entry stands too far under a label, or over the line that it stands on, to be surely its answer."""
    return box.y - label.bottom > _FAR * UNIT or label.y >= box.center[1]


def _signed(page: PagePrint, phrases: Sequence[Phrase], box: Box) -> int | None:
    """The text right under an entry that stands over it as over 'Signature': what no other label asks for."""
    cell = cell_at(page.stack, *box.center)
    under = [
        (p.box.y - box.bottom, k)
        for k, p in enumerate(phrases)
        if p.cell == cell is None
        and p.box.overlap_x(box) > 0
        and -4 <= p.box.y - box.bottom <= _SIGNED * UNIT
        and len(page.lines[p.lines[-1]].text) <= _CAPTION
    ]
    return min(under)[1] if under else None


def _runs(page: PagePrint, words: Sequence[Written]) -> list[Written]:
    """Entries of one scan, words of a line together as far as no wide gap or wall parts them."""
    runs: list[Written] = []
    for word in sorted(words, key=lambda w: (round(w.box.center[1] / 12), w.box.x)):
        last = runs[-1] if runs else None
        if last is not None and _joins(page, last, word):
            runs[-1] = replace(last, text=f"{last.text} {word.text}", box=Box.around([last.box, word.box]))
        else:
            runs.append(word)
    return runs


def _joins(page: PagePrint, last: Written, word: Written) -> bool:
    level = same_line(last.box, word.box, 0.4)
    gap = word.box.x - last.box.right
    near = -4 <= gap <= _WORD_GAP * max(last.box.height, word.box.height)
    return level and near and cell_at(page.stack, *last.box.center) == cell_at(page.stack, *word.box.center)


def _sheet(page: PagePrint, phrases: Sequence[Phrase], runs: Sequence[Written]) -> StackedPages:
    """The page with its phrases and one scan's entries as lines."""
    items = [_item(p.text, p.box, p.cell) for p in phrases]
    items += [_item(r.text, r.box, cell_at(page.stack, *r.box.center)) for r in runs]
    return replace(page.stack, items=tuple(items))


def _item(text: str, box: Box, cell: int | None) -> Item:
    words = (Word(text, box, 1.0),)
    return Item(box, 0, box, text, 1.0, words, Reading(text, 1.0, "", words), cell, None, None, False)


def _hit(stack: StackedPages, k: int, phrase: Phrase) -> LabelMatch:
    return LabelMatch(phrase.text, stack.items[k].box, 1.0, ((k, 0, 1),))


def _entry(stack: StackedPages, k: int) -> Entry:
    return Entry(k, 0, 1, stack.items[k].box, stack.items[k].text)


def _has_room(page: PagePrint, phrase: Phrase, phrases: Sequence[Phrase]) -> bool:
    """Whether there is a line to write on after or over a phrase, or white beside or below it in its cell."""
    last = page.lines[phrase.lines[-1]].box
    return has_line(page, last, phrase.text.startswith("(")) or _has_white(page, phrase, last, phrases)


def _has_white(page: PagePrint, phrase: Phrase, last: Box, phrases: Sequence[Phrase]) -> bool:
    if phrase.cell is None:
        return False
    cell = page.stack.cells[phrase.cell].box
    beside, under = round(_ROOM[0] * UNIT), round(_ROOM[1] * UNIT)
    others = [p.box for p in phrases if p is not phrase and p.cell == phrase.cell] + list(page.boxes)
    below_it = Box(last.x, last.bottom + 2, max(40, last.width), under)
    if cell.bottom - last.bottom > under and not any(o.intersection(below_it) for o in others):
        return True
    right_of = Box(last.right + 4, last.y, beside, max(4, last.height))
    return cell.right - last.right > beside and not any(o.intersection(right_of) for o in others)
