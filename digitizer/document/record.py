"""The record: what a form says, each value with its place and the probability that it is right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from digitizer.document.geometry import Box

SCHEMA = 1
OTHER = "other"
"""The form id of a page that is no known form."""

Status = Literal["accepted", "review", "corrected", "confirmed"]
Value = str | bool


def name_at(table: str, row: int, name: str) -> str:
    """A value's name as problems have it: name, or table[row].column; rows are given from 0 on and told from 1 on."""
    return f"{table}[{row + 1}].{name}" if table else name


@dataclass(frozen=True, slots=True)
class Field:
    """One value. text: as read; box: pixels of the scan as it came in; page: from 1; both None without a place.

    hand: whether it was written by hand. rule: what changed the value after it was read: a rule's kind, "words" (the
    definition has it so) or "repeated" (other rows have it so). reader: "pdf" where the file itself spells it out, else
    "".
    alternatives: what else it may be, the likeliest first; kept in the store for who reviews, no part of the record
    that is written.
    """

    value: Value
    text: str
    confidence: float
    status: Status
    page: int | None
    box: Box | None
    footnotes: tuple[str, ...] = ()
    hand: bool = False
    rule: str = ""
    alternatives: tuple[str, ...] = ()
    reader: str = ""

    def as_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {"hand": self.hand, "rule": self.rule, "reader": self.reader}
        return {
            "value": self.value,
            "text": self.text,
            "confidence": round(self.confidence, 4),
            "status": self.status,
            "page": self.page,
            "box": self.box.as_list() if self.box else None,
            "footnotes": list(self.footnotes),
            **{name: value for name, value in told.items() if value},
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Field:
        box = data["box"]
        return Field(
            value=data["value"],
            text=data["text"],
            confidence=float(data["confidence"]),
            status=data["status"],
            page=data["page"],
            box=Box(*box) if box else None,
            footnotes=tuple(data["footnotes"]),
            hand=bool(data.get("hand", False)),
            rule=str(data.get("rule", "")),
            reader=str(data.get("reader", "")),
        )


Row = Mapping[str, Field]
"""A table row: column name to field."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that went wrong or looks wrong, in words a user can act on.

    kind: a short fixed word (encrypted, truncated, too-large, blank, rule, …); remedy: what to do about it.
    fields: names of the record's fields it concerns.
    """

    kind: str
    message: str
    remedy: str = ""
    document: str = ""
    page: int | None = None
    fields: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "document": self.document,
            "page": self.page,
            "kind": self.kind,
            "message": self.message,
            "remedy": self.remedy,
            "fields": list(self.fields),
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Problem:
        return Problem(
            kind=data["kind"],
            message=data["message"],
            remedy=data["remedy"],
            document=data["document"],
            page=data["page"],
            fields=tuple(data["fields"]),
        )


@dataclass(frozen=True, slots=True)
class Record:
    """One form found in a document.

    pages: the file's pages it stands on, counted from 1. revision: of the form, "" unknown.
    metadata: what barcodes of its document say, by name.
    """

    document: str
    sha256: str
    pages: tuple[int, ...]
    form: str
    form_confidence: float
    fields: Mapping[str, Field] = field(default_factory=dict)
    tables: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    footnotes: Mapping[str, Field] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    revision: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The record as CONTRACT.md has it: plain dicts and lists, ready for json.dumps."""
        revision = {"revision": self.revision} if self.revision else {}
        metadata = {"metadata": dict(self.metadata)} if self.metadata else {}
        return {
            "schema": SCHEMA,
            "document": {"name": self.document, "sha256": self.sha256, "pages": list(self.pages)},
            "form": {"id": self.form, "confidence": round(self.form_confidence, 4), **revision},
            "fields": {name: f.as_json() for name, f in self.fields.items()},
            "tables": {
                name: [{column: f.as_json() for column, f in row.items()} for row in rows]
                for name, rows in self.tables.items()
            },
            "footnotes": {name: f.as_json() for name, f in self.footnotes.items()},
            "problems": [p.as_json() for p in self.problems],
            "versions": dict(self.versions),
            **metadata,
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Record:
        """The inverse of as_json.

        Raises:
            KeyError: a key of the schema is missing.
        """
        return Record(
            document=data["document"]["name"],
            sha256=data["document"]["sha256"],
            pages=tuple(data["document"]["pages"]),
            form=data["form"]["id"],
            form_confidence=float(data["form"]["confidence"]),
            fields={name: Field.from_json(f) for name, f in data["fields"].items()},
            tables={
                name: tuple({column: Field.from_json(f) for column, f in row.items()} for row in rows)
                for name, rows in data["tables"].items()
            },
            footnotes={name: Field.from_json(f) for name, f in data["footnotes"].items()},
            problems=tuple(Problem.from_json(p) for p in data["problems"]),
            versions=dict(data["versions"]),
            revision=data["form"].get("revision", ""),
            metadata=dict(data.get("metadata", {})),
        )
