"""The report of a run: every scan with its values drawn on it, in one page that a browser opens without a network."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from digitizer.document.geometry import Box
from digitizer.document.record import OTHER, Field, Problem, Record
from digitizer.evaluation.pages import render, write_page
from digitizer.evaluation.pictures import Scans, page_uri
from digitizer.settings import Settings

MAX_DOCUMENTS = 50
MAX_PAGES = 80
MAX_PROBLEMS = 200

Band = Literal["sure", "look", "doubt"]
_SIGNS: Mapping[Band, str] = {"sure": "✓", "look": "?", "doubt": "!"}
_PERSON = {"corrected": "corrected by a person", "confirmed": "confirmed by a person"}


@dataclass(frozen=True, slots=True)
class ValueView:
    """A value as the page shows it. id ties it to its box, "" where it has none."""

    id: str
    name: str
    label: str
    shown: str
    read: str
    blank: bool
    band: Band
    confidence: float
    told: str
    notes: tuple[str, ...]
    page: int | None
    box: Box | None

    @property
    def sign(self) -> str:
        return _SIGNS[self.band]

    @property
    def short(self) -> bool:
        """Whether it should stay on one line in a table."""
        return len(self.shown) <= 12


@dataclass(frozen=True, slots=True)
class TableView:
    """columns: those with anything in them; blank: labels of the others. Rows hold None where a key is absent."""

    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[ValueView | None, ...], ...]
    blank: tuple[str, ...]
    values: tuple[ValueView, ...]


@dataclass(frozen=True, slots=True)
class PageView:
    """uri: the picture, "" where there is none, and then gone says why. Sizes and boxes in pixels of the scan."""

    number: int
    uri: str
    width: int
    height: int
    boxes: tuple[ValueView, ...]
    gone: str = ""

    @property
    def air(self) -> int:
        """Pixels between a value and the frame drawn around it, so that the frame does not strike it out."""
        return self.width // 400


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One record. total and review count the values that are not blank or are doubtful, in fields, rows and notes."""

    name: str
    form: str
    form_title: str
    form_share: float | None
    pages_told: str
    total: int
    review: int
    fields: tuple[ValueView, ...]
    tables: tuple[TableView, ...]
    footnotes: tuple[ValueView, ...]
    problems: tuple[Problem, ...]
    pages: tuple[PageView, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """Over the whole run, shown or not. records: forms found, other: those that are no known form."""

    documents: int
    records: int
    accepted: int
    review: int
    other: int

    @property
    def fields(self) -> int:
        return self.accepted + self.review


def write_report(
    records: Sequence[Record],
    scans: Mapping[str, Path],
    path: Path,
    settings: Settings,
    problems: Sequence[Problem] = (),
    titles: Mapping[str, str] | None = None,
    totals: Totals | None = None,
) -> None:
    """Writes the report of a run.

    scans: document name, or SHA-256 of its bytes, to the file; a file that is gone leaves its picture out.
    problems: those of the run; a record's own are shown with it. titles: of the forms, by their ids.
    totals: of the whole run, where `records` are only the first of it. At most MAX_DOCUMENTS records are shown.

    Raises:
        OSError: it cannot be written there.
    """
    shown = _within_bounds(records)
    source = Scans(scans, settings)
    views = [_view(index, record, source, titles or {}) for index, record in enumerate(shown, start=1)]
    versions = records[0].versions if records else {}
    whole = totals or add_up(records)
    html = render(
        "report.html.j2",
        script="report.js",
        title="What the scans say",
        totals=whole,
        documents=views,
        left=whole.records - len(shown),
        problems=list(problems[:MAX_PROBLEMS]),
        problems_left=max(0, len(problems) - MAX_PROBLEMS),
        made_by=", ".join(f"{name} {version}" for name, version in versions.items()),
    )
    write_page(path, html)


def humanise(name: str) -> str:
    """`rptOwnerZipCode` as `Rpt owner zip code`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[a-z])(?=\d+$)|_", " ", name)
    words = " ".join(word if word.isupper() else word.lower() for word in words.split())
    return words[:1].upper() + words[1:]


def _within_bounds(records: Sequence[Record]) -> list[Record]:
    """As many of the first records as a browser can bear; always at least one."""
    shown: list[Record] = []
    pages = 0
    for record in records[:MAX_DOCUMENTS]:
        pages += len(record.pages)
        if shown and pages > MAX_PAGES:
            break
        shown.append(record)
    return shown


def _all_fields(record: Record) -> Iterable[Field]:
    yield from record.fields.values()
    for rows in record.tables.values():
        for row in rows:
            yield from row.values()
    yield from record.footnotes.values()


def _band(field: Field) -> Band:
    """Accepted or not is the calibrated decision; below one half a value is more likely wrong than right."""
    if field.status != "review":
        return "sure"
    return "look" if field.confidence >= 0.5 else "doubt"


def add_up(records: Sequence[Record]) -> Totals:
    """The totals of these records."""
    fields = [field for record in records for field in _all_fields(record)]
    review = sum(field.status == "review" for field in fields)
    return Totals(
        documents=len({(record.document, record.sha256) for record in records}),
        records=len(records),
        accepted=len(fields) - review,
        review=review,
        other=sum(record.form == OTHER for record in records),
    )


def _view(index: int, record: Record, source: Scans, titles: Mapping[str, str]) -> DocumentView:
    def value(key: str, name: str, field: Field) -> ValueView:
        return _value(f"{index}-{key}" if field.box and field.page else "", name, field)

    fields = tuple(value(name, name, field) for name, field in record.fields.items())
    footnotes = tuple(value(f"note-{name}", name, field) for name, field in record.footnotes.items())
    tables = tuple(
        _table(
            name,
            [
                {column: value(f"{name}-{at}-{column}", column, field) for column, field in row.items()}
                for at, row in enumerate(rows)
            ],
        )
        for name, rows in record.tables.items()
    )
    drawn = [*fields, *(v for table in tables for v in table.values), *footnotes]
    every = list(_all_fields(record))
    return DocumentView(
        name=record.document,
        form=record.form,
        form_title="No known form" if record.form == OTHER else titles.get(record.form, record.form),
        form_share=None if record.form == OTHER else record.form_confidence,
        pages_told=_pages_told(record.pages),
        total=len(every),
        review=sum(field.status == "review" for field in every),
        fields=fields,
        tables=tables,
        footnotes=footnotes,
        problems=record.problems,
        pages=tuple(_page(record, number, drawn, source) for number in record.pages),
    )


def _pages_told(pages: Sequence[int]) -> str:
    if len(pages) == 1:
        return f"page {pages[0]}"
    return f"pages {pages[0]} to {pages[-1]}" if pages else ""


def _value(key: str, name: str, field: Field) -> ValueView:
    if isinstance(field.value, bool):
        shown, blank = ("☒ yes" if field.value else "☐ no"), not field.value
    else:
        shown, blank = (field.value or "(blank)"), not field.value
    band = _band(field)
    what = _PERSON.get(field.status, "accepted" if band == "sure" else "look at it")
    return ValueView(
        id=key,
        name=name,
        label=humanise(name),
        shown=shown,
        read=field.text if field.text != field.value else "",
        blank=blank,
        band=band,
        confidence=field.confidence,
        told=f"{100 * field.confidence:.1f}% sure, {what}",
        notes=field.footnotes,
        page=field.page,
        box=field.box,
    )


def _table(name: str, rows: Sequence[Mapping[str, ValueView]]) -> TableView:
    """Columns that are blank in every row, surely so and without footnotes, only take up room."""
    names = list(dict.fromkeys(column for row in rows for column in row))
    blank = {
        column
        for column in names
        if all(
            row[column].blank and row[column].band == "sure" and not row[column].notes for row in rows if column in row
        )
    }
    columns = [column for column in names if column not in blank]
    return TableView(
        label=humanise(name),
        columns=tuple(humanise(column) for column in columns),
        rows=tuple(tuple(row.get(column) for column in columns) for row in rows),
        blank=tuple(humanise(column) for column in names if column in blank),
        values=tuple(value for row in rows for value in row.values()),
    )


def _page(record: Record, number: int, drawn: Sequence[ValueView], source: Scans) -> PageView:
    page = source.page(record.document, record.sha256, number)
    if page is None:
        gone = f"The scan {record.document} is not where it was, or can no longer be read."
        return PageView(number, "", 0, 0, (), gone)
    boxes = [value for value in drawn if value.id and value.page == number and value.box]
    # Large boxes first: of boxes one in another the inner one must be on top to be pointed at.
    boxes.sort(key=lambda value: value.box.area if value.box else 0, reverse=True)
    return PageView(number, page_uri(page), *page.size, tuple(boxes))
