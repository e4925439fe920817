"""What a line network's probabilities say: characters, and words where the characters alone are in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from digitizer.reading.tessdata import LineModel, Matrix

_CLEAR, _FLEETING = 0.98, 0.8
"""A known word whose characters are all as sure as that, and at their peaks by themselves as that, needs no more."""
_LIKELY = 0.01
"""Characters less probable than this at a step are not followed."""
_BEAM = 8
_OTHERS = 3
UNKNOWN = 2.25
"""How much more the doubt of a word that is in no list counts (Tesseract's kDictRatio)."""
_LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class Told:
    """A word as it was told.

    start, end: of its steps; chance: the logarithm of its probability, that of a word in no list weighed more;
    known: whether it is in the list. others: what else its steps may say, with probabilities, likeliest first.
    """

    text: str
    start: int
    end: int
    chance: float
    known: bool
    others: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class _Run:
    """A character as it was told. sure: the least probability of its steps; peak: the highest of itself alone."""

    label: int
    start: int
    end: int
    sure: float
    peak: float


def decode(table: Matrix, model: LineModel) -> list[Told]:
    """The words of a line. table: (steps, classes), probabilities."""
    words: list[Told] = []
    group: list[_Run] = []
    begin, space = 0, 1.0
    for run in [*_runs(table, model), None]:
        if run is not None and model.characters[run.label] != " ":
            group.append(run)
            continue
        end = len(table) if run is None else run.start
        if group:
            words.append(_word(table[begin:end], group, begin, space, model))
        if run is not None:
            group, begin, space = [], run.end, run.sure
    return words


def _runs(table: Matrix, model: LineModel) -> list[_Run]:
    """Greedy decoding of connectionist temporal classification (Graves et al., 2006).

    Where one character passes into the next, or into the blank between them, the network wavers between the two: that
    is no doubt of either, and their probabilities count together.
    """
    best = table.argmax(axis=1)
    sure = table[np.arange(len(table)), best]
    sure = np.where(best == model.blank, sure, sure + table[:, model.blank])
    edges = np.flatnonzero(np.diff(best, prepend=-1))
    spans = [(int(best[a]), int(a), int(b)) for a, b in zip(edges, [*edges[1:], len(best)], strict=True)]
    told = [span for span in spans if model.characters[span[0]]]
    runs: list[_Run] = []
    done = 0
    for k, (label, start, end) in enumerate(told):
        sure[done:start] += table[done:start, label]
        if k and told[k - 1][0] != label:
            sure[done : start + 1] += table[done : start + 1, told[k - 1][0]]
        if k + 1 < len(told) and told[k + 1][0] != label:
            sure[end - 1] += table[end - 1, told[k + 1][0]]
        runs.append(_Run(label, start, end, float(sure[done:end].min()), float(table[start:end, label].max())))
        done = end
    return runs


def _word(table: Matrix, group: Sequence[_Run], begin: int, space: float, model: LineModel) -> Told:
    """A word from its characters, or from another look at its steps where one of those is in doubt."""
    text = "".join(model.characters[run.label] for run in group)
    chance = float(np.log(np.clip(min(run.sure for run in group), _LEAST, 1.0)))
    known = model.words.knows(text)
    others: tuple[tuple[str, float], ...] = ()
    if not known or min(run.sure for run in group) < _CLEAR or min(run.peak for run in group) < _FLEETING:
        text, chance, known, others = _look_again(table, text, chance, model)
    chance = min(chance, float(np.log(np.clip(space, _LEAST, 1.0))))
    return Told(text, group[0].start, group[-1].end, chance if known else chance * UNKNOWN, known, others)


def _look_again(
    table: Matrix, greedy: str, chance: float, model: LineModel
) -> tuple[str, float, bool, tuple[tuple[str, float], ...]]:
    """The likeliest text of a word's steps over all ways to tell it, known words first; its chance; if it is known.

    Last the other texts that its steps may say, with their probabilities.
    """
    found = _search(table, model)
    whole = sum(found.values())
    ranked = []
    for text, share in found.items():
        known = model.words.knows(text)
        doubt = float(np.log(max(_LEAST, share / whole)))
        ranked.append((doubt if known else UNKNOWN * doubt, doubt, text, known))
    if not ranked:
        return greedy, chance, model.words.knows(greedy), ()
    _, doubt, text, known = max(ranked)
    likely = sorted(((o, share / whole) for o, share in found.items() if o != text), key=lambda pair: -pair[1])
    others = tuple(pair for pair in likely[:_OTHERS] if pair[1] >= _LIKELY)
    return text, min(doubt, chance) if text == greedy else doubt, known, others


def _search(table: Matrix, model: LineModel) -> dict[str, float]:
    """The likeliest texts with their probabilities: prefixes grown step by step (Graves and Jaitly, 2014)."""
    # For each prefix the probability that it ended in the blank, and that it ended in its last character.
    beam: dict[tuple[int, ...], tuple[float, float]] = {(): (1.0, 0.0)}
    for row in table:
        likely = [(int(k), float(row[k])) for k in np.flatnonzero(row >= _LIKELY)]
        grown: dict[tuple[int, ...], tuple[float, float]] = {}
        for prefix, (rested, spoken) in beam.items():
            for label, share in likely:
                if label == model.blank:
                    _add(grown, prefix, share * (rested + spoken), 0.0)
                elif not model.characters[label].strip():
                    continue
                elif prefix and prefix[-1] == label:
                    _add(grown, prefix, 0.0, share * spoken)
                    _add(grown, (*prefix, label), 0.0, share * rested)
                else:
                    _add(grown, (*prefix, label), 0.0, share * (rested + spoken))
        beam = dict(sorted(grown.items(), key=lambda item: -sum(item[1]))[:_BEAM]) if grown else beam
    texts: dict[str, float] = {}
    for prefix, chances in beam.items():
        text = "".join(model.characters[label] for label in prefix)
        if text:
            texts[text] = texts.get(text, 0.0) + sum(chances)
    return texts


def _add(
    beam: dict[tuple[int, ...], tuple[float, float]], prefix: tuple[int, ...], rested: float, spoken: float
) -> None:
    if rested or spoken:
        before = beam.get(prefix, (0.0, 0.0))
        beam[prefix] = before[0] + rested, before[1] + spoken
