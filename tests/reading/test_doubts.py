"""Which lines a second reader is asked about: doubtful ones that may be entries, not heads, print or running text."""

from __future__ import annotations

from dataclasses import replace

from factories import Text, page_of

from digitizer.document.geometry import Box
from digitizer.document.layout import Cell
from digitizer.reading.doubts import find_doubts, is_running_text
from digitizer.reading.prints import NO_MEMORY, PrintMemory

MEMORY = PrintMemory(("Transaction", "Beneficially", "Ownership Form"), {}, 1.0)


def doubts(
    texts: list[Text], doubtful: set[str], cells: list[Cell], memory: PrintMemory = MEMORY, every: bool = False
) -> set[str]:
    """The texts of the lines that are to be read again, those of `doubtful` having been read with little confidence."""
    page = page_of(texts, cells)
    read = [replace(r, confidence=0.6 if r.text in doubtful else 0.96) for r in page.lines]
    return {read[k].text for k in find_doubts(page.layout, read, memory, every=every)}


def table(columns: int) -> tuple[list[Text], list[Cell]]:
    """A row of heads, each a line of print and its number, over a row of entries."""
    heads, entries = [Cell(Box(200 * k, 100, 190, 90)) for k in range(columns)], range(columns, 2 * columns)
    cells = heads + [Cell(Box(200 * k, 200, 190, 40)) for k in range(columns)]
    texts: list[Text] = [("Transaction", (200 * k + 9, 110, 150, 22), k) for k in range(columns)]
    texts += [(f"{k}.", (200 * k + 9, 140, 30, 22), k) for k in range(columns)]
    texts += [(f"30{k}", (200 * (k - columns) + 9, 205, 60, 22), k) for k in entries]
    return texts, cells


def test_an_entry_in_doubt_is_read_again_and_a_sure_one_is_not() -> None:
    texts, cells = table(6)
    assert doubts(texts, {"307"}, cells) == {"307"}


def test_all_entries_are_read_again_where_that_is_asked_and_no_print() -> None:
    texts, cells = table(6)
    assert doubts(texts, set(), cells, every=True) == {f"30{k}" for k in range(6, 12)}


def test_the_heads_of_columns_are_not_read_again() -> None:
    texts, cells = table(6)
    assert doubts(texts, {"2.", "308"}, cells) == {"308"}


def test_a_few_boxes_side_by_side_are_no_heads_entries_stand_in_them_beside_print() -> None:
    texts, cells = table(3)
    assert doubts(texts, {"2."}, cells) == {"2."}


def test_without_known_print_there_are_no_heads() -> None:
    texts, cells = table(6)
    assert doubts(texts, {"2."}, cells, NO_MEMORY) == {"2."}


def test_print_misread_here_and_there_is_not_read_again() -> None:
    assert doubts([("Transactlon", (10, 10, 150, 22))], {"Transactlon"}, []) == set()


def test_running_text_is_told_from_a_long_name() -> None:
    name, note = "Liberty Latin America Ltd.", "The price reported is a weighted average price of several trades."
    texts: list[Text] = [(name, (10, 10, 330, 22)), (note, (10, 60, 900, 22))]
    assert [is_running_text(line) for line in page_of(texts, []).layout.lines] == [False, True]


def test_lone_characters_have_their_own_reader_and_what_nobody_read_is_tried_again() -> None:
    page = page_of([("D", (10, 10, 14, 22)), ("", (10, 60, 80, 22))])
    glyph = replace(page.lines[0], confidence=0.6, engine="glyph")
    assert find_doubts(page.layout, [glyph, page.lines[1]], MEMORY) == [1]


def test_what_lost_its_foot_with_a_rule_is_read_again_however_sure() -> None:
    page = page_of([("R", (10, 10, 14, 22)), ("1999", (10, 60, 80, 22))])
    glyph = replace(page.lines[0], confidence=0.99, engine="glyph")
    sure = replace(page.lines[1], confidence=0.99)
    assert find_doubts(page.layout, [glyph, sure], MEMORY) == []
    assert find_doubts(page.layout, [glyph, sure], MEMORY, {0, 1}) == [0, 1]


def test_a_stop_before_three_figures_is_in_doubt_however_surely_it_was_read() -> None:
    page = page_of([("26.086", (10, 10, 60, 22)), ("26,086", (10, 50, 60, 22)), ("2.08", (10, 90, 60, 22))])
    sure = [replace(r, confidence=0.99) for r in page.lines]
    assert find_doubts(page.layout, sure, NO_MEMORY) == [0]
