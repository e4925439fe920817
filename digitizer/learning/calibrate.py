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
from digitizer.document.form import KINDS
from digitizer.estimators import Estimator, frozen
from digitizer.fields.acceptance import (
    GROUPS,
    NOTHING_GRADED,
    Graded,
    choose_thresholds,
    group_of,
    save_graded,
)
from digitizer.fields.confidence import MODEL, NAMES
from digitizer.fields.drafts import Draft, DraftRow
from digitizer.learning.examples import Examples
from digitizer.learning.folds import make_folds

_LEAST_GRADED = 150
_LEAST_WRONG = 8


def same_but_for_space(value: object, true: object) -> bool:
    """Whether a value is the true one, white space apart."""
    if isinstance(value, bool) or isinstance(true, bool):
        return value is true
    return re.sub(r"\s+", " ", str(value)).strip() == re.sub(r"\s+", " ", str(true)).strip()


def grade_rows(rows: Sequence[DraftRow], truth: Sequence[Mapping[str, Any]]) -> list[tuple[Draft, bool]]:
    """Cells of rows laid beside the true rows they agree with best; of a row too many what is filled in is wrong."""
    agreement = np.array([[sum(_agrees(d, t, n) for n, d in row.items()) for t in truth] for row in rows])
    partner: dict[int, int] = {}
    if agreement.size:
        partner = {int(r): int(t) for r, t in zip(*linear_sum_assignment(-agreement), strict=True)}
    graded = []
    for r, row in enumerate(rows):
        true = truth[partner[r]] if r in partner else None
        graded += [(d, _agrees(d, true, n) if true is not None else False) for n, d in row.items() if true or d.value]
    return graded


def _agrees(draft: Draft, row: Mapping[str, Any], name: str) -> bool:
    true = row.get(name, {"value": ""})
    return same_but_for_space(draft.value, true["value"] if isinstance(true, Mapping) else true)


def enough_to_calibrate(answers: np.ndarray) -> bool:
    """Whether there are enough right and wrong values to learn the confidence from."""
    return len(answers) >= _LEAST_GRADED and min(int(answers.sum()), int((~answers).sum())) >= _LEAST_WRONG


def fit_confidence(examples: Sequence[Examples], seed: int) -> Estimator:
    """The probability of being right from evidence; few leaves, so that it is smooth where data are thin."""
    x = np.concatenate([e.features for e in examples])
    y = np.concatenate([e.answers for e in examples])
    model = HistGradientBoostingClassifier(
        max_iter=80, learning_rate=0.1, max_leaf_nodes=8, min_samples_leaf=40, l2_regularization=2.0, random_state=seed
    )
    return frozen(model.fit(x, y), x)


def cross_fit(graded: Sequence[Examples], groups: Sequence[int], folds: int, seed: int) -> Graded:
    """Graded values with the confidence that a calibration fitted on the other folds tells; documents by their number.

    graded: by document; groups: documents of one group are in one fold. Nothing where there are too few to learn from.
    """
    numbers = make_folds(groups, folds, seed)
    chances: list[np.ndarray] = [np.zeros(len(g.answers)) for g in graded]
    for number in np.unique(numbers):
        rest = [g for g, n in zip(graded, numbers, strict=True) if n != number]
        if not rest or not enough_to_calibrate(np.concatenate([g.answers for g in rest])):
            return NOTHING_GRADED
        model = fit_confidence(rest, seed)
        for k in np.flatnonzero(numbers == number).tolist():
            if len(graded[k].answers):
                chances[k] = model.predict_proba(graded[k].features)[:, 1]
    return graded_values(graded, chances)


def graded_values(graded: Sequence[Examples], chances: Sequence[np.ndarray]) -> Graded:
    """Values by document with their confidences, told by their evidence in which group each is accepted."""
    if not graded:
        return NOTHING_GRADED
    documents = np.repeat(np.arange(len(graded), dtype=np.int32), [len(g.answers) for g in graded])
    groups = _groups(np.concatenate([g.features for g in graded]))
    answers = np.concatenate([g.answers for g in graded])
    return Graded(groups, np.concatenate(chances).astype(np.float32), answers.astype(bool), documents)


def _groups(features: np.ndarray) -> np.ndarray:
    """The group of each row of evidence: int8, an index into GROUPS."""
    kinds = features[:, [NAMES.index(f"kind_{k}") for k in KINDS]].argmax(axis=1)
    written = np.array([GROUPS.index(group_of(k, "x")) for k in KINDS], np.int8)[kinds]
    blank = (features[:, NAMES.index("blank")] > 0) & (written != GROUPS.index("checkbox"))
    return np.where(blank, GROUPS.index("blank"), written).astype(np.int8)


def save_confidence(folder: Path, model: Estimator, graded: Graded, card: dict[str, Any]) -> None:
    """Writes the calibration into a model folder, with the graded values from which thresholds are chosen."""
    folder.mkdir(parents=True, exist_ok=True)
    save_graded(folder, graded)
    save_model(model, folder, MODEL, {**card, "evidence": list(NAMES), "accepted": told_acceptance(graded)})


def told_acceptance(graded: Graded) -> dict[str, Any]:
    """For the card: how many graded values of each group, and the share accepted at several promises."""
    told: dict[str, Any] = {"graded": {g: len(graded.of(g)) for g in GROUPS}}
    for promise in (0.001, 0.005, 0.02):
        thresholds = choose_thresholds(graded, promise).thresholds
        taken = [graded.of(g).chances >= thresholds[g] for g in GROUPS]
        told[str(promise)] = round(float(sum(t.sum() for t in taken)) / max(1, len(graded)), 4)
    return told
