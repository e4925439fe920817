"""What each family does that others do not, on a small page of letters and a rule."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from digitizer.authoring.drawing import effects, handling, printers, stamping
from digitizer.document.page import Pixels

RULE, LINES = 700, (150, 300, 450, 600)


def sheet() -> Pixels:
    """2.7 by 3 inches: four lines of letters, and a rule under them."""
    page = np.full((900, 810), 255, np.uint8)
    for y in LINES:
        cv2.putText(page, "Name 8061 AB", (60, y), cv2.FONT_HERSHEY_DUPLEX, 2.2, 0, 5, cv2.LINE_AA)
    page[RULE : RULE + 4, 60:750] = 0
    return page


def ink(page: Pixels) -> Pixels:
    """The values where the sheet has ink."""
    return page[sheet() < 60]


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


def test_a_fold_moves_what_is_beside_it_and_leaves_the_rest() -> None:
    page, bend = handling.fold(sheet(), np.random.default_rng(2))
    shift = np.abs(bend.shift)
    assert 2 < shift.max() < 60
    assert np.median(np.abs(page.astype(int) - sheet())) < 20
    assert (page.min(axis=1)[:100] < 250).any() or (page.min(axis=0) < 250).all()


def test_a_back_shows_mirrored_and_faint() -> None:
    page = handling.show_through(sheet(), np.random.default_rng(3))
    paper = page[sheet() == 255]
    assert (paper < 250).mean() > 0.02
    assert paper.min() > 150
    assert (ink(page) <= 60).all()


@pytest.mark.parametrize("seed", range(4))
def test_stamps_lie_over_print_which_shows_through(seed: int) -> None:
    page = np.full((1500, 1500), 255, np.uint8)
    page[::40] = 0
    stamped = stamping.press(page, np.random.default_rng(seed))
    assert (stamped[page == 255] < 235).mean() > 0.002
    assert stamped[page == 255].min() > 50
    assert (stamped[page == 0] == 0).all()


def test_a_pen_strikes_out_nothing_that_is_printed() -> None:
    page = np.full((3300, 2550), 255, np.uint8)
    for y in range(400, 3100, 80):
        page[y : y + 30, 200:2300] = 0
    for seed in range(6):
        x, y, length = handling._clear_place(page, np.random.default_rng(seed))
        assert (page[round(y) - 5 : round(y) + 5, round(x) : round(x + length)] == 255).all()
        marked = handling.pen(page, np.random.default_rng(seed))
        assert (marked[page == 255] < 128).any()
        assert (marked[page == 0] == 0).all()


def test_dirt_lies_about_and_print_stays() -> None:
    page = handling.dirt(np.full((3300, 2550), 255, np.uint8), np.random.default_rng(1))
    assert 0.0005 < (page < 200).mean() < 0.1


def test_lost_lines_are_those_before_them() -> None:
    page = np.arange(200, dtype=np.uint8)[:, None].repeat(5, axis=1)
    lost = effects.lose_lines(page, np.random.default_rng(1), 6)
    assert 0 < (lost[:, 0] != page[:, 0]).sum() <= 18
    assert (lost <= page).all()


def test_a_drum_pales_in_bands_a_turn_apart() -> None:
    page = np.zeros((3300, 400), np.uint8)
    pale = effects.drum_bands(page, np.random.default_rng(3), 300, 0.5).min(axis=1)
    assert pale.max() > 40
    assert np.median(pale) < 10
