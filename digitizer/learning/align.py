"""Truth aligned with places: which place on the page holds a keyed value, in spite of typos of reader and keyer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitizer.fields.assign import assign_slots
from digitizer.fields.candidates import Candidate
from digitizer.fields.features import NAMES
from digitizer.learning.training_examples import TrainingExample

LEAST_ALIKE = 0.75
_AS_GOOD = 0.1
"""Places so much less like the value than the best may still be its own, where their label fits better."""
_SHORT = 4
"""A value with fewer letters that stands in several places does so by chance: its label must be near."""
_NEAR_LABEL = 0.03
_SURE_BOX = 0.4
_BESIDE = 0.35
"""Inches between a frame and its label at most."""
_TICK_SPEAKS = 2.0
"""How much a tick where the truth has one speaks for a frame, and against it where it has none; in log odds."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A keyed value that no place could be found for. best: the text most like it, alike: how much, 0 to 1.

    taken: the field that the place of that text was given to; "" where to none.
    """

    document: str
    field: str
    keyed: str
    best: str
    alike: float
    taken: str = ""


@dataclass(frozen=True, slots=True)
class Alignment:
    """chosen: the candidate of each slot that has one. doubtful: of shape (slots, candidates): may as well be right."""

    chosen: dict[int, int]
    doubtful: NDArray[np.bool_]


def align(example: TrainingExample, probabilities: NDArray[np.float64]) -> Alignment:
    """The places of the keyed values, none used twice.

    probabilities: that a candidate is a slot's as far as one can tell without the truth; of shape (slots, candidates).
    """
    merits = np.zeros(probabilities.shape)
    doubtful = np.zeros(probabilities.shape, bool)
    for s, state in enumerate(example.states):
        if state == "value":
            merits[s] = _merits_of_texts(example, s, probabilities[s])
            doubtful[s] = merits[s] > 0
        elif state in ("ticked", "clear"):
            merits[s] = _merits_of_boxes(example, s, probabilities[s])
    chosen = assign_slots(example.slots, example.candidates, merits * example.possible, least=0.3)
    for s, c in chosen.items():
        doubtful[s, c] = False
        doubtful[s] &= ~np.array([shares_words(example.candidates[c], other) for other in example.candidates])
    return Alignment(chosen, doubtful)


def _merits_of_texts(example: TrainingExample, slot: int, chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """0 where the text is not the value; else from how like it the text is and how probable the place."""
    alike = example.alike[slot]
    best = float(alike.max(initial=0.0))
    good = (alike >= max(LEAST_ALIKE, best - _AS_GOOD)) & example.possible[slot]
    if sum(c.isalnum() for c in example.told(slot)) < _SHORT and not _is_alone(alike):
        good &= chances >= _NEAR_LABEL
    merits = np.where(good, 0.6 * alike + 0.39 * chances, 0.0)
    for c in np.nonzero(good)[0]:
        # Of places that share words, as a line and the block it is in, the better cut one holds.
        rivals = [d for d in np.nonzero(good)[0] if alike[d] > alike[c]]
        if any(shares_words(example.candidates[c], example.candidates[d]) for d in rivals):
            merits[c] = 0.0
    result: NDArray[np.float64] = merits
    return result


def _is_alone(alike: NDArray[np.float64]) -> bool:
    """Whether exactly one place holds exactly the value."""
    return int((alike >= 1.0).sum()) == 1


def _merits_of_boxes(example: TrainingExample, slot: int, chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """How probable each frame or typed X is once the truth has told whether there is a tick."""
    marked = np.array([is_marked(c) for c in example.candidates], bool)
    framed = np.array([c.mark is not None for c in example.candidates], bool)
    ticked = example.states[slot] == "ticked"
    p = np.clip(np.maximum(chances, _beside_label(example, slot)), 1e-6, 1 - 1e-6)
    odds = np.log(p / (1 - p)) + np.where(marked == ticked, _TICK_SPEAKS, -_TICK_SPEAKS)
    merits = 1 / (1 + np.exp(-odds))
    # An X without a frame cannot belong to a box that is not ticked; that box has no frame, or it was not seen.
    allowed = framed | ticked
    result: NDArray[np.float64] = np.where(allowed & (merits >= _SURE_BOX), merits, 0.0)
    return result


def _beside_label(example: TrainingExample, slot: int) -> NDArray[np.float64]:
    """The least probability of frames right beside the slot's label, on whichever side this form sets them.

    Most forms print the box before its label; with the truth one finds out about those that print it behind.
    """
    features = example.features[slot].astype(np.float64)
    beside = np.zeros(len(features), bool)
    for side in ("left", "right"):
        gap, score = (features[:, NAMES.index(f"{side}_{what}")] for what in ("gap", "score"))
        beside |= (gap <= _BESIDE) & (score > 0)
    grouped = np.where(features[:, NAMES.index("has_group")] > 0, features[:, NAMES.index("group_score")], 1.0)
    result: NDArray[np.float64] = beside * (0.1 + 0.15 * grouped)
    return result


def is_marked(candidate: Candidate) -> bool:
    """Whether a frame is ticked, or there is anything written where there is no frame."""
    return candidate.mark.mark.checked if candidate.mark is not None else bool(candidate.entries)


def shares_words(one: Candidate, other: Candidate) -> bool:
    """Whether two candidates hold a word in common."""
    words = {(e.item, e.first) for e in one.entries}
    return any((e.item, e.first) in words for e in other.entries)


def missed_values(example: TrainingExample, alignment: Alignment) -> Iterator[Missed]:
    """Keyed values and ticks that were not found on the page."""
    for s, (slot, state) in enumerate(zip(example.slots, example.states, strict=True)):
        if s in alignment.chosen or state not in ("value", "ticked"):
            continue
        names = " / ".join(f.name for f in slot.fields)
        best, alike, taken = "", 0.0, ""
        if state == "value" and example.alike.shape[1]:
            c = int(np.argmax(example.alike[s]))
            best, alike = example.candidates[c].text, float(example.alike[s, c])
            owners = (
                t for t, d in alignment.chosen.items() if shares_words(example.candidates[c], example.candidates[d])
            )
            taken = ", ".join(example.slots[t].leader.name for t in owners)
        yield Missed(example.keyed.document, names, example.told(s), best, round(alike, 3), taken)


def kept_pairs(example: TrainingExample, alignment: Alignment) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which pairs something is known of, and which of these are right; both of shape (slots, candidates)."""
    known = np.zeros(example.possible.shape, bool)
    answers = np.zeros(example.possible.shape, bool)
    marked = np.array([is_marked(c) for c in example.candidates], bool)
    for s, state in enumerate(example.states):
        if state == "blank":
            known[s] = True
        elif s in alignment.chosen:
            known[s] = ~alignment.doubtful[s]
            answers[s, alignment.chosen[s]] = True
        elif state == "clear":
            # Its frame was not found: it may be any that is empty, but none that is ticked.
            known[s] = marked
        if state != "unknown":
            for t, c in alignment.chosen.items():
                known[s, c] |= t != s
    known &= example.possible
    return known, answers & known
