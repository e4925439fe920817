"""Numbered notes in running text, under their heading, over as many lines and pages as they take."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from digitizer.document.form import FootnoteDefinition
from digitizer.document.lines import group_lines
from digitizer.fields.phrases import LabelMatch
from digitizer.fields.stacked_pages import UNIT, Item, StackedPages

_NUMBERED = re.compile(r"^\W{0,2}([0-9lIiOoSst|!]{1,2})\s?[.,:;)]\s*(?=\S)")
_OPENING = ("(", "{", "[")
_DIGITS = str.maketrans("lIit|!OoSs", "1111110055")


@dataclass(frozen=True, slots=True)
class Note:
    """number: as printed before it; items: its lines on the stack, the first with the number still on it."""

    number: int
    text: str
    items: tuple[int, ...]


def find_footnotes(
    stack: StackedPages, matches: Sequence[LabelMatch], definition: FootnoteDefinition | None
) -> list[Note]:
    """The notes in the order printed; lines to the right of the text's own margin (signatures) are not theirs."""
    if definition is None:
        return []
    heads = [h for h in matches if h.phrase in definition.heading]
    if not heads:
        return []
    head = min(heads, key=lambda h: h.box.y)
    ends = [h.box.y for h in matches if h.phrase in definition.ends and h.box.y > head.box.y and _at_margin(h, head)]
    end = min(ends, default=10**9)
    # A line that is print from end to end; what the form prints also turns up within a note's sentences.
    printed = {
        item
        for h in matches
        for item, first, last in h.covered
        if h.box.y >= head.box.y and len(h.phrase) > 12 and last - first == len(stack.items[item].words)
    }
    lines = _lines(stack, head, end, printed)
    return _notes(stack.items, lines)


def _at_margin(match: LabelMatch, head: LabelMatch) -> bool:
    return abs(match.box.x - head.box.x) < 0.6 * UNIT


def _lines(stack: StackedPages, head: LabelMatch, end: int, printed: set[int]) -> list[list[int]]:
    """Lines under the heading, each as its pieces from left to right, top to bottom."""
    order = sorted(range(len(stack.items)), key=lambda k: (stack.items[k].box.center[1], stack.items[k].box.x))
    inside = []
    for k in order:
        item = stack.items[k]
        under = head.box.bottom - 4 <= item.box.center[1] < end and item.words and k not in printed
        if under and item.box.height <= 0.25 * UNIT:
            inside.append(k)
    lines = group_lines(inside, lambda k: stack.items[k].box, follow=True)
    rows = [sorted(row, key=lambda k: stack.items[k].box.x) for row in lines]
    return [row for row in rows if abs(stack.items[row[0]].box.x - head.box.x) < 0.3 * UNIT]


def _notes(items: Sequence[Item], lines: Sequence[Sequence[int]]) -> list[Note]:
    """A line begins a note if it begins with the number that is due, or one soon after it."""
    notes: list[tuple[int, list[str], list[int]]] = []
    bracketed = False
    for row in lines:
        text = " ".join(items[k].text for k in row)
        found = _NUMBERED.match(text)
        due = notes[-1][0] + 1 if notes else 1
        number = int(found[1].translate(_DIGITS)) if found else 0
        # All notes are numbered alike: what begins with "(4)" under "1." is the rest of a sentence.
        opened = found is not None and found[0].startswith(_OPENING)
        bracketed = bracketed if notes else opened
        awaited = number == due or (not notes and 0 < number < 40) or due < number <= due + 1
        if found and opened == bracketed and awaited:
            notes.append((number, [text[found.end() :]], list(row)))
        elif notes:
            notes[-1][1].append(text)
            notes[-1][2].extend(row)
    return [Note(number, " ".join(texts), tuple(rows)) for number, texts, rows in notes]
