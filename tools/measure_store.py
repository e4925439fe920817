"""Fills a store with a million values and times what the review screen, exports and status ask of it.

    python tools/measure_store.py [--store URL] [--values 1000000] [--sources 200000]

Prints a table for docs/batch.md: median and slowest of twenty askings, each over a connection of its own. A store that
was filled before is asked as it is.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, func, select

from digitizer.document.geometry import Box
from digitizer.document.record import Field, Record
from digitizer.store import schema
from digitizer.store.corrections import correct
from digitizer.store.database import Store, open_store
from digitizer.store.documents import list_documents
from digitizer.store.ledger import Batch, Found, OpenSource, begin, enter, finish, link, to_do
from digitizer.store.questions import (
    alike,
    asked_about,
    count_doubts,
    doubts_free_for,
    fields_of,
    next_doubts,
    records_in,
    values_of,
)
from digitizer.store.records import all_records, records_of
from digitizer.store.status import counts_by_status, paces, progress

FIELDS, ROWS, COLUMNS = 60, 8, 11
CODES = 4
"""Columns that hold one of a few codes, as some of every form do."""
FORMS = ("sec-form-3", "sec-form-4", "sec-form-5")
ASKED = 20
CORRECTED = 4000
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
        documents = count_documents(store) or fill(store, options.values, options.sources)
        print(f"{documents} documents and {options.sources} sources written in {time.perf_counter() - begun:.0f} s\n")
        print("| asked | median, ms | slowest, ms |\n| --- | --- | --- |")
        times = {name: told(name, seconds) for name, seconds in measure(store, documents, options.sources)}
    # The last is of an archive far beyond a million values, and there to show how progress grows with it.
    if slow := [name for name in list(times)[:-1] if times[name] > LIMIT]:
        raise SystemExit(f"over {LIMIT * 1000:.0f} ms: {', '.join(slow)}")


def told(name: str, seconds: list[float]) -> float:
    """Prints a row of the table; returns the median."""
    middle = statistics.median(seconds)
    print(f"| {name} | {middle * 1000:.1f} | {max(seconds) * 1000:.1f} |", flush=True)
    return middle


def count_documents(store: Store) -> int:
    """How many documents the store has already."""
    return ask(store, lambda c: int(c.execute(select(func.count()).select_from(schema.documents)).scalar_one()))


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
    correct_some(store, numbers)
    if store.url.startswith("postgresql"):
        # As PostgreSQL does of its own accord some minutes after many rows were written.
        with store.reading() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM ANALYZE")
    return count


def correct_some(store: Store, numbers: random.Random) -> None:
    """Four operators have answered some thousand values of today."""
    with store.reading() as connection:
        doubts = next_doubts(connection, CORRECTED)
    with store.writing() as connection:
        for k, doubt in enumerate(doubts):
            said = doubt.value
            if numbers.random() < 0.3:
                said = not said if isinstance(said, bool) else f"{said}!"
            correct(connection, doubt.field, doubt.version, said, f"operator {k % 4}")


def next_entries(store: Store, batch: Batch, after: int) -> list[OpenSource]:
    """What is left to write."""
    return ask(store, lambda connection: to_do(connection, batch, after))


def files(folder: str, count: int) -> Iterator[Found]:
    """Files that need not be there."""
    return (Found(f"/{folder}/{k:07}.pdf", f"{k:07}.pdf", 5, 0) for k in range(count))


def record(name: str, number: int, numbers: random.Random) -> Record:
    """A form filled in, one value in eight of it doubtful."""

    def field(code: bool = False) -> Field:
        sure = numbers.random()
        status = "review" if numbers.random() < 0.125 else "accepted"
        value = numbers.choice("ADFGIMPS") if code else f"value {sure}"
        return Field(value, value, sure, status, 1, Box(100, 200, 300, 40))  # type: ignore[arg-type]

    rows = tuple({f"column{c}": field(c < CODES) for c in range(COLUMNS)} for _ in range(ROWS))

    def box() -> Field:
        sure, status = numbers.random(), "review" if numbers.random() < 0.125 else "accepted"
        return Field(sure < 0.3, "", sure, status, 1, Box(100, 200, 30, 30))  # type: ignore[arg-type]

    fields = {f"field{k}": field() if k % 5 else box() for k in range(FIELDS)}
    form = FORMS[number % len(FORMS)]
    return Record(name, f"{number:064x}", (1, 2), form, 0.99, fields, {"rows": rows})


def measure(store: Store, documents: int, sources: int) -> Iterator[tuple[str, list[float]]]:
    """Each question with the times it took."""
    with store.reading() as connection:
        first, second = connection.execute(select(schema.batches.c.id).order_by(schema.batches.c.id)).scalars().all()
        middle = next_doubts(connection, 1, after=(0.5, 0))[0]
    half = documents // 2
    some = list(range(74 * documents, 74 * documents + 50))
    boxes = [(form, "", f"field{k}") for form in FORMS for k in range(0, FIELDS, 5)]
    names = [*boxes, *((form, "rows", f"column{k}") for form in FORMS for k in range(CODES))]
    asked: dict[str, Callable[[Connection], object]] = {
        "the 50 least sure values": lambda c: next_doubts(c, 50),
        "the next 50, from the middle": lambda c: next_doubts(c, 50, after=(middle.confidence, middle.field)),
        "the 50 least sure values of one form": lambda c: next_doubts(c, 50, form="sec-form-4"),
        "400 values free for an operator, to choose from": lambda c: doubts_free_for(c, "me", 400),
        "50 values with their surroundings": lambda c: asked_about(c, some),
        "values that read alike, for sheets": lambda c: alike(c, names),
        "how many values wait for a person": count_doubts,
        "how values stand, by form": counts_by_status,
        "what operators did today": paces,
        "100 documents, from the middle": lambda c: list_documents(c, 100, half),
        "documents by a part of their names": lambda c: list_documents(c, 100, 0, f"{documents - 9:07}"),
        "all values of a document (148)": lambda c: fields_of(c, half),
        "all values of a document, for its screen": lambda c: values_of(c, half),
        "the records of a document, corrected": lambda c: records_of(c, half),
        "the first record of an export": lambda c: next(all_records(c)),
        "50 records of a batch, from the middle": lambda c: records_in(c, first, 50, (half, 0)),
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
        yield name, times


def begun(batch: int) -> Batch:
    """The batch as its run has it."""
    return Batch(batch, 1, 1)


def ask(store: Store, question: Callable[[Connection], T]) -> T:
    """The answer, over a connection of its own."""
    with store.reading() as connection:
        return question(connection)


if __name__ == "__main__":
    main()
