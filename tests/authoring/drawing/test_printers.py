from __future__ import annotations

import cv2
import numpy as np
from drawn_sheet import RULE, ink, sheet

from digitizer.authoring.drawing import printers


def test_a_dry_ribbon_strikes_each_letter_with_its_own_force() -> None:
    page = printers.ribbon(sheet(), np.random.default_rng(1))
    assert 60 < ink(page).mean() < 200, "pale and legible"
    count, labels = cv2.connectedComponents((sheet() < 60).astype(np.uint8))
    letters = [float(page[labels == k].mean()) for k in range(1, count)]
    assert np.std(letters) > 8
    assert (page[sheet() == 255] > 200).mean() > 0.99


def test_toner_fills_and_swells() -> None:
    fine = sheet()
    fine[800:820, 100:120] = 0
    fine[809:811, 109:111] = 255
    page = printers.toner(fine, np.random.default_rng(1))
    assert (page < 128).sum() > 1.1 * (fine < 128).sum()
    assert (page[802:818, 102:118] < 128).all()


def test_thermal_paper_is_pale_and_has_streaks_down_the_sheet() -> None:
    page = printers.thermal(sheet(), np.random.default_rng(1))
    assert page.max() < 240
    assert ink(page).mean() > 60
    along = page[RULE + 2, 70:740].astype(int)
    assert along.max() - along.min() > 30, "the head is dead in places"
