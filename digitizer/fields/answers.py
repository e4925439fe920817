"""Answers: all that is written after one label, beside it and on the lines below, up to the next label."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from digitizer.document.geometry import Box
from digitizer.document.lines import group_lines, same_line
from digitizer.fields.phrases import LabelMatch, last_line
from digitizer.fields.stacked_pages import UNIT, StackedPages

_BESIDE = 3.0
"""Inches to the right of its label at which an answer still begins on the same line."""
_BESIDE_BOX = 0.6
"""The same for a checkbox's label, which asks for a mark alone: what stands further off answers another."""
_LEVEL, _ONE_LINE = 0.2, 0.4
"""Share of its height in which an entry is level with its label, and in which two labels or entries are one line."""
_A_LITTLE, _TOO_HIGH = 0.1, 0.18
"""Inches by which an entry may be typed over the line that it belongs on, and by which the first of two lines may."""
_SET_OUT = 0.4
"""Inches by which an entry under its label may begin left of it, as under the checkbox before it."""
_APART = 2.6
"""Heights of a line: outside of cells an answer ends at a gap as wide."""
_CRUMB = 0.5
"""Of the usual height of an answer's lines; what is lower is dirt, not a line of it."""
_CRUMB_LETTERS = 2
_LOW = 0.05
"""Inches: no letter that is read is lower."""
_STAMP_LETTERS = 6
_STAMP_REACH = 0.5
"""Inches around a stamp's line within which broken lines of it stand."""
_LYING = 1.5
"""Times as wide as high: no upright letter or digit is."""
_SCRAP, _SCRAP_LETTERS = 0.7, 4
"""Of the usual height of a page's entries, and how many letters: less, and badly read, it is a scrap of a stamp."""
_UNSURE = 0.5
_SURE = 0.75
"""The least confidence at which so few letters are read as part of a longer answer."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A run of words of one line that belong to no printed label: from word `first` up to, not including, `last`."""

    item: int
    first: int
    last: int
    box: Box
    text: str


def find_answers(
    stack: StackedPages, matches: Sequence[LabelMatch], owners: Mapping[Entry, int | None]
) -> list[list[Entry]]:
    """The entries of each label, in reading order; a label without any has none. owners: as find_owners tells."""
    owned: dict[int, list[Entry]] = {}
    for entry, owner in owners.items():
        if owner is not None:
            owned.setdefault(owner, []).append(entry)
    cells = [stack.items[h.covered[0][0]].cell for h in matches]
    answers = []
    for k, members in owned.items():
        lines = _in_lines(without_crumbs(stack, members))
        if cells[k] is None:
            lines = _until_gap(matches[k].box, lines)
        answers.append([e for line in lines for e in line])
    return [a for a in answers if a]


def find_owners(
    stack: StackedPages,
    matches: Sequence[LabelMatch],
    entries: Sequence[Entry],
    headings: Collection[str] = (),
    box_labels: Collection[str] = (),
) -> dict[Entry, int | None]:
    """To which of the label matches each entry is the answer; None where no label of its cell stands so.

    headings: phrases beside which nothing is filled in; box_labels: beside which there is only a mark.
    """
    asking = [k for k, h in enumerate(matches) if h.phrase not in headings]
    cells = [stack.items[h.covered[0][0]].cell for h in matches]
    ends = [last_line(stack, h) for h in matches]
    reaches = [(_BESIDE_BOX if h.phrase in box_labels else _BESIDE) * UNIT for h in matches]
    under = set(captions_of(entries, matches).values())
    owners = {}
    for entry in entries:
        cell = stack.items[entry.item].cell
        owner = _owner(entry.box, matches, [k for k in asking if cells[k] == cell], ends, reaches)
        # What a caption names stands over it, even where a page's break parts what follows from its own caption.
        follows = owner in under and matches[owner].box.bottom <= entry.box.y
        owners[entry] = None if follows else owner
    return owners


def _owner(
    box: Box, matches: Sequence[LabelMatch], near: Sequence[int], ends: Sequence[Box], reaches: Sequence[float]
) -> int | None:
    """The label that a reader would take an entry for the answer to: beside it to the left, else the last above.

    ends: the last line of each label; reaches: pixels to the right of each at which an answer still begins.
    """
    # Behind the last line of a label another one, beside its first, may open a column.
    lines = {k: ends[k] if ends[k].overlap_y(box) > 0 else matches[k].box for k in near}
    beside = [
        k
        for k in near
        if (_is_beside(matches[k].box, box, reaches[k]) or _is_beside(ends[k], box, reaches[k]))
        and not _comes_between(matches, near, lines[k], box)
    ]
    if beside:
        return max(beside, key=lambda k: (matches[k].box.overlap_y(box) > _LEVEL * box.height, matches[k].box.right))
    if any(_is_caption(matches[k], box) for k in near):
        return None
    level = [
        k
        for k in near
        if _is_nearly_level(matches[k].box, box, reaches[k]) and not _comes_between(matches, near, matches[k].box, box)
    ]
    above = [k for k in near if matches[k].box.bottom <= box.center[1] and _in_column(matches, near, k, box)]
    if level:
        nearest = min(level, key=lambda k: (abs(matches[k].box.center[1] - box.center[1]), -matches[k].box.right))
        high = matches[nearest].box.center[1] - box.center[1]
        if high < _A_LITTLE * UNIT or all(box.y - matches[k].box.bottom > _TOO_HIGH * UNIT for k in above):
            return nearest
    return max(above, key=lambda k: (matches[k].box.bottom, matches[k].box.x), default=None)


def _is_beside(label: Box, box: Box, reach: float) -> bool:
    """Whether an entry goes on to the right of a label, if only a little above or below its line."""
    gap = box.x - label.right
    return -6 <= gap < reach and same_line(label, box, _LEVEL)


def _is_nearly_level(label: Box, box: Box, reach: float) -> bool:
    """Whether an entry stands to the right of a label, typed a little too high over its line to write on."""
    gap = box.x - label.right
    return -6 <= gap < reach and 0 <= label.center[1] - box.center[1] < _TOO_HIGH * UNIT


def _comes_between(matches: Sequence[LabelMatch], near: Sequence[int], label: Box, box: Box) -> bool:
    """Whether another label a line higher, between the two, opens a column in which the entry stands."""
    return any(
        label.right <= matches[j].box.x <= box.x + 0.1 * UNIT
        and 0 <= box.y - matches[j].box.bottom + 4 < 0.25 * UNIT
        and matches[j].box.y < label.y
        for j in near
    )


def _is_caption(match: LabelMatch, box: Box) -> bool:
    """Whether a label in brackets stands right under an entry, as (City) under a line to write on."""
    gap = match.box.y - box.bottom
    return match.phrase.startswith("(") and match.box.overlap_x(box) > 0 and -4 <= gap < 0.5 * UNIT


def captions_of(entries: Sequence[Entry], matches: Sequence[LabelMatch]) -> dict[Entry, int]:
    """The label in brackets right under each entry that stands over one, as (Date) does: an index of matches."""
    found = {}
    for entry in entries:
        under = [k for k, h in enumerate(matches) if _is_caption(h, entry.box)]
        if under:
            found[entry] = max(under, key=lambda k: (matches[k].box.overlap_x(entry.box), -k))
    return found


def _in_column(matches: Sequence[LabelMatch], near: Sequence[int], k: int, box: Box) -> bool:
    """Whether an entry begins under a label or between it and the next one on the label's line."""
    label = matches[k].box
    level = [matches[j].box for j in near if j != k and same_line(matches[j].box, label, _ONE_LINE)]
    left = max((b.x for b in level if b.x <= label.x and b.right <= label.x + 6), default=None)
    right = min((b.x for b in level if b.x >= label.right - 6), default=None)
    middle = box.center[0]
    starts_here = left is None or box.x >= label.x - _SET_OUT * UNIT
    return starts_here and (right is None or (box.x < right - 0.05 * UNIT and middle < right + 0.5 * UNIT))


def _is_one_line(one: Box, other: Box) -> bool:
    """Whether two boxes are one line: lines set close overlap, too, but their middles lie apart."""
    return same_line(one, other, _ONE_LINE) and abs(one.center[1] - other.center[1]) <= 0.5 * max(
        one.height, other.height
    )


def without_crumbs(stack: StackedPages, entries: Sequence[Entry]) -> list[Entry]:
    """Without what is much lower than the answer's lines, or a letter or two made out of a stamp or dirt."""
    usual = usual_height(entries)
    kept = [e for e in entries if e.box.height >= _CRUMB * usual]
    sound = [e for e in kept if not _is_crumb(e, stack.items[e.item].confidence, usual)]
    return sound or kept


def _is_crumb(entry: Entry, confidence: float, usual: int) -> bool:
    """Whether a letter or two of a longer answer are dirt: badly read, and no capitals or figures of its size."""
    if len(entry.text) > _CRUMB_LETTERS or confidence >= _SURE:
        return False
    is_full = len(entry.text) == _CRUMB_LETTERS and not any(map(str.islower, entry.text)) and entry.text.isalnum()
    return not (is_full and entry.box.height >= _SCRAP * usual)


def usual_height(entries: Sequence[Entry]) -> int:
    """Height in pixels of most letters of these entries; 0 where there are none."""
    heights = sorted(e.box.height for e in entries for _ in e.text)
    return heights[len(heights) // 2] if heights else 0


def is_crumb(stack: StackedPages, entry: Entry, usual: int) -> bool:
    """Whether a few letters are no entry: a broken part of a stamp set on end, or dirt lower than any letter.

    usual: height of the stack's entries, pixels.
    """
    if len(entry.text) <= _CRUMB_LETTERS and _is_in_stamp(stack, entry):
        return True
    if _is_scrap(entry, stack.items[entry.item].confidence, usual):
        return True
    if len(entry.text) > _STAMP_LETTERS or stack.items[entry.item].confidence >= _SURE:
        return False
    return entry.box.height < _LOW * UNIT or _is_beside_stamp(stack, entry)


def _is_scrap(entry: Entry, confidence: float, usual: int) -> bool:
    """Whether a character lies on its side, or a few are far smaller than what is filled in."""
    lies = entry.box.width > _LYING * entry.box.height
    if lies and len(entry.text) == 1 and entry.text.isalnum() and confidence < _SURE:
        return True
    if len(entry.text) <= _CRUMB_LETTERS and entry.box.height < _CRUMB * usual:
        return True
    return len(entry.text) <= _SCRAP_LETTERS and confidence < _UNSURE and entry.box.height < _SCRAP * usual


def _is_in_stamp(stack: StackedPages, entry: Entry) -> bool:
    """Whether an entry stands between the first and the last line of a stamp set on end."""
    page = stack.items[entry.item].page
    level = [s.box for s in stack.stamps if s.page == page and s.box.y <= entry.box.center[1] < s.box.bottom]
    near = [b for b in level if b.grown(round(_STAMP_REACH * UNIT)).contains(entry.box, 2)]
    x = entry.box.center[0]
    return any(b.x <= x for b in near) and any(b.right >= x for b in near) and len(near) > 1


def _is_beside_stamp(stack: StackedPages, entry: Entry) -> bool:
    """Whether an entry stands close to the lines of a stamp set on end."""
    grown = [s.box.grown(round(_STAMP_REACH * UNIT)) for s in stack.stamps if s.page == stack.items[entry.item].page]
    return any(g.contains(entry.box, 2) for g in grown)


def _in_lines(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Entries line by line, each from left to right."""
    ordered = sorted(entries, key=lambda e: (e.box.center[1], e.box.x))
    lines = group_lines(ordered, lambda e: e.box, _is_one_line)
    return [sorted(line, key=lambda e: e.box.x) for line in lines]


def _until_gap(label: Box, lines: list[list[Entry]]) -> list[list[Entry]]:
    """The lines up to a wide gap, counted from the label."""
    kept: list[list[Entry]] = []
    last = label
    for line in lines:
        box = Box.around([e.box for e in line])
        if box.y - last.bottom > _APART * box.height:
            break
        kept.append(line)
        last = box
    return kept
