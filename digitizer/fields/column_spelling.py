"""Texts that a form's tables repeat: what was misread in one row is told by how other rows say it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from digitizer.fields.drafts import Filled, FilledRow

RULE = "repeated"
_SURE = 0.95
"""Probability from which on a reading needs no other row's word for it."""
_MOST_WORDS = 2
"""Words of a text that may be misread."""
_SHORTEST, _ALIKE = 3, 0.55
"""Letters of a word that can be told from another, and how like the two must be."""
_LONG, _CLOSE = 5, 0.75
"""Letters of a word that one row alone has, from which on it may be another's that others have, and how like that."""
_ROMAN = re.compile(r"[IVXLC]{1,5}\W*")
_ONES = re.compile(r"I{1,3}\W*")
_STROKES = re.compile(r"[1IilH|!/]{1,5}\W*")
"""What Roman numerals are misread as."""
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class _Said:
    """How a text is said by some rows. words: as read most surely; times: by how many rows; reader: the surest."""

    words: tuple[str, ...]
    times: int
    reader: float


def choose_column_spelling(tables: Mapping[str, tuple[FilledRow, ...]]) -> dict[str, tuple[FilledRow, ...]]:
    """The rows, doubtful texts put as most other rows have them; such a value names the rule."""
    every = [d for rows in tables.values() for row in rows for d in row.values() if _is_text(d)]
    said: dict[tuple[str, ...], _Said] = {}
    for filled in every:
        words = tuple(str(filled.value).split())
        old = said.get(words, _Said(words, 0, 0.0))
        said[words] = _Said(words, old.times + 1, max(old.reader, filled.reader))
    often = sorted((s for s in said.values() if s.times > 1), key=lambda s: (-s.times, s.words))
    decoded = {
        name: tuple({column: _settled(d, said, often) for column, d in row.items()} for row in rows)
        for name, rows in tables.items()
    }
    return {name: _with_words(rows) for name, rows in decoded.items()}


def _with_words(rows: Sequence[FilledRow]) -> tuple[FilledRow, ...]:
    """The rows of a table, a word of a doubtful text that no other row has put as several others have it."""
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        for column, filled in row.items():
            if _is_text(filled):
                counts.setdefault(column, Counter()).update(set(str(filled.value).split()))
    return tuple({column: _worded(d, counts.get(column, Counter())) for column, d in row.items()} for row in rows)


def _worded(filled: Filled, counts: Counter[str]) -> Filled:
    if not _is_text(filled) or filled.reader >= _SURE:
        return filled
    words = str(filled.value).split()
    told = [_as_others(w, counts) for w in words]
    return filled if told == words else replace(filled, value=_in_lines(str(filled.value), told), rule=RULE)


def _as_others(word: str, counts: Counter[str]) -> str:
    """The word that others have where this one is it misread; other forms of a word, longer or capital, are its own."""
    if counts[word] > 1:
        return word
    if _STROKES.fullmatch(word) and not _ROMAN.fullmatch(word):
        numerals = [n for n, times in counts.items() if times > 1 and len(n) == len(word) and _ONES.fullmatch(n)]
        return numerals[0] if len(numerals) == 1 else word
    if len(_bare([word])) < _LONG or _DIGIT.search(word):
        return word
    stem = _bare([word.casefold()])
    alike = [
        other
        for other, times in counts.items()
        if times > 1
        and not _DIGIT.search(other)
        and not (_bare([other.casefold()]).startswith(stem) or stem.startswith(_bare([other.casefold()])))
        and _CLOSE <= Levenshtein.normalized_similarity(word.casefold(), other.casefold()) < 1
    ]
    return max(alike, key=lambda other: (counts[other], other)) if alike else word


def _is_text(filled: Filled) -> bool:
    return filled.definition.kind == "text" and not filled.definition.values and bool(filled.value)


def _settled(filled: Filled, said: Mapping[tuple[str, ...], _Said], often: Sequence[_Said]) -> Filled:
    if not _is_text(filled) or filled.reader >= _SURE:
        return filled
    words = tuple(str(filled.value).split())
    own = said[words]
    likely = [s for s in often if s.times > own.times and s.reader > filled.reader and _is_misread(words, s.words)]
    if not likely:
        return filled
    return replace(filled, value=_in_lines(str(filled.value), likely[0].words), rule=RULE)


def _is_misread(words: Sequence[str], other: Sequence[str]) -> bool:
    """Whether the first text may be the other one, misread."""
    if words == other:
        return False
    if _bare(words) == _bare(other):
        return True
    if len(words) != len(other):
        return False
    pairs = [(a, b) for a, b in zip(words, other, strict=True) if a != b]
    return len(pairs) <= min(_MOST_WORDS, len(words) - 1) and all(_is_word_misread(a, b) for a, b in pairs)


def _bare(words: Sequence[str]) -> str:
    return re.sub(r"\W", "", "".join(words))


def _is_word_misread(word: str, other: str) -> bool:
    if _ROMAN.fullmatch(other) and _STROKES.fullmatch(word):
        # A numeral that is one may be another row's own.
        return not _ROMAN.fullmatch(word)
    if _DIGIT.search(word) or _DIGIT.search(other) or min(len(_bare([word])), len(_bare([other]))) < _SHORTEST:
        return _bare([word]) == _bare([other]) != ""
    return Levenshtein.normalized_similarity(word, other) >= _ALIKE


def _in_lines(value: str, words: Sequence[str]) -> str:
    """The words, broken into lines as the value is where they are as many."""
    parts = re.split(r"(\s+)", value.strip())
    if len(parts[::2]) != len(words):
        return " ".join(words)
    return "".join(_interleaved(words, parts[1::2]))


def _interleaved(words: Sequence[str], gaps: Sequence[str]) -> Iterator[str]:
    for word, gap in zip(words, [*gaps, ""], strict=True):
        yield word
        yield gap
