from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from digitizer.document.geometry import Box
from digitizer.document.record import Field, Record, Status, Value
from digitizer.document.truth import Truth, TruthValue


class Make:
    """Records and truths by hand."""

    def field(
        self, value: Value, confidence: float = 0.99, notes: Sequence[str] = (), status: Status = "accepted"
    ) -> Field:
        return Field(value, str(value), confidence, status, 1, Box(10, 10, 60, 20), tuple(notes))

    def row(self, **cells: Value) -> dict[str, Field]:
        return {name: self.field(value) for name, value in cells.items()}

    def record(
        self,
        fields: Mapping[str, Field] | None = None,
        rows: Sequence[Mapping[str, Field]] | None = None,
        footnotes: Mapping[str, str] | None = None,
        document: str = "a.pdf",
        form: str = "f",
        sha256: str = "00",
    ) -> Record:
        return Record(
            document=document,
            sha256=sha256,
            pages=(1,),
            form=form,
            form_confidence=1.0,
            fields=fields or {},
            tables={} if rows is None else {"t": tuple(rows)},
            footnotes={name: self.field(text) for name, text in (footnotes or {}).items()},
        )

    def truth_row(self, notes: Mapping[str, Sequence[str]] | None = None, **cells: Value) -> dict[str, TruthValue]:
        return {name: TruthValue(value, tuple((notes or {}).get(name, ()))) for name, value in cells.items()}

    def truth(
        self,
        fields: Mapping[str, Value] | None = None,
        rows: Sequence[Mapping[str, TruthValue]] | None = None,
        footnotes: Mapping[str, str] | None = None,
        form: str = "f",
    ) -> Truth:
        return Truth(
            form=form,
            fields={name: TruthValue(value) for name, value in (fields or {}).items()},
            tables={} if rows is None else {"t": tuple(rows)},
            footnotes=footnotes,
        )


@pytest.fixture
def make() -> Make:
    return Make()
