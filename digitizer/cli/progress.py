"""How far a run is: a bar on a terminal, a line per document elsewhere."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Protocol

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from digitizer.batch.run import Outcome
from digitizer.cli.console import notices, tell_problems
from digitizer.names import on_one_line


class Follower(Protocol):
    """Is told of what is done."""

    def page_done(self) -> None: ...

    def document_done(self, outcome: Outcome) -> None: ...


@contextlib.contextmanager
def follow(documents: int, verb: str = "digitizing") -> Iterator[Follower]:
    """Shows progress on stderr for the length of the block. verb: what is done to the documents."""
    if not sys.stderr.isatty():
        yield _Lines(documents, "nothing" if verb == "digitizing" else verb)
        return
    columns = (
        TextColumn(verb),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("documents, {task.fields[pages]} pages"),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=notices()) as progress:
        yield _Bar(progress, progress.add_task("", total=documents, pages=0))


class _Bar:
    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress, self._task, self._pages = progress, task, 0

    def page_done(self) -> None:
        self._pages += 1
        self._progress.update(self._task, pages=self._pages)

    def document_done(self, outcome: Outcome) -> None:
        self._progress.advance(self._task)
        tell_problems(outcome.problems)


class _Lines:
    def __init__(self, documents: int, bare: str) -> None:
        self._documents, self._done, self._bare = documents, 0, bare

    def page_done(self) -> None:
        """Pages are too many for a line each."""

    def document_done(self, outcome: Outcome) -> None:
        self._done += 1
        forms = ", ".join(record.form for record in outcome.records) or self._bare
        name = outcome.source.name
        told = on_one_line(f"[{self._done}/{self._documents}] {name}: {forms}")
        notices().print(told, markup=False, soft_wrap=True)
        tell_problems(outcome.problems)
