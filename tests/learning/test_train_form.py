from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factories import LABELS_ALONE, at, page_of
from loan_cards import FORM, card_page, lesson_of, values_of

from digitizer.bundle import card_of, load_model
from digitizer.errors import ModelMismatchError, UsageError
from digitizer.fields import classifier, confidence
from digitizer.fields.acceptance import NOTHING_GRADED
from digitizer.fields.classifier import FieldClassifier, find_classifier
from digitizer.fields.confidence import find_calibrator, untrained
from digitizer.fields.extract import extract
from digitizer.fields.stacked_pages import stack_pages
from digitizer.learning import kept as kept_module
from digitizer.learning.examples import Examples
from digitizer.learning.form_bundle import load, save_form
from digitizer.learning.kept import FILE, load_kept, save_kept
from digitizer.learning.train_form import BOOSTED, LOGISTIC, Kept, TrainedForm, train_form
from digitizer.learning.training_examples import make_training_example
from digitizer.resources import models_folder

COUNT = 14


def learn(numbers: range, earlier: list[Kept] | None = None, general: FieldClassifier = LABELS_ALONE) -> TrainedForm:
    training_examples = [lesson_of(n, card_page(values_of(n), behind=True)) for n in numbers]
    return train_form(training_examples, list(numbers), earlier or [], general, seed=1)


@pytest.fixture(scope="module")
def trained() -> TrainedForm:
    return learn(range(COUNT))


@pytest.fixture(scope="module")
def general() -> FieldClassifier:
    return classifier.general_classifier(models_folder())


def found(own: FieldClassifier, number: int, lost: str = "") -> dict[str, object]:
    """What is found on a card that was not trained on; lost: a label that could not be read."""
    page = card_page(values_of(number), behind=True)
    texts = [
        (r.text, (x.box.x, x.box.y, x.box.width, x.box.height))
        for r, x in zip(page.lines, page.layout.lines, strict=True)
    ]
    page = page_of([t if t[0] != lost else ("#", t[1]) for t in texts], (), page.layout.marks)
    return {n: d.value for n, d in extract(stack_pages([page]), FORM, own).fields.items()}


def test_fourteen_cards_teach_where_everything_stands(trained: TrainedForm) -> None:
    assert trained.choice in (LOGISTIC, BOOSTED)
    for number in range(50, 56):
        assert found(trained.classifier, number) == values_of(number)


def test_a_value_whose_label_was_misread_is_found_by_where_it_stands(trained: TrainedForm) -> None:
    assert found(trained.classifier, 51, lost="Name of borrower")["borrower"] == values_of(51)["borrower"]
    assert found(LABELS_ALONE, 51, lost="Name of borrower")["borrower"] == ""


def test_the_same_documents_give_the_same_model(trained: TrainedForm) -> None:
    again = learn(range(COUNT))
    example = lesson_of(60)
    assert (example.probabilities(again.classifier) == example.probabilities(trained.classifier)).all()


def test_what_was_kept_comes_back_whole(trained: TrainedForm, tmp_path: Path) -> None:
    evidence = Examples(np.ones((3, len(confidence.NAMES)), np.float32), np.array([True, False, True]))
    graded = replace(trained.kept[0], graded=evidence)
    save_kept(tmp_path, [graded, *trained.kept[1:]], seed=1)
    back = load_kept(tmp_path)
    assert [(k.sha256, k.group) for k in back] == [(k.sha256, k.group) for k in trained.kept]
    assert back[0].graded is not None
    assert back[0].graded.answers.tolist() == [True, False, True]
    assert back[1].graded is None
    for one, other in zip(back, trained.kept, strict=True):
        assert (one.examples.answers == other.examples.answers).all()
        assert np.allclose(one.examples.features, other.examples.features, atol=2e-2)
        assert one.offsets.keys() == other.offsets.keys()
        for slot, offsets in other.offsets.items():
            assert one.offsets[slot].keys() == offsets.keys()
            assert all(one.offsets[slot][p] == pytest.approx(o, abs=1e-4) for p, o in offsets.items())


def test_nothing_that_was_filled_in_is_kept(trained: TrainedForm, tmp_path: Path) -> None:
    save_kept(tmp_path, trained.kept, seed=1)
    with np.load(tmp_path / FILE) as data:
        told = " ".join(str(data[name].tolist()) for name in data.files if data[name].dtype.kind == "U")
    assert "Name of borrower" in told
    assert all(str(v) not in told for n in range(COUNT) for v in (values_of(n)["borrower"], f"card-{n}"))


def test_too_many_examples_are_thinned_but_for_the_right_ones(
    trained: TrainedForm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_module, "MOST_ROWS", 100)
    save_kept(tmp_path, trained.kept, seed=1)
    back = load_kept(tmp_path)
    wrong = [sum(int((~k.examples.answers).sum()) for k in kept) for kept in (back, trained.kept)]
    assert 0 < wrong[0] < 0.8 * wrong[1]
    assert sum(k.examples.answers.sum() for k in back) == sum(k.examples.answers.sum() for k in trained.kept)


def save(folder: Path, trained: TrainedForm) -> None:
    definition = folder / "loan-card.yaml"
    definition.write_text("form: loan-card\nfields: [{name: borrower, kind: name, labels: [Name of borrower]}]\n")
    save_form(
        folder / "models", definition, FORM, trained, untrained(), NOTHING_GRADED, trained.kept, {"values": 1.0}, seed=1
    )


def test_a_bundle_is_found_by_those_who_digitize(general: FieldClassifier, tmp_path: Path) -> None:
    trained = learn(range(COUNT), general=general)
    save(tmp_path, trained)
    own = find_classifier(models_folder(), "loan-card", [tmp_path / "models"])
    example = lesson_of(60)
    assert np.allclose(example.probabilities(own), example.probabilities(trained.classifier))
    _, card = load_model(tmp_path / "models" / "loan-card", classifier.MODEL)
    assert card["data"]["documents"] == card["data"]["groups"] == COUNT
    assert len(card["data"]["training_list"]) == 64
    assert (tmp_path / "models" / "loan-card" / "form.yaml").is_file()
    assert find_calibrator(models_folder(), "loan-card", [tmp_path / "models"]).model is None


def test_resuming_keeps_what_was_learned_from_pages_that_are_gone(general: FieldClassifier, tmp_path: Path) -> None:
    save(tmp_path, learn(range(COUNT), general=general))
    earlier = load(tmp_path / "models", FORM)
    assert len(earlier) == COUNT
    # Two more cards alone would teach next to nothing about boxes behind their labels.
    resumed = learn(range(90, 92), earlier, general)
    assert all(found(resumed.classifier, n) == values_of(n) for n in range(50, 56))


def test_there_must_be_something_to_resume(general: FieldClassifier, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no earlier training"):
        load(tmp_path, FORM)
    save(tmp_path, learn(range(COUNT), general=general))
    file = tmp_path / "models" / "loan-card" / FILE
    file.write_bytes(file.read_bytes()[:-30])
    with pytest.raises(ModelMismatchError, match=r"card\.json"):
        load(tmp_path / "models", FORM)
    with pytest.raises(ModelMismatchError, match="no examples"):
        load_kept(tmp_path / "models" / "loan-card")


def test_examples_of_other_features_do_not_fit(
    trained: TrainedForm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_kept(tmp_path, trained.kept, seed=1)
    monkeypatch.setattr(kept_module, "PAIR_NAMES", ("other",))
    with pytest.raises(ModelMismatchError, match="other features"):
        load_kept(tmp_path)


def test_an_empty_page_is_no_lesson() -> None:
    keyed = lesson_of(1).keyed
    assert make_training_example(keyed, [page_of([("#", at(1, 1, "#"))])], FORM, LABELS_ALONE) is None


def test_columns_of_unknown_forms_go_by_the_model_that_learned_most_heads(general: FieldClassifier) -> None:
    cards = {f: card_of(f, classifier.MODEL) for f in models_folder().iterdir()}
    most = max((f for f in cards if "drawn" in cards[f].get("data", {})), key=lambda f: _examples(cards[f]))
    assert general.version == cards[most]["sha256"]


def _examples(card: dict[str, Any]) -> float:
    return float(card["scores"]["columns"]["examples"])
