"""Stamps of bold letters set askew over the page or across a table's walls: their ink is taken out before all else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.geometry import Box
from digitizer.document.layout import Rule
from digitizer.document.page import Pixels
from digitizer.imaging.morphology import open_along
from digitizer.imaging.rules import RuledPage

# Inches.
_STROKE = 0.021
"""The strokes of a stamp's letters are thicker than that, those of entries and most labels are not."""
_LETTER = (0.1, 0.42)
_WIDEST = 0.7
_FEWEST, _LONGER = 4, 3.5
"""Letters of one line that make a stamp, and how long it is, in heights of theirs."""
_RULE, _THICK = 0.25, 0.032
"""Ink that runs straight for so long is a rule's, unless it is that thick."""
_TILTS = np.arange(-26.0, 26.1, 4.0)
"""Degrees, positive: to the right it goes down."""
_ASKEW, _ASKEW_FEWEST, _STRAIGHT = 1.5, 5, 0.1
"""Degrees, and letters, from which on a line is askew; how far its letters may stand off it, in their heights."""
_ALIKE = (0.65, 1.5)
_OFF_LINE, _GAP = 0.22, 1.1
"""In heights of its letters: how far they stand off their line, and apart."""
_WALLS, _WALL = 2, 2.0
"""Upright rules, longer than so many letters are high, that a level stamp is set across."""
_BRIDGED, _IN_LINE = 0.05, 0.02
"""Inches around a stamp's letters within which rules were lost, and by which the parts of one rule may differ."""
_CRUMB = 0.04
"""Inches: what is lower or narrower right beside a stamp's letters is no letter of an entry under them."""
_BESIDE = 0.015
"""Inches between a stamp's ink and what may be crumbs of it."""
_LINES = 2.6
"""In heights of its letters, how far below one another a stamp's lines stand."""


@dataclass(frozen=True, slots=True)
class StampLine:
    """One line of a stamp. box: around its letters, pixels; tilt: degrees, positive where it goes down to the right."""

    box: Box
    tilt: float


@dataclass(frozen=True, slots=True)
class Stamped:
    """lines: top to bottom; ink: uint8 (height, width), 255 where there is ink of them."""

    lines: tuple[StampLine, ...]
    ink: Pixels


@dataclass(frozen=True, slots=True)
class _Run:
    """Letters on one line. members: their indices, left to right; height: the median of theirs, pixels."""

    members: tuple[int, ...]
    tilt: float
    height: float


def find_stamps(ink: Pixels, rules: Sequence[Rule], dpi: float) -> Stamped | None:
    """The stamps of a straightened page; None where there are none.

    ink: uint8 (height, width), 255 where there is ink.
    """
    stroke = max(3, round(_STROKE * dpi))
    thick = _opened(_without_straight(ink, dpi), stroke)
    count, labels, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(thick, 8, cv2.CV_32S, cv2.CCL_GRANA)
    low, high = _LETTER[0] * dpi, _LETTER[1] * dpi
    fits = (stats[:, 3] >= low) & (stats[:, 3] <= high) & (stats[:, 2] <= _WIDEST * dpi)
    fits[0] = False
    which = np.flatnonzero(fits)
    if len(which) < _FEWEST:
        return None
    letters = stats[which, :4].astype(np.float64)
    runs = _all_runs(letters)
    walls = [r.box for r in rules if r.vertical]
    sure = [run for run in runs if _is_stamp(letters, run, walls)]
    if not sure:
        return None
    runs = sure + [run for run in runs if run not in sure and any(_goes_with(letters, run, other) for other in sure)]
    chosen = np.zeros(count, np.uint8)
    for run in runs:
        chosen[which[list(run.members)]] = 255
    # Opening rounds letters off; what it took of them stands right beside what it left.
    mask = cv2.bitwise_and(cv2.dilate(chosen[labels], np.ones((stroke, stroke), np.uint8)), ink)
    boxes = [Box.around([Box(*map(int, letters[k])) for k in run.members]) for run in runs]
    lines = sorted((StampLine(b, run.tilt) for b, run in zip(boxes, runs, strict=True)), key=lambda s: s.box.y)
    return Stamped(tuple(lines), np.asarray(mask, np.uint8))


def restore(page: RuledPage, before: Sequence[Rule], stamped: Stamped, dpi: float) -> RuledPage:
    """A page ruled without its stamps, those parts of rules put back that went with the stamps' ink.

    before: the rules as they were found under the stamps.
    """
    height = min(line.box.height for line in stamped.lines)
    areas = [line.box.grown(round(_BRIDGED * dpi)) for line in stamped.lines]
    lost = [
        r
        for r in before
        if max(r.box.width, r.box.height) > _WALL * height
        and any(r.box.intersection(area) for area in areas)
        and not any(k.vertical == r.vertical and k.box.contains(r.box, 3) for k in page.rules)
    ]
    whole = [*page.rules, *lost]
    bridges = [b for r in whole for o in whole if (b := _bridge(r, o, areas, dpi)) is not None]
    ink = page.ink.copy()
    for box in (r.box.grown(2) for r in (*lost, *bridges)):
        ink[max(0, box.y) : box.bottom, max(0, box.x) : box.right] = 0
    return RuledPage(
        tuple(sorted([*whole, *bridges], key=lambda r: (r.vertical, r.box.y, r.box.x))), _cleared(ink, stamped, dpi)
    )


def _cleared(ink: Pixels, stamped: Stamped, dpi: float) -> Pixels:
    """The ink without crumbs of the stamps' letters and of the rules under them, which stand right beside the letters.

    What stands farther off is an entry's, however small: a figure, a stop.
    """
    near = round(_BESIDE * dpi)
    around = cv2.dilate(stamped.ink, np.ones((2 * near + 1, 2 * near + 1), np.uint8))
    small = round(_CRUMB * dpi)
    _, labels, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(ink, 8, cv2.CV_32S, cv2.CCL_GRANA)
    crumbs = (stats[:, 2] < small) | (stats[:, 3] < small)
    beside = np.zeros(len(stats), bool)
    beside[np.unique(labels[around > 0])] = True
    lost = crumbs & beside
    lost[0] = False
    return np.where(lost[labels], np.uint8(0), ink)


def _bridge(rule: Rule, other: Rule, areas: Sequence[Box], dpi: float) -> Rule | None:
    """What lies between two rules in line, if that is under a stamp."""
    if rule.vertical or other.vertical or rule.box.right >= other.box.x:
        return None
    one, two = rule.box, other.box
    if abs(one.center[1] - two.center[1]) > _IN_LINE * dpi:
        return None
    gap = Box(one.right, min(one.y, two.y), two.x - one.right, max(1, one.height))
    covered = any(area.contains(gap) for area in areas)
    return Rule(gap, vertical=False) if covered else None


def _without_straight(ink: Pixels, dpi: float) -> Pixels:
    """Ink without the rules that would tie letters together."""
    length = round(_RULE * dpi)
    straight = cv2.bitwise_or(open_along(ink, length), open_along(ink, length, vertical=True))
    bold = _opened(ink, round(_THICK * dpi))
    return np.asarray(cv2.bitwise_and(ink, cv2.bitwise_not(cv2.subtract(straight, bold))), np.uint8)


def _opened(ink: Pixels, side: int) -> Pixels:
    return np.asarray(cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((side, side), np.uint8)), np.uint8)


def _all_runs(letters: NDArray[np.float64]) -> list[_Run]:
    """Lines of letters at any tilt, each letter in one: the longest and straightest first."""
    every = np.arange(len(letters))
    runs = [run for tilt in _TILTS for run in _runs(letters, every, float(tilt))]
    found: list[_Run] = []
    left = np.ones(len(letters), bool)
    for run in sorted(runs, key=lambda run: (-len(run.members), _off_line(letters, run))):
        own = list(run.members)
        if left[own].all():
            found.append(_Run(run.members, _tilt(letters, run), run.height))
            left[own] = False
    return found


def _runs(letters: NDArray[np.float64], which: NDArray[np.int64], tilt: float) -> list[_Run]:
    along, across = _turned(letters, tilt)
    order = which[np.argsort(along[which], kind="stable")]
    open_runs: list[list[int]] = []
    for k in order.tolist():
        for run in open_runs:
            last = run[-1]
            height = letters[last, 3]
            gap = along[k] - along[last] - (letters[k, 2] + letters[last, 2]) / 2
            alike = _ALIKE[0] * height <= letters[k, 3] <= _ALIKE[1] * height
            if alike and gap <= _GAP * height and abs(across[k] - across[last]) <= _OFF_LINE * height:
                run.append(k)
                break
        else:
            open_runs.append([k])
    runs = [_Run(tuple(run), tilt, float(np.median(letters[run, 3]))) for run in open_runs if len(run) >= _FEWEST]
    return [run for run in runs if np.ptp(along[list(run.members)]) >= (_LONGER - 1) * run.height]


def _turned(letters: NDArray[np.float64], tilt: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The letters' middles along lines of that tilt, and across."""
    x, y = letters[:, 0] + letters[:, 2] / 2, letters[:, 1] + letters[:, 3] / 2
    sine, cosine = np.sin(np.radians(tilt)), np.cos(np.radians(tilt))
    return x * cosine + y * sine, y * cosine - x * sine


def _off_line(letters: NDArray[np.float64], run: _Run) -> float:
    return float(_turned(letters, run.tilt)[1][list(run.members)].std())


def _tilt(letters: NDArray[np.float64], run: _Run) -> float:
    own = letters[list(run.members)]
    slope = np.polyfit(own[:, 0] + own[:, 2] / 2, own[:, 1] + own[:, 3] / 2, 1)[0]
    return round(float(np.degrees(np.arctan(slope))), 2)


def _is_stamp(letters: NDArray[np.float64], run: _Run, walls: Sequence[Box]) -> bool:
    """Whether it is set askew, or across the walls of cells, as no entry and no print is."""
    if _is_askew(letters, run):
        return True
    boxes = [Box(*map(int, letters[k])) for k in run.members]
    whole = Box.around(boxes)
    across = [
        w
        for w in walls
        if whole.x < w.x and w.right < whole.right and w.overlap_y(whole) > 0 and w.height > _WALL * run.height
    ]
    return len(across) >= _WALLS and any(w.overlap_x(b) > 0 and w.overlap_y(b) > 0 for w in across for b in boxes)


def _is_askew(letters: NDArray[np.float64], run: _Run) -> bool:
    """Whether heads and feet of its letters both say so."""
    own = letters[list(run.members)]
    heads, feet = (np.polyfit(own[:, 0] + own[:, 2] / 2, y, 1) for y in (own[:, 1], own[:, 1] + own[:, 3]))
    tilts = np.degrees(np.arctan([heads[0], feet[0]]))
    straight = _off_line(letters, run) <= _STRAIGHT * run.height
    return bool(len(own) >= _ASKEW_FEWEST and straight and np.abs(tilts).min() >= _ASKEW and np.ptp(tilts) <= _ASKEW)


def _goes_with(letters: NDArray[np.float64], run: _Run, stamp: _Run) -> bool:
    """Whether a line stands right above or below that of a stamp, as large and as much askew."""
    one, other = letters[list(run.members)], letters[list(stamp.members)]
    alike = _ALIKE[0] <= run.height / stamp.height <= _ALIKE[1]
    near = abs(_turned(one, stamp.tilt)[1].mean() - _turned(other, stamp.tilt)[1].mean()) <= _LINES * stamp.height
    beside = min(one[:, 0].max(), other[:, 0].max()) > max(one[:, 0].min(), other[:, 0].min())
    return bool(alike and near and beside and abs(run.tilt - stamp.tilt) <= 3)
