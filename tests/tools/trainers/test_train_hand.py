from __future__ import annotations

from pathlib import Path

import numpy as np

from digitizer.reading.handwriting import MODEL, NAMES, load_handwriting_classifier
from tools.trainers.train_hand import HandLine, scores_of, train_hand


def lines(count: int) -> list[HandLine]:
    """Lines of which those by hand have uneven ends."""
    rng = np.random.default_rng(3)
    found = []
    for k in range(count):
        by_hand = k % 3 == 0
        features = rng.normal(0.0, 0.1, len(NAMES)) + (0.8 * by_hand) * (np.array(NAMES) == "bottoms")
        found.append(HandLine(features.tolist(), by_hand, f"document {k % 9}"))
    return found


def test_what_is_learned_is_kept_with_its_scores(tmp_path: Path) -> None:
    card = train_hand(lines(180), tmp_path / MODEL)
    assert card["data"] == {"lines": 180, "by_hand": 60, "documents": 9}
    assert card["scores"]["area_under_curve"] > 0.95
    assert load_handwriting_classifier(tmp_path).model is not None


def test_scores() -> None:
    told = scores_of(np.array([0.9, 0.4, 0.6, 0.1]), np.array([True, True, False, False]))
    assert told == {
        "average_precision": 0.8333,
        "area_under_curve": 0.75,
        "told_of_hand": 0.5,
        "told_of_type": 0.5,
    }
