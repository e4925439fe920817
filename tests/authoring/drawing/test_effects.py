from __future__ import annotations

import numpy as np

from digitizer.authoring.drawing import effects


def test_effects_leave_their_input_as_it_was() -> None:
    page, rng = np.full((3300, 2550), 255, np.uint8), np.random.default_rng(0)
    before = page.copy()
    effects.speckle(page, rng, 50, 4)
    effects.punch_holes(page, rng, 300)
    effects.stamp(page, rng, 300)
    effects.dark_edges(page, rng, 300)
    effects.lid_shadow(page, rng, 300)
    effects.weaken(page, rng, 0.5)
    assert np.array_equal(page, before)


def test_weakened_rules_come_apart() -> None:
    page = np.full((600, 600), 255, np.uint8)
    page[299:302] = 0
    weak = effects.weaken(page, np.random.default_rng(1), 1.0)
    assert 0.05 < (weak[300] > 128).mean() < 0.95
    assert (weak[:290] == 255).all()


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
