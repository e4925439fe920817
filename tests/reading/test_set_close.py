"""Letters of a comb set close: as wide as a word, its pieces in order, words back in their slots."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from digitizer.document.geometry import Box
from digitizer.document.layout import Reading, Word
from digitizer.reading.set_close import in_slots, set_close

PITCH, HIGH = 40, 30


def drawn(filled: list[bool]) -> tuple[np.ndarray, tuple[tuple[int, int], ...]]:
    """Letters as wide as their number tells in slots that begin at 100 on the page."""
    ink = np.zeros((HIGH + 10, PITCH * len(filled)), np.uint8)
    for k, letter in enumerate(filled):
        if letter:
            ink[5 : 5 + HIGH, k * PITCH + 8 : k * PITCH + 16 + k] = 255
    return ink, tuple((100 + k * PITCH, 100 + (k + 1) * PITCH) for k in range(len(filled)))


@given(st.lists(st.booleans(), min_size=1, max_size=16))
def test_all_ink_is_there_in_its_order_and_nothing_else(filled: list[bool]) -> None:
    ink, slots = drawn(filled)
    close, pixels = set_close(ink, 255 - ink, 100, slots)
    assert close.shape == pixels.shape
    assert np.array_equal(pixels, 255 - close)
    columns = [ink[:, k] for k in np.flatnonzero(ink.any(axis=0))]
    assert np.array_equal([close[:, k] for k in np.flatnonzero(close.any(axis=0))], columns)


def test_an_empty_slot_between_letters_is_a_space_and_letters_of_a_word_stand_close() -> None:
    ink, slots = drawn([True, True, False, True, False, False])
    close, _ = set_close(ink, 255 - ink, 100, slots)
    blank = np.flatnonzero(np.diff(np.concatenate([[0], (~close.any(axis=0)).astype(np.int8), [0]])))
    _, within, between, _ = (blank[1::2] - blank[::2]).tolist()
    assert within < HIGH / 5 < HIGH / 3 < between


def test_words_are_told_where_their_slots_are() -> None:
    ink, slots = drawn([True, True, False, True])
    box = Box(100, 50, PITCH * 4, HIGH)
    reading = Reading("AB C", 0.9, "tesseract", (Word("AB", box, 0.9), Word("C", box, 0.9)))
    first, second = in_slots(reading, ink, box, slots).words
    assert (first.box.x, second.box.x) == (108, 100 + 3 * PITCH + 8)
    assert first.box.right <= 100 + 2 * PITCH < second.box.x
    fused = in_slots(Reading("ABC", 0.9, "tesseract", (Word("ABC", Box(0, 0, 5, 5), 0.9),)), ink, box, slots)
    assert [w.box for w in fused.words] == [box]
