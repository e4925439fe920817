"""What changed between two scoreboards, and what of it is noise."""

from __future__ import annotations

import numpy as np
import pytest

from digitizer.evaluation.calibration import BINS
from tools.scoreboard.against import as_markdown, differences, fell
from tools.scoreboard.score import Scored


def documents(right: list[int], name: str = "s", row: str = "", key: str = "values") -> list[Scored]:
    return [Scored(name, row, f"{k}.pdf", {key: (n, 20)}) for k, n in enumerate(right)]


def test_nothing_changed() -> None:
    same = documents([18, 19, 20, 17, 20, 20])
    assert differences(same, same) == []
    assert as_markdown([]) == "Nothing changed.\n"
    assert not fell([])


def test_a_fall_in_most_documents_is_beyond_noise() -> None:
    found = differences(documents([20] * 20), documents([18] * 15 + [20] * 5))
    assert [(d.measure.key, d.before, d.after, d.beyond_noise, d.worse) for d in found] == [
        ("values", 100.0, 92.5, True, True)
    ]
    assert found[0].low < -7.5 < found[0].high < 0
    assert fell(found)
    assert "worse" in as_markdown(found)


def test_one_document_that_fell_is_noise() -> None:
    found = differences(documents([20] * 20), documents([10] + [20] * 19))
    assert [d.beyond_noise for d in found] == [False]
    assert not fell(found)


def test_ups_and_downs_are_noise_and_the_same_each_time() -> None:
    rng = np.random.default_rng(1)
    before, after = (documents(rng.integers(10, 20, 30).tolist()) for _ in range(2))
    found = differences(before, after)
    assert not any(d.beyond_noise for d in found)
    assert found == differences(before, after)


def test_more_wrong_among_the_accepted_is_worse() -> None:
    found = differences(documents([0] * 20, key="wrong"), documents([2] * 20, key="wrong"))
    assert [(d.measure.key, d.after, d.worse) for d in found] == [("wrong", 100.0, True)]
    assert fell(found)
    assert not fell(differences(documents([2] * 20, key="wrong"), documents([0] * 20, key="wrong")))


def test_the_calibration_error_is_of_all_documents_together() -> None:
    def sure(right: float) -> list[Scored]:
        bins = ((0.0, 0.0, 0.0),) * (BINS - 1) + ((10.0, 9.5, right),)
        return [Scored("s", "", str(k), {}, bins) for k in range(10)]

    (found,) = differences(sure(9.5), sure(8.0))
    assert (found.measure.key, found.before, found.worse) == ("calibration", 0.0, True)
    assert found.after == pytest.approx(15.0)


def test_only_documents_that_both_have_are_held_against_each_other() -> None:
    found = differences(documents([20] * 10), documents([19] * 40))
    assert [d.documents for d in found] == [10]
    assert differences(documents([20] * 10), documents([19] * 10, name="other")) == []


def test_a_few_documents_tell_nothing() -> None:
    found = differences(documents([20] * 4), documents([1] * 4))
    assert [(d.after, d.beyond_noise) for d in found] == [(5.0, False)]


def test_a_row_that_fell_does_not_fail_the_run_where_its_set_did_not() -> None:
    before = documents([18] * 10, row="x") + documents([18] * 10, row="y")
    after = documents([16] * 10, row="x") + documents([20] * 10, row="y")
    found = differences(before, after)
    assert [(d.row, d.worse, d.beyond_noise) for d in found] == [("x", True, True), ("y", False, True)]
    assert not fell(found)
    assert fell(differences(before, documents([16] * 10, row="x") + documents([18] * 10, row="y")))
