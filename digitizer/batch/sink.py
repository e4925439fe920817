"""The output folder: lines appended as documents are done, so that a run that is cut off keeps what it has done."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from digitizer.batch.run import Outcome
from digitizer.document.record import Problem
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
