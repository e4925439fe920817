"""Confidence fitted: drafts of filings that the classifier was not trained on, each with whether it was right."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.ensemble import HistGradientBoostingClassifier

from digitizer.bundle import save_model
from digitizer.document.form import FormDefinition
from digitizer.fields.classifier import FieldClassifier
from digitizer.fields.confidence import MODEL, NAMES, evidence
from digitizer.fields.drafts import Draft
from digitizer.fields.extract import DraftRow, extract
from digitizer.fields.sheet import lay_sheet
from digitizer.learning.drawn import ReadFiling
from digitizer.learning.examples import Examples

_LEAST_THRESHOLD = 0.9
_LEAST_GRADED = 150
_LEAST_WRONG = 8


def graded_drafts(filing: ReadFiling, form: FormDefinition, classifier: FieldClassifier) -> Examples:
    """Evidence and answer (exactly right, white space apart) of every draft that the truth speaks of."""
    drafts = extract(lay_sheet(filing.pages), form, classifier)
    graded: list[tuple[Draft, bool]] = []
    for name, draft in drafts.fields.items():
        if name in filing.truth["fields"]:
            graded.append((draft, _same(draft.value, filing.truth["fields"][name])))
    for name, rows in drafts.tables.items():
        truth = filing.truth["tables"].get(name)
        graded += grade_rows(rows, truth) if truth is not None else []
    features = np.array([evidence(d) for d, _ in graded], np.float32).reshape(-1, len(NAMES))
    return Examples(features, np.array([right for _, right in graded], bool))


def _same(value: object, true: object) -> bool:
    if isinstance(value, bool) or isinstance(true, bool):
        return value is true
    return re.sub(r"\s+", " ", str(value)).strip() == re.sub(r"\s+", " ", str(true)).strip()


def grade_rows(rows: Sequence[DraftRow], truth: Sequence[Mapping[str, Any]]) -> list[tuple[Draft, bool]]:
    """Cells of rows laid beside the true rows that they agree with best; a row too many is wrong throughout."""
    agreement = np.array([[sum(_agrees(d, t, n) for n, d in row.items()) for t in truth] for row in rows])
    partner: dict[int, int] = {}
    if agreement.size:
        partner = {int(r): int(t) for r, t in zip(*linear_sum_assignment(-agreement), strict=True)}
    graded = []
    for r, row in enumerate(rows):
        true = truth[partner[r]] if r in partner else None
        for name, draft in row.items():
            graded.append((draft, true is not None and _agrees(draft, true, name)))
    return graded


def _agrees(draft: Draft, row: Mapping[str, Any], name: str) -> bool:
    true = row.get(name, {"value": ""})
    return _same(draft.value, true["value"] if isinstance(true, Mapping) else true)


def enough_to_calibrate(answers: np.ndarray) -> bool:
    """Whether there are enough right and wrong values to learn the confidence from."""
    return len(answers) >= _LEAST_GRADED and min(int(answers.sum()), int((~answers).sum())) >= _LEAST_WRONG


def choose_careful_threshold(chances: np.ndarray, answers: np.ndarray, written: np.ndarray, wrong: float) -> float:
    """A threshold that keeps to that share of wrong ones both among written values and among blanks and checkboxes.

    Most of a form is blank and easily right: taken together they would excuse wrong values.
    """
    parts = [choose_threshold(chances[part], answers[part], wrong) for part in (written, ~written)]
    return max(parts)


def fit_confidence(examples: Sequence[Examples], seed: int) -> HistGradientBoostingClassifier:
    """The probability of being right from evidence; few leaves, so that it is smooth where data are thin."""
    x = np.concatenate([e.features for e in examples])
    y = np.concatenate([e.answers for e in examples])
    model = HistGradientBoostingClassifier(
        max_iter=80, learning_rate=0.1, max_leaf_nodes=8, min_samples_leaf=40, l2_regularization=2.0, random_state=seed
    )
    return model.fit(x, y)


def choose_threshold(chances: np.ndarray, answers: np.ndarray, wrong: float) -> float:
    """The least confidence from which on no larger share of values is wrong than that, never below 0.9."""
    # Only those that could be accepted count: a good many right ones below the floor must not excuse wrong ones above.
    high = chances >= _LEAST_THRESHOLD
    ranked = np.argsort(-chances[high])
    errors = np.cumsum(~answers[high][ranked]) / np.arange(1, len(ranked) + 1)
    good = np.nonzero(errors <= wrong)[0]
    if not len(good):
        return 1.0 if len(ranked) else _LEAST_THRESHOLD
    return float(chances[high][ranked[good[-1]]])


def save_confidence(
    folder: Path, model: HistGradientBoostingClassifier, threshold: float, card: dict[str, Any]
) -> None:
    """Writes the calibration into a model folder."""
    save_model(model, folder, MODEL, {**card, "evidence": list(NAMES), "threshold": round(threshold, 5)})
