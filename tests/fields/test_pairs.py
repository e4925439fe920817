from factories import Text, at, sheet_of

from digitizer.fields.pairs import find_pairs, words_of


def told(*texts: Text) -> dict[str, str]:
    lines = dict(enumerate(sheet_of(texts).items))
    return {words_of(lines, p.label)[0]: words_of(lines, p.value)[0] for p in find_pairs(lines)}


def line(text: str, x: int, y: int) -> Text:
    return text, at(x, y, text)


def test_a_value_stands_right_of_a_label_with_a_colon() -> None:
    assert told(line("Surname:", 100, 100), line("Hartmann", 500, 102)) == {"Surname:": "Hartmann"}


def test_a_label_and_its_value_may_be_one_line() -> None:
    assert told(line("Ship to: Northwind Traders", 100, 100)) == {"Ship to:": "Northwind Traders"}


def test_a_value_stands_under_a_label_with_a_colon() -> None:
    assert told(line("Town:", 100, 100), line("Galway", 104, 135)) == {"Town:": "Galway"}


def test_a_value_stands_under_a_label_that_is_set_smaller() -> None:
    assert told(("Town", (100, 100, 50, 14)), line("Galway", 100, 120)) == {"Town": "Galway"}


def test_labels_and_values_in_two_columns_need_no_colon() -> None:
    rows = [("Surname", "Hartmann"), ("Town", "Galway"), ("Born", "1968-11-23")]
    texts = [line(t, x, 100 + 50 * r) for r, row in enumerate(rows) for t, x in zip(row, (100, 500), strict=True)]
    assert told(*texts) == dict(rows)


def test_lines_side_by_side_once_or_in_running_text_are_no_pairs() -> None:
    assert told(line("Dear Sir", 100, 100), line("27 Orchard Lane", 600, 100)) == {}
    assert told(line("we write to you about the following:", 100, 100), line("as agreed", 100, 135)) == {}
    letter = [line("the quick brown fox jumps over it", 100, 100 + 30 * k) for k in range(5)]
    assert told(*letter) == {}


def test_a_label_without_a_value_takes_no_other_label() -> None:
    assert told(line("Town:", 100, 100), line("Street:", 500, 100)) == {}
    assert told(line("Town:", 100, 100), line("Street:", 100, 135)) == {}
