"""Mends misread words: what a typical misreading away is a word that a field is known to hold was that word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

_SHAPES = (
    "aoecsgq06",
    "ctr",
    "et",
    "an",
    "nhmbukr",
    "titlIfj1!|/r'",
    "uvyw",
    "il1I",
    "-:.,=_~",
    "pP",
    "({[",
    ")}]",
    "é/fIlsi'",
)
"""Characters that are taken for one another when print is small, faint or blurred."""
_GROWN = (("rn", "m"), ("ti", "u"), ("tt", "u"), ("li", "h"), ("ri", "n"), ("cl", "d"), ("vv", "w"), ("in", "m"))
"""Characters that grow together, and what they look like then."""
_THIN = frozenset("iltj1If!|.,:;'-/ ")
_LIKE, _LOST, _OTHER = 0.4, 0.7, 1.5
_EDGE = ",;.:()[]{}\"'"
"""Stops and brackets around a word, which are not part of it."""


def mend(text: str, words: Sequence[str]) -> str:
    """The text with misread words put right.

    words: words or phrases the field often holds. Those in small letters may stand in capitals, those with a capital
    stand as they are. Digits are never changed, nor a word that is itself among the words.
    """
    if not words or not text:
        return text
    known = {w.casefold() for w in words} | {part.casefold() for w in words for part in w.split()}
    pieces = re.split(r"(\s+)", text)
    for word in sorted(words, key=len, reverse=True):
        count = 2 * len(word.split()) - 1
        for start in range(0, len(pieces) - count + 1, 2):
            _mend_at(pieces, start, count, word, known)
    return "".join(pieces)


def _mend_at(pieces: list[str], start: int, count: int, word: str, known: set[str]) -> None:
    """Puts a word in place of as many pieces where they are a misreading of it."""
    read = " ".join(pieces[start : start + count : 2])
    bare = read.strip(_EDGE) if word[0].isalnum() else read
    if not bare or abs(len(bare) - len(word)) > 2 or any(c.isdigit() for c in word):
        return
    if all(part.strip(_EDGE).casefold() in known for part in bare.split()):
        return
    parts = bare.split(" ")
    pairs = [(word, bare), *zip(word.split(), parts, strict=False)]
    if len(parts) != len(word.split()) or any(
        misreading(w.casefold(), r.casefold()) > _limit(len(w)) for w, r in pairs
    ):
        return
    before, after = read[: read.find(bare)], read[read.find(bare) + len(bare) :]
    mended = (before + _in_case_of(word, bare) + after).split(" ")
    pieces[start : start + count : 2] = mended


def _limit(length: int) -> float:
    """How unlike a reading may be: a short word is soon taken for another."""
    return 0.45 if length <= 3 else max(0.75, min(1.6, 0.13 * length))


def _in_case_of(word: str, read: str) -> str:
    if word != word.lower():
        return word
    if len(read) > 2 and sum(c.isupper() for c in read) > 0.6 * sum(c.isalpha() for c in read):
        return word.upper()
    parts, like = re.split(r"([\s-]+)", word), re.split(r"[\s-]+", read)
    if len(parts[::2]) != len(like):
        return word.capitalize() if read[0].isupper() else word
    parts[::2] = [p.capitalize() if r[:1].isupper() else p for p, r in zip(parts[::2], like, strict=True)]
    return "".join(parts)


@lru_cache(maxsize=50_000)
def misreading(word: str, read: str) -> float:
    """How far a reading is from a word: an edit distance in which what scans confuse costs little."""
    rows = [list(accumulate((_gap(c) for c in read), initial=0.0))]
    for i in range(1, len(word) + 1):
        row = [rows[i - 1][0] + _gap(word[i - 1])]
        for j in range(1, len(read) + 1):
            best = min(
                rows[i - 1][j - 1] + _swap(word[i - 1], read[j - 1]),
                rows[i - 1][j] + _gap(word[i - 1]),
                row[j - 1] + _gap(read[j - 1]),
            )
            for apart, grown in _GROWN:
                if word[:i].endswith(apart) and read[:j].endswith(grown):
                    best = min(best, rows[i - 2][j - 1] + _LIKE)
                if word[:i].endswith(grown) and read[:j].endswith(apart):
                    best = min(best, rows[i - 1][j - 2] + _LIKE)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def _gap(character: str) -> float:
    return _LOST if character in _THIN else _OTHER


def _swap(one: str, other: str) -> float:
    if one == other:
        return 0.0
    return _LIKE if any(one in shape and other in shape for shape in _SHAPES) else _OTHER
