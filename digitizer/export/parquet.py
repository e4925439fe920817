"""Parquet: a folder with a file per form and one for each of its tables, typed columns, and a data dictionary."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from digitizer.document.form import FormDefinition
from digitizer.document.record import Field
from digitizer.errors import MissingComponentError
from digitizer.export.items import HEAD, REVIEW, ROW_HEAD, Columns, Item, Items, doubtful
from digitizer.export.place import replacing
from digitizer.export.typed import DECIMALS, DIGITS, Typed, TypedColumn, columns_of, typed

DICTIONARY = "dictionary.csv"
NOTES = "footnotes"
UNTYPED = "untyped"
"""The column of what does not fit its type, as name=value."""
_CHUNK = 10_000
_TEXT = "text"
_NOTE_COLUMNS = ("footnote", "text", "cited_by")


def write_parquet(items: Items, out: Path, forms: Mapping[str, FormDefinition]) -> int:
    """Writes the folder; returns how many records it has.

    Raises:
        MissingComponentError: pyarrow is not installed. OSError: it cannot be written.
    """
    columns = Columns.of(items())
    ids = dict.fromkeys(item.record.form for item in items())
    count, told = 0, []
    for form in ids:
        names = dict.fromkeys(n for i in items() if i.record.form == form for n in i.record.fields)
        asked = columns_of(forms.get(form), "", names)
        told += _write(out, form, HEAD, asked, (_record_row(i, asked) for i in items() if i.record.form == form))
        for of_form, table in columns.tables:
            if of_form == form:
                held = columns_of(forms.get(form), table, columns.tables[form, table])
                rows = (r for i in items() if i.record.form == form for r in _table_rows(i, table, held))
                told += _write(out, f"{form}.{table}", ROW_HEAD, held, rows)
    notes = [TypedColumn(n, _TEXT, _TEXT) for n in _NOTE_COLUMNS]
    told += _write(out, NOTES, ROW_HEAD[:3], notes, (r for i in items() for r in _note_rows(i)))
    count = sum(1 for _ in items())
    with replacing(out / DICTIONARY) as path, path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "column", "type", "kind", "printed"))
        writer.writerows(told)
    return count


Row = tuple[Sequence[str], Sequence[Typed], str, str]
"""The head's texts, the columns' values, names of what to review, and what does not fit."""


def _record_row(item: Item, columns: Sequence[TypedColumn]) -> Row:
    record = item.record
    pages = " ".join(map(str, record.pages))
    head = (record.document, record.sha256, pages, record.form, f"{record.form_confidence:.4f}")
    return (head, *_values(record.fields, columns))


def _table_rows(item: Item, table: str, columns: Sequence[TypedColumn]) -> Iterator[Row]:
    record = item.record
    for k, row in enumerate(record.tables.get(table, ()), 1):
        yield ((record.document, record.sha256, str(item.number), str(k)), *_values(row, columns))


def _note_rows(item: Item) -> Iterator[Row]:
    """A row for each note, with the names of the values that its marker stands beside."""
    record = item.record
    fields = list(record.fields.items())
    for table, rows in record.tables.items():
        fields += [(f"{table}[{k}].{name}", f) for k, row in enumerate(rows, 1) for name, f in row.items()]
    for note, field in record.footnotes.items():
        cited = " ".join(name for name, f in fields if note in f.footnotes)
        values = (note, str(field.value), cited)
        yield (record.document, record.sha256, str(item.number)), values, doubtful({note: field}), ""


def _values(fields: Mapping[str, Field], columns: Sequence[TypedColumn]) -> tuple[list[Typed], str, str]:
    values = [typed(column, fields.get(column.name)) for column in columns]
    strange = [f"{c.name}={fields[c.name].value}" for c, (_, fits) in zip(columns, values, strict=True) if not fits]
    return [value for value, _ in values], doubtful(fields), "; ".join(strange)


def _write(
    out: Path, name: str, head: Sequence[str], columns: Sequence[TypedColumn], rows: Iterator[Row]
) -> list[tuple[str, str, str, str, str]]:
    """Writes one file, some thousand rows at a time; returns its lines of the dictionary."""
    arrow, parquet = _load()
    types = {
        "text": arrow.string(),
        "date": arrow.date32(),
        "boolean": arrow.bool_(),
        "decimal": arrow.decimal128(DIGITS, DECIMALS),
    }
    file = re.sub(r"[^\w.-]", "_", name) + ".parquet"
    texts = [(n, arrow.string()) for n in head]
    schema = arrow.schema(
        [*texts, *((c.name, types[c.type]) for c in columns), (REVIEW, arrow.string()), (UNTYPED, arrow.string())]
    )
    with replacing(out / file) as path, parquet.ParquetWriter(path, schema) as writer:
        lot: list[list[Any]] = []
        for start, values, review, strange in rows:
            lot.append([*start, *values, review, strange])
            if len(lot) == _CHUNK:
                writer.write_table(_table(arrow, lot, schema))
                lot = []
        writer.write_table(_table(arrow, lot, schema))
    return [(file, c.name, c.type, c.kind, " | ".join(c.labels)) for c in columns]


def _table(arrow: Any, rows: Sequence[Sequence[Any]], schema: Any) -> Any:
    arrays = [arrow.array([row[k] for row in rows], type=field.type) for k, field in enumerate(schema)]
    return arrow.Table.from_arrays(arrays, schema=schema)


def _load() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingComponentError(
            "pyarrow is not installed, which writes parquet", "pip install 'digitizer[parquet]'"
        ) from error
    return pyarrow, pyarrow.parquet
