"""What frames are learned from: which candidates stand for true frames, and how finding them is scored."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from digitizer.imaging.frame_evidence import NAMES
from tools.trainers.train_frames import Page, draw_pages, score


class Told:
    """Tells the chances that a test says."""

    classes_ = np.array([0, 1])

    def __init__(self, *chances: float) -> None:
        self.chances = np.array(chances)

    def predict_proba(self, matrix: NDArray[np.floating]) -> NDArray[np.float64]:
        return np.column_stack([1 - self.chances, self.chances])


def test_found_and_false_are_counted_once_a_place() -> None:
    boxes = np.array([[10, 10, 30, 30], [11, 10, 30, 30], [100, 10, 30, 30], [200, 10, 30, 30]])
    page = Page(
        "clean", np.zeros((4, len(NAMES)), np.float32), np.array([1, 1, 0, 1]), np.array([0, 0, -1, 1]), 3, boxes
    )
    assert score(Told(0.9, 0.8, 0.7, 0.2), [page]) == {"found": 0.3333, "false_a_page": 1.0}


@pytest.mark.slow
def test_nearly_every_drawn_frame_has_a_candidate() -> None:
    pages = [page for page in draw_pages(1, 0) if page.family in ("clean", "office", "jpeg")]
    assert all(page.x.shape == (len(page.boxes), len(NAMES)) for page in pages)
    count = sum(page.count for page in pages)
    assert sum(len(set(page.true.tolist()) - {-1}) for page in pages) >= 0.95 * count
