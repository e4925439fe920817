"""Pieces of printed labels that a stamp or a fold tore off them; they are no entries."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from digitizer.document.geometry import Box
from digitizer.fields.phrases import LabelMatch, compact
from digitizer.fields.stacked_pages import UNIT, StackedPages

_PIECE, _LEAST_ALIKE = 8, 80.0
"""Letters of a piece that may be misread, and how like (0 to 100) a part of the label it must be."""
_REACH = 0.1
"""Inches around a label within which its pieces stand."""
_LABEL = 20
"""Letters of a label that is long enough to be torn."""


def is_torn(stack: StackedPages, item: int, text: str, matches: Sequence[LabelMatch]) -> bool:
    """Whether a text on a line, an index, is a piece of a label beside it that was found without that piece."""
    bare = compact(text)
    box = stack.items[item].box
    return any(
        len(compact(match.phrase)) >= _LABEL
        and all(i != item for i, _, _ in match.covered)
        and _stands_in(box, match.box)
        and _is_part(bare, text, match.phrase)
        for match in matches
    )


def _stands_in(box: Box, label: Box) -> bool:
    """Whether a line stands in a label's lines or goes on from them."""
    level = box.overlap_y(label) > 0.6 * box.height
    return level and box.x <= label.right + round(_REACH * UNIT) + box.width and box.right >= label.x


def _is_part(bare: str, text: str, phrase: str) -> bool:
    words = phrase.split()
    if len(bare) < _PIECE:
        return bool(bare) and all(w in words for w in text.split())
    return fuzz.partial_ratio(bare, compact(phrase)) >= _LEAST_ALIKE
