from __future__ import annotations

import numpy as np
import pytest
from factories import field_def
from hypothesis import given
from hypothesis import strategies as st

from digitizer.document.geometry import Box
from digitizer.fields.layout_prior import NAMES, learn_prior, observe, points_of_matches, prior_features
from digitizer.fields.phrases import LabelMatch
from digitizer.fields.slots import Slot

SLOT = Slot((field_def("a"),))
PHRASES = {"Name": (1.0, 1.0), "Date": (1.0, 3.0), "Title": (5.0, 1.0)}


def match(phrase: str, x: int, y: int) -> LabelMatch:
    return LabelMatch(phrase, Box(x, y, 100, 20), 1.0, ((0, 0, 1),))


@given(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5), st.sampled_from(sorted(PHRASES)))
def test_a_page_laid_elsewhere_and_without_one_of_the_labels_has_the_value_at_its_place(
    dx: float, dy: float, lost: str
) -> None:
    prior = learn_prior([{"a": observe(PHRASES, np.array([2.0, 1.2]))} for _ in range(3)])
    moved = {p: (x + dx, y + dy) for p, (x, y) in PHRASES.items() if p != lost}
    places = np.array([[7.0, 7.0], [2.0 + dx, 1.2 + dy]])
    features = dict(zip(NAMES, prior_features(prior, moved, [SLOT], places)[0, 1], strict=True))
    assert features["off_x"] == pytest.approx(0, abs=0.01)
    assert features["off_y"] == pytest.approx(0, abs=0.01)
    assert (features["off_rank"], features["seen"]) == (0, 3)


def test_a_phrase_found_twice_points_nowhere() -> None:
    points = points_of_matches([match("Yes", 100, 100), match("Yes", 100, 400), match("Name", 200, 90)])
    assert points == {"Name": (1.0, 0.5)}


def test_one_odd_page_does_not_move_the_place() -> None:
    seen = [observe(PHRASES, np.array([2.0, 1.2]))] * 4 + [observe(PHRASES, np.array([6.0, 6.0]))]
    prior = learn_prior([{"a": offsets} for offsets in seen])
    off = prior_features(prior, PHRASES, [SLOT], np.array([[2.0, 1.2]]))[0, 0]
    assert off[0] == pytest.approx(0, abs=0.01)


def test_of_a_field_never_seen_nothing_is_expected() -> None:
    features = prior_features({}, PHRASES, [SLOT], np.array([[2.0, 1.2]]))
    assert features[0, 0].tolist() == [4.0, 4.0, 6.0, 4.0, 0.0]
