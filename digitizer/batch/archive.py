"""A batch into a store: takes what the ledger says is to do, digitizes it and writes it down, document by document."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

from digitizer.batch import interrupts
from digitizer.batch.hands import Hands, Settled
from digitizer.batch.run import digitize_all
from digitizer.batch.stages import OnStage, Stage
from digitizer.batch.steps import Steps
from digitizer.settings import Settings
from digitizer.store import leases, ledger
from digitizer.store.database import Store
from digitizer.store.ledger import Batch, Found, OpenSource

_CHUNK = 1000


def enter_all(store: Store, batch: Batch, files: Iterable[Found]) -> int:
    """Notes all files as part of the batch; returns how many."""
    count, rest = 0, iter(files)
    while chunk := list(islice(rest, _CHUNK)):
        interrupts.check()
        with interrupts.held(), store.writing() as connection:
            ledger.enter(connection, batch, chunk, count)
        count += len(chunk)
    return count


def digitize_batch(
    store: Store,
    batch: Batch,
    steps: Steps,
    settings: Settings,
    *,
    serial: bool = False,
    on_page: Callable[[], None] | None = None,
    on_stage: OnStage | None = None,
    keep_scans: Path | None = None,
) -> Iterator[Settled]:
    """Digitizes what is left of a batch; yields each document as soon as it is written down.

    keep_scans: a folder for a copy of each document.

    Raises:
        DigitizerError: nothing can be digitized at all: a component is missing, a definition or a model is wrong.
    """
    hands = Hands(store, batch, leases.this_process(), keep_scans)
    with interrupts.held(), store.writing() as connection:
        leases.release_dead(connection)
    try:
        sources = (source for entry in entries_to_do(store, batch) if (source := hands.take(entry)) is not None)
        first = next(sources, None)
        yield from hands.settled()
        if first is None:
            # Nothing to digitize: no workers, no models loaded.
            return
        for outcome in digitize_all(
            chain([first], sources),
            steps,
            settings,
            serial=serial,
            on_page=on_page,
            in_order=False,
            keeper=hands,
            on_stage=on_stage,
        ):
            begun = time.perf_counter()
            settled = hands.finish(outcome)
            if on_stage:
                on_stage(Stage("store", outcome.source.name, 0, time.perf_counter() - begun))
            yield from hands.settled()
            if settled is not None:
                yield settled
        yield from hands.settled()
    finally:
        hands.close()


def entries_to_do(store: Store, batch: Batch) -> Iterator[OpenSource]:
    """The sources with something left to do, read from the ledger as they are asked for."""
    after = -1
    while True:
        with store.reading() as connection:
            entries = ledger.to_do(connection, batch, after)
        if not entries:
            return
        for entry in entries:
            interrupts.check()
            yield entry
        after = entries[-1].ordinal
