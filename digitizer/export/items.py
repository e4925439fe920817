"""What is exported, and the columns it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from digitizer.document.record import Field, Record

HEAD = ("document", "sha256", "pages", "form", "form_confidence")
ROW_HEAD = ("document", "sha256", "record", "row")
REVIEW = "to_review"
"""The last column: names of the values of the row that a person should look at."""


@dataclass(frozen=True, slots=True)
class Item:
    """A record and what else is known of its document. number: its own in the store.

    metadata: of its barcodes, and a manifest's columns, which count where both name the same. path: where its scan
    lay when it was digitized, "" unknown.
    """

    number: int
    record: Record
    metadata: Mapping[str, str] = field(default_factory=dict)
    path: str = ""


Items = Callable[[], Iterator[Item]]
"""Gives all items, from the first on each time it is called: tables need a look at all before a line is written."""


@dataclass(slots=True)
class Columns:
    """The columns that some records need, each in the order in which it first came. tables: by form and table."""

    metadata: dict[str, None] = field(default_factory=dict)
    fields: dict[str, None] = field(default_factory=dict)
    tables: dict[tuple[str, str], dict[str, None]] = field(default_factory=dict)
    footnotes: dict[str, None] = field(default_factory=dict)

    @staticmethod
    def of(items: Iterator[Item]) -> Columns:
        columns = Columns()
        for item in items:
            columns.metadata.update(dict.fromkeys(item.metadata))
            columns.fields.update(dict.fromkeys(item.record.fields))
            columns.footnotes.update(dict.fromkeys(item.record.footnotes))
            for name, rows in item.record.tables.items():
                known = columns.tables.setdefault((item.record.form, name), {})
                for row in rows:
                    known.update(dict.fromkeys(row))
        return columns

    def record_head(self) -> list[str]:
        """The names over record_row."""
        return [*HEAD, *self.metadata, *self.fields, *self.footnotes, REVIEW]

    def record_row(self, item: Item) -> list[str]:
        """One row for a record: its values, blank where the form has no such field."""
        record = item.record
        pages = " ".join(map(str, record.pages))
        start = [record.document, record.sha256, pages, record.form, f"{record.form_confidence:.4f}"]
        own = [item.metadata.get(name, "") for name in self.metadata]
        values = [tell(record.fields.get(name)) for name in self.fields]
        notes = [tell(record.footnotes.get(name)) for name in self.footnotes]
        return [*start, *own, *values, *notes, doubtful({**record.fields, **record.footnotes})]

    def table_head(self, form: str, table: str) -> list[str]:
        """The names over table_rows."""
        return [*ROW_HEAD, *self.tables[form, table], REVIEW]

    def table_rows(self, item: Item, table: str) -> Iterator[list[str]]:
        """The rows of one table of a record, counted from 1; record: its number in the store."""
        record = item.record
        for k, row in enumerate(record.tables.get(table, ()), 1):
            start = [record.document, record.sha256, str(item.number), str(k)]
            values = [tell(row.get(name)) for name in self.tables[record.form, table]]
            yield [*start, *values, doubtful(row)]


def tell(value: Field | None) -> str:
    """A value as text: checkboxes true or false."""
    if value is None:
        return ""
    return str(value.value).lower() if isinstance(value.value, bool) else value.value


def doubtful(fields: Mapping[str, Field]) -> str:
    """The names of those that a person should look at."""
    return " ".join(name for name, value in fields.items() if value.status == "review")
