"""A form's training put to the test: each document digitized by a model that was not trained on its group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitizer import pipeline
from digitizer.document.form import FormDefinition
from digitizer.document.layout import Readings
from digitizer.document.record import Record
from digitizer.document.truth import Truth, same
from digitizer.fields.acceptance import MAX_ERROR, Graded, choose_thresholds
from digitizer.fields.classifier import FieldClassifier
from digitizer.fields.confidence import NAMES, Calibrator, evidence, untrained
from digitizer.fields.drafts import Draft
from digitizer.fields.extract import Drafts, extract
from digitizer.fields.identify import FormPages
from digitizer.fields.stacked_pages import stack_pages
from digitizer.imaging.load import Document
from digitizer.learning.calibrate import cross_fit, enough_to_calibrate, fit_confidence, grade_rows, graded_values
from digitizer.learning.examples import Examples
from digitizer.learning.folds import group_key, make_folds, merge_groups
from digitizer.learning.train_form import Kept, train_form
from digitizer.learning.training_examples import TrainingExample, form_pages
from digitizer.loading import Tools
from digitizer.pipeline import Drafted

FOLDS = 5
CURVE = (10, 20, 40, 80, 160)
"""Numbers of documents for the learning curve."""


@dataclass(frozen=True, slots=True)
class Case:
    """A document with its training example and its truth."""

    document: Document
    example: TrainingExample
    truth: Truth


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Records by models trained on so many documents; documents 0: the general model, which knows labels alone."""

    documents: int
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Validation:
    """records: by models not trained on their document's group. calibrator: fitted on all of these.

    given: the same where the program is told which form it is; curve: likewise, by number of documents.
    graded: by document, the evidence for its values and whether they were right.
    """

    records: tuple[Record, ...]
    given: tuple[Record, ...]
    curve: tuple[CurvePoint, ...]
    graded: tuple[Examples, ...]
    calibrator: Calibrator
    values: Graded
    folds: int


Pages = Callable[[Document], Sequence[Readings]]
"""The pages of a document, read."""


@dataclass(frozen=True, slots=True)
class _Fold:
    """tested, rest: indices of cases. others: of earlier trainings what is of none of the tested groups."""

    tested: list[int]
    rest: list[int]
    others: list[Kept]


@dataclass(frozen=True, slots=True)
class Trial:
    """What is needed to put a training to the test. tools: all forms that are known; general: where learning begins.

    drawn: the documents are a blank filled in by us; only the confidence is learned from them.
    """

    form: FormDefinition
    tools: Tools
    general: FieldClassifier
    pages: Pages
    seed: int
    max_error: float = MAX_ERROR
    drawn: bool = False

    def tools_with(self, classifier: FieldClassifier, calibrator: Calibrator) -> Tools:
        """All that is known, with this classifier and calibration for the form that is tried."""
        return replace(
            self.tools,
            classifiers={**self.tools.classifiers, self.form.form: classifier},
            calibrators={**self.tools.calibrators, self.form.form: calibrator},
        )

    def draft(self, pages: Sequence[Readings], classifier: FieldClassifier) -> Drafted:
        """The form on the pages that are its own, where that it is this form need not be found out."""
        numbers, sure = form_pages(pages, self.form)
        stack = stack_pages([pages[k] for k in numbers])
        found = FormPages(self.form.form, tuple(numbers), sure)
        return Drafted(found, stack, extract(stack, self.form, classifier))

    def train(self, cases: Sequence[Case], groups: Sequence[int], earlier: Sequence[Kept]) -> FieldClassifier:
        examples = [case.example for case in cases]
        return train_form(examples, groups, earlier, self.general, self.seed, self.drawn).classifier


def validate(trial: Trial, cases: Sequence[Case], earlier: Sequence[Kept]) -> Validation:
    """Cross-validation: each document digitized by a model trained on the other folds, from its pages to its record.

    earlier: what earlier trainings kept; it is learned from too, but for the groups that are tested.
    """
    groups = merge_groups([case.example.keyed.group for case in cases])
    folds = _part(cases, groups, earlier, trial.seed)
    found: dict[int, list[Drafted]] = {}
    given: dict[int, Drafted] = {}
    curve: dict[int, list[Record]] = {}
    for fold in folds:
        models = _models(trial, cases, groups, fold)
        for k in fold.tested:
            pages = trial.pages(cases[k].document)
            found[k] = pipeline.draft(pages, trial.tools_with(models[0], untrained()))
            given[k] = _own(found[k], trial.form) or trial.draft(pages, models[0])
            for size, classifier in models[1].items():
                tools = trial.tools_with(classifier, untrained())
                drafted = trial.draft(pages, classifier)
                curve.setdefault(size, []).append(pipeline.record(cases[k].document, drafted, tools))
    graded = [_grade(given[k], case.truth) for k, case in enumerate(cases)]
    calibrators, calibrator, values = _calibrate(trial, folds, graded, earlier)
    if not calibrator.acceptance.accepts_any():
        values = _with_earlier(trial, groups, graded, earlier) or values
        calibrator = _calibrator(calibrator.model, values, trial.max_error)
    records, told = [], []
    for k, case in enumerate(cases):
        tools = trial.tools_with(trial.general, calibrators[k])
        records += [pipeline.record(case.document, d, tools) for d in found[k]]
        told.append(pipeline.record(case.document, given[k], tools))
    return Validation(
        records=tuple(records),
        given=tuple(told),
        curve=tuple(CurvePoint(size, tuple(curve[size])) for size in sorted(curve)),
        graded=tuple(graded),
        calibrator=calibrator,
        values=values,
        folds=len(folds),
    )


def _own(found: Sequence[Drafted], form: FormDefinition) -> Drafted | None:
    """Of the forms found in a document the one that was to be found, with the most pages."""
    own = [d for d in found if d.found.form == form.form]
    return max(own, key=lambda d: len(d.found.pages), default=None)


def _part(cases: Sequence[Case], groups: Sequence[int], earlier: Sequence[Kept], seed: int) -> list[_Fold]:
    numbers = make_folds(groups, FOLDS, seed)
    keys = [group_key(case.example.keyed.group) for case in cases]
    folds = []
    for number in np.unique(numbers):
        tested = [int(k) for k in np.nonzero(numbers == number)[0]]
        tested_keys = {keys[k] for k in tested}
        others = [kept for kept in earlier if kept.group not in tested_keys]
        folds.append(_Fold(tested, [int(k) for k in np.nonzero(numbers != number)[0]], others))
    return folds


def _models(
    trial: Trial, cases: Sequence[Case], groups: Sequence[int], fold: _Fold
) -> tuple[FieldClassifier, dict[int, FieldClassifier]]:
    """The classifier from all that is outside of the fold, and for the curve those from fewer documents."""
    own = trial.train([cases[k] for k in fold.rest], [groups[k] for k in fold.rest], fold.others)
    order = np.random.default_rng(trial.seed).permutation(len(fold.rest))
    shuffled = [fold.rest[k] for k in order]
    fewer = {0: trial.general}
    for size in CURVE:
        # What earlier trainings kept has no part in the curve: it would make ten documents look like many.
        if size < len(fold.rest) and not trial.drawn:
            few = shuffled[:size]
            fewer[size] = trial.train([cases[k] for k in few], [groups[k] for k in few], [])
    return own, fewer


def _calibrate(
    trial: Trial, folds: Sequence[_Fold], graded: Sequence[Examples], earlier: Sequence[Kept]
) -> tuple[dict[int, Calibrator], Calibrator, Graded]:
    """For each case the calibration fitted on the other folds, and the one fitted on all of them."""
    models: dict[int, Any] = {}
    for fold in folds:
        model = _fit([graded[k] for k in fold.rest], fold.others, trial.seed)
        models |= dict.fromkeys(fold.tested, model)
    chances = [_chances(models[k], graded[k]) for k in range(len(graded))]
    told: dict[int, Calibrator] = {}
    for fold in folds:
        # Which values are accepted is chosen without those it is tried on, too.
        others = graded_values([graded[k] for k in fold.rest], [chances[k] for k in fold.rest])
        told |= {k: _calibrator(models[k], others, trial.max_error) for k in fold.tested}
    values = graded_values(graded, chances)
    return told, _calibrator(_fit(graded, earlier, trial.seed), values, trial.max_error), values


def _with_earlier(
    trial: Trial, groups: Sequence[int], graded: Sequence[Examples], earlier: Sequence[Kept]
) -> Graded | None:
    """Graded values of earlier trainings, too, each told by a calibration that knows nothing of its document.

    For a few documents on top of a blank that was filled in: alone they cannot back any promise yet.
    """
    others = [kept.graded for kept in earlier if kept.graded is not None]
    first = max(groups, default=0) + 1
    every = cross_fit([*graded, *others], [*groups, *range(first, first + len(others))], FOLDS, trial.seed)
    return every if others and len(every) else None


def _calibrator(model: Any, values: Graded, max_error: float) -> Calibrator:
    return untrained(max_error) if model is None else Calibrator(model, choose_thresholds(values, max_error))


def _fit(graded: Sequence[Examples], earlier: Sequence[Kept], seed: int) -> Any:
    """A calibration from graded values; None where there are too few to learn from."""
    known = [*graded, *(kept.graded for kept in earlier if kept.graded is not None)]
    if not known or not enough_to_calibrate(np.concatenate([g.answers for g in known])):
        return None
    return fit_confidence(known, seed)


def _chances(model: Any, graded: Examples) -> NDArray[np.float64]:
    if model is None or not len(graded.answers):
        return np.zeros(len(graded.answers))
    result: NDArray[np.float64] = np.asarray(model.predict_proba(graded.features)[:, 1], np.float64)
    return result


def _grade(drafted: Drafted, truth: Truth) -> Examples:
    """Evidence and answer for every value of the form that the truth speaks of."""
    graded = _answers(drafted.drafts, truth) if drafted.drafts is not None else []
    graded = [(draft, right) for draft, right in graded if not draft.by_rule]
    rows = np.array([evidence(draft) for draft, _ in graded], np.float32).reshape(-1, len(NAMES))
    return Examples(rows, np.array([right for _, right in graded], bool))


def _answers(drafts: Drafts, truth: Truth) -> list[tuple[Draft, bool]]:
    graded = [(d, same(d.value, truth.fields[n])) for n, d in drafts.fields.items() if n in truth.fields]
    for name, rows in drafts.tables.items():
        if name in truth.tables:
            true = [{column: cell.value for column, cell in row.items()} for row in truth.tables[name]]
            graded += grade_rows(rows, true)
    return graded
