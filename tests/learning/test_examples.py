import numpy as np
from drawn_cards import FORM, read_card

from digitizer.fields import columns
from digitizer.fields.features import NAMES
from digitizer.learning.examples import Examples, column_examples, pair_examples


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
