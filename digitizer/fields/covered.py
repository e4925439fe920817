"""What a stamp stands over: a value there may be misread, and what looks blank there may have been written on."""

from __future__ import annotations

from digitizer.document.geometry import Box
from digitizer.fields.drafts import Filled
from digitizer.fields.stacked_pages import StackedPages


def is_covered(stack: StackedPages, filled: Filled) -> bool:
    """Whether a stamp stands over a field; over a blank, whether it stands anywhere in its cell.

    A blank of a table has no place of its own, but the cell in which it would stand. A stamp's own date is not under
    it.
    """
    if not filled.text and filled.cell is not None and stack.is_covered(filled.cell):
        return True
    if filled.definition.stamp or filled.page is None or filled.place is None:
        return False
    page = stack.pages[filled.page].layout
    place = filled.place if filled.text else _cell_around([c.box for c in page.cells], filled.place)
    return any(line.stamped and line.box.intersection(place) for line in page.lines)


def _cell_around(cells: list[Box], place: Box) -> Box:
    """The smallest cell that a place stands in; the place itself outside all of them."""
    x, y = place.center
    around = [c for c in cells if c.x <= x < c.right and c.y <= y < c.bottom]
    return min(around, key=lambda c: c.area, default=place)
