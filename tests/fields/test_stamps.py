from dataclasses import replace

from factories import Text, at, field_def, page_of

from digitizer.document.geometry import Box
from digitizer.document.layout import Reading, Readings, TextLine
from digitizer.fields.stacked_pages import StackedPages, stack_pages
from digitizer.fields.stamps import fill_stamp

RECEIVED = field_def("receivedDate", "date", "RECEIVED", stamp=True)


def with_stamps(page: Readings, *stamps: tuple[Reading, Box]) -> StackedPages:
    """The page with lines that run down it."""
    lines = (*page.layout.lines, *(TextLine(box, sideways=True) for _, box in stamps))
    readings = (*page.lines, *(reading for reading, _ in stamps))
    return stack_pages([Readings(replace(page.layout, lines=lines), readings, (None,) * len(lines))])


def read(text: str, *others: str) -> Reading:
    return Reading(text, 0.7, "rapidocr", (), tuple((o, 0.5) for o in others))


LETTER = page_of([("June 30, 1969", at(100, 100, "June 30, 1969"))])


def test_a_stamp_on_end_is_read_and_is_no_line_of_the_form() -> None:
    stack = with_stamps(LETTER, (read("2009 JUL 31 PM 1:43"), Box(900, 300, 30, 400)))
    assert [i.text for i in stack.items] == ["June 30, 1969"]
    draft = fill_stamp(stack, RECEIVED)
    assert (draft.value, draft.page, draft.place) == ("2009-07-31", 0, Box(900, 300, 30, 400))


def test_parts_of_a_stamp_over_one_another_are_one() -> None:
    parts = (read("2009 JUL"), Box(900, 300, 30, 150)), (read("31 PM 1:43"), Box(902, 470, 30, 160))
    assert fill_stamp(with_stamps(LETTER, *parts), RECEIVED).value == "2009-07-31"


def test_what_the_other_reader_saw_counts() -> None:
    stack = with_stamps(LETTER, (read("20X JUL 3] P", "2009 JUL 31 PM 1:43"), Box(900, 300, 30, 400)))
    assert fill_stamp(stack, RECEIVED).value == "2009-07-31"


def test_a_date_that_was_filled_in_is_no_stamp() -> None:
    draft = fill_stamp(stack_pages([LETTER]), RECEIVED)
    assert (draft.value, draft.page) == ("", None)


def test_two_impressions_outweigh_a_misread_one() -> None:
    good, bad = read("2009 JUL 31 PM 1:43"), read("2003 JUL 31 PM 1:43")
    places = [Box(300 * k, 300, 30, 400) for k in range(1, 4)]
    stack = with_stamps(LETTER, (bad, places[0]), (good, places[1]), (good, places[2]))
    draft = fill_stamp(stack, RECEIVED)
    assert draft.value == "2009-07-31"
    alone = fill_stamp(with_stamps(LETTER, (good, places[1]), (good, places[2])), RECEIVED)
    assert draft.reader < alone.reader


def test_a_level_stamp_in_two_parts_is_read() -> None:
    texts: list[Text] = [("MAR 1 12 22", at(100, 100, "MAR 1 12 22")), ("PM 1965", at(290, 100, "PM 1965"))]
    assert fill_stamp(stack_pages([page_of(texts)]), RECEIVED).value == "1965-03-01"


def test_a_stamp_in_many_parts_that_rises_is_read_and_signs_between_are_left_out() -> None:
    parts = ("AUG 20", "à", "142", "FH", "H'75")
    boxes = [
        Box(100, 250, 88, 34),
        Box(230, 246, 17, 19),
        Box(238, 236, 60, 35),
        Box(330, 228, 30, 34),
        Box(352, 220, 74, 36),
    ]
    texts: list[Text] = [(t, (b.x, b.y, b.width, b.height)) for t, b in zip(parts, boxes, strict=True)]
    assert fill_stamp(stack_pages([page_of(texts)]), RECEIVED).value == "1975-08-20"


def test_a_year_that_cannot_be_read_is_that_of_the_paper() -> None:
    paper = page_of([("Jan. 25, 1991", at(100, 100, "Jan. 25, 1991"))])
    stamp = (read("MAY 20 P4:39"), Box(900, 300, 30, 400))
    assert fill_stamp(with_stamps(paper, stamp), RECEIVED).value == "1991-05-20"
    assert fill_stamp(with_stamps(page_of([]), stamp), RECEIVED).value == ""
    late = page_of([("Nov. 25, 1991", at(100, 100, "Nov. 25, 1991"))])
    early = (read("JAN 20 P4:39"), Box(900, 300, 30, 400))
    assert fill_stamp(with_stamps(late, early), RECEIVED).value == "1992-01-20"


def test_a_year_is_taken_from_another_reading_of_the_same_day() -> None:
    stack = with_stamps(page_of([]), (read("2 MAY 30 PM 4:48", "208 HA'e30- PM 4: 48"), Box(900, 300, 30, 400)))
    assert fill_stamp(stack, RECEIVED).value == "2008-05-30"


def test_a_date_before_all_that_is_written_is_doubted() -> None:
    paper = page_of([("17 April 1964", at(100, 100, "17 April 1964"))])
    stamp = (read("AUG 6 3 53 PM 1954"), Box(900, 300, 30, 400))
    assert fill_stamp(with_stamps(paper, stamp), RECEIVED).value == "1964-08-06"
