import pytest
from factories import Text, at, field_def, hits_of, sheet_of, small_form
from hypothesis import given
from hypothesis import strategies as st

from digitizer.document.form import FieldDefinition, FootnoteDefinition, TableDefinition
from digitizer.document.geometry import Box
from digitizer.document.layout import Cell
from digitizer.fields.phrases import below, compact, find_phrases
from digitizer.fields.printed import phrases_of


def column(*lines: str, x: int = 100, y: int = 100, step: int = 30) -> list[Text]:
    """Lines under one another."""
    return [(text, at(x, y + step * k, text)) for k, text in enumerate(lines)]


def found(texts: list[Text], *phrases: str) -> dict[str, tuple[tuple[int, int, int], ...]]:
    """What was found, and the words that it covers."""
    return {h.phrase: h.covered for h in find_phrases(sheet_of(texts), phrases)}


def test_a_label_as_printed_is_found_whole() -> None:
    (match,) = find_phrases(sheet_of(column("Date of loan")), ["Date of loan"])
    assert (match.score, match.covered) == (1.0, ((0, 0, 3),))
    assert match.box == Box(*at(100, 100, "Date of loan"))


@pytest.mark.parametrize(
    "misread",
    ["Dale of loan", "Date of Ioan", "Dateof loan", "Date 0f Ioan:", "DATE OF LOAN", "|Date of loan.", "Oate of loan"],
)
def test_a_misread_label_is_found_all_the_same(misread: str) -> None:
    assert found(column(misread), "Date of loan", "Name of borrower").keys() == {"Date of loan"}


@pytest.mark.parametrize("other", ["Name of lender", "24,409", "LIVEPERSON INC", "Rate", "of"])
def test_other_texts_are_not_the_label(other: str) -> None:
    assert found(column(other), "Date of loan") == {}


def test_a_label_over_several_lines_is_one() -> None:
    lines = ["5. Amount of Securities", "Beneficially Owned", "Following Transaction(s)"]
    assert found(column(*lines), " ".join(lines)) == {" ".join(lines): ((0, 0, 4), (1, 0, 2), (2, 0, 2))}


def test_the_lines_of_a_label_must_stand_under_one_another() -> None:
    texts: list[Text] = [
        ("Amount of Securities", at(100, 100, "x" * 20)),
        ("Beneficially Owned", at(900, 130, "x" * 18)),
    ]
    assert found(texts, "Amount of Securities Beneficially Owned") == {}


def test_lines_in_different_cells_are_not_one_label() -> None:
    cells = [Cell(Box(90, 90, 500, 38)), Cell(Box(90, 130, 500, 38))]
    texts: list[Text] = [
        ("Name and address", at(100, 100, "Name and address"), 0),
        ("of the borrower", at(100, 132, "of the borrower"), 1),
    ]
    assert find_phrases(sheet_of(texts, cells), ["Name and address of the borrower"]) == []


def test_pieces_side_by_side_are_one_label() -> None:
    texts: list[Text] = [("(Last)", at(100, 100, "(Last)")), ("(First)", at(300, 100, "(First)"))]
    assert found(texts, "(Last) (First)") == {"(Last) (First)": ((0, 0, 1), (1, 0, 1))}


def test_a_label_before_its_value_on_one_line_is_told_to_the_word() -> None:
    assert found(column("Date of loan 11/17/2009"), "Date of loan") == {"Date of loan": ((0, 0, 3),)}


def test_street_is_no_label_inside_of_an_address() -> None:
    assert found(column("315 5TH STREET, SUITE 5"), "(Street)") == {}
    assert found(column("(Street)"), "(Street)").keys() == {"(Street)"}


def test_a_city_that_goes_on_below_is_no_label() -> None:
    assert found(column("SALT LAKE", "CITY"), "(City)") == {}
    assert found(column("City)"), "(City)").keys() == {"(City)"}


def test_short_labels_are_found_only_as_whole_lines() -> None:
    assert found(column("V"), "V").keys() == {"V"}
    assert found(column("Class V Stock"), "V") == {}
    assert found(column("W"), "V") == {}


def test_the_longer_label_takes_the_words_that_both_claim() -> None:
    matches = found(column("Date of original loan"), "Date of loan", "Date of original loan")
    assert matches == {"Date of original loan": ((0, 0, 4),)}


def test_a_label_printed_twice_is_found_twice() -> None:
    matches = find_phrases(sheet_of(column("Date of loan", "11/17/2009", "Date of loan", step=90)), ["Date of loan"])
    assert sorted(h.covered[0][0] for h in matches) == [0, 2]


WORDS = st.sampled_from(["Date", "of", "loan", "original", "Name", "borrower", "12", "X"])
LINES = st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=6)


@given(LINES, st.lists(st.lists(WORDS, min_size=1, max_size=3).map(" ".join), min_size=1, max_size=5, unique=True))
def test_no_word_belongs_to_two_labels(lines: list[str], phrases: list[str]) -> None:
    stack = sheet_of(column(*lines))
    words = [(i, w) for h in find_phrases(stack, phrases) for i, a, b in h.covered for w in range(a, b)]
    assert len(words) == len(set(words))
    assert all(0 <= w < len(stack.items[i].words) for i, w in words)


@given(st.text(max_size=30))
def test_compact_text_is_its_own_compact_text(text: str) -> None:
    assert compact(compact(text)) == compact(text)
    assert compact(f" {text},.") == compact(text)


def test_a_forms_phrases_are_all_its_printed_texts_each_once() -> None:
    table = TableDefinition("payments", (FieldDefinition("on", "date", ("Date",), group="Paid"),), ("Payments made",))
    form = small_form((table,), print=("Please return",), footnotes=FootnoteDefinition(("Notes:",), ("Signed",)))
    phrases = phrases_of(form)
    assert len(phrases) == len(set(phrases))
    assert set(phrases) == {
        "LIBRARY LOAN CARD",
        "Please return",
        "Name of borrower",
        "Date of loan",
        "Returned late",
        "Date",
        "Paid",
        "Payments made",
        "Notes:",
        "Signed",
    }


def test_the_line_below_is_the_nearest_aligned_one() -> None:
    boxes = [i.box for i in sheet_of([*column("one", "two", "three"), ("aside", at(800, 130, "aside"))]).items]
    assert below(boxes[0], boxes) == 1
    assert below(boxes[2], boxes) is None
    far = [i.box for i in sheet_of(column("one", "two", step=90)).items]
    assert below(far[0], far) is None


def test_a_label_inside_an_entry_is_none() -> None:
    """'Managing Director' was cut at the label of a checkbox."""
    stack = sheet_of([("Managing Director of it", at(100, 100, "Managing Director of it"))])
    assert find_phrases(stack, ["director"]) == []
    after = sheet_of([("7. Occupation Director", at(100, 100, "7. Occupation Director"))])
    assert [h.phrase for h in find_phrases(after, ["director", "7. Occupation"])] == ["7. Occupation"]


def test_tiny_labels_are_found_behind_another_on_their_line() -> None:
    stack = sheet_of([("Amount $ 4,000 per month", at(100, 100, "Amount $ 4,000 per month"))])
    matches = {h.phrase: h.covered for h in find_phrases(stack, ["Amount $", "per"])}
    assert matches == {"Amount $": ((0, 0, 2),), "per": ((0, 3, 4),)}
    assert find_phrases(sheet_of([("4,000 per month", at(100, 100, "4,000 per month"))]), ["per"]) == []


def test_the_checkbox_beside_a_label_is_no_part_of_it() -> None:
    stack = sheet_of([("Yes [", at(100, 100, "Yes ["))])
    (match,) = find_phrases(stack, ["Yes"])
    assert match.covered == ((0, 0, 1),)
    assert match.box.right < stack.items[0].box.right


def test_a_question_with_a_hanging_second_line_is_one_label() -> None:
    texts: list[Text] = [
        ("6. If present citizenship was not acquired by birth,", at(100, 100, "x" * 40)),
        ("indicate when, and how acquired.", at(134, 130, "x" * 24)),
    ]
    (match,) = find_phrases(
        sheet_of(texts), ["6. If present citizenship was not acquired by birth, indicate when, and how acquired."]
    )
    assert [k for k, _, _ in match.covered] == [0, 1]


def test_a_lone_letter_beside_a_label_is_no_part_of_it() -> None:
    form = small_form(fields=(field_def("civic", "text", "Civic groups"),))
    for text in ("Civic groups 4", "X Civic groups"):
        (match,) = hits_of(sheet_of([(text, at(100, 100, text))]), form)
        assert (match.score, match.covered[0][2] - match.covered[0][1]) == (1.0, 2)


def test_a_label_in_pieces_takes_no_entry_on_its_line() -> None:
    form = small_form(fields=(field_def("civic", "text", "Civic groups"),))
    cells = [Cell(Box(50, 50, 1500, 500))]
    stack = sheet_of([(w, at(x, 100, w), 0) for w, x in (("Civic", 100), ("groups", 260), ("20", 700))], cells)
    assert [len(h.covered) for h in hits_of(stack, form)] == [2]


def test_a_title_is_not_found_again_in_what_was_filled_in() -> None:
    title, entry = "Amendment to Registration Statement", "in Short-Form Registration Statement."
    stack = sheet_of([(title, at(100, 100, title)), (entry, at(100, 300, entry))])
    assert [h.score for h in find_phrases(stack, [title], {}, [title])] == [1.0]
    alone = sheet_of([(entry, at(100, 300, entry))])
    assert find_phrases(alone, [title], {}, [title]) == []


def test_a_tiny_label_is_found_with_signs_around_it() -> None:
    form = small_form(fields=(field_def("yes", "checkbox", "Yes"),))
    assert [h.phrase for h in hits_of(sheet_of([("*Yes[)", at(100, 100, "*Yes[)"))]), form)] == ["Yes"]


def test_typed_words_like_another_wording_of_a_label_are_no_label() -> None:
    long, short = "2. Registration No.", "REGISTRATION No."
    wordings = {long: frozenset({short}), short: frozenset({long})}
    stack = sheet_of(column(long, "registration statement"))
    assert [h.phrase for h in find_phrases(stack, [long, short], wordings=wordings)] == [long]
    alone = sheet_of(column(short, "registration statement"))
    assert [(h.phrase, h.score) for h in find_phrases(alone, [long, short], wordings=wordings)][:1] == [(short, 1.0)]


def test_a_label_asked_once_is_not_found_again_in_running_text() -> None:
    label, text = "Supplemental Statement for", "page 2 of the Supplemental Statement for June"
    stack = sheet_of(column(text, f"{label} June 30, 2009"))
    (match,) = find_phrases(stack, [label], wordings={label: ()})
    assert match.covered == ((1, 0, 3),)
    assert len(find_phrases(stack, [label])) == 2


@pytest.mark.parametrize(("text", "found"), [("(Zip)", True), ("*Zip)", True), ("(Zip.", True), ("Zip", False)])
def test_a_tiny_label_in_brackets_needs_one_of_them(text: str, found: bool) -> None:
    assert bool(find_phrases(sheet_of([(text, at(100, 100, text))]), ["(Zip)"])) is found
