"""How well a page as a whole could be read: a value read surely on a page hardly legible is less sure than it seems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from digitizer.fields.drafts import Draft, DraftRow
from digitizer.fields.stacked_pages import StackedPages

BY_HAND = 0.5
"""Probability of handwriting from which on a person reads a value, however sure the readers are."""
SURE_MARK = 0.85
"""Probability from which a checkbox told by its ink need not be looked at."""
_PRINT = "print"
_MOSTLY = 0.5


def clarity(stack: StackedPages) -> tuple[tuple[float, float], ...]:
    """Of each page the share of its letters that stand in print known by sight, and how surely the others were read.

    Both 0 to 1; a page without letters is clear.
    """
    counts = [[0.0, 0.0, 0.0] for _ in stack.pages]
    for item in stack.items:
        letters = sum(not c.isspace() for c in item.text)
        known = item.reading.engine == _PRINT
        counts[item.page][0] += letters * known
        counts[item.page][1] += letters * (not known)
        counts[item.page][2] += letters * (not known) * item.confidence
    return tuple((k / max(1.0, k + other), sure / other if other else 1.0) for k, other, sure in counts)


def boxes_by_hand(fields: Mapping[str, Draft]) -> dict[str, Draft]:
    """The drafts of a form; where most of what is written was written by hand, so were the marks in its checkboxes."""
    written = [d for d in fields.values() if d.definition.kind != "checkbox" and d.text]
    letters = sum(len(d.text) for d in written)
    share = sum(len(d.text) for d in written if d.hand >= BY_HAND) / max(1, letters)
    if share < _MOSTLY:
        return dict(fields)
    boxes = {n: replace(d, hand=max(d.hand, share)) for n, d in fields.items() if d.definition.kind == "checkbox"}
    return {**fields, **boxes}


def with_clarity(
    stack: StackedPages, fields: Mapping[str, Draft], tables: Mapping[str, Sequence[DraftRow]]
) -> tuple[dict[str, Draft], dict[str, tuple[DraftRow, ...]]]:
    """The drafts, told how clear their page is; those that stand on none, how clear the first is."""
    pages = clarity(stack) or ((0.0, 1.0),)

    def told(draft: Draft) -> Draft:
        known, clear = pages[draft.page or 0]
        return replace(draft, known=known, clear=clear)

    def row_told(row: DraftRow) -> DraftRow:
        return {name: told(d) for name, d in row.items()}

    clear_rows = {name: tuple(map(row_told, rows)) for name, rows in tables.items()}
    return {name: told(d) for name, d in fields.items()}, clear_rows
