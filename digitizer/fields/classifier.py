"""The trained field classifier: the probability that a place on the page is a field's, a printed column a column's."""

from __future__ import annotations

from collections.abc import Sequence
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


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A model that was trained on some of the features only. columns: which, in its order."""

    model: Any
    columns: tuple[int, ...]

    def predict_proba(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        chances: NDArray[np.float64] = self.model.predict_proba(matrix[:, list(self.columns)])
        return chances


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
        ModelMismatchError: it was made for features that are no more, or is not what its card says.
    """
    model, card = load_model(folder, MODEL)
    pairs = _known(model["pairs"], card["pair_features"], features.NAMES, folder)
    columns = _known(model["columns"], card["column_features"], column_module.NAMES, folder)
    return FieldClassifier(pairs, columns, str(card["sha256"]))


def _known(model: Any, trained: Sequence[str], names: Sequence[str], folder: Path) -> Any:
    """The model, given those features that it was trained on; features are told by their names and only added to."""
    missing = [n for n in trained if n not in names]
    if missing:
        told = f"{folder} was trained on features that this version does not know: {', '.join(missing)}"
        raise ModelMismatchError(told, "run make models")
    return model if list(trained) == list(names) else _Chosen(model, tuple(names.index(n) for n in trained))


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
