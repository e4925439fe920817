"""The field classifier trained on examples: pairs of slots and candidates, and heads of columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import average_precision_score, log_loss

from digitizer.bundle import save_model
from digitizer.estimators import Estimator, frozen
from digitizer.fields import columns, features
from digitizer.fields.classifier import MODEL
from digitizer.learning.examples import Examples
from tools.trainers.trees import averaged_trees


def train_classifier(pairs: Sequence[Examples], heads: Sequence[Examples], seed: int) -> dict[str, Estimator]:
    """One model for each kind of example."""
    return {"pairs": _fit(averaged_trees(_boosted(seed), seed), pairs), "columns": _fit(_boosted(seed), heads)}


def _boosted(seed: int) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        max_iter=160,
        learning_rate=0.1,
        max_leaf_nodes=24,
        min_samples_leaf=15,
        max_features=0.3,
        l2_regularization=1.0,
        random_state=seed,
    )


def _fit(model: ClassifierMixin, examples: Sequence[Examples]) -> Estimator:
    x = np.concatenate([e.features for e in examples])
    y = np.concatenate([e.answers for e in examples])
    return frozen(model.fit(x, y), x)


def score_examples(model: Estimator, examples: Sequence[Examples]) -> dict[str, float]:
    """How well a model does on examples that it was not trained on."""
    x = np.concatenate([e.features for e in examples])
    y = np.concatenate([e.answers for e in examples])
    chances = model.predict_proba(x)[:, 1]
    return {
        "examples": float(len(y)),
        "right": float(y.sum()),
        "average_precision": round(float(average_precision_score(y, chances)), 5),
        "log_loss": round(float(log_loss(y, chances)), 5),
    }


def save_classifier(folder: Path, models: dict[str, Estimator], card: dict[str, Any]) -> None:
    """Writes the classifier into a model folder with the names of the features it knows."""
    known = {"pair_features": list(features.NAMES), "column_features": list(columns.NAMES)}
    save_model(models, folder, MODEL, {**card, **known})
