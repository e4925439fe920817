"""Truth: what careful people keyed from a document, read from JSON files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from digitizer.document.record import Value
from digitizer.document.truth import Truth, TruthRow, TruthValue
from digitizer.errors import UsageError

OWNERS_TABLE = "reportingOwners"


def read_truth(path: Path) -> Truth:
    """Reads one truth file.

    Raises:
        UsageError: it is no JSON, or not of a known shape.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return make_truth(data)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{path}: not a truth file ({type(error).__name__}: {error})",
            'a truth file is JSON: {"form": ID, "fields": {NAME: value}, "tables": {NAME: [{COLUMN: value}]}}',
        ) from error


def load_truths(path: Path) -> dict[str, Truth]:
    """Reads every *.json under a folder, or one file, by the stem of the document that it belongs to.

    Raises:
        UsageError: there is no such folder, no truth in it, or a file of another shape.
    """
    paths = [path] if path.is_file() else sorted(path.rglob("*.json"))
    truths: dict[str, Truth] = {}
    for file in paths:
        stem = document_stem(file.name)
        if stem in truths:
            raise UsageError(f"{file}: a second truth for {stem}", "keep one truth file for each document")
        truths[stem] = read_truth(file)
    if not truths:
        raise UsageError(f"{path}: no truth files", "name a folder with a NAME.json for each document")
    return truths


def document_stem(name: str) -> str:
    """The name by which scans, records and truth files are matched: `a/x.pdf`, `x.json`, `x.truth.json` are all x."""
    return Path(name).stem.removesuffix(".truth")


def make_truth(data: Mapping[str, Any]) -> Truth:
    """The truth that a truth file's data tell.

    Raises:
        KeyError, TypeError, AttributeError: they are of another shape.
    """
    fields = {name: _value(value) for name, value in data["fields"].items()}
    tables = {name: tuple(_row(row) for row in rows) for name, rows in data.get("tables", {}).items()}
    if "owners" in data and OWNERS_TABLE not in tables:
        tables[OWNERS_TABLE] = tuple(_owner(owner) for owner in data["owners"])
    footnotes = data.get("footnotes")
    return Truth(
        form=str(data["form"]),
        fields=fields,
        tables=tables,
        footnotes=None if footnotes is None else {name: _text(note) for name, note in footnotes.items()},
        decade=decade_of(fields),
    )


def _value(data: Any) -> TruthValue:
    """A plain value, or a mapping with its footnotes or with whether it was written by hand."""
    if not isinstance(data, dict):
        return TruthValue(_checked(data))
    notes, hand = data.get("footnotes"), data.get("hand")
    return TruthValue(
        value=_checked(data["value"]),
        footnotes=None if notes is None else tuple(notes),
        hand=None if hand is None else bool(hand),
        # Only truth keyed from real paper marks what nobody could read; elsewhere a question mark is just that.
        unreadable=hand is not None,
    )


def _checked(value: Any) -> Value:
    if not isinstance(value, str | bool):
        raise TypeError(f"{value!r} is neither text nor true nor false")
    return value


def _text(note: Any) -> str:
    value = _value(note).value
    if isinstance(value, bool):
        raise TypeError("a footnote is text")
    return value


def _row(data: Mapping[str, Any]) -> TruthRow:
    return {column: _value(value) for column, value in data.items()}


def _owner(data: Mapping[str, Any]) -> TruthRow:
    """The truth of a filing lists every owner with all that is told of them; the table has name and address only."""
    return {column: _value(value) for column, value in data.items() if column.startswith("rptOwner")}


def decade_of(fields: Mapping[str, TruthValue]) -> str:
    """The decade in which the form was received, as "1960s"; "" where the truth does not tell."""
    received = fields.get("receivedDate")
    match = re.match(r"(\d{3})\d-", received.value) if received and isinstance(received.value, str) else None
    return f"{match[1]}0s" if match else ""
