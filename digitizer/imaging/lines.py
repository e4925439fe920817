"""Lines of text: the ink that a detector's lines run through, parted at the walls of cells and at wide gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.geometry import Box
from digitizer.document.layout import Rule, TextLine
from digitizer.document.page import Pixels
from digitizer.imaging.cells import CellMap
from digitizer.imaging.letters import components

# Shares of a letter's height.
_LONG = 3.0
"""A run of text shorter than that has no direction."""
_ASKEW, _ON_END = 4.0, 60.0
"""Degrees from level from which on a run was set askew, and from which on it runs up or down."""
_TALLER = 2.2
"""So many times as high as its line's other letters, ink is none of it: a stroke of the pen, what is left of a rule."""
_GAP, _BRIDGED = 1.15, 2.0
"""In heights of a line: white up to which runs are one line, a space in typewriting being about one height wide, and
from which even one run is two."""
_ABOVE, _BELOW, _BESIDE = 0.35, 0.45, 0.8
"""In heights of a line, how far above, below and beside it what the detector left out still belongs to it."""
_LETTER = 0.55
"""Ink that no line claims is one of its own from this height on."""
_SPECK, _DASH = 0.12, 0.4
"""What is smaller is dust, and what else is as wide or high as a dash or comma."""
_LEVEL = 0.5
_INSIDE, _ABREAST = 0.7, 1.3
"""Of a piece's width, how much of it lies in line with a line on end; how many times as wide as that it may be."""
_SOLID = 1.5, 0.9
"""In heights of a letter, how high and wide blots are at the least, and the share of their box that is ink."""
_TAKEN = -2
"""Instead of a run's number: the part has its line."""

Parts = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class FoundLines:
    """lines: by cell, in reading order within it; askew: ink of those set askew (255 on 0), None where there are none."""

    lines: tuple[TextLine, ...]
    askew: Pixels | None


@dataclass(frozen=True, slots=True)
class _Run:
    """A detected run of text. tilt: degrees, positive where it goes down to the right; on_end: whether it stands."""

    tilt: float
    on_end: bool
    askew: bool


@dataclass(frozen=True, slots=True)
class _Turned:
    """A run that is not level, and the parts of the ink that it crosses."""

    run: _Run
    members: NDArray[np.int64]


def find_lines(
    ink: Pixels, text: Pixels, cells: CellMap, rules: Sequence[Rule], letter: float, dpi: float
) -> FoundLines:
    """The lines of a straightened page.

    ink: uint8 (height, width), 255 where there is ink, rules erased; text: as large, 255 along each line's middle, as
    TextDetector tells it. letter: pixels that its letters are high.
    """
    labels, stats = components(ink)
    boxes = stats[1:, :4]
    runs, owner = _runs_of(labels, text, len(boxes), letter)
    cell = cells.at_all(boxes[:, 0] + boxes[:, 2] / 2, boxes[:, 1] + boxes[:, 3] / 2, over=True)
    upright = [k for k, run in enumerate(runs) if run.on_end and not _lie(boxes[owner == k])]
    owner[np.isin(owner, upright) | _is_solid(stats[1:], letter)] = -1
    turned = [k for k, run in enumerate(runs) if run.askew or (run.on_end and k not in upright)]
    level = np.where(np.isin(owner, turned), _TAKEN, owner)
    groups = _lines_of(boxes, level, cell, letter)
    _claim(groups, boxes, cell, level, letter)
    groups = _joined(groups + _left_over(boxes, level, letter), boxes, cell)
    special = [_Turned(runs[k], np.flatnonzero(owner == k)) for k in turned if (owner == k).any()]
    special, groups = _on_end(special, groups, boxes)
    lines = [_line(_around(boxes, members), cells, rules, letter) for members in groups]
    askew: NDArray[np.bool_] = np.zeros(len(stats), np.bool_)
    for run, members in ((s.run, s.members) for s in special):
        box = _around(boxes, members)
        here = cells.at(*box.center) if run.on_end else None
        lines.append(TextLine(box, here, sideways=run.on_end, tilt=run.tilt, stamped=not run.on_end))
        askew[members + 1] = not run.on_end
    lines.sort(key=lambda t: (-1 if t.cell is None else t.cell, t.box.y, t.box.x))
    return FoundLines(tuple(lines), np.where(askew[labels], np.uint8(255), np.uint8(0)) if askew.any() else None)


def _is_solid(stats: Parts, letter: float) -> NDArray[np.bool_]:
    """Blots and bars: large and filled, as no letter is."""
    _, _, width, height, area = stats.T
    return np.asarray((np.minimum(width, height) > _SOLID[0] * letter) & (area > _SOLID[1] * width * height))


def _lie(letters: Parts) -> bool:
    """Whether letters lie on their sides: upright ones, which may stand under one another, are higher than wide."""
    return len(letters) > 0 and bool(np.median(letters[:, 2] - letters[:, 3]) >= 0)


def _on_end(turned: list[_Turned], groups: list[list[int]], boxes: Parts) -> tuple[list[_Turned], list[list[int]]]:
    """The lines on end, each with what goes on above and below it, as the short words of a stamp's date do.

    Short pieces alone do not tell which way they run.
    """
    places = [_around(boxes, g) for g in groups]
    used: set[int] = set()
    kept: list[_Turned] = []
    for one in sorted(turned, key=lambda one: -len(one.members)):
        if not one.run.on_end:
            kept.append(one)
            continue
        box, members = _around(boxes, one.members), one.members
        before = next((k for k, other in enumerate(kept) if _goes_on(_around(boxes, other.members), box)), None)
        while True:
            more = [k for k, place in enumerate(places) if k not in used and _goes_on(box, place)]
            if not more:
                break
            used.update(more)
            members = np.concatenate([members, *(groups[k] for k in more)])
            box = _around(boxes, members)
        if before is not None and kept[before].run.on_end:
            kept[before] = _Turned(kept[before].run, np.concatenate([kept[before].members, members]))
        else:
            kept.append(_Turned(one.run, members))
    return kept, [g for k, g in enumerate(groups) if k not in used]


def _goes_on(column: Box, piece: Box) -> bool:
    """Whether a piece stands above or below a line on end, as near as its words do and hardly wider."""
    gap = max(piece.y - column.bottom, column.y - piece.bottom)
    inside = piece.overlap_x(column) >= _INSIDE * piece.width
    return inside and piece.width <= _ABREAST * column.width and -column.width < gap <= _BRIDGED * column.width


def _runs_of(labels: NDArray[np.int32], text: Pixels, count: int, letter: float) -> tuple[list[_Run], NDArray[np.int64]]:
    """The runs of text that meet ink, and for each part of the ink the run that crosses most of it, -1 for none."""
    _, areas = cv2.connectedComponentsWithAlgorithm(text, 8, cv2.CV_32S, cv2.CCL_GRANA)
    met = (labels > 0) & (areas > 0)
    pairs, pixels = np.unique(
        labels[met].astype(np.int64) * (int(areas.max()) + 1) + areas[met], return_counts=True
    )
    part, run = np.divmod(pairs, int(areas.max()) + 1)
    order = np.argsort(pixels, kind="stable")
    owner = np.full(count, -1, np.int64)
    owner[part[order] - 1] = run[order] - 1
    contours, _ = cv2.findContours(text, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    runs = [_Run(0.0, False, False)] * int(areas.max())
    for contour in contours:
        x, y = contour[0][0].tolist()
        runs[int(areas[y, x]) - 1] = _run(contour, letter)
    return runs, owner


def _run(contour: cv2.typing.MatLike, letter: float) -> _Run:
    _, (wide, high), angle = cv2.minAreaRect(contour)
    if wide < high:
        wide, high, angle = high, wide, angle - 90
    angle = (angle + 90) % 180 - 90
    if wide < _LONG * max(letter, high):
        return _Run(0.0, False, False)
    if abs(angle) >= _ON_END:
        # Leaning to the right on its way down.
        lean = 90 - angle if angle > 0 else -90 - angle
        return _Run(round(lean, 2), True, False)
    return _Run(round(angle, 2), False, abs(angle) >= _ASKEW and wide >= 2 * _LONG * letter)


def _lines_of(boxes: Parts, owner: NDArray[np.int64], cell: NDArray[np.int32], letter: float) -> list[list[int]]:
    """Parts of one run and one cell, parted at wide gaps."""
    members = np.flatnonzero(owner >= 0)
    order = members[np.lexsort((boxes[members, 0], cell[members], owner[members]))]
    groups: list[list[int]] = []
    start = 0
    same = (np.diff(owner[order]) == 0) & (np.diff(cell[order]) == 0)
    for end in [*(np.flatnonzero(~same) + 1).tolist(), len(order)]:
        own = order[start:end]
        start = end
        if len(own):
            strokes = _strokes(boxes, own)
            owner[own[strokes]] = -1
            if not strokes.all():
                groups += _parted(boxes, own[~strokes], letter)
    return groups


def _strokes(boxes: Parts, members: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which members are far higher than the others; of a lone one it cannot be said."""
    heights = boxes[members, 3]
    return np.asarray(heights > max(_TALLER * _height(boxes, members), float(heights.min())))


def _parted(boxes: Parts, members: NDArray[np.int64], letter: float) -> list[list[int]]:
    """Members in order from left to right, parted where the white between them is wide for their height."""
    height = max(_height(boxes, members), 0.7 * letter)
    parts: list[list[int]] = [[]]
    reach = int(boxes[members[0], 0])
    for k in members.tolist():
        x, _, width, high = boxes[k].tolist()
        if x - reach > _BRIDGED * height and parts[-1]:
            parts.append([])
        parts[-1].append(k)
        # A dash leads over a gap, a speck does not.
        if max(width, high) >= _DASH * height:
            reach = max(reach, x + width)
    return parts


def _height(boxes: Parts, members: Sequence[int] | NDArray[np.int64]) -> float:
    """Pixels that a line's letters are high: most of them reach up to there, points and dashes left out."""
    heights = boxes[members, 3]
    return float(np.percentile(heights, 75))


def _joined(groups: list[list[int]], boxes: Parts, cell: NDArray[np.int32]) -> list[list[int]]:
    """Lines that go on in each other, told apart by the detector alone."""
    around = np.array([_edges(boxes, g) for g in groups], np.float64).reshape(-1, 4)
    order = np.argsort(around[:, 0], kind="stable")
    into = np.arange(len(groups))
    homes = np.array([cell[g[0]] for g in groups], np.int64)
    for a in order.tolist():
        x0, y0, x1, y1 = around[a]
        high = np.minimum(y1 - y0, around[:, 3] - around[:, 1])
        level = np.minimum(y1, around[:, 3]) - np.maximum(y0, around[:, 1]) > _LEVEL * np.maximum(y1 - y0, around[:, 3] - around[:, 1])
        gap = around[:, 0] - x1
        near = level & (gap <= _GAP * high) & (around[:, 0] >= x0) & (homes == homes[a])
        near[a] = False
        for b in np.flatnonzero(near & (into == np.arange(len(groups)))).tolist():
            into[b] = _root(into, a)
    joined: dict[int, list[int]] = {}
    for k, group in enumerate(groups):
        joined.setdefault(_root(into, k), []).extend(group)
    return list(joined.values())


def _root(into: NDArray[np.int64], k: int) -> int:
    while into[k] != k:
        k = int(into[k])
    return k


def _edges(boxes: Parts, members: Sequence[int]) -> tuple[int, int, int, int]:
    own = boxes[members]
    return (
        int(own[:, 0].min()), int(own[:, 1].min()),
        int((own[:, 0] + own[:, 2]).max()), int((own[:, 1] + own[:, 3]).max()),
    )


def _around(boxes: Parts, members: Sequence[int] | NDArray[np.int64]) -> Box:
    x0, y0, x1, y1 = _edges(boxes, members)
    return Box(x0, y0, x1 - x0, y1 - y0)


def _claim(groups: list[list[int]], boxes: Parts, cell: NDArray[np.int32], owner: NDArray[np.int64], letter: float) -> None:
    """Adds to each line the points, accents and raised marks that stand by it and that no run crosses."""
    if not groups:
        return
    lines = np.array([_edges(boxes, g) for g in groups], np.float64)
    heights = np.maximum(np.array([_height(boxes, g) for g in groups]), 0.7 * letter)
    homes = np.array([cell[g[0]] for g in groups], np.int64)
    size = boxes[:, 2:].max(axis=1)
    loose = np.flatnonzero((owner == -1) & (size >= _SPECK * letter) & (size <= 3 * heights.max())).tolist()
    while loose:
        left = [k for k in loose if not _claimed(k, boxes[k].tolist(), int(cell[k]), groups, lines, heights, homes)]
        if len(left) == len(loose):
            break
        # A piece of a broken letter may stand beside a piece that has just been claimed.
        owner[np.setdiff1d(loose, left)] = _TAKEN
        loose = left


def _claimed(k: int, box: list[int], cell: int, groups: list[list[int]], lines: NDArray[np.float64], heights: NDArray[np.float64], homes: NDArray[np.int64]) -> bool:
    x, y, width, height = box
    fits = (y > lines[:, 1] - _ABOVE * heights) & (y + height < lines[:, 3] + _BELOW * heights)
    fits &= (homes == cell) & (width <= 3 * heights)
    gap = np.maximum(np.maximum(lines[:, 0] - (x + width), x - lines[:, 2]), 0)
    gap = np.where(fits, gap, np.inf)
    nearest = int(np.argmin(gap))
    if gap[nearest] > _BESIDE * heights[nearest]:
        return False
    groups[nearest].append(k)
    lines[nearest] = _union(lines[nearest], x, y, x + width, y + height)
    return True


def _union(line: NDArray[np.float64], *box: float) -> NDArray[np.float64]:
    return np.concatenate([np.minimum(line[:2], box[:2]), np.maximum(line[2:], box[2:])])


def _left_over(boxes: Parts, owner: NDArray[np.int64], letter: float) -> list[list[int]]:
    """Letters that no run crosses and no line claims, as lone ones, each by itself."""
    size = boxes[:, 2:].max(axis=1)
    loose = (owner == -1) & (boxes[:, 3] >= _LETTER * letter) & (boxes[:, 3] <= 4 * letter) & (size <= 12 * letter)
    return [[k] for k in np.flatnonzero(loose & ~_is_crumb(boxes, letter)).tolist()]


def _is_crumb(boxes: Parts, letter: float) -> NDArray[np.bool_]:
    """Thin upright strokes: no letter is so thin for its height, what is left of a rule is."""
    return np.asarray((boxes[:, 3] > 5 * boxes[:, 2]) & (boxes[:, 3] > 1.5 * letter) | (boxes[:, 2] < 0.08 * letter))


def _line(box: Box, cells: CellMap, rules: Sequence[Rule], letter: float) -> TextLine:
    """The line of that place. Underlined is what a rule runs along the foot of, and no farther."""
    reach = 0.35 * letter
    under = any(
        not r.vertical
        and abs(r.box.center[1] - box.bottom) <= reach
        and r.box.overlap_x(box) > 0.8 * box.width
        and r.box.width < 1.15 * box.width + reach
        for r in rules
    )
    return TextLine(box, cells.at(*box.center), under)
