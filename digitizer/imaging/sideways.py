"""Text that runs up or down the page: stamps, and margins written along."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitizer.document.geometry import Box

Group = Callable[[NDArray[np.int32]], list[Box]]

_FEWEST = 5
"""Characters; print under one another, as an address's first letters, is parted by its lines."""
_WIDEST = 0.34
"""Inches across a column of characters, which a stamp's tilt makes wider."""
_LONGEST_WORD = 3
"""Characters that stand side by side in a column of text by chance, as two such lines do."""
_LONGER = 1.3
"""So many times the characters of the line from left to right, a column has to be believed."""
_SHARE = 0.7
_BENT = 0.45
"""Of a character's width, how far a column's characters stray from its middle; pieces of small print stray farther."""
_PAIRED = 0.35
"""Of a column's characters, the share that may stand beside the next one, as the pieces of a broken one do."""
_LYING = 1.0
"""Letters are higher than wide; on end, wider than high."""
_TILTS = (0.0, -5.0, 5.0, -10.0, 10.0, -15.0, 15.0, -21.0, 21.0)
"""Degrees by which stamps are set askew; each is tried where characters lie on their sides."""
_STRAIGHT, _FEWEST_LEANING, _SHORTEST_LEANING = 6.0, 8, 0.55
"""Of fewer characters, or on fewer inches, one cannot say that they lean more."""
_LETTER = 0.06
"""Inches: the least height of a stamp's letters."""
_ABREAST = 0.5
_UPRIGHT = 2.0
_WORD_CLOSE, _IN_WORDS = 0.04, 0.4
_WORDS_CLOSE, _IN_LINES = 0.15, 0.25
"""Inches between characters of a word, and between words; the share of a column's characters that may stand in them."""
_WORD_GAP = 0.4
"""Inches between a stamp's words, as where a wheel is set to a single digit."""
_WORD = 3
_CLOSE = 0.35
"""Of a character's width, the usual white between characters; lines under one another stand farther apart."""
_SURELY_LYING, _CLOSE_LYING = 1.4, 0.55
"""Wheels set the figures of a stamp's date wider, but they lie on their sides as no others do."""


@dataclass(frozen=True, slots=True)
class Column:
    """A line that runs up or down. box: around its characters, pixels; tilt: degrees that it leans to the right on its
    way down; members: indices of its characters."""

    box: Box
    tilt: float
    members: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Leaning:
    """Characters' boxes with their centers turned so that a line of that tilt stands upright."""

    tilt: float
    boxes: NDArray[np.int32]


class _Middles:
    """Characters' middles, in order from left to right to be found fast."""

    def __init__(self, boxes: NDArray[np.int32]) -> None:
        x = boxes[:, 0] + boxes[:, 2] / 2
        self._order = np.argsort(x, kind="stable")
        self._x, self._y = x[self._order], (boxes[:, 1] + boxes[:, 3] / 2)[self._order]

    def inside(self, box: Box) -> NDArray[np.int64]:
        """Indices of the characters whose middle is in the box, rising."""
        first, end = np.searchsorted(self._x, (box.x, box.right))
        y = self._y[first:end]
        return np.asarray(np.sort(self._order[first:end][(y >= box.y) & (y < box.bottom)]), np.int64)


def sideways_lines(
    boxes: NDArray[np.int32], level: Sequence[Box], group: Group, dpi: float, known: Sequence[Column] = ()
) -> list[Column]:
    """The columns of characters that belong together more than with what stands beside them.

    boxes: int (n, 4), x, y, width, height of characters, pixels; level: the lines that they make from left to right.
    group: makes lines of such boxes; it is given the page turned over its diagonal. known: columns found already, where
    the others are looked for with the same tilt.
    """
    if len(boxes) < _FEWEST:
        return []
    beside = _neighbours(boxes, level)
    # Characters of long lines are out at once: under one another they would make columns too.
    alone = np.nonzero(beside <= _LONGEST_WORD * 3)[0]
    if len(alone) < _FEWEST:
        return []
    lying = (boxes[alone, 2] > _LYING * boxes[alone, 3]) & (boxes[alone, 2] >= _LETTER * dpi)
    tilts: Sequence[float] = _TILTS
    if known:
        tilts = sorted({0.0, *(min(_TILTS, key=lambda t: abs(t - c.tilt)) for c in known)}, key=abs)
    if int(lying.sum()) < _FEWEST:
        tilts = (0.0,)
    proposed: list[tuple[float, float, NDArray[np.int64]]] = []
    for tilt in tilts:
        leaning = _Leaning(tilt, _upright(boxes[alone], tilt))
        for members in _columns(leaning, group, dpi):
            bent = _bent(leaning, members)
            believed = bent <= _BENT and _is_column(leaning, members, beside[alone], dpi)
            if believed and not _of_words(boxes, alone[members], tilt, dpi):
                proposed.append((len(members) * (1 - bent), tilt, alone[members]))
    found: list[Column] = []
    used: set[int] = set()
    for _, _, members in sorted(proposed, key=lambda p: (-p[0], abs(p[1]))):
        if used.isdisjoint(members.tolist()):
            used |= set(members.tolist())
            found.append(Column(Box.around([Box(*b) for b in boxes[members].tolist()]), _tilt(boxes[members]), members))
    return found


def _bent(leaning: _Leaning, members: NDArray[np.int64]) -> float:
    """How far a column's characters stray from its middle, in widths of a character."""
    boxes = leaning.boxes[members]
    return float((boxes[:, 0] + boxes[:, 2] / 2).std()) / max(1.0, float(np.median(boxes[:, 2]))) if len(boxes) else 0.0


def _tilt(boxes: NDArray[np.int32]) -> float:
    """Degrees that a column leans to the right on its way down."""
    x, y = boxes[:, 0] + boxes[:, 2] / 2, boxes[:, 1] + boxes[:, 3] / 2
    return round(float(np.degrees(np.arctan(np.polyfit(y, x, 1)[0]))), 2)


def _upright(boxes: NDArray[np.int32], tilt: float) -> NDArray[np.int32]:
    """The boxes, their centers turned against the tilt, moved to begin in the corner."""
    x, y = boxes[:, 0] + boxes[:, 2] / 2, boxes[:, 1] + boxes[:, 3] / 2
    sine, cosine = np.sin(np.radians(tilt)), np.cos(np.radians(tilt))
    corners = np.stack([x * cosine - y * sine, x * sine + y * cosine], axis=1) - boxes[:, 2:] / 2
    corners -= corners.min(axis=0)
    return np.concatenate([np.rint(corners), boxes[:, 2:]], axis=1).astype(np.int32)


def _columns(leaning: _Leaning, group: Group, dpi: float) -> list[NDArray[np.int64]]:
    """Which characters stand on one another: as words, and words that go on from one another as well."""
    words = [b.transposed() for b in group(leaning.boxes[:, [1, 0, 3, 2]])]
    middles = _Middles(leaning.boxes)
    # Letters that stand alone one above the other, as the D of each row of a table, are no words of a stamp.
    together = [
        Box.around(run)
        for run in _runs(words, dpi)
        if len(run) > 1 and any(len(middles.inside(word)) >= _WORD for word in run)
    ]
    # What is hardly higher than wide is no column: most words are level ones, and it takes time to look into each.
    upright = [w for w in words if w.height >= _UPRIGHT * w.width]
    found = [middles.inside(box) for box in [*upright, *together]]
    return [members for members in found if len(members) >= _FEWEST]


def _runs(words: list[Box], dpi: float) -> list[list[Box]]:
    """Words parted into those that go on below one another."""
    runs: list[list[Box]] = []
    # Of each stripe of the page the runs that a word farther down can still go on from.
    going: dict[int, list[list[Box]]] = {}
    stripe = max(1, round(_WIDEST * dpi))
    gap = _WORD_GAP * dpi
    for word in sorted(words, key=lambda b: (b.y, b.x)):
        at = word.x // stripe
        run = None
        for k in (at - 1, at, at + 1):
            if going.get(k):
                going[k] = [r for r in going[k] if word.y - r[-1].bottom < gap]
                run = run or next((r for r in going[k] if _goes_on(r[-1], word)), None)
        if run is None:
            runs.append([word])
            going.setdefault(at, []).append(runs[-1])
        else:
            run.append(word)
    return runs


def _goes_on(last: Box, word: Box) -> bool:
    abreast = min(last.x + last.width, word.x + word.width) - max(last.x, word.x)
    return abreast > _ABREAST * min(last.width, word.width) and word.y - last.bottom >= -4


def _is_column(leaning: _Leaning, members: NDArray[np.int64], beside: NDArray[np.int64], dpi: float) -> bool:
    """Whether some of the characters are a line on end. beside: how many stand in the level line of each character."""
    boxes = leaning.boxes[members]
    if len(boxes) < _FEWEST:
        return False
    width = int((boxes[:, 0] + boxes[:, 2]).max() - boxes[:, 0].min())
    height = int((boxes[:, 1] + boxes[:, 3]).max() - boxes[:, 1].min())
    if width > _WIDEST * dpi or height < 3 * width:
        return False
    if abs(leaning.tilt) > _STRAIGHT and (len(boxes) < _FEWEST_LEANING or height < _SHORTEST_LEANING * dpi):
        return False
    lonely = beside[members] <= max(_LONGEST_WORD, len(boxes) / _LONGER)
    return bool(lonely.mean() >= _SHARE) and _is_on_end(boxes)


def _neighbours(boxes: NDArray[np.int32], level: Sequence[Box]) -> NDArray[np.int64]:
    """How many characters stand in each one's line from left to right, itself among them."""
    count = np.ones(len(boxes), np.int64)
    middles = _Middles(boxes)
    for line in level:
        inside = middles.inside(line)
        count[inside] = np.maximum(count[inside], len(inside))
    return count


def _of_words(boxes: NDArray[np.int32], members: NDArray[np.int64], tilt: float, dpi: float) -> bool:
    """Whether the characters of a column have others of a level word right beside them, as numbers in a column do.

    A column that leans (tilt, degrees) runs through lines of small print more easily: there other words count too.
    """
    others = np.delete(boxes, members, axis=0).astype(np.float64)
    if not len(others):
        return False
    own = boxes[members].astype(np.float64)[:, None]
    overlap = np.minimum(own[..., 1] + own[..., 3], others[:, 1] + others[:, 3]) - np.maximum(own[..., 1], others[:, 1])
    gap = np.maximum(own[..., 0] - others[:, 0] - others[:, 2], others[:, 0] - own[..., 0] - own[..., 2])
    level = overlap > 0.6 * np.minimum(own[..., 3], others[:, 3])
    alike = others[:, 3] > 0.6 * own[..., 3]
    reach, most = (_WORDS_CLOSE, _IN_LINES) if tilt else (_WORD_CLOSE, _IN_WORDS)
    close = level & alike & (gap >= 0) & (gap <= reach * dpi)
    return bool(close.any(axis=1).mean() > most)


def members_of(boxes: NDArray[np.int32], lines: Sequence[Box]) -> list[int]:
    """How many characters stand in each line."""
    middles = _Middles(boxes)
    return [len(middles.inside(line)) for line in lines]


def _is_on_end(column: NDArray[np.int32]) -> bool:
    """Whether the characters of a column lie on their sides, one to a place, and as close as those of a word."""
    ordered = column[np.argsort(column[:, 1])]
    width, height = float(np.median(column[:, 2])), float(np.median(column[:, 3]))
    gaps = ordered[1:, 1] - (ordered[:-1, 1] + ordered[:-1, 3])
    paired = -gaps > 0.5 * np.minimum(ordered[1:, 3], ordered[:-1, 3])
    close = _CLOSE_LYING if width >= _SURELY_LYING * height else _CLOSE
    return bool(np.median(gaps) <= close * width and paired.mean() <= _PAIRED and width >= _LYING * height)
