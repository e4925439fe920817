from factories import Text, at, hits_of, sheet_of, small_form

from digitizer.document.form import FieldDefinition
from digitizer.document.geometry import Box
from digitizer.document.layout import Cell
from digitizer.fields.answers import find_answers, find_owners
from digitizer.fields.candidates import entries_of, propose
from digitizer.fields.stacked_pages import StackedPages

FORM = small_form(
    fields=tuple(
        FieldDefinition(label.lower(), "text", (label,))
        for label in ("Nationality", "Present Citizenship", "Name", "Address", "(Date of signature)")
    )
)
PAGE = [Cell(Box(50, 50, 1500, 1000))]


def answers_of(*texts: tuple[str, int, int]) -> dict[str, list[str]]:
    """Label to the lines of its answer; texts: what stands at (x, y) in one cell."""
    lines: list[Text] = [(text, at(x, y, text), 0) for text, x, y in texts]
    stack = sheet_of(lines, PAGE)
    matches = hits_of(stack, FORM)
    owners = find_owners(stack, matches, entries_of(stack, matches))
    found = {}
    for answer in find_answers(stack, matches, owners):
        owner = owners[answer[0]]
        assert owner is not None
        found[matches[owner].phrase] = [e.text for e in answer]
    return found


def test_an_answer_begins_beside_its_label_and_goes_on_below() -> None:
    told = answers_of(("Address 2000 L Street", 100, 100), ("Washington, DC 20036", 212, 132))
    assert told == {"Address": ["2000 L Street", "Washington, DC 20036"]}


def test_an_answer_that_wraps_begins_again_at_the_left() -> None:
    told = answers_of(("Address 2000 L", 100, 100), ("Street, Washington", 100, 132))
    assert told == {"Address": ["2000 L", "Street, Washington"]}


def test_the_next_label_ends_an_answer() -> None:
    told = answers_of(("Nationality", 100, 100), ("USA", 400, 96), ("Present Citizenship", 100, 150), ("USA", 400, 140))
    assert told == {"Nationality": ["USA"], "Present Citizenship": ["USA"]}


def test_labels_side_by_side_have_a_column_each() -> None:
    told = answers_of(
        ("Name", 100, 100), ("Address", 800, 100), ("Ketchum Inc.", 130, 132), ("2000 L Street", 820, 132)
    )
    assert told == {"Name": ["Ketchum Inc."], "Address": ["2000 L Street"]}


def test_what_stands_over_a_caption_is_no_answer_to_the_label_above() -> None:
    told = answers_of(("Name", 100, 100), ("June 27, 2018", 100, 300), ("(Date of signature)", 110, 340))
    assert told == {}


def test_letters_made_of_dirt_are_left_out() -> None:
    stack = sheet_of(
        [("Name", at(100, 100, "Name"), 0), ("Ketchum Inc.", at(100, 132, "Ketchum"), 0), ("i", (420, 134, 4, 8), 0)],
        PAGE,
    )
    matches = hits_of(stack, FORM)
    (answer,) = find_answers(stack, matches, find_owners(stack, matches, entries_of(stack, matches)))
    assert [e.text for e in answer] == ["Ketchum Inc."]


def test_headings_have_no_answers() -> None:
    lines: list[Text] = [("Name", at(100, 100, "Name"), 0), ("Ketchum Inc.", at(200, 100, "Ketchum Inc."), 0)]
    stack = sheet_of(lines, PAGE)
    matches = hits_of(stack, FORM)
    assert set(find_owners(stack, matches, entries_of(stack, matches), {"Name"}).values()) == {None}


def sheet_with_two_labels() -> StackedPages:
    texts = (("Nationality", 100, 100), ("USA", 400, 100), ("Present Citizenship", 100, 130), ("USA", 400, 130))
    return sheet_of([(text, at(x, y, text), 0) for text, x, y in texts], PAGE)


def test_candidates_tell_whose_answer_they_are_and_never_join_two() -> None:
    stack = sheet_with_two_labels()
    matches = hits_of(stack, FORM)
    candidates = propose(stack, matches)
    assert [c.text for c in candidates] == ["USA", "USA"]
    assert {matches[c.label].phrase for c in candidates if c.label is not None} == {
        "Nationality",
        "Present Citizenship",
    }
    assert all(c.complete for c in candidates)


def test_an_entry_typed_too_high_over_its_line_is_of_the_label_left_of_it() -> None:
    told = answers_of(("Name", 100, 118), ("7", 400, 98), ("Address", 100, 158), ("42", 400, 150))
    assert told == {"Name": ["7"], "Address": ["42"]}


def test_a_first_line_over_the_label_line_is_part_of_its_answer() -> None:
    told = answers_of(("Nationality", 100, 20), ("1201 Main St", 260, 126), ("Address", 100, 156), ("Boston", 260, 156))
    assert told == {"Address": ["1201 Main St", "Boston"]}


def test_an_entry_a_little_high_is_not_the_answer_to_the_label_above() -> None:
    told = answers_of(("Nationality", 100, 96), ("USA", 300, 92), ("Present Citizenship", 100, 146), ("UK", 400, 128))
    assert told == {"Nationality": ["USA"], "Present Citizenship": ["UK"]}


def test_an_answer_begins_behind_the_last_line_of_its_label() -> None:
    form = small_form(fields=(FieldDefinition("period", "text", ("Supplemental Statement for",)),))
    texts: list[Text] = [
        ("Supplemental Statement", at(100, 100, "Supplemental Statement"), 0),
        ("for", at(100, 128, "for"), 0),
        ("June 30, 1969", at(170, 128, "June 30, 1969"), 0),
    ]
    stack = sheet_of(texts, PAGE)
    matches = hits_of(stack, form)
    owners = find_owners(stack, matches, entries_of(stack, matches))
    assert {e.text: matches[k].phrase for e, k in owners.items() if k is not None} == {
        "June 30, 1969": "Supplemental Statement for"
    }


def test_what_follows_below_a_caption_is_not_its_answer() -> None:
    caption = "(Date of signature)"
    above, below = ("June 27, 2018", 100, 200), ("2000 L Street", 100, 300)
    assert answers_of(above, (caption, 110, 240), below) == {}
    assert answers_of((caption, 110, 240), below) == {caption: ["2000 L Street"]}
