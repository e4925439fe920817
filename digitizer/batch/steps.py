"""What is done to a document, step by step; each step can be sent to another process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from digitizer.batch.discover import Source
from digitizer.document.record import Record
from digitizer.imaging.load import Document


@dataclass(frozen=True, slots=True)
class Assembled:
    """All that a document gave. layout: one object per page, where it was asked for."""

    records: tuple[Record, ...]
    layout: tuple[dict[str, Any], ...] = ()


class Steps(Protocol):
    """The work on a document: `probe`, then `read` each page, then `assemble`; `prepare` comes before all documents.

    What was read of a page goes from one process, and one run, to another as bytes: `pack`, `unpack`.
    """

    def prepare(self) -> None: ...

    def probe(self, source: Source) -> Document: ...

    def read(self, document: Document, page: int) -> Any: ...

    def pack(self, readings: Any) -> bytes: ...

    def unpack(self, data: bytes) -> Any: ...

    def assemble(self, document: Document, pages: Sequence[Any]) -> Assembled: ...
