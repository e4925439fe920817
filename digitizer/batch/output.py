"""What comes of a run: the output folder, and the run in numbers that do not grow with it.

Lines are appended as documents are done, so that a run that is cut off keeps what it has done.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from digitizer.batch.run import Outcome
from digitizer.document.record import Field, Problem, Record
from digitizer.errors import UsageError

RECORDS, PROBLEMS, LAYOUT = "records.jsonl", "problems.jsonl", "layout.jsonl"


class FolderSink:
    """Writes records.jsonl, problems.jsonl and, where asked for, layout.jsonl into a folder.

    Raises:
        UsageError: the folder cannot be written.
    """

    def __init__(self, folder: Path, layout: bool = False) -> None:
        self.folder = folder
        names = (RECORDS, PROBLEMS, LAYOUT) if layout else (RECORDS, PROBLEMS)
        self._files: dict[str, TextIO] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name in names:
                self._files[name] = (folder / name).open("w", encoding="utf-8")
        except OSError as error:
            self.close()
            raise UsageError(f"{folder}: cannot be written ({error.strerror})", "choose another --out") from error

    def __enter__(self) -> FolderSink:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        for file in self._files.values():
            file.close()

    def write(self, outcome: Outcome) -> None:
        """Everything about one document, problems last: a document with its record is a document done."""
        if LAYOUT in self._files:
            self._append(LAYOUT, outcome.layout)
        self._append(RECORDS, (record.as_json() for record in outcome.records))
        self.note(outcome.problems)

    def note(self, problems: Iterable[Problem]) -> None:
        self._append(PROBLEMS, (problem.as_json() for problem in problems))

    def _append(self, name: str, objects: Iterable[dict[str, Any]]) -> None:
        file = self._files[name]
        for data in objects:
            file.write(json.dumps(data, ensure_ascii=False, separators=(", ", ": ")) + "\n")
        file.flush()


OK, MISSING, NOTHING, SOME = 0, 3, 4, 5


@dataclass(slots=True)
class Summary:
    """Counts, added to as the run goes on.

    unread: documents of which nothing could be read. forms: records by form id. problems: by kind.
    failures: problems that kept a document or a page from being digitized.
    """

    documents: int = 0
    unread: int = 0
    pages: int = 0
    accepted: int = 0
    review: int = 0
    failures: int = 0
    forms: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)

    def add(self, outcome: Outcome) -> None:
        self.documents += 1
        self.pages += outcome.pages
        self.unread += bool(outcome.failures and not outcome.records)
        self.failures += len(outcome.failures)
        self.problems.update(problem.kind for problem in outcome.problems)
        for record in outcome.records:
            self.forms[record.form] += 1
            for value in all_fields(record):
                if value.status == "review":
                    self.review += 1
                else:
                    self.accepted += 1

    def add_missing(self, problems: Iterable[Problem]) -> None:
        """Input that could not be found at all."""
        for problem in problems:
            self.documents += 1
            self.unread += 1
            self.failures += 1
            self.problems[problem.kind] += 1

    @property
    def exit_code(self) -> int:
        """CONTRACT.md's: 0, 3, 4 or 5."""
        if self.problems["missing-component"]:
            return MISSING
        if self.unread == self.documents:
            return NOTHING
        return SOME if self.failures else OK


def all_fields(record: Record) -> Iterator[Field]:
    """Every value of the record: fields, table rows, footnotes."""
    yield from record.fields.values()
    for rows in record.tables.values():
        for row in rows:
            yield from row.values()
    yield from record.footnotes.values()
