"""What another model would change: the records of two runs held against each other, value by value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from digitizer.document.record import OTHER, Field, Record, Row
from digitizer.document.truth import TruthValue
from digitizer.evaluation.compare import match_rows

Was = Literal["person", "accepted", "review"]
"""What a changed value was before: by a person, accepted unseen, or waiting for a person."""
BY_PERSON = ("corrected", "confirmed")


@dataclass(frozen=True, slots=True)
class Change:
    """A value that comes out otherwise. name: field, or table.column; row: as people count, 0 outside tables.

    before, after: None where there is no such row, footnote or record on that side.
    """

    document: str
    sha256: str
    form: str
    name: str
    row: int
    before: Field | None
    after: Field | None

    @property
    def was(self) -> Was:
        if self.before is None:
            return "review"
        return "person" if self.before.status in BY_PERSON else "accepted" if _accepted(self.before) else "review"


@dataclass(frozen=True, slots=True)
class Tally:
    """Of a form: values on both sides; of the corrected ones those that come out now as the person said.

    released: waited for a person, accepted now, unchanged; withdrawn: the other way round.
    """

    values: int
    corrected: int
    as_said: int
    released: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class Diff:
    """changes: in the order of documents; tallies: by form. alone: documents that only one side has."""

    changes: tuple[Change, ...]
    tallies: Mapping[str, Tally]
    documents: int
    alone: tuple[str, ...]


def diff(before: Sequence[Record], after: Sequence[Record]) -> Diff:
    """Both sides' records, tied by the SHA-256 of their documents."""
    left, right = _by_document(before), _by_document(after)
    changes: list[Change] = []
    counts: dict[str, Counter[str]] = {}
    for sha256 in left:
        for old, new in _pairs(left[sha256], right.get(sha256, [])) if sha256 in right else ():
            form = (old or new or left[sha256][0]).form
            for change in _changes(old, new):
                if not _same(change.before, change.after):
                    changes.append(change)
                _count(counts.setdefault(form, Counter()), change.before, change.after)
    one_sided = [
        records[0].document for sha256, records in {**right, **left}.items() if (sha256 in left) ^ (sha256 in right)
    ]
    tallies = {
        form: Tally(c["values"], c["corrected"], c["as said"], c["released"], c["withdrawn"])
        for form, c in sorted(counts.items())
    }
    return Diff(tuple(changes), tallies, len(left.keys() & right.keys()), tuple(sorted(one_sided)))


def _by_document(records: Sequence[Record]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(record.sha256, []).append(record)
    return found


def _pairs(before: Sequence[Record], after: Sequence[Record]) -> Iterator[tuple[Record | None, Record | None]]:
    """Records that are the same form of a document: those on the most pages in common, one of each side."""
    left = [record for record in after if record.form != OTHER]
    for old in before:
        if old.form == OTHER:
            continue
        alike = [new for new in left if new.form == old.form]
        new = max(alike, key=lambda one: len({*one.pages} & {*old.pages}), default=None)
        if new is not None:
            left.remove(new)
        yield old, new
    yield from ((None, new) for new in left)


def _changes(old: Record | None, new: Record | None) -> Iterator[Change]:
    """Every value of either side with its like on the other."""
    head = old or new
    assert head is not None

    def change(name: str, row: int, before: Field | None, after: Field | None) -> Change:
        return Change(head.document, head.sha256, head.form, name, row, before, after)

    for name, before, after in _beside(old.fields if old else {}, new.fields if new else {}):
        yield change(name, 0, before, after)
    tables = dict.fromkeys([*(old.tables if old else ()), *(new.tables if new else ())])
    for table in tables:
        here = old.tables.get(table, ()) if old else ()
        there = new.tables.get(table, ()) if new else ()
        for number, one, other in _rows(here, there):
            for column, before, after in _beside(one, other):
                yield change(f"{table}.{column}", number + 1, before, after)
    for name, before, after in _beside(old.footnotes if old else {}, new.footnotes if new else {}):
        yield change(f"footnote {name}", 0, before, after)


def _rows(here: Sequence[Row], there: Sequence[Row]) -> Iterator[tuple[int, Row, Row]]:
    """Rows that are the same one, with the number of the older, or of the newer where only that is."""
    pairs = match_rows([{c: TruthValue(f.value) for c, f in row.items()} for row in here], there)
    for k, row in enumerate(here):
        yield k, row, there[pairs[k]] if k in pairs else {}
    for k in sorted({*range(len(there))} - {*pairs.values()}):
        yield k, {}, there[k]


def _beside(before: Row, after: Row) -> Iterator[tuple[str, Field | None, Field | None]]:
    for name in dict.fromkeys([*before, *after]):
        yield name, before.get(name), after.get(name)


def _same(before: Field | None, after: Field | None) -> bool:
    """Whether both say the same; nothing is the same as blank."""
    values = ["" if f is None or f.value is False else f.value for f in (before, after)]
    return values[0] == values[1]


def _accepted(field: Field | None) -> bool:
    return field is not None and field.status == "accepted"


def _count(counts: Counter[str], before: Field | None, after: Field | None) -> None:
    counts["values"] += before is not None and after is not None
    if before is None or after is None:
        return
    if before.status == "corrected":
        counts["corrected"] += 1
        counts["as said"] += _same(before, after)
    if _same(before, after):
        counts["released"] += before.status == "review" and _accepted(after)
        counts["withdrawn"] += _accepted(before) and after.status == "review"
