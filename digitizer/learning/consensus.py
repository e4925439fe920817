"""What several scans of a form share is its print: words, checkboxes and cells that stand in the same places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from digitizer.document.geometry import Box, Transform
from digitizer.document.layout import Readings, Word
from digitizer.fields.phrases import compact
from digitizer.fields.sheet import Item, Sheet, lay_sheet

# Sheet units, 1/200 inch.
_NEAR_X, _NEAR_Y = 30, 14
_MARK_NEAR = 14
_INLIER = 14.0
_LEAST_INLIERS, _LEAST_SHARE = 10, 0.35
_TELLING = 4
"""Letters from which a word that stands once on a page tells how the page lies."""
_ALIKE = 75.0
_SHARED = 0.5
"""Of the scans of one revision, the share on which a word must stand to be print."""
_GAP = 1.3
"""In heights of a line: white between words at which a line of print ends."""
_LEAST_CONFIDENCE = 0.25


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line of print. box: sheet units of the reference page; cell: index into its sheet's cells, or None."""

    text: str
    box: Box
    cell: int | None


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
    boxes: checkboxes of the print; written: entries of all scans.
    """

    reference: int
    sheet: Sheet
    scans: tuple[int, ...]
    lines: tuple[PrintedLine, ...]
    boxes: tuple[Box, ...]
    written: tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class _Laid:
    """A scan's page moved to where the reference page lies."""

    scan: int
    words: tuple[Word, ...]
    boxes: tuple[Box, ...]


def find_print(pages: Sequence[Readings]) -> PagePrint | None:
    """The print of one page of a form, from the same page of several scans or from one blank; None: they are unlike.

    Where the scans are of several revisions, the print is that of the largest group of scans that are alike.
    """
    groups = group_pages(pages)
    return _print_of(pages, groups[0]) if groups else None


def group_pages(pages: Sequence[Readings]) -> list[tuple[int, ...]]:
    """Numbers of the pages that lie on one another, the largest group first; the first of each is its reference.

    A page that is like none of the larger groups is a group by itself.
    """
    sheets = [lay_sheet([page]) for page in pages]
    words = [_words(sheet) for sheet in sheets]
    left = [k for k in range(len(pages)) if words[k]]
    groups: list[tuple[int, ...]] = []
    while left:
        fits = {k: [j for j in left if j != k and _mapping(words[j], words[k]) is not None] for k in left}
        best = max(left, key=lambda k: (len(fits[k]), len(words[k])))
        groups.append((best, *fits[best]))
        left = [k for k in left if k not in groups[-1]]
    return sorted(groups, key=lambda g: -len(g))


def _print_of(pages: Sequence[Readings], group: Sequence[int]) -> PagePrint:
    sheets = {k: lay_sheet([pages[k]]) for k in group}
    reference = group[0]
    laid = [_lay(k, sheets[k], sheets[reference]) for k in group]
    least = 1 if len(laid) == 1 else max(2, int(np.ceil(_SHARED * len(laid))))
    printed, written = _part(laid, least)
    lines = _in_lines(printed, sheets[reference])
    boxes = _shared_boxes(laid, least)
    return PagePrint(reference, sheets[reference], tuple(group), tuple(lines), tuple(boxes), tuple(written))


def _words(sheet: Sheet) -> list[Word]:
    """All words of a sheet; a line of which no words are known counts as one."""
    found: list[Word] = []
    for item in sheet.items:
        found += _own_words(item)
    return [w for w in found if compact(w.text) and w.confidence >= _LEAST_CONFIDENCE]


def _own_words(item: Item) -> Sequence[Word]:
    return item.words or ((Word(item.text, item.box, item.confidence),) if item.text else ())


def _mapping(own: Sequence[Word], other: Sequence[Word]) -> NDArray[np.float64] | None:
    """The mapping (2x3) of one page onto another by the words that stand once on both; None where they are unlike."""
    mine, theirs = _single(own), _single(other)
    shared = sorted(mine.keys() & theirs.keys())
    if len(shared) < _LEAST_INLIERS:
        return None
    source = np.array([mine[w].center for w in shared], np.float64)
    target = np.array([theirs[w].center for w in shared], np.float64)
    cv2.setRNGSeed(1)
    matrix, inliers = cv2.estimateAffinePartial2D(source, target, ransacReprojThreshold=_INLIER, maxIters=500)
    if matrix is None or not 0.9 < float(np.hypot(matrix[0, 0], matrix[0, 1])) < 1.1:
        return None
    count = int(inliers.sum())
    enough = count >= max(_LEAST_INLIERS, _LEAST_SHARE * min(len(mine), len(theirs)))
    return np.asarray(matrix, np.float64) if enough else None


def _single(words: Sequence[Word]) -> dict[str, Box]:
    texts = [compact(w.text) for w in words]
    counts = Counter(texts)
    return {t: w.box for t, w in zip(texts, words, strict=True) if counts[t] == 1 and len(t) >= _TELLING}


def _lay(scan: int, sheet: Sheet, reference: Sheet) -> _Laid:
    words = _words(sheet)
    boxes = [m.box for m in sheet.marks if m.mark.whole or m.mark.in_line]
    matrix = _mapping(words, _words(reference)) if sheet is not reference else None
    if matrix is None:
        return _Laid(scan, tuple(words), tuple(boxes))
    move = Transform.of(matrix)
    moved = tuple(Word(w.text, move.box(w.box), w.confidence) for w in words)
    return _Laid(scan, moved, tuple(move.box(b) for b in boxes))


def _part(laid: Sequence[_Laid], least: int) -> tuple[list[Word], list[Written]]:
    """Words of the print, each once, and what was filled in."""
    printed: list[Word] = []
    written: list[Written] = []
    for number, page in enumerate(laid):
        for word in page.words:
            twins = [t for k, other in enumerate(laid) if k != number and (t := _twin(word, other.words)) is not None]
            if len(twins) + 1 < least:
                written.append(Written(word.text, word.box, page.scan))
            elif _twin(word, printed) is None:
                printed.append(_best([word, *twins]))
    return printed, written


def _twin(word: Word, others: Sequence[Word]) -> Word | None:
    """The same word in the same place."""
    text = compact(word.text)
    x, y = word.box.center
    for other in others:
        if abs(other.box.center[1] - y) > _NEAR_Y or abs(other.box.center[0] - x) > _NEAR_X:
            continue
        theirs = compact(other.text)
        if text == theirs or (min(len(text), len(theirs)) >= _TELLING and fuzz.ratio(text, theirs) >= _ALIKE):
            return other
    return None


def _best(words: Sequence[Word]) -> Word:
    """The spelling that most scans have, of those the surest."""
    counts = Counter(w.text for w in words)
    return max(words, key=lambda w: (counts[w.text], w.confidence))


def _in_lines(words: Sequence[Word], sheet: Sheet) -> list[PrintedLine]:
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
            if gap > _GAP * max(run[-1].box.height, word.box.height, 16) or _cell(sheet, word) != _cell(sheet, run[-1]):
                lines.append(_line(run, sheet))
                run = []
            run.append(word)
        lines.append(_line(run, sheet))
    return sorted(lines, key=lambda line: (line.box.y, line.box.x))


def _is_level(row: Sequence[Word], word: Word) -> bool:
    nearest = min(row, key=lambda w: abs(w.box.center[0] - word.box.center[0])).box
    return abs(nearest.center[1] - word.box.center[1]) <= 0.45 * max(nearest.height, word.box.height)


def _line(words: Sequence[Word], sheet: Sheet) -> PrintedLine:
    return PrintedLine(" ".join(w.text for w in words), Box.around([w.box for w in words]), _cell(sheet, words[0]))


def _cell(sheet: Sheet, word: Word) -> int | None:
    return cell_at(sheet, *word.box.center)


def cell_at(sheet: Sheet, x: float, y: float) -> int | None:
    """The smallest cell of a sheet around a point."""
    around = [k for k, c in enumerate(sheet.cells) if c.box.x <= x < c.box.right and c.box.y <= y < c.box.bottom]
    return min(around, key=lambda k: sheet.cells[k].box.area, default=None)


def _shared_boxes(laid: Sequence[_Laid], least: int) -> list[Box]:
    """Checkboxes that stand on enough scans, each where most have it."""
    found: list[Box] = []
    for page in laid:
        for box in page.boxes:
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
