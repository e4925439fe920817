"""One text from two networks: of all that both would have it, what both together find likeliest.

Each network gives for each step the probabilities of its characters; how likely a text is to either is summed over all
ways to tell it (the forward pass of connectionist temporal classification: Graves et al., 2006). Where the two read
differently, each place of difference may be as one or the other has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from digitizer.reading.decode import UNKNOWN

_MOST_PLACES = 6
"""Places of difference that are told one by one; lines with more differ altogether."""
_WORD = 4
"""Letters from which on a word is held against the language; shorter ones are codes and symbols as often."""
_LEAST, _UNKNOWN = 1e-12, -20.0
"""The least probability of a class; the logarithm of that of a character that a network does not know."""


@dataclass(frozen=True, slots=True)
class Table:
    """What a network says of a line.

    chances: float (steps, classes), probabilities; labels: the class of each character; blank: the class that is none.
    weight: how much it counts beside another's. spaced: whether it tells spaces; one that loses them is not asked.
    knows: whether a word is one of the language; None where it has no list.
    """

    chances: NDArray[np.float32]
    labels: Mapping[str, int]
    blank: int
    weight: float = 1.0
    spaced: bool = True
    knows: Callable[[str], bool] | None = None

    def log_chance(self, text: str) -> float:
        """Logarithm of the probability of a text over all ways to tell it."""
        text = text if self.spaced else text.replace(" ", "")
        known = [self.labels[c] for c in text if c in self.labels]
        path = np.full(2 * len(known) + 1, self.blank)
        path[1::2] = known
        # A character may follow another without a blank between them, unless it is the same.
        close = np.zeros(len(path), bool)
        close[3::2] = path[3::2] != path[1:-2:2]
        steps = np.log(np.maximum(self.chances[:, path], _LEAST))
        forward = np.full(len(path), -np.inf)
        forward[:2] = steps[0, :2]
        for step in steps[1:]:
            one = np.concatenate([[-np.inf], forward[:-1]])
            two = np.concatenate([[-np.inf, -np.inf], forward[:-2]])[: len(path)]
            forward = np.logaddexp(np.logaddexp(forward, one), np.where(close, two, -np.inf)) + step
        total = float(np.logaddexp.reduce(forward[-2:])) + (len(text) - len(known)) * _UNKNOWN
        return self.weight * total - UNKNOWN * self._strange(text)

    def _strange(self, text: str) -> int:
        """How many words of a text are none of the language; what has few letters is no word."""
        if self.knows is None:
            return 0
        return sum(sum(map(str.isalpha, w)) >= _WORD and not self.knows(w) for w in text.split())


def candidates(one: str, two: str) -> list[str]:
    """All texts that have at each place of difference what one or the other has."""
    blocks = Levenshtein.opcodes(one, two)
    pairs = [(one[b.src_start : b.src_end], two[b.dest_start : b.dest_end]) for b in blocks]
    if sum(a != b for a, b in pairs) > _MOST_PLACES:
        return [one, two]
    return ["".join(parts) for parts in product(*(dict.fromkeys(pair) for pair in pairs))]


def likeliest(texts: Sequence[str], tables: Sequence[Table]) -> str:
    """The text that the tables together find likeliest; the first of equals."""
    return max(texts, key=lambda text: sum(table.log_chance(text) for table in tables))
