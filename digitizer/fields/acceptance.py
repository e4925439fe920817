"""Which values may be used unseen: thresholds chosen so that a promised share of wrong ones is kept.

What the choice rests on are graded values: digitized, told a confidence, and found right or wrong, none of them used to
fit the confidence.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitizer.document.record import Value

FILE = "graded.npz"
GROUPS = ("blank", "checkbox", "code", "digits", "words")
"""Kinds of values that err in ways of their own and are accepted each from a threshold of its own."""
NEVER = float("inf")
MAX_ERROR = 0.01
"""Of the values accepted at most this share is to be wrong, if nobody asks for another."""
DELTA = 0.1
"""The probability with which a promise may fail by bad luck in what was graded."""
_STEPS = 200
_STARTS = 4


def group_of(kind: str, value: Value) -> str:
    """The group in which a value is accepted."""
    if kind == "checkbox":
        return "checkbox"
    if value == "":
        return "blank"
    if kind == "code":
        return "code"
    return "digits" if kind in ("date", "number", "money") else "words"


@dataclass(frozen=True, slots=True)
class Graded:
    """Values with a confidence and an answer. groups: index into GROUPS; documents: which values are of one document.

    All of one length: int8, float32, bool and int32.
    """

    groups: NDArray[np.int8]
    chances: NDArray[np.float32]
    answers: NDArray[np.bool_]
    documents: NDArray[np.int32]

    def of(self, group: str) -> Graded:
        here = self.groups == GROUPS.index(group)
        return Graded(self.groups[here], self.chances[here], self.answers[here], self.documents[here])

    def __len__(self) -> int:
        return len(self.answers)


NOTHING_GRADED = Graded(np.zeros(0, np.int8), np.zeros(0, np.float32), np.zeros(0, bool), np.zeros(0, np.int32))


@dataclass(frozen=True, slots=True)
class Acceptance:
    """thresholds: by group the confidence from which a value is accepted, NEVER where the promise cannot be backed.

    graded: how many graded values each group has; max_error: the promised share of wrong values among the accepted.
    """

    max_error: float
    thresholds: Mapping[str, float] = field(default_factory=dict)
    graded: Mapping[str, int] = field(default_factory=dict)

    def accepts_any(self) -> bool:
        """Whether there is any group of which values are accepted."""
        return any(t != NEVER for t in self.thresholds.values())

    def accepts(self, kind: str, value: Value, confidence: float) -> bool:
        """Whether a value of this kind and confidence may be used unseen."""
        return confidence >= self.thresholds.get(group_of(kind, value), NEVER)


def choose_thresholds(graded: Graded, max_error: float) -> Acceptance:
    """The lowest threshold of each group that keeps the promise, with a probability of 1 - DELTA each.

    max_error: share of wrong values among the accepted, above 0. From a start on, thresholds are tested one after the
    other, lower and lower, by the exact binomial test, until one fails (fixed-sequence testing with several starts,
    each with its part of DELTA: Angelopoulos et al., Learn then Test, 2021). The first start is the highest threshold
    at which values enough would be accepted for a test to succeed at all; where there are values enough, others follow
    further down, so that one wrong value among the surest does not end it. All that is told without the answers.
    """
    thresholds = {g: _threshold(graded.of(g), max_error) for g in GROUPS}
    return Acceptance(max_error, thresholds, {g: len(graded.of(g)) for g in GROUPS})


def fewest_for(max_error: float, delta: float = DELTA) -> int:
    """How many values, all right, it takes to back a promise of that share of wrong ones."""
    return math.ceil(math.log(delta) / math.log1p(-max_error))


def _threshold(graded: Graded, max_error: float) -> float:
    # Here, not above: it takes most of a second, and who only asks how many values were graded need not wait.
    from scipy.stats import binom

    order = np.argsort(-graded.chances, kind="stable")
    chances, wrong = graded.chances[order], np.cumsum(~graded.answers[order])
    total = len(chances)
    starts = _STARTS if total >= 2 * fewest_for(max_error, DELTA / _STARTS) else 1
    fewest = fewest_for(max_error, DELTA / starts)
    if total < fewest:
        return NEVER
    accepted = 0
    for start in np.linspace(fewest, total, starts + 1)[:starts].astype(int):
        for count in np.unique(np.linspace(start, total, _STEPS).astype(int)):
            # All values of the same confidence are accepted together.
            last = int(np.searchsorted(-chances, -chances[count - 1], side="right"))
            if binom.cdf(wrong[last - 1], last, max_error) > DELTA / starts:
                break
            accepted = max(accepted, last)
    return float(chances[accepted - 1]) if accepted else NEVER


def error_bound(wrong: int, total: int, sure: float = 0.95) -> float:
    """The largest share of wrong values that so many wrong among so many fit with (Clopper and Pearson, 1934).

    sure: the probability with which the bound holds. 1.0 where nothing was looked at.
    """
    from scipy.stats import beta

    return 1.0 if wrong >= total else float(beta.ppf(sure, wrong + 1, total - wrong))


def save_graded(folder: Path, graded: Graded) -> None:
    """Writes graded values into a model folder; the same values give the same bytes."""
    np.savez_compressed(
        folder / FILE,
        groups=graded.groups.astype(np.int8),
        chances=graded.chances.astype(np.float32),
        answers=graded.answers.astype(np.bool_),
        documents=graded.documents.astype(np.int32),
    )


def load_graded(folder: Path) -> Graded:
    """The graded values of a model folder; none where it has no such file."""
    path = folder / FILE
    if not path.is_file():
        return NOTHING_GRADED
    with np.load(path, allow_pickle=False) as kept:
        return Graded(kept["groups"], kept["chances"], kept["answers"], kept["documents"])
