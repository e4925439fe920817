"""Rules that go on from wall to wall as a row of faint dots: what is left of hairlines in a coarse scan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from digitizer.document.geometry import Box
from digitizer.document.layout import Rule
from digitizer.document.page import Pixels

_SURE = 0.35
"""Inches: only a rule of that length goes on."""
_PARTS = 6
_DOTS, _LEAST_DOTS = 0.1, 0.04
"""Share of the way to the next wall that must be dotted, and of each of its parts but one."""
_NEAR_DOTS = 0.3
"""The same of a way too short to tell its parts."""
_ACROSS, _FEW_DOTS = 5, 0.03
"""A level rule that meets so many walls is one between a table's rows: fewer dots will do."""
_LETTERS = 0.02
"""Share of the way to the next wall on which letters may stand where such a rule goes on."""
_THICKEST = 0.02
_CLEAR = 0.01
_REACH = 0.04
"""Inches: a rule's thickness, what must be white on both its sides, and how far off a rule meets a wall."""


def go_on(level: Sequence[Rule], upright: Sequence[Rule], ink: MatLike, dpi: float) -> tuple[list[Rule], list[Rule]]:
    """Level and upright rules, each drawn out to the walls to which dots lead.

    ink: uint8 (height, width), 255 where there is ink.
    """
    walls = [u.box for u in upright]
    bare = _without_lines(level, walls, ink, dpi)
    longer = [_longer(r, _drawn_out(r.box, walls, bare, dpi, _ACROSS), dpi) for r in level]
    floors = [r.box.transposed() for r in longer]
    turned = cv2.transpose(ink)
    return longer, [_longer(r, _drawn_out(r.box.transposed(), floors, turned, dpi).transposed(), dpi) for r in upright]


def _without_lines(level: Sequence[Rule], walls: Sequence[Box], ink: MatLike, dpi: float) -> MatLike:
    """Ink without the lines that stand free in a cell, to be filled in: a rule beside it does not go on along them."""
    reach = _REACH * dpi
    bare = np.asarray(ink, np.uint8).copy()
    for box in (r.box for r in level):
        if not any(
            w.y <= box.center[1] <= w.bottom and box.x - reach <= w.center[0] <= box.right + reach for w in walls
        ):
            bare[max(0, box.y - 2) : box.bottom + 2, box.x : box.right] = 0
    return bare


def without_dots(ink: MatLike, before: Sequence[Rule], after: Sequence[Rule], dpi: float) -> Pixels:
    """Ink without the dots along which rules were drawn out. before, after: the same rules, in the same order."""
    half = max(1, round(_THICKEST * dpi / 2))
    views = {False: np.asarray(ink, np.uint8).copy()}
    # One array, seen from both sides.
    views[True] = views[False].T
    for old, new in zip(before, after, strict=True):
        view = views[new.vertical]
        one, two = (r.box.transposed() if new.vertical else r.box for r in (old, new))
        y = round(two.center[1])
        for start, end in ((two.x, one.x), (one.right, two.right)):
            if start < end:
                dots = _dots(view, y, (start, end), dpi)
                view[max(0, y - half) : y + half + 1, start:end][:, dots] = 0
    return views[False]


def _longer(rule: Rule, box: Box, dpi: float) -> Rule:
    long = max(rule.box.width, rule.box.height) >= _SURE * dpi
    return replace(rule, box=box) if long and not rule.underline else rule


def _drawn_out(rule: Box, every: Sequence[Box], ink: MatLike, dpi: float, many: int = 0) -> Box:
    """A level rule between walls. many: so many walls that it meets make it a table's; 0: none do."""
    reach = _REACH * dpi
    y = round(rule.center[1])
    walls = sorted((w for w in every if w.y - reach <= y <= w.bottom + reach), key=lambda w: w.x)
    met = sum(rule.x - reach <= w.center[0] <= rule.right + reach for w in walls)
    least = _FEW_DOTS if many and met >= many else _DOTS
    left, right = rule.x, rule.right
    for wall in walls:
        if wall.x > right and _is_dotted(ink, y, (right, wall.x), dpi, least):
            right = wall.right
        elif wall.x > right + reach:
            break
        elif wall.right > right:
            right = max(right, wall.x)
    for wall in reversed(walls):
        if wall.right < left and _is_dotted(ink, y, (wall.right, left), dpi, least):
            left = wall.x
        elif wall.right < left - reach:
            break
        elif wall.x < left:
            left = min(left, wall.right)
    return Box(left, rule.y, right - left, rule.height)


def _is_dotted(ink: MatLike, y: int, way: tuple[int, int], dpi: float, least: float) -> bool:
    """Whether dots stand on a way from left to right at that height."""
    start, end = way
    if end - start < 2 * _PARTS:
        half = max(1, round(_THICKEST * dpi / 2))
        # The pixels beside walls are their frayed edges.
        return bool(_inked(ink, y - half, y + half + 1, start + 2, max(start + 2, end - 2)).mean() >= _NEAR_DOTS)
    dots = _dots(ink, y, way, dpi)
    half = max(1, round(_THICKEST * dpi / 2))
    letters = _inked(ink, y - half, y + half + 1, start, end) & ~dots
    if least < _DOTS:
        return bool(dots.mean() >= least and letters.mean() <= _LETTERS)
    if letters.mean() > dots.mean():
        return False
    shares = np.array([part.mean() for part in np.array_split(dots, _PARTS)])
    return bool(dots.mean() >= least and (shares >= _LEAST_DOTS).sum() >= _PARTS - 1)


def _dots(ink: MatLike, y: int, way: tuple[int, int], dpi: float) -> NDArray[np.bool_]:
    """Which columns on a way have ink at that height and none right above and below: what goes on is a letter's."""
    half, around = max(1, round(_THICKEST * dpi / 2)), max(2, round(_CLEAR * dpi))
    dots = _inked(ink, y - half, y + half + 1, *way)
    dots &= ~_inked(ink, y - half - around, y - half, *way)
    return np.asarray(dots & ~_inked(ink, y + half + 1, y + half + 1 + around, *way))


def _inked(ink: MatLike, top: int, bottom: int, start: int, end: int) -> NDArray[np.bool_]:
    """Which columns have ink between two rows."""
    rows = ink[max(0, top) : max(0, bottom), start : max(start + 1, end)]
    return np.asarray(rows.max(axis=0, initial=0) > 0)
