"""One record against its truth, value by value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from rapidfuzz.distance import Levenshtein
from scipy.optimize import linear_sum_assignment

from digitizer.document.record import OTHER, Field, Record, Row, Value
from digitizer.document.truth import Truth, TruthRow, TruthValue, edits, even, same

Group = Literal["value", "blank", "checkbox", "extra"]
Kinds = Callable[[str], str]
"""Name of a field (`issuerName`, `nonDerivative.securityTitle`) to its kind, "" where it is not known."""

_LEAST_ALIKE = 0.25
"""Rows less alike than this are not the same row: one was missed and another made up."""
_PLAIN = str.maketrans("‘’‚‛′`“”„‟″«»‐‑‒–—―−", "'" * 6 + '"' * 7 + "-" * 7)  # noqa: RUF001 (they are meant)
"""Quotes and dashes that a scan hardly tells apart, each to the plain one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One scored value.

    name: field, or table.column. row: of the truth counted from 0, None outside tables (and for extra rows).
    group: value (something is written), blank, checkbox, or extra (a filled cell of a row that does not exist).
    field: what was read; None where the record has no such key. distance, length: character edits, and
    characters of the truth; both 0 for checkboxes and extras.
    """

    document: str
    form: str
    name: str
    kind: str
    group: Group
    row: int | None
    truth: Value
    field: Field | None
    right: bool
    distance: int
    length: int
    hand: bool | None = None
    decade: str = ""
    revision: str = ""


@dataclass(frozen=True, slots=True)
class RowsOutcome:
    """How a table's rows came out. right: rows of the truth with every cell right; missed; extra."""

    table: str
    expected: int
    right: int
    missed: int
    extra: int


Link = tuple[str, int, str, str]
"""Table, row of the truth counted from 0 (extra rows: -1, -2, …), column, footnote."""


@dataclass(frozen=True, slots=True)
class NoteOutcome:
    """A footnote's text. field: as read, None where there is none of that name.

    whole: nothing is missing and nothing added, kinds of white space, quotes and dashes apart.
    """

    document: str
    name: str
    truth: str
    field: Field | None
    right: bool
    whole: bool
    distance: int
    length: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A record (None: nothing came out) against the truth of its document."""

    document: str
    sha256: str
    form: str
    found_form: str
    outcomes: tuple[Outcome, ...]
    rows: tuple[RowsOutcome, ...]
    true_links: frozenset[Link]
    found_links: frozenset[Link]
    notes: tuple[NoteOutcome, ...]
    extra_notes: int
    extra_records: int

    @property
    def missing(self) -> bool:
        """Whether no record of a known form came out."""
        return self.found_form in ("", OTHER)

    @property
    def values_right(self) -> bool:
        """Whether every field and every row is right."""
        return all(o.right for o in self.outcomes) and not any(r.missed or r.extra for r in self.rows)

    @property
    def flawless(self) -> bool:
        """Whether nothing at all is wrong: form, values, footnotes, links; no row, note or form too many."""
        return (
            self.form == self.found_form
            and self.values_right
            and self.true_links == self.found_links
            and all(n.right for n in self.notes)
            and not self.extra_notes
            and not self.extra_records
        )


def compare(document: str, records: Sequence[Record], truth: Truth, kind_of: Kinds = lambda _: "") -> Comparison:
    """Scores what came out of one document against its truth; of several forms in it the one that fits counts."""
    record = _choose(records, truth)
    outcomes = list(_field_outcomes(document, record, truth, kind_of))
    rows: list[RowsOutcome] = []
    true_links: set[Link] = set()
    found_links: set[Link] = set()
    for table, true_rows in truth.tables.items():
        found = record.tables.get(table, ()) if record else ()
        pairs = match_rows(true_rows, found)
        cells = list(_cell_outcomes(document, truth, table, found, pairs, kind_of))
        outcomes += cells
        rows.append(_rows_outcome(table, true_rows, found, pairs, cells))
        true_links |= {
            (table, index, column, note)
            for index, row in enumerate(true_rows)
            for column, cell in row.items()
            for note in cell.footnotes or ()
        }
        found_links |= set(_found_links(table, true_rows, found, pairs))
    notes = tuple(_note_outcomes(document, record, truth))
    known = [r for r in records if r.form != OTHER]
    return Comparison(
        document=document,
        sha256=record.sha256 if record else "",
        form=truth.form,
        found_form=record.form if record else "",
        outcomes=tuple(replace(o, revision=record.revision if record else "") for o in outcomes),
        rows=tuple(rows),
        true_links=frozenset(true_links),
        found_links=frozenset(found_links),
        notes=notes,
        extra_notes=len(set(record.footnotes) - set(truth.footnotes)) if record and truth.footnotes is not None else 0,
        extra_records=max(0, len(known) - 1),
    )


def plain(text: str) -> str:
    """The text with any white space as one space, and one kind of quotes and of dashes."""
    return even(text.translate(_PLAIN).replace("''", '"'))


def match_rows(true_rows: Sequence[TruthRow], found: Sequence[Row]) -> dict[int, int]:
    """Which row of the truth is which row found, so that a missed or an extra row does not shift all others."""
    if not true_rows or not found:
        return {}
    alike = np.array([[_alike(row, other) for other in found] for row in true_rows])
    # Of rows equally alike the one at the same place from the top counts, else from the bottom.
    place = np.abs(np.subtract.outer(np.arange(len(true_rows)), np.arange(len(found))))
    left, right = linear_sum_assignment(alike - 1e-4 * place, maximize=True)
    return {int(i): int(j) for i, j in zip(left, right, strict=True) if alike[i, j] >= _LEAST_ALIKE}


def _alike(truth: TruthRow, found: Row) -> float:
    """How alike two rows are, 0 to 1, over the cells in which either has anything."""
    scores = []
    for column, cell in truth.items():
        other = found[column].value if column in found else ""
        if cell.value == "" and other == "":
            continue
        if isinstance(cell.value, bool) or isinstance(other, bool):
            scores.append(float(cell.value == other))
        else:
            scores.append(Levenshtein.normalized_similarity(even(other), even(cell.value)))
    return sum(scores) / len(scores) if scores else 1.0


def _choose(records: Sequence[Record], truth: Truth) -> Record | None:
    """Of a document's records the one of the right form with the most pages, else of any form, else none."""
    ranked = sorted(records, key=lambda r: (r.form == truth.form, r.form != OTHER, len(r.pages)), reverse=True)
    return ranked[0] if ranked else None


def _outcome(
    document: str, truth: Truth, name: str, kind: str, row: int | None, true: TruthValue, field: Field | None
) -> Outcome:
    group: Group = "checkbox" if isinstance(true.value, bool) else "value" if even(true.value) else "blank"
    distance = length = 0
    if isinstance(true.value, str):
        found = field.value if field and isinstance(field.value, str) else ""
        distance, length = edits(found, true.value, true.unreadable), len(even(true.value))
    return Outcome(
        document=document,
        form=truth.form,
        name=name,
        kind=kind or ("checkbox" if group == "checkbox" else "text"),
        group=group,
        row=row,
        truth=true.value,
        field=field,
        right=same(field.value if field else None, true),
        distance=distance,
        length=length,
        hand=true.hand,
        decade=truth.decade,
    )


def _field_outcomes(document: str, record: Record | None, truth: Truth, kind_of: Kinds) -> Iterator[Outcome]:
    for name, true in truth.fields.items():
        yield _outcome(document, truth, name, kind_of(name), None, true, record.fields.get(name) if record else None)


def _cell_outcomes(
    document: str, truth: Truth, table: str, found: Sequence[Row], pairs: Mapping[int, int], kind_of: Kinds
) -> Iterator[Outcome]:
    for index, row in enumerate(truth.tables[table]):
        other = found[pairs[index]] if index in pairs else {}
        for column, true in row.items():
            name = f"{table}.{column}"
            yield _outcome(document, truth, name, kind_of(name), index, true, other.get(column))
    for index in sorted(set(range(len(found))) - set(pairs.values())):
        for column, field in found[index].items():
            if field.value:
                name = f"{table}.{column}"
                blank = TruthValue("")
                extra = _outcome(document, truth, name, kind_of(name), None, blank, field)
                yield replace(extra, group="extra", right=False, distance=0, length=0)


def _rows_outcome(
    table: str,
    true_rows: Sequence[TruthRow],
    found: Sequence[Row],
    pairs: Mapping[int, int],
    cells: Sequence[Outcome],
) -> RowsOutcome:
    wrong = {cell.row for cell in cells if not cell.right}
    return RowsOutcome(
        table=table,
        expected=len(true_rows),
        right=sum(index in pairs and index not in wrong for index in range(len(true_rows))),
        missed=len(true_rows) - len(pairs),
        extra=len(found) - len(pairs),
    )


def _found_links(
    table: str, true_rows: Sequence[TruthRow], found: Sequence[Row], pairs: Mapping[int, int]
) -> Iterator[Link]:
    back = {other: index for index, other in pairs.items()}
    for position, row in enumerate(found):
        index = back.get(position, -1 - position)
        for column, field in row.items():
            # Where the truth has the row but says nothing of a column, its links cannot be judged.
            if index >= 0 and (column not in true_rows[index] or true_rows[index][column].footnotes is None):
                continue
            for note in field.footnotes:
                yield table, index, column, note


def _note_outcomes(document: str, record: Record | None, truth: Truth) -> Iterator[NoteOutcome]:
    for name, text in (truth.footnotes or {}).items():
        field = record.footnotes.get(name) if record else None
        found = str(field.value) if field else ""
        distance = edits(found, text)
        yield NoteOutcome(
            document,
            name,
            text,
            field,
            right=field is not None and distance == 0,
            whole=field is not None and plain(found) == plain(text),
            distance=distance,
            length=len(even(text)),
        )
