from dataclasses import replace

from factories import Text, at, field_def, page_of, small_form

from digitizer.document.layout import Readings
from digitizer.document.record import OTHER
from digitizer.fields.identify import find_forms

LOAN = small_form(print=("Please return this card with the book",))
ORDER = replace(
    small_form(
        fields=(field_def("title", "text", "Title of the book"), field_def("price", "money", "Price in dollars")),
        identify=("BOOK ORDER SLIP",),
    ),
    form="book-order",
)
FORMS = {LOAN.form: LOAN, ORDER.form: ORDER}


def page(*texts: str, number: int = 1) -> Readings:
    lines: list[Text] = [(text, at(100, 100 + 40 * k, text)) for k, text in enumerate(texts)]
    return page_of(lines, number=number)


LOAN_PAGE = page("LIBRARY LOAN CARD", "Name of borrower", "BIXBY TIMOTHY", "Date of loan", "Returned late")
ORDER_PAGE = page("BOOK ORDER SLIP", "Title of the book", "Moby Dick", "Price in dollars")
LETTER = page("Dear Sir,", "we thank you", "for your kind letter")


def told(*pages: Readings) -> list[tuple[str, tuple[int, ...]]]:
    return [(f.form, f.pages) for f in find_forms(pages, FORMS)]


def test_each_form_is_told_by_its_print() -> None:
    assert told(LOAN_PAGE, ORDER_PAGE) == [("loan-card", (0,)), ("book-order", (1,))]


def test_a_page_that_is_no_known_form_is_other() -> None:
    assert told(LETTER) == [(OTHER, (0,))]
    assert told(page()) == [(OTHER, (0,))]
    assert [(f.form, f.pages) for f in find_forms([LOAN_PAGE], {})] == [(OTHER, (0,))]


def test_misread_print_still_tells_the_form() -> None:
    misread = page("LlBRARY L0AN CARD", "Narne of borrower", "Dale of loan", "Returncd late")
    assert told(misread) == [("loan-card", (0,))]


def test_the_title_alone_in_a_letter_makes_no_form() -> None:
    assert told(page("Dear Sir, I have lost my", "LIBRARY LOAN CARD", "and am sorry")) == [(OTHER, (0,))]


def test_labels_without_what_only_this_form_prints_make_no_form() -> None:
    assert told(page("Name of borrower", "Date of loan", "Returned late", "Please return this card")) == [(OTHER, (0,))]


def test_a_page_that_goes_on_belongs_to_the_form_before() -> None:
    assert told(LOAN_PAGE, page("Please return this card with the book", number=2)) == [("loan-card", (0, 1))]


def test_two_forms_of_a_kind_are_two_records() -> None:
    assert told(LOAN_PAGE, LOAN_PAGE) == [("loan-card", (0,)), ("loan-card", (1,))]


def test_other_pages_stay_single() -> None:
    assert told(LETTER, LETTER, LOAN_PAGE) == [(OTHER, (0,)), (OTHER, (1,)), ("loan-card", (2,))]


def test_confidences_are_probabilities_and_more_print_is_surer() -> None:
    (less,) = find_forms([page("LIBRARY LOAN CARD", "Name of borrower")], FORMS)
    (more,) = find_forms([LOAN_PAGE], FORMS)
    assert 0.5 < less.confidence < more.confidence <= 1
    (other,) = find_forms([LETTER], FORMS)
    assert 0.5 < other.confidence <= 1
