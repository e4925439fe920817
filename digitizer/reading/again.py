"""What is in doubt read again: by the second reader too, and spelt as a number, a date or a code may be spelt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from rapidfuzz.distance import Levenshtein

from digitizer.document.geometry import Box
from digitizer.document.layout import Reading, Word
from digitizer.document.page import Pixels
from digitizer.reading.commas import hang
from digitizer.reading.double import SURE, SecondReader, merge
from digitizer.reading.grammars import grammars_of
from digitizer.reading.joint import TEMPER, Table, joint_chances
from digitizer.reading.lexicon import Lexicon
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
_HANGING, _STANDING = (0.1, 0.64), (0.9, 0.36)
"""Of points and of commas before three figures, how many hang below the line, and how many do not: of 203 commas of
copied pages 129; points are too few to count.
"""


@dataclass(frozen=True, slots=True)
class Eyes:
    """What looks again. second, first: the second reader and Tesseract's network, where there is one that runs here;
    lexicon: words that a doubtful one may be; dpi: of the page.
    """

    second: SecondReader | None
    first: LineReader | None
    lexicon: Lexicon | None
    dpi: float


def read_again(crop: Crop, ruled: Pixels | None, place: Box, reading: Reading, eyes: Eyes) -> Reading:
    """Tesseract's reading of an entry merged with the second reader's; its alternatives: what else both may have seen.

    ruled: the pixels with the rule that the letters touch; place: of the line, pixels of the straightened page.
    """
    if ruled is not None and eyes.second is not None:
        text, chance, table = eyes.second.tell(ruled)
        merged = merge(reading, without_torn_ends(reading.text, text), chance, place)
        return _with_alternatives(merged, [table], crop.ink)
    own = eyes.first.table(crop, eyes.dpi) if eyes.first is not None else None
    tables = [own] if own is not None else []
    if eyes.second is None:
        return _with_alternatives(reading, tables, crop.ink)
    text, chance, table = eyes.second.tell(crop.pixels)
    merged = merge(reading, text, chance, place, (*tables, table) if tables else (), eyes.lexicon)
    return _with_alternatives(merged, [*tables, table], crop.ink)


def words_again(crop: Crop, reading: Reading, eyes: Eyes) -> Reading:
    """Tesseract's reading of a line of running text, its doubtful words merged with the second reader's.

    Without either network the reading stays as it is: nothing can be told from a word alone.
    """
    if eyes.second is None or eyes.first is None:
        return reading
    words: list[Word] = []
    for word in reading.words:
        start, end = word.box.x - crop.box.x - _ROOM, word.box.right - crop.box.x + _ROOM
        columns = slice(max(0, start), max(1, end))
        part = Crop(crop.pixels[:, columns], crop.ink[:, columns], replace(word.box, y=crop.box.y))
        strange = eyes.lexicon is not None and not eyes.lexicon.holds(word.text)
        believed = word.confidence >= SURE and not strange
        if believed or not part.ink.any() or sum(map(str.isalnum, word.text)) < _SHORTEST:
            words.append(word)
            continue
        text, chance, table = eyes.second.tell(part.pixels)
        if Levenshtein.normalized_similarity(text, word.text) < _SAME_WORD:
            words.append(word)
            continue
        # Where both say the same, and that is a word, nothing is left to weigh.
        own = eyes.first.table(part, eyes.dpi) if strange or text.replace(" ", "") != word.text else None
        one = Reading(word.text, word.confidence, reading.engine, (word,))
        words += merge(one, text, chance, word.box, (own, table) if own is not None else (), eyes.lexicon).words
    if tuple(words) == reading.words:
        return reading
    sure = min(w.confidence for w in words)
    return replace(reading, text=" ".join(w.text for w in words), confidence=sure, words=tuple(words))


def _with_alternatives(reading: Reading, tables: Sequence[Table], ink: Pixels) -> Reading:
    """The reading with all that the networks may have seen besides, each with its probability."""
    if not tables:
        return reading
    texts = list(dict.fromkeys([reading.text, *(text for text, _ in reading.alternatives)]))
    likely = dict(zip(texts, joint_chances(texts, tables), strict=True))
    for grammar in grammars_of(texts):
        for text, chance in spell(tables, grammar)[:_SPELT]:
            likely[text] = max(chance, likely.get(text, chance))
    best = max(likely.values())
    if not np.isfinite(best):
        # Letters that neither network has.
        return reading
    weights = np.exp(TEMPER * (np.array(list(likely.values())) - best))
    weights *= [_borne_out(text, ink) for text in likely]
    shares = zip(likely, (weights / weights.sum()).tolist(), strict=True)
    others = sorted(
        ((text, share) for text, share in shares if text and text != reading.text), key=lambda pair: -pair[1]
    )
    return replace(reading, alternatives=tuple(others[:_MOST]))


def _borne_out(text: str, ink: Pixels) -> float:
    """How much likelier the ink makes a number with commas than one with points in their places, and the reverse."""
    hanging = hang(text, ink)
    if hanging is None:
        return 1.0
    return (_HANGING if hanging else _STANDING)["," in text]
