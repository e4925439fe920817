"""Words that a doubtful one may be: those of the language, and those that stand elsewhere on the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from digitizer.reading.wordlist import WordList

_EDGES = ".,;:()[]{}\"'*-"
_SHORTEST = 3
"""Letters of a word that is told from others by its letters."""
_LETTERS_A_FAULT = 3
"""A word may be misread in one letter of so many."""
_MOST = 48
"""Words told that a misread one may be."""
_ON_PAGE, _UNKNOWN, _STRANGE = 3.0, -3.0, -0.5
"""Logarithms of how much likelier a word is that stands elsewhere on the page than another of the language, and a word
that is neither; that again for each letter after the fourth, by which chance makes it.
"""
_FOURTH = 4


@dataclass
class Lexicon:
    """known: the language's words; page: words that were surely read on the page."""

    known: WordList
    page: frozenset[str] = frozenset()
    _near: dict[str, list[str]] = field(default_factory=dict, repr=False)

    def prior(self, text: str) -> float:
        """Logarithm of how likely a text's words are, against words of the language."""
        return sum(self._prior(word.strip(_EDGES)) for word in text.split())

    def _prior(self, word: str) -> float:
        if sum(map(str.isalpha, word)) < 2:
            return 0.0
        if word in self.page:
            return _ON_PAGE
        return 0.0 if self.known.knows(word) else _UNKNOWN + _STRANGE * max(0, len(word) - _FOURTH)

    def candidates(self, text: str) -> list[str]:
        """The text with one of its words, or two that may be one, as a word that is much like it."""
        words = text.split()
        found: list[str] = []
        for k, word in enumerate(words):
            found += self._told(words, k, 1, word)
            if k + 1 < len(words) and not self.holds(word):
                joined = word + words[k + 1]
                if self.holds(joined):
                    found.append(" ".join([*words[:k], joined, *words[k + 2 :]]))
                found += self._told(words, k, 2, joined)
        return list(dict.fromkeys(found))

    def _told(self, words: Sequence[str], k: int, many: int, word: str) -> list[str]:
        bare = word.strip(_EDGES)
        if self.holds(word) or len(bare) < _SHORTEST:
            return []
        start = word.find(bare)
        before, after = word[:start], word[start + len(bare) :]
        return [" ".join([*words[:k], before + near + after, *words[k + many :]]) for near in self.near(bare)]

    def holds(self, word: str) -> bool:
        """Whether a word needs no other for it: one of the page or the language, or no word: figures, initials."""
        bare = word.strip(_EDGES)
        return bare in self.page or any(c.isdigit() or c == "." for c in bare) or self.known.knows(bare)

    def near(self, word: str) -> list[str]:
        """Words much like this one, the likest first."""
        if word not in self._near:
            faults = max(1, len(word) // _LETTERS_A_FAULT)
            lengths = range(len(word) - faults, len(word) + faults + 1)
            lists = [list(self.page), *(self.known.by_length.get(n, []) for n in lengths)]
            told = [
                found[0]
                for words in lists
                for found in process.extract(word, words, scorer=Levenshtein.distance, score_cutoff=faults, limit=_MOST)
            ]
            likest = sorted(dict.fromkeys(told), key=lambda other: Levenshtein.distance(word, other))
            self._near[word] = [other for other in likest if other != word][:_MOST]
        return self._near[word]


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """The words of texts without the stops at their edges, those of enough letters to be told apart."""
    bare = (word.strip(_EDGES) for text in texts for word in text.split())
    return frozenset(word for word in bare if sum(map(str.isalpha, word)) >= _SHORTEST)
