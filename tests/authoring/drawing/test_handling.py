from __future__ import annotations

import numpy as np
from drawn_sheet import ink, sheet

from digitizer.authoring.drawing import handling


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
