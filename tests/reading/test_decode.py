"""From a network's probabilities to words, on tables made by hand."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from digitizer.reading.decode import decode
from digitizer.reading.tessdata import LineModel, Matrix, Recurrent
from digitizer.reading.wordlist import WordList, read_word_list

CHARACTERS = ("", "t", "o", "m", " ", "i", "n")
LETTERS = {c: k for k, c in enumerate(CHARACTERS) if c.strip()}
_LAST, _END, _BITS = 1, 4, 3


def edge(letter: str, onward: int, flags: int) -> int:
    return LETTERS[letter] | flags << _BITS | onward << (_BITS + 3)


def word_list() -> WordList:
    """to, tom, in; edges of a node side by side, the root's first."""
    edges = [edge("t", 2, 0), edge("i", 3, _LAST), edge("o", 4, _LAST | _END), edge("n", 0, _LAST | _END)]
    edges.append(edge("m", 0, _LAST | _END))
    return read_word_list(
        struct.pack("<hii", 42, len(CHARACTERS), len(edges)) + np.array(edges, "<u8").tobytes(), LETTERS
    )


def model() -> LineModel:
    none = np.zeros((0, 0), np.float32)
    layer = Recurrent(none, none, none, False)
    return LineModel(36, none, none, layer, (), (none, none), CHARACTERS, 0, word_list())


def table(*steps: dict[str, float]) -> Matrix:
    """Probabilities by character, '' the blank; what is left goes to the blank."""
    rows = np.zeros((len(steps), len(CHARACTERS)), np.float32)
    for row, step in zip(rows, steps, strict=True):
        for character, chance in step.items():
            row[CHARACTERS.index(character)] = chance
        row[0] += 1 - row.sum()
    return rows


SURE = {"_": {"": 1.0}, **{c: {c: 1.0} for c in CHARACTERS if c}}


def said(text: str) -> Matrix:
    return table(*(SURE[c] for c in text))


def test_repeated_steps_are_one_character_and_a_blank_parts_two() -> None:
    assert [w.text for w in decode(said("_tt_oo__oo_"), model())] == ["too"]


def test_words_are_told_apart_with_their_steps() -> None:
    first, second = decode(said("_to_ _in_"), model())
    assert (first.text, first.start, first.end, first.known) == ("to", 1, 3, True)
    assert (second.text, second.start, second.end, second.known) == ("in", 6, 8, True)
    assert first.chance == pytest.approx(0, abs=1e-6)


def test_wavering_between_neighbours_is_no_doubt() -> None:
    (word,) = decode(table({"t": 0.99}, {"t": 0.99}, {"t": 0.5, "o": 0.5}, {"o": 0.99}), model())
    assert word.text == "to"
    assert word.chance > np.log(0.97)


def test_a_character_in_passing_gives_way_to_the_word_without_it() -> None:
    """Read step by step it says tiom."""
    (word,) = decode(table({"t": 1}, {"i": 0.4, "o": 0.35}, {"o": 0.98}, {"": 1}, {"m": 1}), model())
    assert word.text == "tom"


def test_a_word_of_the_list_is_preferred_and_an_unknown_one_surer_than_it_is_not() -> None:
    (near,) = decode(table({"i": 1}, {"n": 0.4, "m": 0.6}), model())
    (far,) = decode(table({"i": 1}, {"n": 0.05, "m": 0.95}), model())
    assert (near.text, near.known) == ("in", True)
    assert (far.text, far.known) == ("im", False)
    assert near.chance == pytest.approx(np.log(0.4), abs=0.01), "its own probability, not that of the other"


def test_the_doubt_of_a_space_counts_for_the_word_behind_it() -> None:
    steps = [SURE["t"], SURE["o"], SURE["_"], {" ": 0.6, "m": 0.4}, SURE["_"], SURE["i"], SURE["n"]]
    first, second = decode(table(*steps), model())
    assert first.chance > second.chance
    assert second.chance <= np.log(0.65)


def test_nothing_said_is_no_word() -> None:
    assert decode(said("____"), model()) == []
    assert decode(said("_ __ "), model()) == []


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("to", True),
        ("tom", True),
        ("in", True),
        ("t", False),
        ("i", False),
        ("om", False),
        ("toms", False),
        ("", False),
    ],
)
def test_words_are_looked_up_whole(text: str, known: bool) -> None:
    assert word_list().knows(text) is known


@pytest.mark.parametrize("text", ["(to)", "tom,", "in-to", "11/17/2009", "$0.3621", "306,250", "(5)", "12%"])
def test_numbers_punctuation_and_hyphens_do_not_make_a_word_unknown(text: str) -> None:
    assert word_list().knows(text)


def test_without_a_list_numbers_are_known_all_the_same() -> None:
    empty = read_word_list(b"", LETTERS)
    assert empty.knows("306,250")
    assert not empty.knows("to")
