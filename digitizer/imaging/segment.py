"""Segment a straightened page: rules, cells, checkbox marks and lines of ink."""

from __future__ import annotations

from dataclasses import dataclass

from digitizer.document.layout import Layout
from digitizer.document.page import Pixels, StraightPage
from digitizer.imaging.cells import find_cells
from digitizer.imaging.lines import find_lines
from digitizer.imaging.marks import find_marks
from digitizer.imaging.rules import find_rules, with_faint_rules


@dataclass(frozen=True, slots=True)
class Segments:
    """layout: what stands on the page; ink: uint8 (height, width), 255 where there is ink but no rule or checkbox."""

    layout: Layout
    ink: Pixels


def segment(page: StraightPage) -> Segments:
    """Rules into cells, boxes into marks, what remains into lines; all boxes in pixels of the straightened page."""
    ink = page.ink if page.bilevel else with_faint_rules(page.pixels, page.ink, page.dpi)
    ruled = find_rules(ink, page.dpi)
    cells = find_cells(ruled.rules, page.size, page.dpi)
    marked = find_marks(page.ink, ruled.ink, page.dpi)
    lines = find_lines(marked.ink, cells, ruled.rules, page.dpi)
    layout = Layout(
        ref=page.ref,
        size=page.size,
        dpi=page.dpi,
        skew=page.skew,
        turned=page.turned,
        to_scan=page.to_scan,
        scan_size=page.scan_size,
        rules=ruled.rules,
        cells=cells.cells,
        marks=marked.marks,
        lines=tuple(lines),
    )
    return Segments(layout, marked.ink)
