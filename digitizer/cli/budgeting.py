"""The work of `digitizer status --budget`: how much review of a batch leaves how many wrong values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from digitizer.cli.console import output
from digitizer.cli.evaluating import print_tables
from digitizer.evaluation.table import TextTable
from digitizer.fields.definitions import load_definitions
from digitizer.resources import models_folder
from digitizer.review.budget import TARGETS, Budget, budget
from digitizer.review.meanings import Meanings
from digitizer.store.database import open_store
from digitizer.store.passes import scores
from digitizer.store.quality import expected_errors
from digitizer.store.status import batches


def tell_budget(url: str, as_json: bool, forms: Sequence[Path]) -> None:
    """Prints for each batch, and for the store where it has several, how much review buys how much truth.

    Raises:
        UsageError: there is no such store.
    """
    meanings = Meanings(load_definitions([models_folder(), *forms]))
    with open_store(url, create=False) as store, store.reading() as connection:
        told = scores(connection)
        wanted: list[tuple[str, int | None]] = [(source, number) for number, source in batches(connection)]
        wanted += [(url, None)] if len(wanted) > 1 else []
        found = [(name, budget(expected_errors(connection, number), meanings, told)) for name, number in wanted]
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
