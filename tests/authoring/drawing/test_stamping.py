from __future__ import annotations

import numpy as np
import pytest

from digitizer.authoring.drawing import stamping


@pytest.mark.parametrize("seed", range(4))
def test_stamps_lie_over_print_which_shows_through(seed: int) -> None:
    page = np.full((1500, 1500), 255, np.uint8)
    page[::40] = 0
    stamped = stamping.press(page, np.random.default_rng(seed))
    assert (stamped[page == 255] < 235).mean() > 0.002
    assert stamped[page == 255].min() > 50
    assert (stamped[page == 0] == 0).all()
