"""Born-digital pages: laid upright without moving a pixel, their words put into lines, cut at the walls of cells."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from digitizer.document.geometry import Box, Transform
from digitizer.document.layout import Cell, Layout, Rule, TextLine
from digitizer.document.page import PageImage, Pixels, PrintedWord, StraightPage
from digitizer.imaging.binarize import even_paper, find_ink
from digitizer.imaging.letters import POINT, USUAL, components
from digitizer.imaging.polarity import DARK

_GAP = 1.15
"""In heights of the line's ink, as lines of ink are split."""
_LEVEL = 0.25
"""Of a letter's height: baselines as near as that are one; what is raised stands a third of a letter higher."""
_NEAR = 0.6
"""Of its own height: print no larger than a line's that stands beside it and is no farther off belongs to it."""
_MARKER = re.compile(r"[()\[\]{}\d,;*†‡§ ]+")
_FILLED = 5.0
"""In heights of a letter: black areas no larger are checkboxes."""
_SIGNS = frozenset("☐☑☒□■▢◻◼✓✔✗✘✕●○◯\u00d7xX")
"""What stands in a checkbox or is one: left in the picture too, where checkboxes are found."""
_AROUND = 2
"""Pixels around a word that its softened edge may take."""
_UNDER = 0.04
"""Inches below a line within which a rule underlines it."""
_FEWEST_LETTERS = 3
_IN_MARK = 2
"""Characters that may stand in a checkbox."""


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line and its words, left to right as they are read; raised: those of a footnote marker at its end."""

    line: TextLine
    words: tuple[PrintedWord, ...]
    raised: tuple[PrintedWord, ...] = ()


def turned_upright(page: PageImage, words: Sequence[PrintedWord]) -> tuple[int, tuple[PrintedWord, ...]]:
    """By how many quarters of 90 degrees most of the words are turned, and the words on the page turned back."""
    letters = [sum(len(w.text) for w in words if w.turned == turned) for turned in (0, 90, 180, 270)]
    turned = 90 * int(np.argmax(letters))
    back = Transform.of(_turning(turned, *page.size)).inverse()
    return turned, tuple(
        replace(w, box=back.box(w.box), body=back.box(w.body), turned=(w.turned - turned) % 360) for w in words
    )


def lay_upright(page: PageImage, words: Sequence[PrintedWord], turned: int, dpi: float) -> StraightPage:
    """The page as it came in without those words, turned back, at that resolution or its own."""
    pixels = _without(page, words)
    scale = min(1.0, dpi / page.dpi)
    size = max(1, round(page.size[0] * scale)), max(1, round(page.size[1] * scale))
    if scale < 1:
        # The darkest of what becomes one pixel: the mean would lose hairlines.
        darkest = cv2.erode(pixels, np.ones((math.ceil(1 / scale),) * 2, np.uint8), anchor=(0, 0))
        pixels = np.asarray(cv2.resize(darkest, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    enlarged = Transform.of(np.diag([page.size[0] / size[0], page.size[1] / size[1], 1.0]))
    even = even_paper(np.ascontiguousarray(np.rot90(pixels, turned // 90)), page.dpi * scale)
    even = _outlined(even, USUAL * POINT * page.dpi * scale)
    return StraightPage(
        ref=page.ref,
        pixels=even,
        ink=find_ink(even, page.dpi * scale),
        dpi=page.dpi * scale,
        bilevel=False,
        to_scan=Transform.of(_turning(turned, *size)).then(enlarged),
        scan_size=page.size,
        skew=0.0,
        turned=turned,
    )


def _outlined(pixels: Pixels, letter: float) -> Pixels:
    """The page with its black areas white but for their edges, which close cells as rules do; their words are known."""
    dark = np.asarray(cv2.threshold(pixels, DARK, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)
    side = round(letter) | 1
    solid = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    # A small one is a checkbox that was filled.
    labels, stats = components(np.asarray(solid, np.uint8))
    large = stats[:, 2:4].max(axis=1) > _FILLED * letter
    large[0] = False
    inner = cv2.erode(np.where(large[labels], np.uint8(255), np.uint8(0)), np.ones((5, 5), np.uint8))
    return np.asarray(cv2.bitwise_or(pixels, inner), np.uint8)


def enlarged(layout: Layout, page: PageImage) -> Layout:
    """The layout in the page's own resolution."""
    to_scan = Transform.of(_turning(layout.turned, *page.size))
    size = page.size[::-1] if layout.turned in (90, 270) else page.size
    across, down = size[0] / layout.size[0], size[1] / layout.size[1]

    def box(b: Box) -> Box:
        return Box.spanning(round(b.x * across), round(b.y * down), round(b.right * across), round(b.bottom * down))

    def slots(of: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        return tuple((round(left * across), round(right * across)) for left, right in of)

    return replace(
        layout,
        size=size,
        dpi=page.dpi,
        to_scan=to_scan,
        rules=tuple(replace(r, box=box(r.box)) for r in layout.rules),
        cells=tuple(replace(c, box=box(c.box)) for c in layout.cells),
        marks=tuple(replace(m, box=box(m.box)) for m in layout.marks),
        lines=tuple(replace(t, box=box(t.box), slots=slots(t.slots)) for t in layout.lines),
    )


def printed_lines(words: Sequence[PrintedWord], layout: Layout) -> list[PrintedLine]:
    """The words put into lines, each within one cell; what stands in a checkbox is none."""
    marks = [m.box.grown(_AROUND) for m in layout.marks]
    words = [w for w in words if len(w.text) > _IN_MARK or not any(m.holds(*w.box.center) for m in marks)]
    cells = _cells_of([w.box.center for w in words], layout.cells)
    groups: dict[tuple[int | None, int], list[PrintedWord]] = {}
    for word, cell in zip(words, cells, strict=True):
        groups.setdefault((cell, word.turned), []).append(word)
    return [
        _line(own, raised, cell, layout)
        for (cell, _), group in groups.items()
        for own, raised in _with_small([part for level in _levels(group) for part in _parts(level)])
    ]


def comb_words(words: Sequence[PrintedWord], comb: TextLine) -> tuple[PrintedWord, ...]:
    """The words in a comb's slots, the letters of each word that no empty slot parts as one."""
    inside = sorted((w for w in words if comb.box.grown(_AROUND).holds(*w.box.center)), key=lambda w: w.box.x)
    told: list[PrintedWord] = []
    last = -1
    for word in inside:
        x = word.box.center[0]
        slot = next((k for k, (left, right) in enumerate(comb.slots) if left <= x <= right), last + 1)
        if told and slot <= last + 1:
            told[-1] = replace(told[-1], text=told[-1].text + word.text, box=Box.around([told[-1].box, word.box]))
        else:
            told.append(word)
        last = slot
    return tuple(told)


def _spaced(words: Sequence[PrintedWord]) -> set[PrintedWord]:
    """Lone letters of which several stand on one line, as in the slots of a comb: left in the picture too."""
    lone = [w for w in words if len(w.text) == 1 and not w.turned]
    return {w for level in _levels(lone) if len(level) >= _FEWEST_LETTERS for w in level}


def _without(page: PageImage, words: Sequence[PrintedWord]) -> Pixels:
    """The page's pixels without those words, but with the signs that are checkboxes or stand in them."""
    if page.printed is None:
        return page.pixels
    pixels = page.printed.level.copy()
    spaced = _spaced(words)
    for word in words:
        if _SIGNS.issuperset(word.text) or word.turned % 90 or word in spaced:
            continue
        box = word.box.grown(_AROUND).clipped(*page.size)
        rows, columns = slice(box.y, box.bottom), slice(box.x, box.right)
        pixels[rows, columns] = page.printed.bare[rows, columns]
    return pixels


def _turning(turned: int, width: int, height: int) -> np.ndarray:
    """From points of the page turned upright to points of the page of that width and height as it came in."""
    rows = {
        0: ((1, 0, 0), (0, 1, 0)),
        90: ((0, -1, width), (1, 0, 0)),
        180: ((-1, 0, width), (0, -1, height)),
        270: ((0, 1, 0), (-1, 0, height)),
    }
    return np.array(rows[turned], dtype=np.float64)


def _cells_of(points: Sequence[tuple[float, float]], cells: Sequence[Cell]) -> list[int | None]:
    """For each point the smallest cell that holds it."""
    if not cells or not points:
        return [None] * len(points)
    x, y = np.array(points).T[:, :, None]
    edges = np.array([[c.box.x, c.box.y, c.box.right, c.box.bottom] for c in cells]).T
    inside = (x >= edges[0]) & (y >= edges[1]) & (x < edges[2]) & (y < edges[3])
    areas = np.where(inside, (edges[2] - edges[0]) * (edges[3] - edges[1]), np.inf)
    return [int(k) if held else None for k, held in zip(areas.argmin(axis=1), inside.any(axis=1), strict=True)]


def _along(box: Box, turned: int) -> Box:
    """A box as who reads along it sees it: level, from left to right."""
    if turned not in (90, 180, 270):
        return box
    x0, y0, x1, y1 = box.x, box.y, box.right, box.bottom
    turns = {90: (y0, -x1), 180: (-x1, -y1), 270: (-y1, x0)}
    return Box(*turns[turned], *((box.width, box.height) if turned == 180 else (box.height, box.width)))


def _levels(words: Sequence[PrintedWord]) -> list[list[PrintedWord]]:
    """Words of one baseline."""
    levels: list[list[PrintedWord]] = []
    for word in sorted(words, key=lambda w: _along(w.body, w.turned).bottom):
        body = _along(word.body, word.turned)
        base = _along(levels[-1][0].body, word.turned) if levels else body
        if levels and body.bottom - base.bottom <= _LEVEL * min(body.height, base.height):
            levels[-1].append(word)
        else:
            levels.append([word])
    return levels


def _parts(words: Sequence[PrintedWord]) -> list[list[PrintedWord]]:
    """Level words cut where the gap between two is wider than a space."""
    ordered = sorted(words, key=lambda w: _along(w.box, w.turned).x)
    parts = [[ordered[0]]]
    for word in ordered[1:]:
        box, so_far = _along(word.box, word.turned), _around(parts[-1])
        if box.x - so_far.right > _GAP * max(so_far.height, box.height):
            parts.append([word])
        else:
            parts[-1].append(word)
    return parts


def _with_small(parts: list[list[PrintedWord]]) -> list[tuple[list[PrintedWord], list[PrintedWord]]]:
    """Lines, each with the footnote marker raised at its end; other print raised or lowered in it is put into it."""
    lines: list[tuple[list[PrintedWord], list[PrintedWord]]] = []
    bodies: list[Box] = []
    boxes: list[Box] = []
    for part in sorted(parts, key=lambda part: -_body(part).height):
        body, box = _body(part), _around(part)
        near = [
            k
            for k, (other, whole) in enumerate(zip(bodies, boxes, strict=True))
            if 2 * other.overlap_y(body) > body.height and -whole.overlap_x(box) < _NEAR * body.height
        ]
        if not near:
            lines.append((list(part), []))
            bodies.append(body)
            boxes.append(box)
            continue
        k = max(near, key=lambda k: boxes[k].overlap_x(box))
        higher = body.bottom < bodies[k].bottom and box.center[0] > _around(lines[k][0]).right
        marker = higher and _MARKER.fullmatch(" ".join(w.text for w in part))
        lines[k][1 if marker else 0].extend(part)
        boxes[k] = Box.around([boxes[k], box])
    return lines


def _around(words: Sequence[PrintedWord]) -> Box:
    return Box.around([_along(w.box, w.turned) for w in words])


def _body(words: Sequence[PrintedWord]) -> Box:
    """The tallest of their bodies."""
    return max((_along(w.body, w.turned) for w in words), key=lambda body: body.height)


def _line(own: list[PrintedWord], raised: list[PrintedWord], cell: int | None, layout: Layout) -> PrintedLine:
    words, marker = (sorted(part, key=lambda w: _along(w.box, w.turned).x) for part in (own, raised))
    box = Box.around([w.box for w in words])
    sideways = words[0].turned not in (0, 180)
    under = not sideways and any(_underlines(rule, box, layout.dpi) for rule in layout.rules)
    above = Box.around([w.box for w in marker]) if marker else None
    return PrintedLine(TextLine(box, cell, under, above, sideways), tuple(words), tuple(marker))


def _underlines(rule: Rule, box: Box, dpi: float) -> bool:
    near = not rule.vertical and abs(rule.box.center[1] - box.bottom) <= _UNDER * dpi
    return near and rule.box.overlap_x(box) > 0.8 * box.width and rule.box.width < 1.15 * box.width + _UNDER * dpi
