from dataclasses import replace

import pytest
from factories import Text, at, entry_of, field_def, page_of, sheet_of, with_raised

from digitizer.document.geometry import Box
from digitizer.document.layout import Mark, Reading
from digitizer.fields.candidates import propose
from digitizer.fields.drafts import NOTHING, Content, blank, content_of, draft_value, place_of, ticked
from digitizer.fields.stacked_pages import StackedPages, stack_pages


def content(*lines: str, reader: float = 0.9, alternatives: tuple[tuple[str, float], ...] = ()) -> Content:
    return replace(NOTHING, lines=lines, reader=reader, page=0, place=Box(1, 2, 3, 4), alternatives=alternatives)


def lines(*texts: str) -> StackedPages:
    found: list[Text] = [(text, at(100, 200 + 40 * k, text)) for k, text in enumerate(texts)]
    return sheet_of(found)


def test_nothing_written_is_nothing_with_certainty() -> None:
    assert content_of(lines(), []) == NOTHING
    assert (NOTHING.lines, NOTHING.reader, NOTHING.place) == ((), 1.0, None)


def test_lines_are_told_one_by_one_with_the_least_sure_reader() -> None:
    stack = lines("462 SEVENTH AVENUE", "3RD FLOOR")
    doubtful = replace(stack.items[1], words=tuple(replace(w, confidence=0.4) for w in stack.items[1].words))
    stack = replace(stack, items=(stack.items[0], doubtful))
    found = content_of(stack, [entry_of(stack, 0), entry_of(stack, 1)])
    assert found.lines == ("462 SEVENTH AVENUE", "3RD FLOOR")
    assert found.reader == pytest.approx(0.4)
    assert found.place == Box.around([i.place for i in stack.items])
    assert found.certain


def test_entries_of_one_row_are_one_line() -> None:
    stack = sheet_of([("BIXBY", at(100, 200, "BIXBY")), ("TIMOTHY", at(300, 203, "TIMOTHY"))])
    assert content_of(stack, [entry_of(stack, 0), entry_of(stack, 1)]).lines == ("BIXBY TIMOTHY",)


def test_a_marker_at_the_end_names_its_note_and_is_no_part_of_the_value() -> None:
    stack = lines("306,250(4)")
    found = content_of(stack, [entry_of(stack, 0)])
    assert (found.lines, found.notes) == (("306,250",), ("F4",))


def test_a_raised_marker_names_its_note() -> None:
    stack = stack_pages([with_raised(page_of([("306,250", at(100, 200, "306,250"))]), 0, "(2)(13)", 0.7)])
    found = content_of(stack, [entry_of(stack, 0)])
    assert (found.lines, found.notes) == (("306,250",), ("F2", "F13"))
    assert found.reader == pytest.approx(0.7), "the marker's reader counts too"
    assert found.certain


def test_a_raised_marker_that_was_not_read_leaves_doubt() -> None:
    stack = stack_pages([with_raised(page_of([("306,250", at(100, 200, "306,250"))]), 0, "()")])
    found = content_of(stack, [entry_of(stack, 0)])
    assert found.notes == ()
    assert not found.certain


def test_a_marker_alone_is_a_note_without_a_value() -> None:
    stack = lines("(1)")
    found = content_of(stack, [entry_of(stack, 0)])
    assert (found.lines, found.notes) == ((), ("F1",))


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_an_entrys_place_is_told_in_the_pages_pixels(scale: float) -> None:
    page = page_of(
        [("Date 11/17/2009", (round(100 * scale), round(200 * scale), round(300 * scale), round(24 * scale)))]
    )
    page = replace(page, layout=replace(page.layout, dpi=200 * scale))
    stack = stack_pages([page])
    entry = replace(entry_of(stack, 0), first=1, box=stack.items[0].words[1].box)
    wanted = page.lines[0].words[1].box
    place = place_of(stack, entry)
    assert place.contains(wanted, tolerance=3)
    assert wanted.contains(place, tolerance=3)


def test_a_value_is_typed_by_its_kind() -> None:
    assert draft_value(field_def("a", "date"), content("11/17/2009"), 0.8, 0.9).value == "2009-11-17"
    day_first = field_def("a", "date", day_first=True)
    assert draft_value(day_first, content("03.07.2019"), 0.8, 0.9).value == "2019-07-03"
    assert draft_value(field_def("a", "number"), content("24,409"), 0.8, 0.9).value == "24409"
    draft = draft_value(field_def("a", "name"), content("BIXBY", "TIMOTHY"), 0.8, 0.9)
    assert (draft.value, draft.text, draft.match, draft.label) == ("BIXBY\nTIMOTHY", "BIXBY\nTIMOTHY", 0.8, 0.9)
    assert (draft.page, draft.place) == (0, Box(1, 2, 3, 4))


def test_a_text_that_is_no_value_of_the_kind_stays_as_read_and_is_not_valid() -> None:
    draft = draft_value(field_def("a", "date"), content("BIXBY"), 0.8, 0.9)
    assert (draft.value, draft.valid) == ("BIXBY", 0.0)


def test_the_last_of_the_told_lines_takes_what_is_left() -> None:
    address = content("C/O LIVEPERSON", "462 SEVENTH AVENUE", "3RD FLOOR")
    one = draft_value(field_def("street1", "address", line=1), address, 1, 1, lines=2)
    two = draft_value(field_def("street2", "address", line=2), address, 1, 1, lines=2)
    assert (one.value, two.value) == ("C/O LIVEPERSON", "462 SEVENTH AVENUE\n3RD FLOOR")
    lone = draft_value(field_def("street2", "address", line=2), content("462 SEVENTH AVENUE"), 1, 1, lines=2)
    assert (lone.value, lone.valid) == ("", 1.0)


def test_a_line_that_was_too_long_for_its_place_goes_on_right_below_itself() -> None:
    lines = ("C/O FINTECH ACQUISITION", "CORP. V", "2929 ARCH STREET")

    def streets(*tops: int) -> list[str | bool]:
        typed = replace(content(*lines), tops=tops)
        fields = [field_def(f"street{k}", "address", line=k) for k in (1, 2)]
        return [draft_value(f, typed, 1, 1, lines=2).value for f in fields]

    assert streets(657, 690, 731) == ["C/O FINTECH ACQUISITION\nCORP. V", "2929 ARCH STREET"]
    assert streets(657, 698, 731) == ["C/O FINTECH ACQUISITION", "CORP. V\n2929 ARCH STREET"]
    # Evenly spaced, nothing tells: the first line is the first.
    assert streets(657, 690, 724) == ["C/O FINTECH ACQUISITION", "CORP. V\n2929 ARCH STREET"]


def test_a_pattern_takes_its_part_of_the_entry() -> None:
    symbol = field_def("symbol", "code", pattern=r"\[\s*(.*?)\s*\]")
    assert draft_value(symbol, content("LIVEPERSON INC [ LPSN ]"), 1, 1).value == "LPSN"
    assert draft_value(symbol, content("LIVEPERSON INC"), 1, 1).value == ""


def test_what_a_reader_saw_besides_is_kept_where_all_of_it_is_the_fields() -> None:
    code, one = field_def("code", "code", values=("S", "A", "D")), field_def("first", "text", line=1)
    typed = content("5", reader=0.4, alternatives=(("A", 0.35), ("S", 0.2)))
    assert draft_value(code, typed, 1, 1).readings == (("5", pytest.approx(0.45)), ("A", 0.35), ("S", 0.2))
    assert draft_value(one, typed, 1, 1, lines=2).readings == ()


def test_a_blank_is_empty_and_a_blank_checkbox_is_not_marked() -> None:
    place = Box(5, 6, 7, 8)
    text = blank(field_def("a", "text"), 0.9, 0.8, 0, place)
    box = blank(field_def("b", "checkbox"), 0.9, 0.8, None, None)
    assert (text.value, text.text, text.place, text.match) == ("", "", place, 0.9)
    assert box.value is False


def test_a_checkbox_takes_its_frames_word_and_place() -> None:
    stack = sheet_of([], marks=[Mark(Box(100, 100, 30, 30), True, 0.97), Mark(Box(100, 200, 30, 30), False, 0.6)])
    on, off = (ticked(field_def("late", "checkbox"), c, NOTHING, 0.9, 0.8) for c in propose(stack, []))
    assert (on.value, on.text, on.reader, on.place) == (True, "X", 0.97, Box(100, 100, 30, 30))
    assert (off.value, off.text, off.reader) == (False, "", 0.6)


def test_a_typed_cross_marks_a_checkbox() -> None:
    stack = lines("X")
    (candidate,) = propose(stack, [])
    draft = ticked(field_def("late", "checkbox"), candidate, content_of(stack, candidate.entries), 0.9, 0.8)
    assert (draft.value, draft.text) == (True, "X")


def test_the_readers_other_texts_are_kept_for_lone_entries_only() -> None:
    stack = lines("D", "A")
    items = tuple(replace(i, reading=Reading(i.text, 0.6, "glyph", (), (("O", 0.3),))) for i in stack.items)
    stack = replace(stack, items=items)
    assert content_of(stack, [entry_of(stack, 0)]).alternatives == (("O", 0.3),)
    assert content_of(stack, [entry_of(stack, 0), entry_of(stack, 1)]).alternatives == ()


def test_the_printed_label_is_no_part_of_a_value() -> None:
    period = replace(field_def("period", "text", "for"), labels=("Supplemental Statement for", "for"))
    assert draft_value(period, content("for June 30, 1969"), 1.0, 1.0).value == "June 30, 1969"
    assert draft_value(period, content("forty days"), 1.0, 1.0).value == "forty days"
