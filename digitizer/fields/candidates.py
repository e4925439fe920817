"""Candidates: the places on a stack where something was filled in, each with the words that stand there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rapidfuzz import fuzz

from digitizer.document.geometry import Box
from digitizer.document.lines import group_lines, same_line
from digitizer.fields.answers import Entry, captions_of, find_answers, find_owners, is_crumb, usual_height
from digitizer.fields.glued import mark_before
from digitizer.fields.phrases import LabelMatch, below, compact
from digitizer.fields.stacked_pages import UNIT, Item, StackedMark, StackedPages

_OVER_LABELS = 1.0
"""Inches above a row of labels within which entries belong to them."""
_MARK_LIKE = frozenset("xX\u00d7✓✔✗✘☒☑*vVKk+")
_CODE = re.compile(r"(?=.*[A-Z])[A-Z0-9]{2}")
_BESIDE = 0.06
"""Inches between a checkbox and an X typed beside it."""
_TYPED_BESIDE = 0.6
"""How surely such an X means the box."""
_ENTRY_GAP = 1.6
"""Heights of a line: entries of several lines are typed in double spacing at the widest."""
_BREAK_GAP = 4.0
"""The same where a page's break parts them: a cell goes on below the next page's margin."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Entries that may be one field's value, or a checkbox. box: on the stack; cell: index or None.

    whole: whether nothing goes on above, below or beside these entries. label: the label match whose answer they
    are, an index, None where it is unknown or several; complete: whether they are all of that answer. onto: the
    label on whose end an X was typed.
    """

    box: Box
    cell: int | None
    page: int
    entries: tuple[Entry, ...] = ()
    mark: StackedMark | None = None
    whole: bool = True
    label: int | None = None
    complete: bool = False
    onto: str = ""

    @property
    def text(self) -> str:
        """The lines as read, one under the other; entries of one row side by side."""
        lines = group_lines(self.entries, lambda e: e.box, follow=True)
        return "\n".join(" ".join(e.text for e in line) for line in lines)


def propose(
    stack: StackedPages,
    matches: Sequence[LabelMatch],
    taken: Collection[int] = (),
    headings: Collection[str] = (),
    box_labels: Collection[str] = (),
) -> list[Candidate]:
    """Candidates of the stack: single entries, blocks of lines, rows of entries, answers to labels, and checkboxes.

    taken: items that tables and notes have claimed already; headings: phrases beside which nothing is filled in;
    box_labels: beside which there is only a mark.
    """
    found = entries_of(stack, matches, taken)
    # A mark in a checkbox is no part of any text.
    entries = [e for e in found if not _is_in_box(stack, e)]
    pieces = Counter(e.item for e in found)
    # A piece of a line that labels part is an entry by itself.
    candidates = [_candidate(stack.items, [e], whole=pieces[e.item] > 1) for e in entries]
    seen: set[tuple[Entry, ...]] = {(e,) for e in entries}
    owners = find_owners(stack, matches, entries, headings, box_labels)
    answers = find_answers(stack, matches, owners)
    blocks = _blocks(stack.items, entries, owners)
    for group in [*blocks, *_rows(stack.items, entries, owners, captions_of(entries, matches)), *answers]:
        key = tuple(group)
        if key not in seen:
            seen.add(key)
            candidates.append(_candidate(stack.items, group, whole=True))
        elif len(group) == 1:
            k = next(i for i, c in enumerate(candidates) if c.entries == key)
            candidates[k] = _candidate(stack.items, group, whole=True)
    for k, box in _unpushed(entries, matches).items():
        candidates[k] = replace(candidates[k], box=box)
    full = {owners[a[0]]: frozenset(a) for a in answers}
    candidates = [_answering(c, owners, full) for c in candidates]
    on_labels = _typed_on_labels(stack, matches)
    for label, entry in on_labels.items():
        typed_on = _candidate(stack.items, [entry], whole=True)
        candidates.append(replace(typed_on, label=label, complete=True, onto=matches[label].phrase))
    typed = [e.box for e in (*found, *on_labels.values()) if is_mark(e.text)]
    candidates += [Candidate(m.box, None, m.page, mark=_with_typed(m, typed)) for m in stack.marks]
    return candidates


def _is_in_box(stack: StackedPages, entry: Entry) -> bool:
    """Whether an entry is an X or the like that was read where a checkbox stands."""
    page = stack.items[entry.item].page
    return is_mark(entry.text) and any(m.page == page and m.box.intersection(entry.box) for m in stack.marks)


def _typed_on_labels(stack: StackedPages, matches: Sequence[LabelMatch]) -> dict[int, Entry]:
    """By label, the X that was typed so close to it that both were read as one word: 'YesX', 'x_Form filed by'."""
    found: dict[int, Entry] = {}
    for k, match in enumerate(matches):
        item, first, last = match.covered[0]
        before = stack.items[item].words[first] if first < last else None
        share = mark_before(match.phrase, before.text) if before else 0.0
        if before and share:
            width = max(1, round(before.box.width * share))
            found[k] = Entry(item, first, first + 1, Box(before.box.x, before.box.y, width, before.box.height), "X")
            continue
        item, first, last = match.covered[-1]
        if first == last:
            # A line of no word that could be read.
            continue
        text, ending = stack.items[item].words[last - 1].text, match.phrase.split()[-1].rstrip(".:")
        grown = (
            re.fullmatch(rf"{re.escape(ending)}[.:]?[\[(]?([xX]{{1,2}})[\WJlI\d]*", text) if len(ending) > 1 else None
        )
        if grown:
            box = stack.items[item].words[last - 1].box
            left, right = (round(box.width * at / len(text)) for at in grown.span(1))
            place = Box(box.x + left, box.y, max(1, right - left), box.height)
            found[k] = Entry(item, last - 1, last, place, "X")
    return found


def _with_typed(mark: StackedMark, typed: Sequence[Box]) -> StackedMark:
    """The checkbox, marked if an X is typed right beside it instead of in it."""
    beside = any(same_line(mark.box, x) and -mark.box.overlap_x(x) < _BESIDE * UNIT for x in typed)
    if mark.mark.checked or not beside:
        return mark
    return replace(mark, mark=replace(mark.mark, checked=True, confidence=_TYPED_BESIDE))


def is_mark(text: str) -> bool:
    """Whether a text as read is a lone X or tick."""
    bare = text.strip(" .,[](){}|_'\"-")
    # What is left of the frame's right side may be read with an X.
    bare = re.sub(r"^([xX]{1,2})[!1lIJ]$", r"\1", bare)
    return 0 < len(bare) <= 2 and all(c in _MARK_LIKE for c in bare)


def _answering(
    candidate: Candidate, owners: Mapping[Entry, int | None], full: Mapping[int | None, frozenset[Entry]]
) -> Candidate:
    """The candidate with the label that it answers: that of its entries, as far as they have one."""
    labels = {owners.get(e) for e in candidate.entries} - {None}
    if len(labels) != 1 or not labels <= set(full):
        return candidate
    (label,) = labels
    return replace(candidate, label=label, complete=full[label] <= set(candidate.entries))


def entries_of(stack: StackedPages, matches: Sequence[LabelMatch], taken: Collection[int] = ()) -> list[Entry]:
    """What remains of the lines once the labels are taken out, in reading order."""
    printed: dict[int, set[int]] = {}
    for match in matches:
        for number, first, last in match.covered:
            printed.setdefault(number, set()).update(range(first, last))
    entries = []
    heads = _rows_of_labels(matches)
    for k, item in enumerate(stack.items):
        if k in taken:
            continue
        free = [w for w in range(len(item.words)) if w not in printed.get(k, ())]
        for run in _runs(free):
            for first, last in _cuts(stack, item, run[0], run[-1] + 1, heads, matches):
                words = item.words[first:last]
                text = " ".join(w.text for w in words)
                torn = _is_in_label(stack, k, matches) or is_torn(stack, k, text, matches)
                if any(c.isalnum() for c in text) and not torn:
                    box = item.box if len(words) == len(item.words) else Box.around([w.box for w in words])
                    entries.append(Entry(k, first, last, box, text))
    usual = usual_height(entries)
    return [e for e in entries if not is_crumb(stack, e, usual)]


def _is_in_label(stack: StackedPages, k: int, matches: Sequence[LabelMatch]) -> bool:
    """Whether a line is a torn-off part of a label of several lines: it stands beside one of them but the last."""
    here = stack.items[k].box
    for match in matches:
        if len(match.covered) < 2 or match.box.intersection(here) is None or match.box.right < here.center[0]:
            continue
        lines = [stack.items[i].box for i, _, _ in match.covered[:-1]]
        if any(b.overlap_y(here) > 0.6 * here.height and b.right <= here.x + 4 for b in lines):
            return all(i != k for i, _, _ in match.covered)
    return False


def _rows_of_labels(matches: Sequence[LabelMatch]) -> list[list[Box]]:
    """Labels that stand side by side, as (City) (State) (Zip) do, each row left to right."""
    rows: list[list[Box]] = []
    for box in sorted((h.box for h in matches if len(h.covered) == 1), key=lambda b: (b.y, b.x)):
        row = next((r for r in rows if same_line(box, r[0], 0.6)), None)
        if row is None:
            rows.append([box])
        else:
            row.append(box)
    return [sorted(row, key=lambda b: b.x) for row in rows if len(row) > 1]


def _cuts(
    stack: StackedPages,
    item: Item,
    first: int,
    last: int,
    heads: Sequence[Sequence[Box]],
    matches: Sequence[LabelMatch],
) -> list[tuple[int, int]]:
    """Where to cut a run of words that stands over several labels: before the words that begin where a label does."""
    below_it = [h.box.y for h in matches if h.box.overlap_x(item.box) > 0 and h.box.y >= item.box.bottom - 2]
    nearest = min(below_it, default=None)
    for row in heads:
        if not any(b.overlap_x(item.box) > 0 and b.y == nearest for b in row):
            continue
        under = [b for b in row if 0 <= b.y - item.box.bottom < _OVER_LABELS * UNIT and b.overlap_x(item.box) > 0]
        starts = [b.x for b in under if b.x > item.box.x + 0.2 * UNIT] if len(under) > 1 else []
        cuts = [w for w in range(first + 1, last) if any(abs(item.words[w].box.x - x) < 0.06 * UNIT for x in starts)]
        if not cuts and len(under) > 1 and last - first > 1 and _pushed(stack, item, last, row, under):
            cuts = [last - 1]
        if cuts:
            return list(pairwise([first, *cuts, last]))
    return [(first, last)]


def _unpushed(entries: Sequence[Entry], matches: Sequence[LabelMatch]) -> dict[int, Box]:
    """Where entries would stand, by index, had the first not grown over the label of the one behind it."""
    heads = [box for row in _rows_of_labels(matches) for box in row]
    boxes: dict[int, Box] = {}
    for k, (one, other) in enumerate(pairwise(entries)):
        if one.item != other.item or one.last != other.first:
            continue
        under = [b.x for b in heads if 0 <= b.y - one.box.bottom < _OVER_LABELS * UNIT]
        beyond = min((x for x in under if one.box.x + 0.2 * UNIT < x < one.box.right), default=None)
        if beyond is not None:
            width = beyond - round(0.04 * UNIT) - one.box.x
            boxes[k] = Box(one.box.x, one.box.y, width, one.box.height)
            boxes[k + 1] = Box(beyond, other.box.y, other.box.width, other.box.height)
    return boxes


def _pushed(stack: StackedPages, item: Item, last: int, row: Sequence[Box], under: Sequence[Box]) -> bool:
    """Whether a line ends in a code that the entry before it, too long for its place, pushed away from its own label.

    So PHILADELPHIA PA over (City) (State) (Zip), where nothing else stands over (State).
    """
    if _CODE.fullmatch(item.words[last - 1].text) is None:
        return False
    label = under[1]
    end = min((b.x for b in row if b.x > label.x), default=10**9) - 0.06 * UNIT
    return not any(
        o.box.overlap_y(item.box) > 0.5 * item.box.height and label.x - 0.06 * UNIT <= o.box.x < end
        for o in stack.items
        if o is not item and o.words
    )


def _runs(numbers: list[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for n in numbers:
        if runs and n == runs[-1][-1] + 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    return runs


def _candidate(items: Sequence[Item], entries: Sequence[Entry], whole: bool) -> Candidate:
    first = items[entries[0].item]
    return Candidate(Box.around([e.box for e in entries]), first.cell, first.page, tuple(entries), None, whole)


def _blocks(items: Sequence[Item], entries: Sequence[Entry], owners: Mapping[Entry, int | None]) -> list[list[Entry]]:
    """Entries that go on under one another, each block from its first line to its last, none past another's label."""
    groups: dict[int | None, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(items[entry.item].cell, []).append(entry)
    under: dict[Entry, Entry] = {}
    for members in groups.values():
        boxes = [e.box for e in members]
        for entry in members:
            found = below(entry.box, boxes, _ENTRY_GAP)
            if found is None:
                found = _over_break(items, entry, members, boxes)
            if found is None or not _same_hand(entry.box, boxes[found]):
                continue
            if owners[members[found]] in (owners[entry], None) or owners[entry] is None:
                under[entry] = members[found]
    followers = set(under.values())
    blocks = []
    for entry in entries:
        if entry in followers:
            continue
        block, seen = [entry], {entry}
        while block[-1] in under and under[block[-1]] not in seen:
            block.append(under[block[-1]])
            seen.add(block[-1])
        blocks.append(block)
    return blocks


def _over_break(items: Sequence[Item], entry: Entry, members: Sequence[Entry], boxes: Sequence[Box]) -> int | None:
    """Which of a cell's entries goes on below a page's break, under one that ends its part of the cell: an index.

    boxes: of the members.
    """
    here = items[entry.item]
    if here.cell is None:
        return None
    found = below(entry.box, boxes, _BREAK_GAP)
    if found is None or items[members[found].item].page == here.page:
        return None
    start, end = entry.box.bottom, boxes[found].y
    between = any(i.cell == here.cell and start <= i.box.center[1] < end for i in items)
    return None if between else found


def _same_hand(one: Box, other: Box) -> bool:
    """Whether two lines may be one entry: alike in size."""
    small, large = sorted((one.height, other.height))
    return small > 0.5 * large


def _rows(
    items: Sequence[Item],
    entries: Sequence[Entry],
    owners: Mapping[Entry, int | None],
    captions: Mapping[Entry, int],
) -> list[list[Entry]]:
    """Entries side by side in a cell, as where a name is typed in three parts, none past another's label or caption."""
    rows: list[list[Entry]] = []
    for entry in sorted(entries, key=lambda e: (e.box.x, e.box.y)):
        for row in rows:
            last = row[-1]
            same_cell = items[last.item].cell == items[entry.item].cell
            level = same_line(entry.box, last.box, 0.6)
            apart = None not in (owners[last], owners[entry]) and owners[last] != owners[entry]
            apart |= captions.get(last, -1) != captions.get(entry, -1) and last in captions and entry in captions
            if same_cell and level and not apart and 0 <= entry.box.x - last.box.right < 2.5 * UNIT:
                row.append(entry)
                break
        else:
            rows.append([entry])
    return [row for row in rows if len(row) > 1]


_PIECE, _LEAST_ALIKE = 8, 80.0
"""Letters of a piece that may be misread, and how like (0 to 100) a part of the label it must be."""
_REACH = 0.1
"""Inches around a label within which its pieces stand."""
_LABEL = 20
"""Letters of a label that is long enough to be torn."""


def is_torn(stack: StackedPages, item: int, text: str, matches: Sequence[LabelMatch]) -> bool:
    """Whether a text on a line, an index, is a piece of a label beside it that was found without that piece."""
    bare = compact(text)
    box = stack.items[item].box
    return any(
        len(compact(match.phrase)) >= _LABEL
        and all(i != item for i, _, _ in match.covered)
        and _stands_in(box, match.box)
        and _is_part(bare, text, match.phrase)
        for match in matches
    )


def _stands_in(box: Box, label: Box) -> bool:
    """Whether a line stands in a label's lines or goes on from them."""
    level = box.overlap_y(label) > 0.6 * box.height
    return level and box.x <= label.right + round(_REACH * UNIT) + box.width and box.right >= label.x


def _is_part(bare: str, text: str, phrase: str) -> bool:
    words = phrase.split()
    if len(bare) < _PIECE:
        return bool(bare) and all(w in words for w in text.split())
    return fuzz.partial_ratio(bare, compact(phrase)) >= _LEAST_ALIKE
