from pathlib import Path

import numpy as np
from factories import draft_of, field_def

from digitizer.fields.acceptance import GROUPS
from digitizer.fields.confidence import NAMES, find_calibrator
from digitizer.learning.calibrate import cross_fit, fit_confidence, graded_values, save_confidence
from digitizer.learning.examples import Examples


def test_values_are_graded_with_confidences_that_were_not_fitted_to_them() -> None:
    rng = np.random.default_rng(5)
    lots = []
    for _ in range(12):
        rows = rng.random((60, len(NAMES))).astype(np.float32)
        lots.append(Examples(rows, rng.random(60) < rows[:, 0]))
    values = cross_fit(lots, range(12), folds=4, seed=1)
    assert len(values) == 12 * 60
    assert values.documents.tolist() == sorted(values.documents.tolist())
    right, wrong = values.chances[values.answers], values.chances[~values.answers]
    assert right.mean() > wrong.mean() + 0.1
    assert len(cross_fit(lots[:1], [0], folds=4, seed=1)) == 0


def test_fitted_confidence_grows_with_the_evidence_and_is_kept(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    x = rng.random((600, len(NAMES))).astype(np.float32)
    examples = Examples(x, rng.random(600) < x[:, 0])
    model = fit_confidence([examples], seed=1)
    values = graded_values([examples], [np.asarray(model.predict_proba(x)[:, 1])])
    save_confidence(tmp_path / "loan-card", model, values, {"seed": 1})
    calibrator = find_calibrator(tmp_path, "loan-card", max_error=0.3)
    assert calibrator.acceptance.graded == {g: len(values.of(g)) for g in GROUPS}
    definition = field_def("a")
    low, high = calibrator.probabilities([draft_of(definition, "x", reader=r) for r in (0.05, 0.95)])
    assert 0 < low < high < 1


def test_the_same_seed_fits_the_same_confidence() -> None:
    rng = np.random.default_rng(7)
    x = rng.random((200, len(NAMES))).astype(np.float32)
    examples = Examples(x, x[:, 0] > 0.5)
    one, two = (fit_confidence([examples], seed=4).predict_proba(x) for _ in range(2))
    assert np.array_equal(one, two)
