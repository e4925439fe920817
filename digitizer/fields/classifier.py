"""The trained field classifier: the probability that a place on the page is a field's, a printed column a column's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitizer.bundle import card_of, has_model, load_model
from digitizer.document.form import FormDefinition
from digitizer.errors import ModelMismatchError
from digitizer.fields import columns as column_module
from digitizer.fields import features
from digitizer.fields import layout_prior as prior_module
from digitizer.fields.layout_prior import LayoutPrior, Way
from digitizer.fields.nearness import NearestLabel
from digitizer.fields.places import Places

MODEL = "classifier"
OPINION = "opinion"
"""Name of the feature that holds what the general model thinks, in a form's own classifier."""


@dataclass(frozen=True, slots=True)
class FieldClassifier:
    """Two scikit-learn classifiers, over features.NAMES and columns.NAMES; version: SHA-256 of their file.

    A form's own: general is the model that knows labels alone, whose opinion, and after the features the standing
    features, come with the others; standing: where the form's values stand.
    """

    pair_model: Any
    column_model: Any
    version: str
    general: Any = None
    prior: LayoutPrior = field(default_factory=dict)

    def match(self, places: Places) -> NDArray[np.float64]:
        """Probabilities of shape (slots, candidates) that a place is a slot's."""
        if self.general is None:
            return self.pairs(places.features)
        known = {} if places.repeated else self.prior
        points = prior_module.points_of_matches(places.matches), prior_module.points_of(places.candidates)
        more = prior_module.prior_features(known, points[0], places.slots, points[1])
        return self.pairs(np.concatenate([places.features, more], axis=2))

    def pairs(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        """Probabilities of shape (slots, candidates) from features of shape (slots, candidates, features)."""
        if self.general is None:
            return _probabilities(self.pair_model, matrix)
        shape = matrix.shape
        weighed = with_opinion(self.general, matrix.reshape(-1, shape[2]))
        return _probabilities(self.pair_model, weighed.reshape(*shape[:2], -1))

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


def with_opinion(general: Any, rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows of features with the general model's opinion, as log odds, in front."""
    if not len(rows):
        return np.zeros((0, rows.shape[1] + 1), np.float32)
    chance = np.clip(general.predict_proba(rows[:, : len(features.NAMES)])[:, 1], 1e-4, 1 - 1e-4)
    odds = np.log(chance / (1 - chance)).astype(np.float32)
    return np.concatenate([odds[:, None], rows], axis=1)


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
    columns = _known(model["columns"], card["column_features"], column_module.NAMES, folder)
    version = str(card["sha256"])
    if "pairs" not in model:
        return FieldClassifier(NearestLabel(), columns, version)
    if "standing" not in model:
        return FieldClassifier(_known(model["pairs"], card["pair_features"], features.NAMES, folder), columns, version)
    trained = (OPINION, *card["pair_features"], *card["standing_features"])
    pairs = _known(model["pairs"], trained, (OPINION, *features.NAMES, *prior_module.NAMES), folder)
    prior = {slot: tuple(Way(*way) for way in ways) for slot, ways in model["standing"].items()}
    return FieldClassifier(pairs, columns, version, NearestLabel(), prior)


def _known(model: Any, trained: Sequence[str], names: Sequence[str], folder: Path) -> Any:
    """The model, given those features that it was trained on; features are told by their names and only added to."""
    missing = [n for n in trained if n not in names]
    if missing:
        told = f"{folder} was trained on features that this version does not know: {', '.join(missing)}"
        raise ModelMismatchError(told, "train it again, or run make models")
    return model if list(trained) == list(names) else _Chosen(model, tuple(names.index(n) for n in trained))


def trained_columns(own: FieldClassifier) -> tuple[Any, list[str]]:
    """The model of columns as it was trained, and the names of the features that it was trained on."""
    if isinstance(own.column_model, _Chosen):
        return own.column_model.model, [column_module.NAMES[k] for k in own.column_model.columns]
    return own.column_model, list(column_module.NAMES)


def find_classifier(models: Path, form: str, own: Sequence[Path] = ()) -> FieldClassifier:
    """The form's own classifier, or the general one.

    models: the folder that ships with the package; own: folders of the user's own, of which the last holds.

    Raises:
        MissingComponentError: there is none at all. ModelMismatchError: as load_classifier.
    """
    for folder in (*reversed(own), models):
        if has_model(folder / form, MODEL):
            return load_classifier(folder / form)
    return general_classifier(models)


def trained_as(form: str, definitions: Mapping[str, FormDefinition], folders: Sequence[Path]) -> str:
    """The form whose models a form uses: its own, or those of the form that it extends; itself where none has any."""
    name, seen = form, {""}
    while name not in seen:
        if any(has_model(folder / name, MODEL) for folder in folders):
            return name
        seen.add(name)
        name = definitions[name].extends if name in definitions else ""
    return form


def general_classifier(models: Path) -> FieldClassifier:
    """For forms that have not been learned: places go by the nearest label, columns by a model of many prints.

    Raises:
        MissingComponentError: the shipped models are missing. ModelMismatchError: as load_classifier.
    """
    # Trained on the pages of other forms, it would look for their layout here; heads of columns are alike everywhere.
    borrowed = load_classifier(max(sorted(models.iterdir()), key=_heads, default=models))
    return FieldClassifier(NearestLabel(), borrowed.column_model, borrowed.version)


def _heads(folder: Path) -> float:
    """How many heads of columns a folder's classifier learned from drawn filings; real ones are of few prints."""
    card = card_of(folder, MODEL)
    data, scores = card.get("data"), card.get("scores")
    if not isinstance(data, dict) or "drawn" not in data or not isinstance(scores, dict):
        return 0.0
    columns = scores.get("columns")
    return float(columns.get("examples", 0.0)) if isinstance(columns, dict) else 0.0
