"""Fields without a trained model: a place belongs to the label that stands next to it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitizer.fields import features

_BESIDE = 2.5
"""Inches to the right of its label at which an entry is still begun."""
_UNDER = 0.9
"""Inches under its label at which an entry is still begun."""
_OVER = 0.35
"""Inches over a label under which the form prints what is asked, as (Date) under a line to write on."""
_BOX = 0.5
"""Inches between a checkbox and its text."""


class NearestLabel:
    """In place of a trained classifier of pairs; the same interface. Reasoned, not learned: the numbers only rank.

    An entry stands to the right of its label, in its cell, under it, or, if nothing else claims it, over it;
    a checkbox on either side of its text, whichever is nearer.
    """

    def predict_proba(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        """Of pairs, float32 (pairs, features.NAMES): the probabilities of no and yes, float64 (pairs, 2)."""
        named = dict(zip(features.NAMES, matrix.T.astype(np.float64), strict=True))
        box = named["kind_checkbox"] > 0
        chance = np.where(box, _box_chance(named), _entry_chance(named))
        # A checkbox far from its question is less likely, an entry beside another neighbour nearly ruled out.
        chance *= np.where((named["has_group"] > 0) & box & (named["group_score"] <= 0), 0.6, 1.0)
        chance *= np.where((named["has_near"] > 0) & (named["near_gap"] > 2.0), 0.2, 1.0)
        chance = np.clip(chance, 0.0, 0.99)
        return np.stack([1 - chance, chance], axis=1)


def _box_chance(named: dict[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    sides = [_side(named, side, _BOX, 0.97, 0.5) for side in ("right", "left")]
    return np.where(named["fits"] > 0, np.maximum(*sides), 0.0)


def _entry_chance(named: dict[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    in_cell, shares = named["in_cell"] > 0, named["shares_cell"] > 0
    sides = [
        _side(named, "left", _BESIDE, 0.97, 0.1),
        np.where(shares & (named["cell_hits"] == 1), 0.9, 0.0),
        # Under a label of another cell stands what is asked there.
        np.where(in_cell & ~shares, 0.3, 1.0) * _side(named, "above", _UNDER, 0.93, 0.3),
        np.where(in_cell & ~shares, 0.3, 1.0) * _side(named, "below", _OVER, 0.6, 0.6),
    ]
    chance = np.max(sides, axis=0) * np.where(named["answers_other"] > 0, 0.2, 1.0)
    chance = np.maximum(chance, named["answers"] * (0.8 + 0.15 * named["complete"]))
    chance *= np.where(named["fits"] > 0, 1.0, 0.1) * np.where(named["is_mark"] > 0, 0.0, 1.0)
    return np.asarray(chance * (0.85 + 0.15 * named["whole"]), np.float64)


def _side(
    named: dict[str, NDArray[np.float64]], side: str, reach: float, nearest: float, slope: float
) -> NDArray[np.float64]:
    """How well the field's label on that side explains the place: falls with the gap and with labels in between."""
    gap, rank, score = named[f"{side}_gap"], named[f"{side}_rank"], named[f"{side}_score"]
    chance = (nearest - slope * gap) * score * np.power(0.35, rank)
    return np.where((gap <= reach) & (score > 0), chance, 0.0)
