"""Dates as printed, typed or stamped, and what OCR makes of them."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

from rapidfuzz import fuzz

from digitizer.reading.numbers import LOOKALIKES

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
EARLIEST, LATEST = 1800, 2100
_MONTHS = len(MONTHS)
PIVOT = 50
"""Two-digit years from here on are of the 1900s."""

_NUMERIC = re.compile(r"(\d{1,4})[/\-.](\d{1,2})[/\-.](\d{1,4})")
_LETTERS_TO_MONTH = str.maketrans("01|58", "oilsb")


def short_months() -> dict[str, int]:
    """The months by their three letters, and by two of them where no other has these: what a worn stamp leaves."""
    whole = {name[:3].upper(): k for k, name in enumerate(MONTHS, start=1)}
    torn = Counter(name[:k] + name[k + 1 :] for name in whole for k in range(3))
    return whole | {
        name[:k] + name[k + 1 :]: month
        for name, month in whole.items()
        for k in range(3)
        if torn[name[:k] + name[k + 1 :]] == 1
    }


# What a slash is read as when it is not read as one.
_SLASH = r"[/\\1|lI!7()jf,;:.\-]"


def parse_date(text: str, day_first: bool = False) -> tuple[str, float]:
    """The date as YYYY-MM-DD, and how far the print bears it out (0 to 1); ("", 0.0) where there is none.

    day_first: of three numbers the first is the day, unless only the other order is a date.
    """
    body = re.sub(r"\s+", " ", text).strip(" .,;:'\"`|_~*")
    if re.search(r"[A-Za-z0]{3}", body) and (found := _named_month(body)):
        return found
    body = re.sub(r"\s*([/\-.])\s*", r"\1", body)
    gaps = 0.8 if " " in body else 1.0
    body = body.replace(" ", "")
    slashed = re.sub(r"[\\,]", "/", body)
    mended = slashed.translate(LOOKALIKES)
    trust = gaps * 0.85 ** sum(a != b for a, b in zip(body, mended, strict=True))
    if found := _separated(mended, trust, day_first):
        return found
    return _lost_slashes(body, gaps, day_first) or ("", 0.0)


def _separated(body: str, trust: float, day_first: bool) -> tuple[str, float] | None:
    """Three numbers with separators, in their usual order unless only the other one is a date."""
    parts = _NUMERIC.fullmatch(body)
    if not parts:
        return None
    first, second, third = parts.groups()
    if len(first) == 4:
        return _made(first, second, third, trust)
    if len(first) == 3:
        return None
    day, month = (first, second) if day_first else (second, first)
    if not day_first and body.count(".") == 2 and first != second and max(int(first), int(second)) <= _MONTHS:
        # Who sets full stops writes the day first as often as not.
        trust *= 0.5
    return _made(third, month, day, trust) or _made(third, day, month, trust * 0.7)


def _lost_slashes(body: str, trust: float, day_first: bool) -> tuple[str, float] | None:
    """A date whose slashes were read as something else, where its length tells so: '11/1712009'."""
    year, number, two = (rf"([\dOolIS|B]{{{count}}})" for count in ("4", "1,2", "2"))
    patterns = (
        (f"{number}/{number}{_SLASH}{year}", 0.7),
        (f"{number}{_SLASH}{number}/{year}", 0.7),
        (f"{two}{_SLASH}{two}{_SLASH}{year}", 0.5),
        (f"{two}/?{two}/?{year}", 0.4),
    )
    for pattern, share in patterns:
        found = re.fullmatch(pattern, body)
        if not found:
            continue
        first, second, full = (g.translate(LOOKALIKES) for g in found.groups())
        month, day = (second, first) if day_first else (first, second)
        if made := _made(full, month, day, trust * share):
            return made
    return None


def _named_month(body: str) -> tuple[str, float] | None:
    """A date with its month as a word, in any order: March 3, 1961; 29 OCT 2007; 3rd of March 1961."""
    apart = re.sub(r"(?<=\d)(?=[A-Za-z]{3})|(?<=[A-Za-z]{3})(?=\d)", " ", body)
    tokens = [t for t in re.split(r"[^A-Za-z0-9|]+", apart) if t]
    best = max(((m[1], i, m[0]) for i, t in enumerate(tokens) if (m := _month(t))), default=None)
    if best is None:
        return None
    trust, place, month = best
    rest = [re.sub(r"(?i)(?<=[\dlIO])(st|nd|rd|th)$", "", t) for i, t in enumerate(tokens) if i != place]
    rest = [t for t in rest if t.lower() not in ("of", "day", "the", "this")]
    numbers = [t.translate(LOOKALIKES) for t in rest]
    if len(numbers) != 2 or not all(n.isdecimal() for n in numbers):
        return None
    trust *= 0.85 ** sum(a != b for r, n in zip(rest, numbers, strict=True) for a, b in zip(r, n, strict=True))
    day, year = numbers if len(numbers[0]) <= 2 else numbers[::-1]
    return _made(year, str(month), day, trust)


def _month(token: str) -> tuple[int, float] | None:
    """The month that a word names, 1 to 12, and how surely."""
    word = token.translate(_LETTERS_TO_MONTH).lower()
    if len(word) < 3 or sum(c.isdigit() for c in token) > 1:
        return None
    for i, name in enumerate(MONTHS, start=1):
        if word in (name, name[:3]) or (i == 9 and word == "sept"):
            return i, 1.0 if word == token.lower() else 0.85
    if len(word) < 4:
        return None
    score, i = max((fuzz.ratio(word, name), i) for i, name in enumerate(MONTHS, start=1))
    return (i, 0.6) if score >= 80 else None


def _made(year: str, month: str, day: str, trust: float) -> tuple[str, float] | None:
    """The date of three numbers, None if there is no such day."""
    if len(year) == 2:
        year, trust = ("19" if int(year) >= PIVOT else "20") + year, trust * 0.9
    if len(year) != 4 or not EARLIEST <= int(year) <= LATEST:
        return None
    try:
        return date(int(year), int(month), int(day)).isoformat(), trust
    except ValueError:
        return None
