"""Ink beside the label of a field found blank, claimed by no other: what stands there may not have been made out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from digitizer.document.geometry import Box
from digitizer.document.lines import same_line
from digitizer.fields.drafts import Filled
from digitizer.fields.phrases import LabelMatch
from digitizer.fields.stacked_pages import UNIT, Item, StackedPages

# Inches.
_SPECK = 0.05
_ASIDE, _BELOW = 2.5, 0.3
_LEVEL = 0.3
_TOUCHED = 0.3
_CAPTIONS = ("(", "*")
"""What labels begin with that stand under their entries."""


def find_unread(
    stack: StackedPages, matches: Sequence[LabelMatch], claimed: Collection[int], fields: Mapping[str, Filled]
) -> frozenset[str]:
    """The names of a form's blanks that have ink which nothing claims right of or below their label.

    Of a caption, also if it stands above it. claimed: lines by number that are labels, tables or notes.
    """
    written = [(f.page, f.place) for f in fields.values() if f.text and f.place is not None]
    free = [i for k, i in enumerate(stack.items) if k not in claimed and _is_ink(i) and not _is_of(i, written)]
    labels = [stack.items[k] for h in matches for k, _, _ in h.covered]
    return frozenset(name for name, f in fields.items() if _beside(stack, f, free, labels))


def _is_ink(item: Item) -> bool:
    return min(item.box.width, item.box.height) >= _SPECK * UNIT


def _is_of(item: Item, written: Sequence[tuple[int | None, Box]]) -> bool:
    shared = (item.place.intersection(place) for page, place in written if page == item.page)
    return any(part is not None and part.area > _TOUCHED * item.place.area for part in shared)


def _beside(stack: StackedPages, filled: Filled, free: Sequence[Item], labels: Sequence[Item]) -> bool:
    if filled.text or filled.place is None or filled.definition.kind == "checkbox" or filled.definition.stamp:
        return False
    own = [i for i in stack.items if i.page == filled.page and i.place.intersection(filled.place)]
    if not own:
        return False
    label, cells = Box.around([i.box for i in own]), {i.cell for i in own}
    here = [i for i in free if i.page == filled.page and i.cell in cells]
    if any(_is_right_of(i.box, label, labels) or _is_below(i.box, label, labels) for i in here):
        return True
    caption = any(i.text.startswith(_CAPTIONS) for i in own)
    return caption and any(_is_above(i.box, label, labels) for i in here)


def _is_right_of(ink: Box, label: Box, labels: Sequence[Item]) -> bool:
    """Whether ink stands level with a label and behind it, no other label between them."""
    between = (o.box for o in labels if label.right <= o.box.x < ink.x)
    near = -_SPECK * UNIT <= ink.x - label.right < _ASIDE * UNIT
    return near and same_line(ink, label, _LEVEL) and not any(same_line(o, label, _LEVEL) for o in between)


def _is_below(ink: Box, label: Box, labels: Sequence[Item]) -> bool:
    between = (o.box for o in labels if label.bottom <= o.box.y < ink.y)
    near = -_SPECK * UNIT <= ink.y - label.bottom < _BELOW * UNIT
    return near and ink.overlap_x(label) > 0 and not any(o.overlap_x(ink) > 0 for o in between)


def _is_above(ink: Box, label: Box, labels: Sequence[Item]) -> bool:
    between = (o.box for o in labels if ink.bottom <= o.box.center[1] < label.y)
    near = -_SPECK * UNIT <= label.y - ink.bottom < _BELOW * UNIT
    return near and ink.overlap_x(label) > 0 and not any(o.overlap_x(ink) > 0 for o in between)
