"""Trains the glyph reader on drawn characters and writes it with its scores; to be run as a module."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.neural_network import MLPClassifier

from digitizer.bundle import save_model
from digitizer.estimators import frozen
from digitizer.reading.glyphs import DIGITS, JUNK, GlyphReader, describe
from tools.trainers.glyph_damage import LEVELS
from tools.trainers.glyph_drawing import HELD_OUT_FACES, TRAINING_FACES, Sample, draw_samples, find_faces

SEED = 20
ALPHABETS = {
    "AD": "AD",
    "DI": "DI",
    "transaction codes": "PSVADFIMCEHOXGLWZJKU",
    "digits": DIGITS,
    "markers": DIGITS + "()",
    "numbers": DIGITS + "$,.",
}
LEARNED = (0, 1, 1, 2, 2, 3, 3)
"""Damage levels trained on, with their weights; the worst is kept for measuring."""


def train_glyphs(folder: Path, seed: int = SEED, count: int = 640, epochs: int = 16) -> dict[str, Any]:
    """Draws, learns, calibrates, measures and saves; returns the model's card.

    Raises:
        MissingComponentError: a font is not installed.
    """
    faces, held_out = find_faces(TRAINING_FACES), find_faces(HELD_OUT_FACES)
    train = draw_samples(count, 8 * count, faces, LEARNED, seed)
    model = fit(train, seed, epochs)
    worse = tuple(range(len(LEVELS)))
    calibrate(model, draw_samples(max(2, count // 10), count, faces, worse, seed + 1))
    test = draw_samples(max(2, count // 4), count, held_out, worse, seed + 2)
    card = {
        "title": "Isolated characters",
        "data": f"{len(train)} characters drawn from {len(faces)} fonts, damage levels {sorted(set(LEARNED))}",
        "tested on": f"{len(test)} characters of {len(held_out)} other fonts, damage levels {list(worse)}",
        "fonts": sorted(TRAINING_FACES),
        "seed": seed,
        "scores": score(model, test),
    }
    return save_model(frozen(model, stack(test)[0]), folder, "glyphs", card)


def fit(samples: Sequence[Sample], seed: int, epochs: int) -> MLPClassifier:
    """The classifier, trained with falling steps."""
    features, labels = stack(samples)
    model = MLPClassifier((192,), alpha=1e-4, batch_size=128, random_state=seed, learning_rate_init=2e-3)
    classes = np.unique(labels)
    rng = np.random.default_rng(seed)
    for epoch in range(epochs):
        order = rng.permutation(len(labels))
        model.learning_rate_init = 2e-3 * 0.03 ** (epoch / max(1, epochs - 1))
        if epoch > 0:
            model._optimizer.learning_rate_init = model.learning_rate_init
        model.partial_fit(features[order], labels[order], classes=classes)
    # The optimizer's memory is twice the model and of no use to a reader.
    model.__dict__.pop("_optimizer", None)
    return model


def calibrate(model: MLPClassifier, samples: Sequence[Sample]) -> float:
    """Temperature scaling, folded into the last layer so that predict_proba needs no second step; the temperature."""
    features, labels = stack(samples)
    places = np.searchsorted(model.classes_, labels)
    logits = np.log(np.maximum(model.predict_proba(features), 1e-30))

    def loss(log_temperature: float) -> float:
        scaled = logits / np.exp(log_temperature)
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        chances = scaled[np.arange(len(places)), places] - np.log(np.exp(scaled).sum(axis=1))
        return float(-chances.mean())

    temperature = float(np.exp(minimize_scalar(loss, bounds=(-1.0, 2.0), method="bounded").x))
    model.coefs_[-1] /= temperature
    model.intercepts_[-1] /= temperature
    return temperature


def score(model: MLPClassifier, samples: Sequence[Sample]) -> dict[str, Any]:
    """Share read right, by alphabet and damage level; and how honest the confidences are."""
    scores: dict[str, Any] = {}
    for name, alphabet in ALPHABETS.items():
        inside = [s for s in samples if s.label in set(alphabet)]
        rows = predict(model, inside, alphabet)
        scores[name] = {
            str(level): _share([r[0] == s.label for r, s in zip(rows, inside, strict=True) if s.level == level])
            for level in range(len(LEVELS))
        }
        sure = [r[0] == s.label for r, s in zip(rows, inside, strict=True) if r[1] >= 0.99]
        scores[name]["at 0.99"] = {"share": round(len(sure) / max(1, len(inside)), 4), "right": _share(sure)}
    junk = [s for s in samples if s.label == JUNK]
    rows = predict(model, junk, ALPHABETS["transaction codes"])
    scores["junk told from codes"] = _share([text == JUNK for text, _ in rows])
    return scores


def predict(model: MLPClassifier, samples: Sequence[Sample], alphabet: str) -> list[tuple[str, float]]:
    """The best text and its probability for each."""
    features, _ = stack(samples)
    labels, table = GlyphReader(model).restrict(model.predict_proba(features), alphabet)
    return [(labels[int(row.argmax())], float(row.max())) for row in table]


def stack(samples: Sequence[Sample]) -> tuple[NDArray[np.float32], NDArray[np.str_]]:
    """Features, float32 (samples, FEATURES), and labels."""
    features = describe([s.crop for s in samples], [s.line_height for s in samples])
    return features, np.array([s.label for s in samples])


def _share(right: Sequence[bool]) -> float:
    return round(float(np.mean(right)), 4) if right else 0.0


if __name__ == "__main__":
    train_glyphs(Path("models") / "glyphs")
