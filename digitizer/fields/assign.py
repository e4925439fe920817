"""The consistent whole: which candidate goes to which slot, none to two."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from digitizer.fields.candidates import Candidate
from digitizer.fields.slots import Slot

_NEVER = 1e6


def best_assignment(probabilities: NDArray[np.floating], least: float) -> dict[int, int]:
    """The most probable one-to-one assignment of rows to columns; pairs less probable than `least` stay apart.

    probabilities: of shape (rows, columns).
    """
    rows, columns = probabilities.shape
    if not rows or not columns:
        return {}
    costs = _costs(probabilities)
    limit = float(_costs(np.array([least]))[0])
    # A column of its own for every row lets it stay unassigned at the price of the limit.
    padded = np.concatenate([costs, np.full((rows, rows), limit)], axis=1)
    chosen_rows, chosen = linear_sum_assignment(padded)
    return {int(r): int(c) for r, c in zip(chosen_rows, chosen, strict=True) if c < columns and costs[r, c] < limit}


def _costs(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    p = np.clip(probabilities.astype(np.float64), 1e-6, 1 - 1e-6)
    costs: NDArray[np.float64] = np.log(1 - p) - np.log(p)
    return np.where(probabilities <= 0, _NEVER, costs)


def prefer_whole(candidates: Sequence[Candidate], probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """Probabilities of shape (slots, candidates); a part of an entry is a slot's only as far as the whole is not."""
    result: NDArray[np.float64] = probabilities.astype(np.float64)
    parts = [{(e.item, e.first) for e in c.entries} for c in candidates]
    for c, own in enumerate(parts):
        larger = [k for k, other in enumerate(parts) if own and own < other and candidates[k].whole]
        if larger:
            result[:, c] *= 1 - probabilities[:, larger].max(axis=1)
    return result


def assign_slots(
    slots: Sequence[Slot], candidates: Sequence[Candidate], probabilities: NDArray[np.floating], least: float = 0.5
) -> dict[int, int]:
    """Candidates for slots such that no written word is used twice; indices of slot to indices of candidate.

    probabilities: of shape (slots, candidates).
    """
    allowed = probabilities.copy()
    for s, slot in enumerate(slots):
        for c, candidate in enumerate(candidates):
            if candidate.mark is not None and not slot.is_checkbox:
                allowed[s, c] = 0.0
    while True:
        chosen = best_assignment(allowed, least)
        clash = _clash(chosen, candidates, allowed)
        if clash is None:
            return chosen
        allowed[clash] = 0.0


def _clash(
    chosen: dict[int, int], candidates: Sequence[Candidate], probabilities: NDArray[np.floating]
) -> tuple[int, int] | None:
    """The less probable of two choices that use the same words; None where there is no such pair."""
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for pair in sorted(chosen.items(), key=lambda p: -float(probabilities[p])):
        for entry in candidates[pair[1]].entries:
            key = (entry.item, entry.first)
            if key in owner:
                return pair
            owner[key] = pair
    return None
