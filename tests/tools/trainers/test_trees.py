"""Two kinds of trees, averaged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from digitizer.bundle import load_model, save_model
from digitizer.estimators import frozen
from tools.trainers.trees import averaged_trees


def test_the_mean_of_both_is_told_and_survives_a_file(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    x = rng.normal(size=(400, 5)).astype(np.float32)
    y = x[:, 0] + 0.3 * rng.normal(size=400) > 0
    model = averaged_trees(HistGradientBoostingClassifier(max_iter=20, random_state=7), 7).fit(x, y)
    told = [part.predict_proba(x) for part in model.estimators_]
    assert np.allclose(model.predict_proba(x), np.mean(told, axis=0))
    assert not np.allclose(*told)
    save_model(frozen(model, x), tmp_path, "trees", {})
    loaded, _ = load_model(tmp_path, "trees")
    assert np.array_equal(loaded.predict_proba(x), model.predict_proba(x))
