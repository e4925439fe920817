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

from digitizer.document.geometry import Box
from digitizer.document.layout import Rule
from digitizer.document.page import Pixels
from digitizer.imaging.letters import components
from digitizer.imaging.morphology import close_along, open_along
from digitizer.imaging.rule_ink import erase
from digitizer.imaging.underlines import MANY, find_short_underlines, mark_underlines, part_at_walls

# In heights of the page's letters: what held in inches at 200 dpi, letters there being 0.06 inch high, and where drawn
# tables and copies of copies told otherwise, that.
_THIN, _THICKEST = 0.5, 1.35
"""A rule's thickness that is told by the white beside it; one that is told by its length alone."""
_CLEAR = 0.5
"""White above and below, where nothing but a rule can be: a letter's next bar is nearer."""
_BAR = 3.0
"""Longer than the bar of a letter, a headline's too; what is longer may hang together with other ink."""
_PIECE, _STEM = 3.2, 4.0
"""A level rule has one piece at least of this length, an upright one of that, dots and dashes closed up; no letter has
such a bar, no large one such a stem."""
_STRAIGHT = 6.0
"""Nor have three bold letters whose feet run together one so long."""
_DOT, _DUST = 0.45, 0.25
"""Dashes, longer than high, are no higher; dots are no higher."""
_DOTS = 1.0
"""Dots and dashes nearer than this are one piece; letters stand farther apart, as they must be clear."""
_WINDOW = 6.0
"""Along which evidence is summed: what is missing from a rule is shorter."""
_LONG = 20.0
"""Letters may stand on a rule of that length from end to end."""
_DOUBLE = 0.6
"""Two rules nearer than this are one: no text stands between them."""
_MEETS = 0.55
"""How far off a rule meets a wall."""
_SMOOTH = 8.0
"""Along which a rule's edges are the same but for noise."""
_DASH = 2.0
"""A dash and the gap behind it are no longer."""
_WHITE = 0.15
"""Above and below dots that lead to a wall."""
_END, _BIT, _LEFT_OUT = 6.0, 0.7, 1.8
"""So far an underline goes on under letters at its end, in bits of that length, and so much may be left out for feet
and commas, though not more than stands behind it."""
_STROKE = 0.4
"""So far a letter's stroke goes on above or below what it stands on."""
# Shares.
_EVIDENT, _LETTER_COSTS = 0.3, 0.5
"""Of a window, what must be evidence; what a letter on the way counts, white being 1."""
_LETTERED, _LETTERED_SHORT = 0.45, 0.25
"""Of a straight run, how much letters may stand on, and of a short one; more are letters run together."""
_DOTTED, _FEW_DOTS, _PARTS, _NEAR_DOTS = 0.1, 0.03, 6, 0.3
"""Dots on the way to the next wall along which a rule goes on, in all parts but one; if it meets many walls; on a way
too short to tell parts."""
_LETTERS = 0.02
"""Letters on the way along which a rule between a table's rows goes on."""
_WHOLE = 0.9
"""Of a line's length, what has ink where it is no row of dots."""
_PALE = 215
"""Grey from which on a thin straight run is a printed rule, on paper evened to 255."""


@dataclass(frozen=True, slots=True)
class RuledPage:
    """rules: level ones first, each top to bottom; ink: uint8 (height, width), the page's ink without them."""

    rules: tuple[Rule, ...]
    ink: Pixels


@dataclass(frozen=True, slots=True)
class _Found:
    """Level rules, or upright ones of the page turned.

    underlines: whether letters may stand on them. ends: in which row each begins and ends, as paper bends; shares: of
    its length, how much has ink. body: uint8 (height, width), 255 where rules lie, as thick as they are, in gaps too.
    """

    underlines: bool
    boxes: list[Box]
    ends: list[tuple[int, int]]
    shares: list[float]
    body: Pixels


def find_rules(ink: Pixels, letter: float) -> RuledPage:
    """The rules of a straightened page.

    ink: uint8 (height, width), 255 where there is ink. letter: pixels that the page's letters are high.
    """
    turned = np.asarray(cv2.transpose(ink), np.uint8)
    along, up = _straight(ink, letter, _PIECE), _straight(turned, letter, _STEM)
    # A crumb of a broken rule hangs together with the rules that meet it there.
    known = cv2.dilate(cv2.bitwise_or(along, cv2.transpose(up)), np.ones((3, 3), np.uint8))
    labels, stats = components(np.asarray(cv2.subtract(ink, known), np.uint8))
    dots, rises = _dots(labels, stats, letter)
    flat = _find_level(ink, along, dots, letter, underlines=True)
    steep = _find_level(turned, up, np.asarray(cv2.transpose(rises), np.uint8), letter)
    upright = [Rule(b.transposed(), True, share) for b, share in zip(steep.boxes, steep.shares, strict=True)]
    parts, ends = _parted(flat, upright, ink, letter)
    walls, floors = [r.box for r in upright], [r.box.transposed() for r in parts]
    level = [_to_walls(r.box, e, walls, flat, ink, letter) for r, e in zip(parts, ends, strict=True)]
    higher = [_to_walls(b, e, floors, steep, turned, letter) for b, e in zip(steep.boxes, steep.ends, strict=True)]
    short = find_short_underlines(ink, _bars(labels, stats, known, letter), letter)
    for box in short:
        flat.body[box.y : box.bottom, box.x : box.right] = 255
    erased = erase(ink, flat.body, np.asarray(cv2.transpose(steep.body), np.uint8), letter)
    # An underline that all but fills its cell ends close to the walls: it is told as it was found.
    marked = mark_underlines(parts, erased, letter)
    level_rules = [m if m.underline else replace(m, box=b) for m, b in zip(marked, level, strict=True)]
    level_rules += [Rule(box, False, underline=True) for box in short]
    upright_rules = [replace(r, box=b.transposed()) for r, b in zip(upright, higher, strict=True)]
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


def _straight(ink: Pixels, letter: float, least: float) -> Pixels:
    """Ink that runs straight for longer than any letter's, without the feet and bars of letters run together."""
    straight = open_along(ink, round(least * letter))
    areas = open_along(straight, round(_THICKEST * letter) + 1, vertical=True)
    straight = np.asarray(cv2.subtract(straight, cv2.dilate(areas, np.ones((3, 3), np.uint8))), np.uint8)
    depth = max(2, round(_STROKE * letter))
    for contour in cv2.findContours(straight, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]:
        x, y, width, height = cv2.boundingRect(contour)
        if width < _LONG * letter:
            above = ink[max(0, y - depth) : y, x : x + width].min(axis=0, initial=255)
            below = ink[y + height : y + height + depth, x : x + width].min(axis=0, initial=255)
            lettered = np.mean((above > 0) & (y > 0) | (below > 0) & (y + height < len(ink)))
            if lettered > (_LETTERED if width >= _STRAIGHT * letter else _LETTERED_SHORT):
                straight[y : y + height, x : x + width] = 0
    return straight


def _dots(labels: NDArray[np.int32], stats: NDArray[np.int32], letter: float) -> tuple[Pixels, Pixels]:
    """Of the parts of the ink, what may be dots and dashes of level rules and of upright ones, by its size."""
    width, height = stats[:, 2], stats[:, 3]
    kinds = _is_dot(width, height, letter) | _is_dot(height, width, letter) << 1
    kinds[0] = 0
    told = kinds[labels]
    level, upright = (told & 1) * 255, (told >> 1) * 255
    return np.asarray(level, np.uint8), np.asarray(upright, np.uint8)


def _is_dot(width: NDArray[np.int32], height: NDArray[np.int32], letter: float) -> NDArray[np.uint8]:
    """1 for each part that may be a dot or dash of a level rule, 0 for others."""
    dots = (height <= _DOT * letter) & ((width > height) | (height <= _DUST * letter))
    dots |= (height <= _THIN * letter) & (width >= _BAR * letter)
    return dots.astype(np.uint8)


def _bars(labels: NDArray[np.int32], stats: NDArray[np.int32], known: MatLike, letter: float) -> list[Box]:
    """The parts of the ink, without the first, that are flat, a letter or more wide, and no bits beside known rules."""
    _, _, width, height, _ = stats.T
    flat = (width >= letter) & (width >= _BAR * height) & (height <= _DOT * letter)
    flat[np.unique(labels[cv2.dilate(known, np.ones((3, 3), np.uint8)) > 0])] = False
    flat[0] = False
    return [Box(*box) for box in stats[flat, :4].tolist()]


def _find_level(ink: Pixels, straight: Pixels, dots: Pixels, letter: float, underlines: bool = False) -> _Found:
    """The level rules of ink, what runs straight for long and what may be dots told before."""
    clear, thin = 2 * (round(_CLEAR * letter) // 2) + 1, round(_THIN * letter) + 1
    high = open_along(close_along(ink, clear, vertical=True), thin, vertical=True)
    single = np.asarray(cv2.subtract(ink, high), np.uint8)
    long = open_along(single, round(_BAR * letter))
    evidence = np.asarray(cv2.bitwise_or(straight, cv2.bitwise_or(long, cv2.bitwise_and(single, dots))), np.uint8)
    pieces = close_along(evidence, max(3, round(_DOTS * letter)))
    labels, sure, step = _runs(ink, pieces, letter, _PIECE if underlines else _STEM)
    found = _Found(underlines, [], [], [], np.zeros_like(ink))
    points = cv2.findNonZero(evidence)
    if points is None or not len(sure):
        return found
    columns, rows = np.asarray(points, np.int32).reshape(-1, 2).T
    owner = labels[rows, np.minimum(columns // step, labels.shape[1] - 1)]
    order = np.argsort(owner, kind="stable")
    rows, columns, owner = rows[order], columns[order], owner[order]
    starts, ends = np.searchsorted(owner, sure), np.searchsorted(owner, sure, side="right")
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if start < end:
            _measure(ink, rows[start:end], columns[start:end], pieces, found, letter)
    return found


def _runs(ink: Pixels, pieces: Pixels, letter: float, least: float) -> tuple[NDArray[np.int32], NDArray[np.int32], int]:
    """Where evidence outweighs white, as labelled parts; the labels of rules; columns of ink to one of the parts."""
    step = max(1, round(letter / 4))
    # A slanting rule goes from row to row.
    band = np.ones((3, 1), np.uint8)
    told, inked = cv2.dilate(pieces, band), cv2.dilate(ink, band)
    seeds = open_along(told, round(least * letter))
    # Whole parts only: OpenCV is fast at these; what is cut off at the right is narrower than a letter.
    size = (max(1, ink.shape[1] // step), ink.shape[0])
    few, some, sure = (
        cv2.resize(of[:, : size[0] * step], size, interpolation=cv2.INTER_AREA) for of in (told, inked, seeds)
    )
    window = (max(3, round(_WINDOW * letter / step) | 1), 1)
    for_it, letters = (
        cv2.boxFilter(of, cv2.CV_32F, window, borderType=cv2.BORDER_CONSTANT) for of in (few, cv2.subtract(some, few))
    )
    likely = (for_it >= _EVIDENT * (255 - (1 - _LETTER_COSTS) * letters)) | (sure > 0)
    near = np.ones((max(3, round(_DOUBLE * letter) | 1), 1), np.uint8)
    joined = cv2.dilate(likely.astype(np.uint8), near)
    labels, _ = components(np.asarray(joined, np.uint8))
    numbers = np.unique(labels[sure > 0])
    return labels, numbers[numbers > 0], step


def _measure(
    ink: Pixels, y: NDArray[np.int32], x: NDArray[np.int32], pieces: Pixels, found: _Found, letter: float
) -> None:
    """Adds the rule of that evidence: where it runs from one end to the other, as thick as it mostly is."""
    left, right = int(x.min()), int(x.max()) + 1
    top, bottom = np.full(right - left, len(pieces)), np.full(right - left, -1)
    np.minimum.at(top, x - left, y)
    np.maximum.at(bottom, x - left, y)
    seen = np.flatnonzero(bottom >= 0)
    thick = float(np.median(bottom[seen] - top[seen])) + 1
    if right - left < _PIECE * letter or thick > _THICKEST * letter:
        return
    # Paper that moved in the scanner bends a rule: it is where it is at each place, but for the noise of its edges.
    parts = np.array_split(seen, max(1, round((right - left) / (_SMOOTH * letter))))
    parts = [part for part in parts if len(part)]
    places = [float(part.mean()) for part in parts]
    middles = [float(np.median(top[part] + bottom[part])) / 2 for part in parts]
    start = left
    if found.underlines:
        start -= _goes_on(ink[:, :left][:, ::-1], middles[0], thick, letter)
        right += _goes_on(ink[:, right:], middles[-1], thick, letter)
    middle = np.interp(np.arange(start, right) - left, places, middles)
    left = start
    upper, lower = np.ceil(middle - thick / 2).astype(int), np.floor(middle + thick / 2).astype(int)
    box = Box(left, int(upper.min()), right - left, int(lower.max() - upper.min()) + 1)
    strip = pieces[max(0, box.y - 1) : box.bottom + 1, left:right]
    found.boxes.append(box)
    found.ends.append((round(middle[0]), round(middle[-1])))
    found.shares.append(float((strip.max(axis=0) > 0).mean()))
    rows = np.arange(max(0, box.y), min(len(pieces), box.bottom))[:, None]
    found.body[rows[0, 0] : rows[-1, 0] + 1, left:right][(rows >= upper) & (rows <= lower)] = 255


def _goes_on(beyond: Pixels, middle: float, thick: float, letter: float) -> int:
    """Pixels that a rule goes on under the letters at its end, where white cannot tell it.

    beyond: the ink from the rule's end on, away from it; middle: the row in which the rule ends.
    """
    top, bottom = max(0, round(middle - thick / 2) - 1), round(middle + thick / 2) + 1
    strip = beyond[top : bottom + 3, : round(_END * letter)]
    if strip.shape[0] <= 3 or not strip.shape[1]:
        return 0
    line = (strip[:-3].max(axis=0) > 0) & (strip[-1] == 0)
    runs = np.flatnonzero(np.diff(np.pad(line, 1).astype(np.int8)))
    end = 0
    for first, last in zip(runs[::2].tolist(), runs[1::2].tolist(), strict=True):
        if last - first >= _BIT * letter:
            if first - end > min(_LEFT_OUT * letter, last - first):
                break
            end = last
    return end


def _parted(
    flat: _Found, upright: Sequence[Rule], ink: Pixels, letter: float
) -> tuple[list[Rule], list[tuple[int, int]]]:
    """The level rules, parted at walls that they do not reach, and in which row each part begins and ends."""
    parts: list[Rule] = []
    ends: list[tuple[int, int]] = []
    for box, share, (first, last) in zip(flat.boxes, flat.shares, flat.ends, strict=True):
        own = part_at_walls([Rule(box, False, share)], upright, ink, letter)
        fall = (last - first) / box.width
        parts += own
        ends += [(round(first + fall * (p.box.x - box.x)), round(first + fall * (p.box.right - box.x))) for p in own]
    return parts, ends


def _to_walls(rule: Box, ends: tuple[int, int], every: Sequence[Box], found: _Found, ink: Pixels, letter: float) -> Box:
    """A rule drawn out to the walls to which dots lead: what is left of hairlines in a coarse scan.

    ends: in which row it begins and ends.
    """
    reach, (first, last) = _MEETS * letter, ends
    # Where dashed rules meet, the first dash of both may be lost.
    far = _DASH * letter
    walls = sorted((w for w in every if w.y - far <= rule.center[1] <= w.bottom + far), key=lambda w: w.x)
    met = sum(rule.x - far <= w.center[0] <= rule.right + far for w in walls)
    if rule.width < _STRAIGHT * letter or not met:
        return rule
    least = _FEW_DOTS if met >= MANY else _DOTTED
    if least == _FEW_DOTS:
        # Between rows no rule stops so short of a wall.
        reach = far
    left, right = rule.x, rule.right
    for wall in walls:
        if wall.x > right + reach and not _dots_lead(ink, last, (right, wall.x), letter, least):
            break
        right = max(right, wall.right)
    for wall in reversed(walls):
        if wall.right < left - reach and not _dots_lead(ink, first, (wall.right, left), letter, least):
            break
        left = min(left, wall.x)
    half = max(1, min(rule.height, round(_DOT * letter)) // 2)
    for y, start, end in ((first, left, rule.x), (last, rule.right, right)):
        found.body[max(0, y - half) : y + half + 1, start:end] = 255
    return replace(rule, x=left, width=right - left)


def _dots_lead(ink: Pixels, y: int, way: tuple[int, int], letter: float, least: float) -> bool:
    """Whether dots stand evenly on a way from left to right, and hardly a letter: that goes on above or below."""
    half, beside = max(1, round(_DOT * letter / 2)), max(2, round(_WHITE * letter))
    start, end = way

    def inked(top: int, bottom: int) -> NDArray[np.bool_]:
        return np.asarray(ink[max(0, top) : max(0, bottom), start:end].max(axis=0, initial=0) > 0)

    on = inked(y - half, y + half + 1)
    dots = on & ~inked(y - half - beside, y - half) & ~inked(y + half + 1, y + half + 1 + beside)
    if end - start < _DASH * letter:
        return bool(dots.mean() >= (_NEAR_DOTS if least == _DOTTED else _DOTTED))
    letters = float((on & ~dots).mean())
    if least == _FEW_DOTS:
        return bool(dots.mean() >= least and letters <= _LETTERS)
    if letters > max(dots.mean(), least) or _stands_free(dots, letter):
        return False
    parts = np.array([part.mean() for part in np.array_split(dots, _PARTS)])
    return bool(dots.mean() >= least and np.count_nonzero(parts >= least / 3) >= _PARTS - 1)


def _stands_free(dots: NDArray[np.bool_], letter: float) -> bool:
    """Whether what lies on a way between walls is a line of its own, to be filled in, with white at both ends."""
    # A rule may overshoot its wall.
    edge = max(1, round(_DOT * letter / 2))
    inner = dots[edge : len(dots) - edge]
    at = np.flatnonzero(inner)
    if not len(at):
        return False
    margin = min(int(at[0]), len(inner) - 1 - int(at[-1]))
    return margin >= edge and float(inner[at[0] : at[-1] + 1].mean()) >= _WHOLE
