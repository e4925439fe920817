import numpy as np
from factories import HeadReader, Text, at, sheet_of, small_form

from digitizer.document.form import FieldDefinition
from digitizer.document.geometry import Box
from digitizer.document.layout import Cell, Mark
from digitizer.fields import features
from digitizer.fields.classifier import FieldClassifier
from digitizer.fields.extract import extract
from digitizer.fields.nearness import NearestLabel

UNTRAINED = FieldClassifier(NearestLabel(), HeadReader(), "0" * 64)
PAGE = [Cell(Box(50, 50, 1600, 1000))]


def values(fields: tuple[FieldDefinition, ...], texts: list[Text], marks: tuple[Mark, ...] = ()) -> dict[str, object]:
    drafts = extract(sheet_of(texts, PAGE, marks), small_form(fields=fields), UNTRAINED)
    return {name: d.value for name, d in drafts.fields.items()}


def test_entries_beside_and_under_their_labels_are_found_without_training() -> None:
    fields = (FieldDefinition("name", "name", ("Name",)), FieldDefinition("place", "address", ("Address",)))
    texts: list[Text] = [
        ("Name Ketchum Inc.", at(100, 100, "Name Ketchum Inc."), 0),
        ("Address", at(100, 300, "Address"), 0),
        ("2000 L Street", at(130, 332, "2000 L Street"), 0),
        ("Washington", at(130, 364, "Washington"), 0),
    ]
    assert values(fields, texts) == {"name": "Ketchum Inc.", "place": "2000 L Street\nWashington"}


def test_yes_and_no_belong_to_the_question_they_stand_beside() -> None:
    asked = ("14. Have two copies been filed?", "15. Has this been labeled?")
    fields = tuple(
        FieldDefinition(f"{answer}{k}", "checkbox", (answer,), group=question)
        for k, question in enumerate(asked)
        for answer in ("Yes", "No")
    )
    texts: list[Text] = []
    marks = []
    for k, question in enumerate(asked):
        y = 100 + 60 * k
        texts += [(question, at(100, y, question), 0), ("Yes", at(700, y, "Yes"), 0), ("No", at(850, y, "No"), 0)]
        marks += [Mark(Box(750, y, 22, 22), k == 0, 0.99), Mark(Box(885, y, 22, 22), k == 1, 0.99)]
    assert values(fields, texts, tuple(marks)) == {"Yes0": True, "No0": False, "Yes1": False, "No1": True}


def test_an_x_typed_beside_its_box_marks_it() -> None:
    fields = (FieldDefinition("yes", "checkbox", ("full time basis",)),)
    texts: list[Text] = [("X", at(118, 100, "X"), 0), ("full time basis", at(150, 100, "full time basis"), 0)]
    assert values(fields, texts, (Mark(Box(92, 100, 22, 22), False, 0.99),)) == {"yes": True}


def test_an_empty_box_stays_empty_and_a_word_beside_it_is_no_mark() -> None:
    fields = (FieldDefinition("yes", "checkbox", ("full time basis",)),)
    texts: list[Text] = [("or", at(60, 100, "or"), 0), ("full time basis", at(150, 100, "full time basis"), 0)]
    assert values(fields, texts, (Mark(Box(98, 100, 22, 22), False, 0.99),)) == {"yes": False}


def test_probabilities_are_probabilities() -> None:
    matrix = np.random.default_rng(3).random((50, len(features.NAMES))).astype(np.float32) * 4
    chances = NearestLabel().predict_proba(matrix)
    assert chances.shape == (50, 2)
    assert np.allclose(chances.sum(axis=1), 1)
    assert chances.min() >= 0
