from factories import Text, at, sheet_of, table_cells

from digitizer.document.geometry import Box
from digitizer.document.layout import Cell
from digitizer.fields.lattice import Strip, find_edges, levels_of, part_item, strip_of, walls_of

LETTER = 20.0


def test_cells_wall_to_wall_part_between_them() -> None:
    cells = table_cells([100, 300, 500], [200, 260])
    assert walls_of([c.box for c in cells], 10) == (100, 299, 498)


def test_a_wall_counts_by_the_strips_in_which_it_stands() -> None:
    strips = [Strip((100, 300, 500), ()), Strip((100, 500), ()), Strip((102, 303, 501), ())]
    assert [(e.x, round(e.walls, 2)) for e in find_edges(strips, LETTER)] == [(100, 1.0), (302, 0.67), (500, 1.0)]


def test_columns_may_part_at_white_and_a_word_across_speaks_against_it() -> None:
    line = (Box(110, 10, 60, 20), Box(330, 10, 40, 20))
    across = (Box(200, 50, 140, 20),)
    (_, edge, _) = find_edges([Strip((100, 500), (line,)), Strip((100, 500), (across,))], LETTER)
    assert (edge.x, edge.walls, edge.crossed) == (250, 0.0, 0.5)


def test_pieces_of_a_rule_that_were_read_as_letters_are_a_wall_and_an_entry_is_none() -> None:
    texts: list[Text] = [
        ("I", (297, 202, 4, 25), 0),
        ("|", (298, 230, 4, 28), 0),
        ("I", (400, 220, 4, 18), 0),
    ]
    stack = sheet_of(texts, [Cell(Box(100, 200, 400, 60))])
    assert strip_of(stack, [0], (200, 260), (), LETTER).walls == (100, 300, 500)


def test_a_line_is_parted_at_the_columns_and_a_stroke_on_a_wall_is_the_wall() -> None:
    line: Text = ("250 | A $8", (110, 20, 100, 20))
    parted = part_item(sheet_of([line]), 0, (100, 155, 185, 400), LETTER)
    assert [(column, e.text) for column, e in parted] == [(0, "250"), (1, "A"), (2, "$8")]


def test_what_stands_outside_of_the_columns_is_in_none() -> None:
    assert part_item(sheet_of([("stamp", at(600, 20, "stamp"))]), 0, (100, 300), LETTER) == []


def test_a_rule_along_most_of_a_band_parts_rows_and_a_groups_rule_does_not() -> None:
    cells = [*table_cells([100, 300, 500], [200, 260, 320]), Cell(Box(500, 200, 98, 118))]
    stack = sheet_of([], cells)
    assert levels_of(stack, range(5), (200, 318), (100, 598), LETTER) == [259]
    assert levels_of(stack, range(5), (200, 318), (100, 1400), LETTER) == []
