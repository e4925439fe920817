from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from digitizer.learning.folds import group_key, make_folds, merge_groups

GROUPS = st.lists(st.integers(0, 12), min_size=1, max_size=80)


@given(GROUPS, st.integers(2, 6), st.integers(0, 9))
def test_no_group_is_parted(groups: list[int], count: int, seed: int) -> None:
    folds = make_folds(groups, count, seed)
    assert len({(g, int(f)) for g, f in zip(groups, folds, strict=True)}) == len(set(groups))
    assert set(folds.tolist()) == set(range(min(count, len(set(groups)))))


@given(st.integers(10, 60), st.integers(0, 9))
def test_documents_by_themselves_are_parted_evenly(count: int, seed: int) -> None:
    sizes = [make_folds(range(count), 5, seed).tolist().count(fold) for fold in range(5)]
    assert max(sizes) - min(sizes) <= 1


def test_spellings_of_one_name_are_one_group() -> None:
    names = ["Ketchum Inc.", "KETCHUM, INC", "Barbour Griffith & Rogers, LLC", "Barbour Grifith & Rogers LLC", "JETRO"]
    assert merge_groups(names) == [0, 0, 1, 1, 2]


def test_documents_without_a_group_are_not_one_group() -> None:
    assert merge_groups(["", "", "a"]) == [0, 1, 2]


def test_the_key_of_a_group_does_not_tell_its_name() -> None:
    assert group_key("Ketchum Inc.") == group_key("KETCHUM INC")
    assert "etchum" not in group_key("Ketchum Inc.")
