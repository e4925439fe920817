from factories import Text, at, field_def, hits_of, sheet_of, small_form

from digitizer.document.form import TableDefinition
from digitizer.fields.table_heads import bare_body, bare_heads

LOANS = TableDefinition(
    "loans", (field_def("title", "text", "Title of book"), field_def("shelf", "code", "Shelf mark"))
)
FORM = small_form((LOANS,))
TEXTS: list[Text] = [
    ("Title of book", at(100, 300, "Title of book")),
    ("Shelf mark", at(600, 300, "Shelf mark")),
    ("Moby Dick", at(100, 340, "Moby Dick")),
    ("A 17", at(600, 340, "A 17")),
]


def heads(texts: list[Text]) -> list[tuple[int, int]]:
    stack = sheet_of(texts)
    return [(h.band.top, h.band.bottom) for h in bare_heads(stack, FORM, hits_of(stack, FORM))]


def test_labels_side_by_side_in_their_order_are_a_head() -> None:
    assert heads(TEXTS) == [(300, 324)]


def test_labels_under_one_another_or_the_other_way_round_are_none() -> None:
    assert heads([TEXTS[0], ("Shelf mark", at(100, 400, "Shelf mark"))]) == []
    assert heads([("Shelf mark", at(100, 300, "Shelf mark")), ("Title of book", at(600, 300, "Title of book"))]) == []


def test_a_table_without_rules_ends_at_a_printed_text_or_wide_white() -> None:
    for last in (("Date of loan", at(100, 400, "Date of loan")), ("Yours truly", at(100, 900, "Yours truly"))):
        stack = sheet_of([*TEXTS, last])
        matches = hits_of(stack, FORM)
        (head,) = bare_heads(stack, FORM, matches)
        assert [(b.top, b.bottom) for b in bare_body(stack, head, matches)] == [(340, 364)]
