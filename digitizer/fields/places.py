"""The places of a sheet beside the slots that they may fill."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitizer.fields.candidates import Candidate, is_mark
from digitizer.fields.phrases import Hit
from digitizer.fields.sheet import Sheet
from digitizer.fields.slots import Slot


@dataclass(frozen=True, slots=True)
class Places:
    """What could be which field: features of shape (slots, candidates, len(features.NAMES)).

    repeated: whether these are the places of one block of several, for which no standing on the page is learned.
    marked: whether values may end in footnote markers.
    """

    sheet: Sheet
    hits: tuple[Hit, ...]
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
            marked & np.array([not o or o in slot.labels for o in onto], bool) if slot.is_checkbox else ~framed
            for slot in self.slots
        ]
        return np.array(rows, bool).reshape(len(self.slots), len(self.candidates))
