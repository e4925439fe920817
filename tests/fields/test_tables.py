import numpy as np
import pytest
from factories import LABELS_ALONE, HeadReader, Text, at, field_def, hits_of, page_of, sheet_of, small_form, table_cells
from numpy.typing import NDArray

from digitizer.document.form import TableDefinition
from digitizer.document.geometry import Box
from digitizer.document.layout import Cell
from digitizer.fields.classifier import FieldClassifier
from digitizer.fields.stacked_pages import StackedPages, stack_pages
from digitizer.fields.tables import PrintedTable, find_tables, match_tables

PAYMENTS = TableDefinition(
    "payments",
    (
        field_def("on", "date", "Date of payment"),
        field_def("amount", "number", "Amount paid"),
        field_def("by", "name", "Paid by whom"),
    ),
)
FORM = small_form((PAYMENTS,))
HEADS = ("Date of payment", "Amount paid", "Paid by whom")
COLUMNS = (100, 400, 700, 1000)


def table_texts(rows: list[tuple[str, ...]], tops: list[int], first: int = 0, heads: bool = True) -> list[Text]:
    """The texts of a table in cells numbered row by row from `first`."""
    written = ([HEADS] if heads else []) + rows
    return [
        (text, at(COLUMNS[c] + 20, tops[r] + 15, text), first + 3 * r + c)
        for r, row in enumerate(written)
        for c, text in enumerate(row)
        if text
    ]


def payments(*rows: tuple[str, ...]) -> StackedPages:
    tops = [200 + 60 * k for k in range(len(rows) + 2)]
    return sheet_of(table_texts(list(rows), tops), table_cells(COLUMNS, tops))


def contents(table: PrintedTable) -> list[list[str]]:
    return [[" ".join(e.text for e in cell) for cell in row.cells] for row in table.rows]


def test_a_ruled_table_is_read_row_by_row() -> None:
    (table,) = find_tables(payments(("1/2/2007", "24,409", "BIXBY"), ("3/3/2008", "", "LIVEPERSON INC")), FORM)
    assert [c.own for c in table.columns] == list(HEADS)
    assert contents(table) == [["1/2/2007", "24,409", "BIXBY"], ["3/3/2008", "", "LIVEPERSON INC"]]
    assert [c.contents for c in table.columns][1] == ("24,409", "")
    assert len(table.items) == 3 + 5


def test_several_lines_in_a_cell_stay_in_their_cell_in_order() -> None:
    tops = [200, 260, 340]
    texts = [
        *table_texts([("", "24,409", "")], tops),
        ("By", at(720, 265, "By"), 5),
        ("Trust", at(720, 295, "Trust"), 5),
    ]
    (table,) = find_tables(sheet_of(texts, table_cells(COLUMNS, tops)), FORM)
    assert contents(table) == [["", "24,409", "By Trust"]]


def test_misread_heads_still_make_a_table() -> None:
    tops = [200, 260, 320]
    texts = table_texts([("1/2/2007", "5", "BIXBY")], tops)
    texts[0] = ("Dale of paymcnt", *texts[0][1:])
    (table,) = find_tables(sheet_of(texts, table_cells(COLUMNS, tops)), FORM)
    assert contents(table) == [["1/2/2007", "5", "BIXBY"]]


def test_a_table_under_other_heads_is_none_of_the_forms() -> None:
    tops = [200, 260, 320]
    cells = table_cells(COLUMNS, tops)
    texts: list[Text] = [(t, at(COLUMNS[c] + 20, 215, t), c) for c, t in enumerate(("Shelf", "Librarian", "Remark"))]
    assert find_tables(sheet_of(texts, cells), FORM) == []


def test_a_form_without_tables_looks_for_none() -> None:
    assert find_tables(payments(("1/2/2007", "5", "BIXBY")), small_form()) == []


def test_cells_with_other_columns_end_the_table() -> None:
    tops = [200, 260, 320]
    wide = Cell(Box(100, 320, 450, 58)), Cell(Box(552, 320, 446, 58))
    texts = [*table_texts([("1/2/2007", "5", "BIXBY")], tops), ("Remarks: none", at(120, 335, "Remarks: none"), 6)]
    (table,) = find_tables(sheet_of(texts, [*table_cells(COLUMNS, tops), *wide]), FORM)
    assert contents(table) == [["1/2/2007", "5", "BIXBY"]]


def test_rows_go_on_at_the_head_of_the_next_page() -> None:
    tops = [1960, 2020, 2080]
    first = page_of(table_texts([("1/2/2007", "5", "BIXBY")], tops), table_cells(COLUMNS, tops))
    more = [100, 160]
    second = page_of(
        table_texts([("3/3/2008", "6", "LOCASCIO")], more, heads=False), table_cells(COLUMNS, more), number=2
    )
    (table,) = find_tables(stack_pages([first, second]), FORM)
    assert contents(table) == [["1/2/2007", "5", "BIXBY"], ["3/3/2008", "6", "LOCASCIO"]]
    assert [row.page for row in table.rows] == [0, 1]


def test_a_row_cut_by_the_page_break_is_one_row() -> None:
    tops = [1960, 2020, 2080]
    texts = table_texts([("1/2/2007", "5", "By")], tops)
    cells = table_cells(COLUMNS, tops)
    cells[3:] = [Cell(c.box, open_bottom=True) for c in cells[3:]]
    head = [Cell(Box(c.box.x, 40, c.box.width, 50), open_top=True) for c in cells[3:]]
    second = page_of([("Trust", at(720, 45, "Trust"), 2)], head, number=2)
    (table,) = find_tables(stack_pages([page_of(texts, cells), second]), FORM)
    assert contents(table) == [["1/2/2007", "5", "By Trust"]]


def test_rows_whose_rule_was_lost_are_told_apart_by_their_lines() -> None:
    tops = [200, 260, 380]
    lines = [("1/2/2007", "24,409", "BIXBY"), ("3/3/2008", "24,410", "WALES"), ("4/4/2009", "24,411", "LEVIN")]
    texts: list[Text] = table_texts([], [200])
    texts += [
        (text, at(COLUMNS[c] + 20, 265 + 38 * r, text), 3 + c)
        for r, row in enumerate(lines)
        for c, text in enumerate(row)
    ]
    (table,) = find_tables(sheet_of(texts, table_cells(COLUMNS, tops)), FORM)
    assert contents(table) == [list(row) for row in lines]


def test_a_table_is_matched_with_the_definition_that_fits_it() -> None:
    loans = TableDefinition("loans", (field_def("title", "text", "Title of book"), field_def("shelf", "code", "Shelf")))
    form = small_form((loans, PAYMENTS))
    stack = payments(("1/2/2007", "5", "BIXBY"))
    (matched,) = match_tables(form, find_tables(stack, form), LABELS_ALONE)
    assert matched.definition.name == "payments"
    assert matched.assigned == (0, 1, 2)
    assert matched.matches == pytest.approx((1, 1, 1))


def test_columns_that_a_print_swaps_go_to_their_fields() -> None:
    swapped = TableDefinition("payments", (PAYMENTS.columns[2], PAYMENTS.columns[0], PAYMENTS.columns[1]))
    form = small_form((swapped,))
    (matched,) = match_tables(form, find_tables(payments(("1/2/2007", "5", "BIXBY")), form), LABELS_ALONE)
    assert matched.assigned == (2, 0, 1)


def test_a_table_that_fits_no_definition_is_left_out() -> None:
    class Doubter(HeadReader):
        def predict_proba(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
            return np.tile([0.9, 0.1], (len(matrix), 1))

    stack = payments(("1/2/2007", "5", "BIXBY"))
    doubtful = FieldClassifier(None, Doubter(), "0" * 64)
    assert match_tables(FORM, find_tables(stack, FORM), doubtful) == []


def test_a_row_goes_on_under_the_head_that_is_printed_again() -> None:
    tops = [200, 260, 320, 380]
    first = page_of(
        table_texts([("1/2/2007", "1", "ALDER"), ("3/3/2008", "2", "By the")], tops), table_cells(COLUMNS, tops)
    )
    rest = [("", "", "Bright Trust"), ("4/4/2009", "3", "QUILL")]
    second = page_of(table_texts(rest, tops), table_cells(COLUMNS, tops), number=2)
    tables = match_tables(FORM, find_tables(stack_pages([first, second]), FORM), LABELS_ALONE)
    assert [row for table in tables for row in contents(table.printed)] == [
        ["1/2/2007", "1", "ALDER"],
        ["3/3/2008", "2", "By the Bright Trust"],
        ["4/4/2009", "3", "QUILL"],
    ]


def test_a_row_with_its_own_beginning_is_no_rest_of_another() -> None:
    tops = [200, 260, 320]
    pages = [
        page_of(table_texts([(day, "1", "ALDER")], tops), table_cells(COLUMNS, tops), number=k)
        for k, day in ((1, "1/2/2007"), (2, "3/3/2008"))
    ]
    tables = match_tables(FORM, find_tables(stack_pages(pages), FORM), LABELS_ALONE)
    assert [len(table.printed.rows) for table in tables] == [1, 1]


def test_a_head_printed_again_that_lost_its_rule_is_as_high_as_before() -> None:
    first = page_of(table_texts([("1/2/2007", "24,409", "By the")], [200, 260]), table_cells(COLUMNS, [200, 260, 320]))
    # The rule under the second head is gone: head and the rest of the row that broke stand in one cell.
    tops = [200, 320]
    texts = [*table_texts([("3/3/2008", "7", "BIXBY")], tops), ("Trust", at(720, 280, "Trust"), 2)]
    second = page_of(texts, table_cells(COLUMNS, [200, 320, 380]), number=2)
    stack = stack_pages([first, second])
    tables = find_tables(stack, FORM)
    assert [[c.own for c in t.columns] for t in tables] == [list(HEADS), list(HEADS)]
    assert contents(tables[1]) == [["", "", "Trust"], ["3/3/2008", "7", "BIXBY"]]
    (one, other) = match_tables(FORM, tables, LABELS_ALONE)
    assert contents(one.printed) == [["1/2/2007", "24,409", "By the Trust"]]
    assert contents(other.printed) == [["3/3/2008", "7", "BIXBY"]]


def bare(*rows: tuple[str, ...]) -> StackedPages:
    """The table without any rules."""
    written = [HEADS, *rows]
    return sheet_of(
        [(t, at(COLUMNS[c] + 20, 215 + 50 * r, t)) for r, row in enumerate(written) for c, t in enumerate(row) if t]
    )


def test_a_table_without_any_rules_is_told_by_its_heads_side_by_side() -> None:
    stack = bare(("1/2/2007", "24,409", "BIXBY"), ("3/3/2008", "24,410", "LIVEPERSON"), ("", "", "INC"))
    (table,) = find_tables(stack, FORM, hits_of(stack, FORM))
    assert [c.own for c in table.columns] == list(HEADS)
    assert contents(table) == [["1/2/2007", "24,409", "BIXBY"], ["3/3/2008", "24,410", "LIVEPERSON INC"]]


def test_a_head_that_lost_a_wall_in_every_row_is_parted_between_its_labels() -> None:
    tops = [200, 260, 320]
    texts: list[Text] = [
        ("Date of payment Amount paid", at(120, 215, "Date of payment Amount paid"), 0),
        ("Paid by whom", at(720, 215, "Paid by whom"), 1),
        ("1/2/2007", at(120, 275, "1/2/2007"), 2),
        ("5", at(420, 275, "5"), 2),
        ("BIXBY", at(720, 275, "BIXBY"), 3),
    ]
    (table,) = find_tables(sheet_of(texts, table_cells([100, 700, 1000], tops)), FORM)
    assert [c.own for c in table.columns] == list(HEADS)
    assert contents(table) == [["1/2/2007", "5", "BIXBY"]]


def test_a_line_read_across_a_lost_wall_is_parted_at_the_wall_of_the_other_rows() -> None:
    tops = [200, 260, 320, 380]
    cells = table_cells(COLUMNS, tops)
    cells[3:5] = [Cell(Box(100, 260, 598, 58))]
    texts = [
        *[t for t in table_texts([], tops) if t],
        ("1/2/2007 and more 24,409", (120, 275, 400, 24), 3),
        ("BIXBY", at(720, 275, "BIXBY"), 4),
        *[(t, at(COLUMNS[c] + 20, 335, t), 5 + c) for c, t in enumerate(("3/3/2008", "7", "WALES"))],
    ]
    (table,) = find_tables(sheet_of(texts, cells), FORM)
    assert contents(table) == [["1/2/2007 and more", "24,409", "BIXBY"], ["3/3/2008", "7", "WALES"]]


def test_a_row_that_lost_the_rule_under_the_head_is_told_by_its_place_under_the_labels() -> None:
    texts = [*table_texts([], [200]), *[(t, at(COLUMNS[c] + 20, 275, t), c) for c, t in enumerate(("1/2/2007", "5"))]]
    (table,) = find_tables(sheet_of(texts, table_cells(COLUMNS, [200, 320])), FORM)
    assert contents(table) == [["1/2/2007", "5", ""]]


def test_what_is_left_of_rules_is_no_entry() -> None:
    tops = [200, 260, 320]
    texts = [
        *table_texts([("1/2/2007", "5", "BIXBY")], tops),
        ("—ete", Box(500, 317, 40, 4).as_list(), 4),
        ("|", (697, 262, 5, 40), None),
    ]
    (table,) = find_tables(sheet_of([(t[0], tuple(t[1]), *t[2:]) for t in texts], table_cells(COLUMNS, tops)), FORM)
    assert contents(table) == [["1/2/2007", "5", "BIXBY"]]
