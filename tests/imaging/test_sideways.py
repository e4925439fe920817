"""Lying letters below one another are a text on end; upright ones are a column."""

from __future__ import annotations

import numpy as np

from digitizer.document.geometry import Box
from digitizer.imaging.line_parts import Parts
from digitizer.imaging.sideways import stacked

LETTER = 20.0


def parts_of(*boxes: Box) -> tuple[Parts, list[list[int]]]:
    edges = np.array([(b.x, b.y, b.width, b.height) for b in boxes], np.int32)
    return Parts(edges, np.full(len(boxes), -1, np.int32), LETTER), [[k] for k in range(len(boxes))]


def column(width: int, height: int, pitch: int, count: int, x: int = 300, lean: float = 0.0) -> list[Box]:
    return [Box(round(x + lean * k * pitch), 100 + k * pitch, width, height) for k in range(count)]


def test_lying_letters_below_one_another_are_one_text_with_its_lean() -> None:
    parts, groups = parts_of(*column(30, 18, 26, 9, lean=0.1), Box(600, 150, 14, 20))
    (run,), rest = stacked(groups, parts)
    assert sorted(run.members.tolist()) == list(range(9))
    assert run.on_end
    assert 4 < run.tilt < 8
    assert rest == [[9]]


def test_words_of_a_stamp_stand_apart() -> None:
    year, day = column(30, 18, 24, 2), [Box(300, 100 + 24 * 2 + 50 + k * 24, 30, 18) for k in range(3)]
    parts, groups = parts_of(*year, *day)
    assert len(stacked(groups, parts)[0]) == 1


def test_upright_figures_of_a_column_stay_lines_of_their_own() -> None:
    parts, groups = parts_of(*column(14, 20, 32, 9))
    assert stacked(groups, parts) == ([], groups)


def test_few_or_distant_pieces_are_no_text() -> None:
    for boxes in (column(30, 18, 26, 3), column(30, 18, 110, 9), column(90, 18, 26, 9)):
        parts, groups = parts_of(*boxes)
        assert stacked(groups, parts) == ([], groups)


def test_capitals_one_in_each_row_of_a_table_are_none() -> None:
    parts, groups = parts_of(*column(21, 20, 34, 9))
    assert stacked(groups, parts) == ([], groups)
    parts, groups = parts_of(*column(30, 20, 34, 9))
    cells = Parts(parts.boxes, np.arange(9, dtype=np.int32), LETTER)
    assert stacked(groups, cells) == ([], groups), "each in a cell of its own"
