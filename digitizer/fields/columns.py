"""Columns of a printed table against the columns of a definition: heads, order and contents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from digitizer.document.form import KINDS, FieldDefinition, Kind, TableDefinition
from digitizer.fields.phrases import compact
from digitizer.reading.values import normalise

NAMES: tuple[str, ...] = (
    "own",
    "full",
    "parent",
    "best",
    "own_rank",
    "full_rank",
    "has_group",
    "order",
    "order_gap",
    "same_count",
    "filled",
    "fits",
    "head_letters",
    "label_letters",
    *(f"kind_{k}" for k in KINDS),
)
"""One name per column of the feature matrix."""


@dataclass(frozen=True, slots=True)
class PrintedColumn:
    """left, right: stack units. own: the head's lowest cell as read; parents: those above it; contents: by row."""

    left: int
    right: int
    own: str
    parents: str
    contents: tuple[str, ...]


def column_features(table: TableDefinition, printed: Sequence[PrintedColumn]) -> NDArray[np.float32]:
    """float32 of shape (columns of the definition, printed columns, len(NAMES)); similarities from 0 to 1."""
    result = np.zeros((len(table.columns), len(printed), len(NAMES)), np.float32)
    if not printed:
        return result
    sims = np.array([[_similarities(column, p) for p in printed] for column in table.columns])
    best = sims[:, :, :2].max(axis=2)
    steps = max(1, len(table.columns) - 1), max(1, len(printed) - 1)
    for i, column in enumerate(table.columns):
        for j, p in enumerate(printed):
            own, full, parent = sims[i, j]
            ranks = [float((sims[i, :, k] > sims[i, j, k] + 1e-9).sum()) for k in (0, 1)]
            gap = i / steps[0] - j / steps[1]
            filled = [t for t in p.contents if t]
            fits = [fits_kind(column, t) for t in filled]
            result[i, j] = [
                own,
                full,
                parent,
                best[i, j],
                *[min(5.0, r) for r in ranks],
                float(bool(column.group)),
                gap,
                abs(gap),
                float(len(printed) == len(table.columns)),
                len(filled) / max(1, len(p.contents)),
                float(np.mean(fits)) if fits else 0.5,
                min(60.0, float(len(compact(p.own)))),
                min(60.0, float(len(compact(column.labels[0])))),
                *[float(column.kind == k) for k in KINDS],
            ]
    return result


def _similarities(column: FieldDefinition, printed: PrintedColumn) -> tuple[float, float, float]:
    own, parents = compact(printed.own), compact(printed.parents)
    by_label = max(fuzz.ratio(own, compact(label)) for label in column.labels) / 100
    whole = max(fuzz.ratio(parents + own, compact(column.group + label)) for label in column.labels) / 100
    by_group = fuzz.ratio(parents, compact(column.group)) / 100 if column.group else float(not parents)
    return by_label, whole, by_group


def fits_kind(column: FieldDefinition, text: str) -> float:
    """Whether an entry is of a column's kind, 0 or 1; 0.5 where anything is."""
    if column.kind in ("text", "name", "address", "checkbox"):
        return 0.5
    return _validity(column.kind, text, column.values)


@lru_cache(maxsize=5_000)
def _validity(kind: Kind, text: str, values: tuple[str, ...]) -> float:
    return float(normalise(kind, text, values).valid)
