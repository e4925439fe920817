"""The places of a stack beside the slots that they may fill, and frames left over beside labels that found none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitizer.document.geometry import Box
from digitizer.document.lines import same_line
from digitizer.fields.candidates import Candidate, is_mark
from digitizer.fields.phrases import LabelMatch
from digitizer.fields.slots import Slot
from digitizer.fields.stacked_pages import UNIT, StackedPages

LEVEL = 0.4
"""Share of the lower one's height by which two that stand on one line overlap."""
_FAR = 1.5
"""Inches from a label from which on a frame with something else between the two is not the label's."""
LEFT_OVER = 0.5
"""The probability told of a frame and the label on its line that are left over: nothing else is left for either."""
_FARTHEST = 2.5
"""Inches between such a frame and its label."""


@dataclass(frozen=True, slots=True)
class Places:
    """What could be which field: features of shape (slots, candidates, len(features.NAMES)).

    repeated: whether these are the places of one block of several, for which no standing on the page is learned.
    marked: whether values may end in footnote markers.
    """

    stack: StackedPages
    matches: tuple[LabelMatch, ...]
    slots: tuple[Slot, ...]
    candidates: tuple[Candidate, ...]
    features: NDArray[np.float32]
    repeated: bool = False
    marked: bool = True

    def possible(self) -> NDArray[np.bool_]:
        """Of shape (slots, candidates): whether a place may be a slot's at all, as far as text and frames tell."""
        marked = np.array([c.mark is not None or is_mark(c.text) for c in self.candidates], bool)
        framed = np.array([c.mark is not None for c in self.candidates], bool)
        onto = [c.onto for c in self.candidates]
        rows = [
            marked & np.array([not o or o in slot.labels for o in onto], bool) & ~self._parted(slot, marked)
            if slot.is_checkbox
            else ~framed
            for slot in self.slots
        ]
        return np.array(rows, bool).reshape(len(self.slots), len(self.candidates))

    def between(self, label: Box, box: Box) -> bool:
        """Whether anything stands between a label and a frame on its line."""
        start, end = min(label.right, box.right), max(label.x, box.x)
        width = end - start
        if width <= 0:
            return False
        gap = Box(start, box.y, width, box.height)
        others = [i.box for i in self.stack.items if i.text] + [m.box for m in self.stack.marks]
        return any(o.overlap_x(gap) > 0 and same_line(o, gap, LEVEL) for o in others)

    def _parted(self, slot: Slot, marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Of shape (candidates,): whether a frame or X stands far from each of the slot's labels, others between."""
        labels = [h.box for h in self.matches if h.phrase in slot.labels]
        parted = np.zeros(len(self.candidates), bool)
        for k in np.flatnonzero(marked) if labels else ():
            box = self.candidates[k].box
            parted[k] = all(
                label.overlap_y(box) > 0 and -label.overlap_x(box) > _FAR * UNIT and self.between(label, box)
                for label in labels
            )
        return parted


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
