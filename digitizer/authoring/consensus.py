"""What several scans of a form share is its print: words, checkboxes and cells that stand in the same places."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitizer.authoring.typed_boxes import PrintedLine, find_typed_boxes
from digitizer.authoring.word_matcher import (
    PlacedWord,
    PlacedWords,
    best_spelling,
    find_drifts,
    is_typed_tick,
    placed_words,
    with_print,
)
from digitizer.document.geometry import Box
from digitizer.document.layout import Readings, Word
from digitizer.fields.phrases import compact
from digitizer.fields.stacked_pages import StackedPages, stack_pages

# Stack units, 1/200 inch.
_MARK_NEAR = 14
_INLIER = 14.0
_LEAST_INLIERS, _LEAST_SHARE = 10, 0.35
_TELLING = 4
"""Letters from which a word that stands once on a page tells how the page lies."""
_BETWEEN, _MOSTLY_PRINT = 1.0, 0.6
"""Heights of a line between words of one run; the share of a run's letters that must be print for it to be a text."""
_ITEM_NUMBER = re.compile(r"\W*(\d{1,2}[A-Za-z]?|[A-Za-z])[.):]+")
_GAP = 1.3
"""In heights of a line: white between words at which a line of print ends."""
_NUMBER_GAP = 2.5
_LEAST_CONFIDENCE = 0.25
_FLOWING = 0.1
"""Share of a scan's print that may stand elsewhere than on the reference before the form is one that flows."""


@dataclass(frozen=True, slots=True)
class Written:
    """Something filled in on one scan. scan: its number; box: where it would stand on the reference page."""

    text: str
    box: Box
    scan: int


@dataclass(frozen=True, slots=True)
class PagePrint:
    """A page of a form: what all scans of a revision share, and what differs.

    reference: number of the scan on which places are told, sheet: its page; scans: numbers of those that are alike.
    boxes: checkboxes of the print; written: entries of all scans; ticked: by scan, checkboxes with a mark in them.
    """

    reference: int
    stack: StackedPages
    scans: tuple[int, ...]
    lines: tuple[PrintedLine, ...]
    boxes: tuple[Box, ...]
    written: tuple[Written, ...]
    ticked: tuple[tuple[int, Box], ...] = ()


@dataclass(frozen=True, slots=True)
class _Laid:
    """A scan's page moved to where the reference page lies. ticked: which of its checkboxes are.

    flows: much of its print stands elsewhere than on the reference, as what was filled in made room for itself.
    """

    scan: int
    placed: tuple[PlacedWord, ...]
    boxes: tuple[Box, ...]
    ticked: tuple[Box, ...] = ()
    flows: bool = False


def find_print(pages: Sequence[Readings]) -> PagePrint | None:
    """The print of one page of a form, from the same page of several scans or from one blank; None: they are unlike.

    Where the scans are of several revisions, the print is that of the largest group of scans that are alike.
    """
    return next(iter(find_prints(pages)), None)


def find_prints(pages: Sequence[Readings]) -> Iterator[PagePrint]:
    """The print as it stands on each of the scans that are alike, the one that most others lie on first."""
    groups = group_pages(pages)
    for reference in groups[0] if groups else ():
        yield _print_of(pages, (reference, *(k for k in groups[0] if k != reference)))


def group_pages(pages: Sequence[Readings]) -> list[tuple[int, ...]]:
    """Numbers of the pages that lie on one another, the largest group first; the first of each is its reference.

    A page that is like none of the larger groups is a group by itself.
    """
    stacks = [stack_pages([page]) for page in pages]
    words = [_words(stack) for stack in stacks]
    left = [k for k in range(len(pages)) if words[k]]
    groups: list[tuple[int, ...]] = []
    alike = {(j, k) for j in left for k in left if j != k and _mapping(words[j], words[k]) is not None}
    while left:
        fits = {k: [j for j in left if (j, k) in alike] for k in left}
        best = max(left, key=lambda k: (len(fits[k]), len(words[k])))
        groups.append((best, *fits[best]))
        left = [k for k in left if k not in groups[-1]]
    return sorted(groups, key=lambda g: -len(g))


def _print_of(pages: Sequence[Readings], group: Sequence[int]) -> PagePrint:
    stacks = {k: stack_pages([pages[k]]) for k in group}
    reference = group[0]
    laid = [_lay(k, stacks[k], stacks[reference]) for k in group]
    least = 1 if len(laid) == 1 else len(laid) // 2 + 1
    printed, written = _mended(laid, *_part(laid, least))
    lines = _in_lines(printed, stacks[reference])
    boxes = _shared_boxes(laid, least)
    ticked = tuple((page.scan, box) for page in laid for box in page.ticked)
    stack = stacks[reference]
    boxes += find_typed_boxes(lines, [(w.scan, w.box) for w in written if is_typed_tick(w.text)], boxes)
    return PagePrint(reference, stack, tuple(group), tuple(lines), tuple(sorted(boxes)), tuple(written), ticked)


def _words(stack: StackedPages) -> list[Word]:
    return [p.word for p in placed_words(stack, _LEAST_CONFIDENCE)]


@dataclass(frozen=True, slots=True)
class _Move:
    """From one page to another on which the same print stands, higher or lower where entries made it flow.

    x: slope and offset; own, other: heights of words that stand on both, rising.
    """

    x: tuple[float, float]
    own: tuple[float, ...]
    other: tuple[float, ...]

    def box(self, box: Box) -> Box:
        x, y = box.center
        here = min(max(y, self.own[0]), self.own[-1])
        rise = float(np.interp(here, self.own, self.other)) - here
        return box.moved(round(self.x[0] * x + self.x[1] - x), round(rise))


def _mapping(own: Sequence[Word], other: Sequence[Word]) -> _Move | None:
    """How to get from one page to another, by the words that stand once on both; None where they are unlike."""
    mine, theirs = _single(own), _single(other)
    shared = sorted(mine.keys() & theirs.keys())
    if len(shared) < _LEAST_INLIERS:
        return None
    places = np.array([(*mine[w].center, *theirs[w].center) for w in shared], np.float64)
    places = places[np.abs(places[:, 2] - places[:, 0] - np.median(places[:, 2] - places[:, 0])) <= 3 * _INLIER]
    if len(places) < _LEAST_INLIERS:
        return None
    slope, offset = np.polyfit(places[:, 0], places[:, 2], 1)
    fits = np.abs(slope * places[:, 0] + offset - places[:, 2]) <= _INLIER
    places = _rising(places[fits][np.argsort(places[fits][:, 1], kind="stable")])
    enough = len(places) >= max(_LEAST_INLIERS, _LEAST_SHARE * min(len(mine), len(theirs)))
    if not enough or not 0.9 < slope < 1.1:
        return None
    return _Move((float(slope), float(offset)), tuple(places[:, 1]), tuple(places[:, 3]))


def _rising(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """The longest run of places, ordered by height on one page, that are in that order on the other, too."""
    best = np.ones(len(places), int)
    before = np.full(len(places), -1)
    for k in range(len(places)):
        lower = np.flatnonzero(places[:k, 3] <= places[k, 3] + 2)
        if len(lower) and best[lower].max() + 1 > best[k]:
            before[k] = lower[best[lower].argmax()]
            best[k] = best[before[k]] + 1
    chosen = []
    at = int(best.argmax())
    while at >= 0:
        chosen.append(at)
        at = int(before[at])
    run = places[chosen[::-1]]
    run[:, 3] = np.maximum.accumulate(run[:, 3])
    return run


def _single(words: Sequence[Word]) -> dict[str, Box]:
    texts = [compact(w.text) for w in words]
    counts = Counter(texts)
    return {t: w.box for t, w in zip(texts, words, strict=True) if counts[t] == 1 and len(t) >= _TELLING}


def _lay(scan: int, stack: StackedPages, reference: StackedPages) -> _Laid:
    placed = placed_words(stack, _LEAST_CONFIDENCE)
    marks = [m for m in stack.marks if m.mark.likely]
    boxes, ticked = [m.box for m in marks], [m.box for m in marks if m.mark.checked]
    others = placed_words(reference, _LEAST_CONFIDENCE)
    move = _mapping([p.word for p in placed], [p.word for p in others]) if stack is not reference else None
    if move is None:
        return _Laid(scan, tuple(placed), tuple(boxes), tuple(ticked))
    moved = [p.moved_to(move.box(p.word.box)) for p in placed]
    drifts = find_drifts(moved, PlacedWords(others))
    flows = sum(d.flown for d in drifts) > _FLOWING * len(drifts)
    places = [[(move.box(b), cell_at(stack, *b.center)) for b in some] for some in (boxes, ticked)]
    if flows:
        moved = [p.moved_to(with_print(p.word.box, p.cell, drifts)) for p in moved]
        places = [[(with_print(b, cell, drifts), cell) for b, cell in some] for some in places]
    boxes, ticked = [[b for b, _ in some] for some in places]
    return _Laid(scan, tuple(moved), tuple(boxes), tuple(ticked), flows)


def _part(laid: Sequence[_Laid], least: int) -> tuple[list[Word], list[Written]]:
    """Words of the print, each once, and what was filled in. The first page is the reference."""
    flows = any(page.flows for page in laid)
    reference, *others = (PlacedWords(page.placed, flows) for page in laid)
    pages = [reference, *others]
    known = PlacedWords()
    printed: list[Word] = []
    written: list[Written] = []
    for number, page in enumerate(laid):
        for word in page.placed:
            twins = [t for k, other in enumerate(pages) if k != number and (t := other.twin(word)) is not None]
            if len(twins) + 1 < least or (word.is_tick and len(laid) > 1):
                written.append(Written(word.word.text, word.word.box, page.scan))
            elif number == 0 or not (page.flows or reference.twin(word) or known.there(word)):
                best = best_spelling([word, *twins])
                known.add(best)
                printed.append(best.word)
    return printed, written


def _mended(laid: Sequence[_Laid], printed: list[Word], written: list[Written]) -> tuple[list[Word], list[Written]]:
    """Print with the words that one scan alone was read right at: between words of print, and numbers before them."""
    lost: set[int] = set()
    every = list(printed)
    kinds = {(w.scan, w.text, w.box): k for k, w in enumerate(written)}
    for page in laid:
        for run in _runs([p.word for p in page.placed]):
            own = [kinds.get((page.scan, w.text, w.box)) for w in run]
            letters = sum(len(w.text) for w, k in zip(run, own, strict=True) if k is None)
            mostly = letters >= _MOSTLY_PRINT * sum(len(w.text) for w in run)
            for n, (word, k) in enumerate(zip(run, own, strict=True)):
                follows = n + 1 < len(run) and own[n + 1] is None
                numbers = n == 0 and follows and _ITEM_NUMBER.fullmatch(word.text)
                inside = (
                    mostly and 0 < n < len(run) - 1 and None in own[max(0, n - 2) : n] and None in own[n + 1 : n + 3]
                )
                if k is None or not (numbers or inside):
                    continue
                lost.add(k)
                covered = any(word.box.overlap_x(o.box) > 2 and word.box.overlap_y(o.box) > 6 for o in every)
                if not (covered or page.flows):
                    every.append(word)
    return every, [w for k, w in enumerate(written) if k not in lost]


def _runs(words: Sequence[Word]) -> list[list[Word]]:
    """Words of one line close behind one another; words come in the order in which they were read."""
    runs: list[list[Word]] = []
    for word in words:
        last = runs[-1][-1].box if runs else None
        height = max(last.height, word.box.height) if last is not None else 0
        if (
            last is not None
            and last.overlap_y(word.box) > 0.4 * height
            and -4 <= word.box.x - last.right <= _BETWEEN * height
        ):
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _in_lines(words: Sequence[Word], stack: StackedPages) -> list[PrintedLine]:
    """Words in lines, top to bottom; a line ends at a wide gap and at the wall of a cell."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (w.box.center[1], w.box.x)):
        home = next((r for r in reversed(rows[-8:]) if _is_level(r, word)), None)
        if home is None:
            rows.append([word])
        else:
            home.append(word)
    lines = []
    for row in rows:
        row.sort(key=lambda w: w.box.x)
        run = [row[0]]
        for word in row[1:]:
            gap = word.box.x - run[-1].box.right
            numbered = len(run) == 1 and _ITEM_NUMBER.fullmatch(run[0].text) is not None
            widest = (_NUMBER_GAP if numbered else _GAP) * max(run[-1].box.height, word.box.height, 16)
            if gap > widest or _cell(stack, word) != _cell(stack, run[-1]):
                lines.append(_line(run, stack))
                run = []
            run.append(word)
        lines.append(_line(run, stack))
    return sorted(lines, key=lambda line: (line.box.y, line.box.x))


def _is_level(row: Sequence[Word], word: Word) -> bool:
    nearest = min(row, key=lambda w: abs(w.box.center[0] - word.box.center[0])).box
    return abs(nearest.center[1] - word.box.center[1]) <= 0.45 * max(nearest.height, word.box.height)


def _line(words: Sequence[Word], stack: StackedPages) -> PrintedLine:
    return PrintedLine(" ".join(w.text for w in words), Box.around([w.box for w in words]), _cell(stack, words[0]))


def _cell(stack: StackedPages, word: Word) -> int | None:
    return cell_at(stack, *word.box.center)


def cell_at(stack: StackedPages, x: float, y: float) -> int | None:
    """The smallest cell of a stack around a point."""
    around = [k for k, c in enumerate(stack.cells) if c.box.x <= x < c.box.right and c.box.y <= y < c.box.bottom]
    return min(around, key=lambda k: stack.cells[k].box.area, default=None)


def _shared_boxes(laid: Sequence[_Laid], least: int) -> list[Box]:
    """Checkboxes that stand on enough scans, each where most have it."""
    found: list[Box] = []
    for page in laid:
        for box in () if page.flows else page.boxes:
            if any(_is_same_box(box, other) for other in found):
                continue
            twins = [b for other in laid for b in other.boxes if _is_same_box(box, b)]
            if len(twins) >= least:
                middle = np.median([b.as_list() for b in twins], axis=0)
                found.append(Box(*(round(float(v)) for v in middle)))
    return sorted(found)


def _is_same_box(one: Box, other: Box) -> bool:
    (x, y), (u, v) = one.center, other.center
    return abs(x - u) <= _MARK_NEAR and abs(y - v) <= _MARK_NEAR
