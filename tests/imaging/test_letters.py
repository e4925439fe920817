"""A file's resolution stands unless hardly anything on its page would be print."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from digitizer.imaging.letters import USUAL, letter_height, true_dpi


def parts(*heights: int) -> NDArray[np.int32]:
    """Connected parts of those heights, as wide as letters, the first the paper."""
    rows = [(0, 0, 2000, 2000, 0), *((40 * k, 0, max(1, 3 * h // 4), h, h * h // 3) for k, h in enumerate(heights))]
    return np.array(rows, np.int32)


@pytest.mark.parametrize("stated", [40.0, 500.0])
def test_letters_tell_the_resolution_where_the_files_own_makes_no_print(stated: float) -> None:
    assert true_dpi(stated, parts(*[15] * 200)) == pytest.approx(15 * 72 / USUAL)


def test_frames_to_be_ticked_do_not() -> None:
    page = parts(*[16] * 90, *[38] * 100)
    assert letter_height(page, 200.0) == 38
    assert true_dpi(200.0, page) == 200.0


def test_a_page_of_few_letters_is_taken_at_its_files_word() -> None:
    assert true_dpi(200.0, parts(*[50] * 10)) == 200.0
    assert letter_height(parts(*[50] * 10), 200.0) == pytest.approx(USUAL * 200 / 72)
