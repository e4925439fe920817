"""Printed rules: found though broken, dotted, doubled or touched by text; erased without breaking crossing strokes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from digitizer.document.geometry import Box
from digitizer.document.layout import Rule
from digitizer.document.page import Pixels
from digitizer.imaging.faint_rules import go_on, without_dots
from digitizer.imaging.morphology import close_along, open_along
from digitizer.imaging.underline_ink import take_out
from digitizer.imaging.underlines import mark_underlines, part_at_walls

# Inches. A piece is ink that runs straight for longer than the bars of ordinary letters; a chain of pieces is a rule
# once one of its pieces is longer than the bars of any letter.
_PIECE = {False: 0.10, True: 0.13}
_SURE_PIECE = {False: 0.22, True: 0.24}
_LINK_GAP = 0.30
_CRUMB_GAP = 0.12
_LINK_DRIFT = 0.02
_DOT_HEIGHT = 0.025
_DOT_GAP = 0.06
_DOTTED_LENGTH = 0.35
_CROSSING, _DOTS_BESIDE = 0.09, 2
"""Size of the blob to which the dots of two rows run together where they cross; the dots on each side of it."""
_WHITE_ALONG, _SPECKLED = 0.035, 0.05
"""How far above and below such dots there is white, and what share of it dirt may blacken."""
_THICKEST = 0.08
_UNDERLINE, _FEET = 0.035, 0.35
_DOUBLE = 0.035
_PALE = 215
"""Grey from which on a thin straight run is a printed rule, on paper evened to 255."""
_LONGER_THAN_WORDS = 1.2


@dataclass(frozen=True, slots=True)
class RuledPage:
    """rules: level ones first, each top to bottom; ink: uint8 (height, width), the page's ink without them."""

    rules: tuple[Rule, ...]
    ink: Pixels


def find_rules(ink: Pixels, dpi: float) -> RuledPage:
    """The rules of a straightened page.

    ink: uint8 (height, width), 255 where there is ink.
    """
    specks = _outer_boxes(ink)
    level_mask, level = _rules_one_way(ink, specks, dpi, vertical=False)
    upright_mask, upright = _rules_one_way(cv2.transpose(ink), [b.transposed() for b in specks], dpi, vertical=True)
    erased = _erase(ink, level_mask, cv2.transpose(upright_mask), dpi)
    level = mark_underlines(part_at_walls(level, upright, ink, dpi), erased, dpi)
    longer, taller = go_on(level, upright, ink, dpi)
    erased = without_dots(erased, [*level, *upright], [*longer, *taller], dpi)
    level, upright = longer, taller
    underlines = [r.box for r in level if not _meets(r.box, upright, dpi)]
    erased = cv2.bitwise_or(erased, _contacts(erased, ink, underlines, dpi))
    free = [r.box for r in level if not _spans(r.box, upright, dpi)]
    told = take_out(np.asarray(erased, np.uint8), ink, free, [r.box for r in upright], dpi)
    return RuledPage(rules=tuple(level + upright), ink=told)


def with_faint_rules(pixels: Pixels, ink: Pixels, dpi: float) -> Pixels:
    """Ink with rules too pale to count as ink added: uint8 (height, width), 255 where there is ink.

    pixels: uint8 grey of the straightened page. Only what runs straight for long is added; pale dirt does not.
    """
    pale = np.asarray(cv2.threshold(pixels, _PALE, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)
    length = round(_SURE_PIECE[False] * dpi)
    straight = cv2.bitwise_or(open_along(pale, length), open_along(pale, length, vertical=True))
    thick = np.ones((9, 9), np.uint8)
    # A pale area is a shaded heading, not a rule.
    areas = cv2.morphologyEx(pale, cv2.MORPH_OPEN, thick)
    added = cv2.bitwise_and(straight, cv2.bitwise_not(cv2.dilate(areas, thick)))
    return np.asarray(cv2.bitwise_or(ink, added), np.uint8)


def _outer_boxes(ink: MatLike) -> list[Box]:
    """Boxes of all connected pieces of ink, those that lie inside others' outlines too."""
    contours, hierarchy = cv2.findContours(ink, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if hierarchy is None:
        return []
    return [Box(*cv2.boundingRect(c)) for c, h in zip(contours, hierarchy[0], strict=True) if h[3] < 0]


def _rules_one_way(page: MatLike, specks: list[Box], dpi: float, vertical: bool) -> tuple[MatLike, list[Rule]]:
    """Level rules of the page and the pixels that make them up; for upright ones the page comes in turned."""
    piece = max(8, round(_PIECE[vertical] * dpi))
    solid = open_along(page, piece)
    pieces = cv2.bitwise_or(solid, _dotted(page, specks, dpi))
    # Neighbouring rows of one slightly slanting rule touch only at their corners; growing by a row joins them.
    joined = cv2.dilate(pieces, np.ones((3, 1), np.uint8))
    joined = close_along(joined, max(3, round(0.04 * dpi)))
    contours, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    grown = [Box(*cv2.boundingRect(c)) for c in contours]
    boxes = [Box(b.x, b.y + 1, b.width, max(1, b.height - 2)) for b in grown]
    flat = [i for i, b in enumerate(boxes) if _is_flat(page, b, dpi)]
    rules: list[Rule] = []
    kept = np.zeros(page.shape, np.uint8)
    for chain in _chain([boxes[i] for i in flat], dpi, vertical):
        members = [flat[i] for i in chain]
        box = Box.around([boxes[i] for i in members])
        inked = float(sum(boxes[i].width for i in members)) / box.width
        rules.append(Rule(box.transposed() if vertical else box, vertical, min(1.0, inked)))
        cv2.drawContours(kept, [contours[i] for i in members], -1, 255, cv2.FILLED)
    mask: MatLike = cv2.bitwise_and(kept, page)
    rules = _join_doubles(rules, dpi, vertical)
    return mask, sorted(rules, key=lambda r: (r.box.y, r.box.x))


def _is_flat(page: MatLike, piece: Box, dpi: float) -> bool:
    """Whether a piece is a line and not the foot of bold letters that ran together."""
    if piece.height > max(3, _THICKEST * dpi) or piece.width <= 3 * piece.height:
        return False
    if piece.width > _LONGER_THAN_WORDS * dpi:
        return True
    depth = max(2, round(0.025 * dpi))
    above = page[max(0, piece.y - depth) : piece.y, piece.x : piece.right]
    below = page[piece.bottom : piece.bottom + depth, piece.x : piece.right]
    lettered = np.zeros(piece.width, bool)
    for slab in (above, below):
        if slab.shape[0]:
            lettered |= slab.min(axis=0) > 0
    # An underline is thin, has letters on one side alone, and is longer than the feet of B and E run together.
    under = piece.height <= _UNDERLINE * dpi and piece.width > _FEET * dpi
    under = under and below.shape[0] > 0 and float((below.max(axis=0) > 0).mean()) <= 0.05
    return float(lettered.mean()) < (0.45 if under else 0.25)


def _dotted(page: MatLike, specks: list[Box], dpi: float) -> MatLike:
    """Dots, dashes and crumbs of thin rules that stand in a row, closed into lines: uint8 like page."""
    height, largest = max(3, round(_DOT_HEIGHT * dpi)), round(_CROSSING * dpi)
    flat, dots = np.zeros_like(page), np.zeros_like(page)
    for box in specks:
        if box.height <= height:
            rows, columns = slice(box.y, box.bottom), slice(box.x, box.right)
            flat[rows, columns] = page[rows, columns]
            if box.width <= 2 * height:
                dots[rows, columns] = flat[rows, columns]
    blobs = [b for b in specks if height < b.height <= largest and b.width <= largest]
    for box in _between_dots(blobs, dots, dpi):
        if _is_in_row(page, dots, box, dpi):
            rows, columns = slice(box.y, box.bottom), slice(box.x, box.right)
            flat[rows, columns] = page[rows, columns]
    return open_along(close_along(flat, max(3, round(_DOT_GAP * dpi))), round(_DOTTED_LENGTH * dpi))


def _between_dots(blobs: list[Box], dots: MatLike, dpi: float) -> list[Box]:
    """The blobs that have dots on both sides, level with them; counted for all at once, as most are letters."""
    if not blobs:
        return []
    reach, half = round(2 * _DOT_GAP * dpi), max(2, round(0.0125 * dpi))
    sums = cv2.integral(dots)
    x, y, width, height = np.array([b.as_list() for b in blobs]).T
    middle = np.rint(y + height / 2).astype(int)
    top, bottom = np.maximum(0, middle - half), np.minimum(dots.shape[0], middle + half + 1)

    def inked(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.bool_]:
        left, right = np.maximum(0, left), np.minimum(dots.shape[1], right)
        return np.asarray(sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left] > 0)

    both = inked(x - reach, x) & inked(x + width, x + width + reach)
    return [blobs[k] for k in np.flatnonzero(both)]


def _is_in_row(page: MatLike, dots: MatLike, speck: Box, dpi: float) -> bool:
    """Whether dots go on evenly from a speck to both sides, with white along them: where two rows of dots cross.

    dots: the page's dots and no more.
    """
    middle, reach = round(speck.center[1]), round(2 * _DOT_GAP * dpi)
    half, white = max(2, round(0.0125 * dpi)), round(_WHITE_ALONG * dpi)
    pitches = []
    for side in (slice(max(0, speck.x - reach), speck.x), slice(speck.right, speck.right + reach)):
        inked = dots[max(0, middle - half) : middle + half + 1, side].max(axis=0, initial=0) > 0
        # Where ink begins, from left to right: as often as there are dots.
        starts = np.flatnonzero(np.diff(np.pad(inked, 1).astype(np.int8)) > 0)
        beside = page[max(0, middle - white) : middle + white + 1, side].copy()
        beside[white - half : white + half + 1] = 0
        if len(starts) < _DOTS_BESIDE or np.count_nonzero(beside) > _SPECKLED * beside.size:
            return False
        pitches += np.diff(starts).tolist()
    return bool(max(pitches) - min(pitches) <= max(3, round(0.015 * dpi)))


def _chain(boxes: list[Box], dpi: float, vertical: bool) -> list[list[int]]:
    """Groups of pieces in line with small gaps; groups too short or too airy to be a rule are left out."""
    order = sorted(range(len(boxes)), key=lambda i: boxes[i].x)
    drift, gap = max(2.0, _LINK_DRIFT * dpi), _LINK_GAP * dpi
    open_chains: list[list[int]] = []
    done: list[list[int]] = []
    for i in order:
        box = boxes[i]
        best: list[int] | None = None
        best_gap = gap
        still: list[list[int]] = []
        for chain in open_chains:
            last = boxes[chain[-1]]
            distance = box.x - last.right
            if distance > gap:
                done.append(chain)
                continue
            still.append(chain)
            level = abs(box.center[1] - last.center[1]) <= drift
            # A far piece joins only if it is long itself: a letter's bar in line with a rule is not its end.
            near = distance <= max(_CRUMB_GAP * dpi, 0.5 * min(box.width, last.width))
            if level and near and distance > -box.width / 2 and distance < best_gap:
                best, best_gap = chain, distance
        open_chains = still
        if best is None:
            open_chains.append([i])
        else:
            best.append(i)
    done += open_chains
    return [chain for chain in done if _is_rule([boxes[i] for i in chain], dpi, vertical)]


def _is_rule(pieces: list[Box], dpi: float, vertical: bool) -> bool:
    length = max(b.right for b in pieces) - min(b.x for b in pieces)
    longest = max(b.width for b in pieces)
    inked = sum(b.width for b in pieces) / length
    return longest >= _SURE_PIECE[vertical] * dpi and length >= 0.25 * dpi and inked >= 0.55


def _join_doubles(rules: list[Rule], dpi: float, vertical: bool) -> list[Rule]:
    """Two rules side by side closer than any text could stand between are one."""
    merged: list[Rule] = []
    for rule in sorted(rules, key=lambda r: r.box.x if vertical else r.box.y):
        for k in range(len(merged) - 1, max(-1, len(merged) - 40), -1):
            other = merged[k]
            a, b = (other.box, rule.box) if not vertical else (other.box.transposed(), rule.box.transposed())
            if -a.overlap_y(b) <= _DOUBLE * dpi and a.overlap_x(b) > 0.5 * min(a.width, b.width):
                merged[k] = Rule(Box.around([other.box, rule.box]), vertical, max(other.ink, rule.ink))
                break
        else:
            merged.append(rule)
    return merged


def _erase(ink: MatLike, level: MatLike, upright: MatLike, dpi: float) -> MatLike:
    """Ink without the rules' pixels; where a stroke stands on both sides of a rule, its crossing is kept."""
    # A pixel beside a rule belongs to its frayed edge unless it is part of something that goes on.
    level = cv2.dilate(level, np.ones((3, 1), np.uint8))
    upright = cv2.dilate(upright, np.ones((1, 3), np.uint8))
    rules = cv2.bitwise_or(level, upright)
    strokes = cv2.bitwise_and(ink, cv2.bitwise_not(rules))
    crossings = cv2.bitwise_or(
        cv2.bitwise_and(level, _between(strokes, level, dpi, upward=True)),
        cv2.bitwise_and(upright, _between(strokes, upright, dpi, upward=False)),
    )
    crossings = cv2.bitwise_and(cv2.bitwise_and(crossings, ink), cv2.bitwise_not(_both(level, upright)))
    erased: MatLike = cv2.bitwise_or(strokes, crossings)
    return erased


def _meets(box: Box, upright: Sequence[Rule], dpi: float) -> bool:
    """Whether a level rule ends at an upright one, as a table's do and an underline does not."""
    reach = round(0.015 * dpi)
    return any(
        u.box.overlap_y(box) > -reach and max(u.box.x - box.right, box.x - u.box.right) <= reach for u in upright
    )


def _spans(box: Box, upright: Sequence[Rule], dpi: float) -> bool:
    """Whether a level rule goes from one upright one to another."""
    left, right = Box(box.x, box.y, 1, box.height), Box(box.right - 1, box.y, 1, box.height)
    return _meets(left, upright, dpi) and _meets(right, upright, dpi)


def _contacts(strokes: MatLike, ink: MatLike, underlines: Sequence[Box], dpi: float) -> MatLike:
    """The pixels of underlines that letters touch from one side: feet of y and g, tails of commas."""
    kept = np.zeros_like(ink)
    for box in underlines:
        top, bottom = max(0, box.y - 6), min(ink.shape[0], box.bottom + 6)
        rows, columns = slice(top, bottom), slice(box.x, box.right)
        band = strokes[rows, columns]
        solid = cv2.morphologyEx(band, cv2.MORPH_OPEN, np.ones((3, 1), np.uint8))
        rule = cv2.bitwise_and(ink[rows, columns], cv2.bitwise_not(band))
        touching = cv2.bitwise_and(solid, cv2.dilate(rule, np.ones((3, 1), np.uint8)))
        near = cv2.dilate(touching, np.ones((2 * min(box.height, 6) + 3, 1), np.uint8))
        # Prints leave a gap in the underline where a letter reaches through it; a full stop that only touches has none.
        gaps = (255 - ink[box.y : box.bottom, columns].max(axis=0))[None, :].astype(np.uint8)
        through = cv2.dilate(gaps, np.ones((1, max(3, round(0.06 * dpi))), np.uint8))
        near = cv2.bitwise_and(cv2.bitwise_and(near, ink[rows, columns]), np.repeat(through, bottom - top, axis=0))
        kept[rows, columns] = cv2.bitwise_or(kept[rows, columns], near)
    return kept


def _both(level: MatLike, upright: MatLike) -> MatLike:
    """Where rules cross each other: nothing there is a stroke."""
    around = np.ones((9, 9), np.uint8)
    grown: MatLike = cv2.bitwise_and(cv2.dilate(level, around), cv2.dilate(upright, around))
    return grown


def _between(strokes: MatLike, rules: MatLike, dpi: float, upward: bool) -> MatLike:
    """Pixels of rules that strokes touch on both sides, above and below (upward) or left and right."""
    reach = max(7, round(_THICKEST * dpi))
    touching = cv2.bitwise_and(strokes, cv2.dilate(rules, np.ones((3, 1) if upward else (1, 3), np.uint8)))
    across = np.ones((reach, 1) if upward else (1, reach), np.uint8)
    one = cv2.dilate(touching, across, anchor=(0, 0))
    two = cv2.dilate(touching, across, anchor=(0, reach - 1) if upward else (reach - 1, 0))
    between: MatLike = cv2.bitwise_and(one, two)
    return between
