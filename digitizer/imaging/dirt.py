"""What scanners leave on a page: dark edges, punch holes and specks, told apart from what was printed."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.page import Pixels

_EDGE_STRIP = 0.12  # Inches from the border within which edge lines and slivers of shadow stand.
_EDGE_THICK = 0.06  # Inches; thicker ink that reaches the border is no stroke of a letter.
_EDGE_GAP = 0.03  # Inches of white that may stand outside a dark edge.
_EDGE_MARGIN = 0.3  # Inches from the border in which nobody prints long thick bars.
_EDGE_LINE = 1.0  # Inches; straight ink as long as that at the very border is the sheet's edge.
_HOLE = (0.17, 0.45)  # Inches across.
_HOLE_MARGIN = 1.1  # Inches from the border within which holes are punched.
_SPECK_AREA = 1e-4 * 1.75  # Square inches: 7 pixels at 200 dpi; what is larger is left alone.
_LETTER = 0.6  # Inches; larger parts are rules, frames or pictures.
_NEAR = 0.125  # Inches around a letter in which small parts may belong to it.
_BESIDE = 0.05  # Inches; typewriters set a full stop that far from the letter.
_DUST_AREA = 1e-4 * 0.4  # Square inches: a pixel at 200 dpi; too little for a full stop.
_POINT, _ABOVE = 0.03, 0.025  # Inches: how large the point of an i is at the most, and how far above its stem.
_STEM = 0.5  # Of its height, how wide the stem is at the most.
_FEW = 10  # Fewer points than this tell nothing.
_DUST = 0.5  # Of the area of a page's small points; what is smaller is no stop. Dust in FARA filings has a tenth of it.


def find_dirt(ink: Pixels, dpi: float) -> Pixels:
    """Dark scan edges and punch holes: 255 where the page is to be painted white. ink: 255 on 0, (height, width)."""
    return np.asarray(cv2.bitwise_or(_dark_edges(ink, dpi), _punch_holes(ink, dpi)), dtype=np.uint8)


def _dark_edges(ink: Pixels, dpi: float) -> Pixels:
    thick = max(3, round(_EDGE_THICK * dpi))
    # Framed in ink first: a shadow at the border counts as thick however narrow its visible part is.
    framed = cv2.copyMakeBorder(
        _drawn_out(ink, round(_EDGE_GAP * dpi)), thick, thick, thick, thick, cv2.BORDER_REPLICATE
    )
    solid = cv2.morphologyEx(framed, cv2.MORPH_OPEN, np.ones((thick, thick), np.uint8))
    solid = np.asarray(solid, dtype=np.uint8)[thick:-thick, thick:-thick].copy()
    dark = np.zeros_like(ink)
    if cv2.countNonZero(solid):
        count, labels, stats, _ = _components(solid)
        rim = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
        edges = (np.bincount(rim, minlength=count) >= 0.1 * dpi) | _bars_at_border(stats, ink.shape, dpi)
        edges[0] = False
        if edges.any():
            grown = (edges.astype(np.uint8) * 255)[labels]
            dark = np.asarray(cv2.dilate(grown, np.ones((thick | 1, thick | 1), np.uint8)), dtype=np.uint8)
    return np.asarray(cv2.bitwise_or(dark, _edge_lines(ink, dpi)), dtype=np.uint8)


def _bars_at_border(stats: NDArray[np.int32], shape: tuple[int, ...], dpi: float) -> NDArray[np.bool_]:
    """Which solid parts are long and lie in the margin all along: the shadow beyond the sheet's edge."""
    height, width = shape[:2]
    x, y, wide, tall = stats[:, :4].T
    margin, long = _EDGE_MARGIN * dpi, 1.5 * dpi
    beside = (x + wide <= margin) | (x >= width - margin)
    above = (y + tall <= margin) | (y >= height - margin)
    return np.asarray((beside & (tall >= long)) | (above & (wide >= long)))


def _drawn_out(ink: Pixels, gap: int) -> Pixels:
    """A copy with the ink that ends just short of a border drawn out to it: scanners leave a white line outside."""
    drawn = ink.copy()
    if min(ink.shape) <= 2 * gap:
        return drawn
    for turns in range(4):
        strip = np.rot90(drawn, turns)[:, : gap + 1]
        strip[:] = strip.max(axis=1, keepdims=True)
    return drawn


def _edge_lines(ink: Pixels, dpi: float) -> Pixels:
    """Thin long lines along the very border: the sheet's edge, or the shadow beside it."""
    found = np.zeros_like(ink)
    strip, length = max(2, round(_EDGE_STRIP * dpi)), max(3, round(_EDGE_LINE * dpi))
    touch = max(1, round(0.02 * dpi))
    for turns in range(4):
        # Views: each border in turn becomes the left one.
        part, out = np.rot90(ink, turns)[:, :strip], np.rot90(found, turns)[:, :strip]
        if part.shape[1] < strip or not part[:, :touch].any():
            continue
        # Closed lengthwise: a ragged edge is one edge.
        closed = cv2.morphologyEx(np.ascontiguousarray(part), cv2.MORPH_CLOSE, np.ones((touch * 4 | 1, 1), np.uint8))
        lines = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
        _, labels, stats, _ = _components(np.asarray(lines, dtype=np.uint8))
        touching = stats[:, 0] < touch
        touching[0] = False
        out[:] = (touching.astype(np.uint8) * 255)[labels]
    return found


def _punch_holes(ink: Pixels, dpi: float) -> Pixels:
    """Round solid blots of a punch's size near the border."""
    found = np.zeros_like(ink)
    side = max(3, round(0.1 * dpi) | 1)
    solid = cv2.morphologyEx(ink, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
    if cv2.countNonZero(solid) == 0:
        return found
    _, _, stats, centres = _components(np.asarray(solid, dtype=np.uint8))
    low, high = _HOLE[0] * dpi, _HOLE[1] * dpi
    height, width = ink.shape
    for (_, _, wide, tall, area), (x, y) in zip(stats[1:], centres[1:], strict=True):
        round_enough = 0.66 < area / (wide * tall) < 0.9 and 0.65 < wide / tall < 1.54
        margin = min(x, y, width - x, height - y)
        if low <= min(wide, tall) and max(wide, tall) <= high and round_enough and margin <= _HOLE_MARGIN * dpi:
            radius = max(wide, tall) / 2 + 0.03 * dpi
            cv2.circle(found, (round(x), round(y)), round(radius), 255, cv2.FILLED)
    return found


def find_specks(ink: Pixels, dpi: float) -> Pixels:
    """Salt and pepper: 255 on the specks, 0 elsewhere; ink: 255 on 0, (height, width).

    Full stops, commas and broken bits of letters stand beside letters, bits of broken rules beside the rule, dots of
    dotted rules beside other dots: they stay, except what is too small for a stop, as the points of this page tell.
    """
    specks = np.zeros_like(ink)
    _, labels, stats, centres = _components(ink)
    longest = np.maximum(stats[:, 2], stats[:, 3])
    small = (stats[:, 4] <= max(1.0, _SPECK_AREA * dpi * dpi)) & (longest <= max(2, round(0.02 * dpi)))
    small[0] = False
    which = np.nonzero(small)[0]
    if len(which) == 0:
        return specks
    letters = ~small & (longest <= _LETTER * dpi)
    letters[0] = False
    x, y = centres[which].round().astype(np.int64).T
    near = _around(stats[letters], ink.shape, round(_NEAR * dpi))[y // 4, x // 4]
    close = _beside(ink, labels, stats, which, round(_BESIDE * dpi))[y // 4, x // 4]
    lone = ~close & (~near | (stats[which, 4] <= max(1.0, _DUST_AREA * dpi * dpi)))
    stroke = _strokes(ink, letters[labels], round(_NEAR * dpi))
    crumb = stats[which, 4] < _stop_size(labels, stats, letters, stroke, dpi) * stroke[y // 4, x // 4] ** 2
    _paint(specks, labels, stats, which[(lone | crumb) & ~_in_dotted_rule(x, y, ink.shape, dpi)])
    return specks


def _stop_size(
    labels: NDArray[np.int32],
    stats: NDArray[np.int32],
    letters: NDArray[np.bool_],
    stroke: NDArray[np.float32],
    dpi: float,
) -> float:
    """How small a full stop may be on this page, in squares of the stroke's width: as the points over i and j tell."""
    left, top, wide, tall = stats[:, :4].T
    small = np.maximum(wide, tall) <= _POINT * dpi
    small[0] = False
    which = np.flatnonzero(small)
    x, bottom = left[which] + wide[which] // 2, top[which] + tall[which]
    above: NDArray[np.bool_] = np.zeros(len(which), np.bool_)
    white = ~above
    for reach in range(round(_ABOVE * dpi) + 1):
        below = labels[np.minimum(bottom + reach, len(labels) - 1), x]
        stem = letters[below] & (wide[below] <= _STEM * tall[below])
        above |= white & stem & (np.abs(left[below] + wide[below] / 2 - x) <= wide[below] / 2)
        white &= below == 0
    width = stroke[np.minimum(bottom, len(labels) - 1) // 4, x // 4]
    points = above & (width > 0)
    if np.count_nonzero(points) < _FEW:
        return 0.0
    return _DUST * float(np.percentile(stats[which[points], 4] / width[points] ** 2, 25))


def _strokes(ink: Pixels, letters: NDArray[np.bool_], reach: int) -> NDArray[np.float32]:
    """How wide in pixels strokes of letters are within reach, 0 where there are none; at a quarter of the page's size.

    A stroke has two pixels at its rim for each row or column that it runs through.
    """
    rim = cv2.subtract(ink, cv2.erode(ink, cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))))
    size = (reach // 4 * 2 + 1,) * 2
    inked, rims = (_count(_quarter(np.where(letters, mask, np.uint8(0))), size) for mask in (ink, rim))
    return np.where(rims > 0, 2 * inked / np.maximum(rims, 1), 0).astype(np.float32)


def _quarter(mask: Pixels) -> NDArray[np.float32]:
    """The mask at a quarter of its size; the last row and column stand for what is beyond, too."""
    rows, columns = 4 - mask.shape[0] % 4, 4 - mask.shape[1] % 4
    padded = cv2.copyMakeBorder(mask, 0, rows, 0, columns, cv2.BORDER_CONSTANT, value=0)
    size = padded.shape[1] // 4, padded.shape[0] // 4
    return np.asarray(cv2.resize(padded, size, interpolation=cv2.INTER_AREA), np.float32)


def _around(boxes: NDArray[np.int32], shape: tuple[int, ...], reach: int) -> NDArray[np.bool_]:
    """Where a point is within reach of one of the boxes; at a quarter of the page's size."""
    height, width = shape[0] // 4 + 1, shape[1] // 4 + 1
    edges = np.zeros((height + 1, width + 1), np.int32)
    left, top = (np.maximum(boxes[:, axis] - reach, 0) // 4 for axis in (0, 1))
    right = np.minimum((boxes[:, 0] + boxes[:, 2] + reach) // 4 + 1, width)
    bottom = np.minimum((boxes[:, 1] + boxes[:, 3] + reach) // 4 + 1, height)
    for ys, xs, step in ((top, left, 1), (top, right, -1), (bottom, left, -1), (bottom, right, 1)):
        np.add.at(edges, (ys, xs), step)
    return np.asarray(edges.cumsum(axis=0).cumsum(axis=1)[:height, :width] > 0)


def _beside(
    ink: Pixels, labels: NDArray[np.int32], stats: NDArray[np.int32], small: NDArray[np.int64], reach: int
) -> NDArray[np.bool_]:
    """Where larger ink of any kind is within reach; at a quarter of the page's size."""
    specks = np.zeros_like(ink)
    _paint(specks, labels, stats, small)
    rest = np.asarray(cv2.subtract(ink, specks), np.uint8)
    side = 2 * max(1, round(reach / 4)) + 1
    return np.asarray(cv2.dilate(_quarter(rest), np.ones((side, side), np.uint8)) > 0)


def _in_dotted_rule(
    x: NDArray[np.int64], y: NDArray[np.int64], shape: tuple[int, ...], dpi: float
) -> NDArray[np.bool_]:
    """Which dots stand in a row or column of at least six within a third of an inch, far more than all around."""
    found = np.zeros(len(x), np.bool_)
    reach, thick = round(0.34 * dpi / 4) | 1, 3
    dots = np.zeros((shape[0] // 4 + 1, shape[1] // 4 + 1), np.float32)
    np.add.at(dots, (y // 4, x // 4), 1)
    around = _count(dots, (reach, reach))[y // 4, x // 4]
    for size in ((reach, thick), (thick, reach)):
        row = _count(dots, size)[y // 4, x // 4]
        found |= (row >= 6) & (row > 5 * around * thick / reach)
    return found


def _count(dots: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    counted = cv2.boxFilter(dots, -1, size, normalize=False, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(counted, dtype=np.float32)


def _paint(mask: Pixels, labels: NDArray[np.int32], stats: NDArray[np.int32], which: NDArray[np.int64]) -> None:
    """Sets the pixels of those components, all of them small, in the mask."""
    if len(which) == 0:
        return
    wide, tall = int(stats[which, 2].max()), int(stats[which, 3].max())
    dy, dx = np.mgrid[0:tall, 0:wide].reshape(2, -1, 1)
    ys = np.minimum(stats[which, 1] + dy, mask.shape[0] - 1)
    xs = np.minimum(stats[which, 0] + dx, mask.shape[1] - 1)
    own = labels[ys, xs] == which
    mask[ys[own], xs[own]] = 255


def _components(
    mask: Pixels,
) -> tuple[int, NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Connected parts: count, labels (height, width), stats (n, 5) and centres (n, 2); part 0 is the background."""
    # Grana's algorithm takes a third of the default's time on one thread.
    count, labels, stats, centres = cv2.connectedComponentsWithStatsWithAlgorithm(mask, 8, cv2.CV_32S, cv2.CCL_GRANA)
    return count, np.asarray(labels, np.int32), np.asarray(stats, np.int32), np.asarray(centres, np.float64)
