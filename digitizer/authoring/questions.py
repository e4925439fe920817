"""The print of a page as a person reads it: labels of one or several lines, checkboxes with theirs, questions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from digitizer.authoring.consensus import PagePrint, cell_at
from digitizer.authoring.naming import number_of
from digitizer.authoring.typed_boxes import PrintedLine
from digitizer.document.geometry import Box
from digitizer.fields.phrases import below
from digitizer.fields.stacked_pages import UNIT

_BESIDE, _BEFORE = 0.5, 0.3
"""Inches between a checkbox and its label to the right, or where there is none, to the left."""
_ABOVE = 2.2
"""Inches above a checkbox within which its question stands."""
_LINE_GAP = 0.06
"""Inches between the foot of a label and a line to write on that goes on from it or runs over it."""
_LEAST_LINE, _LINE_NEAR, _LONGEST_LINE, _ACROSS = 0.4, 0.35, 4.5, 8.0
_QUESTION = re.compile(r"[:?]\s*$")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A label, question, heading or text of the print. lines: indices into PagePrint.lines."""

    text: str
    box: Box
    lines: tuple[int, ...]
    cell: int | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A checkbox of the print. label, group: indices into the phrases, None where there is none."""

    box: Box
    label: int | None
    group: int | None


@dataclass(frozen=True, slots=True)
class Questions:
    """What a page prints, apart from the heads of its tables. taken: lines of tables."""

    phrases: tuple[Phrase, ...]
    choices: tuple[Choice, ...]


def find_questions(page: PagePrint, taken: frozenset[int]) -> Questions:
    """Phrases and checkboxes of a page. taken: lines that belong to tables."""
    free = [k for k in range(len(page.lines)) if k not in taken]
    beside = _labels(page, free)
    own = set(beside.values())
    phrases: list[Phrase] = []
    used: set[int] = set()
    for k in free:
        if k not in used:
            members = _going_on(page, k, [j for j in free if j not in used], own)
            used |= set(members)
            phrases.append(_phrase(page, members))
    at = {line: n for n, phrase in enumerate(phrases) for line in phrase.lines}
    labels = {at[k] for k in own}
    choices = []
    for n, box in enumerate(page.boxes):
        label = at[beside[n]] if n in beside else None
        choices.append(Choice(box, label, _question(page, phrases, box, labels)))
    return Questions(tuple(phrases), tuple(choices))


def _labels(page: PagePrint, free: Sequence[int]) -> dict[int, int]:
    """By checkbox (its number), the line that it ticks; all of one row have theirs on the same side."""
    rows: list[list[int]] = []
    for n, box in sorted(enumerate(page.boxes), key=lambda b: (b[1].y, b[1].x)):
        row = next((r for r in rows if page.boxes[r[0]].overlap_y(box) > 0.5 * box.height), None)
        if row is None:
            rows.append([n])
        else:
            row.append(n)
    found: dict[int, int] = {}
    for row in rows:
        row.sort(key=lambda n: page.boxes[n].x)
        right, left = _on_side(page, row, free, after=True), _on_side(page, row, free, after=False)
        found |= left if len(left) > len(right) else right
    return found


def _on_side(page: PagePrint, row: Sequence[int], free: Sequence[int], after: bool) -> dict[int, int]:
    """The labels of a row's checkboxes right after them, or right before; none that belongs to the next one."""
    found: dict[int, int] = {}
    for position, n in enumerate(row):
        box = page.boxes[n]
        beyond = (
            page.boxes[row[position + (1 if after else -1)]]
            if 0 <= position + (1 if after else -1) < len(row)
            else None
        )
        best: tuple[int, int] | None = None
        for k in free:
            line = page.lines[k].box
            if line.overlap_y(box) <= 0.3 * min(box.height, line.height):
                continue
            gap = line.x - box.right if after else box.x - line.right
            hidden = beyond is not None and (line.x > beyond.x if after else line.x < beyond.x)
            if -6 <= gap <= (_BESIDE if after else _BEFORE) * UNIT and not hidden:
                best = min(best or (gap, k), (gap, k))
        if best is not None and best[1] not in found.values():
            found[n] = best[1]
    return found


def _going_on(page: PagePrint, k: int, free: Sequence[int], own: set[int]) -> list[int]:
    """A line with those that go on under it; a numbered line, and a checkbox's label, begins anew."""
    members = [k]
    while True:
        last = page.lines[members[-1]]
        others = [j for j in free if j not in members and page.lines[j].cell == last.cell]
        hanging = 0.3 if len(members) == 1 and number_of(last.text) else 0.0
        found = below(last.box, [page.lines[j].box for j in others], hanging=hanging)
        if found is None:
            return members
        line = page.lines[others[found]]
        level = [b for b in page.boxes if b.overlap_y(line.box) > 0.3 * b.height]
        crowded = any(0 <= line.box.x - b.right < _BESIDE * UNIT for b in level)
        if goes_to_line(page, last.box):
            return members
        if others[found] in own or number_of(line.text) or crowded or _has_ended(last.text, line.text):
            return members
        if abs(line.box.height - last.box.height) > 0.6 * max(line.box.height, last.box.height):
            return members
        members.append(others[found])


def _has_ended(text: str, following: str) -> bool:
    """Whether a label is over at the end of a line: a question, or words in brackets under others."""
    return bool(_QUESTION.search(text)) or (following.startswith("(") and text.endswith(")"))


def _phrase(page: PagePrint, members: Sequence[int]) -> Phrase:
    lines: list[PrintedLine] = [page.lines[k] for k in members]
    text = " ".join(line.text for line in lines)
    return Phrase(text, Box.around([line.box for line in lines]), tuple(members), lines[0].cell)


def _question(page: PagePrint, phrases: Sequence[Phrase], box: Box, labels: set[int]) -> int | None:
    """What a checkbox answers: the nearest question, numbered or ending so, above it or before it on its line."""
    found: list[tuple[float, int]] = []
    home = cell_at(page.stack, *box.center)
    for n, phrase in enumerate(phrases):
        if n in labels or not (number_of(phrase.text) or _QUESTION.search(phrase.text)):
            continue
        if phrase.cell not in (None, home) and not _QUESTION.search(phrase.text):
            # A numbered label in a cell of its own asks for what is written there.
            continue
        high = box.center[1] - phrase.box.bottom
        level = phrase.box.overlap_y(box) > 0 and phrase.box.x < box.x
        if (0 <= high + box.height <= _ABOVE * UNIT and phrase.box.x <= box.right + 0.3 * UNIT) or level:
            found.append((max(0.0, high), n))
    return min(found)[1] if found else None


def has_line(page: PagePrint, label: Box, caption: bool = False) -> bool:
    """Whether a line to write on goes on from a label, or runs over it as over 'Signature'.

    caption: it stands in brackets, so that a line over it is one to write on however long it is.
    """
    if goes_to_line(page, label):
        return True
    for box in _lines_to_write_on(page, _ACROSS if caption else _LONGEST_LINE):
        shared = min(box.right, label.right) - max(box.x, label.x)
        if 0 <= label.y - box.y <= 2 * _LINE_GAP * UNIT and shared > 0.5 * label.width:
            return True
    return False


def goes_to_line(page: PagePrint, label: Box) -> bool:
    """Whether a line to write on goes on from the foot of a label; it may begin under its last letters."""
    return any(
        min(-6, label.center[0] - label.right) <= box.x - label.right <= _LINE_NEAR * UNIT
        and box.right - label.right >= _LEAST_LINE * UNIT
        and abs(box.y - label.bottom) <= _LINE_GAP * UNIT
        for box in _lines_to_write_on(page)
    )


@lru_cache(maxsize=8)
def _lines_to_write_on(page: PagePrint, longest: float = _LONGEST_LINE) -> tuple[Box, ...]:
    """Level rules of the page that no upright one meets where they begin, stack units. longest: inches."""
    layout = page.stack.pages[0].layout
    scale = UNIT / layout.dpi
    upright = [r.box for r in layout.rules if r.vertical]
    found = []
    for rule in layout.rules:
        box = rule.box
        if rule.vertical or rule.underline or not _LEAST_LINE <= box.width / layout.dpi <= longest:
            continue
        walled = any(abs(u.center[0] - box.x) < 8 and u.y - 6 <= box.center[1] <= u.bottom + 6 for u in upright)
        if not walled:
            found.append(Box(*(round(v * scale) for v in box.as_list())))
    return tuple(found)
