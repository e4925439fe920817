"""The date of the received stamp, wherever on the form's pages it stands, level or on end."""

from __future__ import annotations

import contextlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import prod

from digitizer.document.form import FieldDefinition
from digitizer.document.geometry import Box
from digitizer.document.lines import same_line
from digitizer.fields.drafts import Filled, blank
from digitizer.fields.stacked_pages import UNIT, Item, StackedPages
from digitizer.reading.stamp_dates import stamp_date, stamp_day, stamp_year, written_dates

_COLUMN_GAP = 0.7
"""Inches between parts of one stamp's line, as where print lies across it."""
_PARTS, _ASKEW = 5, 0.7
"""Parts of a level stamp's line, and in heights how far askew the next one may stand."""
_TOUCHING, _PART_GAP = 0.1, 0.5
"""Inches that two of them may share, and that they may stand apart."""
_LEAST = 0.25
_READINGS = 4
_SOON = 120
"""Days within which a paper is received that was dated on its day."""
_YEAR_INFERRED = 0.6
_YEAR_ELSEWHERE = 0.5
_YEAR_ODD = 0.4
"""How much is left of the trust in a year before all those that are written on the paper."""


@dataclass(frozen=True, slots=True)
class _Text:
    """Text that may be a stamp's, with the probability of its reading."""

    text: str
    chance: float
    item: Item
    sideways: bool


def fill_stamp(stack: StackedPages, definition: FieldDefinition) -> Filled:
    """The stamp's date on these pages; of several readings and impressions the date that most speaks for."""
    votes: dict[str, float] = defaultdict(float)
    witnesses: dict[str, dict[int, float]] = defaultdict(dict)
    shown: dict[str, _Text] = {}
    dated = sorted({d for item in stack.items for d in written_dates(item.text)})
    texts = list(_texts(stack))
    years = {(year, day) for text in texts if text.sideways for year, day in [stamp_year(text.text)] if year}
    told = [(text, value, trust) for text in texts for value, trust in _dates(text, dated, years) if trust > 0]
    if all(trust < _YEAR_INFERRED for _, _, trust in told):
        told += [(text, *_inferred(text, dated)) for text in texts]
    for text, value, trust in told:
        if not value:
            continue
        chance = min(0.95, trust * text.chance)
        votes[value] = 1 - (1 - votes[value]) * (1 - chance)
        line = id(text.item)
        witnesses[value][line] = max(witnesses[value].get(line, 0.0), chance)
        if value not in shown or text.chance > shown[value].chance:
            shown[value] = text
    best = max(votes, key=lambda v: (votes[v], v), default="")
    if not best or votes[best] < _LEAST:
        return blank(definition, 1.0, 0.0, None, None)
    # What is read of a line in several ways counts in the choice; but these are no witnesses to one another.
    sums = {value: 1 - prod(1 - chance for chance in lines.values()) for value, lines in witnesses.items()}
    others = max((sums[v] for v in sums if v != best), default=0.0)
    source = shown[best]
    item = source.item
    sure = sums[best] * (1 - others)
    return Filled(
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


def _dates(text: _Text, dated: Sequence[date], read: Collection[tuple[int, int]]) -> Iterator[tuple[str, float]]:
    """Dates that a stamp's text may tell, each with how surely.

    dated: those written on the paper; read: years with days, as other readings of stamps have them.
    """
    value, trust, timed = stamp_date(text.text)
    # A date on the level without a time of day is as likely an entry.
    if value and trust > 0 and (timed or text.sideways):
        # Nothing is received before it is written.
        yield value, trust * (1.0 if not dated or int(value[:4]) >= dated[0].year else _YEAR_ODD)
    month, day, sure = stamp_day(text.text)
    for year in sorted({y for y, d in read if d == day}):
        with contextlib.suppress(ValueError):
            yield date(year, month, day).isoformat(), sure * _YEAR_ELSEWHERE


def _inferred(text: _Text, dated: Sequence[date]) -> tuple[str, float]:
    """The date of a stamp whose year cannot be read: soon after the dates that are written on the paper."""
    month, day, sure = stamp_day(text.text)
    received = {_next(month, day, d) for d in dated} if sure > 0 else set()
    likely = [r for r, d in product(received, dated) if r is not None and 0 <= (r - d).days <= _SOON]
    if not likely:
        return "", 0.0
    return max(sorted(set(likely)), key=likely.count).isoformat(), sure * _YEAR_INFERRED


def _next(month: int, day: int, after: date) -> date | None:
    """The first such day from a date on; None where that year has none."""
    for year in (after.year, after.year + 1):
        with contextlib.suppress(ValueError):
            found = date(year, month, day)
            if found >= after:
                return found
    return None


def _texts(stack: StackedPages) -> Iterator[_Text]:
    """Every line and every run of lines on end, in each way that it was read."""
    for item in stack.items:
        yield _Text(item.text, max(0.3, item.confidence), item, False)
    for row in _rows(stack.items):
        yield _Text(" ".join(i.text for i in row), max(0.3, min(i.confidence for i in row)), row[0], False)
    for column in _columns(stack.stamps):
        most = None if len(column) == 1 else _READINGS
        readings = [[(i.reading.text, i.reading.confidence), *i.reading.alternatives][:most] for i in column]
        for parts in product(*readings):
            chance = max(0.3, min(c for _, c in parts))
            for order in (parts, parts[::-1]) if len(parts) > 1 else (parts,):
                yield _Text(" ".join(t for t, _ in order), chance, column[0], True)


def _rows(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Neighbouring lines on one level or a little askew: a stamp's wide gaps part it, into five at the most."""
    legible = [i for i in items if any(c.isascii() and c.isalnum() for c in i.text)]
    by_x = sorted(range(len(legible)), key=lambda k: legible[k].box.x)
    starts = [legible[k].box.x for k in by_x]
    following: list[int | None] = []
    for item in legible:
        reach = by_x[slice(*(bisect_left(starts, item.box.right + gap * UNIT) for gap in (-_TOUCHING, _PART_GAP)))]
        right = (k for k in reach if legible[k].page == item.page and _is_next(item.box, legible[k].box))
        following.append(next(right, None))
    for item, after in zip(legible, following, strict=True):
        row = [item]
        while after is not None and len(row) < _PARTS:
            row.append(legible[after])
            after = following[after]
            yield list(row)


def _is_next(one: Box, other: Box) -> bool:
    """Whether a line behind another goes on from it on its level, or on one that rises or falls a little."""
    low = min(one.height, other.height)
    level = same_line(one, other, 0.4)
    return other.center[0] > one.center[0] and (level or abs(one.center[1] - other.center[1]) < _ASKEW * low)


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
