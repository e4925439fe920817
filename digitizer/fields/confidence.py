"""From evidence to the probability that a value is exactly right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitizer.bundle import load_model
from digitizer.document.form import KINDS
from digitizer.errors import ModelMismatchError
from digitizer.fields import classifier
from digitizer.fields.drafts import Draft

MODEL = "confidence"
_UNTRAINED_THRESHOLD = 0.995
NAMES: tuple[str, ...] = (
    "reader",
    "valid",
    "match",
    "label",
    "certain",
    "blank",
    "letters",
    "lines",
    "notes",
    "glyph",
    "ruled",
    *(f"kind_{k}" for k in KINDS),
)
"""One name per column of the feature matrix."""


@dataclass(frozen=True, slots=True)
class Calibrator:
    """model: a scikit-learn classifier over NAMES, None before training. threshold: confidence from which to accept."""

    model: Any
    threshold: float

    def probabilities(self, drafts: Sequence[Draft]) -> NDArray[np.float64]:
        """Per draft the probability that its value is exactly right: float64 of shape (drafts,)."""
        if not drafts:
            return np.zeros(0)
        if self.model is None:
            return np.array([d.reader * d.valid * d.match for d in drafts])
        matrix = np.array([evidence(d) for d in drafts], np.float32)
        result: NDArray[np.float64] = np.asarray(self.model.predict_proba(matrix)[:, 1], np.float64)
        return result


def evidence(draft: Draft) -> list[float]:
    """What speaks for a draft, one number per name in NAMES."""
    text = draft.text
    return [
        draft.reader,
        draft.valid,
        draft.match,
        draft.label,
        float(draft.certain),
        float(draft.value in ("", False)),
        float(min(200, len(text))),
        float(text.count("\n") + 1 if text else 0),
        float(len(draft.footnotes)),
        float(draft.engine == "glyph"),
        float(bool(draft.rule)),
        *[float(draft.definition.kind == k) for k in KINDS],
    ]


def find_calibrator(models: Path, form: str, own: Sequence[Path] = ()) -> Calibrator:
    """The form's own calibration, or for a form without one the bare product of its evidence with a high threshold.

    models: the folder that ships with the package; own: folders of the user's own, of which the last holds.

    Raises:
        ModelMismatchError: it was made for other evidence.
    """
    trained = (f / form for f in (*reversed(own), models) if (f / form).is_dir())
    names = (f"{MODEL}.skops", f"{classifier.MODEL}.skops")
    folder = next((f for f in trained if any((f / name).is_file() for name in names)), None)
    # A classifier that was trained without a calibration has none: that of another folder speaks of another one.
    if folder is None or not (folder / f"{MODEL}.skops").is_file():
        return untrained()
    model, card = load_model(folder, MODEL)
    if list(card["evidence"]) != list(NAMES):
        raise ModelMismatchError(f"{folder} was calibrated on other evidence than this version uses", "run make models")
    return Calibrator(model, float(card["threshold"]))


def untrained() -> Calibrator:
    """The calibration before there is any: the bare product of the evidence, and hardly anything accepted."""
    return Calibrator(None, _UNTRAINED_THRESHOLD)
