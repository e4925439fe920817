"""Reads lines that run up or down the page, and what of a stamp's date is broken as it must have been."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from digitizer.document.layout import Reading, TextLine
from digitizer.document.page import Pixels
from digitizer.reading.double import ENGINE, SecondReader
from digitizer.reading.grammars import STAMP
from digitizer.reading.joint import TEMPER, Table, joint_chances
from digitizer.reading.linereader import LineReader
from digitizer.reading.placing import place_words
from digitizer.reading.spelling import spell
from digitizer.reading.stamped import plumb, turned_crops
from digitizer.reading.tesseract import Crop

_DATED = 2
"""Digits from which a line on end may be a stamp's date."""
_BEYOND = (0.35, 0.75)
"""Inches taken in at both ends of such a line: its first figures often stand across print, or so far off that they are
no part of it.
"""
_SPELT = 3
"""Texts of a stamp's grammar that are kept of each way to read it."""


@dataclass(frozen=True, slots=True)
class EndReader:
    """pixels, ink: uint8 (height, width) of the page without its rules, grey and 255 for ink; first: Tesseract on a
    page's crops; network, second: where they run here.
    """

    pixels: Pixels
    ink: Pixels
    dpi: float
    first: Callable[[Sequence[Crop], float], list[Reading]]
    network: LineReader | None
    second: SecondReader | None

    def read(self, line: TextLine) -> Reading:
        """The reading whose words are the surest, of a line read both ways up; all its words stand in the line's place.

        All else that is read of it, also with more taken in at its ends, are alternatives: in a stamp one reading may
        have the day and one the year.
        """
        found, seen = self._readings(line, 0.0)
        best = max(found, key=lambda r: sum(w.confidence * len(w.text) for w in r.words))
        if sum(map(str.isdigit, best.text)) >= _DATED:
            for beyond in _BEYOND:
                more, others_seen = self._readings(line, beyond)
                found, seen = found + more, seen + others_seen
            found += [reading for crop, text, table in seen for reading in self._spelt(crop, text, table, line)]
        others = tuple((r.text, r.confidence) for r in found if r is not best and r.text)
        return replace(best, words=tuple(replace(w, box=line.box) for w in best.words), alternatives=others)

    def _readings(self, line: TextLine, beyond: float) -> tuple[list[Reading], list[tuple[Crop, str, Table]]]:
        """The line laid level both ways, so many inches longer at both ends, as read; what the second reader saw."""
        pixels, ink = (
            plumb(array, line, self.dpi, paper, beyond) for array, paper in ((self.pixels, 255), (self.ink, 0))
        )
        crops = turned_crops(pixels, ink, line.box)
        found, seen = self.first(crops, self.dpi), list[tuple[Crop, str, Table]]()
        if self.second is None:
            return found, seen
        for crop in crops:
            text, chance, table = self.second.tell(crop.pixels)
            found.append(Reading(text, chance, ENGINE, place_words(text, chance, line.box)))
            seen.append((crop, text, table))
        return found, seen

    def _spelt(self, crop: Crop, text: str, second: Table, line: TextLine) -> list[Reading]:
        """What stamps say that the networks may have seen, by how much less likely it is than what they see at once.

        text, second: the second reader's.
        """
        first = self.network.table(crop, self.dpi) if self.network is not None else None
        if first is None:
            return []
        spelt = spell((first, second), STAMP)[:_SPELT]
        seen = max(joint_chances([text], (first, second)))
        chances = [float(np.exp(TEMPER * min(0.0, chance - seen))) for _, chance in spelt]
        return [
            Reading(told, chance, ENGINE, place_words(told, chance, line.box))
            for (told, _), chance in zip(spelt, chances, strict=True)
        ]
