from factories import Text, at, hits_of, page_of, sheet_of, small_form

from digitizer.document.form import FootnoteDefinition
from digitizer.fields.footnotes import Note, find_footnotes
from digitizer.fields.stacked_pages import stack_pages

NOTES = FootnoteDefinition(("Explanation of Responses:",), ("Remarks:", "** Signature of Reporting Person"))
FORM = small_form(footnotes=NOTES)
HEAD = "Explanation of Responses:"


def lines(*texts: str, x: int = 100, y: int = 130, step: int = 34) -> list[Text]:
    return [(text, at(x, y + step * k, text)) for k, text in enumerate(texts)]


def notes_of(*pages: list[Text], definition: FootnoteDefinition | None = NOTES) -> list[Note]:
    stack = stack_pages([page_of(texts, number=k + 1) for k, texts in enumerate(pages)])
    return find_footnotes(stack, hits_of(stack, FORM), definition)


def told(*texts: str) -> list[tuple[int, str]]:
    return [(n.number, n.text) for n in notes_of([(HEAD, at(100, 90, HEAD)), *lines(*texts)])]


def test_numbered_notes_are_told_with_all_their_lines() -> None:
    found = notes_of(
        [(HEAD, at(100, 90, HEAD)), *lines("1. The sales reported were made", "under a plan.", "2. Includes shares.")]
    )
    assert found == [
        Note(1, "The sales reported were made under a plan.", (1, 2)),
        Note(2, "Includes shares.", (3,)),
    ]


def test_notes_numbered_in_other_ways_are_numbered_all_the_same() -> None:
    assert told("(1) One.", "(2) Two.") == [(1, "One."), (2, "Two.")]
    assert told("1) One.", "2: Two.") == [(1, "One."), (2, "Two.")]
    assert told("l. One.", "2, Two.") == [(1, "One."), (2, "Two.")]


def test_a_number_inside_a_note_begins_no_other() -> None:
    assert told("1. The sale of", "5. shares and of", "1933. This is all.") == [
        (1, "The sale of 5. shares and of 1933. This is all.")
    ]


def test_a_number_that_was_not_read_costs_one_note_and_not_all() -> None:
    assert [n for n, _ in told("1. One.", "3. Three.", "4. Four.")] == [1, 3, 4]


def test_a_form_with_pages_before_may_begin_with_a_later_note() -> None:
    assert [n for n, _ in told("5. Five.", "6. Six.")] == [5, 6]


def test_notes_end_where_the_definition_says() -> None:
    texts = lines("1. The sales.", "Remarks:", "2. No note.")
    assert [n.number for n in notes_of([(HEAD, at(100, 90, HEAD)), *texts])] == [1]


def test_a_signature_to_the_right_is_no_part_of_a_note() -> None:
    page: list[Text] = [
        (HEAD, at(100, 90, HEAD)),
        *lines("1. The sales."),
        ("/s/ Monica Greenberg", at(900, 165, "x" * 20)),
    ]
    assert [n.text for n in notes_of(page)] == ["The sales."]


def test_the_words_that_end_the_notes_do_not_end_them_elsewhere_on_the_line() -> None:
    sign = "** Signature of Reporting Person"
    page: list[Text] = [(HEAD, at(100, 90, HEAD)), *lines("1. The sales.", "2. More."), (sign, at(900, 140, sign))]
    assert [n.number for n in notes_of(page)] == [1, 2]


def test_pieces_of_one_line_are_put_together_left_to_right() -> None:
    page: list[Text] = [
        (HEAD, at(100, 90, HEAD)),
        ("made under a plan.", at(500, 131, "made under a plan.")),
        ("1. The sales were", at(100, 130, "1. The sales were")),
    ]
    assert [n.text for n in notes_of(page)] == ["The sales were made under a plan."]


def test_notes_go_on_over_the_page() -> None:
    first: list[Text] = [(HEAD, at(100, 1900, HEAD)), *lines("1. The sales were", y=2000)]
    second = lines("made under a plan.", "2. More.", y=60)
    assert [(n.number, n.text) for n in notes_of(first, second)] == [
        (1, "The sales were made under a plan."),
        (2, "More."),
    ]


def test_no_heading_and_no_definition_give_no_notes() -> None:
    assert notes_of(lines("1. The sales.")) == []
    assert notes_of([(HEAD, at(100, 90, HEAD)), *lines("1. The sales.")], definition=None) == []


def test_text_under_the_heading_that_has_no_number_is_no_note() -> None:
    assert told("None.") == []


def test_what_the_form_prints_may_be_said_in_a_note_too() -> None:
    form = small_form(footnotes=NOTES, print=("Please return this card",))
    said = "1. It says: Please return this card, and they did."
    stack = sheet_of([(HEAD, at(100, 90, HEAD)), *lines(said, "Please return this card")])
    (note,) = find_footnotes(stack, hits_of(stack, form), NOTES)
    assert note.text == said.removeprefix("1. "), "the line that is nothing but print is no part of it"


def test_a_one_that_was_misread_still_begins_the_first_note() -> None:
    assert told("t. The sales.", "2. More.") == [(1, "The sales."), (2, "More.")]
    assert told("|. The sales.") == [(1, "The sales.")]
