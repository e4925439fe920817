"""The trained field classifier: the probability that a place on the page is a field's, a printed column a column's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitizer.bundle import load_model
from digitizer.errors import ModelMismatchError
from digitizer.fields import columns as column_module
from digitizer.fields import features
from digitizer.fields.nearness import NearestLabel

MODEL = "classifier"


@dataclass(frozen=True, slots=True)
class FieldClassifier:
    """Two scikit-learn classifiers, over features.NAMES and columns.NAMES; version: SHA-256 of their file."""

    pair_model: Any
    column_model: Any
    version: str

    def pairs(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        """Probabilities of shape (slots, candidates) from features of shape (slots, candidates, features)."""
        return _probabilities(self.pair_model, matrix)

    def columns(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        """Probabilities of shape (columns, printed columns) from features of shape (…, …, features)."""
        return _probabilities(self.column_model, matrix)


def _probabilities(model: Any, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
    shape = matrix.shape[:2]
    if not shape[0] or not shape[1]:
        return np.zeros(shape)
    flat = model.predict_proba(matrix.reshape(-1, matrix.shape[2]))[:, 1]
    result: NDArray[np.float64] = np.asarray(flat, np.float64).reshape(shape)
    return result


def load_classifier(folder: Path) -> FieldClassifier:
    """The classifier kept in a model folder.

    Raises:
        ModelMismatchError: it was made for other features, or is not what its card says.
    """
    model, card = load_model(folder, MODEL)
    if list(card["pair_features"]) != list(features.NAMES) or list(card["column_features"]) != list(
        column_module.NAMES
    ):
        raise ModelMismatchError(f"{folder} was trained on other features than this version uses", "run make models")
    return FieldClassifier(model["pairs"], model["columns"], str(card["sha256"]))


def find_classifier(models: Path, form: str) -> FieldClassifier:
    """The form's own classifier; without one places go by the nearest label, columns by the first model there is.

    Raises:
        MissingComponentError: there is none at all. ModelMismatchError: as load_classifier.
    """
    if (models / form / f"{MODEL}.skops").is_file():
        return load_classifier(models / form)
    # Trained on the pages of other forms, it would look for their layout here; heads of columns are alike everywhere.
    others = sorted(p.parent for p in models.glob(f"*/{MODEL}.skops"))
    borrowed = load_classifier(others[0] if others else models / form)
    return FieldClassifier(NearestLabel(), borrowed.column_model, borrowed.version)
