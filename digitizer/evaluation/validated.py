"""Scores of a training's cross-validation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digitizer.document.form import FormDefinition
from digitizer.document.record import Record
from digitizer.evaluation.metrics import Evaluation, evaluate_records
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
