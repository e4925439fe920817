"""How well a page as a whole could be read: a value read surely on a page hardly legible is less sure than it seems."""

from __future__ import annotations

from collections.abc import Mapping

from digitizer.fields.drafts import Filled
from digitizer.fields.stacked_pages import StackedPages

BY_HAND = 0.5
"""Probability of handwriting from which on a person reads a value, however sure the readers are."""
SURE_MARK = 0.85
"""Probability from which a checkbox told by its ink need not be looked at."""
_PRINT = "print"
_MOSTLY = 0.5


def clarity(stack: StackedPages) -> tuple[tuple[float, float], ...]:
    """Of each page the share of its letters that stand in print known by sight, and how surely the others were read.

    Both 0 to 1; a page without letters is clear, and so is a stack without pages.
    """
    counts = [[0.0, 0.0, 0.0] for _ in stack.pages]
    for item in stack.items:
        letters = sum(not c.isspace() for c in item.text)
        known = item.reading.engine == _PRINT
        counts[item.page][0] += letters * known
        counts[item.page][1] += letters * (not known)
        counts[item.page][2] += letters * (not known) * item.confidence
    pages = ((k / max(1.0, k + other), sure / other if other else 1.0) for k, other, sure in counts)
    return tuple(pages) or ((0.0, 1.0),)


def share_by_hand(fields: Mapping[str, Filled]) -> float:
    """The share of a form's letters written by hand, 0 where it is not most: so were then the marks in its boxes."""
    written = [f for f in fields.values() if f.definition.kind != "checkbox" and f.text]
    letters = sum(len(f.text) for f in written)
    share = sum(len(f.text) for f in written if f.hand >= BY_HAND) / max(1, letters)
    return share if share >= _MOSTLY else 0.0
