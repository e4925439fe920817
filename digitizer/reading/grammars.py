"""What entries of some kinds are made of, so that a reader of damaged print may spell nothing else."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import regex

from digitizer.reading.dates import MONTHS, short_months

_MARKERS = r"(?: ?\(\d{1,2}\))*"
"""Footnote markers stand behind an entry of any kind."""
_DAY, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:1[89]\d\d|20\d\d)"
_MONTH = "(?:" + "|".join(f"{m.capitalize()}|{m[:3].capitalize()}\\.?" for m in MONTHS) + ")"
_AMOUNT = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?|\d+(?:\.\d{1,6})?|\.\d{1,6})"
_LONGEST_CODE = 5
"""Characters of what may be a code with a speck beside it."""
_LONGEST_NOTE = 9
"""Of what may be markers alone."""
_FEW_DIGITS = 3
"""Digits of a date that are read at the least, in any print."""
_MOST_CHARACTERS = 30
"""Of a number or a date with its markers."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """pattern: of a whole text; alphabet: all characters that it may have."""

    pattern: regex.Pattern[str]
    alphabet: str

    def begins(self, text: str) -> bool:
        """Whether a text of the grammar may begin so."""
        return _begins(self.pattern, text)

    def holds(self, text: str) -> bool:
        """Whether a text is one of the grammar."""
        return self.pattern.fullmatch(text) is not None


@lru_cache(maxsize=1 << 16)
def _begins(pattern: regex.Pattern[str], text: str) -> bool:
    return pattern.fullmatch(text, partial=True) is not None


def _grammar(pattern: str, alphabet: str) -> Grammar:
    return Grammar(regex.compile(f"(?:{pattern}){_MARKERS}"), "".join(sorted({*alphabet, *"0123456789()"})))


NUMBER = _grammar(rf"-?[$£€]? ?{_AMOUNT}%?|\([$£€]? ?{_AMOUNT}\)", "-$£€,.% ")
DATE = _grammar(rf"(?:0?[1-9]|1[0-2])([/.\-]){_DAY}\1(?:{_YEAR}|\d\d)|{_DAY}([/.\-])(?:0?[1-9]|1[0-2])\2{_YEAR}", "/.-")
WRITTEN_DATE = _grammar(
    rf"{_MONTH} {_DAY}, {_YEAR}|{_DAY} {_MONTH} {_YEAR}", "".join({*"".join(MONTHS), *"JFMASOND", *" ,."})
)
_WHEEL_MONTHS = "|".join(short_months())
STAMP = Grammar(
    regex.compile(
        rf"(?:'?(?:(?:19|20)\d\d|20\d|\d\d) ?)?(?:{_WHEEL_MONTHS}) ?-?\d\d? ?(?:[AP]M?)? ?\d\d? ?[:.]? ?\d\d"
        r"(?: ?[AP]M)?(?: ?'?(?:(?:19|20)\d\d|20\d|\d\d))?"
    ),
    "".join(sorted({*"".join(short_months()), *"0123456789", *" -:.'APM"})),
)
"""The date of a received stamp, whose wheels set year, month, day and time of day in one order or another."""
NOTES = _grammar(r"\(\d{1,2}\)", "")
CODE = _grammar("[A-Z0-9]{1,4}", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def grammars_of(texts: Collection[str]) -> list[Grammar]:
    """The grammars that a line may keep to. texts: what readers make of it."""
    longest = max(map(len, texts), default=0)
    digits = max((sum(map(str.isdigit, t)) for t in texts), default=0)
    letters = min((sum(map(str.isalpha, t)) for t in texts), default=0)
    if longest > _MOST_CHARACTERS:
        return []
    found = []
    if longest <= _LONGEST_NOTE:
        found.append(NOTES)
    if longest <= _LONGEST_CODE:
        found.append(CODE)
    if letters <= max(_FEW_DIGITS, digits):
        found.append(NUMBER)
    if digits >= _FEW_DIGITS:
        found.append(WRITTEN_DATE if letters > digits / 2 else DATE)
    return found
