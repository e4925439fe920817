"""The same printed word on two scans of a form: in the same place, or where the print flows, in the same text."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from digitizer.document.geometry import Box
from digitizer.document.layout import Word
from digitizer.fields.phrases import below, by_cell, compact
from digitizer.fields.stacked_pages import Item, StackedPages

# Stack units, 1/200 inch.
_NEAR_X, _NEAR_Y = 30, 14
_FLOWN_X, _FLOWN_Y = 300, 130
"""How far a word may have flowed: what was typed in widens a column or fills one more line."""
_LONE_X = 150
_AROUND = 5
"""Words of print around another one that tell where it has flowed."""
_ALIKE = 75.0
_TELLING = 4
"""Letters from which a word counts as the same though misread."""
_TICK = re.compile(r"\W*[xX]{1,2}\W*")
"""A mark typed beside a label: many filers tick the same, yet it is no print."""


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word of a scan, where it would stand on the reference page. before, after: the next words of its text.

    cell: index into the cells of the scan's own sheet, None outside of them. lone: no other word is on its line.
    """

    word: Word
    before: str
    after: str
    cell: int | None = None
    lone: bool = False

    @property
    def is_tick(self) -> bool:
        """Whether it is an X by itself."""
        return self.lone and is_typed_tick(self.word.text)

    def moved_to(self, box: Box) -> PlacedWord:
        """The same word in another place."""
        return replace(self, word=Word(self.word.text, box, self.word.confidence))


class PlacedWords:
    """The words of one scan, to be looked up by place and by text. flows: whether the form's print may flow."""

    def __init__(self, words: Iterable[PlacedWord] = (), flows: bool = True) -> None:
        self._flows = flows
        self._by_height: defaultdict[int, list[PlacedWord]] = defaultdict(list)
        self._by_text: defaultdict[str, list[PlacedWord]] = defaultdict(list)
        for word in words:
            self.add(word)

    def add(self, placed: PlacedWord) -> None:
        """One word more."""
        self._by_height[int(placed.word.box.center[1]) // _NEAR_Y].append(placed)
        self._by_text[compact(placed.word.text)].append(placed)

    def twin(self, placed: PlacedWord) -> PlacedWord | None:
        """The same word: in the same place, else near by between the same words."""
        if placed.is_tick:
            return None
        return self.there(placed) or (self._flown(placed) if self._flows else None)

    def there(self, placed: PlacedWord) -> PlacedWord | None:
        """The same word in the same place."""
        text = compact(placed.word.text)
        x, y = placed.word.box.center
        row = int(y) // _NEAR_Y
        for other in (o for r in (row - 1, row, row + 1) for o in self._by_height.get(r, ())):
            u, v = other.word.box.center
            if abs(v - y) <= _NEAR_Y and abs(u - x) <= _NEAR_X and is_same(text, compact(other.word.text)):
                return other
        return None

    def _flown(self, placed: PlacedWord) -> PlacedWord | None:
        found = [o for o in self._by_text.get(compact(placed.word.text), ()) if _is_flown(placed, o)]
        x, y = placed.word.box.center
        return min(found, key=lambda o: abs(o.word.box.center[0] - x) + 2 * abs(o.word.box.center[1] - y), default=None)


@dataclass(frozen=True, slots=True)
class Drift:
    """Print of a scan and how far from there it stands on the reference page. flown: further than scans lie askew."""

    box: Box
    cell: int | None
    across: int
    down: int
    flown: bool


def find_drifts(words: Iterable[PlacedWord], reference: PlacedWords) -> list[Drift]:
    """Of the words that the reference has too, where it has them."""
    found = []
    for placed in words:
        twin = reference.twin(placed)
        if twin is not None:
            own, there = placed.word.box, twin.word.box
            flown = reference.there(placed) is None
            found.append(Drift(own, placed.cell, there.x - own.x, there.y - own.y, flown))
    return found


def with_print(box: Box, cell: int | None, drifts: Sequence[Drift]) -> Box:
    """A place on a scan moved as the print next to it is, that in its cell first."""
    inside = [d for d in drifts if d.cell == cell and cell is not None]
    y = box.center[1]

    def far(drift: Drift) -> float:
        return max(0, -box.overlap_x(drift.box)) + 3 * abs(y - drift.box.center[1])

    nearest = sorted(inside, key=far)[:1] or sorted(drifts, key=far)[:_AROUND]
    if not nearest:
        return box
    # Where its cell has no print, a place goes the middle way of what stands around it.
    across = sorted(d.across for d in nearest)[len(nearest) // 2]
    down = sorted(d.down for d in nearest)[len(nearest) // 2]
    return box.moved(across, down)


def _is_flown(one: PlacedWord, other: PlacedWord) -> bool:
    """Whether a word that stands elsewhere is the same one: it has the same neighbour, or both have none."""
    (x, y), (u, v) = one.word.box.center, other.word.box.center
    across, down = abs(u - x), abs(v - y)
    if across > _FLOWN_X or down > _FLOWN_Y:
        return False
    alone = not (one.before or one.after or other.before or other.after)
    if alone:
        return across <= _LONE_X
    return any(a and is_same(a, b) for a, b in ((one.before, other.before), (one.after, other.after)))


def is_typed_tick(text: str) -> bool:
    """Whether a text is an X, as it is typed beside a label."""
    return _TICK.fullmatch(text) is not None


def is_same(one: str, other: str) -> bool:
    """Whether two compact texts are one word, give or take a misreading."""
    long = min(len(one), len(other)) >= _TELLING
    return one == other or (long and fuzz.ratio(one, other) >= _ALIKE)


def placed_words(stack: StackedPages, least: float) -> list[PlacedWord]:
    """The words of a stack with their neighbours, line by line and over the ends of lines. least: of confidence."""
    cells = by_cell(stack.items)
    own = [[w for w in _own_words(item) if compact(w.text) and w.confidence >= least] for item in stack.items]
    following: dict[int, int] = {}
    for members in cells.values():
        boxes = [stack.items[j].box for j in members]
        for k in members:
            under = below(stack.items[k].box, boxes)
            if under is not None and own[members[under]]:
                following[k] = members[under]
    leading = {j: k for k, j in following.items()}
    found: list[PlacedWord] = []
    for k, words in enumerate(own):
        texts = [compact(w.text) for w in words]
        first = compact(own[leading[k]][-1].text) if k in leading and own[leading[k]] else ""
        last = compact(own[following[k]][0].text) if k in following else ""
        around = [first, *texts, last]
        cell, lone = stack.items[k].cell, len(words) == 1
        found += [PlacedWord(w, around[n], around[n + 2], cell, lone) for n, w in enumerate(words)]
    return found


def _own_words(item: Item) -> Sequence[Word]:
    return item.words or ((Word(item.text, item.box, item.confidence),) if item.text else ())


def best_spelling(words: Sequence[PlacedWord]) -> PlacedWord:
    """The first word as most scans spell it, of those as the surest does."""
    counts = Counter(w.word.text for w in words)
    best = max(words, key=lambda w: (counts[w.word.text], w.word.confidence)).word
    first = words[0]
    return replace(first, word=Word(best.text, first.word.box, best.confidence))
