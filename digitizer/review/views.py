"""What the screens show: a document with its tables, contact sheets of values read alike, and how far everything is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from digitizer.document.record import Problem, Record
from digitizer.fields.checks import check_rules
from digitizer.review import strings
from digitizer.review.app_state import AppState
from digitizer.review.items import Item, items_of
from digitizer.review.learning import Learning, learnings
from digitizer.review.meanings import spaced
from digitizer.store import documents, questions, status
from digitizer.store.passes import Score, scores
from digitizer.store.questions import Alike, alike, alike_to
from digitizer.store.records import places, records_of
from digitizer.store.rows import PastRowChange, arrangement, row_history, table_key
from digitizer.store.status import Pace, Progress, batches, progress


@dataclass(frozen=True, slots=True)
class Group:
    """Values that read the same. shown: the reading as people say it."""

    alike: Alike
    title: str
    label: str
    group: str
    shown: str


def groups(app_state: AppState, connection: Connection) -> list[Group]:
    """All that can be looked at in sheets, the largest first."""
    return [_group(app_state, one) for one in alike(connection, app_state.meanings.closed())]


def named(app_state: AppState, connection: Connection, form: str, table: str, name: str, value: str) -> Group | None:
    """The group of that field and reading; None where there is none, or no vocabulary to it."""
    closed = (form, table, name) in app_state.meanings.closed()
    found = alike_to(connection, form, table, name, value) if closed else []
    return _group(app_state, found[0]) if found else None


def _group(app_state: AppState, one: Alike) -> Group:
    meaning = app_state.meanings.of(one.form, one.table, one.name, "cell" if one.table else "field", one.checkbox)
    shown = one.value or strings.SCREEN["blank"]
    if one.checkbox:
        shown = strings.SCREEN["yes" if one.value == "true" else "no"]
    return Group(one, app_state.meanings.title(one.form), meaning.label, meaning.group, shown)


STATUSES = ("accepted", "confirmed", "corrected", "review")


@dataclass(frozen=True, slots=True)
class FormShare:
    """How the values of a form stand."""

    form: str
    title: str
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def share(self, status: str) -> float:
        """Per cent of the values that stand so."""
        return 100 * self.counts.get(status, 0) / self.total if self.total else 0.0

    @property
    def wrong(self) -> float | None:
        """Per cent of what people looked at that was not right; None where nobody has."""
        seen = self.counts.get("confirmed", 0) + self.counts.get("corrected", 0)
        return 100 * self.counts.get("corrected", 0) / seen if seen else None


@dataclass(frozen=True, slots=True)
class Overview:
    """What the dashboard shows. all: over all forms; learned: by form, of those whose models tell."""

    batches: tuple[Progress, ...]
    all: FormShare
    forms: tuple[FormShare, ...]
    paces: tuple[Pace, ...]
    learned: tuple[tuple[FormShare, Learning], ...]
    scores: tuple[Score, ...]


def overview(app_state: AppState, connection: Connection) -> Overview:
    """The store as it is now."""
    by_form = status.counts_by_status(connection)
    total = {status: sum(counts.get(status, 0) for counts in by_form.values()) for status in STATUSES}
    shares = {form: FormShare(form, app_state.meanings.title(form), counts) for form, counts in sorted(by_form.items())}
    learned = learnings(app_state.models, shares)
    return Overview(
        batches=tuple(progress(connection, number) for number, _ in batches(connection)),
        all=FormShare("", "", total),
        forms=tuple(shares.values()),
        paces=tuple(status.paces(connection)),
        scores=tuple(scores(connection)),
        learned=tuple((shares[form], told) for form, told in learned.items()),
    )


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name and what people call it."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. rows: number and a value or None under each column; version: how often its rows were changed.

    said: what people did to its rows, the latest first.
    """

    record: int
    name: str
    label: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[int, tuple[Item | None, ...]], ...]
    version: int
    said: tuple[PastRowChange, ...]


@dataclass(frozen=True, slots=True)
class RecordView:
    """A form found. broken: what of its rules does not hold, as the values are now."""

    record: int
    form: str
    title: str
    confidence: float
    fields: tuple[Item, ...]
    grids: tuple[Grid, ...]
    footnotes: tuple[Item, ...]
    broken: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document. pages: how many; problems: of the document and its pages."""

    document: int
    name: str
    pages: int
    state: str
    doubts: int
    records: tuple[RecordView, ...]
    items: tuple[Item, ...]


def view(app_state: AppState, connection: Connection, document: int) -> DocumentView | None:
    """What the screen of a document shows; None where there is no such document."""
    head = documents.document_head(connection, document)
    if head is None:
        return None
    name, _, pages, state = head
    items = items_of(app_state, connection, questions.values_of(connection, document))
    records = records_of(connection, document)
    by: dict[int, list[Item]] = {}
    for item in items:
        by.setdefault(item.record, []).append(item)
    filled = zip(with_values(records), by.values(), strict=True)
    shown = [_record(app_state, connection, record, found) for record, found in filled]
    doubts = sum(item.status == "review" for item in items)
    return DocumentView(document, name, pages, state, doubts, tuple(shown), tuple(items))


def with_values(records: Sequence[Record]) -> list[Record]:
    """The records with any value: a page that is no known form has none, and nothing to show."""
    return [record for record in records if next(places(record), None) is not None]


def broken_rules(app_state: AppState, record: Record) -> list[Problem]:
    """What of the form's rules does not hold for the values as they are now."""
    form = app_state.meanings.definitions.get(record.form)
    return check_rules(form, record.fields, record.tables) if form else []


def _record(app_state: AppState, connection: Connection, record: Record, items: Sequence[Item]) -> RecordView:
    definition = app_state.meanings.definitions.get(record.form)
    tables = dict.fromkeys([*record.tables, *(table.name for table in (definition.tables if definition else ()))])
    return RecordView(
        record=items[0].record,
        form=record.form,
        title=app_state.meanings.title(record.form),
        confidence=record.form_confidence,
        fields=tuple(item for item in items if item.part == "field"),
        grids=tuple(_grid(connection, items[0].record, name, items) for name in tables),
        footnotes=tuple(item for item in items if item.part == "footnote"),
        broken=tuple(broken_rules(app_state, record)),
    )


def _grid(connection: Connection, record: int, name: str, every: Sequence[Item]) -> Grid:
    items = [item for item in every if item.part == "cell" and item.table == name]
    key = table_key(connection, record, name)
    assert key is not None
    arranged = arrangement(connection, key)
    said = tuple(reversed(row_history(connection, key))) if arranged.version else ()
    # A column in which nothing stands anywhere would only make the others narrow, unless a person should look at it.
    added = max((n for n in arranged.rows), default=-1) >= arranged.read
    used = {i.key for i in items if added or i.value not in ("", False) or i.status == "review"}
    labels = {item.key: item.label for item in items if item.key in used}
    cells = {(item.row, item.key): item for item in items}
    return Grid(
        record=record,
        name=name,
        label=spaced(name),
        columns=tuple(Column(key, label) for key, label in labels.items()),
        rows=tuple((row, tuple(cells.get((row, key)) for key in labels)) for row in arranged.rows),
        version=arranged.version,
        said=said,
    )
