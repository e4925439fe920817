"""A field or a table from a part of a page that a person pointed out.

A field's label is the print in, beside, over or under its place; a table has a column for each cell at its head's
foot, or for each text.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from digitizer.authoring.consensus import PagePrint, find_print
from digitizer.authoring.naming import kind_of, name_of, number_of
from digitizer.authoring.questions import Phrase, Questions, find_questions
from digitizer.document.form import Kind
from digitizer.document.geometry import Box
from digitizer.document.layout import Readings
from digitizer.document.lines import same_line
from digitizer.fields.phrases import compact, find_phrases
from digitizer.fields.stacked_pages import UNIT, stack_pages

_LEFT, _OVER, _UNDER, _INTO = 4.0, 0.6, 0.25, 0.08
"""Inches before, over and under a place within which its label stands, and by which it may reach into it."""
_PRINTED = 85.0
"""From so alike on a text stands on another scan too, and is no entry."""
_LEAST_LETTERS, _LONGEST = 3, 200
_FOUND = 0.85
_LEAST_COLUMNS = 2
_EDGE = 12
_ABOVE = 0.5
"""Inches over a head within which the table's title stands."""


@dataclass(frozen=True, slots=True)
class Pointed:
    """A field as pointed out. labels: printed texts that may be its label, the likeliest first; () where none is."""

    name: str
    kind: Kind
    labels: tuple[str, ...]
    group: str = ""
    item: str = ""


@dataclass(frozen=True, slots=True)
class PointedTable:
    """A table as pointed out. title: what is printed right over its head, may be ''."""

    name: str
    title: str
    columns: tuple[Pointed, ...]


def point_out(page: Readings, box: Box, others: Sequence[Readings] = (), taken: Collection[str] = ()) -> list[Pointed]:
    """The fields of a part of a page: one for each checkbox in it, else a single one to write in.

    box: pixels of the straightened page; others: the same page of other scans, on which what is printed stands too;
    taken: names that are used already.
    """
    printed = find_print([page])
    if printed is None:
        return [Pointed(name_of("field", "", taken), "text", ())]
    questions = find_questions(printed, frozenset())
    place = _in_units(box, page)
    ticked = [c for c in questions.choices if place.holds(*c.box.center)]
    if ticked:
        found: list[Pointed] = []
        for choice in ticked:
            label = questions.phrases[choice.label].text if choice.label is not None else ""
            group = questions.phrases[choice.group].text if choice.group is not None else ""
            name = name_of(label, group, [*taken, *(f.name for f in found)])
            item = number_of(label) or number_of(group)
            found.append(Pointed(name, "checkbox", (label,) if label else (), group, item))
        return found
    phrases = _printed(questions, others)
    labels = _labels(phrases, place)
    if not labels:
        return [Pointed(name_of("field", "", taken), "text", ())]
    first = labels[0]
    group = _group(phrases, first)
    # Of a label of several lines that which stands nearest may be one of its own.
    lines = [printed.lines[phrase.lines[-1]].text for phrase in labels]
    texts = tuple(dict.fromkeys(text for pair in zip((p.text for p in labels), lines, strict=True) for text in pair))
    item = number_of(first.text) or number_of(group)
    return [Pointed(name_of(first.text, group, taken), kind_of(first.text, ()), texts, group, item)]


def joined_label(first: str, second: str, pages: Sequence[Readings]) -> str | None:
    """The two labels as one text where they are printed as one, in whichever order; None where they are not."""
    stacks = [stack_pages([page]) for page in pages]
    for joined in (f"{first} {second}", f"{second} {first}"):
        for stack in stacks:
            for match in find_phrases(stack, [joined]):
                there = compact("".join(w.text for k, a, b in match.covered for w in stack.items[k].words[a:b]))
                # A long label alone is much like itself with a short one behind it.
                both = all(fuzz.partial_ratio(compact(label), there) >= _PRINTED for label in (first, second))
                if both and match.score >= _FOUND:
                    return joined
    return None


def _in_units(box: Box, page: Readings) -> Box:
    scale = UNIT / page.layout.dpi
    return Box(*(round(v * scale) for v in box.as_list()))


def _printed(questions: Questions, others: Sequence[Readings]) -> list[Phrase]:
    """The phrases that are no entries, as far as other scans tell."""
    texts = [compact("".join(reading.text for reading in page.lines)) for page in others]
    found = []
    for phrase in questions.phrases:
        letters = compact(phrase.text)
        stands = sum(fuzz.partial_ratio(letters, text) >= _PRINTED for text in texts if len(text) >= len(letters))
        label = number_of(phrase.text) or len(phrase.text) <= _LONGEST
        if label and len(letters) >= _LEAST_LETTERS and 2 * stands >= len(texts):
            found.append(phrase)
    return found


def _labels(phrases: Sequence[Phrase], place: Box) -> list[Phrase]:
    """The phrases that may be the label of a place, the likeliest first: in it, before it or over it, under it."""
    into = _INTO * UNIT
    inside, near, under = [], [], []
    for phrase in phrases:
        box = phrase.box
        across, down = place.x - box.right, place.y - box.bottom
        level = same_line(box, place, 0.4)
        shared = box.overlap_x(place) > 0.3 * min(box.width, place.width)
        if place.holds(*box.center) or place.contains(box, round(into)):
            inside.append((box.y, box.x, phrase))
        elif level and -into <= across <= _LEFT * UNIT:
            near.append((max(0, across), box.x, phrase))
        elif shared and -into <= down <= _OVER * UNIT:
            near.append((max(0, down) * 2, box.x, phrase))
        elif shared and -into <= box.y - place.bottom <= _UNDER * UNIT:
            under.append((box.y, box.x, phrase))
    return [phrase for part in (inside, near, under) for _, _, phrase in sorted(part, key=lambda one: one[:2])]


def _group(phrases: Sequence[Phrase], label: Phrase) -> str:
    """The numbered question over a label that is printed more than once on the page."""
    if number_of(label.text) or sum(p.text == label.text for p in phrases) < 2:
        return ""
    above = [p for p in phrases if number_of(p.text) and p.box.bottom <= label.box.center[1]]
    return max(above, key=lambda p: p.box.bottom).text if above else ""


def point_out_table(
    page: Readings, box: Box, others: Sequence[Readings] = (), taken: Collection[str] = ()
) -> PointedTable | None:
    """The table whose head lies in a box; None where fewer than two columns are printed there.

    box: pixels of the straightened page; others: the same page of other scans, which share the print; taken: names of
    other tables.
    """
    printed = find_print([page, *others])
    if printed is None or printed.stack.pages[0] is not page:
        # Of other print than this page, the others do not tell what is filled in on it.
        printed = find_print([page])
    if printed is None:
        return None
    place = _in_units(box, page)
    columns = _ruled(printed, place) or _unruled(printed, place)
    if len(columns) < _LEAST_COLUMNS:
        return None
    named: list[Pointed] = []
    for column in columns:
        name = name_of(column.labels[0], column.group, [n.name for n in named])
        named.append(replace(column, name=name))
    title = _title(printed, place)
    return PointedTable(name_of(title or "table", "", taken), title, tuple(named))


def _ruled(page: PagePrint, place: Box) -> list[Pointed]:
    """A column for each cell with print in it under which no other one of the head lies."""
    cells = page.stack.cells
    lines: dict[int, list[str]] = {}
    for line in page.lines:
        if line.cell is not None:
            lines.setdefault(line.cell, []).append(line.text)
    inside = [k for k in lines if place.holds(*cells[k].box.center)]
    columns = []
    for k in sorted(inside, key=lambda k: cells[k].box.x):
        box = cells[k].box
        if any(cells[j].box.y >= box.bottom - _EDGE and _over(box, cells[j].box) for j in inside):
            continue
        above = [j for j in inside if cells[j].box.bottom <= box.y + _EDGE and _over(cells[j].box, box)]
        group = " ".join(text for j in sorted(above, key=lambda j: cells[j].box.y) for text in lines[j])
        columns.append(_column(" ".join(lines[k]), group))
    return columns


def _over(upper: Box, lower: Box) -> bool:
    """Whether one cell spans another one under it."""
    return upper.x <= lower.x + _EDGE and upper.right >= lower.right - _EDGE


def _unruled(page: PagePrint, place: Box) -> list[Pointed]:
    """A column for each text, from left to right."""
    texts = [p for p in find_questions(page, frozenset()).phrases if place.holds(*p.box.center)]
    return [_column(p.text, "") for p in sorted(texts, key=lambda p: p.box.x)]


def _column(label: str, group: str) -> Pointed:
    return Pointed("", kind_of(f"{group} {label}", ()), (label,), group)


def _title(page: PagePrint, place: Box) -> str:
    above = [
        line
        for line in page.lines
        if -6 <= place.y - line.box.bottom <= _ABOVE * UNIT and line.box.overlap_x(place) > 0 and len(line.text) > 5
    ]
    nearest = max(above, key=lambda line: line.box.bottom, default=None)
    return nearest.text if nearest is not None else ""
