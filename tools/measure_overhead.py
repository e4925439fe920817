"""Times what a batch costs beside the reading itself: 2,000 pages that take 20 ms each, by either engine.

    python tools/measure_overhead.py [--store URL] [--pages 2000] [--engine local|dask] [--workers 2]

Prints a row of a table for docs/cluster.md. The time until the first document is done counts as starting up.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from digitizer.batch.archive import FinishedDocument, digitize_batch, enter_all
from digitizer.batch.batch_files import list_source
from digitizer.batch.cluster import Job, digitize_on_cluster
from digitizer.batch.sources import Source
from digitizer.batch.steps import Assembled
from digitizer.document.geometry import Box
from digitizer.document.record import Field, Record
from digitizer.imaging.load import Document
from digitizer.settings import Settings
from digitizer.store import leases
from digitizer.store.database import Store, open_store
from digitizer.store.ledger import begin

PAGES = 4
"""Of a document."""
READING = 0.02
"""Seconds a page takes."""
FIELDS = 60
READINGS = 20_000
"""Bytes that are kept of a page until its document is whole."""


@dataclass(frozen=True)
class Idle:
    """Steps that wait instead of reading, and find a form with so many fields on every page."""

    def prepare(self) -> None:
        """Loads nothing."""

    def probe(self, source: Source) -> Document:
        sha256 = hashlib.sha256(source.path.read_bytes()).hexdigest()
        return Document(source.path, source.name, sha256, PAGES, "pdf")

    def read(self, document: Document, page: int) -> bytes:
        time.sleep(READING)
        return bytes([page]) * READINGS

    def pack(self, readings: bytes) -> bytes:
        return readings

    def unpack(self, data: bytes) -> bytes:
        return data

    def assemble(self, document: Document, pages: Sequence[bytes]) -> Assembled:
        fields = {f"f{k}": Field(f"value {k}", "", 0.9, "accepted", 1, Box(1, 2, 3, 4)) for k in range(FIELDS)}
        numbers = [(page[0],) for page in pages]
        return Assembled(tuple(Record(document.name, document.sha256, n, "form", 1.0, fields) for n in numbers))


def main() -> None:
    """Makes the documents, runs the batch and tells."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--store")
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--engine", choices=("local", "dask"), default="local")
    parser.add_argument("--workers", type=int, default=2)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scans = Path(folder) / "scans"
        scans.mkdir()
        for k in range(wanted.pages // PAGES):
            (scans / f"{k:05}.pdf").write_text(str(k))
        url = wanted.store or str(Path(folder) / "store.db")
        with open_store(url) as store:
            begun = time.perf_counter()
            times = [time.perf_counter() for _ in settled(store, url, scans, wanted.engine, wanted.workers)]
    pages = PAGES * (len(times) - 1)
    page = 1000 * (times[-1] - times[0]) / pages
    over = page * wanted.workers - 1000 * READING
    kind = "PostgreSQL" if url.startswith("postgresql") else "SQLite"
    print(f"| {wanted.engine} | {kind} | {times[0] - begun:.1f} s | {page:.1f} ms | {over:.1f} ms |")


def settled(store: Store, url: str, scans: Path, engine: str, workers: int) -> Iterator[FinishedDocument]:
    """Runs the batch; yields each document as it is done."""
    with store.writing() as connection:
        batch = begin(connection, str(scans), "1" * 64, {})
    enter_all(store, batch, list_source(str(scans)))
    settings = Settings(workers=workers)
    # By its name as a module: worker processes do not know what this one calls __main__.
    from measure_overhead import Idle as Steps  # type: ignore[import-not-found]

    os.environ["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    if engine == "local":
        return digitize_batch(store, batch, Steps(), settings)
    return digitize_on_cluster(store, Job(url, batch, leases.this_process(), Steps(), settings))


if __name__ == "__main__":
    main()
