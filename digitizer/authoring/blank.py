"""A blank form looked at: its pages, and where each field and each cell of its tables is filled in."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from digitizer.authoring.answer_places import Answer, Unreached, find_answer_places
from digitizer.authoring.drawing.nouns import DPI
from digitizer.document.form import FormDefinition, TableDefinition
from digitizer.document.geometry import Box
from digitizer.document.layout import Readings
from digitizer.document.page import Pixels
from digitizer.fields.classifier import FieldClassifier
from digitizer.fields.extract import extract, survey
from digitizer.fields.phrases import LabelMatch
from digitizer.fields.slots import slots_of
from digitizer.fields.stacked_pages import UNIT, StackedPages, stack_pages
from digitizer.fields.tables import MatchedTable
from digitizer.imaging.load import Document, load_page
from digitizer.imaging.straighten import straighten
from digitizer.learning.training_examples import form_pages
from digitizer.settings import Settings

_INSET, _HIGHEST = 0.04, 0.8
"""Inches between a cell's wall and what is written in it, and up to which a row of a table holds one line each."""


@dataclass(frozen=True, slots=True)
class BlankTable:
    """Rows of a table that can be filled in. rows: for each the places of the definition's columns, None where the
    print lacks one; pixels at 300 dpi.
    """

    definition: TableDefinition
    page: int
    rows: tuple[tuple[Box | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Blank:
    """pages: straightened, uint8 at 300 dpi. answers: their boxes in pixels of these pages.

    unreached: slots without a place, of which nothing is learned. label_count: how many labels were found at all.
    """

    form: FormDefinition
    pages: tuple[Pixels, ...]
    answers: tuple[Answer, ...]
    tables: tuple[BlankTable, ...]
    unreached: tuple[Unreached, ...]
    label_count: int


@dataclass(frozen=True, slots=True)
class Reach:
    """What a definition gets hold of on one document. sheet: its pages of the form, numbers: which these are.

    matches: the printed texts found outside of tables. sure: how surely it is the form.
    """

    stack: StackedPages
    matches: tuple[LabelMatch, ...]
    numbers: tuple[int, ...]
    sure: float
    answers: tuple[Answer, ...]
    tables: tuple[MatchedTable, ...]
    unreached: tuple[Unreached, ...]
    label_count: int


def reach(pages: list[Readings], form: FormDefinition, classifier: FieldClassifier) -> Reach:
    """Where the fields of a form would be looked for on the pages of a document."""
    numbers, sure = form_pages(pages, form)
    stack = stack_pages([pages[k] for k in numbers])
    ground = survey(stack, form, classifier)
    slots = slots_of([f for f in form.fields if not f.stamp])
    answers, unreached = find_answer_places(ground, slots, extract(stack, form, classifier))
    labels = {label for s in slots for label in s.labels}
    found = {h.phrase for h in ground.matches} & labels
    return Reach(ground.stack, ground.matches, tuple(numbers), sure, answers, ground.tables, unreached, len(found))


def look_at_blank(
    document: Document, pages: list[Readings], form: FormDefinition, classifier: FieldClassifier, settings: Settings
) -> Blank:
    """The blank with its places. pages: as read; classifier: the general one, which knows labels."""
    reached = reach(pages, form, classifier)
    pixels, scales = [], []
    for number in reached.numbers:
        straight = straighten(load_page(document, number + 1, settings))
        scales.append(DPI / straight.dpi)
        pixels.append(_at_drawing_size(straight.pixels, scales[-1]))
    answers = tuple(_scaled(a, scales[a.page]) for a in reached.answers)
    tables = tuple(t for m in reached.tables for t in [_table(reached.stack, m, scales)] if t.rows)
    return Blank(form, tuple(pixels), answers, tables, reached.unreached, reached.label_count)


def _at_drawing_size(pixels: Pixels, scale: float) -> Pixels:
    if scale == 1.0:
        return pixels.copy()
    size = (round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, size, interpolation=way), np.uint8)


def _scaled(answer: Answer, scale: float) -> Answer:
    other = _times(answer.other, scale) if answer.other is not None else None
    return Answer(answer.slot, answer.page, _times(answer.box, scale), answer.ruled, answer.mark, other)


def _times(box: Box, scale: float) -> Box:
    return Box(*(round(v * scale) for v in box.as_list()))


def _table(stack: StackedPages, matched: MatchedTable, scales: list[float]) -> BlankTable:
    """The table's rows that hold nothing yet."""
    printed = matched.printed
    rows = []
    for row in printed.rows:
        free = row.page == printed.page and not any(row.cells) and row.bottom - row.top <= _HIGHEST * UNIT
        if not free:
            continue
        places = [
            None
            if k is None
            else Box(
                printed.columns[k].left,
                row.top + 4,
                printed.columns[k].right - printed.columns[k].left,
                row.bottom - row.top - 8,
            )
            for k in matched.assigned
        ]
        inset = round(_INSET * DPI)
        rows.append(
            tuple(None if p is None else _on_page(stack, printed.page, p, scales).grown(-inset, 0) for p in places)
        )
    return BlankTable(matched.definition, printed.page, tuple(rows))


def _on_page(stack: StackedPages, page: int, box: Box, scales: list[float]) -> Box:
    """A place on the stack as pixels of the page at 300 dpi."""
    item = next(i for i in stack.items if i.page == page)
    scale = stack.pages[page].layout.dpi / UNIT
    x = item.place.x + (box.x - item.box.x) * scale
    y = item.place.y + (box.y - item.box.y) * scale
    return _times(Box(round(x), round(y), round(box.width * scale), round(box.height * scale)), scales[page])
