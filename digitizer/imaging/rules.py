"""Printed rules: found though broken, dotted, doubled or touched by text.

A rule is told by evidence along a straight way, as a person follows a line that a copier has broken: thin ink with
white on both sides, and ink that runs straight for longer than letters do. Letters on the way count little, white
counts against it. All lengths are shares of the height of the page's letters, so that a scan's resolution does not
matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from digitizer.document.geometry import Box
from digitizer.document.layout import Rule
from digitizer.document.page import Pixels
from digitizer.imaging.letters import components
from digitizer.imaging.morphology import close_along, open_along
from digitizer.imaging.rule_ink import erase
from digitizer.imaging.underlines import mark_underlines, part_at_walls

# In heights of the page's letters.
_THIN, _THICKEST = 0.6, 1.1
"""A rule's thickness that is told by the white beside it; one that is told by its length alone."""
_CLEAR = 0.6
"""White above and below, where nothing but a rule can be: a letter's next bar is nearer."""
_BAR = 2.5
"""Longer than the bar of a letter, a headline's too; what is longer may hang together with other ink."""
_PIECE = 3.3
"""A rule has one piece at least of this length, dots and dashes closed up; no letter has such a bar."""
_STRAIGHT = 5.0
"""Nor have three bold letters whose feet run together one so long."""
_DOT, _DUST = 0.35, 0.2
"""Dashes, longer than high, are no higher; dots are no higher."""
_DOTS = 0.8
"""Dots and dashes nearer than this are one piece; letters stand farther apart, as they must be clear."""
_WINDOW = 8.0
"""Along which evidence is summed: what is missing from a rule is shorter."""
_LONG = 16.0
"""Letters may stand on a rule of that length from end to end."""
_DOUBLE = 0.5
"""Two rules nearer than this are one: no text stands between them."""
_MEETS = 0.6
"""How far off a rule meets a wall."""
_SMOOTH = 6.0
"""Along which a rule's edges are the same but for noise."""
# Shares.
_EVIDENT, _LETTER_COSTS = 0.5, 0.5
"""Of a window, what must be evidence; what a letter on the way counts, white being 1."""
_LETTERED, _LETTERED_SHORT = 0.45, 0.25
"""Of a straight run, how much letters may stand on, and of a short one; more are letters run together."""
_DOTTED, _FEW_DOTS, _PARTS = 0.1, 0.03, 6
"""Evidence on the way to the next wall along which a rule goes on, in all parts but one; if it meets many walls."""
_MANY = 5
"""A level rule that meets so many walls is one between a table's rows."""
_PALE = 215
"""Grey from which on a thin straight run is a printed rule, on paper evened to 255."""


@dataclass(frozen=True, slots=True)
class RuledPage:
    """rules: level ones first, each top to bottom; ink: uint8 (height, width), the page's ink without them."""

    rules: tuple[Rule, ...]
    ink: Pixels


@dataclass(frozen=True, slots=True)
class _Found:
    """Level rules, or upright ones of the page turned, and what tells of them: uint8 (height, width) each.

    evidence: 255 where ink speaks for a rule; body: 255 where rules lie, as far as they are thick, on their gaps too.
    """

    boxes: list[Box]
    inked: list[float]
    evidence: Pixels
    body: Pixels


def find_rules(ink: Pixels, letter: float) -> RuledPage:
    """The rules of a straightened page.

    ink: uint8 (height, width), 255 where there is ink. letter: pixels that the page's letters are high.
    """
    flat = _find_level(ink, letter)
    turned = np.ascontiguousarray(ink.T)
    steep = _find_level(turned, letter)
    walls, floors = [b.transposed() for b in steep.boxes], flat.boxes
    level = [_to_walls(b, walls, flat, ink, letter, _MANY) for b in flat.boxes]
    upright = [_to_walls(b, [f.transposed() for f in floors], steep, turned, letter) for b in steep.boxes]
    erased = erase(ink, flat.body, np.ascontiguousarray(steep.body.T), letter)
    level_rules = [Rule(b, False, share) for b, share in zip(level, flat.inked, strict=True)]
    upright_rules = [Rule(b.transposed(), True, share) for b, share in zip(upright, steep.inked, strict=True)]
    level_rules = mark_underlines(part_at_walls(level_rules, upright_rules, ink, letter), erased, letter)
    order = [sorted(rules, key=lambda r: (r.box.y, r.box.x)) for rules in (level_rules, upright_rules)]
    return RuledPage((*order[0], *order[1]), erased)


def with_faint_rules(pixels: Pixels, ink: Pixels, letter: float) -> Pixels:
    """Ink with rules too pale to count as ink added: uint8 (height, width), 255 where there is ink.

    pixels: uint8 grey of the straightened page. Only what runs straight for long is added; pale dirt does not.
    """
    pale = np.asarray(cv2.threshold(pixels, _PALE, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)
    length = round(_PIECE * letter)
    straight = cv2.bitwise_or(open_along(pale, length), open_along(pale, length, vertical=True))
    thick = np.ones((round(_THIN * letter) | 1,) * 2, np.uint8)
    # A pale area is a shaded heading, not a rule.
    areas = cv2.morphologyEx(pale, cv2.MORPH_OPEN, thick)
    added = cv2.bitwise_and(straight, cv2.bitwise_not(cv2.dilate(areas, thick)))
    return np.asarray(cv2.bitwise_or(ink, added), np.uint8)


def _find_level(ink: Pixels, letter: float) -> _Found:
    evidence = _evidence(ink, letter)
    pieces = close_along(evidence, max(3, round(_DOTS * letter)))
    # A slanting rule goes from row to row.
    band = np.ones((3, 1), np.uint8)
    told, inked = cv2.dilate(pieces, band), cv2.dilate(ink, band)
    side = (max(3, round(_WINDOW * letter) | 1), 1)
    for_it = cv2.boxFilter(told, cv2.CV_32F, side, borderType=cv2.BORDER_CONSTANT)
    letters = cv2.boxFilter(cv2.subtract(inked, told), cv2.CV_32F, side, borderType=cv2.BORDER_CONSTANT)
    likely = np.asarray(for_it >= _EVIDENT * (255 - (1 - _LETTER_COSTS) * letters), np.uint8) * np.uint8(255)
    seeds = open_along(told, round(_PIECE * letter))
    mask = cv2.bitwise_and(cv2.bitwise_or(likely, seeds), cv2.bitwise_or(told, likely))
    near = np.ones((max(3, round(_DOUBLE * letter) | 1), 1), np.uint8)
    _, labels, _, _ = cv2.connectedComponentsWithStatsWithAlgorithm(
        cv2.dilate(mask, near), 8, cv2.CV_32S, cv2.CCL_GRANA
    )
    sure = np.unique(labels[(seeds > 0) & (mask > 0)])
    return _measured(labels, sure[sure > 0], evidence, pieces, letter)


def _evidence(ink: Pixels, letter: float) -> Pixels:
    """Ink that speaks for a level rule: thin and clear and no part of a letter, or straight for long."""
    clear, thin = round(_CLEAR * letter), round(_THIN * letter)
    beside = open_along(close_along(ink, 2 * (clear // 2) + 1, vertical=True), thin + 1, vertical=True)
    labels, stats = components(ink)
    width, height = stats[:, 2], stats[:, 3]
    flat = (height <= _DOT * letter) & ((width > height) | (height <= _DUST * letter))
    flat[0] = False
    alone = np.where(flat[labels], np.uint8(255), open_along(ink, round(_BAR * letter)))
    straight = open_along(ink, round(_PIECE * letter))
    areas = open_along(straight, round(_THICKEST * letter) + 1, vertical=True)
    straight = cv2.subtract(straight, cv2.dilate(areas, np.ones((3, 3), np.uint8)))
    told = cv2.bitwise_or(cv2.subtract(alone, beside), _unlettered(straight, ink, letter))
    return np.asarray(cv2.bitwise_and(told, ink), np.uint8)


def _unlettered(straight: MatLike, ink: Pixels, letter: float) -> Pixels:
    """Straight runs without the feet and bars of letters run together: on these stand letters nearly everywhere."""
    high = open_along(ink, round(_THICKEST * letter) + 1, vertical=True)
    _, labels, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(straight, 8, cv2.CV_32S, cv2.CCL_GRANA)
    on = straight > 0
    covered = np.bincount(labels[on & (high > 0)], minlength=len(stats))
    long, area = stats[:, 2], stats[:, 4]
    kept = covered <= np.where(long >= _STRAIGHT * letter, _LETTERED, _LETTERED_SHORT) * area
    kept |= long >= _LONG * letter
    kept[0] = False
    return np.where(kept[labels], np.uint8(255), np.uint8(0))


def _measured(labels: NDArray[np.int32], which: NDArray[np.int32], evidence: Pixels, pieces: Pixels, letter: float) -> _Found:
    """Each rule's box, how much of its length has ink, and the way that it takes from one end to the other."""
    found = _Found([], [], evidence, np.zeros_like(evidence))
    rows, columns = np.nonzero(evidence)
    owner = labels[rows, columns]
    order = np.argsort(owner, kind="stable")
    rows, columns, owner = rows[order], columns[order], owner[order]
    starts, ends = np.searchsorted(owner, which), np.searchsorted(owner, which, side="right")
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if start == end:
            continue
        y, x = rows[start:end], columns[start:end]
        left, right = int(x.min()), int(x.max()) + 1
        top, bottom = np.full(right - left, np.inf), np.full(right - left, -np.inf)
        np.minimum.at(top, x - left, y)
        np.maximum.at(bottom, x - left, y)
        seen = np.flatnonzero(bottom >= 0)
        if right - left < _PIECE * letter:
            continue
        thick = float(np.median(bottom[seen] - top[seen])) + 1
        if thick > _THICKEST * letter:
            continue
        middle = np.interp(np.arange(right - left), seen, (top[seen] + bottom[seen]) / 2)
        middle = median_filter(middle, round(_SMOOTH * letter) | 1, mode="nearest")
        upper, lower = np.ceil(middle - thick / 2), np.floor(middle + thick / 2)
        box = Box(left, int(upper.min()), right - left, int(lower.max() - upper.min()) + 1)
        found.boxes.append(box)
        strip = pieces[max(0, box.y - 1) : box.bottom + 1, left:right]
        found.inked.append(float((strip.max(axis=0) > 0).mean()))
        _fill(found.body, left, upper, lower)
    return found


def _fill(body: Pixels, left: int, upper: NDArray[np.float64], lower: NDArray[np.float64]) -> None:
    """Marks from upper to lower row, both with, in each column from the left one on."""
    first, last = max(0, int(upper.min())), min(len(body) - 1, int(lower.max()))
    rows = np.arange(first, last + 1)[:, None]
    body[first : last + 1, left : left + len(upper)][(rows >= upper) & (rows <= lower)] = 255


def _to_walls(rule: Box, every: Sequence[Box], found: _Found, ink: Pixels, letter: float, many: int = 0) -> Box:
    """A rule drawn out to the walls to which dots lead: what is left of hairlines in a coarse scan.

    many: so many walls that it meets make it a table's, and fewer dots will do; 0: none do.
    """
    reach, y = _MEETS * letter, round(rule.center[1])
    walls = sorted((w for w in every if w.y - reach <= y <= w.bottom + reach), key=lambda w: w.x)
    met = sum(rule.x - reach <= w.center[0] <= rule.right + reach for w in walls)
    if rule.width < _STRAIGHT * letter or not met:
        return rule
    least = _FEW_DOTS if many and met >= many else _DOTTED
    left, right = rule.x, rule.right
    for wall in walls:
        if wall.x > right + reach and not _dots_lead(found, ink, rule, (right, wall.x), letter, least):
            break
        right = max(right, wall.right)
    for wall in reversed(walls):
        if wall.right < left - reach and not _dots_lead(found, ink, rule, (wall.right, left), letter, least):
            break
        left = min(left, wall.x)
    for start, end in ((left, rule.x), (rule.right, right)):
        if start < end:
            top, bottom = rule.y, rule.bottom
            dots = found.evidence[top:bottom, start:end]
            found.body[top:bottom, start:end] |= dots
    return replace(rule, x=left, width=right - left)


def _dots_lead(found: _Found, ink: Pixels, rule: Box, way: tuple[int, int], letter: float, least: float) -> bool:
    """Whether dots stand evenly on a way from left to right, and hardly a letter."""
    half = max(1, round(_THIN * letter / 4))
    y, (start, end) = round(rule.center[1]), way
    rows = slice(max(0, y - half), y + half + 1)
    dots = found.evidence[rows, start:end].max(axis=0, initial=0) > 0
    letters = (ink[rows, start:end].max(axis=0, initial=0) > 0) & ~dots
    if end - start < _PARTS or letters.mean() > max(dots.mean(), least):
        return False
    parts = np.array([part.mean() for part in np.array_split(dots, _PARTS)])
    return bool(dots.mean() >= least and np.count_nonzero(parts >= least / 3) >= _PARTS - 1)
