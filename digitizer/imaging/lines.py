"""Lines of text: the ink that a detector's runs of text cross, parted at the walls of cells and at wide gaps."""

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
from digitizer.imaging.line_parts import (
    MOST,
    SMALLEST,
    Boxes,
    Owners,
    Parts,
    by_level,
    cut_apart,
    letters_of,
    steps,
)
from digitizer.imaging.sideways import Run, continued, lies, stacked

# In heights of the page's letters.
_LONG, _ASKEW_LONG = 3.0, 6.0
"""A run of text shorter than that has no direction; one that leans but little must be longer."""
_LARGEST, _WIDEST = 4.0, 12.0
"""Ink that no line claims is one of its own if it is so high and wide at the most, and as high as letters."""
_SOLID, _FILLED = 1.5, 0.9
"""Blots are higher and wider than that, and so much of their box is ink."""
_UNDER = 0.35
"""How far from the foot of a text its underline runs."""
# In heights of the line.
_GAP, _BRIDGED = 1.15, 2.0
"""White up to which runs are one line, a space in typewriting being about one height wide; white from which even what
the detector holds for one is two."""
_STOP, _ALIKE = 0.5, 0.3
"""How near by a letter a stop stands; by how much the white on both sides of a letter between words may differ: an X
typed beside a label stands nearer to one side."""
_TALLER = 2.2
"""So many times as high as its line, ink is none of it: a stroke of the pen, what is left of a rule."""
_ABOVE, _BELOW, _BESIDE = 0.35, 0.45, 0.8
"""How far above, below and beside a line what the detector left out belongs to it: marks, points, ends of words."""
_AT_FOOT = 0.2
"""How far below the foot of a line's letters what belongs to it begins."""
_DUST, _DASH = 0.12, 0.4
"""What is smaller is dust; a dash or a comma is larger than that, and leads over a gap."""
_LEVEL = 0.5
"""Of the higher of two pieces, how much they have side by side on one line."""
_ASKEW, _ON_END = 4.0, 60.0
"""Degrees from level from which on a run was set askew, and from which on it runs up or down."""
_NONE, _TAKEN = -1, -2
"""Instead of a run's number: the part is crossed by no run; it has its line."""


@dataclass(frozen=True, slots=True)
class FoundLines:
    """lines: by cell, in reading order within it. askew: ink of those set askew, 255 on 0; None where none is."""

    lines: tuple[TextLine, ...]
    askew: Pixels | None


def find_lines(ink: Pixels, text: Pixels, cells: CellMap, rules: Sequence[Rule], letter: float) -> FoundLines:
    """The lines of a straightened page.

    ink: uint8 (height, width), 255 where there is ink, rules erased; text: as large, 255 along each line's middle, as
    TextDetector tells it. letter: pixels that the page's letters are high.
    """
    labels, stats = components(ink)
    stats = cut_apart(labels, stats, text, letter)
    boxes = stats[1:, :4]
    middles = boxes[:, :2] + boxes[:, 2:] / 2
    parts = Parts(boxes, cells.at_all(middles[:, 0], middles[:, 1], over=True), letter)
    owner, slopes = _owners(labels, text, letter)
    owner[_is_blot(stats[1:], letter)] = _NONE
    _go_on(parts, owner, rules)
    turned = _turned(parts, owner, slopes)
    groups = _level_groups(parts, owner)
    _claim(groups, parts, owner)
    groups = [g for g in _joined(groups + _lone_letters(parts, owner), parts) if _is_writing(parts, g)]
    lying, groups = stacked(groups, parts)
    turned, groups = continued(turned + lying, groups, parts)
    lines = [_line(parts.around(group), cells, rules, letter) for group in groups]
    askew: NDArray[np.bool_] = np.zeros(len(stats), np.bool_)
    for run in turned:
        box = parts.around(run.members)
        here = cells.at(*box.center) if run.on_end else None
        lines.append(TextLine(box, here, sideways=run.on_end, tilt=run.tilt, stamped=not run.on_end))
        askew[run.members + 1] = not run.on_end
    lines.sort(key=lambda t: (-1 if t.cell is None else t.cell, t.box.y, t.box.x))
    return FoundLines(tuple(lines), np.where(askew[labels], np.uint8(255), np.uint8(0)) if askew.any() else None)


def _owners(labels: NDArray[np.int32], text: Pixels, letter: float) -> tuple[Owners, dict[int, float]]:
    """For each part of the ink the number of the run that crosses most of it; and the slopes of runs not level.

    slopes: degrees between -90 and 90, positive where a run goes down to the right.
    """
    _, areas = cv2.connectedComponentsWithAlgorithm(text, 8, cv2.CV_32S, cv2.CCL_GRANA)
    met = (labels > 0) & (areas > 0)
    many = int(areas.max()) + 1
    pairs, pixels = np.unique(labels[met].astype(np.int64) * many + areas[met], return_counts=True)
    part, run = np.divmod(pairs, many)
    owner = np.full(int(labels.max()), _NONE, np.int64)
    order = np.argsort(pixels, kind="stable")
    owner[part[order] - 1] = run[order]
    slopes: dict[int, float] = {}
    for contour in cv2.findContours(text, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]:
        _, (long, short), degrees = cv2.minAreaRect(contour)
        if long < short:
            long, short, degrees = short, long, degrees - 90
        slope = (degrees + 90) % 180 - 90
        shortest = _LONG if abs(slope) >= _ON_END else _ASKEW_LONG
        if abs(slope) >= _ASKEW and long >= max(shortest * letter, _LONG * short):
            x, y = contour[0][0].tolist()
            slopes[int(areas[y, x])] = slope
    return owner, slopes


def _is_blot(stats: Boxes, letter: float) -> NDArray[np.bool_]:
    """Which parts are blots and bars: large and filled, as no letter is."""
    _, _, width, height, area = stats.T
    return np.asarray((np.minimum(width, height) > _SOLID * letter) & (area > _FILLED * width * height))


def _go_on(parts: Parts, owner: Owners, rules: Sequence[Rule]) -> None:
    """Puts a run that goes on over the edge of a cell where no rule stands into the cell that most of it is in."""
    walls = np.array([(r.box.center[0], r.box.y, r.box.bottom) for r in rules if r.vertical]).reshape(-1, 3)
    x, y = (parts.boxes[:, :2] + parts.boxes[:, 2:] / 2).T
    members = np.flatnonzero(owner > 0)
    order = members[np.lexsort((x[members], owner[members]))]
    for run in np.split(order, np.flatnonzero(np.diff(owner[order])) + 1):
        homes = parts.cells[run]
        across = np.flatnonzero(np.diff(homes))
        if not len(across):
            continue
        before, after = run[across], run[across + 1]
        between = (walls[:, 0] > x[before, None]) & (walls[:, 0] < x[after, None])
        between &= (walls[:, 1] - parts.letter < y[before, None]) & (walls[:, 2] + parts.letter > y[before, None])
        for part in np.split(run, across[between.any(axis=1)] + 1):
            cells, counts = np.unique(parts.cells[part], return_counts=True)
            parts.cells[part] = cells[counts.argmax()]


def _turned(parts: Parts, owner: Owners, slopes: dict[int, float]) -> list[Run]:
    """The runs on end and askew; what they cross is taken.

    Letters on end lie on their sides. Upright ones that merely stand under one another, as in a column of a table, are
    told lines of their own.
    """
    runs: list[Run] = []
    for number, slope in slopes.items():
        members = np.flatnonzero(owner == number)
        if not len(members):
            continue
        on_end = abs(slope) >= _ON_END
        if not on_end and _is_stepped(parts, members):
            continue
        upright = on_end and not lies(parts, members)
        owner[members] = _NONE if upright else _TAKEN
        if not upright:
            tilt = np.sign(slope) * 90 - slope if on_end else slope
            runs.append(Run(round(float(tilt), 2), on_end, members))
    return runs


def _is_stepped(parts: Parts, members: Owners) -> bool:
    """Whether a run that leans is rather level words, one lower than the other, than a line set askew."""
    inside = members[np.argsort(parts.boxes[members, 0])].tolist()
    levels = [
        letters for part in by_level(parts, inside, parts.height(members)) if (letters := letters_of(parts, part))
    ]
    if len(levels) < 2:
        return False
    boxes = parts.boxes[np.concatenate(levels)]
    middle, feet = boxes[:, 0] + boxes[:, 2] / 2, boxes[:, 1] + boxes[:, 3]
    leaning = feet - np.polyval(np.polyfit(middle, feet, 1), middle)
    level = feet - np.concatenate([np.full(len(part), parts.foot(part)) for part in levels])
    return bool(np.abs(level).mean() < np.abs(leaning).mean())


def _level_groups(parts: Parts, owner: Owners) -> list[list[int]]:
    """Parts of one run in one cell, parted at wide gaps."""
    members = np.flatnonzero(owner > 0)
    order = members[np.lexsort((parts.boxes[members, 0], parts.cells[members], owner[members]))]
    ends = np.flatnonzero((np.diff(owner[order]) != 0) | (np.diff(parts.cells[order]) != 0)) + 1
    groups: list[list[int]] = []
    for own in np.split(order, ends):
        if not len(own):
            continue
        heights = parts.boxes[own, 3]
        strokes = heights > max(_TALLER * float(np.percentile(heights, 75)), float(heights.min()))
        owner[own[strokes]] = _NONE
        groups += _parted(parts, own[~strokes])
    return groups


def _parted(parts: Parts, members: Owners) -> list[list[int]]:
    """Members, in order from left to right, parted where the white between them is wide for their height."""
    height = parts.height(members)
    pieces: list[list[int]] = []
    dust: list[list[int]] = []
    ends: list[float] = []
    for piece, end in _pieces(parts, members, height):
        if parts.boxes[piece, 2:].max() < _DASH * height:
            dust.append(piece)
        else:
            pieces.append(piece)
            ends.append(end)
    gaps = [float(parts.boxes[piece[0], 0]) - end for piece, end in zip(pieces[1:], ends, strict=False)]
    groups = pieces[:1]
    for n, piece in enumerate(pieces[1:]):
        lone = {n - 1: _is_letter(parts, pieces[n]), n + 1: _is_letter(parts, piece)}
        if gaps[n] <= _BRIDGED * height and all(
            0 <= other < len(gaps) and abs(gaps[other] - gaps[n]) <= _ALIKE * height for other in lone if lone[other]
        ):
            groups[-1] = groups[-1] + piece
        else:
            groups.append(piece)
    return [part for group in groups for part in by_level(parts, group, height)] + dust


def _pieces(parts: Parts, members: Owners, height: float) -> list[tuple[list[int], float]]:
    """Members, in order from left to right, parted at white wider than a space, with the right end of each piece.

    Of what is smaller than a dash only a stop that stands close by a letter counts, else dust would lead over a gap.
    """
    pieces: list[list[int]] = []
    ends: list[float] = []
    letter = -np.inf
    for k in members.tolist():
        x, _, width, high = parts.boxes[k].tolist()
        large = max(width, high) >= _DASH * height
        if not pieces or x - ends[-1] > _GAP * height:
            pieces.append([])
            ends.append(x + width)
        pieces[-1].append(k)
        if large or x - letter <= _STOP * height:
            ends[-1] = max(ends[-1], x + width)
        if large:
            letter = max(letter, x + width)
    return list(zip(pieces, ends, strict=True))


def _is_letter(parts: Parts, group: list[int]) -> bool:
    return len(group) == 1 and len(letters_of(parts, group)) == 1


def _claim(groups: list[list[int]], parts: Parts, owner: Owners) -> None:
    """Adds to each line what stands by it and no run crosses: points, accents, raised marks, ends of words."""
    if not groups:
        return
    lines = parts.edges(groups)
    heights = np.array([parts.height(group) for group in groups])
    feet = np.array([parts.foot(letters_of(parts, group) or group) for group in groups])
    homes = parts.cells[[group[0] for group in groups]]
    size = parts.boxes[:, 2:].max(axis=1)
    loose = np.flatnonzero((owner == _NONE) & (size >= _DUST * parts.letter) & (size <= 3 * heights.max()))
    while len(loose):
        claimed: list[int] = []
        for k in loose.tolist():
            x, y, width, height = parts.boxes[k].tolist()
            fits = (y > lines[:, 1] - _ABOVE * heights) & (y + height < lines[:, 3] + _BELOW * heights)
            # A comma or a piece of a tail begins where the letters stand; what begins lower is a speck.
            fits &= (y < feet + _AT_FOOT * heights) & (homes == parts.cells[k]) & (width <= 3 * heights)
            gap = np.maximum(np.maximum(lines[:, 0] - (x + width), x - lines[:, 2]), 0)
            nearest = int(np.argmin(np.where(fits, gap, np.inf)))
            if fits[nearest] and gap[nearest] <= _BESIDE * heights[nearest]:
                groups[nearest].append(k)
                lines[nearest, :2] = np.minimum(lines[nearest, :2], (x, y))
                lines[nearest, 2:] = np.maximum(lines[nearest, 2:], (x + width, y + height))
                claimed.append(k)
        owner[claimed] = _TAKEN
        # A piece of a broken letter may stand beside a piece that has just been claimed.
        loose = np.setdiff1d(loose, claimed) if claimed else loose[:0]


def _lone_letters(parts: Parts, owner: Owners) -> list[list[int]]:
    """Letters that no run crosses and no line claims, each by itself; thin strokes are what is left of rules."""
    width, height = parts.boxes[:, 2], parts.boxes[:, 3]
    loose = (owner == _NONE) & (height >= SMALLEST * parts.letter) & (height <= _LARGEST * parts.letter)
    loose &= (width <= _WIDEST * parts.letter) & (width >= _DUST * height)
    return [[k] for k in np.flatnonzero(loose).tolist()]


def _is_writing(parts: Parts, group: list[int]) -> bool:
    """Whether a group is more than a speck: the detector takes specks for stops."""
    box = parts.around(group)
    return max(box.width / 2, box.height) >= SMALLEST * parts.letter


def _joined(groups: list[list[int]], parts: Parts) -> list[list[int]]:
    """Groups of one cell that stand side by side on one level and close, together."""
    around = parts.edges(groups)
    x0, y0, x1, y1 = around.T
    tall = y1 - y0
    homes = parts.cells[[group[0] for group in groups]] if groups else np.zeros(0, np.int32)
    line = np.arange(len(groups))
    for a in np.argsort(x0, kind="stable").tolist():
        shared = np.minimum(y1[a], y1) - np.maximum(y0[a], y0)
        near = (shared > _LEVEL * np.maximum(tall[a], tall)) & (x0 - x1[a] <= _GAP * np.minimum(tall[a], tall))
        near &= (x0 >= x0[a]) & (homes == homes[a])
        for b in np.flatnonzero(near).tolist():
            before, after = (letters_of(parts, sorted(groups[n], key=lambda k: int(parts.boxes[k, 0]))) for n in (a, b))
            if not steps(parts, before[-MOST:], after[:MOST], float(min(tall[a], tall[b]))):
                line[line == line[b]] = line[a]
    joined: dict[int, list[int]] = {}
    for group, number in zip(groups, line.tolist(), strict=True):
        joined.setdefault(number, []).extend(group)
    return list(joined.values())


def _line(box: Box, cells: CellMap, rules: Sequence[Rule], letter: float) -> TextLine:
    """The line of that place. Underlined is what a rule runs along the foot of, and not much farther."""
    reach = _UNDER * letter
    under = any(
        not r.vertical
        and abs(r.box.center[1] - box.bottom) <= reach
        and r.box.overlap_x(box) > 0.8 * box.width
        and r.box.width < 1.15 * box.width + reach
        for r in rules
    )
    return TextLine(box, cells.at(*box.center), under)
