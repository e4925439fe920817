"""Segment a straightened page: rules, cells, checkbox marks and lines of ink."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from digitizer.document.layout import Layout, TextLine
from digitizer.document.page import Pixels, StraightPage
from digitizer.imaging.binarize import find_faint_ink
from digitizer.imaging.cells import find_cells
from digitizer.imaging.combs import around_entries, comb_lines, find_combs, with_comb_ink
from digitizer.imaging.frame_candidates import with_pale_strokes
from digitizer.imaging.letters import components, letter_height
from digitizer.imaging.lines import find_lines
from digitizer.imaging.marks import MarkedPage, find_marks
from digitizer.imaging.rules import find_rules, with_faint_rules
from digitizer.imaging.stamps import find_stamps, restore
from digitizer.imaging.strokes import is_struck
from digitizer.imaging.text_detector import TextDetector


@dataclass(frozen=True, slots=True)
class Segments:
    """layout: what stands on the page; ink: uint8 (height, width), 255 where there is ink but no rule or checkbox.

    stamps: the ink of its stamped lines, alike; None where it has none. ink has none of it.
    """

    layout: Layout
    ink: Pixels
    stamps: Pixels | None = None


def segment(page: StraightPage, detector: TextDetector) -> Segments:
    """Rules into cells, boxes into marks, what remains into lines; all boxes in pixels of the straightened page."""
    letter = letter_height(components(page.ink)[1], page.dpi)
    ink = page.ink if page.bilevel else with_faint_rules(page.pixels, page.ink, letter)
    ruled = find_rules(ink, letter)
    stamped = find_stamps(ink, ruled.rules, page.dpi)
    page_ink = page.ink
    if stamped is not None:
        # A rule that a stamp touches is told from it only once the stamp is gone.
        page_ink = np.asarray(cv2.subtract(page.ink, stamped.ink), np.uint8)
        letter = letter_height(components(page_ink)[1], page.dpi)
        bare = find_rules(np.asarray(cv2.subtract(ink, stamped.ink), np.uint8), letter)
        ruled = restore(bare, ruled.rules, stamped, page.dpi)
    cells = find_cells(ruled.rules, page.size, page.dpi)
    framed = page_ink if page.bilevel else with_pale_strokes(page.pixels, page_ink, page.dpi)
    marked = find_marks(framed, ruled.ink, letter, page.dpi)
    combs = find_combs(page_ink, ruled.rules, marked.marks, letter)
    if combs:
        cells = find_cells(around_entries(ruled.rules, combs), page.size, page.dpi)
        marks = tuple(m for m in marked.marks if not any(comb.holds(m.box) for comb in combs))
        marked = MarkedPage(marks, with_comb_ink(marked.ink, page_ink, combs, letter))
    text = detector.find(page.pixels, marked.ink, letter)
    inked = marked.ink if page.bilevel else _with_faint_print(page, marked.ink, text, letter)
    found = find_lines(inked, text, cells, ruled.rules, letter)
    lines = comb_lines(found.lines, combs, inked, cells)
    lines = [replace(line, struck=True) if is_struck(page_ink, line, letter) else line for line in lines]
    stamps = [TextLine(line.box, tilt=line.tilt, stamped=True) for line in stamped.lines] if stamped else []
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
        lines=(*lines, *stamps),
    )
    askew = [part for part in (found.askew, stamped.ink if stamped else None) if part is not None]
    if not askew:
        return Segments(layout, inked)
    pressed = np.max(askew, axis=0)
    return Segments(layout, np.asarray(cv2.subtract(inked, pressed), np.uint8), pressed)


def _with_faint_print(page: StraightPage, ink: Pixels, text: Pixels, letter: float) -> Pixels:
    """The ink that is left once rules and frames are taken out, with that of print too faint to be told before."""
    faint = find_faint_ink(page.pixels, text, letter)
    # What was taken out with a rule does not come back.
    taken = cv2.dilate(cv2.subtract(page.ink, ink), np.ones((3, 3), np.uint8))
    return np.asarray(cv2.bitwise_or(ink, cv2.subtract(faint, taken)), np.uint8)
