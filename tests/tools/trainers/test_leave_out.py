from __future__ import annotations

from dataclasses import replace

import pytest
from drawn_cards import FORM, read_card

from digitizer.authoring.drawing.nouns import Family
from tools.scoreboard.leave_out import score_drawn

SEEN: tuple[Family, ...] = ("clean", "fax")


@pytest.mark.slow
def test_what_was_left_out_is_scored_by_models_that_saw_it_and_by_some_that_did_not() -> None:
    cards = [replace(read_card(), name=f"card-{k}", family=SEEN[k % 2]) for k in range(12)]
    told = score_drawn(cards, lambda filing: filing.family, {"loan-card": FORM})
    assert list(told) == ["clean", "fax"]
    for (learned_from, seen), (without, unseen) in told.values():
        assert (learned_from, without) == (8, 6)
        assert len(seen) == len(unseen) == 6
        assert seen[0].counts["values"] == unseen[0].counts["values"] == (4, 4)
