from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from digitizer.authoring.drawing.ticks import HANDS
from digitizer.reading.checkbox_classifier import load_checkbox_classifier
from tools.trainers.drawn_ticks import scan_ticks
from tools.trainers.train_ticks import scores_of, train_ticks


def test_scores() -> None:
    # Blank and sure, marked and sure, blank taken for marked, spoiled and left to a person.
    marked, spoiled = np.array([0.03, 0.98, 0.6, 0.9]), np.array([0.02, 0.01, 0.1, 0.8])
    told = scores_of(marked, spoiled, np.array([0, 1, 0, 2]))
    assert told == {"right": 0.6667, "sure": 0.6667, "right_of_sure": 1.0, "spoiled_left_to_a_person": 1.0}


def test_drawn_boxes_are_found_where_they_were_drawn() -> None:
    scanned = scan_ticks(3, "clean")
    found = [k for k, _ in scanned.hands if k is not None]
    assert len(found) >= 44
    assert len(set(found)) == len(found)
    assert {hand for _, hand in scanned.hands} <= set(HANDS)


@pytest.mark.slow
def test_what_is_learned_is_kept_with_its_scores(tmp_path: Path) -> None:
    card = train_ticks(1, 1, tmp_path / "ticks")
    assert card["data"]["pages"] == 19
    assert card["scores"]["right"] > 0.9
    assert load_checkbox_classifier(tmp_path).model is not None
