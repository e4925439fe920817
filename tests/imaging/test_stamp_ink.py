from __future__ import annotations

import cv2
import numpy as np
import pytest
from inked_pages import DPI, LETTER, blank_ink, draw_grid, straight_page, write

from digitizer.document.geometry import Box
from digitizer.document.page import Pixels
from digitizer.imaging.rules import find_rules
from digitizer.imaging.segment import segment
from digitizer.imaging.stamps import find_stamps
from digitizer.imaging.text_detector import InkDetector

XS, YS = [60, 250, 420, 590, 760, 940], [100, 240, 380, 520]


def stamp(ink: Pixels, text: str, x: int, y: int, tilt: float) -> None:
    """Presses bold letters on the page; they go down to the right by so many degrees."""
    layer = np.zeros_like(ink)
    cv2.putText(layer, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 1.7, 255, 9)
    turn = cv2.getRotationMatrix2D((x, y), -tilt, 1.0)
    layer = cv2.warpAffine(layer, turn, (ink.shape[1], ink.shape[0]), flags=cv2.INTER_NEAREST)
    ink[layer > 0] = 255


def table(*texts: tuple[int, int, str]) -> Pixels:
    ink = blank_ink()
    draw_grid(ink, XS, YS)
    for x, y, text in texts:
        write(ink, x, y, text, 22)
    return ink


@pytest.mark.parametrize("tilt", [-14.0, -3.0, 3.2, 12.0])
def test_a_stamp_set_askew_over_a_table_is_told_from_what_stands_there(tilt: float) -> None:
    ink = table((80, 160, "Common Stock"), (620, 160, "24,409"))
    plain = segment(straight_page(ink.copy()), InkDetector()).layout
    stamp(ink, "RECEIVED", 300, 310, tilt)
    stamp(ink, "19 OCT 2006", 280, 390, tilt)
    segments = segment(straight_page(ink), InkDetector())
    stamped = [line for line in segments.layout.lines if line.stamped]
    assert len(stamped) == 2
    assert all(abs(line.tilt - tilt) < 1.5 for line in stamped)
    assert segments.stamps is not None
    # Nothing else on the page is other than it was: the cells, and the two entries.
    assert len(segments.layout.cells) == len(plain.cells) == 15
    assert [line.box for line in segments.layout.lines if not line.stamped] == [line.box for line in plain.lines]


def test_small_figures_beside_a_stamp_are_not_swept_away_with_its_crumbs() -> None:
    # Filings were read "12/05/201" and "C" for "12/05/2019" and "G": what was thin near a stamp went with it.
    ink = table()
    stamp(ink, "RECEIVED", 300, 310, 12.0)
    bars = [Box(x, 328, 4, 24) for x in (310, 325, 340)]
    for bar in bars:
        ink[bar.y : bar.bottom, bar.x : bar.right] = 255
    found = find_stamps(ink, find_rules(ink, LETTER).rules, DPI)
    assert found is not None
    assert any(line.box.contains(bar) for line in found.lines for bar in bars), "they stand in the stamp's own place"
    kept = segment(straight_page(ink), InkDetector()).ink
    assert all(kept[bar.y : bar.bottom, bar.x : bar.right].all() for bar in bars)
    assert not (kept & found.ink).any()


def test_a_level_stamp_across_walls_is_a_stamp() -> None:
    ink = table()
    stamp(ink, "RECEIVED", 230, 320, 0.0)
    found = find_stamps(ink, find_rules(ink, LETTER).rules, DPI)
    assert found is not None
    (line,) = found.lines
    assert line.box.overlap_x(Box(230, 280, 240, 40)) > 230


def test_bold_headings_and_entries_are_none() -> None:
    ink = table((80, 160, "Common Stock"))
    cv2.putText(ink, "FORM 5 ANNUAL STATEMENT", (100, 60), cv2.FONT_HERSHEY_SIMPLEX, 1.7, 255, 9)
    for x in XS[:-1]:
        cv2.putText(ink, "378", (x + 25, 320), cv2.FONT_HERSHEY_SIMPLEX, 1.4, 255, 7)
    assert find_stamps(ink, find_rules(ink, LETTER).rules, DPI) is None
    assert find_stamps(blank_ink(), (), DPI) is None
