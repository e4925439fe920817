from factories import sheet_of, table_cells

from digitizer.document.geometry import Box
from digitizer.document.layout import Cell
from digitizer.fields.grids import Band, find_grids, leaf_columns
from digitizer.fields.stacked_pages import StackedPages


def grid_sheet(*cells: Cell) -> StackedPages:
    return sheet_of([], cells)


def heights(band: Band, stack: StackedPages) -> set[int]:
    return {stack.cells[k].box.height for k in band.cells}


def test_touching_cells_are_one_grid_with_a_band_for_each_row() -> None:
    stack = grid_sheet(*table_cells([100, 300, 600, 900], [200, 260, 320]))
    (grid,) = find_grids(stack)
    assert [len(b.cells) for b in grid.bands] == [3, 3]
    assert [(b.top, b.bottom) for b in grid.bands] == [(200, 258), (260, 318)]
    assert [stack.cells[k].box.x for k in grid.bands[0].cells] == [100, 300, 600]
    assert grid.box == Box(100, 200, 798, 118)
    assert all(heights(b, stack) == {58} for b in grid.bands)


def test_tables_apart_are_two_grids_top_to_bottom() -> None:
    lower, upper = table_cells([100, 300, 600], [900, 960]), table_cells([100, 300, 600], [200, 260])
    grids = find_grids(grid_sheet(*lower, *upper))
    assert [g.box.y for g in grids] == [200, 900]


def test_a_lone_cell_and_an_empty_sheet_have_no_grid() -> None:
    assert find_grids(grid_sheet(Cell(Box(100, 100, 300, 300)))) == []
    assert find_grids(grid_sheet()) == []


def test_a_heading_of_two_levels_is_one_band_with_its_columns_at_the_foot() -> None:
    heads = [
        Cell(Box(100, 200, 198, 118)),
        Cell(Box(300, 200, 398, 58)),
        Cell(Box(300, 260, 198, 58)),
        Cell(Box(500, 260, 198, 58)),
    ]
    stack = grid_sheet(*heads, *table_cells([100, 300, 500, 700], [320, 380]))
    (grid,) = find_grids(stack)
    head, row = grid.bands
    assert heights(head, stack) == {58, 118}
    assert heights(row, stack) == {58}
    assert [stack.cells[k].box.x for k in leaf_columns(head, stack.cells)] == [100, 300, 500]
    assert len(leaf_columns(row, stack.cells)) == 3


def test_a_frame_around_cells_is_none_of_them() -> None:
    inner = table_cells([100, 300, 600], [200, 260, 320])
    stack = grid_sheet(Cell(Box(96, 196, 510, 130)), *inner)
    (grid,) = find_grids(stack)
    assert sorted(k for b in grid.bands for k in b.cells) == [1, 2, 3, 4]


def test_rules_that_differ_by_a_few_units_are_one_row() -> None:
    stack = grid_sheet(Cell(Box(100, 200, 198, 58)), Cell(Box(300, 204, 198, 55)), Cell(Box(500, 198, 198, 60)))
    (grid,) = find_grids(stack)
    assert len(grid.bands) == 1
