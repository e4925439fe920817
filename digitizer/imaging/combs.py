"""Comb fields: entries of one letter a slot, between walls, between ticks on a line, or in a row of frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.geometry import Box
from digitizer.document.layout import Mark, Rule, TextLine
from digitizer.document.page import Pixels
from digitizer.imaging.cells import CellMap

# In heights of the page's letters.
_PITCH = (1.2, 6.0)
"""From slot to slot: wider than a letter, narrower than a word."""
_FOOT, _THICK, _RIM = 0.4, 0.5, 0.12
"""How high a tick stands on its line at least, and how thick it is at the most; the frayed edge of a wall."""
# In widths of a slot.
_EVEN = 0.12
"""By which the way from slot to slot may differ."""
_TALLEST = 2.5
"""A wall; one that is higher is a table's, as is one that goes on beyond the row."""
_ROOM = 1.6
"""How high letters reach above a line that has ticks alone."""
_SIDE = 0.08
"""How deep a frame's side reaches into its slot."""
_BESIDE = 1.5
"""From one frame to the next, else a label stands between."""
_APART, _BROADEST = 0.25, 1.25
"""In heights of a letter: the white in a broken one, and its width; where two stand, one is greater."""
_LETTER = 0.25
"""Of a comb's height; what is lower is dust."""
_REACH = 0.8
"""Of a comb's height, how high walls from floor to ceiling are at the least."""
_FEWEST, _FEWEST_TICKS, _FEWEST_EMPTY, _FEWEST_FILLED, _SINGLE = 4, 6, 6, 3, 0.8
"""Slots; slots between ticks alone, as stems of letters may stand on an underline; slots that are all empty; those with
letters; the share of these with one letter each: a table's cells hold words."""


@dataclass(frozen=True, slots=True)
class Comb:
    """box: around all slots; slots: left and right of each, left to right; walls: strokes that part and end them;
    closed: whether there is a side above; framed: whether each slot has a frame of its own."""

    box: Box
    slots: tuple[tuple[int, int], ...]
    walls: tuple[Box, ...] = ()
    closed: bool = True
    framed: bool = False

    def holds(self, box: Box) -> bool:
        """Whether the middle of that box lies in the comb."""
        return self.box.holds(*box.center)


def find_combs(page_ink: Pixels, rules: Sequence[Rule], marks: Sequence[Mark], letter: float) -> list[Comb]:
    """The combs of a straightened page; few slots without letters are left to be cells or frames.

    page_ink: uint8 (height, width), 255 where there is ink, with rules and frames. letter: pixels that the page's
    letters are high.
    """
    level = [rule.box for rule in rules if not rule.vertical]
    found = [comb for box in level for comb in _standing_on(box, page_ink, level, letter)]
    found += _rows_of_frames([mark.box for mark in marks])
    kept: list[Comb] = []
    for comb in found:
        apart = not any(comb.box.intersection(other.box) for other in kept)
        ink = _letters(page_ink, comb, letter)
        empty = len(comb.slots) >= _FEWEST_EMPTY and comb.closed and not comb.framed and not ink.any()
        if apart and (empty or _has_single_letters(comb, ink)):
            kept.append(comb)
    return kept


def with_comb_ink(ink: Pixels, page_ink: Pixels, combs: Sequence[Comb], letter: float) -> Pixels:
    """The ink of a page's lines with the letters of combs alone where combs are; all as find_combs has it."""
    ink, rim = ink.copy(), _rim(letter)
    for comb in combs:
        for wall in comb.walls:
            beside = wall.grown(rim).clipped(ink.shape[1], ink.shape[0])
            ink[beside.y : beside.bottom, beside.x : beside.right] = 0
        box = comb.box
        ink[box.y : box.bottom, box.x : box.right] = _letters(page_ink, comb, letter)
    return ink


def _letters(page_ink: Pixels, comb: Comb, letter: float) -> Pixels:
    """The letters of a comb without walls and frames: uint8 crop of its box, 255 where there is ink."""
    box, rim = comb.box, _rim(letter)
    letters = np.zeros((box.height, box.width), np.uint8)
    inked = page_ink[box.y : box.bottom, box.x : box.right]
    for left, right in comb.slots:
        columns = slice(left - box.x + rim, right - box.x - rim)
        letters[rim:-rim, columns] = inked[rim:-rim, columns]
    for wall in comb.walls:
        beside = wall.grown(rim, 0).moved(-box.x, -box.y).clipped(box.width, box.height)
        letters[beside.y : beside.bottom, beside.x : beside.right] = 0
    return letters


def _rim(letter: float) -> int:
    return max(1, round(_RIM * letter))


def around_entries(rules: Sequence[Rule], combs: Sequence[Comb]) -> list[Rule]:
    """The rules that close a page's cells in: not those between two slots, but the sides of each comb."""
    kept = [rule for rule in rules if not (rule.vertical and any(_parts_slots(rule.box, c) for c in combs))]
    for box in (comb.box for comb in combs if comb.closed):
        sides = replace(box, height=1), replace(box, width=1)
        kept += [Rule(sides[0].moved(0, y), False) for y in (0, box.height - 1)]
        kept += [Rule(sides[1].moved(x, 0), True) for x in (0, box.width - 1)]
    return kept


def _parts_slots(wall: Box, comb: Comb) -> bool:
    x = wall.center[0]
    return comb.holds(wall) and abs(x - comb.box.x) > wall.width and abs(x - comb.box.right) > wall.width


def comb_lines(lines: Sequence[TextLine], combs: Sequence[Comb], ink: Pixels, cells: CellMap) -> list[TextLine]:
    """The lines with one for each comb instead of the pieces in it. ink: uint8 (height, width), of lines alone."""
    kept = [line for line in lines if not any(comb.holds(line.box) for comb in combs)]
    for comb in combs:
        area = comb.box
        box = Box(*cv2.boundingRect(ink[area.y : area.bottom, area.x : area.right])).moved(area.x, area.y)
        if box.area:
            kept.append(TextLine(box, cells.at(*box.center), slots=comb.slots))
    return kept


def _standing_on(floor: Box, page_ink: Pixels, level: Sequence[Box], letter: float) -> list[Comb]:
    """The combs whose walls or ticks stand on a level rule, evenly and alike."""
    combs = []
    strokes = _strokes_on(floor, page_ink, letter)
    for walls in _even_runs(strokes, letter):
        pitch = float(np.median([b.center[0] - a.center[0] for a, b in pairwise(walls)]))
        ends = [round(wall.center[0]) for wall in walls]
        ends = [*_next_wall(floor, ends[0], -pitch), *ends, *_next_wall(floor, ends[-1], pitch)]
        tallest = max(wall.height for wall in walls)
        top = floor.y - round(max(tallest, _ROOM * pitch))
        across = Box(ends[0], top, ends[-1] - ends[0], 1)
        reach = floor.y - round(_TALLEST * pitch), floor.y - round(letter)
        above = [
            b.bottom for b in level if reach[0] <= b.bottom < reach[1] and b.overlap_x(across) > 0.8 * across.width
        ]
        top = max(above, default=max(0, top))
        box = replace(across, y=top, height=floor.y - top)
        whole = bool(above) and min(wall.height for wall in walls) >= _REACH * box.height
        enough = len(ends) > (_FEWEST if whole else _FEWEST_TICKS)
        if tallest <= _TALLEST * pitch and enough and not _go_on(box, floor, walls, page_ink, letter):
            here = [w for w in strokes if ends[0] - w.width <= w.center[0] <= ends[-1] + w.width]
            combs.append(Comb(box, tuple(pairwise(ends)), tuple(here), bool(above)))
    return combs


def _strokes_on(floor: Box, page_ink: Pixels, letter: float) -> list[Box]:
    """Upright strokes that stand on a rule, left to right, as high as they go straight up."""
    foot = max(2, round(_FOOT * letter))
    top = max(0, floor.y - round(_TALLEST * _PITCH[1] * letter))
    above: NDArray[np.bool_] = page_ink[top : floor.y, floor.x : floor.right] > 0
    if above.shape[0] <= foot:
        return []
    standing = above[-foot:-1].mean(axis=0) > 0.8
    edges = np.flatnonzero(np.diff(np.concatenate([[False], standing, [False]]).astype(np.int8)))
    strokes = []
    for left, right in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if right - left <= max(2, _THICK * letter):
            inked = above[::-1, left:right].any(axis=1)
            height = above.shape[0] if inked.all() else int(np.argmin(inked))
            strokes.append(Box(floor.x + left, floor.y - height, right - left, height))
    return strokes


def _even_runs(strokes: Sequence[Box], letter: float) -> list[list[Box]]:
    """Runs of strokes at even ways from each other and of one height."""
    runs: list[list[Box]] = []
    for stroke in strokes:
        if runs and _goes_on(runs[-1], stroke, letter):
            runs[-1].append(stroke)
        else:
            before = runs[-1][-1:] if runs else []
            # The last one of an uneven pair may be the first of the next.
            runs.append([*before, stroke] if before and _goes_on(before, stroke, letter) else [stroke])
    return [run for run in runs if len(run) >= _FEWEST - 1]


def _goes_on(run: Sequence[Box], stroke: Box, letter: float) -> bool:
    way = stroke.center[0] - run[-1].center[0]
    pitch = run[1].center[0] - run[0].center[0] if len(run) > 1 else way
    low, high = (p * letter for p in _PITCH)
    alike = abs(stroke.height - run[-1].height) <= 0.25 * max(stroke.height, run[-1].height) + 2
    return low <= way <= high and abs(way - pitch) <= _EVEN * pitch + 1 and alike


def _next_wall(floor: Box, wall: int, way: float) -> list[int]:
    """Where the slot before the first or behind the last wall ends, if the floor goes on so far."""
    edge = floor.x if way < 0 else floor.right
    if abs(edge - wall) < (1 - 2 * _EVEN) * abs(way):
        return []
    return [min(max(round(wall + way), floor.x), floor.right)]


def _go_on(box: Box, floor: Box, walls: Sequence[Box], page_ink: Pixels, letter: float) -> bool:
    """Whether most walls go on under the floor or above the ceiling, as those of a table's rows do."""
    reach = max(2, round(_FOOT * letter))
    high = [wall for wall in walls if wall.height >= _REACH * box.height]
    below = page_ink[floor.bottom + 1 : floor.bottom + 1 + reach]
    above = page_ink[max(0, box.y - 2 * reach) : max(0, box.y - reach)]
    return _inked(below, walls) > len(walls) / 2 or (bool(high) and _inked(above, high) > len(high) / 2)


def _inked(strip: Pixels, walls: Sequence[Box]) -> int:
    """How many of the walls have ink all through a strip of rows."""
    if not len(strip):
        return 0
    return sum(float((strip[:, w.x : w.right].max(axis=1) > 0).mean()) > 0.8 for w in walls)


def _rows_of_frames(frames: Sequence[Box]) -> list[Comb]:
    """Frames of one size side by side, nearer than a label could stand between them."""
    combs = []
    rows: list[list[Box]] = []
    for box in sorted(frames, key=lambda b: b.x):
        row = next((r for r in rows if _stands_next(r[-1], box)), None)
        if row is None:
            rows.append([box])
        else:
            row.append(box)
    for row in rows:
        if len(row) >= _FEWEST:
            sides = [side for box in row for side in _sides(box)]
            combs.append(Comb(Box.around(row), tuple((b.x, b.right) for b in row), tuple(sides), framed=True))
    return combs


def _sides(frame: Box) -> list[Box]:
    """What a frame's four sides take up, with the slack by which they may be off its outline."""
    x, y, width, height = frame.x, frame.y, frame.width, frame.height
    deep = max(2, round(_SIDE * width))
    return [
        Box(x, y, deep, height),
        Box(frame.right - deep, y, deep, height),
        Box(x, y, width, deep),
        Box(x, frame.bottom - deep, width, deep),
    ]


def _stands_next(before: Box, box: Box) -> bool:
    off = _EVEN * max(before.height, before.width) + 1
    sizes = abs(before.width - box.width), abs(before.height - box.height), abs(before.y - box.y)
    return max(sizes) <= off and before.right < box.x <= before.x + _BESIDE * before.width


def _has_single_letters(comb: Comb, ink: Pixels) -> bool:
    """Whether enough slots have a letter, and hardly any more than one."""
    singles = []
    for left, right in comb.slots:
        slot = ink[:, left - comb.box.x : right - comb.box.x]
        rows, columns = np.flatnonzero(slot.any(axis=1)), np.flatnonzero(slot.any(axis=0))
        high = int(rows[-1] - rows[0]) + 1 if len(rows) else 0
        if high >= _LETTER * comb.box.height:
            broad = columns[-1] - columns[0] < _BROADEST * high
            singles.append(bool(broad and np.diff(columns).max(initial=1) <= _APART * high + 1))
    return len(singles) >= _FEWEST_FILLED and sum(singles) >= _SINGLE * len(singles)
