"""Fills a store with a million values and times what the review screen, exports and status ask of it.

    python tools/measure_store.py [--store URL] [--values 1000000] [--sources 200000]

Prints a table for docs/batch.md: the slowest of twenty askings, each over a connection of its own.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, select, text

from digitizer.document.geometry import Box
from digitizer.document.record import Field, Record
from digitizer.store import schema
from digitizer.store.database import Store, open_store
from digitizer.store.ledger import Batch, Entry, Found, begin, enter, finish, link, to_do
from digitizer.store.queries import count_doubts, fields_of, next_doubts, progress, records_in
from digitizer.store.reading import records_of

FIELDS, ROWS, COLUMNS = 60, 8, 11
ASKED = 20
LIMIT = 0.05
T = TypeVar("T")


def main() -> None:
    """Fills and times."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--store")
    parser.add_argument("--values", type=int, default=1_000_000)
    parser.add_argument("--sources", type=int, default=200_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, open_store(options.store or str(Path(folder) / "big.db")) as store:
        begun = time.perf_counter()
        documents = fill(store, options.values, options.sources)
        print(f"{documents} documents and {options.sources} sources written in {time.perf_counter() - begun:.0f} s\n")
        print("| asked | ms |\n| --- | --- |")
        times = {name: told(name, seconds) for name, seconds in measure(store, documents, options.sources)}
    # The last is of an archive far beyond a million values, and there to show how progress grows with it.
    if slow := [name for name in list(times)[:-1] if times[name] > LIMIT]:
        raise SystemExit(f"over {LIMIT * 1000:.0f} ms: {', '.join(slow)}")


def told(name: str, seconds: float) -> float:
    """Prints a row of the table."""
    print(f"| {name} | {seconds * 1000:.1f} |")
    return seconds


def fill(store: Store, values: int, sources: int) -> int:
    """Writes documents of one record each, and a second batch with so many sources that nobody has looked at yet."""
    numbers = random.Random(5)
    count = values // (FIELDS + ROWS * COLUMNS) + 1
    with store.writing() as connection:
        batch = begin(connection, "first", "1" * 64, {})
        enter(connection, batch, list(files("first", count)), 0)
        later = begin(connection, "second", "1" * 64, {})
        enter(connection, later, list(files("second", sources)), 0)
    after = -1
    while entries := next_entries(store, batch, after):
        with store.writing() as connection:
            for entry in entries:
                document = link(connection, entry, f"{entry.ordinal:064x}", 5, 9)
                finish(connection, document, 2, [record(entry.name, entry.ordinal, numbers)], ())
        after = entries[-1].ordinal
    if store.url.startswith("postgresql"):
        with store.writing() as connection:
            connection.execute(text("ANALYZE"))
    return count


def next_entries(store: Store, batch: Batch, after: int) -> list[Entry]:
    """What is left to write."""
    return ask(store, lambda connection: to_do(connection, batch, after))


def files(folder: str, count: int) -> Iterator[Found]:
    """Files that need not be there."""
    return (Found(f"/{folder}/{k:07}.pdf", f"{k:07}.pdf", 5, 0) for k in range(count))


def record(name: str, number: int, numbers: random.Random) -> Record:
    """A form filled in, one value in eight of it doubtful."""

    def field() -> Field:
        sure = numbers.random()
        status = "review" if numbers.random() < 0.125 else "accepted"
        return Field(f"value {sure}", f"value {sure}", sure, status, 1, Box(100, 200, 300, 40))  # type: ignore[arg-type]

    rows = tuple({f"column{c}": field() for c in range(COLUMNS)} for _ in range(ROWS))
    fields = {f"field{k}": field() for k in range(FIELDS)}
    form = ("sec-form-3", "sec-form-4", "sec-form-5")[number % 3]
    return Record(name, f"{number:064x}", (1, 2), form, 0.99, fields, {"rows": rows})


def measure(store: Store, documents: int, sources: int) -> Iterator[tuple[str, float]]:
    """Each question with the longest time it took."""
    with store.reading() as connection:
        first, second = connection.execute(select(schema.batches.c.id).order_by(schema.batches.c.id)).scalars().all()
        middle = next_doubts(connection, 1, after=(0.5, 0))[0]
    asked: dict[str, Callable[[Connection], object]] = {
        "the 50 least sure values": lambda c: next_doubts(c, 50),
        "the next 50, from the middle": lambda c: next_doubts(c, 50, after=(middle.confidence, middle.field)),
        "the 50 least sure values of one form": lambda c: next_doubts(c, 50, form="sec-form-4"),
        "all values of a document (148)": lambda c: fields_of(c, documents // 2),
        "the records of a document, corrected": lambda c: records_of(c, documents // 2),
        "50 records of a batch, from the middle": lambda c: records_in(c, first, 50, (documents // 2, 0)),
        "how many values wait for a person": count_doubts,
        f"progress of a batch of {documents}": lambda c: progress(c, first),
        "the next work of the larger batch": lambda c: to_do(c, begun(second), 1000),
        f"progress of a batch of {sources}": lambda c: progress(c, second),
    }
    for name, question in asked.items():
        times = []
        for _ in range(ASKED):
            start = time.perf_counter()
            ask(store, question)
            times.append(time.perf_counter() - start)
        yield name, max(times)


def begun(batch: int) -> Batch:
    """The batch as its run has it."""
    return Batch(batch, 1, 1)


def ask(store: Store, question: Callable[[Connection], T]) -> T:
    """The answer, over a connection of its own."""
    with store.reading() as connection:
        return question(connection)


if __name__ == "__main__":
    main()
