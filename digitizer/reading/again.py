"""What is in doubt read again: by the second reader too, and spelt as a number, a date or a code may be spelt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from rapidfuzz.distance import Levenshtein

from digitizer.document.geometry import Box
from digitizer.document.layout import Reading, Word
from digitizer.document.page import Pixels
from digitizer.reading.double import SURE, SecondReader, merge
from digitizer.reading.grammars import grammars_of
from digitizer.reading.joint import Table, joint_chances
from digitizer.reading.linereader import LineReader
from digitizer.reading.on_rules import without_torn_ends
from digitizer.reading.spelling import spell
from digitizer.reading.tesseract import Crop

_SHORTEST, _SAME_WORD = 2, 0.5
"""Letters of words in a text that are read again; what two readings of one word share of their letters at the least."""
_ROOM = 3
"""Pixels beside a word that are read with it."""
_MOST = 12
"""Other texts of a line that are kept."""
_SPELT = 6
"""Texts of one grammar among them."""
_TEMPER = 0.5
"""By how much the networks' probabilities are drawn together: they are near 0 or 1 also where they err."""


def read_again(
    crop: Crop,
    ruled: Pixels | None,
    place: Box,
    reading: Reading,
    dpi: float,
    second: SecondReader | None,
    first: LineReader | None,
) -> Reading:
    """Tesseract's reading of an entry merged with the second reader's; its alternatives: what else both may have seen.

    ruled: the pixels with the rule that the letters touch; place: of the line, pixels of the straightened page; first:
    Tesseract's network, where it runs here.
    """
    own = first.table(crop, dpi) if first is not None else None
    tables = [own] if own is not None else []
    if second is None:
        return _with_alternatives(reading, tables)
    text, chance, table = second.tell(crop.pixels if ruled is None else ruled)
    if ruled is not None:
        merged = merge(reading, without_torn_ends(reading.text, text), chance, place)
        return _with_alternatives(merged, [table])
    merged = merge(reading, text, chance, place, (*tables, table) if tables else ())
    return _with_alternatives(merged, [*tables, table])


def words_again(crop: Crop, reading: Reading, dpi: float, second: SecondReader, first: LineReader) -> Reading:
    """Tesseract's reading of a line of running text, its doubtful words merged with the second reader's."""
    words: list[Word] = []
    for word in reading.words:
        start, end = word.box.x - crop.box.x - _ROOM, word.box.right - crop.box.x + _ROOM
        columns = slice(max(0, start), max(1, end))
        part = Crop(crop.pixels[:, columns], crop.ink[:, columns], replace(word.box, y=crop.box.y))
        if word.confidence >= SURE or not part.ink.any() or sum(map(str.isalnum, word.text)) < _SHORTEST:
            words.append(word)
            continue
        text, chance, table = second.tell(part.pixels)
        if Levenshtein.normalized_similarity(text, word.text) < _SAME_WORD:
            words.append(word)
            continue
        # Where both say the same nothing is left to weigh.
        own = first.table(part, dpi) if text.replace(" ", "") != word.text else None
        one = Reading(word.text, word.confidence, reading.engine, (word,))
        words += merge(one, text, chance, word.box, (own, table) if own is not None else ()).words
    if tuple(words) == reading.words:
        return reading
    sure = min(w.confidence for w in words)
    return replace(reading, text=" ".join(w.text for w in words), confidence=sure, words=tuple(words))


def _with_alternatives(reading: Reading, tables: Sequence[Table]) -> Reading:
    """The reading with all that the networks may have seen besides, each with its probability."""
    if not tables:
        return reading
    texts = list(dict.fromkeys([reading.text, *(text for text, _ in reading.alternatives)]))
    likely = dict(zip(texts, joint_chances(texts, tables), strict=True))
    for grammar in grammars_of(texts):
        for text, chance in spell(tables, grammar)[:_SPELT]:
            likely[text] = max(chance, likely.get(text, chance))
    weights = np.exp(_TEMPER * (np.array(list(likely.values())) - max(likely.values())))
    shares = zip(likely, (weights / weights.sum()).tolist(), strict=True)
    others = sorted(
        ((text, share) for text, share in shares if text and text != reading.text), key=lambda pair: -pair[1]
    )
    return replace(reading, alternatives=tuple(others[:_MOST]))
