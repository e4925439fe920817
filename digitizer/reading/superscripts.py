"""Raised footnote markers, found by geometry: smaller characters at the end of a line, above its baseline."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.geometry import Box
from digitizer.document.layout import Reading
from digitizer.document.page import Pixels
from digitizer.reading.glyphs import DIGITS, PAIR, GlyphReader

ALPHABET = (*DIGITS, "(", ")", PAIR)
_FORM = re.compile(r"(?:\([1-9]\d?\))+")
_BARE = re.compile(r"[1-9]\d?")
_SURE = 0.9
"""Bare digits are believed from this probability on: any upright stroke is like a 1."""

# Inches.
_SPECK = 0.012
# In heights of the tallest character.
_DOT = 0.28
# In heights of the line's own capitals or digits.
_RISE = 0.14
_TALL = 0.45
_TALLEST = 1.6
_DEEPEST_TOP = 0.3
_GAP = 1.2
_OVERHANG = 0.04
_SMALLER = 0.88
_WIDER = 1.3
"""Of the closing parenthesis' width, that of the opening one at the most."""
_MOST = 24
"""Characters of a marker."""
_HANGING = 0.58
_PITCH = 0.7
_JOINTS = ((0.72, ((0.3, 0.8),)), (1.1, ((0.2, 0.42), (0.58, 0.8))))
"""In heights of the tallest: from which width on ink is several characters; in widths: where their joints may be."""


@dataclass(frozen=True, slots=True)
class Raised:
    """Raised ink at the end of a line. split: x from which all is raised; box: its outline; pixels of the crop."""

    split: int
    box: Box


@dataclass(frozen=True, slots=True)
class _Body:
    """What stands on the line: its baseline, the height of its tall characters, their number."""

    baseline: float
    height: float
    count: int


def split_raised(ink: Pixels, dpi: float) -> Raised | None:
    """The raised characters at the end of a line's ink, None where there are none or nothing else.

    ink: uint8 (height, width), 255 where there is ink; one line of text, its rules erased.
    Quotation marks, asterisks, dashes and dots of i are not taken for markers; other small raised characters may be,
    so what is found should be read before it is believed.
    """
    parts = _components(ink, dpi)
    for first in range(max(1, len(parts) - _MOST), len(parts) + 1):
        left, right = parts[:first], parts[first:]
        # The last character on the line may have grown together with the first raised one: then it tells nothing.
        before = _body(left[:-1] or left)
        if not _has_no_gaps(left[-1], right, before):
            continue
        whole = _body(left)
        cut = _opening(ink, _cut_grown(ink, left[-1], before), right) if first > 1 else None
        body, group = (_with_rest(before, left[-1], cut), [cut, *right]) if cut else (whole, right)
        while group and group[0].height < _TALL * body.height:  # A quotation mark before the marker is text.
            group = group[1:]
        if group and all(_is_raised(part, body) for part in right) and _is_marker(group, body):
            box = Box.around(group)
            return Raised(box.x, box)
        if (parted := _cut_parenthesis(ink, left[-1], right)) is not None:
            rest, opening = parted
            body = _body([*left[:-1], rest])
            if all(_is_raised(part, body) for part in (opening, *right)) and _is_marker([opening, *right], body):
                return Raised(opening.x, Box.around((opening, *right)))
    return None


def read_raised(reader: GlyphReader, grey: Pixels, ink: Pixels) -> Reading:
    """Raised ink as digits and parentheses; its confidence is that of the reading as footnote numbers.

    grey: uint8 crop of the raised ink's box, 0 black to 255 white; ink: the same place, 255 where there is ink.
    Texts that are no footnote numbers stand only among the alternatives; text "" where nothing else was read.
    """
    boxes = _glyph_boxes(ink)
    whole = _read_boxes(reader, grey, boxes)
    cuts = [cut for wide, at in _JOINTS if len(cut := _cut_wide(ink, boxes, wide, at)) > len(boxes)]
    if not cuts or _FORM.fullmatch(whole.text):
        return whole
    parts = max((_read_boxes(reader, grey, cut) for cut in cuts), key=lambda r: r.confidence if r.text else 0.0)
    return parts if parts.text and parts.confidence > (whole.confidence if whole.text else 0.0) else whole


def _read_boxes(reader: GlyphReader, grey: Pixels, boxes: Sequence[Box]) -> Reading:
    """The characters in those boxes as footnote numbers."""
    crops = [grey[b.y : b.bottom, b.x : b.right] for b in boxes]
    raw = reader.read_string(crops, ALPHABET, most=12)
    ranked = [(raw.text, raw.confidence), *raw.alternatives]
    fitting = [(t, p) for t, p in ranked if _FORM.fullmatch(t) or (_BARE.fullmatch(t) and p >= _SURE)]
    if not fitting:
        return Reading("", max(0.0, 1.0 - raw.confidence), "glyph", (), tuple(ranked[:5]))
    (text, chance), rest = fitting[0], [r for r in ranked if r != fitting[0]]
    # Half of what went to texts that cannot stand there would, rightly read, have been this one.
    share = chance / max(1e-9, sum(c for _, c in fitting))
    return Reading(text, (chance + share) / 2, "glyph", (), tuple(rest[:5]))


def _components(ink: Pixels, dpi: float) -> list[Box]:
    """Outlines of the connected ink, left to right, without specks and dots; what stands over another belongs to it."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    least = max(2.0, _SPECK * dpi)
    rows = [(x, y, w, h) for x, y, w, h, _ in stats[1:count].tolist() if max(w, h) >= least]
    # Stops, commas and dots of i tell nothing here, and dirt below a marker would pull it down.
    least = _DOT * max((h for _, _, _, h in rows), default=0)
    return _stacked(sorted(Box(*row) for row in rows if max(row[2:]) >= least))


def _stacked(boxes: Sequence[Box]) -> list[Box]:
    """Boxes, left to right, with those that stand over one another taken together."""
    merged: list[Box] = []
    for box in boxes:
        if merged and box.overlap_x(merged[-1]) > 0.6 * min(box.width, merged[-1].width):
            merged[-1] = Box.around((merged[-1], box))
        else:
            merged.append(box)
    return merged


def _body(parts: Sequence[Box]) -> _Body:
    """The line that the parts make, from those of the last ones that are tall."""
    tallest = max(part.height for part in parts)
    tall = [part for part in parts if part.height >= 0.55 * tallest][-12:]
    # Descenders reach below the baseline, nothing tall ends above it; capitals are few in most text.
    bottoms, tops = sorted(part.bottom for part in tall), sorted(part.y for part in tall)
    baseline = float(bottoms[(len(tall) - 1) // 4])
    # Of two characters the last counts: dollar signs are set larger than their amounts.
    top = tall[-1].y if len(tall) < 3 else tops[1]
    height = max(1.0, baseline - top)
    return _Body(baseline, height, sum(_characters(part.width, height) for part in tall))


def _with_rest(before: _Body, grown: Box, cut: Box) -> _Body:
    """The body with what is left of a part after its raised end was cut off."""
    return replace(before, count=before.count + _characters(cut.x - grown.x, before.height))


def _characters(width: float, height: float) -> int:
    """How many characters are in ink of that width, grown together or not."""
    return max(1, round(width / (_PITCH * height)))


def _is_raised(part: Box, body: _Body) -> bool:
    """Whether a part stands clear of the baseline and near the top of the line."""
    return (
        part.bottom <= body.baseline - max(1.5, _RISE * body.height)
        and part.y <= body.baseline - (1 - _DEEPEST_TOP) * body.height
        and part.height <= _TALLEST * body.height
    )


def _has_no_gaps(last: Box, right: Sequence[Box], body: _Body) -> bool:
    chain = [last, *right]
    return all(b.x - a.right <= _GAP * body.height for a, b in itertools.pairwise(chain))


def _is_marker(group: Sequence[Box], body: _Body) -> bool:
    """Whether raised parts have the build of a marker: tall enough to be read, and standing out above the line."""
    heights = [part.height for part in group]
    top = min(part.y for part in group)
    outstanding = body.baseline - body.height - top
    if max(heights) < _TALL * body.height:
        return False
    parentheses = len(group) >= 2 and all(p.width <= 0.62 * p.height for p in (group[0], group[-1]))
    if body.count < 3:  # A lone letter with a descender looks like a line that the next letters are raised from.
        ends = min(heights[0], heights[-1])
        closed = parentheses and len(group) >= 3 and min(heights[1:-1]) <= 0.95 * ends >= 0.7 * max(heights)
        return closed and body.baseline - group[0].y >= 1.02 * body.height
    if parentheses:
        return outstanding >= -0.08 * body.height
    # Quotation marks hang higher than bare digits; asterisks and degree signs are as wide as they are high.
    hanging = body.baseline - max(part.bottom for part in group) > _HANGING * body.height
    round_ = len(group) == 1 and 0.75 < group[0].width / group[0].height < 1.25
    # A digit that stands a pixel higher than its neighbours is as tall as they are.
    small = max(heights) <= _SMALLER * body.height
    return outstanding >= 0.03 * body.height and small and not hanging and not round_


def _cut_parenthesis(ink: Pixels, part: Box, right: Sequence[Box]) -> tuple[Box, Box] | None:
    """A part whose end is the opening parenthesis to the parts right of it, as what it was before and that end."""
    if len(right) < 2 or part.width < 4 or right[-1].width > 0.62 * right[-1].height:
        return None
    closing, gap = right[-1], max(1, right[-1].x - right[-2].right)
    at = max(part.x + 1, min(right[0].x - gap - closing.width, part.right - 2))
    rest = _inked(ink, Box(part.x, part.y, at - part.x, part.height))
    opening = _inked(ink, Box(at, part.y, part.right - at, part.height))
    if rest is None or opening is None or rest.width < 0.3 * rest.height:
        return None
    if rest.width > rest.height:  # A dollar sign is taller than the amount it has grown together with.
        half = rest.width // 2
        rest = _inked(ink, Box(rest.x + half, rest.y, rest.width - half, rest.height)) or rest
    return (rest, opening) if 0.7 < opening.height / closing.height < 1.4 else None


def _opening(ink: Pixels, cut: Box | None, right: Sequence[Box]) -> Box | None:
    """What was cut off, without the bowl of a P before it: no opening parenthesis is wider than the closing one."""
    if cut is None or len(right) < 2 or right[-1].width > 0.62 * right[-1].height:
        return cut
    wide = max(2, round(_WIDER * right[-1].width))
    if cut.width <= wide:
        return cut
    area = Box(cut.right - wide, cut.y, wide, cut.height)
    opening = _inked(ink, area)
    return opening if opening is not None and opening.height >= 0.7 * right[-1].height else cut


def _inked(ink: Pixels, area: Box) -> Box | None:
    """The part of an area that its largest piece of ink takes up."""
    piece = ink[area.y : area.bottom, area.x : area.right]
    if not piece.any():
        return None
    stats = cv2.connectedComponentsWithStats(piece, connectivity=8)[2]
    x, y, w, h, _ = stats[1:][int(stats[1:, cv2.CC_STAT_AREA].argmax())].tolist()
    return Box(area.x + x, area.y + y, w, h)


def _cut_grown(ink: Pixels, part: Box, body: _Body) -> Box | None:
    """The raised end of a part whose last character has grown together with the marker; None if it has none."""
    if part.bottom <= body.baseline - _RISE * body.height or part.width < 0.5 * body.height:
        return None
    if body.baseline - body.height - part.y < _OVERHANG * body.height:
        return None
    piece = _without_small(ink[part.y : part.bottom, part.x : part.right], 0.4 * body.height)
    rows = np.arange(part.height)[:, None]
    lowest = np.where(piece, rows, -1).max(axis=0)
    floor = body.baseline - _RISE * body.height - part.y
    deep = np.nonzero(lowest >= floor)[0]
    start = int(deep[-1]) + 1 if len(deep) else 0
    if part.width - start < max(2.0, 0.1 * body.height):
        return None
    # The thinnest place near there is the joint; an arm of the last character may reach past its foot.
    reach = max(1, min(int(0.35 * body.height), part.width - start - 2))
    start += int(piece[:, start : start + reach].sum(axis=0).argmin())
    ys = np.nonzero(piece[:, start:].any(axis=1))[0]
    if len(ys) == 0:
        return None
    box = Box(part.x + start, part.y + int(ys[0]), part.width - start, int(ys[-1] - ys[0]) + 1)
    return box if box.height >= 0.55 * body.height and box.y == part.y else None


def _without_small(ink: Pixels, least: float) -> NDArray[np.bool_]:
    """Where ink is that is connected and at least so many pixels high."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    keep = stats[:, cv2.CC_STAT_HEIGHT] >= least
    keep[0] = False
    return np.asarray(keep[labels], dtype=np.bool_)


def _glyph_boxes(ink: Pixels) -> list[Box]:
    """Outlines of the raised characters, left to right, without dirt; a broken character's parts are one."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    boxes = _stacked(sorted(Box(*(int(v) for v in row[:4])) for row in stats[1:count]))
    tallest = max((box.height for box in boxes), default=0)
    return [box for box in boxes if box.height >= 0.4 * tallest]


def _cut_wide(ink: Pixels, boxes: Sequence[Box], wide: float, joints: Sequence[tuple[float, float]]) -> list[Box]:
    """The same boxes, those too wide for one character cut where their ink is thinnest at each joint."""
    tallest = max((box.height for box in boxes), default=0)
    out: list[Box] = []
    for box in boxes:
        if box.width <= wide * tallest:
            out.append(box)
            continue
        columns = (ink[box.y : box.bottom, box.x : box.right] > 0).sum(axis=0)
        ends = [0]
        for start, end in joints:
            first, last = round(start * box.width), round(end * box.width)
            ends.append(first + int(columns[first : last + 1].argmin()))
        ends.append(box.width)
        out += [Box(box.x + a, box.y, max(1, b - a), box.height) for a, b in itertools.pairwise(ends)]
    return out
