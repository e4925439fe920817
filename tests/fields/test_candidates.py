from factories import Text, at, field_def, hits_of, page_of, sheet_of, small_form
from hypothesis import given
from hypothesis import strategies as st

from digitizer.document.geometry import Box
from digitizer.document.layout import Cell, Mark
from digitizer.fields.candidates import Candidate, entries_of, propose
from digitizer.fields.phrases import LabelMatch
from digitizer.fields.stacked_pages import StackedPages, stack_pages

FORM = small_form()


def texts_of(candidates: list[Candidate]) -> list[str]:
    return [c.text for c in candidates]


def loan_card(*more: Text) -> StackedPages:
    texts: list[Text] = [
        ("Name of borrower", at(100, 100, "Name of borrower")),
        ("BIXBY TIMOTHY", at(120, 150, "BIXBY TIMOTHY")),
        ("Date of loan 11/17/2009", at(900, 100, "Date of loan 11/17/2009")),
    ]
    return sheet_of([*texts, *more])


def test_labels_are_no_entries_and_what_stands_beside_them_on_the_line_is_one() -> None:
    stack = loan_card()
    entries = entries_of(stack, hits_of(stack, FORM))
    assert [(e.text, e.item, e.first, e.last) for e in entries] == [("BIXBY TIMOTHY", 1, 0, 2), ("11/17/2009", 2, 3, 4)]
    assert entries[1].box == stack.items[2].words[3].box


def test_lines_that_tables_took_are_no_entries() -> None:
    stack = loan_card()
    assert [e.text for e in entries_of(stack, hits_of(stack, FORM), {1})] == ["11/17/2009"]


def test_rows_of_stops_and_dashes_are_no_entries() -> None:
    assert entries_of(sheet_of([(". . . . -- ~", at(100, 100, ". . . . -- ~"))]), []) == []


def test_lines_under_one_another_are_proposed_as_a_block_and_each_alone() -> None:
    address: list[Text] = [
        (text, at(100, 400 + 30 * k, text)) for k, text in enumerate(("462 SEVENTH AVENUE", "3RD FLOOR", "NEW YORK"))
    ]
    candidates = propose(sheet_of(address), [])
    assert "462 SEVENTH AVENUE\n3RD FLOOR\nNEW YORK" in texts_of(candidates)
    alone = [c for c in candidates if len(c.entries) == 1]
    assert len(alone) == 3
    assert not any(c.whole for c in alone)
    (block,) = [c for c in candidates if len(c.entries) == 3]
    assert block.whole
    assert block.box == Box.around([e.box for e in block.entries])


def test_an_entry_by_itself_is_whole() -> None:
    (candidate,) = propose(sheet_of([("24,409", at(100, 100, "24,409"))]), [])
    assert candidate.whole


def test_parts_of_a_name_side_by_side_are_proposed_as_a_row() -> None:
    cells = [Cell(Box(80, 80, 1400, 100))]
    parts: list[Text] = [(text, at(x, 100, text), 0) for text, x in (("BIXBY", 100), ("TIMOTHY", 400), ("E", 700))]
    assert "BIXBY TIMOTHY E" in texts_of(propose(sheet_of(parts, cells), []))


def test_entries_over_different_captions_are_no_row() -> None:
    texts: list[Text] = [
        ("Ada Lovelace", at(100, 100, "Ada Lovelace")),
        ("12/10/1835", at(500, 100, "12/10/1835")),
        ("(Signature)", at(100, 140, "(Signature)")),
        ("(Date)", at(500, 140, "(Date)")),
    ]
    form = small_form(fields=(field_def("signed", "name", "(Signature)"), field_def("on", "date", "(Date)")))
    stack = sheet_of(texts)
    found = {c.text for c in propose(stack, hits_of(stack, form))}
    assert found == {"Ada Lovelace", "12/10/1835"}


def test_entries_of_different_cells_are_no_row_and_no_block() -> None:
    cells = [Cell(Box(80, 80, 200, 40)), Cell(Box(282, 80, 200, 40)), Cell(Box(80, 122, 200, 40))]
    texts: list[Text] = [
        ("one", at(100, 90, "one"), 0),
        ("two", at(300, 90, "two"), 1),
        ("three", at(100, 125, "three"), 2),
    ]
    assert sorted(texts_of(propose(sheet_of(texts, cells), []))) == ["one", "three", "two"]


def cut_cell(*more: Text) -> StackedPages:
    """A cell cut by the end of its page, with a line of an address on either side."""
    first = [("C/O A SHIPPING CO", at(100, 1930, "C/O A SHIPPING CO"), 0), *more]
    second: list[Text] = [("12 HARBOUR ROAD", at(100, 140, "12 HARBOUR ROAD"), 0)]
    upper = [Cell(Box(80, 1800, 600, 180), open_bottom=True)]
    return stack_pages([page_of(first, upper), page_of(second, [Cell(Box(80, 90, 600, 300), open_top=True)])])


def test_an_entry_goes_on_over_the_break_of_its_page() -> None:
    assert "C/O A SHIPPING CO\n12 HARBOUR ROAD" in texts_of(propose(cut_cell(), []))


def test_what_stands_between_parts_an_entry_from_the_next_page() -> None:
    between = ("(Street)", at(400, 1958, "(Street)"), 0)
    assert "C/O A SHIPPING CO\n12 HARBOUR ROAD" not in texts_of(propose(cut_cell(between), []))


def test_writing_of_another_size_is_no_part_of_a_block() -> None:
    texts: list[Text] = [("RECEIVED", (100, 100, 300, 60)), ("small print", (100, 165, 150, 20))]
    assert all(len(c.entries) == 1 for c in propose(sheet_of(texts), []))


def test_every_checkbox_is_a_candidate() -> None:
    marks = [Mark(Box(100, 100, 30, 30), True, 0.99), Mark(Box(100, 200, 30, 30), False, 0.98)]
    candidates = propose(sheet_of([], marks=marks), [])
    assert [c.mark.mark.checked for c in candidates if c.mark is not None] == [True, False]
    assert all(c.text == "" and not c.entries for c in candidates)


PLACES = st.tuples(st.integers(0, 6), st.integers(0, 20))


@given(st.lists(PLACES, max_size=12, unique=True))
def test_every_entry_is_proposed_alone_and_no_candidate_twice(places: list[tuple[int, int]]) -> None:
    texts: list[Text] = [(f"w{k}", at(100 + 150 * x, 100 + 30 * y, "w00")) for k, (x, y) in enumerate(places)]
    stack = sheet_of(texts)
    candidates = propose(stack, [])
    entries = entries_of(stack, [])
    assert [c.entries for c in candidates if len(c.entries) == 1] == [(e,) for e in entries]
    assert len({c.entries for c in candidates}) == len(candidates)
    assert all(len(set(c.entries)) == len(c.entries) for c in candidates)


def test_an_x_typed_onto_the_end_of_a_label_marks_its_box() -> None:
    form = small_form(fields=(field_def("yes", "checkbox", "Yes"), field_def("no", "checkbox", "No")))
    boxes = (Mark(Box(172, 100, 20, 20), False, 0.9), Mark(Box(292, 100, 20, 20), False, 0.9))
    stack = sheet_of([("YesX", at(100, 100, "YesXX")), ("No", at(250, 100, "No"))], marks=boxes)
    candidates = propose(stack, hits_of(stack, form))
    assert [c.mark.mark.checked for c in candidates if c.mark is not None] == [True, False]
    assert [c.text for c in candidates if c.entries] == ["X"]


def test_a_label_whose_last_line_has_no_word_that_could_be_read() -> None:
    # make models broke off at one, on a page whose label ended in a line of dirt.
    stack = sheet_of([("Name of", at(100, 100, "Name of")), ("", at(100, 130, "borrower"))])
    label = LabelMatch("Name of borrower", stack.items[0].box, 0.9, ((0, 0, 2), (1, 0, 0)))
    assert [c.text for c in propose(stack, [label])] == []


def city_state_zip(*texts: Text) -> list[Candidate]:
    labels: list[Text] = [(t, at(x, 240, t)) for t, x in (("(City)", 100), ("(State)", 260), ("(Zip)", 420))]
    names = [field_def(t, "address") for t, _ in labels]
    stack = sheet_of([*labels, *texts])
    return propose(stack, hits_of(stack, small_form(fields=tuple(names))))


def test_a_city_that_pushed_its_state_from_its_label() -> None:
    zip_code: Text = ("19104", at(440, 200, "19104"))
    found = city_state_zip(("PHILADELPHIA PA", at(100, 200, "PHILADELPHIA PA")), zip_code)
    city, state = (next(c for c in found if c.text == text) for text in ("PHILADELPHIA", "PA"))
    # Each is looked for where it would have stood, and told where it stands.
    assert city.box.right < 260
    assert state.box.x == 260
    assert state.entries[0].box.x > 270


def test_a_long_city_is_whole_where_its_state_stands_at_its_own_label() -> None:
    texts: list[Text] = [("SAN FRANCISCO AB", at(20, 200, "SAN FRANCISCO AB")), ("CA", at(262, 200, "CA"))]
    assert "SAN FRANCISCO AB" in texts_of(city_state_zip(*texts))


def test_an_x_read_as_part_of_its_label_ticks_it() -> None:
    text = "x_Form filed by one person"
    stack = sheet_of([(text, at(100, 100, text))])
    form = small_form(fields=(field_def("one", "checkbox", "Form filed by one person"),))
    matches = hits_of(stack, form)
    assert matches[0].box.x > 100, "the label begins behind the X"
    (candidate,) = propose(stack, matches)
    assert (candidate.text, candidate.label) == ("X", 0)
    assert candidate.box.right <= matches[0].box.x + 1


def test_an_x_read_as_a_word_before_its_label_is_none_of_its_words() -> None:
    text = "x Form tiled by one person"
    stack = sheet_of([(text, at(100, 100, text))])
    matches = hits_of(stack, small_form(fields=(field_def("one", "checkbox", "Form filed by one person"),)))
    assert [h.covered for h in matches] == [((0, 1, 6),)]
    assert texts_of(propose(stack, matches)) == ["x"]


def test_an_x_on_the_end_of_a_label_is_no_mark_of_the_next_one() -> None:
    form = small_form(fields=(field_def("yes", "checkbox", "Yes"), field_def("no", "checkbox", "No")))
    stack = sheet_of([("YesX", at(100, 100, "YesXX")), ("No", at(250, 100, "No"))])
    (typed,) = propose(stack, hits_of(stack, form))
    assert (typed.text, typed.onto) == ("X", "Yes")


def test_words_of_one_line_are_a_row_even_if_they_stand_a_little_up_and_down() -> None:
    words = (("one", 100, 102), ("two", 300, 100), ("six", 500, 101))
    texts: list[Text] = [(word, at(x, y, word)) for word, x, y in words]
    found = [c.text for c in propose(sheet_of(texts), [])]
    assert "one two six" in found


LABEL = "12. List names and addresses of persons or organizations"
LARGE = small_form(fields=(field_def("large", "text", LABEL),))


def entries(*texts: Text) -> list[str]:
    stack = sheet_of(list(texts))
    return [e.text for e in entries_of(stack, hits_of(stack, LARGE))]


def test_a_piece_that_a_stamp_tore_off_its_label_is_no_entry() -> None:
    label: Text = ("12. List names and addresses of persons", at(100, 100, LABEL[:38]))
    assert entries(label, ("or orqanizations", at(680, 100, "or organizations"))) == []


def test_what_is_typed_beside_or_under_a_label_is_an_entry() -> None:
    label: Text = (LABEL, at(100, 100, LABEL))
    assert entries(label, ("None whatsoever", at(900, 100, "None whatsoever"))) == ["None whatsoever"]
    assert entries(label, ("organizations", at(100, 160, "organizations"))) == ["organizations"]
