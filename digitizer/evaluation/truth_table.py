"""Truth of many documents in one table: a CSV file with a row per document and a column per field."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from digitizer.document.form import FieldDefinition, FormDefinition
from digitizer.document.truth import Truth, TruthValue
from digitizer.errors import UsageError
from digitizer.evaluation.truth import decade_of, document_stem

NAME_COLUMNS = ("file", "document", "filename")
UNKNOWN = "(unknown)"
"""In a cell: nobody keyed this value, or the print lacks the field. An empty cell says that nothing is written."""
TICKED = frozenset({"x", "1", "true", "yes", "y", "on", "checked", "ticked"})
CLEAR = frozenset({"", "0", "false", "no", "n", "off", "-"})
REMEDY = "a truth table is CSV in UTF-8: a column `file`, then a column for each field, named as in the definition"


def read_truth_table(path: Path, form: FormDefinition) -> dict[str, Truth]:
    """The truths of a form's documents by the stem of their names; columns that are no field go to Truth.more.

    A column `form` leaves out the rows of other forms.

    Raises:
        UsageError: it is no such table, a document stands in it twice, or a checkbox is neither ticked nor clear.
    """
    kinds = {f.name: f for f in form.fields}
    truths: dict[str, Truth] = {}
    for line, row in _rows(path):
        column = next((c for c in row if c.lower() in NAME_COLUMNS), None)
        if column is None:
            raise UsageError(f"{path}:1: no column `file`", REMEDY)
        if row.get("form", form.form) not in (form.form, ""):
            continue
        stem = document_stem(row[column])
        if not stem:
            raise UsageError(f"{path}:{line}: the cell under `{column}` is empty", REMEDY)
        if stem in truths:
            raise UsageError(f"{path}:{line}: a second row for {stem}", "keep one row for each document")
        values = {n: t for n, t in row.items() if n in kinds and t != UNKNOWN}
        fields = {n: _value(kinds[n], t, f"{path}:{line}") for n, t in values.items()}
        more = {n: t for n, t in row.items() if n not in kinds and n not in (column, "form")}
        truths[stem] = Truth(form.form, fields, decade=decade_of(fields), more=more)
    if not truths:
        raise UsageError(f"{path}: no row for the form '{form.form}'", REMEDY)
    return truths


def _rows(path: Path) -> Iterable[tuple[int, Mapping[str, str]]]:
    """Each row with the number of its last line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})", "check the path") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: cannot be read as UTF-8 text ({error})", REMEDY) from error
    head = text.split("\n", 1)[0]
    # Spreadsheets of half the world write semicolons, since their decimals have commas.
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        doubled = sorted({n for n in names if n and names.count(n) > 1})
        if doubled:
            raise UsageError(f"{path}:1: two columns are named {doubled[0]}", REMEDY)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(names):
                raise UsageError(f"{path}:{reader.line_num}: more cells than columns", REMEDY)
            cells += [UNKNOWN] * (len(names) - len(cells))
            yield reader.line_num, {n: c.strip() for n, c in zip(names, cells, strict=True) if n}
    except csv.Error as error:
        raise UsageError(f"{path}:{reader.line_num}: not CSV ({error})", REMEDY) from error


def _value(definition: FieldDefinition, text: str, where: str) -> TruthValue:
    if definition.kind != "checkbox":
        return TruthValue(text.replace("\\n", "\n").replace("\r\n", "\n"), unreadable=True)
    if text.lower() not in TICKED | CLEAR:
        told = f"{where}: {definition.name} is a checkbox, and '{text}' is neither ticked (x) nor clear (empty)"
        raise UsageError(told, f"write x or nothing; {UNKNOWN} where nobody looked")
    return TruthValue(text.lower() in TICKED)
