from __future__ import annotations

import json
import signal
import sys

import pytest

from digitizer.review.budget import KEYED_WRONG, budget, budget_plot
from digitizer.review.meanings import Meanings
from digitizer.store.passes import Score
from digitizer.store.quality import Expected, Lot, expected_errors

from .conftest import Archive, loan_form

MEANINGS = Meanings({"loan-card": loan_form()})


def lot(name: str, values: int, errors: float, letters: int = 0, checkbox: bool = False) -> Lot:
    return Lot("loan-card", "", name, "field", checkbox, values, errors, letters)


def test_what_pays_most_comes_first() -> None:
    boxes, dates = lot("returnedLate", 10, 1.0, checkbox=True), lot("dateOfLoan", 10, 8.0, letters=100)
    found = budget(Expected((boxes, dates), 80, 0.08, 0), MEANINGS)
    assert found.values == 100
    assert [(p.seconds, p.looked) for p in found.points] == [(0, 0), (22, 10), (32, 20)]
    assert found.points[0].errors == pytest.approx(9.08)
    assert found.points[1].errors == pytest.approx(1.08 + 10 * KEYED_WRONG)
    assert found.points[2].errors == pytest.approx(0.08 + 20 * KEYED_WRONG)
    half = found.at(11)
    assert (half.looked, half.errors) == (5, pytest.approx((9.08 + found.points[1].errors) / 2))


def test_where_to_stop() -> None:
    found = budget(Expected((lot("dateOfLoan", 100, 50.0, letters=1000),), 900, 0.9, 0), MEANINGS)
    stop = found.stop(0.01)
    assert stop is not None
    assert stop.errors == pytest.approx(10.0)
    assert stop.looked == pytest.approx(100 * 40.9 / (50 - 100 * KEYED_WRONG))
    assert found.stop(0.0005) is None, "what was accepted unseen holds more than that"
    assert found.stop(0.06) == found.points[0]


def test_operators_own_errors_count_once_they_are_known() -> None:
    expected = Expected((lot("dateOfLoan", 100, 50.0),), 0, 0.0, 0)
    few, many = [Score("ada", 50, 25)], [Score("ada", 150, 10), Score("bob", 50, 10)]
    assert budget(expected, MEANINGS, few).points[-1].errors == pytest.approx(100 * KEYED_WRONG)
    assert budget(expected, MEANINGS, many).points[-1].errors == pytest.approx(10.0)


def test_lots_are_what_the_store_holds(archive: Archive) -> None:
    with archive.store.reading() as connection:
        everything = expected_errors(connection)
        one = expected_errors(connection, 1)
        none = expected_errors(connection, 99)
    of_a_document = 0.5 + 0.8 + 0.2 + 2 * 0.3 + 0.4 + 0.39 + 0.2
    assert sum(lot.values for lot in everything.lots) == 18
    assert sum(lot.errors for lot in everything.lots) == pytest.approx(2 * of_a_document)
    assert everything == one
    assert none.lots == ()
    assert budget_plot(budget(none, MEANINGS)) is None


def test_the_plot_goes_down_to_the_right() -> None:
    plot = budget_plot(budget(Expected((lot("dateOfLoan", 900, 90.0, letters=9000),), 100, 0.1, 0), MEANINGS))
    assert plot is not None
    points = [tuple(map(float, one.split(","))) for one in plot.line.split()]
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    assert [y for _, y in points] == sorted(y for _, y in points)
    assert [tick.text for tick in plot.x_ticks] == ["0", "10", "20", "30", "40"]
    assert [stop.per_thousand for stop in plot.stops] == [10, 5, 2, 1]


def test_the_command_line_tells_it(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from digitizer.cli import main

    before = signal.getsignal(signal.SIGTERM)
    try:
        for more in ([], ["--json"]):
            place = str(archive.folder / "archive.db")
            monkeypatch.setattr(sys, "argv", ["digitizer", "status", "--store", place, "--budget", *more])
            with pytest.raises(SystemExit) as caught:
                main()
            assert not caught.value.code
        told = capsys.readouterr().out
    finally:
        signal.signal(signal.SIGTERM, before)
    assert "18 values" in told
    data = json.loads(told.splitlines()[-1])
    assert data["points"][0]["errors"] == pytest.approx(6.18)
    assert data["points"][-1]["looked"] == 18
    assert set(data["stops"]) == {"0.01", "0.005", "0.002", "0.001"}
