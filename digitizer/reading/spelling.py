"""The likeliest texts of a grammar that line networks may have seen: damaged print spelt as its kind allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from digitizer.reading.grammars import Grammar
from digitizer.reading.joint import Table, candidates, joint_chances

_BEAM = 12
"""Beginnings kept at each step."""
_LIKELY = 2e-4
"""Characters less likely than this, against the likeliest of their step, are not followed."""
_DUST = 0.02
"""How often ink that a network takes for a character outside the grammar is none at all."""
_ALIKE = 0.3
"""How often what it takes for a character outside is one inside that has the same shape."""
_FLOOR = 1e-6
_SHAPES = {
    **{
        "0": "OoQDU",
        "1": "Il|i!JtT",
        "2": "Zz",
        "3": "B",
        "4": "A",
        "5": "Ss",
        "6": "Gb",
        "7": "T?",
        "8": "B",
        "9": "gq",
    },
    **{"$": "S5§", "/": "|lI1!\\", ",": "';", ".": "'·", "I": "l|1!", "O": "0", "S": "5", "Z": "2", "B": "8"},
}
"""Characters that look alike: in damaged print a network that may tell any tells these first."""


def spell(tables: Sequence[Table], grammar: Grammar) -> list[tuple[str, float]]:
    """Texts of a grammar, likeliest first, with the logarithm of how likely the tables together find them.

    What one network has at a place of difference is tried with what the other has at the next.
    """
    inside = [restricted(table, grammar) for table in tables]
    seen = [_search(table, grammar) for table in inside]
    texts = dict.fromkeys(text for found in seen for text in found)
    if len(seen) > 1 and all(seen):
        texts |= dict.fromkeys(text for text in candidates(seen[0][0], seen[1][0]) if grammar.holds(text))
    if not texts:
        return []
    told = list(texts)
    return sorted(zip(told, joint_chances(told, inside), strict=True), key=lambda pair: -pair[1])


def restricted(table: Table, grammar: Grammar) -> Table:
    """What a network would say if it knew nothing but a grammar's characters; what it says of others is a lookalike
    of theirs, or dust.
    """
    chances = np.full((len(table.chances), len(grammar.alphabet) + 1), _FLOOR, np.float32)
    blank = table.chances[:, table.blank]
    known = np.zeros(len(table.chances), np.float32)
    for k, character in enumerate(grammar.alphabet, start=1):
        alike = _SHAPES.get(character, "") + (character.lower() if character.isupper() else "")
        if character in table.labels:
            column = table.chances[:, table.labels[character]]
            chances[:, k] += column
            known += column
        for other in alike:
            if other not in grammar.alphabet and other in table.labels:
                chances[:, k] += _ALIKE * table.chances[:, table.labels[other]]
    chances[:, 0] += blank + _DUST * np.maximum(0, 1 - known - blank)
    return replace(table, chances=chances, labels={c: k for k, c in enumerate(grammar.alphabet, start=1)}, blank=0)


def _search(table: Table, grammar: Grammar) -> list[str]:
    """The likeliest texts of one table, likeliest first: beginnings that the grammar allows, grown step by step
    (prefix search: Graves et al., 2006).
    """
    # For each beginning the probability that it ended in the blank, and that it ended in its last character.
    beam: dict[str, tuple[float, float]] = {"": (1.0, 0.0)}
    characters = ("", *grammar.alphabet)
    for row in table.chances:
        followed = row >= _LIKELY * row.max()
        # Where nothing that is likely may stand there is dust.
        followed[0] = True
        likely = [(characters[k], float(row[k])) for k in np.flatnonzero(followed)]
        grown: dict[str, tuple[float, float]] = {}
        for text, (rested, spoken) in beam.items():
            for character, share in likely:
                if not character:
                    _add(grown, text, share * (rested + spoken), 0.0)
                elif text.endswith(character):
                    _add(grown, text, 0.0, share * spoken)
                    if rested and grammar.begins(text + character):
                        _add(grown, text + character, 0.0, share * rested)
                elif grammar.begins(text + character):
                    _add(grown, text + character, 0.0, share * (rested + spoken))
        best = sorted(grown.items(), key=lambda pair: -sum(pair[1]))[:_BEAM]
        whole = sum(best[0][1])
        beam = {text: (rested / whole, spoken / whole) for text, (rested, spoken) in best}
    return [text for text in beam if grammar.holds(text)]


def _add(beam: dict[str, tuple[float, float]], text: str, rested: float, spoken: float) -> None:
    before = beam.get(text, (0.0, 0.0))
    beam[text] = before[0] + rested, before[1] + spoken
