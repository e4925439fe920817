"""Pages of forms with checkboxes of any print: square, oblong, rounded and round, thin, pale, dotted and doubled, in
lists, questions, tables and stacks, among text, bars and rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np

from digitizer.authoring.drawing.effects import Noise
from digitizer.authoring.drawing.inking import Machine, choose_machine, pitch_of, typed_x, width_of, write
from digitizer.authoring.drawing.ticks import HANDS, Hand, draw_mark
from digitizer.authoring.drawing.words import word_lists
from digitizer.document.geometry import Box
from digitizer.document.page import Pixels
from tools.drawing.tick_pages import DrawnTicks

_HEIGHT, _WIDTH = 3300, 2550
_LEFT, _RIGHT, _BOTTOM = 180, 2370, 3120
_SIDE = (24, 94)
"""Pixels at 300 dpi: 2 to 8 mm."""
_LONE = "DAIJOQCGU0689HMBPSXVFWN1234"
"""Letters and digits that stand alone in a cell; several have the shape of a frame."""
_BLANK = 0.5
_MARKS: tuple[Hand, ...] = (*HANDS[1:], "typed", "typed", "cross", "cross", "tick", "over", "overshoot")
_COMMON = 0.7
"""Of the marks, those that are the page's own way of marking."""


@dataclass(frozen=True, slots=True)
class _Print:
    """How a page's frames are printed. shape: square, rounded or round; weight: pixels; grey: 0 black."""

    shape: str
    width: int
    height: int
    weight: int
    grey: int
    dashes: tuple[int, int] | None
    doubled: bool


@dataclass(slots=True)
class _Page:
    pixels: Pixels
    boxes: list[tuple[Box, Hand]]
    frames: _Print
    print: Machine
    hand: Hand
    pen: int
    thick: int
    machine: Machine
    rng: Noise

    def words(self, least: int, most: int) -> str:
        words = _words()
        count = int(self.rng.integers(least, most + 1))
        return " ".join(words[k] for k in self.rng.integers(len(words), size=count).tolist())

    def text(self, x: int, y: int, text: str, machine: Machine | None = None) -> int:
        """Writes a line on the level of a frame whose top is y; gives its right end."""
        machine = machine or self.print
        write(self.pixels, [text], x, y, machine, self.rng)
        return x + width_of(text, machine)

    def box(self, x: int, y: int) -> int:
        """Draws a frame and what was done to it; gives its right end."""
        frame = self.frames
        box = Box(x, y, frame.width, frame.height)
        _draw_frame(self.pixels, box, frame)
        rng = self.rng
        hand: Hand = "blank"
        if rng.random() >= _BLANK:
            hand = self.hand if rng.random() < _COMMON else _MARKS[int(rng.integers(len(_MARKS)))]
        if hand == "typed":
            slip = replace(box, x=round(x + float(rng.normal(0, 0.25)) * box.width))
            typed_x(self.pixels, slip, self.machine, rng)
        else:
            draw_mark(self.pixels, box, hand, self.pen, self.thick, rng)
        self.boxes.append((box.grown((frame.weight + 1) // 2), hand))
        return box.right


def draw_tick_form(seed: int) -> DrawnTicks:
    """A page of one form's checkboxes, of which about half are marked, mostly in one way."""
    rng = np.random.default_rng([seed, 73])
    printed = replace(choose_machine(rng), typed=False, ink=int(rng.integers(0, 60)))
    page = _Page(
        np.full((_HEIGHT, _WIDTH), 255, np.uint8),
        [],
        _choose_print(rng),
        printed,
        _MARKS[int(rng.integers(len(_MARKS)))],
        int(rng.integers(0, 120)),
        int(rng.integers(3, 9)),
        choose_machine(rng),
        rng,
    )
    y = 160
    blocks = (_prose, _list, _questions, _table, _stack, _heading, _scale, _codes)
    while y < _BOTTOM - 500:
        block = blocks[int(rng.integers(len(blocks)))]
        y = block(page, y) + int(rng.integers(20, 90))
    return DrawnTicks(page.pixels, tuple(page.boxes))


@cache
def _words() -> tuple[str, ...]:
    """All words of the lists that made-up filings are made of."""
    texts = [text for name, texts in sorted(word_lists().items()) for text in texts if isinstance(text, str)]
    return tuple(word for text in texts for word in text.split() if "{" not in word and "}" not in word)


def _choose_print(rng: Noise) -> _Print:
    shape = str(rng.choice(["square", "square", "square", "rounded", "round"]))
    side = int(np.exp(rng.uniform(np.log(_SIDE[0]), np.log(_SIDE[1]))))
    oblong = float(rng.uniform(0.6, 1.7)) if shape == "square" and rng.random() < 0.3 else 1.0
    width = int(np.clip(side * oblong, *_SIDE))
    weight = int(rng.integers(1, max(2, min(7, side // 8)) + 1))
    grey = int(rng.integers(0, 60)) if rng.random() < 0.75 else int(rng.integers(60, 190))
    dashes = (weight + 1, weight + 2) if shape == "square" and rng.random() < 0.08 else None
    return _Print(shape, width, side, weight, grey, dashes, bool(shape == "square" and rng.random() < 0.06))


def _draw_frame(page: Pixels, box: Box, frame: _Print) -> None:
    x0, y0, x1, y1 = box.x, box.y, box.right, box.bottom
    if frame.shape == "round":
        middle, axes = ((x0 + x1) // 2, (y0 + y1) // 2), (box.width // 2, box.height // 2)
        cv2.ellipse(page, middle, axes, 0, 0, 360, frame.grey, frame.weight, cv2.LINE_AA)
        return
    corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
    if frame.shape == "rounded":
        _draw_rounded(page, box, frame)
        return
    for one, other in zip(corners, corners[1:] + corners[:1], strict=True):
        _draw_side(page, one, other, frame)
    if frame.doubled:
        cv2.rectangle(
            page,
            (x0 + 3 * frame.weight, y0 + 3 * frame.weight),
            (x1 - 3 * frame.weight, y1 - 3 * frame.weight),
            frame.grey,
            frame.weight,
        )


def _draw_rounded(page: Pixels, box: Box, frame: _Print) -> None:
    bow = max(3, min(box.width, box.height) // 4)
    x0, y0, x1, y1 = box.x, box.y, box.right, box.bottom
    for start, end in (((x0 + bow, y0), (x1 - bow, y0)), ((x0 + bow, y1), (x1 - bow, y1))):
        cv2.line(page, start, end, frame.grey, frame.weight)
    for start, end in (((x0, y0 + bow), (x0, y1 - bow)), ((x1, y0 + bow), (x1, y1 - bow))):
        cv2.line(page, start, end, frame.grey, frame.weight)
    centers = ((x0 + bow, y0 + bow, 180), (x1 - bow, y0 + bow, 270), (x1 - bow, y1 - bow, 0), (x0 + bow, y1 - bow, 90))
    for x, y, angle in centers:
        cv2.ellipse(page, (x, y), (bow, bow), angle, 0, 90, frame.grey, frame.weight)


def _draw_side(page: Pixels, one: tuple[int, int], other: tuple[int, int], frame: _Print) -> None:
    if frame.dashes is None:
        cv2.line(page, one, other, frame.grey, frame.weight)
        return
    ink, gap = frame.dashes
    length = max(abs(other[0] - one[0]), abs(other[1] - one[1]))
    way = np.array(other) - one
    for start in range(0, length, ink + gap):
        a, b = (np.rint(one + way * min(1.0, at / length)).astype(int).tolist() for at in (start, start + ink))
        cv2.line(page, a, b, frame.grey, frame.weight)


def _prose(page: _Page, y: int) -> int:
    lines = [page.words(4, 14) for _ in range(int(page.rng.integers(2, 7)))]
    write(page.pixels, lines, _LEFT, y, page.print, page.rng)
    return y + pitch_of(page.print) * len(lines)


def _heading(page: _Page, y: int) -> int:
    machine = replace(choose_machine(page.rng), typed=False, points=float(page.rng.uniform(12, 34)))
    if page.rng.random() < 0.4:
        cv2.rectangle(page.pixels, (_LEFT, y), (_RIGHT, y + pitch_of(machine)), int(page.rng.integers(0, 200)), -1)
    else:
        words = page.words(1, 5)
        page.text(_LEFT, y, words.upper() if page.rng.random() < 0.6 else words, machine)
        cv2.line(
            page.pixels,
            (_LEFT, y + pitch_of(machine) + 8),
            (_RIGHT, y + pitch_of(machine) + 8),
            0,
            int(page.rng.integers(1, 6)),
        )
    return y + pitch_of(machine) + 20


def _list(page: _Page, y: int) -> int:
    """Boxes with labels beside them, in columns."""
    columns = int(page.rng.integers(1, 5))
    step = max(page.frames.height, pitch_of(page.print)) + int(page.rng.integers(6, 60))
    behind = page.rng.random() < 0.25
    rows = int(page.rng.integers(2, 7))
    for row in range(rows):
        for column in range(columns):
            x = _LEFT + column * (_RIGHT - _LEFT) // columns
            label = page.words(1, 3)
            if behind:
                x = page.text(x, y + row * step, label[: 30 // columns]) + int(page.rng.integers(8, 40))
                page.box(x, y + row * step)
            else:
                x = page.box(x, y + row * step) + int(page.rng.integers(8, 40))
                page.text(x, y + row * step, label[: 60 // columns])
    return y + rows * step


def _questions(page: _Page, y: int) -> int:
    """Lines of text with "Yes" and "No" in them."""
    step = max(page.frames.height, pitch_of(page.print)) + int(page.rng.integers(6, 50))
    rows = int(page.rng.integers(1, 6))
    for row in range(rows):
        x = page.text(_LEFT, y + row * step, page.words(3, 8)[:60] + "?") + int(page.rng.integers(20, 120))
        for answer in ("Yes", "No"):
            x = page.text(x, y + row * step, answer) + int(page.rng.integers(6, 30))
            x = page.box(x, y + row * step) + int(page.rng.integers(20, 80))
    return y + rows * step


def _table(page: _Page, y: int) -> int:
    """A ruled table of text, a box in each of its last cells."""
    rows, columns = int(page.rng.integers(2, 6)), int(page.rng.integers(2, 6))
    high = page.frames.height + int(page.rng.integers(16, 60))
    wide = page.frames.width + int(page.rng.integers(30, 160))
    first = _RIGHT - columns * wide
    weight = int(page.rng.integers(1, 5))
    for row in range(rows + 1):
        cv2.line(page.pixels, (_LEFT, y + row * high), (_RIGHT, y + row * high), 0, weight)
        if row < rows:
            page.text(_LEFT + 10, y + row * high + 8, page.words(2, 5)[: max(4, (first - _LEFT) // 60)])
    for x in (_LEFT, *(first + k * wide for k in range(columns + 1))):
        cv2.line(page.pixels, (x, y), (x, y + rows * high), 0, weight)
    filled = page.rng.random() < 0.7
    for row in range(rows):
        for column in range(columns):
            x, top = first + column * wide, y + row * high
            if filled:
                page.box(x + (wide - page.frames.width) // 2, top + (high - page.frames.height) // 2)
            else:
                page.text(x + 12, top + 8, str(int(page.rng.integers(0, 99))))
    return y + rows * high


def _stack(page: _Page, y: int) -> int:
    """Boxes edge to edge in a column, their labels beside."""
    rows, x = int(page.rng.integers(2, 7)), int(page.rng.integers(_LEFT, 1600))
    labelled = page.frames.height >= pitch_of(page.print)
    for row in range(rows):
        end = page.box(x, y + row * page.frames.height)
        if not labelled:
            continue
        page.text(end + int(page.rng.integers(8, 40)), y + row * page.frames.height, page.words(1, 3)[:24])
    return y + (rows + 1) * page.frames.height


def _scale(page: _Page, y: int) -> int:
    """Answers from 1 to 5 under their numbers."""
    step = page.frames.width + int(page.rng.integers(40, 160))
    rows = int(page.rng.integers(2, 5))
    high = max(page.frames.height, pitch_of(page.print)) + int(page.rng.integers(6, 50))
    first = 1300
    for k in range(5):
        page.text(first + k * step, y, str(k + 1))
    y += pitch_of(page.print)
    for row in range(rows):
        page.text(_LEFT, y + row * high, page.words(2, 6)[:40])
        for k in range(5):
            page.box(first + k * step, y + row * high)
    return y + rows * high


def _codes(page: _Page, y: int) -> int:
    """A table whose columns hold single letters and digits, which are no boxes."""
    machine = replace(page.machine, points=float(page.rng.uniform(8, 22)))
    rows, columns = int(page.rng.integers(2, 6)), int(page.rng.integers(2, 12))
    high, wide = pitch_of(machine) + int(page.rng.integers(8, 40)), (_RIGHT - _LEFT) // columns
    ruled, weight = page.rng.random() < 0.7, int(page.rng.integers(1, 5))
    column = "".join(_LONE[int(k)] for k in page.rng.integers(len(_LONE), size=columns))
    for row in range(rows):
        if ruled:
            cv2.rectangle(page.pixels, (_LEFT, y + row * high), (_RIGHT, y + (row + 1) * high), 0, weight)
        for k, letter in enumerate(column):
            if page.rng.random() < 0.3:
                letter = _LONE[int(page.rng.integers(len(_LONE)))]
            page.text(_LEFT + k * wide + int(page.rng.integers(10, 30)), y + row * high + 6, letter, machine)
    for k in range(columns * ruled):
        cv2.line(page.pixels, (_LEFT + k * wide, y), (_LEFT + k * wide, y + rows * high), 0, weight)
    return y + rows * high
