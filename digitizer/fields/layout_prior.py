"""Where a form's values stand: their way from the form's printed texts, learned from pages where both were found.

A field whose own label was misread, or that has none near, is still found by where it stands among all that was read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitizer.fields.candidates import Candidate
from digitizer.fields.phrases import LabelMatch
from digitizer.fields.slots import Slot
from digitizer.fields.stacked_pages import UNIT

NAMES: tuple[str, ...] = ("off_x", "off_y", "off_rank", "spread", "seen")
"""One name per column of the features: inches off the expected place, rank among all places by that, inches by which
the place varies, and on how many pages (at most 8) it was seen; all far and unsure where nothing is expected."""

Point = tuple[float, float]
Offsets = Mapping[str, Point]
"""By phrase: inches from it to a value, rightward and down."""
_NEAREST = 12
"""Printed texts from which the way to a value is remembered, of each page."""
_MOST_SEEN = 8.0
_FAR = 4.0
_UNSURE = 0.3
"""Inches by which a place seen on one page only may well be off."""


@dataclass(frozen=True, slots=True)
class Way:
    """From a phrase to a value. dx, dy: median inches; spread: inches by which it varies; seen: on how many pages."""

    phrase: str
    dx: float
    dy: float
    spread: float
    seen: int


LayoutPrior = Mapping[str, tuple[Way, ...]]
"""The ways to the place of each slot, by the name of its first field."""


def points_of_matches(matches: Sequence[LabelMatch]) -> dict[str, Point]:
    """Where each phrase begins that was found once on the stack, in inches; one found twice points nowhere."""
    counts = Counter(h.phrase for h in matches)
    return {h.phrase: (h.box.x / UNIT, h.box.center[1] / UNIT) for h in matches if counts[h.phrase] == 1}


def points_of(candidates: Sequence[Candidate]) -> NDArray[np.float64]:
    """Where each candidate's first line begins, in inches; of shape (candidates, 2)."""
    firsts = [c.entries[0].box if c.entries else c.box for c in candidates]
    return np.array([[b.x / UNIT, b.center[1] / UNIT] for b in firsts], np.float64).reshape(-1, 2)


def observe(phrases: Mapping[str, Point], place: NDArray[np.float64]) -> dict[str, Point]:
    """The way to a place from the phrases nearest to it."""
    offsets = {p: (float(place[0] - x), float(place[1] - y)) for p, (x, y) in phrases.items()}
    nearest = sorted(offsets, key=lambda p: (np.hypot(*offsets[p]), p))[:_NEAREST]
    return {p: offsets[p] for p in nearest}


def learn_prior(observations: Sequence[Mapping[str, Offsets]]) -> dict[str, tuple[Way, ...]]:
    """What was observed on many pages, by slot, as one."""
    gathered: dict[str, dict[str, list[Point]]] = {}
    for page in observations:
        for slot, offsets in page.items():
            for phrase, point in offsets.items():
                gathered.setdefault(slot, {}).setdefault(phrase, []).append(point)
    return {slot: tuple(_way(p, points) for p, points in sorted(by.items())) for slot, by in sorted(gathered.items())}


def _way(phrase: str, points: Sequence[Point]) -> Way:
    values = np.array(points)
    middle = np.median(values, axis=0)
    spread = float(np.median(np.abs(values - middle).max(axis=1))) + _UNSURE / len(points)
    return Way(phrase, round(float(middle[0]), 3), round(float(middle[1]), 3), round(spread, 3), len(points))


def prior_features(
    prior: LayoutPrior, phrases: Mapping[str, Point], slots: Sequence[Slot], places: NDArray[np.float64]
) -> NDArray[np.float32]:
    """float32 of shape (slots, candidates, len(NAMES)). places: as points_of gives them."""
    result = np.zeros((len(slots), len(places), len(NAMES)), np.float32)
    result[:] = (_FAR, _FAR, 6.0, _FAR, 0.0)
    for s, slot in enumerate(slots):
        ways = [w for w in prior.get(slot.leader.name, ()) if w.phrase in phrases]
        if not ways or not len(places):
            continue
        starts = np.array([phrases[w.phrase] for w in ways])
        weights = np.array([w.seen / (w.spread + 0.05) ** 2 for w in ways])
        ends = starts + np.array([(w.dx, w.dy) for w in ways])
        expected = np.array([_weighted_median(ends[:, k], weights) for k in (0, 1)])
        off = np.abs(places - expected)
        best = int(np.argmax(weights))
        result[s, :, :2] = np.minimum(off, _FAR)
        # A line off is worse than a word off: entries vary in where they begin, not in which line they stand.
        result[s, :, 2] = np.minimum(np.argsort(np.argsort(off[:, 0] + 3 * off[:, 1], kind="stable")), 5.0)
        result[s, :, 3:] = (min(_FAR, ways[best].spread), min(_MOST_SEEN, max(w.seen for w in ways)))
    return result


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][int(np.searchsorted(total, total[-1] / 2))])
