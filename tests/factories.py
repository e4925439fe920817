"""Pages, sheets, forms and records built by hand, as small as a test needs them.

Pages have 200 dots per inch, so that their pixels are the stack's units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digitizer.document.form import FieldDefinition, FormDefinition, Kind, TableDefinition
from digitizer.document.geometry import Box, Transform
from digitizer.document.layout import Cell, Layout, Mark, Reading, Readings, TextLine, Word
from digitizer.document.page import PageRef
from digitizer.document.record import Field
from digitizer.fields import columns, features
from digitizer.fields.answers import Entry
from digitizer.fields.classifier import FieldClassifier
from digitizer.fields.drafts import Draft, Filled, as_read
from digitizer.fields.phrases import LabelMatch, find_phrases
from digitizer.fields.printed import phrases_of
from digitizer.fields.stacked_pages import StackedPages, stack_pages

DPI = 200.0
SIZE = (1700, 2200)
LINE = 24
"""Height of a line of text, pixels."""
LETTER = 14
"""Width of a letter, pixels."""

Place = tuple[int, int, int, int]
Text = tuple[str, Place] | tuple[str, Place, int | None]
"""A line as read: its text, its box as (x, y, width, height), and the index of its cell."""


def at(x: int, y: int, text: str) -> Place:
    """The box of a line of text that begins there."""
    return x, y, LETTER * len(text), LINE


def reading(text: str, box: Box, confidence: float = 0.95, engine: str = "tesseract") -> Reading:
    """A reading whose words lie in the box by their share of the letters."""
    words: list[Word] = []
    position = 0
    for word in text.split():
        start = box.x + round(box.width * position / len(text))
        end = box.x + round(box.width * (position + len(word)) / len(text))
        words.append(Word(word, Box(start, box.y, max(1, end - start), box.height), confidence))
        position += len(word) + 1
    return Reading(text, confidence if text else 0.0, engine if text else "", tuple(words))


def page_of(
    texts: Sequence[Text],
    cells: Sequence[Cell] = (),
    marks: Sequence[Mark] = (),
    number: int = 1,
    to_scan: Transform | None = None,
    scan_size: tuple[int, int] = SIZE,
) -> Readings:
    """A page as read."""
    boxes = [Box(*text[1]) for text in texts]
    lines = [TextLine(box, text[2] if len(text) > 2 else None) for text, box in zip(texts, boxes, strict=True)]
    layout = Layout(
        ref=PageRef("drawn.pdf", "5" * 64, number),
        size=SIZE,
        dpi=DPI,
        skew=0.0,
        turned=0,
        to_scan=to_scan or Transform(),
        scan_size=scan_size,
        cells=tuple(cells),
        marks=tuple(marks),
        lines=tuple(lines),
    )
    read = tuple(reading(text[0], box) for text, box in zip(texts, boxes, strict=True))
    return Readings(layout, read, (None,) * len(lines))


def with_raised(page: Readings, line: int, text: str, confidence: float = 0.9) -> Readings:
    """The page with a raised marker behind one of its lines."""
    box = page.layout.lines[line].box
    place = Box(box.right + 2, box.y, LETTER, LINE // 2)
    lines = list(page.layout.lines)
    lines[line] = replace(lines[line], raised=place)
    raised = list(page.raised)
    raised[line] = Reading(text, confidence, "glyph")
    return Readings(replace(page.layout, lines=tuple(lines)), page.lines, tuple(raised))


def sheet_of(texts: Sequence[Text], cells: Sequence[Cell] = (), marks: Sequence[Mark] = ()) -> StackedPages:
    """A sheet of one page."""
    return stack_pages([page_of(texts, cells, marks)])


def hits_of(stack: StackedPages, form: FormDefinition) -> list[LabelMatch]:
    """The form's printed texts, as far as they stand on the stack."""
    return find_phrases(stack, phrases_of(form))


def entry_of(stack: StackedPages, k: int) -> Entry:
    """A whole line of the stack as an entry."""
    item = stack.items[k]
    return Entry(k, 0, len(item.words), item.box, item.text)


def field_def(name: str, kind: Kind = "text", label: str = "", **more: object) -> FieldDefinition:
    """A field with one label, by default its name."""
    return replace(FieldDefinition(name, kind, (label or name,)), **more)


def small_form(tables: tuple[TableDefinition, ...] = (), **more: object) -> FormDefinition:
    """A form of three fields: a name, a date and a checkbox."""
    fields = (
        field_def("borrower", "name", "Name of borrower"),
        field_def("dateOfLoan", "date", "Date of loan"),
        field_def("returnedLate", "checkbox", "Returned late"),
    )
    form = FormDefinition("loan-card", "Library loan card", fields, tables, identify=("LIBRARY LOAN CARD",))
    return replace(form, **more)


def draft_of(definition: FieldDefinition, value: str | bool = "x", **more: object) -> Draft:
    """A draft about which there is no doubt unless the test says otherwise."""
    text = ("X" if value else "") if isinstance(value, bool) else value
    read = Filled(definition, value, text, 1.0, 1.0, 1.0, 1.0, 0, Box(100, 100, 80, LINE), engine="tesseract")
    plain = dict.fromkeys(("covered", "unread", "upheld", "denied", "broken"), False)
    return replace(Draft(**as_read(read), **plain, known=0.0, clear=1.0), **more)


def field_of(value: str | bool = "x", **more: object) -> Field:
    """A field of a record."""
    text = ("X" if value else "") if isinstance(value, bool) else value
    return replace(Field(value, text, 0.99, "accepted", 1, Box(10, 20, 30, 40)), **more)


def fields_of(values: Mapping[str, str | bool]) -> dict[str, Field]:
    """A record's fields by name."""
    return {name: field_of(value) for name, value in values.items()}


def table_cells(columns: Sequence[int], rows: Sequence[int]) -> list[Cell]:
    """The cells of a plain table, row by row, between rules at those places."""
    return [
        Cell(Box(left, top, right - left - 2, bottom - top - 2))
        for top, bottom in pairwise(rows)
        for left, right in pairwise(columns)
    ]


class LabelReader:
    """In place of a trained model of places: a value belongs to the label that stands next to it."""

    def predict_proba(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        named = dict(zip(features.NAMES, matrix.T.astype(np.float64), strict=True))
        sides = [
            named[f"{d}_score"] * (named[f"{d}_gap"] < 1.0) * (named[f"{d}_rank"] == 0) for d in features.DIRECTIONS
        ]
        chance = np.max(sides, axis=0) * (named["fits"] > 0) * (0.9 + 0.09 * named["whole"])
        return np.stack([1 - chance, chance], axis=1)


class HeadReader:
    """In place of a trained model of columns: as sure as the head is like the label."""

    def predict_proba(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        chance = matrix[:, columns.NAMES.index("own")].astype(np.float64)
        return np.stack([1 - chance, chance], axis=1)


LABELS_ALONE = FieldClassifier(LabelReader(), HeadReader(), "0" * 64)
"""A classifier that goes by labels alone."""
