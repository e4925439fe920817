"""A frame that nobody took goes to the label on its line that found none."""

from __future__ import annotations

import numpy as np
from factories import Text, at, field_def, hits_of, sheet_of, small_form

from digitizer.document.geometry import Box
from digitizer.document.layout import Mark
from digitizer.fields.candidates import propose
from digitizer.fields.places import Places, match_left_over
from digitizer.fields.slots import slots_of

ONE, MORE = "Filed by one person", "Filed by more than one"


def places(frames: list[Box], more: list[Text] | None = None) -> Places:
    texts = [(ONE, at(900, 200, ONE)), (MORE, at(900, 260, MORE)), *(more or [])]
    marks = [Mark(box, True, 0.99) for box in frames]
    fields = [field_def("one", "checkbox", labels=(ONE,)), field_def("more", "checkbox", labels=(MORE,))]
    stack = sheet_of(texts, marks=marks)
    matches = hits_of(stack, small_form(fields=tuple(fields)))
    slots, candidates = slots_of(fields), propose(stack, matches)
    features = np.zeros((len(slots), len(candidates), 1), np.float32)
    return Places(stack, tuple(matches), tuple(slots), tuple(candidates), features)


def found(given: Places, chosen: dict[int, int] | None = None) -> dict[int, Box]:
    return {s: given.candidates[k].box for s, k in match_left_over(given, chosen or {}, given.possible()).items()}


FAR, LOW = Box(500, 198, 24, 24), Box(500, 258, 24, 24)


def test_each_label_gets_the_frame_on_its_line() -> None:
    assert found(places([FAR, LOW])) == {0: FAR, 1: LOW}
    assert found(places([LOW])) == {1: LOW}


def test_a_frame_that_is_taken_already_stays() -> None:
    given = places([FAR, LOW])
    taken = next(k for k, c in enumerate(given.candidates) if c.box == FAR)
    assert found(given, {0: taken}) == {1: LOW}


def test_nothing_stands_between_the_two() -> None:
    assert found(places([FAR], [("Employee", at(650, 200, "Employee"))])) == {}


def test_a_frame_off_the_line_or_too_far_away_is_none() -> None:
    assert found(places([Box(500, 320, 24, 24), Box(20, 198, 24, 24)])) == {}


def test_a_frame_far_off_with_something_between_is_not_the_labels() -> None:
    between: list[Text] = [("Employee", at(650, 200, "Employee"))]
    frame = [c.box for c in places([FAR]).candidates].index(FAR)
    assert places([FAR]).possible()[:, frame].all()
    crowded = places([FAR], between)
    frame = [c.box for c in crowded.candidates].index(FAR)
    # It stands on the line of the first label alone.
    assert crowded.possible()[:, frame].tolist() == [False, True]
