"""Scores of a training's cross-validation, and what a model's card tells of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from digitizer.document.form import FormDefinition
from digitizer.document.record import Record
from digitizer.evaluation.metrics import Evaluation, evaluate_records
from digitizer.evaluation.reviewed import Gain
from digitizer.evaluation.truth import document_stem
from digitizer.learning.crossval import Case, Validation


@dataclass(frozen=True, slots=True)
class ScoredPoint:
    """How models trained on so many documents do; documents 0: the general model, which knows labels alone."""

    documents: int
    evaluation: Evaluation


@dataclass(frozen=True, slots=True)
class Scores:
    """found: where the program finds out which form it is; given: where it is told; curve: told, by documents."""

    found: Evaluation
    given: Evaluation
    curve: tuple[ScoredPoint, ...]


def score_validation(validation: Validation, cases: Sequence[Case], forms: Mapping[str, FormDefinition]) -> Scores:
    """Scores the records of a cross-validation against the truth of its cases."""
    truths = {document_stem(case.document.name): case.truth for case in cases}
    names = [case.document.name for case in cases]

    def score(records: Sequence[Record]) -> Evaluation:
        return evaluate_records(records, truths, forms, documents=names)

    curve = tuple(ScoredPoint(point.documents, score(point.records)) for point in validation.curve)
    return Scores(score(validation.records), score(validation.given), curve)


def card_scores(validation: Validation, scores: Scores, gain: Gain | None = None) -> dict[str, Any]:
    """What the model's card tells of how good it is; all of it on documents that it was not trained on.

    gain: by how much the values come out better that people looked at, where they did.
    """
    confidence = scores.found.confidence
    return {
        "protocol": f"{validation.folds} folds, whole groups",
        **_brief(scores.found),
        "form_told": _brief(scores.given),
        "forms": scores.found.forms.as_json(),
        "accepted": _rounded(confidence.accepted_share),
        "wrong_per_thousand_accepted": _rounded(confidence.wrong_per_thousand),
        "expected_calibration_error": _rounded(confidence.error),
        "curve": [{"documents": p.documents, **_brief(p.evaluation)} for p in scores.curve],
        **({"reviewed": gain.as_json()} if gain else {}),
    }


def _brief(evaluation: Evaluation) -> dict[str, Any]:
    whole = evaluation.whole
    parts = {"values": whole.values, "blanks": whole.blanks, "checkboxes": whole.checkboxes, "ticked": whole.ticked}
    return {name: share.as_json() for name, share in parts.items()}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 5)
