"""Drawn forms of checkboxes: the same from the same seed, and every outline where it is said to be."""

from __future__ import annotations

import numpy as np
import pytest

from digitizer.authoring.drawing.ticks import HANDS, MARKED, SPOILED
from tools.drawing.tick_forms import draw_tick_form


def test_the_same_seed_draws_the_same_page() -> None:
    one, other = draw_tick_form(3), draw_tick_form(3)
    assert one.boxes == other.boxes
    assert np.array_equal(one.pixels, other.pixels)


@pytest.mark.parametrize("seed", [1, 5, 9])
def test_every_box_has_ink_on_its_outline_and_stands_on_the_page(seed: int) -> None:
    drawn = draw_tick_form(seed)
    height, width = drawn.pixels.shape
    for box, hand in drawn.boxes:
        assert box.x >= 0 <= box.y
        assert box.right <= width
        assert box.bottom <= height
        if hand != "whited":
            assert drawn.pixels[box.y : box.bottom, box.x : box.right].min() < 255


def test_pages_differ_in_size_shape_and_marks() -> None:
    pages = [draw_tick_form(seed) for seed in range(12)]
    heights = {page.boxes[0][0].height for page in pages if page.boxes}
    assert len(heights) > 6
    assert len({hand for page in pages for _, hand in page.boxes}) > 8


def test_hands_are_blank_marked_or_spoiled() -> None:
    assert set(HANDS) - MARKED - SPOILED == {"blank", "near"}
    assert not MARKED & SPOILED
