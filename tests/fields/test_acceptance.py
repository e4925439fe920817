"""Thresholds that keep a promise: exact at their edges, and kept on values that were not looked at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.fields.acceptance import (
    GROUPS,
    NEVER,
    Acceptance,
    Graded,
    choose_thresholds,
    error_bound,
    fewest_for,
    group_of,
    load_graded,
    save_graded,
)


def graded(chances: np.ndarray, answers: np.ndarray, group: str = "words") -> Graded:
    groups = np.full(len(chances), GROUPS.index(group), np.int8)
    return Graded(groups, chances.astype(np.float32), answers.astype(bool), np.arange(len(chances), dtype=np.int32))


def drawn(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Confidences and answers of which the confidences tell the truth."""
    rng = np.random.default_rng(seed)
    chances = 1 - rng.random(count) ** 4 * 0.3
    return chances, rng.random(count) < chances


@pytest.mark.parametrize(
    ("kind", "value", "group"),
    [
        ("checkbox", False, "checkbox"),
        ("text", "", "blank"),
        ("code", "P", "code"),
        ("date", "2001-01-01", "digits"),
        ("money", "3", "digits"),
        ("name", "x", "words"),
    ],
)
def test_groups(kind: str, value: str | bool, group: str) -> None:
    assert group_of(kind, value) == group


def test_a_promise_needs_values_enough_to_back_it() -> None:
    enough = fewest_for(0.01)
    assert enough == 230
    assert choose_thresholds(graded(np.ones(enough - 1), np.ones(enough - 1)), 0.01).thresholds["words"] == NEVER
    backed = choose_thresholds(graded(np.full(enough, 0.9), np.ones(enough)), 0.01)
    assert backed.thresholds["words"] == pytest.approx(0.9)
    assert backed.accepts("text", "x", 0.95)
    assert not backed.accepts("text", "x", 0.5)
    assert not backed.accepts("date", "2001-01-01", 1.0)
    assert [g for g, t in backed.thresholds.items() if t == NEVER] == ["blank", "checkbox", "code", "digits"]


def test_one_wrong_among_the_surest_of_few_accepts_nothing() -> None:
    answers = np.ones(260, bool)
    answers[0] = False
    assert choose_thresholds(graded(np.linspace(1, 0.9, 260), answers), 0.01).thresholds["words"] == NEVER


def test_one_wrong_among_the_surest_of_many_ends_nothing() -> None:
    answers = np.ones(2000, bool)
    answers[:2] = False
    answers[1500:] = np.arange(500) % 2 > 0
    threshold = choose_thresholds(graded(np.linspace(1, 0.8, 2000), answers), 0.01).thresholds["words"]
    assert 0.84 < threshold < 0.86


def test_values_of_one_confidence_are_accepted_together_or_not_at_all() -> None:
    chances = np.concatenate([np.full(300, 0.99), np.full(300, 0.8)])
    answers = np.concatenate([np.ones(300, bool), np.arange(300) % 10 > 0])
    assert choose_thresholds(graded(chances, answers), 0.01).thresholds["words"] == pytest.approx(0.99)


def test_the_promise_is_kept_on_values_not_looked_at() -> None:
    broken = accepted = 0
    for seed in range(40):
        threshold = choose_thresholds(graded(*drawn(3000, seed)), 0.02).thresholds["words"]
        chances, answers = drawn(20_000, 1000 + seed)
        taken = chances >= threshold
        accepted += bool(taken.any())
        broken += bool(taken.any()) and float((~answers[taken]).mean()) > 0.02
    assert accepted > 35
    assert broken <= 8  # One in ten may fail by design.


@given(st.integers(1, 400), st.integers(0, 20))
def test_the_bound_lies_above_what_was_seen_and_falls_with_more(total: int, wrong: int) -> None:
    wrong = min(wrong, total)
    bound = error_bound(wrong, total)
    assert wrong / total <= bound <= 1
    assert error_bound(wrong, total * 2) <= bound + 1e-12


def test_the_bound_of_none_wrong_is_the_rule_of_three() -> None:
    assert error_bound(0, 300) == pytest.approx(3 / 300, rel=0.01)


def test_graded_values_are_kept_bytewise(tmp_path: Path) -> None:
    values = graded(*drawn(50, 1))
    save_graded(tmp_path, values)
    before = (tmp_path / "graded.npz").read_bytes()
    loaded = load_graded(tmp_path)
    assert np.array_equal(loaded.chances, values.chances)
    save_graded(tmp_path, loaded)
    assert (tmp_path / "graded.npz").read_bytes() == before
    assert len(load_graded(tmp_path / "absent")) == 0


def test_whether_anything_is_accepted() -> None:
    assert not Acceptance(0.01).accepts_any()
    assert not Acceptance(0.01, {"words": NEVER}).accepts_any()
    assert Acceptance(0.01, {"words": NEVER, "digits": 0.9}).accepts_any()
