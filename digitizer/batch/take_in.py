"""The result of `digitizer run` into a store, so that it can be reviewed without being digitized again."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection

from digitizer.batch.batch_files import look_at
from digitizer.batch.sources import Source, discover, hash_file
from digitizer.batch.steps import key_of
from digitizer.document.record import Record
from digitizer.errors import DigitizerError, NoInputError, UsageError
from digitizer.imaging.load import probe
from digitizer.settings import Settings
from digitizer.store import ledger
from digitizer.store.database import Store
from digitizer.store.ledger import Batch, OpenSource


def take_in(store: Store, results: Path, scans: Sequence[str], settings: Settings) -> int:
    """Puts records into the store, tied to the scans with their bytes; returns how many documents were new to it.

    What the store has of a document already, with its corrections, stays as it is.

    Raises:
        UsageError: no records.jsonl. NoInputError: none of the scans belongs to it.
    """
    records = _by_document(results)
    found: dict[str, tuple[Source, int]] = {}
    for source in discover(scans)[0]:
        sha256, size = hash_file(str(source.path))
        if sha256 in records:
            found.setdefault(sha256, (source, size))
    if not found:
        raise NoInputError(f"{results}: none of the scans it tells of is there", "give them with --scans")
    versions = {"taken in": str(results.resolve())}
    with store.writing() as connection:
        batch = ledger.begin(connection, str(results.resolve()), key_of(versions), versions)
        files = [look_at(source.path.resolve(), source.name) for source, _ in found.values()]
        ledger.enter(connection, batch, files, 0)
        by_path = {str(source.path.resolve()): (sha256, size) for sha256, (source, size) in found.items()}
        new, last = 0, -1
        while entries := ledger.to_do(connection, batch, last):
            last = entries[-1].ordinal
            for entry in entries:
                sha256, size = by_path[entry.path]
                new += _enter(connection, batch, entry, size, records[sha256], settings)
        ledger.end(connection, batch)
    return new


def _enter(
    connection: Connection, batch: Batch, entry: OpenSource, size: int, records: Sequence[Record], settings: Settings
) -> bool:
    """Puts one document's records in, unless the store has the document; returns whether it did."""
    # The bytes were looked at just now; hashed is told as later than any change of the file so far.
    document = ledger.link(connection, entry, records[0].sha256, size, time.time_ns())
    if ledger.state_of(connection, document)[0] != "waiting":
        return False
    ledger.take_up(connection, batch, document)
    ledger.finish(connection, document, _pages(Path(entry.path), records, settings), records, ())
    return True


def _by_document(results: Path) -> dict[str, list[Record]]:
    """The records by the SHA-256 of their document.

    Raises:
        UsageError: they cannot be read.
    """
    records: dict[str, list[Record]] = {}
    try:
        with results.open(encoding="utf-8") as lines:
            for line in lines:
                record = Record.from_json(json.loads(line))
                records.setdefault(record.sha256, []).append(record)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{results}: no records of digitizer run ({error})", "give its records.jsonl") from error
    return records


def _pages(path: Path, records: Sequence[Record], settings: Settings) -> int:
    """How many pages the document has, or at least those that records stand on."""
    try:
        return probe(path, settings).pages
    except DigitizerError:
        return max((page for record in records for page in record.pages), default=1)
