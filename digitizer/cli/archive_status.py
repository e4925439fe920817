"""How far the batches of a store are, and the removing of documents."""

from __future__ import annotations

import getpass
import json
from dataclasses import asdict
from pathlib import Path

from digitizer.cli.console import output
from digitizer.store.database import open_store
from digitizer.store.documents import find_document, forget, scrub
from digitizer.store.questions import count_doubts
from digitizer.store.status import Progress, batches, progress


def tell_status(url: str, as_json: bool) -> None:
    """Prints how far each batch is.

    Raises:
        UsageError: there is no such store.
    """
    with open_store(url, create=False) as store, store.reading() as connection:
        found = [progress(connection, number) for number, _ in batches(connection)]
        doubts = count_doubts(connection)
    lines = [line for one in found for line in describe(one)]
    if as_json:
        lines = [json.dumps(asdict(one) | {"total": one.total}, ensure_ascii=False) for one in found]
    else:
        lines.append(f"{doubts} values wait for a person")
    for line in lines:
        output().print(line, markup=False, soft_wrap=True)


def forget_document(url: str, named: str) -> None:
    """Removes a document from a store and tells what went.

    Raises:
        UsageError: there is no such store or document.
    """
    with open_store(url, create=False) as store:
        with store.writing() as connection:
            gone = forget(connection, find_document(connection, named), getpass.getuser())
        scrub(store)
    if gone.kept:
        Path(gone.kept).unlink(missing_ok=True)
    console = output()
    console.print(f"forgotten: {gone.records} records with {gone.values} values", markup=False, soft_wrap=True)
    for path in gone.paths:
        console.print(f"the file stays, and a batch would read it again: {path}", markup=False, soft_wrap=True)


def describe(batch: Progress) -> list[str]:
    """A batch in two lines."""
    states = batch.states
    failed = states.get("failed", 0) + states.get("partly", 0)
    told = f"{states.get('done', 0)} of {batch.total} documents done, {failed} failed, {batch.left} to do"
    lines = [f"{batch.source}: {told}, {batch.pages} pages"]
    if batch.in_hand:
        left = ""
        if batch.rate and batch.pages:
            left = f", {duration(60 * batch.left * batch.pages / max(1, batch.total - batch.left) / batch.rate)} left"
        lines.append(
            f"running since {batch.begun[:19]}Z: {batch.in_hand} in hand, {batch.rate:.0f} pages a minute{left}"
        )
    return lines


def duration(seconds: float) -> str:
    """Seconds as people say them."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02} min"
