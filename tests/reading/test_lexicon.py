"""A misread word is told from the words of the language and of the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from digitizer.reading.joint import likeliest
from digitizer.reading.lexicon import Lexicon, words_of
from digitizer.reading.tessdata import load_line_model
from digitizer.reading.tesseract_probe import trained_data
from digitizer.reading.wordlist import WordList
from tests.reading.network_tables import table_of


@pytest.fixture(scope="module")
def english() -> WordList:
    path: Path | None = trained_data("eng")
    if path is None:
        pytest.skip("Tesseract's English is not installed")
    return load_line_model(path).words


@pytest.mark.tesseract
def test_every_listed_word_is_known_and_has_its_length(english: WordList) -> None:
    assert sum(map(len, english.by_length.values())) > 10_000
    for length, words in english.by_length.items():
        assert all(len(word) == length and english.knows(word) for word in words[:50])


@pytest.mark.tesseract
def test_a_misread_word_has_its_like_among_the_candidates(english: WordList) -> None:
    lexicon = Lexicon(english, words_of(["Rankin Associates,"]))
    assert "held in trust for the" in lexicon.candidates("held in tust for the")
    assert "Rankin" in lexicon.candidates("Ranhin"), "it stands elsewhere on the page"
    assert "Stock" in lexicon.candidates("Stoc k"), "a word torn in two"
    assert lexicon.candidates("trust") == []
    assert lexicon.candidates("L.P.") == [], "initials are no words"
    assert lexicon.candidates("24,409") == []


@pytest.mark.tesseract
def test_a_word_of_the_page_is_likelier_than_one_of_the_language_and_that_than_none(english: WordList) -> None:
    lexicon = Lexicon(english, frozenset({"Westend"}))
    assert lexicon.prior("Westend") > lexicon.prior("trust") > lexicon.prior("trusl") > lexicon.prior("xqtrusl")
    assert lexicon.prior("a 12 $") == 0, "what has few letters is no word"


@pytest.mark.tesseract
def test_what_the_networks_saw_clearly_stands_though_it_is_no_word(english: WordList) -> None:
    lexicon, doubtful = Lexicon(english), [*"tr", {"u": 0.5, "n": 0.5}, *"st"]
    assert likeliest(["trnst", *lexicon.candidates("trnst")], [table_of(doubtful)], lexicon.prior) == "trust"
    assert likeliest(["trnst", *lexicon.candidates("trnst")], [table_of("trnst")], lexicon.prior) == "trnst"
