"""From evidence to the probability that a value is exactly right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitizer.bundle import has_model, load_model
from digitizer.document.form import KINDS
from digitizer.errors import ModelMismatchError
from digitizer.fields import classifier
from digitizer.fields.acceptance import MAX_ERROR, Acceptance, choose_thresholds, load_graded
from digitizer.fields.drafts import Draft

MODEL = "confidence"
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
    "other",
    "hand",
    "upheld",
    "thousand",
    "known",
    "clear",
    *(f"kind_{k}" for k in KINDS),
)
"""One name per column of the feature matrix."""
_THOUSAND = re.compile(r"\.\d{3}(?!\d)")
"""A point before three last figures: it may have been a comma."""


@dataclass(frozen=True, slots=True)
class Calibrator:
    """model: a scikit-learn classifier over NAMES, None before training. acceptance: which values to use unseen."""

    model: Any
    acceptance: Acceptance

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
        float(draft.rule == "words"),
        max((chance for _, chance in draft.alternatives), default=0.0),
        draft.hand,
        float(draft.upheld) - float(draft.denied),
        float(_THOUSAND.search(text) is not None),
        draft.known,
        draft.clear,
        *[float(draft.definition.kind == k) for k in KINDS],
    ]


def find_calibrator(models: Path, form: str, own: Sequence[Path] = (), max_error: float = MAX_ERROR) -> Calibrator:
    """The form's own calibration, or for a form without one the bare product of its evidence, and nothing accepted.

    models: the folder that ships with the package; own: folders of the user's own, of which the last holds.
    max_error: the share of wrong values that is promised among the accepted.

    Raises:
        ModelMismatchError: it was made for other evidence.
    """
    folder = find_calibration(models, form, own)
    if folder is None:
        return untrained(max_error)
    model, card = load_model(folder, MODEL)
    if list(card["evidence"]) != list(NAMES):
        raise ModelMismatchError(f"{folder} was calibrated on other evidence than this version uses", "run make models")
    return Calibrator(model, choose_thresholds(load_graded(folder), max_error))


def find_calibration(models: Path, form: str, own: Sequence[Path] = ()) -> Path | None:
    """The folder with the calibration of a form's model; None where there is none."""
    trained = (f / form for f in (*reversed(own), models) if (f / form).is_dir())
    folder = next((f for f in trained if any(has_model(f, name) for name in (MODEL, classifier.MODEL))), None)
    # A classifier that was trained without a calibration has none: that of another folder speaks of another one.
    return folder if folder is not None and has_model(folder, MODEL) else None


def find_acceptance(models: Path, form: str, own: Sequence[Path] = (), max_error: float = MAX_ERROR) -> Acceptance:
    """From which confidence on values are accepted, without loading a model. Arguments as find_calibrator."""
    folder = find_calibration(models, form, own)
    return choose_thresholds(load_graded(folder), max_error) if folder else Acceptance(max_error)


def untrained(max_error: float = MAX_ERROR) -> Calibrator:
    """The calibration before there is any: the bare product of the evidence, and nothing accepted."""
    return Calibrator(None, Acceptance(max_error))
