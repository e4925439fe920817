"""Pages with one ruled table each, drawn with Pillow: what a table's structure and texts are measured on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Literal

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from digitizer.authoring.drawing.nouns import DPI
from digitizer.authoring.drawing.words import Words
from digitizer.document.geometry import Box
from digitizer.document.page import Pixels

Manner = Literal["plain", "spanning", "dotted", "partly", "skewed"]
MANNERS: tuple[Manner, ...] = ("plain", "spanning", "dotted", "partly", "skewed")
"""skewed: drawn as plain; whoever scans it lays it askew."""

Part = Literal["", "sides", "rows", "columns"]
"""What a partly ruled table lacks: the rules at its sides, those between its rows, or between its columns."""

PAGE = (2550, 3300)
_MARGIN = 180
_FACES = ("LiberationSans-Regular", "LiberationSerif-Regular", "LiberationMono-Regular", "DejaVuSans")
_BOLD = {"LiberationMono-Regular": "LiberationMono-Bold", "DejaVuSans": "DejaVuSans-Bold"}
_HEADS = ("Date", "No.", "Code", "Name", "Amount", "Quantity", "Unit price", "Balance", "Reference", "District")
_WORDS = ("Total", "North", "South", "East", "West", "Paid", "Open", "Closed", "Ordered", "Received")
_BLANK = 0.06


@dataclass(frozen=True, slots=True)
class Span:
    """A cell of a table: its first row and column, how many it takes up of each, and its text."""

    row: int
    column: int
    rows: int
    columns: int
    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class DrawnTable:
    """A page (uint8, 300 dpi) with a table. rows: as layout.jsonl tells them; box: its outline on the page."""

    pixels: Pixels
    rows: tuple[tuple[str | None, ...], ...]
    box: Box
    manner: Manner
    lacks: Part


def draw_table(seed: int, manner: Manner, largest: tuple[int, int] = (40, 12)) -> DrawnTable:
    """A page with a title, a sentence and one made-up table of at most that many rows and columns."""
    rng = Random(f"table-{manner}-{seed}")
    words = Words(rng)
    points = rng.choice((9, 9, 10, 10, 11))
    columns = rng.randint(3 if manner == "spanning" else 2, largest[1])
    if columns > 8:
        points = min(points, 9)
    size = round(points * DPI / 72)
    height = round(size * rng.uniform(1.5, 2.3))
    rows = max(4, min(rng.randint(4, largest[0]), (PAGE[1] - 2 * _MARGIN - 420) // height))
    lacks: Part = rng.choice(("sides", "rows", "columns")) if manner == "partly" else ""
    xs = _places(rng, columns, columns * 0.62 * DPI)
    face = rng.choice(_FACES)
    fonts = _font(face, size), _font(_BOLD.get(face, face.replace("Regular", "Bold")), size)
    cells = _cells(words, rows, columns, xs, fonts, spanning=manner == "spanning")
    top = _MARGIN + rng.randint(220, 380)
    ys = [top + k * height for k in range(rows + 1)]
    page = Image.new("L", PAGE, 255)
    pen = ImageDraw.Draw(page)
    heading = f"{words.pick('cities')[0]} {words.among(('Port Authority', 'County Clerk', 'Supply Office'))}"
    pen.text((xs[0], _MARGIN), heading, font=_font("LiberationSans-Bold", 58), fill=0)
    pen.text((xs[0], _MARGIN + 90), "Schedule of accounts as of the close of the period", font=fonts[0], fill=0)
    weight = rng.choice((2, 3, 3, 4, 5))
    _rule(pen, cells, xs, ys, weight, manner == "dotted", lacks)
    for cell in cells:
        _write(pen, cell, xs, ys, fonts[cell.bold], rng)
    told: list[list[str | None]] = [[None] * columns for _ in range(rows)]
    for cell in cells:
        told[cell.row][cell.column] = cell.text
    box = Box(xs[0], ys[0], xs[-1] - xs[0], ys[-1] - ys[0])
    return DrawnTable(np.asarray(page, np.uint8), tuple(map(tuple, told)), box, manner, lacks)


def _places(rng: Random, columns: int, least: float) -> list[int]:
    """Where the columns begin, and where the last one ends."""
    room = PAGE[0] - 2 * _MARGIN
    width = int(rng.uniform(min(least, room), room))
    left = _MARGIN + rng.randint(0, room - width)
    shares = [rng.uniform(0.75, 1.35) for _ in range(columns)]
    ends = [sum(shares[: k + 1]) / sum(shares) for k in range(columns)]
    return [left, *(left + round(end * width) for end in ends)]


def _cells(
    words: Words,
    rows: int,
    columns: int,
    xs: list[int],
    fonts: tuple[ImageFont.FreeTypeFont, ImageFont.FreeTypeFont],
    spanning: bool,
) -> list[Span]:
    kinds = [words.among(("amount", "count", "date", "code", "word")) for _ in range(columns)]
    cells: list[Span] = []
    taken: set[tuple[int, int]] = set()

    def add(row: int, column: int, down: int, across: int, texts: list[str], bold: bool = False) -> None:
        room = xs[column + across] - xs[column] - 34
        fitting = [t for t in texts if fonts[bold].getlength(t) <= room]
        cells.append(Span(row, column, down, across, fitting[0] if fitting else "", bold))
        taken.update((r, c) for r in range(row, row + down) for c in range(column, column + across))

    heads = _spanning_heads(words, columns) if spanning else [(0, c, 1, 1) for c in range(columns)]
    for row, column, down, across in heads:
        names = words.rng.sample(_HEADS, len(_HEADS))
        add(row, column, down, across, names, bold=True)
    first = max(row + down for row, _, down, _ in heads)
    row = first
    while spanning and columns > 2 and row < rows:
        down = min(rows - row, words.rng.randint(1, 4))
        add(row, 0, down, 1, _value(words, "word"))
        row += down
    for row in range(first, rows):
        for column in range(columns):
            if (row, column) not in taken:
                blank = words.chance(_BLANK) and column > 0
                add(row, column, 1, 1, [""] if blank else _value(words, kinds[column]))
    return cells


def _spanning_heads(words: Words, columns: int) -> list[tuple[int, int, int, int]]:
    """Heads of two levels, as (row, column, rows, columns): some over both, some over several columns."""
    heads = [(0, 0, 2, 1)]
    column = 1
    while column < columns:
        across = min(columns - column, words.rng.randint(2 if column == 1 else 1, 4))
        if across == 1:
            heads.append((0, column, 2, 1))
        else:
            heads.append((0, column, 1, across))
            heads += [(1, column + k, 1, 1) for k in range(across)]
        column += across
    return heads


def _value(words: Words, kind: str) -> list[str]:
    """Texts of that kind, the widest first; the first that fits is written."""
    rng = words.rng
    number = rng.randint(1, 10 ** rng.randint(2, 6))
    if kind == "amount":
        return [f"{number / 100:,.2f}", f"{number % 1000 / 100:.2f}", str(number % 10)]
    if kind == "count":
        return [f"{number:,}", str(number % 1000), str(number % 10)]
    if kind == "date":
        day = words.day(date(1990, 1, 1), 12000)
        return [f"{day:%m/%d/%Y}", f"{day:%m/%d}", str(day.day)]
    if kind == "code":
        return [f"{rng.choice('ABCDEFGHKLMNPRST')}-{number % 10000}", rng.choice("ADSPMFG")]
    return [words.company(), words.person(), *rng.sample(_WORDS, len(_WORDS)), "No"]


def _rule(
    pen: ImageDraw.ImageDraw, cells: list[Span], xs: list[int], ys: list[int], weight: int, dotted: bool, lacks: Part
) -> None:
    """The rules around each cell, without those that the table lacks; below its heads it is always ruled."""
    head = max(c.row + c.rows for c in cells if c.bold)
    for cell in cells:
        x0, x1 = xs[cell.column], xs[cell.column + cell.columns]
        y0, y1 = ys[cell.row], ys[cell.row + cell.rows]
        last = cell.column + cell.columns == len(xs) - 1
        foot = cell.row + cell.rows == len(ys) - 1
        between_rows = lacks != "rows" or cell.bold or foot
        if between_rows or cell.row + cell.rows == head:
            _line(pen, (x0, y1, x1, y1), weight, dotted)
        if cell.row == 0:
            _line(pen, (x0, y0, x1, y0), weight, dotted)
        if lacks != "columns" and (lacks != "sides" or not last):
            _line(pen, (x1, y0, x1, y1), weight, dotted)
        if cell.column == 0 and lacks not in ("columns", "sides"):
            _line(pen, (x0, y0, x0, y1), weight, dotted)


def _line(pen: ImageDraw.ImageDraw, ends: tuple[int, int, int, int], weight: int, dotted: bool) -> None:
    if not dotted:
        pen.line(ends, fill=0, width=weight)
        return
    x0, y0, x1, y1 = ends
    step, dot = 12, 6
    for k in range(0, max(x1 - x0, y1 - y0), step):
        x, y = (x0 + k, y0) if x1 > x0 else (x0, y0 + k)
        across, down = (dot, weight) if x1 > x0 else (weight, dot)
        pen.rectangle((x, y, x + across - 1, y + down - 1), fill=0)


def _write(
    pen: ImageDraw.ImageDraw,
    cell: Span,
    xs: list[int],
    ys: list[int],
    font: ImageFont.FreeTypeFont,
    rng: Random,
) -> None:
    x0, x1 = xs[cell.column], xs[cell.column + cell.columns]
    middle = (ys[cell.row] + ys[cell.row + cell.rows]) // 2
    right = cell.text[:1].isdigit()
    if cell.bold and cell.columns > 1:
        pen.text(((x0 + x1) // 2, middle), cell.text, font=font, fill=0, anchor="mm")
    elif right:
        pen.text((x1 - 17, middle), cell.text, font=font, fill=0, anchor="rm")
    else:
        pen.text((x0 + 17, middle), cell.text, font=font, fill=0, anchor="lm")


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(f"{name}.ttf", size)
