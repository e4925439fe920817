import pytest
from inked_pages import DPI, near

from digitizer.document.geometry import Box
from digitizer.document.layout import Rule
from digitizer.imaging.cells import find_cells

PAGE = (1000, 800)


def level(x0: int, x1: int, y: int, thick: int = 3) -> Rule:
    return Rule(Box(x0, y, x1 - x0, thick), False)


def upright(x: int, y0: int, y1: int, thick: int = 3) -> Rule:
    return Rule(Box(x, y0, thick, y1 - y0), True)


def grid(xs: list[int], ys: list[int]) -> list[Rule]:
    return [level(xs[0], xs[-1], y) for y in ys] + [upright(x, ys[0], ys[-1]) for x in xs]


def test_every_field_of_a_grid_is_a_cell() -> None:
    cells = find_cells(grid([100, 400, 700], [100, 200, 300]), PAGE, DPI).cells
    boxes = sorted(c.box for c in cells)
    wanted = sorted(Box(x, y, 297, 97) for x in (103, 403) for y in (103, 203))
    assert len(boxes) == 4
    assert all(near(found, drawn, by=5) for found, drawn in zip(boxes, wanted, strict=True))
    assert all(c.parent is None and not c.open_top and not c.open_bottom for c in cells)


def test_nothing_is_a_cell_where_there_are_no_rules() -> None:
    found = find_cells([], PAGE, DPI)
    assert found.cells == ()
    assert found.at(500, 400) is None


def test_rules_that_all_but_meet_close_a_cell() -> None:
    rules = [level(105, 394, 100), level(105, 394, 300), upright(100, 105, 296), upright(397, 105, 296)]
    assert len(find_cells(rules, PAGE, DPI).cells) == 1


def test_a_gap_as_wide_as_a_word_closes_nothing() -> None:
    rules = [level(100, 400, 100), level(100, 400, 300), upright(100, 100, 300), upright(397, 100, 200)]
    assert find_cells(rules, PAGE, DPI).cells == ()


def test_a_cell_inside_another_knows_the_smallest_around_it() -> None:
    rules = grid([50, 950], [50, 750]) + grid([100, 600], [100, 500]) + grid([200, 400], [200, 300])
    cells = find_cells(rules, PAGE, DPI).cells
    outer, middle, inner = sorted(range(3), key=lambda k: -cells[k].box.area)
    assert len(cells) == 3
    assert cells[outer].parent is None
    assert cells[middle].parent == outer
    assert cells[inner].parent == middle


def test_points_are_told_their_innermost_cell() -> None:
    rules = grid([50, 950], [50, 750]) + grid([100, 600], [100, 500])
    found = find_cells(rules, PAGE, DPI)
    outer, inner = sorted(range(2), key=lambda k: -found.cells[k].box.area)
    assert found.at(300, 300) == inner
    assert found.at(800, 300) == outer
    assert found.at(20, 20) is None
    assert found.at(5000, -5) is None


def test_cells_that_run_out_at_the_foot_are_open_there() -> None:
    rules = [level(100, 900, 600), *(upright(x, 600, 780) for x in (100, 500, 897))]
    cells = find_cells(rules, PAGE, DPI).cells
    assert [(c.open_top, c.open_bottom) for c in cells] == [(False, True)] * 2
    assert all(c.box.bottom == pytest.approx(780, abs=5) for c in cells)


def test_cells_that_come_from_the_page_before_are_open_at_the_top() -> None:
    rules = [level(100, 900, 200), *(upright(x, 20, 200) for x in (100, 500, 897))]
    cells = find_cells(rules, PAGE, DPI).cells
    assert [(c.open_top, c.open_bottom) for c in cells] == [(True, False)] * 2


def test_only_the_row_at_the_cut_is_open() -> None:
    rules = [level(100, 900, y) for y in (400, 600)] + [upright(x, 400, 780) for x in (100, 500, 897)]
    cells = sorted(find_cells(rules, PAGE, DPI).cells, key=lambda c: (c.box.y, c.box.x))
    assert [c.open_bottom for c in cells] == [False, False, True, True]


def test_a_lost_right_edge_closes_at_the_ends_of_the_rules() -> None:
    rules = [level(100, 700, y) for y in (100, 200, 300)] + [upright(100, 100, 300)]
    cells = find_cells(rules, PAGE, DPI).cells
    assert len(cells) == 2
    assert all(c.box.right == pytest.approx(700, abs=5) for c in cells)


def test_the_hollow_of_a_double_rule_is_no_cell() -> None:
    rules = grid([100, 108], [100, 700])
    assert find_cells(rules, PAGE, DPI).cells == ()


@pytest.mark.parametrize("dpi", [150.0, 300.0, 600.0])
def test_cells_stand_in_the_pages_own_pixels_at_every_resolution(dpi: float) -> None:
    s = dpi / DPI
    rules = [
        Rule(Box(round(r.box.x * s), round(r.box.y * s), round(r.box.width * s), round(r.box.height * s)), r.vertical)
        for r in grid([100, 400], [100, 300])
    ]
    (cell,) = find_cells(rules, (round(1000 * s), round(800 * s)), dpi).cells
    assert near(cell.box, Box(round(103 * s), round(103 * s), round(297 * s), round(197 * s)), by=round(5 * s))
