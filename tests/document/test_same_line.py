from __future__ import annotations

from digitizer.document.geometry import Box
from digitizer.document.lines import group_lines, same_line

FALLING = [Box(0, 0, 10, 10), Box(20, 4, 10, 10), Box(40, 8, 10, 10)]


def test_boxes_are_level_from_a_share_of_the_lower_one_on() -> None:
    assert same_line(Box(0, 0, 10, 10), Box(20, 4, 10, 10))
    assert not same_line(Box(0, 0, 10, 10), Box(20, 5, 10, 10))
    assert same_line(Box(0, 0, 10, 10), Box(20, 5, 10, 10), 0.4)
    assert same_line(Box(0, 0, 10, 100), Box(20, 50, 10, 10))


def test_lines_are_measured_against_their_first_box_or_followed() -> None:
    assert group_lines(FALLING, lambda b: b) == [FALLING[:2], FALLING[2:]]
    assert group_lines(FALLING, lambda b: b, follow=True) == [FALLING]
    assert group_lines([], lambda b: b) == []
