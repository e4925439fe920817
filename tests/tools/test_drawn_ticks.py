import numpy as np
import pytest

from digitizer.authoring.drawing.nouns import Family
from digitizer.authoring.drawing.ticks import HANDS, MARKED, SPOILED
from digitizer.reading.checkbox_classifier import load_checkbox_classifier
from digitizer.resources import models_folder
from tools.drawing.tick_pages import draw_ticks
from tools.ticks import TickScore, score_page
from tools.trainers.drawn_ticks import DAMAGE


def test_a_page_has_boxes_marked_in_every_way() -> None:
    drawn = draw_ticks(0)
    assert len(drawn.boxes) == 48
    more = (*drawn.boxes, *draw_ticks(1).boxes, *draw_ticks(2).boxes)
    assert {hand for _, hand in more} == set(HANDS[:9])
    assert np.array_equal(drawn.pixels, draw_ticks(0).pixels)


def test_a_near_miss_ticks_nothing() -> None:
    assert [hand for hand in HANDS if hand not in MARKED | SPOILED] == ["blank", "near"]


@pytest.mark.slow
@pytest.mark.parametrize("family", DAMAGE)
def test_hand_ticked_boxes_are_told(family: Family) -> None:
    # Page 1 has a tick that runs along the side of its box, which was taken for a thick side once.
    score: TickScore = score_page(1, family, load_checkbox_classifier(models_folder()))
    assert score.f1 >= 0.9
    # Some were typed so far off that little of the X is in the box; of what a pen did, little is not seen.
    assert set(score.wrong) <= {"typed", "scribble", "whited", "overshoot"}
