"""All that was read on a document's pages, and whether a value is anywhere in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from functools import cached_property

from digitizer.document.layout import Readings, TextLine
from digitizer.document.truth import TruthValue
from digitizer.evaluation.compare import plain

_MONTHS = ("jan", "feb", "mar", "apr", "may", "june?", "july?", "aug", "sept?", "oct", "nov", "dec")
_NUMBER = re.compile(r"\d+(?:, ?\d{3})+(?:\.\d+)?|\d*\.\d+|\d+")
_APART = "\n"
"""Between texts that do not go on in each other."""


class PageText:
    """The text of pages in every order in which a value may go on: along rows, down columns, inside cells."""

    def __init__(self, pages: Sequence[Readings]) -> None:
        self._text = _APART.join(plain(run).casefold() for run in _runs(pages))

    def has(self, truth: TruthValue, kind: str) -> bool:
        """Whether the value stands in the text, case and white space apart, as whole words.

        kind: of the field; numbers and dates count in any print.
        """
        value = str(truth.value)
        if kind in ("number", "money") and (number := _decimal(value)) is not None and number in self._numbers:
            return True
        if (date := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", value)) and self._has_date(*map(int, date.groups())):
            return True
        any_one = r"\S" if truth.unreadable else r"\?"
        letters = (any_one if c == "?" else re.escape(c) for c in "".join(plain(value).casefold().split()))
        return re.search(_whole(" ?".join(letters)), self._text) is not None

    @cached_property
    def _numbers(self) -> set[Decimal]:
        found = (_decimal(re.sub(r"[, ]", "", text)) for text in _NUMBER.findall(self._text))
        return {number for number in found if number is not None}

    @cached_property
    def _words(self) -> str:
        return re.sub(r"[^a-z0-9\n]+", " ", self._text)

    def _has_date(self, year: int, month: int, day: int) -> bool:
        if not 1 <= month <= 12:
            return False
        years, name = f"(?:{year}|{year % 100:02})", f"(?:{_MONTHS[month - 1]})[a-z]*"
        days = f"0?{day}(?:st|nd|rd|th)?"
        prints = (f"0?{month} 0?{day} {years}", f"{name} ?{days} ?{years}", f"{days} ?{name} ?{years}")
        return any(re.search(_whole(text), self._words) for text in (*prints, f"{year} 0?{month} 0?{day}"))


def _whole(pattern: str) -> str:
    """Not a part of a word, nor of a number with its points and commas."""
    return rf"(?<![^\W_])(?<!\d[.,])(?:{pattern})(?![^\W_]|[.,]\d)"


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text).normalize()
    except InvalidOperation:
        return None


def _runs(pages: Sequence[Readings]) -> Iterator[str]:
    """The texts: all rows of all pages; each cell's lines; each column of lines below one another."""
    rows: list[str] = []
    for page in pages:
        lines = [(line, reading.text) for line, reading in zip(page.layout.lines, page.lines, strict=True)]
        lines = [(line, text) for line, text in lines if text.strip()]
        rows.append(_in_rows(lines))
        cells = {line.cell for line, _ in lines if line.cell is not None}
        for cell in sorted(cells):
            yield _in_rows([one for one in lines if one[0].cell == cell])
        yield from _columns(lines)
    yield " ".join(rows)


def _in_rows(lines: Iterable[tuple[TextLine, str]]) -> str:
    """The texts of lines from top to bottom, those on one level from left to right."""
    rows: list[list[tuple[TextLine, str]]] = []
    for one in sorted(lines, key=lambda one: one[0].box.center[1]):
        box = one[0].box
        if rows and rows[-1][0][0].box.overlap_y(box) > 0.5 * min(box.height, rows[-1][0][0].box.height):
            rows[-1].append(one)
        else:
            rows.append([one])
    return " ".join(text for row in rows for _, text in sorted(row, key=lambda one: one[0].box.x))


def _columns(lines: Sequence[tuple[TextLine, str]]) -> Iterator[str]:
    """From each line that goes on from none, down over the nearest lines below it."""
    below: dict[int, int] = {}
    for k, (line, _) in enumerate(lines):
        box = line.box
        under = [
            (other.box.y, j)
            for j, (other, _) in enumerate(lines)
            if other.box.center[1] > box.bottom
            and other.box.y < box.bottom + 1.5 * box.height
            and other.box.overlap_x(box) > 0
        ]
        if under:
            below[k] = min(under)[1]
    for k in sorted(set(range(len(lines))) - set(below.values())):
        texts = [lines[k][1]]
        while k in below:
            k = below[k]
            texts.append(lines[k][1])
        yield " ".join(texts)
