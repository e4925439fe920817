from factories import Text, at, sheet_of, table_cells

from digitizer.document.geometry import Box
from digitizer.document.layout import Cell
from digitizer.fields.gridparts import rows_of
from digitizer.fields.grids import find_grids

VOTES = [["Precinct-1", "124", "52"], ["Precinct-2", "98", "61"], ["Precinct-3", "7", "5"], ["Precinct-4", "80", "44"]]
XS = [100, 400, 600, 800]
HEADS = ["Precinct", "Smith", "Jones"]


def texts_of(cell: dict[tuple[int, int], int]) -> list[Text]:
    return [
        (text, at(XS[c] + 10, 270 + 60 * r, text), cell[r, c])
        for r, row in enumerate(VOTES)
        for c, text in enumerate(row)
    ]


def heads_of() -> list[Text]:
    return [(text, at(XS[c] + 10, 215, text), c) for c, text in enumerate(HEADS)]


def rows(texts: list[Text], cells: list[Cell]) -> list[list[str | None]]:
    stack = sheet_of(texts, cells)
    (grid,) = find_grids(stack)
    return rows_of(stack, grid)


def test_a_table_without_rules_between_its_rows_is_told_row_by_row() -> None:
    cells = table_cells(XS, [200, 260, 500])
    texts = [*heads_of(), *texts_of({(r, c): 3 + c for r in range(4) for c in range(3)})]
    assert rows(texts, cells) == [HEADS, *VOTES]


def test_a_table_without_rules_between_its_columns_is_told_column_by_column() -> None:
    cells = table_cells([100, 800], [200 + 60 * k for k in range(6)])
    heads: list[Text] = [(text, at(XS[c] + 10, 215, text), 0) for c, text in enumerate(HEADS)]
    assert rows([*heads, *texts_of({(r, c): 1 + r for r in range(4) for c in range(3)})], cells) == [HEADS, *VOTES]


def test_texts_broken_at_the_walls_of_cells_are_no_rows() -> None:
    line = "as amended in the act"
    places = [(c, 210 + 40 * r) for c in (105, 405) for r in range(4)]
    texts: list[Text] = [(line, at(x, y, line), int(x > 400)) for x, y in places]
    cells = table_cells([100, 401, 702], [200, 400])
    assert rows(texts, cells) == [["\n".join([line] * 4), "\n".join([line] * 4)]]


def test_a_wall_that_one_row_has_lost_is_put_back_between_its_entries() -> None:
    ys = [200 + 60 * k for k in range(8)]
    cells = [c for c in table_cells([100, 400, 800], ys) if c.box.y != ys[3]]
    cells.append(Cell(Box(100, ys[3], 698, 58)))
    texts: list[Text] = []
    for k, cell in enumerate(cells):
        for x in (110, 410) if cell.box.width > 600 else (cell.box.x + 10,):
            texts.append((f"n{k}", at(x, cell.box.y + 15, f"n{k}"), k))
    told = rows(texts, cells)
    assert len(told) == 7
    assert told[3] == [f"n{len(cells) - 1}", f"n{len(cells) - 1}"]


def test_a_number_read_with_a_blank_after_its_comma_is_one_number() -> None:
    cells = table_cells([100, 400, 800], [200, 260, 320])
    texts: list[Text] = [
        (t, at(110 + 310 * (k % 2), 215 + 60 * (k // 2), t), k)
        for k, t in enumerate(["a", "608, 233", "318 .64", "J. K. 5"])
    ]
    assert rows(texts, cells) == [["a", "608,233"], ["318.64", "J. K. 5"]]


def test_a_head_that_has_lost_its_walls_is_parted_where_each_column_has_a_word() -> None:
    # White on black, no wall is seen in the head.
    ys = [200 + 60 * k for k in range(6)]
    cells = [Cell(Box(XS[0], ys[0], XS[-1] - XS[0] - 2, 58)), *(c for c in table_cells(XS, ys) if c.box.y != ys[0])]
    heads: list[Text] = [(text, at(XS[c] + 10, 215, text), 0) for c, text in enumerate(HEADS)]
    told = rows([*heads, *texts_of({(r, c): 1 + 3 * r + c for r in range(4) for c in range(3)})], cells)
    assert told == [HEADS, *VOTES]
    title: list[Text] = [("Votes", at(XS[1] + 10, 215, "Votes"), 0)]
    told = rows([*title, *texts_of({(r, c): 1 + 3 * r + c for r in range(4) for c in range(3)})], cells)
    assert told[0] == ["Votes", None, None]
