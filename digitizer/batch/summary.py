"""What a run came to, in numbers that do not grow with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from digitizer.batch.run import Outcome
from digitizer.document.record import Field, Problem, Record

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
