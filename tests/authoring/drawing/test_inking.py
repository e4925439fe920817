from __future__ import annotations

import numpy as np
import pytest

from digitizer.authoring.drawing.inking import (
    MARKS,
    PILLOWS,
    Machine,
    choose_machine,
    mark_by_hand,
    typed_x,
    width_of,
    write,
)
from digitizer.authoring.drawing.ticks import Hand
from digitizer.document.geometry import Box


def paper() -> np.ndarray:
    return np.full((400, 1200), 255, np.uint8)


def inked(page: np.ndarray) -> Box:
    ys, xs = np.nonzero(page < 200)
    return Box.spanning(xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)


@pytest.mark.parametrize("typed", [True, False])
def test_lines_are_written_where_they_are_said_to_be(typed: bool) -> None:
    page, machine = paper(), Machine(PILLOWS, 12.0, 20, typed, 0.0)
    place = write(page, ["Ada May", "Halcyon"], 100, 60, machine, np.random.default_rng(1))
    assert place.grown(6).contains(inked(page))
    assert inked(page).width > 0.8 * place.width
    assert place.width == max(width_of(t, machine) for t in ("Ada May", "Halcyon"))


def test_what_is_there_already_stays() -> None:
    page = paper()
    page[100:104] = 0
    write(page, ["Ada May"], 100, 60, Machine(PILLOWS, 12.0, 20, False, 0.0), np.random.default_rng(1))
    assert (page[100:104] == 0).all()


def test_an_entry_that_runs_off_the_page_is_cut() -> None:
    page = paper()
    write(page, ["Ada May"], 1150, 380, Machine(PILLOWS, 12.0, 20, False, 0.0), np.random.default_rng(1))
    assert (page < 200).any()


@pytest.mark.parametrize("hand", MARKS)
def test_a_mark_goes_through_its_box(hand: Hand) -> None:
    page, box = paper(), Box(500, 200, 40, 40)
    mark_by_hand(page, box, hand, np.random.default_rng(1))
    assert (page[box.y : box.bottom, box.x : box.right] < 200).sum() > 60


def test_a_typed_x_stands_in_its_box() -> None:
    page, box = paper(), Box(500, 200, 60, 60)
    typed_x(page, box, Machine(PILLOWS, 10.0, 0, True, 0.0), np.random.default_rng(1))
    assert box.contains(inked(page), 6)


def test_machines_differ() -> None:
    machines = {choose_machine(np.random.default_rng(k)) for k in range(30)}
    assert {m.typed for m in machines} == {True, False}
    assert len({m.points for m in machines}) > 2
