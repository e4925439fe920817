from dataclasses import replace

from factories import Text, at, field_def, page_of, small_form

from digitizer.document.codes import Code
from digitizer.document.form import TableDefinition
from digitizer.document.geometry import Box
from digitizer.document.layout import Readings
from digitizer.document.record import OTHER
from digitizer.fields.identify import Part, find_forms, split

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


def test_prints_in_other_words_are_one_question() -> None:
    """A revision asks the same things under other labels; the labels of the others do not count against it."""
    fields = tuple(
        replace(f, labels=(*f.labels, f"{f.labels[0]}, please print in block letters here")) for f in LOAN.fields
    )
    ((form, _, confidence),) = [
        (f.form, f.pages, f.confidence)
        for f in find_forms([LOAN_PAGE], {LOAN.form: replace(LOAN, fields=fields, print=())})
    ]
    assert form == "loan-card"
    assert confidence == find_forms([LOAN_PAGE], {LOAN.form: replace(LOAN, print=())})[0].confidence


def test_a_revision_that_asks_little_is_told_by_two_texts_of_its_own() -> None:
    old = page("LIBRARY LOAN CARD", "Item No.", "Kept by the librarian of the reading room")
    two = replace(LOAN, identify=(*LOAN.identify, "Kept by the librarian of the reading room"))
    assert told(old) == [(OTHER, (0,))]
    assert [f.form for f in find_forms([old], {two.form: two})] == ["loan-card"]


def test_texts_that_several_forms_print_do_not_count() -> None:
    notice = "This notice stands on every form of the library and names the loan card and the book order slip"
    slip = page("BOOK ORDER SLIP", notice, "Title of the book", "Moby Dick", "Price in dollars")
    forms = {
        LOAN.form: replace(LOAN, print=(notice,), identify=("loan card",)),
        ORDER.form: replace(ORDER, print=(notice,)),
    }
    assert [f.form for f in find_forms([slip], forms)] == ["book-order"]


def test_attached_pages_that_name_something_of_the_form_are_other() -> None:
    """A stamp on every page and a column head in a long list do not make an attached list the form's next page."""
    stamp = "Received by the main library"
    form = replace(LOAN, print=(stamp, "Books returned"))
    first = page(stamp, "LIBRARY LOAN CARD", "Name of borrower", "Date of loan", "Returned late")
    attached = page(stamp, "Books returned", *(f"A novel in {k} volumes by an author of no renown" for k in range(20)))
    found = find_forms([first, attached], {form.form: form})
    assert [(f.form, f.pages) for f in found] == [("loan-card", (0,)), (OTHER, (1,))]


def test_heads_of_a_table_that_goes_on_are_the_form() -> None:
    head = field_def("bookTitle", "text", "Title of the borrowed book")
    form = small_form((TableDefinition("books", (head,)),))
    first = page("LIBRARY LOAN CARD", "Name of borrower", "Date of loan", "Title of the borrowed book")
    found = find_forms([first, page("Title of the borrowed book", "Moby Dick", number=2)], {form.form: form})
    assert [(f.form, f.pages) for f in found] == [("loan-card", (0, 1))]


def test_the_revision_is_told_by_what_the_form_prints() -> None:
    form = replace(LOAN, revisions={"B-2": ("FORM LIB-158",), "B-1": ("FORM LIB-68",)})

    def revision(*texts: str) -> str:
        head = page("LIBRARY LOAN CARD", "Name of borrower", "Date of loan", "Returned late", *texts)
        return find_forms([head], {form.form: form})[0].revision

    assert revision("FORM LIB.158", "Formerly LIB-68") == "B-2"
    assert revision("Form LIB-68", "Formerly DJ-307") == "B-1"
    assert revision("a letter of 1968") == ""


def test_a_blank_back_parts_no_form() -> None:
    more = page("Please return this card with the book", number=3)
    assert told(LOAN_PAGE, page(), page("."), more) == [("loan-card", (0, 3)), (OTHER, (1,)), (OTHER, (2,))]


def test_a_cover_sheet_parts_forms() -> None:
    more = page("Please return this card with the book", number=3)
    found = find_forms([LOAN_PAGE, LETTER, more], FORMS)
    assert [(f.form, f.pages, f.stray) for f in found] == [
        ("loan-card", (0,), ""),
        (OTHER, (1,), ""),
        (OTHER, (2,), ""),
    ]


def test_a_further_page_before_its_first_is_told() -> None:
    more = page("Please return this card with the book", "Date of loan", "Returned late")
    found = find_forms([more, LOAN_PAGE], FORMS)
    assert [(f.form, f.pages, f.stray) for f in found] == [(OTHER, (0,), "loan-card"), ("loan-card", (1,), "")]


def test_of_two_forms_that_are_kin_the_one_whose_own_questions_are_asked() -> None:
    """Form 5 asks nearly all that Form 4 asks, and its title holds the other's."""
    annual = replace(
        LOAN,
        form="annual-card",
        fields=(*LOAN.fields[:1], field_def("year", "date", "Loans of the year ended"), LOAN.fields[2]),
        identify=("ANNUAL LIBRARY LOAN CARD",),
    )
    forms = {annual.form: annual, LOAN.form: LOAN}
    own = page("ANNUAL LIBRARY LOAN CARD", "Name of borrower", "Loans of the year ended", "Returned late")
    assert [f.form for f in find_forms([own, LOAN_PAGE], forms)] == ["annual-card", "loan-card"]


def coded(number: int, *codes: str, text: str = "words") -> Readings:
    read = page_of([(text, at(100, 100, text))] if text else [], number=number)
    return replace(read, codes=tuple(Code(c, "code128", Box(0, 0, 9, 9)) for c in codes))


def parts_of(parts: list[Part]) -> list[tuple[list[int], dict[str, str]]]:
    return [([p.layout.ref.page for p in part.pages], dict(part.metadata)) for part in parts]


def test_without_sheets_a_file_is_one_document() -> None:
    assert parts_of(split([coded(1), coded(2, text="")])) == [([1, 2], {})]


def test_a_sheet_parts_documents_and_what_it_says_holds_for_the_one_behind_it() -> None:
    pages = [coded(1, "box=1"), coded(2), coded(3, "PATCHT", "box=2"), coded(4), coded(5, "PATCHT"), coded(6, "0815")]
    parts = split(pages)
    assert parts_of(parts) == [([1, 2], {"box": "1"}), ([4], {"box": "2"}), ([6], {"barcode": "0815"})]
    assert [len(part.stacks) for part in parts] == [0, 1, 1]


def test_the_blank_back_of_a_sheet_goes_with_it_and_no_other_page() -> None:
    pages = [coded(1, "PATCHT"), coded(2, text=""), coded(3), coded(4, text=""), coded(5, "PATCHT"), coded(6)]
    assert parts_of(split(pages)) == [([3, 4], {}), ([6], {})]


def test_a_page_that_failed_behind_a_sheet_does_not_make_the_next_its_back() -> None:
    assert parts_of(split([coded(1, "PATCHT"), coded(3, text="")])) == [([3], {})]


def test_sheets_that_follow_each_other_count_as_one() -> None:
    pages = [coded(1, "PATCHT", "box=1"), coded(2, "PATCHT", "year=1998"), coded(3), coded(4, "PATCHT", "box=9")]
    assert parts_of(split(pages)) == [([3], {"box": "1", "year": "1998"}), ([], {"box": "9"})]


def test_a_file_of_nothing_but_sheets_is_a_document() -> None:
    assert parts_of(split([coded(1, "PATCHT", "box=1"), coded(2, "PATCHT")])) == [([1, 2], {"box": "1"})]
