"""Which lines are worth a second reading: those in doubt that may be entries."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from digitizer.document.layout import Cell, Layout, Reading, TextLine
from digitizer.reading.double import SURE
from digitizer.reading.prints import PrintMemory

_RUNNING_TEXT = 20
"""Lines longer than so many heights are running text, of which only the doubtful words are worth a second reading."""
_ABREAST = 5
"""Cells side by side make a row of a table from this number on."""
_ODD = re.compile(r"\D{0,2}\d{1,3}\.\d{3}\D{0,4}")
"""A stop before three figures is a comma as often as not."""
_HEADS = 0.4
"""Share of a row's lines that must be known print where the row holds the heads of columns."""


def find_doubts(
    layout: Layout,
    readings: Sequence[Reading | None],
    memory: PrintMemory,
    on_rules: Collection[int] = (),
    every: bool = False,
) -> list[int]:
    """The lines, by number, that a second reader should read too.

    readings: the first reading of each line; on_rules: lines that lost a part of their letters with a rule, however
    surely they were read; every: also all others that were read surely.
    """
    printed = [r is not None and (r.engine == "print" or memory.is_print(r.text)) for r in readings]
    heads = _heads(layout, printed)
    doubts = []
    for k, (line, reading) in enumerate(zip(layout.lines, readings, strict=True)):
        # Lines on end have been read by both, both ways up.
        if reading is None or printed[k] or line.sideways or line.stamped or line.cell in heads:
            continue
        # What nobody read has no engine; lone characters and markers have readers of their own.
        doubtful = every or reading.confidence < SURE or _ODD.fullmatch(reading.text) is not None
        if k in on_rules or (reading.engine in ("tesseract", "") and doubtful):
            doubts.append(k)
    return doubts


def is_running_text(line: TextLine) -> bool:
    """Whether a line is one of a longer text."""
    return line.box.width > _RUNNING_TEXT * line.box.height


def _heads(layout: Layout, printed: Sequence[bool]) -> set[int]:
    """Cells that hold the head of a column, by number: in a row mostly of known print, with some of it their own."""
    lines = Counter(line.cell for line in layout.lines)
    known = Counter(line.cell for line, is_known in zip(layout.lines, printed, strict=True) if is_known)
    heads = set()
    for k in known:
        if k is None:
            continue
        row = _abreast(layout.cells, k)
        if len(row) >= _ABREAST and sum(known[j] for j in row) >= _HEADS * sum(lines[j] for j in row):
            heads.add(k)
    return heads


def _abreast(cells: Sequence[Cell], k: int) -> list[int]:
    """The cells, by number, that a level line through the middle of one of them crosses."""
    box = cells[k].box
    middle = box.center[1]
    # Large areas that hold a whole table are not of its row.
    return [j for j, c in enumerate(cells) if c.box.y <= middle <= c.box.bottom and c.box.height <= 3 * box.height]
