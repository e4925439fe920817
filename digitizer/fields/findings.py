"""What a form as a whole says of the values read on it: clear pages, handwriting, stamps, unread ink; their drafts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from digitizer.document.geometry import Box
from digitizer.document.lines import same_line
from digitizer.fields.constraints import Place
from digitizer.fields.decode import Decoded
from digitizer.fields.drafts import Draft, DraftRow, Filled, as_read
from digitizer.fields.phrases import LabelMatch
from digitizer.fields.stacked_pages import UNIT, Item, StackedPages

BY_HAND = 0.5
"""Probability of handwriting from which on a person reads a value, however sure the readers are."""
SURE_MARK = 0.85
"""Probability from which a checkbox told by its ink need not be looked at."""
_PRINT = "print"
_MOSTLY = 0.5
_SPECK, _ASIDE, _BELOW = 0.05, 2.5, 0.3
"""Inches: a side of a speck; how far ink stands to the right of its label or below it."""
_LEVEL = 0.3
"""Share of the lower one's height by which ink and a label on one line overlap."""
_TOUCHED = 0.3
"""Share of a line that a value's place takes up where the line is that value's."""
_CAPTIONS = ("(", "*")
"""What labels begin with that stand under their entries."""


def build_drafts(
    stack: StackedPages, decoded: Decoded, matches: Sequence[LabelMatch], claimed: Collection[int]
) -> tuple[dict[str, Draft], dict[str, tuple[DraftRow, ...]]]:
    """The drafts of fields and of tables' rows, each built once, with all that was found out about it.

    claimed: lines by number that are labels, tables or notes.
    """
    pages = clarity(stack)
    by_hand = share_by_hand(decoded.fields)
    unread = find_unread(stack, matches, claimed, decoded.fields)

    def draft(filled: Filled, at: Place) -> Draft:
        # What stands on no page is as clear as the first.
        known, clear = pages[filled.page or 0]
        head = at[0] == ""
        if head and filled.definition.kind == "checkbox":
            filled = replace(filled, hand=max(filled.hand, by_hand))
        return Draft(
            **as_read(filled),
            known=known,
            clear=clear,
            covered=is_covered(stack, filled),
            unread=head and at[2] in unread,
            upheld=at in decoded.upheld,
            denied=at in decoded.denied,
            broken=at in decoded.broken,
        )

    tables: dict[str, tuple[DraftRow, ...]] = {
        t: tuple({n: draft(f, (t, k, n)) for n, f in row.items()} for k, row in enumerate(rows))
        for t, rows in decoded.tables.items()
    }
    return {n: draft(f, ("", 0, n)) for n, f in decoded.fields.items()}, tables


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


def is_covered(stack: StackedPages, filled: Filled) -> bool:
    """Whether a stamp or a stroke stands over a field; over a blank, whether a stamp stands anywhere in its cell.

    A blank of a table has no place of its own, but the cell in which it would stand. A stamp's own date is not under
    it.
    """
    if not filled.text and filled.cell is not None and stack.is_covered(filled.cell):
        return True
    if filled.definition.stamp or filled.page is None or filled.place is None:
        return False
    page = stack.pages[filled.page].layout
    place = filled.place if filled.text else _cell_around([c.box for c in page.cells], filled.place)
    over = (line for line in page.lines if line.stamped or (line.struck and filled.text))
    return any(line.box.intersection(place) for line in over)


def _cell_around(cells: list[Box], place: Box) -> Box:
    """The smallest cell that a place stands in; the place itself outside all of them."""
    x, y = place.center
    around = [c for c in cells if c.x <= x < c.right and c.y <= y < c.bottom]
    return min(around, key=lambda c: c.area, default=place)


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
