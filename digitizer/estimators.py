"""What scikit-learn has fitted, as plain arrays: predicts the same to the last bit without importing scikit-learn.

`frozen` takes a fitted classifier over; `to_arrays` and `from_arrays` are how a model file holds one. They know the few
kinds that are trained here, and no others.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

_CHECKED = 5_000
"""Rows on which an estimator and its arrays are compared."""

Arrays = dict[str, NDArray[Any]]
Matrix = NDArray[np.floating[Any]]


class Estimator(Protocol):
    """Tells the probability of each class."""

    @property
    def classes_(self) -> NDArray[Any]: ...

    def predict_proba(self, matrix: Matrix) -> Matrix:
        """Probabilities (rows, classes) from features (rows, features); each row sums to 1."""
        ...


@dataclass(frozen=True, slots=True)
class Trees:
    """Binary decision trees, the nodes of all in one numbering; a leaf is its own child on both sides.

    roots: (trees,); feature, threshold, missing_left: (nodes,); children: (nodes, 2), left and right;
    value: (nodes, …); depth: that of the deepest tree. A row goes left where its feature is at most the threshold.
    """

    roots: NDArray[np.int32]
    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    missing_left: NDArray[np.bool_]
    children: NDArray[np.int32]
    value: NDArray[np.float64]
    depth: int

    def leaves(self, matrix: Matrix) -> NDArray[np.int32]:
        """The leaf that each row comes to in each tree: (trees, rows)."""
        rows, width = matrix.shape
        flat, start = np.ascontiguousarray(matrix).ravel(), np.arange(rows, dtype=np.int32) * np.int32(width)
        children, missing = self.children.ravel(), bool(np.isnan(matrix).any())
        node = np.repeat(self.roots[:, None], rows, axis=1)
        # take, and not an index: that is a good deal slower.
        for _ in range(self.depth):
            seen = flat.take(start + self.feature.take(node))
            right = ~(seen <= self.threshold.take(node))
            if missing:
                right &= ~(np.isnan(seen) & self.missing_left.take(node))
            node = children.take(2 * node + right)
        return node


@dataclass(frozen=True, slots=True)
class BoostedTrees:
    """scikit-learn's HistGradientBoostingClassifier for two classes. base: the log odds before any tree."""

    trees: Trees
    base: float
    classes_: NDArray[Any]

    def predict_proba(self, matrix: Matrix) -> Matrix:
        odds = np.full(len(matrix), self.base)
        # One tree after the other, as they were fitted: another order would change the last bit.
        for leaves in self.trees.leaves(np.asarray(matrix, np.float64)):
            odds += self.trees.value[leaves]
        # The C library's exp, as SciPy's expit has it; NumPy's differs in the last bit.
        chance = np.array([1 / (1 + math.exp(-x)) for x in np.maximum(odds, -700).tolist()])
        return np.column_stack([1 - chance, chance])


@dataclass(frozen=True, slots=True)
class RandomisedTrees:
    """scikit-learn's ExtraTreesClassifier: the mean of the shares of each class in its leaves."""

    trees: Trees
    classes_: NDArray[Any]

    def predict_proba(self, matrix: Matrix) -> Matrix:
        sums = np.zeros((len(matrix), len(self.classes_)))
        for leaves in self.trees.leaves(np.asarray(matrix, np.float32)):
            sums += self.trees.value[leaves]
        return sums / len(self.trees.roots)


@dataclass(frozen=True, slots=True)
class Average:
    """scikit-learn's VotingClassifier by probabilities, all of one weight."""

    members: tuple[Estimator, ...]
    classes_: NDArray[Any]

    def predict_proba(self, matrix: Matrix) -> Matrix:
        mean: Matrix = np.mean([member.predict_proba(matrix) for member in self.members], axis=0)
        return mean


@dataclass(frozen=True, slots=True)
class Perceptron:
    """scikit-learn's MLPClassifier with rectified layers. weights: (inputs, outputs) of each layer."""

    weights: tuple[NDArray[np.float32], ...]
    biases: tuple[NDArray[np.float32], ...]
    classes_: NDArray[Any]

    def predict_proba(self, matrix: Matrix) -> Matrix:
        told = np.asarray(matrix, np.float32)
        for k, (weights, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            told = told @ weights + bias
            if k + 1 < len(self.weights):
                told = np.maximum(told, 0)
        shares: Matrix = np.exp(told - told.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        return shares


@dataclass(frozen=True, slots=True)
class Logistic:
    """scikit-learn's LogisticRegression for two classes behind a StandardScaler. mean, scale, weights: (features,)."""

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    weights: NDArray[np.float64]
    bias: float
    classes_: NDArray[Any]

    def predict_proba(self, matrix: Matrix) -> Matrix:
        odds = (np.asarray(matrix, np.float64) - self.mean) / self.scale @ self.weights + self.bias
        chance = 1 / (1 + np.exp(-np.maximum(odds, -700)))
        return np.column_stack([1 - chance, chance])


OURS = (BoostedTrees, RandomisedTrees, Average, Perceptron, Logistic)


def frozen(fitted: Any, rows: Matrix) -> Estimator:
    """A fitted scikit-learn classifier as plain arrays, which tell the same of these rows (of its training, say).

    Trees and perceptrons tell the same to the last bit; of a logistic regression the last digits may differ.

    Raises:
        TypeError: it is of a kind that is not trained here. RuntimeError: the two tell differently.
    """
    ours = _taken_over(fitted)
    rows = rows[:_CHECKED]
    if len(rows) and not np.allclose(ours.predict_proba(rows), fitted.predict_proba(rows), rtol=0, atol=1e-6):
        raise RuntimeError(f"{type(fitted).__name__}: its plain arrays tell otherwise than itself")
    return ours


def _taken_over(fitted: Any) -> Estimator:
    kind = type(fitted).__name__
    classes = np.asarray(getattr(fitted, "classes_", None))
    if kind == "HistGradientBoostingClassifier" and len(classes) == 2:
        stages = [stage[0].nodes for stage in fitted._predictors]
        return BoostedTrees(_boosted(stages), float(fitted._baseline_prediction[0, 0]), classes)
    if kind == "ExtraTreesClassifier":
        return RandomisedTrees(_randomised([tree.tree_ for tree in fitted.estimators_]), classes)
    if kind == "VotingClassifier" and fitted.voting == "soft" and fitted.weights is None:
        return Average(tuple(_taken_over(member) for member in fitted.estimators_), classes)
    if kind == "MLPClassifier" and fitted.activation == "relu" and fitted.out_activation_ == "softmax":
        weights, biases = ([np.asarray(a, np.float32) for a in part] for part in (fitted.coefs_, fitted.intercepts_))
        return Perceptron(tuple(weights), tuple(biases), classes)
    if kind == "Pipeline" and [type(step).__name__ for _, step in fitted.steps] == [
        "StandardScaler",
        "LogisticRegression",
    ]:
        scaler, model = (step for _, step in fitted.steps)
        return Logistic(scaler.mean_, scaler.scale_, model.coef_[0], float(model.intercept_[0]), classes)
    raise TypeError(f"{kind} cannot be saved as plain arrays")


def _boosted(stages: list[Any]) -> Trees:
    if any(nodes["is_categorical"].any() for nodes in stages):
        raise TypeError("trees that part categories cannot be saved as plain arrays")
    return _joined(
        [
            (n["feature_idx"], n["num_threshold"], n["missing_go_to_left"], n["left"], n["right"], n["is_leaf"] > 0)
            for n in stages
        ],
        np.concatenate([nodes["value"] for nodes in stages]),
        max(int(nodes["depth"].max()) for nodes in stages),
    )


def _randomised(trees: list[Any]) -> Trees:
    return _joined(
        [
            (t.feature, t.threshold, t.missing_go_to_left, t.children_left, t.children_right, t.children_left < 0)
            for t in trees
        ],
        np.concatenate([t.value[:, 0, :] for t in trees]),
        max(int(t.max_depth) for t in trees),
    )


def _joined(trees: list[tuple[NDArray[Any], ...]], value: NDArray[Any], depth: int) -> Trees:
    """Trees of (feature, threshold, missing_left, left, right, is_leaf), nodes counted through."""
    roots = np.cumsum([0] + [len(tree[0]) for tree in trees[:-1]]).astype(np.int32)
    parts = []
    for root, (feature, threshold, missing, left, right, leaf) in zip(roots, trees, strict=True):
        own = np.arange(len(feature)) + root
        children = np.stack([np.where(leaf, own, left + root), np.where(leaf, own, right + root)], axis=1)
        parts.append((np.where(leaf, 0, feature), np.where(leaf, 0.0, threshold), missing > 0, children))
    feature, threshold, missing, children = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Trees(
        roots,
        feature.astype(np.int32),
        threshold.astype(np.float64),
        missing.astype(bool),
        children.astype(np.int32),
        np.asarray(value, np.float64),
        depth,
    )


_KINDS: dict[str, Any] = {kind.__name__: kind for kind in (*OURS, Trees)}


def to_arrays(model: Any) -> Arrays:
    """A model as named arrays: an estimator, a dict or tuple of models, an array, or data that JSON can hold.

    Raises:
        TypeError: it holds anything else.
    """
    if isinstance(model, np.ndarray):
        return {"array": model}
    if type(model).__name__ in _KINDS:
        parts = {field.name: getattr(model, field.name) for field in fields(model)}
    elif isinstance(model, Mapping) and any(_holds_arrays(part) for part in model.values()):
        parts = {str(name): part for name, part in model.items()}
    elif isinstance(model, tuple) and any(_holds_arrays(part) for part in model):
        parts = {str(number): part for number, part in enumerate(model)}
    else:
        return {"json": np.frombuffer(json.dumps(model, ensure_ascii=False).encode(), np.uint8)}
    arrays = {f"{name}/{key}": array for name, part in parts.items() for key, array in to_arrays(part).items()}
    return {"kind": np.array(type(model).__name__), **arrays}


def _holds_arrays(part: Any) -> bool:
    return isinstance(part, np.ndarray) or type(part).__name__ in _KINDS


def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> Any:
    """The inverse of to_arrays.

    Raises:
        KeyError, TypeError or ValueError: the arrays are of something else.
    """
    if "array" in arrays:
        return arrays["array"]
    if "json" in arrays:
        return json.loads(arrays["json"].tobytes())
    below: dict[str, Arrays] = {}
    for name, array in arrays.items():
        head, slash, rest = name.partition("/")
        if slash:
            below.setdefault(head, {})[rest] = array
    parts = {name: from_arrays(part) for name, part in below.items()}
    kind = str(arrays["kind"])
    if kind == "dict":
        return parts
    if kind == "tuple":
        return tuple(parts[str(number)] for number in range(len(parts)))
    return _KINDS[kind](**parts)
