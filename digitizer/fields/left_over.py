"""Checkboxes left over: a frame that no field took, on one line with the label of a box that found none."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from digitizer.document.geometry import Box
from digitizer.fields.places import LEVEL, Places
from digitizer.fields.stacked_pages import UNIT

MATCH = 0.5
"""The probability told of such a pair: nothing else is left for either."""
_FARTHEST = 2.5
"""Inches between a frame and its label."""


def match_left_over(places: Places, chosen: Mapping[int, int], possible: NDArray[np.bool_]) -> dict[int, int]:
    """Slots of boxes (indices) with the frame or typed X (index of a candidate) that stands free on their label's line.

    chosen: what slots have already; possible: as places tells it.
    """
    taken = set(chosen.values())
    words = {e for k in taken for e in places.candidates[k].entries}
    labels = {
        s: box
        for s, slot in enumerate(places.slots)
        if s not in chosen and slot.is_checkbox
        for box in _label_boxes(places, s)
    }
    pairs: list[tuple[int, int, int]] = []
    for s, label in labels.items():
        for k, candidate in enumerate(places.candidates):
            if k in taken or not possible[s, k] or candidate.onto or not words.isdisjoint(candidate.entries):
                continue
            gap = _gap(label, candidate.box)
            if gap is not None and not places.between(label, candidate.box):
                pairs.append((gap, s, k))
    found: dict[int, int] = {}
    for _, s, k in sorted(pairs):
        same = [j for j in found.values() if places.candidates[j].box.intersection(places.candidates[k].box)]
        if s not in found and k not in found.values() and not same:
            found[s] = k
    return found


def _label_boxes(places: Places, slot: int) -> list[Box]:
    """The one place where a slot's label stands; nothing where it is printed nowhere or oftener."""
    boxes = [h.box for h in places.matches if h.phrase in places.slots[slot].labels]
    return boxes if len(boxes) == 1 else []


def _gap(label: Box, box: Box) -> int | None:
    """Units of white between a label and a frame on the first line of it, to either side; None where there is none."""
    line = Box(label.x, label.y, label.width, min(label.height, round(0.16 * UNIT)))
    if line.overlap_y(box) < LEVEL * min(line.height, box.height):
        return None
    gap = label.x - box.right if box.x < label.x else box.x - label.right
    return gap if 0 <= gap <= _FARTHEST * UNIT else None
