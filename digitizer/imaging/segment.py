"""Segment a straightened page: rules, cells, checkbox marks and lines of ink."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from digitizer.document.layout import Layout, TextLine
from digitizer.document.page import Pixels, StraightPage
from digitizer.imaging.cells import find_cells
from digitizer.imaging.lines import find_lines
from digitizer.imaging.marks import find_marks
from digitizer.imaging.rules import find_rules, with_faint_rules
from digitizer.imaging.stamps import find_stamps, restore


@dataclass(frozen=True, slots=True)
class Segments:
    """layout: what stands on the page; ink: uint8 (height, width), 255 where there is ink but no rule or checkbox.

    stamps: the ink of its stamped lines, alike; None where it has none. ink has none of it.
    """

    layout: Layout
    ink: Pixels
    stamps: Pixels | None = None


def segment(page: StraightPage) -> Segments:
    """Rules into cells, boxes into marks, what remains into lines; all boxes in pixels of the straightened page."""
    ink = page.ink if page.bilevel else with_faint_rules(page.pixels, page.ink, page.dpi)
    ruled = find_rules(ink, page.dpi)
    stamped = find_stamps(ink, ruled.rules, page.dpi)
    page_ink = page.ink
    if stamped is not None:
        # A rule that a stamp touches is told from it only once the stamp is gone.
        page_ink = np.asarray(cv2.subtract(page.ink, stamped.ink), np.uint8)
        bare = find_rules(np.asarray(cv2.subtract(ink, stamped.ink), np.uint8), page.dpi)
        ruled = restore(bare, ruled.rules, stamped, page.dpi)
    cells = find_cells(ruled.rules, page.size, page.dpi)
    marked = find_marks(page_ink, ruled.ink, page.dpi)
    lines = find_lines(marked.ink, cells, ruled.rules, page.dpi)
    if stamped is not None:
        lines += [TextLine(line.box, tilt=line.tilt, stamped=True) for line in stamped.lines]
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
    return Segments(layout, marked.ink, stamped.ink if stamped is not None else None)
