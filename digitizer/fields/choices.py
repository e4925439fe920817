"""Checkboxes with their labels, and the questions that they answer: rows, lists and tables of boxes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from digitizer.document.geometry import Box
from digitizer.document.lines import group_lines, same_line
from digitizer.fields.stacked_pages import UNIT, StackedMark, StackedPages

_BESIDE = 0.6 * UNIT
"""How far from its box a label stands; a list's boxes under each other are no farther apart."""
_ABOVE = 0.8 * UNIT
"""How far above its first box a question or the head of a column stands."""
_SPACE = 1.2
"""In heights of a line: wider white parts two texts of it."""
_LEVEL = 0.3
_ALIGNED = 0.05 * UNIT
_OPPOSITES = ({"yes", "no"}, {"true", "false"}, {"male", "female"}, {"pass", "fail"})
_ONE = re.compile(r"\b(?:only one|(?:check|mark|tick|select|choose|circle) (?:only )?one)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Choice:
    """A checkbox. mark: its number on the stack; label: what it stands for, "" where nothing tells; item: the line that
    the label is all of, by number."""

    mark: int
    label: str
    item: int | None


@dataclass(frozen=True, slots=True)
class Question:
    """text: "" where none stands by; choices: its answers; exclusive: whether only one of them may be marked."""

    text: str
    choices: tuple[Choice, ...]
    exclusive: bool


@dataclass(frozen=True, slots=True)
class _Text:
    text: str
    box: Box
    item: int | None


@dataclass(frozen=True, slots=True)
class _Row:
    """Boxes on one line, left to right. choices: the same; asked: the text of the line that is no label."""

    marks: tuple[StackedMark, ...]
    choices: tuple[Choice, ...]
    asked: str


def find_questions(stack: StackedPages, numbers: Sequence[int]) -> list[Question]:
    """The questions that those of the stack's checkboxes answer, each box in one of them, from top to bottom."""
    texts = [text for k in range(len(stack.items)) for text in _texts(stack, k)]
    ordered = sorted(numbers, key=lambda k: (stack.marks[k].page, stack.marks[k].box.y, stack.marks[k].box.x))
    lines = group_lines(ordered, lambda k: stack.marks[k].box)
    rows = [_row(stack, sorted(line, key=lambda k: stack.marks[k].box.x), texts) for line in lines]
    groups: list[list[_Row]] = []
    for row in rows:
        if groups and not row.asked and not groups[-1][0].asked and _goes_on(groups[-1][-1], row):
            groups[-1].append(row)
        else:
            groups.append([row])
    return [_question(group, texts) for group in groups]


def _texts(stack: StackedPages, k: int) -> list[_Text]:
    """A line's texts, parted at wide white."""
    item = stack.items[k]
    if not item.text or not item.words:
        return []
    runs = [[item.words[0]]]
    for before, word in pairwise(item.words):
        if word.box.x - before.box.right > _SPACE * item.box.height:
            runs.append([])
        runs[-1].append(word)
    whole = k if len(runs) == 1 else None
    return [_Text(" ".join(w.text for w in run), Box.around([w.box for w in run]), whole) for run in runs]


def _row(stack: StackedPages, numbers: Sequence[int], texts: Sequence[_Text]) -> _Row:
    marks = tuple(stack.marks[k] for k in numbers)
    here = sorted((t for t in texts if any(same_line(t.box, m.box, _LEVEL) for m in marks)), key=lambda t: t.box.x)
    between = [[t for t in here if a.box.right <= t.box.center[0] < b.box.x] for a, b in pairwise(marks)]
    if len(marks) > 1 and not any(between):
        labels = [_head(mark, marks, texts) for mark in marks]
        asked = [t for t in here if t.box.right <= marks[0].box.x + _ALIGNED]
    else:
        labels = _beside(marks, here)
        first = min((t.box.x for t in labels if t is not None), default=marks[0].box.x)
        asked = [t for t in here if t.box.right <= min(first, marks[0].box.x) + _ALIGNED and t not in labels]
    choices = tuple(
        Choice(k, label.text if label else "", label.item if label else None)
        for k, label in zip(numbers, labels, strict=True)
    )
    return _Row(marks, choices, asked[-1].text if asked else "")


def _beside(marks: Sequence[StackedMark], here: Sequence[_Text]) -> list[_Text | None]:
    """The label of each box of a row: all stand on the side where they are nearer, or where every box has one."""
    right, left = [], []
    for k, mark in enumerate(marks):
        end = marks[k + 1].box.x if k + 1 < len(marks) else mark.box.right + 2 * _BESIDE
        start = marks[k - 1].box.right if k else mark.box.x - 100 * _BESIDE
        behind = [t for t in here if mark.box.right - _ALIGNED <= t.box.x < end]
        before = [t for t in here if start < t.box.right <= mark.box.x + _ALIGNED]
        right.append(behind[0] if behind and behind[0].box.x - mark.box.right < _BESIDE else None)
        left.append(before[-1] if before and mark.box.x - before[-1].box.right < _BESIDE else None)
    lacking = right.count(None), left.count(None)
    if lacking[0] != lacking[1]:
        return right if lacking[0] < lacking[1] else left
    both = [
        (r.box.x - m.box.right, m.box.x - b.box.right) for m, r, b in zip(marks, right, left, strict=True) if r and b
    ]
    return right if sum(r for r, _ in both) <= sum(b for _, b in both) else left


def _head(mark: StackedMark, row: Sequence[StackedMark], texts: Sequence[_Text]) -> _Text | None:
    """The text above a box that stands in its column: the nearest that is over no other box of the row."""
    box = mark.box
    over = [
        t
        for t in texts
        if t.box.bottom <= box.y + _ALIGNED
        and t.box.overlap_x(box.grown(box.width // 2, 0)) > 0
        and not any(m is not mark and t.box.overlap_x(m.box) > 0 for m in row)
    ]
    nearest = max(over, key=lambda t: t.box.bottom, default=None)
    return nearest if nearest is not None and box.y - nearest.box.bottom < 4 * _ABOVE else None


def _goes_on(above: _Row, row: _Row) -> bool:
    """Whether a row of a list stands right below another, its boxes in the same columns."""
    if above.marks[0].page != row.marks[0].page:
        return False
    down = row.marks[0].box.y - above.marks[0].box.bottom
    columns = [m.box.x for m in above.marks]
    return down <= _BESIDE and all(any(abs(m.box.x - x) <= _ALIGNED for x in columns) for m in row.marks)


def _question(rows: Sequence[_Row], texts: Sequence[_Text]) -> Question:
    choices = tuple(choice for row in rows for choice in row.choices)
    text = rows[0].asked or _above(rows[0], choices, texts)
    labels = [choice.label.strip(" .:").casefold() for choice in choices]
    opposed = len(labels) == 2 and any(set(labels) == pair for pair in _OPPOSITES)
    one = opposed or _is_scale(labels) or (len(labels) > 1 and _ONE.search(text) is not None)
    return Question(text, choices, one)


def _is_scale(labels: Sequence[str]) -> bool:
    """Whether the answers are numbers that follow one another."""
    numbers = [int(label) for label in labels if label.isdecimal() and label.isascii()]
    return len(numbers) == len(labels) > 2 and all(b - a == 1 for a, b in pairwise(numbers))


def _above(row: _Row, choices: Sequence[Choice], texts: Sequence[_Text]) -> str:
    """The text right above a list, unless it is a label."""
    own = {choice.item for choice in choices}
    box = Box.around([m.box for m in row.marks])
    over = [
        t
        for t in texts
        if 0 <= box.y - t.box.bottom + _ALIGNED < _ABOVE
        and t.box.x < box.right
        and (t.item is None or t.item not in own)
    ]
    return max(over, key=lambda t: (t.box.bottom, -t.box.x), default=_Text("", box, None)).text
