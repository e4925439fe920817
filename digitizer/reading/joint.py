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

_MOST_PLACES = 6
"""Places of difference that are told one by one; lines with more differ altogether."""
TEMPER = 0.5
"""By how much networks' probabilities are drawn together: they are near 0 or 1 also where they err."""
_LEAST, _UNKNOWN = 1e-12, -20.0
"""The least probability of a class; the logarithm of that of a character that a network does not know."""


@dataclass(frozen=True, slots=True)
class Table:
    """What a network says of a line.

    chances: float (steps, classes), probabilities; labels: the class of each character; blank: the class that is none.
    weight: how much it counts beside another's. spaced: whether it tells spaces; one that loses them is not asked.
    """

    chances: NDArray[np.float32]
    labels: Mapping[str, int]
    blank: int
    weight: float = 1.0
    spaced: bool = True

    def log_chance(self, text: str) -> float:
        """Logarithm of the probability of a text over all ways to tell it."""
        return self.log_chances([text])[0]

    def log_chances(self, texts: Sequence[str]) -> list[float]:
        """Of each text the logarithm of its probability over all ways to tell it."""
        told = [text if self.spaced else text.replace(" ", "") for text in texts]
        known = [[self.labels[c] for c in text if c in self.labels] for text in told]
        paths = np.full((len(texts), 2 * max(map(len, known), default=0) + 1), self.blank)
        for path, labels in zip(paths, known, strict=True):
            path[1 : 2 * len(labels) : 2] = labels
        # A character may follow another without a blank between them, unless it is the same.
        skips = np.zeros(paths.shape, bool)
        skips[:, 3::2] = paths[:, 3::2] != paths[:, 1:-2:2]
        steps = np.log(np.maximum(self.chances[:, paths], _LEAST))
        forward = np.full(paths.shape, -np.inf)
        forward[:, :2] = steps[0, :, :2]
        one, two = np.full_like(forward, -np.inf), np.full_like(forward, -np.inf)
        for step in steps[1:]:
            one[:, 1:], two[:, 2:] = forward[:, :-1], forward[:, :-2]
            forward = np.logaddexp(np.logaddexp(forward, one), np.where(skips, two, -np.inf)) + step
        found = []
        for text, labels, last in zip(told, known, forward, strict=True):
            total = float(np.logaddexp.reduce(last[max(0, 2 * len(labels) - 1) : 2 * len(labels) + 1]))
            total += (len(text) - len(labels)) * _UNKNOWN
            found.append(self.weight * total)
        return found


def candidates(one: str, two: str) -> list[str]:
    """All texts that have at each place of difference what one or the other has."""
    blocks = Levenshtein.opcodes(one, two)
    pairs = [(one[b.src_start : b.src_end], two[b.dest_start : b.dest_end]) for b in blocks]
    if sum(a != b for a, b in pairs) > _MOST_PLACES:
        return [one, two]
    return ["".join(parts) for parts in product(*(dict.fromkeys(pair) for pair in pairs))]


def likeliest(texts: Sequence[str], tables: Sequence[Table], prior: Callable[[str], float] = lambda _: 0.0) -> str:
    """The text that the tables together find likeliest, and that is likely by itself; the first of equals.

    prior: logarithm of how likely a text is before it is seen.
    """
    weights = [TEMPER * chance + prior(text) for chance, text in zip(joint_chances(texts, tables), texts, strict=True)]
    return texts[weights.index(max(weights))]


def joint_chances(texts: Sequence[str], tables: Sequence[Table]) -> list[float]:
    """Of each text the logarithm of how likely the tables together find it."""
    return [sum(chances) for chances in zip(*(table.log_chances(texts) for table in tables), strict=True)]
