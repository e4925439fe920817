"""`digitizer status`: how far the batches of a store are, and what review of them would buy."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from digitizer.cli.console import output
from digitizer.cli.evaluate import print_tables
from digitizer.cli.options import FormsOption, StoreOption
from digitizer.evaluation.table import TextTable
from digitizer.fields.definitions import load_definitions
from digitizer.resources import models_folder
from digitizer.review.budget import TARGETS, Budget, budget
from digitizer.review.meanings import Meanings
from digitizer.store.database import open_store
from digitizer.store.passes import scores
from digitizer.store.quality import expected_errors
from digitizer.store.questions import count_doubts
from digitizer.store.status import Progress, batches, progress


def status(
    store: StoreOption,
    json: Annotated[bool, typer.Option("--json", help="One JSON object per batch.")] = False,
    budget: Annotated[
        bool, typer.Option("--budget", help="How much review of each batch leaves how many wrong values.")
    ] = False,
    forms: FormsOption = None,
) -> None:
    """Tells how far each batch of a store is; may be asked while batches run."""
    if budget:
        tell_budget(store, json, tuple(forms or ()))
        return
    tell_status(store, json)


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


def tell_budget(url: str, as_json: bool, forms: Sequence[Path]) -> None:
    """Prints for each batch, and for the store where it has several, how much review buys how much truth.

    Raises:
        UsageError: there is no such store.
    """
    meanings = Meanings(load_definitions([models_folder(), *forms]))
    with open_store(url, create=False) as store, store.reading() as connection:
        told = scores(connection)
        asked: list[tuple[str, int | None]] = [(source, number) for number, source in batches(connection)]
        asked += [(url, None)] if len(asked) > 1 else []
        found = [(name, budget(expected_errors(connection, number), meanings, told)) for name, number in asked]
    if as_json:
        for name, one in found:
            output().print(json.dumps(_as_json(name, one), ensure_ascii=False), markup=False, soft_wrap=True)
        return
    for name, one in found:
        print_tables([_budget_table(name, one)])
        for target in TARGETS:
            stop = one.stop(target)
            left = f"{1000 * target:g} in 1,000"
            told_stop = f"after {stop.seconds / 60:.1f} minutes, {stop.looked:.0f} values" if stop else "not by review"
            output().print(f"at most {left} wrong: {told_stop}", markup=False, soft_wrap=True)


def _budget_table(name: str, one: Budget) -> TextTable:
    head = ("minutes", "values looked at", "wrong values left", "in 1,000")
    rows = [
        (f"{p.seconds / 60:.1f}", f"{p.looked:.0f}", f"{p.errors:.1f}", f"{1000 * p.errors / max(1, one.values):.2f}")
        for p in one.table()
    ]
    return TextTable(f"What review buys: {name}, {one.values} values", head, tuple(rows))


def _as_json(name: str, one: Budget) -> dict[str, object]:
    points = [asdict(point) for point in one.table()]
    stops = {f"{target:g}": asdict(stop) if (stop := one.stop(target)) else None for target in TARGETS}
    return {"source": name, "values": one.values, "points": points, "stops": stops}
