"""Documents parted for cross-validation such that no group stands on both sides."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from digitizer.fields.phrases import compact

_SAME = 88.0
"""Likeness (0 to 100) from which two names are spellings of one: 'Ketchum Inc.' and 'Ketchum, Inc'."""


def group_key(name: str) -> str:
    """What stands for a group where its name should not be kept; the same for spellings that differ in case only."""
    return hashlib.sha256(compact(name).encode()).hexdigest()[:16]


def merge_groups(names: Sequence[str]) -> list[int]:
    """A number per document, equal where their groups' names are, give or take case, punctuation and a typo.

    An empty name is a group of its own.
    """
    numbers: list[int] = []
    known: list[tuple[str, int]] = []
    for name in names:
        plain = compact(name)
        same = next((n for text, n in known if plain and fuzz.ratio(plain, text) >= _SAME), None)
        number = len(set(numbers)) if same is None else same
        if same is None or all(text != plain for text, _ in known):
            known.append((plain, number))
        numbers.append(number)
    return numbers


def make_folds(groups: Sequence[int], count: int, seed: int) -> NDArray[np.int64]:
    """The fold (0 to count - 1) of each document; whole groups, large ones first, each into the emptiest fold.

    There are fewer folds where there are fewer groups.
    """
    numbers, members = np.unique(np.asarray(groups, np.int64), return_inverse=True)
    sizes = np.bincount(members, minlength=len(numbers))
    order = np.random.default_rng(seed).permutation(len(numbers))
    order = order[np.argsort(-sizes[order], kind="stable")]
    filled = np.zeros(max(1, min(count, len(numbers))), np.int64)
    folds = np.zeros(len(numbers), np.int64)
    for number in order:
        folds[number] = int(np.argmin(filled))
        filled[folds[number]] += sizes[number]
    result: NDArray[np.int64] = folds[members]
    return result
