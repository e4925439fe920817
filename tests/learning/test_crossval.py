from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factories import LABELS_ALONE
from loan_cards import FORM, card_page, lesson_of, values_of

from digitizer.document.layout import Readings
from digitizer.document.truth import Truth, TruthValue
from digitizer.evaluation.validated import score_validation
from digitizer.fields.confidence import NAMES, untrained
from digitizer.fields.recording import Versions
from digitizer.imaging.load import Document
from digitizer.learning import crossval
from digitizer.learning.crossval import Case, Trial, Validation, validate
from digitizer.learning.examples import Examples
from digitizer.learning.folds import group_key
from digitizer.learning.train_form import Kept
from digitizer.learning.training_examples import TrainingExample
from digitizer.loading import Tools

COUNT = 16


def pages_of(document: Document) -> Sequence[Readings]:
    number = int(document.name.removeprefix("card-").removesuffix(".png"))
    return [card_page(values_of(number))]


def case_of(number: int, group: str = "") -> Case:
    example = lesson_of(number)
    keyed = replace(example.keyed, group=group or example.keyed.group)
    document = Document(Path(keyed.document), keyed.document, keyed.sha256, 1, "png")
    truth = Truth("loan-card", {n: TruthValue(v) for n, v in values_of(number).items()})
    return Case(document, replace(example, keyed=keyed), truth)


def trial() -> Trial:
    tools = Tools({FORM.form: FORM}, {FORM.form: LABELS_ALONE}, {FORM.form: untrained()}, Versions("5.3.0", {}))
    return Trial(FORM, tools, LABELS_ALONE, pages_of, seed=1)


@pytest.fixture(scope="module")
def validation() -> Validation:
    return validate(trial(), [case_of(n) for n in range(COUNT)], [])


def test_each_document_is_digitized_once_and_rightly(validation: Validation) -> None:
    assert sorted(r.document for r in validation.records) == sorted(f"card-{n}.png" for n in range(COUNT))
    scores = score_validation(validation, [case_of(n) for n in range(COUNT)], trial().tools.forms)
    assert scores.found.documents == COUNT
    assert scores.found.forms.share == 1
    assert scores.found.whole.values.share == 1
    assert scores.given.whole == scores.found.whole


def test_the_curve_goes_from_labels_alone_upwards(validation: Validation) -> None:
    curve = score_validation(validation, [case_of(n) for n in range(COUNT)], trial().tools.forms).curve
    assert [point.documents for point in curve] == [0, 10]
    assert all(point.evaluation.documents == COUNT for point in curve)


def test_too_little_data_accepts_nothing(validation: Validation) -> None:
    assert sum(len(g.answers) for g in validation.graded) == 5 * COUNT
    assert validation.calibrator == untrained()


def test_no_group_is_trained_on_when_it_is_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [case_of(n, f"branch {n // 3}") for n in range(12)]
    empty = Examples(np.zeros((0, 54), np.float32), np.zeros(0, bool))
    earlier = [Kept(str(n), group_key(f"Branch {n}"), empty, {}) for n in range(6)]
    trained: list[tuple[set[str], set[str]]] = []
    tested: list[set[str]] = []
    real_train, real_part = crossval.train_form, crossval._part

    def train(training_examples: Sequence[TrainingExample], groups: Any, kept: Sequence[Kept], *more: Any) -> Any:
        trained.append(({example.keyed.group for example in training_examples}, {k.group for k in kept}))
        return real_train(training_examples, groups, [], *more)

    def part(*given: Any) -> Any:
        folds = real_part(*given)
        tested.extend({cases[k].example.keyed.group for k in fold.tested} for fold in folds)
        return folds

    monkeypatch.setattr(crossval, "train_form", train)
    monkeypatch.setattr(crossval, "_part", part)
    validate(trial(), cases, earlier)
    assert len(trained) == len(tested) == 4
    for (groups, kept), held in zip(trained, tested, strict=True):
        assert groups.isdisjoint(held)
        assert kept == {k.group for k in earlier} - {group_key(g) for g in held}


def test_confidence_is_fitted_where_there_is_enough_right_and_wrong() -> None:
    rng = np.random.default_rng(1)
    rows = rng.random((400, len(NAMES))).astype(np.float32)
    rows[:, NAMES.index("blank")] = rng.random(400) < 0.5
    answers = rows[:, 0] > 0.2
    kept = Kept("a", group_key("elsewhere"), Examples(np.zeros((0, 54), np.float32), np.zeros(0, bool)), {})
    graded = replace(kept, graded=Examples(rows, answers))
    result = validate(trial(), [case_of(n) for n in range(10)], [graded])
    assert result.calibrator.model is not None
    assert result.calibrator.acceptance.max_error == 0.01
    assert len(result.values) == sum(len(g.answers) for g in result.graded)
