"""Printed labels found among the lines as read, over several lines, within a line, and in spite of misreadings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from rapidfuzz import fuzz, process

from digitizer.document.geometry import Box
from digitizer.document.lines import same_line
from digitizer.fields.glued import box_without_mark, words_without_mark
from digitizer.fields.stacked_pages import UNIT, Item, StackedPages

_NOT_ALPHANUMERIC = re.compile(r"[^a-z0-9%*]+")
_MOST_LINES = 12
_SHORT = 14
_INSIDE = 4
_SIGNS = re.compile(r"^[\W_]+|[\W_]+$")
_LITTLE_WORDS = re.compile(r"a|an|as|at|by|he|if|in|is|it|my|no|of|on|or|so|to|up|us|we")
_OVERTYPED = 0.9
_TITLE = 0.82
"""Titles are set large and read well; a form's entries are often made of the same words."""
_SURE = 0.95
"""A label that was read so well is not looked for again inside of other lines."""
_MISREAD = 55.0
_PRINT_GAP = 0.8
"""Heights of a line: printed labels are set this close."""
_HANGING = 0.4
"""Inches by which the further lines of a numbered question are set in, or its first line is."""


@dataclass(frozen=True, slots=True)
class LabelMatch:
    """A phrase found. score: 0 to 1; covered: (item, first word, one past the last word) of each line it takes up."""

    phrase: str
    box: Box
    score: float
    covered: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class _Range:
    text: str
    covered: tuple[tuple[int, int, int], ...]


def last_line(stack: StackedPages, match: LabelMatch) -> Box:
    """Where the last line of a label stands, behind which one may go on writing."""
    return _box_of(stack, match.covered[-1]) if len(match.covered) > 1 else match.box


@lru_cache(maxsize=20_000)
def compact(text: str) -> str:
    """Lower case without blanks and punctuation: what survives of a text when it is misread here and there."""
    return _NOT_ALPHANUMERIC.sub("", text.lower())


def find_phrases(
    stack: StackedPages,
    phrases: Sequence[str],
    groups: Mapping[str, str] | None = None,
    titles: Collection[str] = (),
    lone: Collection[str] = (),
    wordings: Mapping[str, Collection[str]] | None = None,
) -> list[LabelMatch]:
    """Where the phrases stand on the stack; no word belongs to two of them. Best first.

    groups: phrases that stand in the same cell as another; in that cell they are known even if badly misread.
    titles: phrases that are printed once, so that what is merely like them elsewhere was filled in.
    lone: phrases that no cell has twice: the second time it is an entry, a director's title.
    wordings: of phrases asked once, their other wordings; where one surely stands, what is merely like it is entered.
    """
    compacts = [compact(p) for p in phrases]
    ranges = list(_line_ranges(stack))
    candidates = _whole_lines(ranges, phrases, compacts, stack)
    candidates += _inside_lines(stack, phrases, compacts)
    candidates += _overtyped(stack, phrases, compacts)
    candidates.sort(key=lambda h: (-_weight(h, phrases), _runs_on(stack, h), h.covered[0]))
    taken: set[tuple[int, int]] = set()
    matches: list[LabelMatch] = []
    sure: set[str] = set()
    seen: set[tuple[str, int | None]] = set()
    for match in [*candidates, *_tiny(stack, phrases, compacts)]:
        words = {(i, w) for i, first, last in match.covered for w in range(first, last)}
        if _is_entered(stack, match, sure, titles, wordings or {}):
            continue
        cell = stack.items[match.covered[0][0]].cell
        if match.phrase in lone and cell is not None and (match.phrase, cell) in seen:
            continue
        if words.isdisjoint(taken) and _may_stand(stack, match, taken):
            taken |= words
            seen.add((match.phrase, cell))
            matches.append(replace(match, box=box_without_mark(stack, match.phrase, match.covered, match.box)))
            if match.score >= _SURE:
                sure.add(match.phrase)
    return matches + _misread(stack, matches, ranges, groups or {}, taken)


def _is_entered(
    stack: StackedPages,
    match: LabelMatch,
    sure: set[str],
    titles: Collection[str],
    wordings: Mapping[str, Collection[str]],
) -> bool:
    """Whether what is like a phrase was filled in, as the phrase or another wording of it surely stands elsewhere.

    sure: the phrases that do; titles, wordings: as find_phrases has them.
    """
    if match.phrase in titles and match.score < _TITLE:
        return True
    if not sure.isdisjoint(wordings.get(match.phrase, ())) and (match.score < _SURE or _runs_on(stack, match)):
        return True
    if match.phrase not in sure:
        return False
    if match.score < _SURE and (match.phrase in titles or _is_inside(stack, match)):
        return True
    return match.phrase in wordings and (match.score < _TITLE or _runs_on(stack, match))


def _is_inside(stack: StackedPages, match: LabelMatch) -> bool:
    """Whether a phrase takes up only a part of one line."""
    (item, first, last), *more = match.covered
    return not more and last - first < len(stack.items[item].words)


def _runs_on(stack: StackedPages, match: LabelMatch) -> bool:
    """Whether words stand right before a phrase on its line, as in running text; before 'per' an amount may."""
    item, first, _ = match.covered[0]
    words = stack.items[item].words
    if first == 0 or len(words[first - 1].text) <= 2 or len(match.phrase) <= _SHORT:
        return False
    return words[first].box.x - words[first - 1].box.right < stack.items[item].box.height


def _may_stand(stack: StackedPages, match: LabelMatch, taken: set[tuple[int, int]]) -> bool:
    """Whether a short phrase within a line is set off: by a gap, another label, or a mark before it.

    'Director' in 'Managing Director' is none; a tiny one, as 'per', goes on from another label on its line.
    """
    (item, first, last), *more = match.covered
    words = stack.items[item].words
    letters = len(compact(match.phrase))
    if more or len(match.phrase) > _SHORT or (last - first == len(words)):
        return True
    if letters < _INSIDE:
        goes_on = any((item, w) in taken for w in range(first))
        return goes_on or (first == 0 and all(len(w.text) <= 2 for w in words[last:]))
    if first == 0:
        return True
    # Right behind another label an entry may begin: "Occupation Director" holds no label 'director'.
    text = " ".join(w.text for w in words[first:last])
    if (item, first - 1) in taken and text.rstrip(",.:;") == match.phrase.rstrip(",.:;"):
        return True
    gap = words[first].box.x - words[first - 1].box.right
    return gap > stack.items[item].box.height or all(
        len(w.text) <= 2 and not _LITTLE_WORDS.fullmatch(w.text.lower()) for w in words[:first]
    )


def _tiny(stack: StackedPages, phrases: Sequence[str], compacts: Sequence[str]) -> list[LabelMatch]:
    """Phrases too short to be looked for in spite of misreadings, where they stand letter by letter within a line."""
    matches = []
    for phrase, letters in zip(phrases, compacts, strict=True):
        parts = phrase.split()
        if not 2 <= len(letters) < _INSIDE or not any(c.isalpha() for c in letters):
            continue
        for i, item in enumerate(stack.items):
            texts = [w.text for w in item.words]
            for first in range(len(texts) - len(parts) + 1):
                # A checkbox right behind it is read as brackets, dust before it as some sign.
                here = texts[first : first + len(parts)]
                read = [_SIGNS.sub("", t) for t in here]
                # One of a pair of brackets may be read as some sign, too.
                half = phrase[0] == "(" and any(c in "".join(here) for c in "()")
                if parts in (here, read) or (half and [_SIGNS.sub("", p) for p in parts] == read):
                    box = Box.around([w.box for w in item.words[first : first + len(parts)]])
                    matches.append(LabelMatch(phrase, box, 1.0, ((i, first, first + len(parts)),)))
    return matches


def _misread(
    stack: StackedPages,
    matches: Sequence[LabelMatch],
    ranges: Sequence[_Range],
    groups: Mapping[str, str],
    taken: set[tuple[int, int]],
) -> list[LabelMatch]:
    """Labels not found, looked for once more beside their group, where little else can stand."""
    places = {(h.phrase, stack.items[h.covered[0][0]].cell) for h in matches}
    cells = dict(sorted(places, key=lambda p: p[1] is not None))
    candidates = []
    for phrase, group in groups.items():
        cell = cells.get(group)
        wanted = compact(phrase)
        # Found in other words of the same label, it is not printed a second time.
        if cell is None or any(c == cell and is_wording(compact(p), wanted) for p, c in places):
            continue
        for line in ranges:
            if stack.items[line.covered[0][0]].cell != cell or len(line.text) < 4:
                continue
            score = fuzz.ratio(line.text, wanted)
            if score >= _MISREAD:
                box = Box.around([stack.items[k].box for k, _, _ in line.covered])
                candidates.append(LabelMatch(phrase, box, score / 100, line.covered))
    found: list[LabelMatch] = []
    for match in sorted(candidates, key=lambda h: -h.score):
        words = {(i, w) for i, first, last in match.covered for w in range(first, last)}
        if words.isdisjoint(taken) and all(h.phrase != match.phrase for h in found):
            taken |= words
            found.append(match)
    return found


def is_wording(one: str, other: str) -> bool:
    """Whether of two labels one holds the other, as the shorter and the longer form of the same."""
    short, long = sorted((one, other), key=len)
    return len(short) >= _INSIDE and short in long


def _weight(match: LabelMatch, phrases: Sequence[str]) -> float:
    return (match.score - 0.5) * len(compact(match.phrase))


def _floor(length: int) -> float:
    """The least similarity (0 to 100) at which a phrase of so many letters is taken for found."""
    if length < _INSIDE:
        return 100.0
    if length <= 5:
        return 79.0
    return 76.0 if length <= 10 else 70.0


def by_cell(items: Sequence[Item]) -> dict[int | None, list[int]]:
    """Which lines stand in which cell."""
    groups: dict[int | None, list[int]] = {}
    for k, item in enumerate(items):
        groups.setdefault(item.cell, []).append(k)
    return groups


def below(here: Box, others: Sequence[Box], reach: float = _PRINT_GAP, hanging: float = 0.0) -> int | None:
    """Which of the other lines goes on right under this one, if one does: an index.

    reach: how much white may stand between, in heights of the line. hanging: inches by which it may be set in or out
    where none begins or is centered where this one is.
    """
    best: tuple[bool, int, int] | None = None
    for j, other in enumerate(others):
        if other == here or other.y <= here.y:
            continue
        gap = other.y - here.bottom
        if gap > reach * max(here.height, 0.07 * UNIT) or gap < -0.6 * here.height:
            continue
        aligned = abs(other.x - here.x) < 0.12 * UNIT or abs(other.center[0] - here.center[0]) < 0.15 * UNIT
        if aligned or abs(other.x - here.x) < hanging * UNIT:
            found = (not aligned, gap, j)
            best = found if best is None else min(best, found)
    return None if best is None else best[2]


def _line_ranges(stack: StackedPages) -> Iterable[_Range]:
    """Texts of whole lines: each line, lines under one another, and lines side by side in a cell."""
    items = stack.items
    groups = by_cell(items)
    boxes = {cell: [items[j].box for j in members] for cell, members in groups.items()}
    under = [_under(item.box, groups[item.cell], boxes[item.cell]) for item in items]
    for k, item in enumerate(items):
        text = ""
        covered: list[tuple[int, int, int]] = []
        current: int | None = k
        while current is not None and len(covered) < _MOST_LINES:
            text += compact(items[current].text)
            covered.append((current, 0, len(items[current].words)))
            if text:
                yield _Range(text, tuple(covered))
            current = under[current]
        row = _row(items, k, groups[item.cell])
        for count in range(2, len(row) + 1):
            joined = "".join(compact(items[j].text) for j in row[:count])
            yield _Range(joined, tuple((j, 0, len(items[j].words)) for j in row[:count]))


def _under(box: Box, members: Sequence[int], boxes: Sequence[Box]) -> int | None:
    """The line of the same cell that goes on under this one."""
    found = below(box, boxes, hanging=_HANGING)
    return None if found is None else members[found]


def _row(items: Sequence[Item], k: int, neighbours: Sequence[int]) -> list[int]:
    """Line k and those of the neighbours to the right of it on the same baseline."""
    here = items[k]
    level = [j for j in neighbours if items[j].box.x >= here.box.x and same_line(items[j].box, here.box)]
    return sorted(level, key=lambda j: items[j].box.x)


def _whole_lines(
    ranges: list[_Range], phrases: Sequence[str], compacts: list[str], stack: StackedPages
) -> list[LabelMatch]:
    if not ranges:
        return []
    scores = process.cdist([r.text for r in ranges], compacts, scorer=fuzz.ratio, score_cutoff=69, dtype=np.float32)
    matches = []
    for i, j in zip(*np.nonzero(scores), strict=True):
        score = float(scores[i, j])
        if score < _floor(len(compacts[j])):
            continue
        covered = ranges[i].covered
        # 'CITY' below 'SALT LAKE' is no label '(City)'.
        if len(covered) == 1 and _is_other_text(stack.items[covered[0][0]], phrases[j], compacts[j]):
            continue
        if phrases[j][-1].isalnum():
            covered = (*covered[:-1], _without_signs(stack, covered[-1]))
        covered = words_without_mark(stack, phrases[j], covered)
        box = Box.around([_box_of(stack, part) for part in covered])
        matches.append(LabelMatch(phrases[j], box, score / 100, covered))
    return matches


def _is_other_text(item: Item, phrase: str, letters: str) -> bool:
    """Whether a line that is much like a phrase is none: without its brackets, or with a word more, 'See Remarks'."""
    if phrase.startswith("(") and not _as_printed(phrase, item.text):
        return True
    words = [compact(w.text) for w in item.words]
    more = [w for w in words if len(w) > 2]
    return len(letters) <= _SHORT and len(more) > 1 and letters in words and "".join(words) != letters


def _overtyped(stack: StackedPages, phrases: Sequence[str], compacts: list[str]) -> list[LabelMatch]:
    """Short labels at the beginning of a line with an X typed onto their end, as 'YesX'; others bear a misreading."""
    matches = []
    for i, item in enumerate(stack.items):
        first = compact(item.words[0].text) if item.words else ""
        for phrase, bare in zip(phrases, compacts, strict=True):
            if 2 <= len(bare) < _INSIDE and re.fullmatch(rf"{re.escape(bare)}xx?[jl\d]*", first):
                matches.append(LabelMatch(phrase, item.words[0].box, _OVERTYPED, ((i, 0, 1),)))
    return matches


def _without_signs(stack: StackedPages, part: tuple[int, int, int]) -> tuple[int, int, int]:
    """A line without the signs at its end, as a checkbox that was read as a bracket."""
    item, first, last = part
    words = stack.items[item].words
    while last > first + 1 and not compact(words[last - 1].text):
        last -= 1
    return item, first, last


def _box_of(stack: StackedPages, part: tuple[int, int, int]) -> Box:
    item, first, last = part
    words = stack.items[item].words
    whole = first == 0 and last == len(words)
    return stack.items[item].box if whole else Box.around([w.box for w in words[first:last]])


def _inside_lines(stack: StackedPages, phrases: Sequence[str], compacts: list[str]) -> list[LabelMatch]:
    """Phrases that take up only a part of a line, told to the word."""
    matches = []
    texts = [[compact(w.text) for w in item.words] for item in stack.items]
    joined = ["".join(words) for words in texts]
    for j, phrase in enumerate(compacts):
        # Shorter ones turn up inside of entries by chance.
        if len(phrase) < _INSIDE:
            continue
        long = [i for i, text in enumerate(joined) if _holds_more(text, phrase)]
        if not long:
            continue
        floor = max(86.0, _floor(len(phrase)))
        scores = process.cdist([phrase], [joined[i] for i in long], scorer=fuzz.partial_ratio, score_cutoff=floor)[0]
        for k in np.nonzero(scores)[0]:
            i = long[int(k)]
            alignment = fuzz.partial_ratio_alignment(phrase, joined[i])
            if alignment is None:
                continue
            span = _words_between(texts[i], alignment.dest_start, alignment.dest_end)
            if span is None:
                continue
            # A sign at the end of a label, as the dollar of 'Amount $', has no letters.
            if (
                span[1] < len(texts[i])
                and not texts[i][span[1]]
                and phrases[j].endswith(stack.items[i].words[span[1]].text)
            ):
                span = span[0], span[1] + 1
            exact = fuzz.ratio(phrase, "".join(texts[i][span[0] : span[1]]))
            item = stack.items[i]
            if exact >= floor and _as_printed(phrases[j], " ".join(w.text for w in item.words[span[0] : span[1]])):
                box = Box.around([w.box for w in item.words[span[0] : span[1]]])
                matches.append(LabelMatch(phrases[j], box, exact / 100, ((i, span[0], span[1]),)))
    return matches


def _holds_more(text: str, phrase: str) -> bool:
    """Whether a line may hold a phrase and more: a lone letter more, as an X before it, only beside the very phrase."""
    return len(text) >= len(phrase) + 2 or (len(text) == len(phrase) + 1 and phrase in (text[1:], text[:-1]))


def _as_printed(phrase: str, text: str) -> bool:
    """Whether a short phrase has its own capitals and brackets there: '(Street)' is no part of '5TH STREET,'."""
    if phrase.startswith("(") and not re.search(r"[()\[\]{}]", text):
        return False
    return len(phrase) > _SHORT or fuzz.ratio(phrase, text) >= 80


def _words_between(words: list[str], start: int, end: int) -> tuple[int, int] | None:
    """The words whose larger part lies between two letters of the joined text."""
    position, first, last = 0, None, 0
    for k, word in enumerate(words):
        inside = min(end, position + len(word)) - max(start, position)
        if word and inside >= 0.5 * len(word):
            first = k if first is None else first
            last = k + 1
        position += len(word)
    return None if first is None else (first, last)
