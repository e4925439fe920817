"""What scikit-learn tells and what its arrays tell are the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from digitizer.estimators import from_arrays, frozen, to_arrays

RNG = np.random.default_rng(3)
ROWS = RNG.normal(size=(400, 4)).astype(np.float32)
ANSWERS = ROWS[:, 0] + 0.5 * RNG.normal(size=400) > 0
BOOSTED = HistGradientBoostingClassifier(max_iter=30, random_state=1)
RANDOMISED = ExtraTreesClassifier(n_estimators=10, random_state=1)
TREES = (BOOSTED, RANDOMISED, VotingClassifier([("one", BOOSTED), ("two", RANDOMISED)], voting="soft"))
LETTERS = np.array(["a", "", "b"])[RNG.integers(3, size=400)]


@pytest.mark.parametrize("model", TREES, ids=lambda model: type(model).__name__)
@pytest.mark.parametrize("missing", [False, True])
def test_trees_tell_the_same_to_the_last_bit(model: Any, missing: bool) -> None:
    rows = np.where(RNG.random(ROWS.shape) < 0.1, np.nan, ROWS) if missing else ROWS
    model.fit(rows, ANSWERS)
    ours = from_arrays(to_arrays(frozen(model, rows)))
    assert np.array_equal(ours.predict_proba(rows), model.predict_proba(rows))
    assert np.array_equal(ours.classes_, model.classes_)


def test_a_perceptron_tells_the_same_to_the_last_bit() -> None:
    model = MLPClassifier((8,), max_iter=5, random_state=1)
    with np.errstate(all="ignore"), pytest.warns(UserWarning, match="converged"):
        model.fit(ROWS, LETTERS)
    ours = from_arrays(to_arrays(frozen(model, ROWS)))
    assert np.array_equal(ours.predict_proba(ROWS), model.predict_proba(ROWS))
    assert ours.classes_.tolist() == ["", "a", "b"]


def test_a_logistic_regression_tells_the_same() -> None:
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(ROWS, ANSWERS)
    ours = from_arrays(to_arrays(frozen(model, ROWS)))
    assert np.allclose(ours.predict_proba(ROWS), model.predict_proba(ROWS), rtol=0, atol=1e-6)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.floats(-1e6, 1e6, width=32), min_size=4, max_size=4), min_size=1, max_size=20))
def test_rows_far_from_all_training_are_told_the_same(rows: list[list[float]]) -> None:
    matrix = np.array(rows, np.float32)
    for model in TREES[:2]:
        model.fit(ROWS, ANSWERS)
        assert np.array_equal(frozen(model, ROWS).predict_proba(matrix), model.predict_proba(matrix))


def test_other_kinds_are_refused() -> None:
    for model in (GaussianNB().fit(ROWS, ANSWERS), Ridge().fit(ROWS, ANSWERS)):
        with pytest.raises(TypeError, match="cannot be saved"):
            frozen(model, ROWS)


def test_arrays_that_tell_otherwise_are_refused() -> None:
    model = HistGradientBoostingClassifier(max_iter=3, random_state=1).fit(ROWS, ANSWERS)
    model._baseline_prediction = model._baseline_prediction + 0.0
    told = model.predict_proba(ROWS)
    model.predict_proba = lambda rows: told[:, ::-1]
    with pytest.raises(RuntimeError, match="otherwise"):
        frozen(model, ROWS)
