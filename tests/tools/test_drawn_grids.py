from __future__ import annotations

import numpy as np
import pytest

from digitizer.document.geometry import Box
from digitizer.imaging.segment import segment
from digitizer.imaging.straighten import straighten
from digitizer.imaging.text_detector import InkDetector
from tools.drawing.tables import MANNERS, Manner, draw_table
from tools.grids import pick_grid, scan_table, score_grid, total

TRUTH = (("Head", None, "b"), ("1", "", "3"))


def test_a_table_told_as_drawn_is_all_right() -> None:
    score = score_grid("plain", TRUTH, [["Head", None, "b"], ["1", "", "3"]])
    assert (score.shaped, score.cells, score.blanks) == (1, (4, 4), (1, 1))


def test_wrong_texts_lost_spans_and_tables_not_found_count() -> None:
    assert score_grid("plain", TRUTH, [["Head", None, "6"], ["1", "", "3"]]).cells == (3, 4)
    assert score_grid("plain", TRUTH, [["Head", "", "b"], ["1", "", "3"]]).shaped == 0
    lost = score_grid("plain", TRUTH, None)
    assert (lost.shaped, lost.cells, lost.blanks) == (0, (0, 4), (0, 1))
    assert total("all", [lost, lost]).cells == (0, 8)


def test_the_grid_over_the_place_is_the_one_that_counts() -> None:
    grids = [{"box": [0, 0, 50, 50], "rows": [["a"]]}, {"box": [90, 90, 60, 60], "rows": [["b"]]}]
    assert pick_grid({"grids": grids}, Box(95, 95, 40, 40)) == [["b"]]
    assert pick_grid({"grids": []}, Box(0, 0, 9, 9)) is None


@pytest.mark.parametrize("manner", MANNERS)
def test_drawn_tables_tell_each_cell_once(manner: Manner) -> None:
    table = draw_table(3, manner)
    assert np.array_equal(table.pixels, draw_table(3, manner).pixels)
    assert len({len(row) for row in table.rows}) == 1
    spanned = any(text is None for row in table.rows for text in row)
    assert spanned == (manner == "spanning")
    assert table.box.right <= table.pixels.shape[1]


@pytest.mark.slow
@pytest.mark.parametrize("manner", ["plain", "dotted"])
def test_the_walls_of_a_scanned_table_are_found(manner: Manner) -> None:
    table = draw_table(1, manner)
    page, _ = scan_table(table, "archive", np.random.default_rng(1))
    cells = segment(straighten(page), InkDetector()).layout.cells
    assert abs(len(cells) - sum(text is not None for row in table.rows for text in row)) <= 1
