import numpy as np
import pytest
from factories import Text, at, field_def, hits_of, sheet_of, small_form

from digitizer.document.form import FieldDefinition
from digitizer.document.geometry import Box
from digitizer.document.layout import Cell, Mark
from digitizer.fields.candidates import is_mark, propose
from digitizer.fields.features import NAMES, pair_features
from digitizer.fields.slots import slots_of

FORM = small_form()


def features_of(
    texts: list[Text],
    fields: tuple[FieldDefinition, ...] = FORM.fields,
    cells: tuple[Cell, ...] = (),
    marks: tuple[Mark, ...] = (),
) -> dict[tuple[str, str], dict[str, float]]:
    """By the slot's leader and the candidate's text, its features by name."""
    form = small_form(fields=fields)
    stack = sheet_of(texts, cells, marks)
    matches = hits_of(stack, form)
    slots, candidates = slots_of(fields), propose(stack, matches)
    matrix = pair_features(stack, matches, slots, candidates)
    assert matrix.shape == (len(slots), len(candidates), len(NAMES))
    assert np.isfinite(matrix).all()
    return {
        (s.leader.name, "box" if c.mark else c.text): dict(zip(NAMES, matrix[i, j].tolist(), strict=True))
        for i, s in enumerate(slots)
        for j, c in enumerate(candidates)
    }


def test_a_label_above_is_told_with_its_distance_in_inches() -> None:
    found = features_of([("Date of loan", at(100, 100, "Date of loan")), ("11/17/2009", at(100, 164, "11/17/2009"))])
    pair = found["dateOfLoan", "11/17/2009"]
    assert pair["above_gap"] == pytest.approx((164 - 124) / 200)
    assert pair["above_score"] == 1.0
    assert pair["above_rank"] == 0
    assert pair["left_score"] == pair["below_score"] == pair["right_score"] == 0
    assert pair["kind_date"] == 1
    assert pair["kind_name"] == 0


def test_a_label_to_the_left_is_told_as_such() -> None:
    pair = features_of([("Date of loan", at(100, 100, "Date of loan")), ("11/17/2009", at(320, 100, "11/17/2009"))])[
        "dateOfLoan", "11/17/2009"
    ]
    assert pair["left_score"] == 1.0
    assert pair["left_gap"] == pytest.approx((320 - 100 - 12 * 14) / 200)
    assert pair["above_score"] == 0


def test_a_label_below_is_told_as_such() -> None:
    pair = features_of(
        [("BIXBY TIMOTHY", at(100, 100, "BIXBY TIMOTHY")), ("Name of borrower", at(100, 130, "Name of borrower"))]
    )["borrower", "BIXBY TIMOTHY"]
    assert pair["below_score"] == 1.0
    assert pair["below_gap"] < 0.1


def test_another_label_in_between_costs_rank() -> None:
    texts: list[Text] = [
        ("Date of loan", at(100, 100, "Date of loan")),
        ("Name of borrower", at(100, 130, "Name of borrower")),
        ("BIXBY TIMOTHY", at(100, 160, "BIXBY TIMOTHY")),
    ]
    found = features_of(texts)
    assert found["borrower", "BIXBY TIMOTHY"]["above_rank"] == 0
    assert found["dateOfLoan", "BIXBY TIMOTHY"]["above_rank"] == 1


def test_text_that_is_no_value_of_the_kind_does_not_fit() -> None:
    found = features_of(
        [
            ("Date of loan", at(100, 100, "Date of loan")),
            ("BIXBY", at(100, 160, "BIXBY")),
            ("3/3/61", at(100, 300, "3/3/61")),
        ]
    )
    assert found["dateOfLoan", "BIXBY"]["fits"] == 0
    assert found["dateOfLoan", "3/3/61"]["fits"] > 0.5
    assert found["borrower", "BIXBY"]["fits"] == 0.5, "any text may be a name"


def test_sharing_the_labels_cell_is_told() -> None:
    cells = (Cell(Box(80, 80, 400, 120)), Cell(Box(482, 80, 400, 120)))
    found = features_of(
        [
            ("Date of loan", at(100, 100, "Date of loan"), 0),
            ("3/3/61", at(100, 150, "3/3/61"), 0),
            ("4/4/62", at(500, 150, "4/4/62"), 1),
        ],
        cells=cells,
    )
    assert found["dateOfLoan", "3/3/61"]["shares_cell"] == 1
    assert found["dateOfLoan", "4/4/62"]["shares_cell"] == 0


def test_checkboxes_fit_checkbox_fields_only() -> None:
    marks = (Mark(Box(100, 300, 30, 30), True, 0.99),)
    found = features_of([("Returned late", at(140, 303, "Returned late"))], marks=marks)
    ticked = found["returnedLate", "box"]
    assert (ticked["is_mark"], ticked["looks_marked"], ticked["fits"]) == (1, 1, 1)
    assert ticked["right_score"] == 1.0
    assert found["borrower", "box"]["fits"] == 0


def test_the_group_near_by_is_told() -> None:
    fields = (field_def("late", "checkbox", "Yes", group="Was it returned late"),)
    marks = (Mark(Box(100, 140, 30, 30), False, 0.99), Mark(Box(100, 1400, 30, 30), False, 0.99))
    texts: list[Text] = [("Was it returned late", at(100, 100, "Was it returned late"))]
    form = small_form(fields=fields)
    stack = sheet_of(texts, marks=marks)
    matches = hits_of(stack, form)
    matrix = pair_features(stack, matches, slots_of(fields), propose(stack, matches))
    scores = matrix[0, :, NAMES.index("group_score")].tolist()
    assert scores == [1.0, 0.0]
    assert matrix[0, 0, NAMES.index("has_group")] == 1


def test_no_candidates_give_no_features() -> None:
    stack = sheet_of([])
    assert pair_features(stack, [], slots_of(FORM.fields), []).shape == (3, 0, len(NAMES))


def test_every_feature_has_a_name_of_its_own() -> None:
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("text", ["X", "x", "✓", "[X]", " x ", "XX", "(x)"])
def test_a_lone_cross_or_tick_looks_marked(text: str) -> None:
    assert is_mark(text)


@pytest.mark.parametrize("text", ["", "Exxon", "D", "X-ray", "12", "..", "XXX"])
def test_words_do_not_look_marked(text: str) -> None:
    assert not is_mark(text)


def test_a_gap_between_lines_adds_little_to_their_height() -> None:
    def height(second: int) -> float:
        texts = [("BIXBY", at(100, 100, "BIXBY")), ("TIMOTHY", at(100, second, "TIMOTHY"))]
        return features_of([*texts])["borrower", "BIXBY\nTIMOTHY"]["height"]

    assert height(128) == pytest.approx(52 / 2 / 200)
    assert height(156) == pytest.approx(1.6 * 24 / 200)
