"""A field's value as read in its place, and its draft: that with all the evidence, before a confidence is told."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import fields as dataclass_fields
from itertools import pairwise
from typing import Any

from digitizer.document.form import FieldDefinition
from digitizer.document.geometry import Box
from digitizer.document.lines import same_line
from digitizer.document.record import Value
from digitizer.fields.answers import Entry
from digitizer.fields.candidates import Candidate
from digitizer.fields.stacked_pages import StackedPages
from digitizer.reading.values import Markers, normalise_text, split_markers, value_of
from digitizer.reading.words import mend


@dataclass(frozen=True, slots=True)
class Filled:
    """A field with the place chosen for it and what was read there.

    reader: probability that the engine gives its reading; valid: how well the text fits the kind; match: probability
    that the place is the field's; label: how well its label was read. All 0 to 1.
    place: box in pixels of straightened page `page` (index into the stack's pages). hand: probability that it was
    written by hand. rule: what changed the value after it was read, a rule's kind, "words" or "repeated".
    alternatives: what else it may be, with probabilities. cell: of a table's blank, where it would stand on the stack.
    readings: all that its readers may have seen there with probabilities, where all of it is this field's.
    """

    definition: FieldDefinition
    value: Value
    text: str
    reader: float
    valid: float
    match: float
    label: float
    page: int | None = None
    place: Box | None = None
    footnotes: tuple[str, ...] = ()
    certain: bool = True
    engine: str = ""
    rule: str = ""
    hand: float = 0.0
    alternatives: tuple[tuple[Value, float], ...] = ()
    cell: Box | None = None
    readings: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(Filled):
    """A filled field and what the rest of the form says of it.

    upheld: whether a running total bears it out; denied: whether one speaks against it; broken: whether it breaks a
    rule. known, clear: of its page, the share of the print that was known by sight, and how surely the rest was read.
    covered: whether a stamp stands over it. unread: of a blank, whether ink stands there that nothing was made of.
    """

    upheld: bool
    denied: bool
    broken: bool
    known: float
    clear: float
    covered: bool
    unread: bool

    @property
    def by_rule(self) -> bool:
        """Whether it breaks a rule, or was chosen by one and not read so: a person sees it, however sure it is."""
        return self.broken or self.rule not in ("", "words")


def as_read(filled: Filled) -> dict[str, Any]:
    """What a filled field has, by name, for its draft to begin with."""
    return {f.name: getattr(filled, f.name) for f in dataclass_fields(Filled)}


FilledRow = Mapping[str, Filled]
DraftRow = Mapping[str, Draft]


_APART = 1.12
"""By so much wider a step between two lines parts two entries, where the others are one's that goes on below itself."""


@dataclass(frozen=True, slots=True)
class Content:
    """What stands in one place: lines of text without their footnote markers, and the evidence.

    tops: where each line begins on the stack.
    """

    lines: tuple[str, ...]
    notes: tuple[str, ...]
    reader: float
    certain: bool
    page: int | None
    place: Box | None
    engine: str
    alternatives: tuple[tuple[str, float], ...] = ()
    hand: float = 0.0
    tops: tuple[int, ...] = ()


NOTHING = Content((), (), 1.0, True, None, None, "")


def content_of(stack: StackedPages, entries: Sequence[Entry], marked: bool = True) -> Content:
    """The text of entries, line by line; raised or trailing footnote markers are told apart where there are notes."""
    if not entries:
        return NOTHING
    lines: list[str] = []
    tops: list[int] = []
    notes: list[str] = []
    readers: list[float] = []
    certain = True
    last: Entry | None = None
    for entry in entries:
        item = stack.items[entry.item]
        words = item.words[entry.first : entry.last]
        markers = split_markers(entry.text) if marked else Markers(entry.text, (), True)
        text, numbers = markers.text, list(markers.numbers)
        certain = certain and markers.certain
        if item.raised is not None and entry.last == len(item.words):
            raised = [int(n) for n in re.findall(r"\d+", item.raised.text)]
            numbers += raised
            readers.append(item.raised.confidence)
            certain = certain and bool(raised)
        notes += [f"F{n}" for n in numbers]
        readers += [min((w.confidence for w in words), default=item.confidence)]
        level = last is not None and same_line(entry.box, last.box)
        if level and lines:
            lines[-1] = f"{lines[-1]} {text}".strip()
        elif text:
            lines.append(text)
            tops.append(entry.box.y)
        last = entry
    page = stack.items[entries[0].item].page
    places = [place_of(stack, e) for e in entries if stack.items[e.item].page == page]
    first = stack.items[entries[0].item]
    # What a reader saw besides it saw of the whole line.
    is_whole = len(entries) == 1 and entries[0].first == 0 and entries[0].last == len(first.words)
    alternatives = first.reading.alternatives if is_whole else ()
    return Content(
        tuple(lines),
        tuple(dict.fromkeys(notes)),
        min(readers),
        certain,
        page,
        Box.around(places),
        first.reading.engine,
        alternatives,
        max(stack.items[e.item].reading.hand for e in entries),
        tuple(tops),
    )


def place_of(stack: StackedPages, entry: Entry) -> Box:
    """Where an entry stands on its straightened page, in pixels."""
    item = stack.items[entry.item]
    scale = item.place.width / max(1, item.box.width)
    dx, dy = entry.box.x - item.box.x, entry.box.y - item.box.y
    return Box(
        item.place.x + round(dx * scale),
        item.place.y + round(dy * scale),
        max(1, round(entry.box.width * scale)),
        max(1, round(entry.box.height * scale)),
    )


def draft_value(definition: FieldDefinition, content: Content, match: float, label: float, lines: int = 0) -> Filled:
    """One field filled from what stands in its place.

    lines: how many lines the slot's fields tell apart, 0 where they do not.
    """
    text = _part(definition, content, lines)
    typed = value_of(definition, text)
    value, valid, reader = typed.value, float(typed.valid), content.reader
    # The readers were made for print: how sure they are of handwriting says little.
    reader *= 1 - content.hand
    mended = mend(value, definition.words) if isinstance(value, str) else value
    value, rule = mended, "words" if mended != value else ""
    notes = content.notes
    return Filled(
        definition=definition,
        value=value,
        text=text,
        reader=reader,
        valid=valid,
        match=match,
        label=label,
        page=content.page,
        place=content.place,
        footnotes=notes,
        certain=content.certain,
        engine=content.engine,
        rule=rule,
        hand=content.hand,
        alternatives=_others(definition, content, text, value),
        readings=_readings(definition, content, text),
    )


def _others(definition: FieldDefinition, content: Content, text: str, value: Value) -> tuple[tuple[Value, float], ...]:
    """The values of the other readings, where all that was read is this field's."""
    if not content.alternatives or definition.pattern or definition.line or text != "\n".join(content.lines):
        return ()
    found: dict[Value, float] = {}
    for other, chance in content.alternatives:
        typed = value_of(definition, split_markers(other).text)
        if typed.valid > 0 and typed.value not in ("", value):
            found[typed.value] = found.get(typed.value, 0.0) + chance * typed.valid
    return tuple(sorted(found.items(), key=lambda pair: -pair[1]))


def _readings(definition: FieldDefinition, content: Content, text: str) -> tuple[tuple[str, float], ...]:
    """The texts that an entry may be with their probabilities; none where it is not all this field's."""
    if not content.alternatives or definition.pattern or definition.line or text != "\n".join(content.lines):
        return ()
    own = max(0.0, 1 - sum(chance for _, chance in content.alternatives))
    return ((text, own), *content.alternatives)


def _part(definition: FieldDefinition, content: Content, told_apart: int) -> str:
    """The part of an entry that is the field's: a line of it, what its pattern matches, or all."""
    lines = content.lines
    if definition.line:
        # The last of the told lines takes what is left over, so that nothing written is lost.
        bounds = [*_begins(content, told_apart), len(lines)]
        text = "\n".join(lines[slice(*bounds[definition.line - 1 : definition.line + 1])]) if lines else ""
    else:
        text = "\n".join(lines)
    # A line that ends in a hyphen was broken there, without a blank.
    text = _without_label(definition, re.sub(r"(?<=\w)[-=]\n(?=\w)", "-", normalise_text(text)))
    if definition.pattern and text:
        found = re.search(definition.pattern, text, re.DOTALL)
        text = next((g for g in found.groups() if g is not None), found[0]) if found else ""
    return text.strip()


def _begins(content: Content, told_apart: int) -> list[int]:
    """The lines at which those told apart begin; one that was too long for its place goes on right below itself."""
    plain = [min(k, len(content.lines)) for k in range(told_apart)]
    steps = [below - above for above, below in pairwise(content.tops)]
    if not 1 < told_apart <= len(steps) or min(steps) <= 0:
        return plain
    widest = sorted(sorted(range(len(steps)), key=lambda k: -steps[k])[: told_apart - 1])
    others = [step for k, step in enumerate(steps) if k not in widest]
    clear = min(steps[k] for k in widest) >= _APART * max(others)
    return [0, *(k + 1 for k in widest)] if clear else plain


def _without_label(definition: FieldDefinition, text: str) -> str:
    """A text without the printed label at its beginning, as far as that was not told apart from it."""
    for label in definition.labels:
        if text.startswith(f"{label} "):
            return text[len(label) :]
    return text


def blank(definition: FieldDefinition, match: float, label: float, page: int | None, place: Box | None) -> Filled:
    """A field with nothing in its place; a checkbox is then not marked."""
    value: Value = False if definition.kind == "checkbox" else ""
    return Filled(definition, value, "", 1.0, 1.0, match, label, page, place)


def ticked(definition: FieldDefinition, candidate: Candidate, content: Content, match: float, label: float) -> Filled:
    """A checkbox filled from the frame or the typed X that was taken for its."""
    if candidate.mark is not None:
        mark = candidate.mark
        text = "X" if mark.mark.checked else ""
        return Filled(
            definition,
            mark.mark.checked,
            text,
            mark.mark.confidence,
            1.0,
            match,
            label,
            mark.page,
            mark.place,
            engine="mark",
        )
    return replace(draft_value(definition, content, match, label), value=True, valid=1.0, footnotes=())
