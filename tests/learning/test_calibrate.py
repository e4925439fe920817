from pathlib import Path

import numpy as np
import pytest
from drawn_cards import FORM, read_card
from factories import LABELS_ALONE, draft_of, field_def
from hypothesis import given
from hypothesis import strategies as st

from digitizer.fields.confidence import NAMES, find_calibrator
from digitizer.learning.calibrate import choose_threshold, fit_confidence, graded_drafts, save_confidence
from digitizer.learning.examples import Examples


def graded(**misread: str) -> Examples:
    return graded_drafts(read_card(**misread), FORM, LABELS_ALONE)


def test_a_card_read_rightly_is_right_throughout() -> None:
    examples = graded()
    assert examples.features.shape == (3 + 2, len(NAMES))
    assert examples.answers.tolist() == [True] * 5


def test_a_misread_field_is_wrong_and_the_others_are_not() -> None:
    assert int((~graded(borrower="BIXEY TIMOTHY").answers).sum()) == 1
    assert int((~graded(dateOfLoan="11/11/2009").answers).sum()) == 1


def test_a_misread_cell_is_wrong_and_its_row_still_the_row() -> None:
    answers = graded(**{"payments[0].amount": "8.50"}).answers
    assert int((~answers).sum()) == 1


def test_white_space_makes_no_value_wrong() -> None:
    assert graded(borrower="BIXBY   TIMOTHY").answers.all()


def test_fields_that_the_truth_does_not_tell_are_not_graded() -> None:
    filing = read_card()
    del filing.truth["fields"]["borrower"]
    assert len(graded_drafts(filing, FORM, LABELS_ALONE).answers) == 4


CHANCES = st.lists(st.tuples(st.integers(50, 99), st.booleans()), min_size=1, max_size=60)


@given(CHANCES, st.sampled_from([0.0, 0.01, 0.1]))
def test_no_larger_share_than_asked_is_wrong_from_the_threshold_on(
    graded: list[tuple[float, bool]], wrong: float
) -> None:
    # Ties would stand on both sides of the threshold.
    chances = np.array([c / 100 for c, _ in graded]) + np.arange(len(graded)) * 1e-6
    answers = np.array([a for _, a in graded], bool)
    threshold = choose_threshold(chances, answers, wrong)
    assert 0.9 <= threshold <= 1.0
    accepted = answers[chances >= threshold]
    assert (~accepted).sum() <= wrong * len(accepted)


def test_right_values_below_the_floor_excuse_no_wrong_ones_above_it() -> None:
    chances = np.array([0.97, 0.95, *[0.6] * 18])
    answers = np.array([True, False, *[True] * 18])
    assert choose_threshold(chances, answers, 0.1) == 0.97


def test_the_threshold_is_the_least_that_keeps_the_promise() -> None:
    chances = np.array([0.99, 0.98, 0.97, 0.96, 0.95])
    assert choose_threshold(chances, np.array([True, True, True, False, True]), 0.0) == 0.97
    assert choose_threshold(chances, np.array([True, True, True, False, True]), 0.25) == 0.95
    assert choose_threshold(chances, np.array([False, True, True, True, True]), 0.0) == 1.0
    assert choose_threshold(np.array([0.6, 0.5]), np.array([True, True]), 0.0) == 0.9


def test_fitted_confidence_grows_with_the_evidence_and_is_kept(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    x = rng.random((600, len(NAMES))).astype(np.float32)
    examples = Examples(x, rng.random(600) < x[:, 0])
    model = fit_confidence([examples], seed=1)
    save_confidence(tmp_path / "loan-card", model, 0.954321, {"seed": 1})
    calibrator = find_calibrator(tmp_path, "loan-card")
    assert calibrator.threshold == pytest.approx(0.95432)
    definition = field_def("a")
    low, high = calibrator.probabilities([draft_of(definition, "x", reader=r) for r in (0.05, 0.95)])
    assert 0 < low < high < 1


def test_the_same_seed_fits_the_same_confidence() -> None:
    rng = np.random.default_rng(7)
    x = rng.random((200, len(NAMES))).astype(np.float32)
    examples = Examples(x, x[:, 0] > 0.5)
    one, two = (fit_confidence([examples], seed=4).predict_proba(x) for _ in range(2))
    assert np.array_equal(one, two)
