import numpy as np
from drawn_cards import FORM, read_card
from factories import LABELS_ALONE

from digitizer.fields import columns
from digitizer.fields.confidence import NAMES as EVIDENCE
from digitizer.fields.features import NAMES
from digitizer.learning.examples import Examples
from tools.trainers.drawn_examples import column_examples, graded_drafts, pair_examples


def pairs(**misread: str) -> Examples:
    (examples,) = pair_examples(read_card(**misread), FORM, np.random.default_rng(1))
    return examples


def kinds(examples: Examples) -> list[str]:
    """The kinds of the fields whose places were found."""
    names = [n for n in NAMES if n.startswith("kind_")]
    found = examples.features[examples.answers][:, [NAMES.index(n) for n in names]]
    return sorted(names[k] for k in found.argmax(axis=1))


def test_each_entry_is_the_answer_of_its_field_and_no_other() -> None:
    examples = pairs()
    assert examples.features.shape == (len(examples.answers), len(NAMES))
    assert kinds(examples) == ["kind_address", "kind_checkbox", "kind_date", "kind_name"]
    assert not examples.answers.all(), "there are wrong pairs to learn from too"


def test_places_are_learned_from_whatever_was_read_in_them() -> None:
    assert kinds(pairs(borrower="B1XBY T1M0THY", dateOfLoan="ll/I7/2OO9")) == kinds(pairs())


def test_all_lines_of_an_entry_are_its_place_and_one_alone_is_not() -> None:
    examples = pairs()
    address = examples.answers & (examples.features[:, NAMES.index("kind_address")] == 1)
    assert examples.features[address, NAMES.index("lines")].tolist() == [2.0]


def test_right_places_stand_by_their_labels() -> None:
    examples = pairs()
    above = examples.features[:, NAMES.index("above_score")]
    texts = examples.answers & (examples.features[:, NAMES.index("is_mark")] == 0)
    assert above[texts].min() == 1.0
    assert above[~examples.answers].mean() < 0.8


def test_boxes_are_examples_for_checkbox_fields_only() -> None:
    examples = pairs()
    marks = examples.features[:, NAMES.index("is_mark")] == 1
    assert marks.any()
    assert examples.features[marks, NAMES.index("kind_checkbox")].tolist() == [1.0] * int(marks.sum())


def test_lines_of_tables_are_no_examples_for_fields() -> None:
    examples = pairs()
    dates = examples.features[:, NAMES.index("kind_date")] == 1
    fits = examples.features[:, NAMES.index("fits")] == 1
    assert int((dates & fits).sum()) == 1, "the other date stands in the table"


def test_printed_columns_are_matched_with_their_definitions() -> None:
    (examples,) = column_examples(read_card(), FORM)
    assert examples.answers.reshape(2, 2).tolist() == [[True, False], [False, True]]
    own = examples.features[:, columns.NAMES.index("own")].reshape(2, 2)
    assert own.diagonal().tolist() == [1.0, 1.0]


def graded(**misread: str) -> Examples:
    return graded_drafts(read_card(**misread), FORM, LABELS_ALONE)


def test_a_card_read_rightly_is_right_throughout() -> None:
    examples = graded()
    assert examples.features.shape == (3 + 2, len(EVIDENCE))
    assert examples.answers.tolist() == [True] * 5


def test_a_misread_field_is_wrong_and_the_others_are_not() -> None:
    assert int((~graded(borrower="BIXEY TIMOTHY").answers).sum()) == 1
    assert int((~graded(dateOfLoan="11/11/2009").answers).sum()) == 1


def test_a_misread_cell_is_wrong_and_its_row_still_the_row() -> None:
    answers = graded(**{"payments[0].amount": "8.50"}).answers
    assert int((~answers).sum()) == 1


def test_white_space_makes_no_value_wrong() -> None:
    assert graded(borrower="BIXBY   TIMOTHY").answers.all()


def test_fields_that_the_truth_does_not_tell_are_not_graded() -> None:
    filing = read_card()
    del filing.truth["fields"]["borrower"]
    assert len(graded_drafts(filing, FORM, LABELS_ALONE).answers) == 4
