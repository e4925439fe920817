"""The date of the received stamp, wherever on the form's pages it stands, level or on end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from digitizer.document.form import FieldDefinition
from digitizer.document.geometry import Box
from digitizer.fields.drafts import Draft, blank
from digitizer.fields.sheet import UNIT, Item, Sheet
from digitizer.reading.stamp_dates import stamp_date

_COLUMN_GAP = 0.7
"""Inches between parts of one stamp's line, as where print lies across it."""
_LEAST = 0.25
_READINGS = 4


@dataclass(frozen=True, slots=True)
class _Text:
    """Text that may be a stamp's, with the probability of its reading."""

    text: str
    chance: float
    item: Item
    sideways: bool


def draft_stamp(sheet: Sheet, definition: FieldDefinition) -> Draft:
    """The stamp's date on these pages; of several readings and impressions the date that most speaks for."""
    votes: dict[str, float] = defaultdict(float)
    shown: dict[str, _Text] = {}
    for text in _texts(sheet):
        value, trust, timed = stamp_date(text.text)
        trust *= text.chance
        # A date on the level without a time of day is as likely an entry.
        if value and trust > 0 and (timed or text.sideways):
            votes[value] = 1 - (1 - votes[value]) * (1 - min(0.95, trust))
            if value not in shown or text.chance > shown[value].chance:
                shown[value] = text
    best = max(votes, key=lambda v: (votes[v], v), default="")
    if not best or votes[best] < _LEAST:
        return blank(definition, 1.0, 0.0, None, None)
    others = max((votes[v] for v in votes if v != best), default=0.0)
    source = shown[best]
    item = source.item
    sure = votes[best] * (1 - others)
    return Draft(
        definition,
        best,
        source.text,
        sure,
        1.0,
        1.0,
        1.0,
        item.page,
        item.place,
        engine=item.reading.engine,
    )


def _texts(sheet: Sheet) -> Iterator[_Text]:
    """Every line and every run of lines on end, in each way that it was read."""
    for item in sheet.items:
        yield _Text(item.text, max(0.3, item.confidence), item, False)
    for row in _rows(sheet.items):
        yield _Text(" ".join(i.text for i in row), max(0.3, min(i.confidence for i in row)), row[0], False)
    for column in _columns(sheet.stamps):
        readings = [[(i.reading.text, i.reading.confidence), *i.reading.alternatives][:_READINGS] for i in column]
        for parts in product(*readings):
            chance = max(0.3, min(c for _, c in parts))
            for order in (parts, parts[::-1]) if len(parts) > 1 else (parts,):
                yield _Text(" ".join(t for t, _ in order), chance, column[0], True)


def _rows(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Neighbouring lines on one level: a stamp's wide gaps part it."""
    for k, item in enumerate(items):
        right = [
            other
            for j, other in enumerate(items)
            if j != k
            and other.page == item.page
            and 0 <= other.box.x - item.box.right < 0.5 * UNIT
            and other.box.overlap_y(item.box) > 0.4 * min(other.box.height, item.box.height)
        ]
        if right:
            yield [item, min(right, key=lambda i: i.box.x)]


def _columns(stamps: Sequence[Item]) -> Iterator[list[Item]]:
    """Lines on end that go on from one another, each alone too; three parts at the most."""
    ordered = sorted(stamps, key=lambda i: (i.page, i.box.y))
    for k, item in enumerate(ordered):
        run = [item]
        yield list(run)
        for other in ordered[k + 1 :]:
            if len(run) < 3 and other.page == item.page and _follows(run[-1].box, other.box):
                run.append(other)
                yield list(run)


def _follows(one: Box, other: Box) -> bool:
    gap = other.y - one.bottom
    return -4 <= gap < _COLUMN_GAP * UNIT and one.overlap_x(other) > 0.5 * min(one.width, other.width)
