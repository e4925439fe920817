"""Frames of checkboxes: whatever two strokes face each other, or is round, and a model's word on each.

Candidates are many and cheap, letters among them; what tells frames from letters (straight sides and corners, white
around, others of the same size in line) is measured on each and weighed by a trained classifier.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.bundle import REMEDY, find_model
from digitizer.document.geometry import Box
from digitizer.document.page import Pixels
from digitizer.errors import ModelMismatchError
from digitizer.estimators import Estimator
from digitizer.imaging.letters import components
from digitizer.imaging.morphology import close_along, open_along
from digitizer.resources import models_folder

MODEL = "frames"
Boxes = NDArray[np.int64]
"""(n, 4): left, top, width, height in pixels."""
Values = NDArray[np.float64]

# Inches. A frame is printed for a pen: 2 to 8 mm, and a little for the scan.
_SIDE = (0.07, 0.36)
_STROKE, _MEND = 0.045, 0.012
"""The shortest stroke that may be left of a side; gaps in it that are closed."""
_THICKEST = 0.05
_WALL = 0.012
"""How far a side may be off its place, as frames are scanned askew."""
_OBLONG = 2.6
"""Longer to shorter side, at the most."""
_UNEVEN = 0.15
"""Of a side, by which the ends of two facing strokes may differ."""
_SAME = 0.1
"""Of a side, by which two frames of one size may differ."""
_LEAST, _LEAST_ROUND = 0.62, 0.85
"""Of four sides, or of a round one, how much is there at the least."""
_OVERLAP = 0.2
"""Of the smaller of two candidates; only one of them can be a frame."""
_PALE, _MOSTLY = 225, 0.6
"""Grey below which a thin straight stroke or a lone shape is print; the share of it that may count as ink already."""
_WORD = 0.4
"""Of its height, how far beside a letter the next one of its word stands at the most."""
_CORNER = 0.4
"""Of a square's corner, the ink that a ring does not have."""
_POINTS = 32
"""On a round frame that are looked at."""
_FIRM, _FIRM_LEAST, _FIRM_RING, _WHITE = 0.85, 0.7, 0.97, 0.15
"""The share of four straight sides, of the least of them and of a ring from which a candidate speaks for others of its
size, and the ink that may be beside three of its sides."""
_SIZES = 2
"""Sizes of a page's frames in whose columns and rows others are looked for."""
_ENOUGH, _HAIR = 200.0, 70
"""Dots per inch that are enough to find frames; the share of ink, of 255, that a coarser pixel must have."""
_ABOUT = 0.05
"""By which the chances of two candidates for one frame may differ."""
_KNOWN = 0.5
"""Probability from which a candidate's columns and rows are looked through for others."""
_BORNE_OUT = 0.3
"""Probability from which a candidate is a frame where a sure one as large stands in line with it."""
MAY_BE, LIKELY, SURE = 0.05, 0.7, 0.97
"""Probability from which a candidate is kept for a label to confirm; from which it is a frame unless it reads as
letters; from which nothing in it is text."""

NAMES = (
    *("width", "height", "aspect", "letters", "sides", "side_1", "side_2", "side_3", "side_4"),
    *("straight", "straight_least", "straight_left", "straight_right", "straight_top", "straight_bottom"),
    *("corner_least", "corners", "corner_1", "corner_2", "corner_3", "corner_4", "round"),
    *(
        "left",
        "right",
        "above",
        "below",
        "beside_both",
        "around_most",
        "far_left",
        "far_right",
        "far_above",
        "far_below",
    ),
    *("word_left", "word_right", "word_above", "word_below"),
    *("level_goes_on", "level_least", "upright_goes_on", "upright_least"),
    *("inside", "middle", "bar", "rim_inside", "alike", "in_column", "in_row"),
)
"""One per column of the features."""


@dataclass(frozen=True, slots=True)
class Frame:
    """box: its outline in pixels; chance: the probability that it is a checkbox's frame; round: a ring or a bubble."""

    box: Box
    chance: float
    round: bool = False


@cache
def load_frame_model() -> Estimator | None:
    """The classifier in models/frames; None where there is none.

    Raises:
        ModelMismatchError: it was made by another version or is not what its card says.
    """
    found = find_model(models_folder() / MODEL, MODEL)
    if found and list(found[1]["features"]) != list(NAMES):
        raise ModelMismatchError(f"models/{MODEL} was trained on other features than this version uses", REMEDY)
    return found[0] if found else None


def find_frames(ink: Pixels, letter: float, dpi: float) -> list[Frame]:
    """The frames of a straightened page, none over another, the likeliest first.

    ink: uint8 (height, width), 255 where there is ink, with rules. letter: pixels that the page's letters are high.
    """
    model = load_frame_model()
    if model is None:
        return []
    ink, scale = coarse(ink, dpi)
    letter, dpi = letter * scale, dpi * scale
    boxes = candidates(ink, dpi)
    told = describe_frames(ink, boxes, letter, dpi)
    known = [k for k, chance in choose(boxes, _chances(model, told)) if chance >= _KNOWN]
    more = in_line(ink, boxes[known], dpi)
    if len(more):
        boxes = np.vstack([boxes, more])
        told = describe_frames(ink, boxes, letter, dpi)
    chances = _chances(model, told)
    kept = choose(boxes, chances)
    best = [_best_fitting(k, boxes, chances, told) for k, _ in kept]
    found = boxes[best]
    told_chances = _borne_out(found, np.array([chance for _, chance in kept]), dpi)
    return [
        Frame(Box.spanning(x / scale, y / scale, (x + width) / scale, (y + height) / scale), chance, bool(ring))
        for (x, y, width, height), chance, ring in zip(
            found.tolist(), told_chances.tolist(), _is_round(ink, found, dpi), strict=True
        )
    ]


def _borne_out(boxes: Boxes, chances: Values, dpi: float) -> Values:
    """The chances; a frame in one row or column with a sure one, and as large, is as sure."""
    slack = 2 * max(1, round(_WALL * dpi))
    sure = boxes[chances >= SURE]
    alike = (np.abs(boxes[:, None, 2:] - sure[None, :, 2:]) <= _SAME * boxes[:, None, 2:] + 2).all(axis=2)
    aligned = (np.abs(boxes[:, None, :2] - sure[None, :, :2]) <= slack).any(axis=2)
    return np.where((chances >= _BORNE_OUT) & (alike & aligned).any(axis=1), np.maximum(chances, SURE), chances)


def _best_fitting(chosen: int, boxes: Boxes, chances: Values, told: NDArray[np.float32]) -> int:
    """Of the candidates for one frame that are about as likely, the one whose outline has most ink."""
    width, height = boxes[chosen, 2:].tolist()
    near = np.abs(boxes - boxes[chosen]).max(axis=1) <= max(2, _UNEVEN * min(width, height))
    alike = np.flatnonzero(near & (chances >= chances[chosen] - _ABOUT))
    fit = np.maximum(told[alike, NAMES.index("sides")], told[alike, NAMES.index("round")])
    return int(alike[fit.argmax()])


def _is_round(ink: Pixels, boxes: Boxes, dpi: float) -> NDArray[np.bool_]:
    """Which frames are rings: ink all along the ellipse in them, and hardly any in the corners."""
    wall = 2 * max(1, round(_WALL * dpi))
    x, y, width, height = boxes.T
    sums = _Sums.of(ink, dpi)
    size = np.full_like(x, wall)
    corners = [sums.share(a, b, size, size) for a in (x, x + width - wall) for b in (y, y + height - wall)]
    empty = np.mean(corners, axis=0) < _CORNER if len(boxes) else np.zeros(0, np.bool_)
    return np.asarray(empty & (_ring(ink, boxes, dpi) >= _LEAST_ROUND), np.bool_)


def coarse(ink: Pixels, dpi: float) -> tuple[Pixels, float]:
    """The ink at a resolution that is enough for frames, and its scale against what it was."""
    scale = min(1.0, _ENOUGH / dpi)
    if scale == 1.0:
        return ink, 1.0
    size = max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale))
    small = cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.threshold(small, _HAIR, 255, cv2.THRESH_BINARY)[1], np.uint8), scale


def _chances(model: Estimator, told: NDArray[np.float32]) -> Values:
    return np.asarray(model.predict_proba(told)[:, 1], np.float64) if len(told) else np.zeros(0)


def choose(boxes: Boxes, chances: Values) -> list[tuple[int, float]]:
    """Those candidates that may be frames, by number, with their chances: the likeliest first, none over another."""
    kept: list[tuple[int, float]] = []
    taken = np.zeros((0, 4), np.int64)
    for k in np.argsort(-chances, kind="stable").tolist():
        if chances[k] < MAY_BE:
            break
        if not _meets(boxes[k], taken):
            kept.append((k, float(chances[k])))
            taken = np.vstack([taken, boxes[k]])
    return kept


def _meets(box: NDArray[np.int64], others: Boxes) -> bool:
    across = np.minimum(box[0] + box[2], others[:, 0] + others[:, 2]) - np.maximum(box[0], others[:, 0])
    down = np.minimum(box[1] + box[3], others[:, 1] + others[:, 3]) - np.maximum(box[1], others[:, 1])
    shared = np.maximum(0, across) * np.maximum(0, down)
    return bool((shared > _OVERLAP * np.minimum(box[2] * box[3], others[:, 2] * others[:, 3])).any())


def with_pale_strokes(pixels: Pixels, ink: Pixels, dpi: float) -> Pixels:
    """Ink with thin straight strokes and lone shapes too pale to count as ink, as frames are printed in grey or colour.

    pixels: uint8 grey of the straightened page, paper evened to 255; ink: alike, 255 where there is ink.
    """
    pale = np.asarray(cv2.threshold(pixels, _PALE, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)
    labels, stats = components(pale)
    inked = np.bincount(labels.ravel(), weights=ink.ravel() > 0, minlength=len(stats))
    fits = _is_sized(stats[:, 2], stats[:, 3], dpi) & (inked < _MOSTLY * stats[:, cv2.CC_STAT_AREA])
    fits[0] = False
    alone = np.where(fits[labels], np.uint8(255), np.uint8(0))
    # What goes along ink is its soft edge.
    pale = np.asarray(cv2.subtract(pale, cv2.dilate(ink, np.ones((3, 3), np.uint8))), np.uint8)
    length, thick = max(5, round(_STROKE * dpi)), round(_THICKEST * dpi)
    for vertical in (False, True):
        runs = open_along(pale, length, vertical)
        alone |= np.asarray(cv2.subtract(runs, open_along(runs, thick, not vertical)), np.uint8)
    return np.asarray(cv2.bitwise_or(ink, alone), np.uint8)


def _is_sized(width: NDArray[np.integer[Any]], height: NDArray[np.integer[Any]], dpi: float) -> NDArray[np.bool_]:
    shorter, longer = np.minimum(width, height), np.maximum(width, height)
    fits = (shorter >= _SIDE[0] * dpi) & (longer <= _SIDE[1] * dpi) & (longer <= _OBLONG * shorter)
    return np.asarray(fits, np.bool_)


def candidates(ink: Pixels, dpi: float) -> Boxes:
    """All places of a checkbox's size that have most of four sides, or of a ring: (n, 4)."""
    turned = np.ascontiguousarray(ink.T)
    level = _facing(turned, dpi)[:, [1, 0, 3, 2]]
    found: Boxes = np.unique(np.vstack([_facing(ink, dpi), level, _parts(ink, dpi)]), axis=0)
    if not len(found):
        return found
    sums = _Sums.of(ink, dpi)
    sides = sums.sides(found)
    kept = (sides.mean(axis=1) >= _LEAST) & (np.sort(sides, axis=1)[:, 2] >= _LEAST)
    kept |= _ring(ink, found, dpi) >= _LEAST_ROUND
    return np.asarray(found[kept], np.int64)


def _firm(boxes: Boxes, ink: Pixels, sums: _Sums, dpi: float) -> NDArray[np.bool_]:
    """Which candidates are plainly frames: whole, straight or round, and white around."""
    straight = sums.straight(boxes)
    whole = (straight.mean(axis=1) >= _FIRM) & (straight.min(axis=1) >= _FIRM_LEAST)
    whole |= _ring(ink, boxes, dpi) >= _FIRM_RING
    around = _around(sums, boxes, sums.wall, 3 * sums.wall)
    return np.asarray(whole & (np.sort(around, axis=1)[:, 2] <= _WHITE), np.bool_)


def in_line(ink: Pixels, known: Boxes, dpi: float) -> Boxes:
    """Places as large as most of the known frames and in a column or row of theirs that have most of four sides."""
    found = [known[:0]]
    sums = _Sums.of(ink, dpi)
    for same in _by_size(known):
        width, height = np.median(same[:, 2:], axis=0).astype(np.int64).tolist()
        is_round = float(np.median(_ring(ink, same, dpi))) >= _FIRM_RING
        for axis, end, reach in ((0, ink.shape[0] - height, height // 2), (1, ink.shape[1] - width, width // 2)):
            lines = np.unique(same[:, axis] // (2 * sums.wall), return_index=True)[1]
            for at in same[lines, axis].tolist():
                offsets, free = at + np.arange(-2 * sums.wall, 2 * sums.wall + 1), np.arange(max(1, end))
                fixed, moving = (grid.ravel() for grid in np.meshgrid(offsets, free, indexing="ij"))
                x, y = (fixed, moving) if axis == 0 else (moving, fixed)
                boxes = np.column_stack([x, y, np.full_like(x, width), np.full_like(x, height)])
                scores = _ring(ink, boxes, dpi) if is_round else sums.sides(boxes).mean(axis=1)
                scores = scores.astype(np.float32).reshape(len(offsets), len(free))
                best = scores.max(axis=0)
                highest = cv2.dilate(best[None, :], np.ones((1, 2 * reach + 1), np.uint8))[0]
                peaks = np.flatnonzero((best >= _LEAST) & (best == highest))
                found.append(boxes[scores.argmax(axis=0)[peaks] * len(free) + peaks])
    return np.asarray(np.unique(np.vstack(found), axis=0), np.int64)


def _by_size(known: Boxes) -> list[Boxes]:
    """The known frames of each of the sizes that a page has most of."""
    sizes: list[Boxes] = []
    while len(known) and len(sizes) < _SIZES:
        near = np.abs(known[:, None, 2:] - known[None, :, 2:]) <= _SAME * known[:, None, 2:] + 2
        alike = near.all(axis=2)
        most = alike[alike.sum(axis=1).argmax()]
        sizes.append(known[most])
        known = known[~most]
    return sizes


def _facing(ink: Pixels, dpi: float) -> Boxes:
    """Around every two upright strokes that begin and end about alike and are as far apart as a frame's sides."""
    strokes = _upright(ink, dpi)
    y, bottom = strokes[:, 1], strokes[:, 1] + strokes[:, 3]
    slack = _UNEVEN * _SIDE[1] * dpi
    first = np.searchsorted(y, y - slack)
    counts = np.searchsorted(y, y + slack + 1) - first
    # Every stroke with every stroke that begins about as high, as two long rows of indices.
    i = np.repeat(np.arange(len(strokes)), counts)
    j = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(first, counts)
    width = strokes[j, 0] + strokes[j, 2] - strokes[i, 0]
    fits = (strokes[j, 0] > strokes[i, 0]) & (width >= _SIDE[0] * dpi) & (width <= _SIDE[1] * dpi)
    i, j, width = i[fits], j[fits], width[fits]
    top, end = np.minimum(y[i], y[j]), np.maximum(bottom[i], bottom[j])
    height = end - top
    off = np.maximum(np.abs(y[i] - y[j]), np.abs(bottom[i] - bottom[j]))
    fits = (height >= _SIDE[0] * dpi) & (height <= _SIDE[1] * dpi) & (off <= _UNEVEN * height + 2)
    fits &= (width <= _OBLONG * height) & (height <= _OBLONG * width)
    boxes = np.column_stack([strokes[i, 0], top, width, height])[fits]
    # Where corners are round, the strokes are shorter than the frame.
    more = (boxes[:, 2] - boxes[:, 3]) // 2
    squared = (boxes + np.column_stack([0 * more, -more, 0 * more, 2 * more]))[more >= 2]
    return np.asarray(np.vstack([boxes, squared]), np.int64)


def _upright(ink: Pixels, dpi: float) -> Boxes:
    """Thin upright strokes, small gaps in them mended, by their tops.

    A mark that touches a side adds short runs to it; among the long runs alone the side is as thin as it was drawn.
    """
    mended = close_along(ink, max(3, round(_MEND * dpi)), vertical=True)
    found = []
    for length in (_STROKE, 2 * _STROKE):
        runs = open_along(mended, max(5, round(length * dpi)), vertical=True)
        found.append(np.asarray(components(runs)[1][1:, :4], np.int64))
    boxes = np.unique(np.vstack(found), axis=0)
    boxes = boxes[(boxes[:, 2] <= _THICKEST * dpi) & (boxes[:, 3] <= _SIDE[1] * dpi * (1 + _UNEVEN))]
    return np.asarray(boxes[np.lexsort((boxes[:, 0], boxes[:, 1]))], np.int64)


def _parts(ink: Pixels, dpi: float) -> Boxes:
    """Parts of the ink that are of a checkbox's size by themselves: rings, and frames that were filled."""
    stats = components(ink)[1][1:]
    return np.asarray(stats[_is_sized(stats[:, 2], stats[:, 3], dpi), :4], np.int64)


@dataclass(frozen=True, slots=True)
class _Sums:
    """Sums of a page's ink up to each pixel, plain and with strokes made thicker across: level ones, upright ones."""

    plain: NDArray[np.int32]
    level: NDArray[np.int32]
    upright: NDArray[np.int32]
    wall: int

    @staticmethod
    def of(ink: Pixels, dpi: float) -> _Sums:
        wall = max(1, round(_WALL * dpi))
        binary = np.asarray(ink > 0, np.uint8)
        level = cv2.dilate(binary, np.ones((2 * wall + 1, 1), np.uint8))
        upright = cv2.dilate(binary, np.ones((1, 2 * wall + 1), np.uint8))
        plain, level, upright = (np.asarray(cv2.integral(b), np.int32) for b in (binary, level, upright))
        return _Sums(plain, level, upright, wall)

    def share(self, x: Boxes, y: Boxes, width: Boxes, height: Boxes, of: NDArray[np.int32] | None = None) -> Values:
        """The share of ink in areas; 0.0 beyond the page."""
        table = self.plain if of is None else of
        bottom, right = table.shape[0] - 1, table.shape[1] - 1
        x0, y0 = np.clip(x, 0, right), np.clip(y, 0, bottom)
        x1, y1 = np.clip(x + np.maximum(1, width), 0, right), np.clip(y + np.maximum(1, height), 0, bottom)
        total = table[y1, x1] - table[y0, x1] - table[y1, x0] + table[y0, x0]
        return np.asarray(total / np.maximum(1, np.maximum(1, width) * np.maximum(1, height)), np.float64)

    def sides(self, boxes: Boxes) -> Values:
        """Of each side the share that has ink on it or close by: (boxes, 4): left, right, top, bottom."""
        x, y, width, height = boxes.T
        one = np.ones_like(x)
        inset = np.minimum(self.wall, np.minimum(width, height) // 4)
        left = self.share(x + inset, y, one, height, self.upright)
        right = self.share(x + width - 1 - inset, y, one, height, self.upright)
        top = self.share(x, y + inset, width, one, self.level)
        bottom = self.share(x, y + height - 1 - inset, width, one, self.level)
        return np.column_stack([left, right, top, bottom])

    def goes_on(self, boxes: Boxes) -> Values:
        """How far level and upright sides go on beyond the corners, as those of a table's cells do: of the four ends
        of either the mean and the least share that has ink: (boxes, 4)."""
        x, y, width, height = boxes.T
        one, wall = np.ones_like(x), self.wall
        across, down = np.maximum(2, width * 3 // 10), np.maximum(2, height * 3 // 10)
        inset = np.minimum(wall, np.minimum(width, height) // 4)
        level = [
            self.share(a, b, across, one, self.level)
            for a in (x - across - wall, x + width + wall)
            for b in (y + inset, y + height - 1 - inset)
        ]
        upright = [
            self.share(a, b, one, down, self.upright)
            for a in (x + inset, x + width - 1 - inset)
            for b in (y - down - wall, y + height + wall)
        ]
        ends = [np.column_stack(sides) for sides in (level, upright)]
        return np.column_stack([told for e in ends for told in (e.mean(axis=1), e.min(axis=1))])

    def straight(self, boxes: Boxes) -> Values:
        """Of each side the most that a single straight row of pixels has: (boxes, 4), as sides."""
        x, y, width, height = boxes.T
        one = np.ones_like(x)
        reach = range(-1, 2 * self.wall + 1)
        return np.column_stack(
            [
                np.max([self.share(x + k, y, one, height) for k in reach], axis=0),
                np.max([self.share(x + width - 1 - k, y, one, height) for k in reach], axis=0),
                np.max([self.share(x, y + k, width, one) for k in reach], axis=0),
                np.max([self.share(x, y + height - 1 - k, width, one) for k in reach], axis=0),
            ]
        )


def describe_frames(ink: Pixels, boxes: Boxes, letter: float, dpi: float) -> NDArray[np.float32]:
    """Features of candidates, (boxes, NAMES)."""
    sums = _Sums.of(ink, dpi)
    x, y, width, height = boxes.T
    sides, straight = sums.sides(boxes), sums.straight(boxes)
    ordered = np.sort(sides, axis=1)
    wall = sums.wall
    corner = [2 * wall + np.zeros_like(x)] * 2
    ends_x, ends_y = (x, x + width - 2 * wall), (y, y + height - 2 * wall)
    corners = np.column_stack([sums.share(a, b, *corner) for a in ends_x for b in ends_y])
    near, far = _around(sums, boxes, wall, 3 * wall), _around(sums, boxes, 3 * wall, 9 * wall)
    deep = 2 * wall
    inner = (x + deep, y + deep, np.maximum(1, width - 2 * deep), np.maximum(1, height - 2 * deep))
    core = (x + width // 3, y + height // 3, np.maximum(1, width // 3), np.maximum(1, height // 3))
    hollow = (x + 2 * deep, y + 2 * deep, np.maximum(1, width - 4 * deep), np.maximum(1, height - 4 * deep))
    inside, area, held = sums.share(*inner), inner[2] * inner[3], hollow[2] * hollow[3]
    rim = (inside * area - sums.share(*hollow) * held) / np.maximum(1, area - held)
    return np.column_stack(
        [
            width / dpi,
            height / dpi,
            width / height,
            height / letter,
            sides.mean(axis=1),
            ordered,
            straight.mean(axis=1),
            straight.min(axis=1),
            straight,
            corners.min(axis=1),
            corners.mean(axis=1),
            corners,
            _ring(ink, boxes, dpi),
            near,
            np.minimum(near[:, 0], near[:, 1]),
            near.max(axis=1),
            far,
            # Letters of a word stand as far apart as they are large.
            _around(sums, boxes, wall, np.maximum(2 * wall, np.round(_WORD * height)).astype(np.int64)),
            sums.goes_on(boxes),
            inside,
            sums.share(*core),
            sums.share(x + width // 4, y + height * 2 // 5, width // 2, height // 5),
            rim,
            _company(boxes, _firm(boxes, ink, sums, dpi), wall),
        ]
    ).astype(np.float32)


def _around(sums: _Sums, boxes: Boxes, near: int, far: int | Boxes) -> Values:
    """The share of ink beside each side from so many pixels off to so many: (boxes, 4): left, right, above, below."""
    x, y, width, height = boxes.T
    deep = np.zeros_like(x) + far - near
    return np.column_stack(
        [
            sums.share(x - near - deep, y, deep, height),
            sums.share(x + width + near, y, deep, height),
            sums.share(x, y - near - deep, width, deep),
            sums.share(x, y + height + near, width, deep),
        ]
    )


def _ring(ink: Pixels, boxes: Boxes, dpi: float) -> Values:
    """Of points on the ellipse that a box holds, the share that has ink on it or close by."""
    wall = max(1, round(_WALL * dpi))
    thick = cv2.dilate(ink, np.ones((2 * wall - 1, 2 * wall - 1), np.uint8)) > 0
    angles = np.arange(_POINTS) * 2 * np.pi / _POINTS
    x, y, width, height = (column[:, None] for column in boxes.T.astype(np.float64))
    across = np.rint(x + (width - 1) / 2 + (width / 2 - wall) * np.cos(angles)).astype(np.int64)
    down = np.rint(y + (height - 1) / 2 + (height / 2 - wall) * np.sin(angles)).astype(np.int64)
    rows, columns = np.clip(down, 0, ink.shape[0] - 1), np.clip(across, 0, ink.shape[1] - 1)
    return np.asarray(thick[rows, columns].mean(axis=1), np.float64)


def _company(boxes: Boxes, firm: NDArray[np.bool_], wall: int) -> Values:
    """How many firm candidates there are of the same size, and of these in one column and in one row, up to 20."""
    others = boxes[firm]
    # Several candidates stand for one frame.
    _, first = np.unique(others // (4 * wall), axis=0, return_index=True)
    others = others[first]
    counts = np.zeros((len(boxes), 3))
    for k in range(0, len(boxes), 512):
        some = boxes[k : k + 512, None, :]
        size = np.abs(some[:, :, 2:] - others[None, :, 2:]) <= _SAME * some[:, :, 2:] + 2
        apart = np.abs(some[:, :, :2] - others[None, :, :2])
        alike = size.all(axis=2) & (apart > some[:, :, 2:] / 2).any(axis=2)
        counts[k : k + 512] = np.column_stack(
            [alike.sum(axis=1), *((alike & (apart[:, :, axis] <= 2 * wall)).sum(axis=1) for axis in (0, 1))]
        )
    return np.minimum(counts, 20)
