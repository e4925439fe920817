"""The date of a received stamp: year, month and day set by wheels, with the time of day, in the clerk's order."""

from __future__ import annotations

import re
from datetime import date

from rapidfuzz.distance import Levenshtein

from digitizer.reading.dates import MONTHS, PIVOT, short_months
from digitizer.reading.numbers import LOOKALIKES

_EARLIEST = 1900
_SHORT = tuple(m[:3].upper() for m in MONTHS)
_TORN = short_months()
_DIGIT = r"[0-9OILSB|]"
_MONTH = r"([A-Z0-9]{3})[A-Z]{0,6}"
_NAMED = f"({'|'.join(_SHORT)})"
_TIME = rf"{_DIGIT}{{1,2}}\s?[:.]?\s?{_DIGIT}{{2}}(?:\s?[:.]\s?\d\d)?"
_HALF = r"[AP]\s?[MHN1I]{0,2}"
_PATTERNS = (
    # Printed by the office's computer: 06/29/2018 2:58:11 PM.
    (re.compile(rf"(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})/(?P<year>\d\s?\d\s?\d\s?\d)\s?{_TIME}"), 1.0, True),
    # 2008 AUG 25 PM 2:51, '91 FEB 12 P12:09
    (
        re.compile(rf"(?<!\w)'?(?P<year>{_DIGIT}{{2,4}})[\s.-]*{_MONTH}[\s.~-]*(?P<day>{_DIGIT}{{1,2}})(?!\w)"),
        0.8,
        False,
    ),
    # NOV 7 3 45 PM 1969, AUG 12 4 55 PM '83
    (
        re.compile(
            rf"(?<!\w){_MONTH}[\s.-]*(?P<day>{_DIGIT}{{1,2}})\s+{_TIME}\s*{_HALF}\s*"
            rf"['\u2018\u2019]?(?P<year>{_DIGIT}{{2,4}})(?!\w)"
        ),
        0.9,
        True,
    ),
    # APR 20 8 02 H'83, AUG 20 142 FH H'75: the half of the day is set smallest.
    (re.compile(rf"{_NAMED}[\s.~-]*(?P<day>\d\d?)\s*{_TIME}\s*[APFHMN#4 ]{{1,4}}\s*'?(?P<year>\d\d)(?!\w)"), 0.6, True),
    # 91SE -9 P12:17
    (
        re.compile(
            rf"(?<!\w)'?(?P<year>{_DIGIT}{{2}})[\s.-]*([A-Z]{{2}})[\s.~-]+(?P<day>{_DIGIT}{{1,2}})\s*{_HALF}\s*{_TIME}"
        ),
        0.8,
        True,
    ),
    # MAR 26 1962
    (re.compile(rf"(?<!\w){_MONTH}[\s.-]*(?P<day>{_DIGIT}{{1,2}})[\s,]+(?P<year>{_DIGIT}{{4}})(?!\w)"), 0.6, False),
)

_YEARLESS = (
    # SEP -9 P12:17, 5MAY 30 AM10:3, DEC -1 AM
    re.compile(rf"{_NAMED}[\s.~-]*(?P<day>{_DIGIT}{{1,2}})\s*(?:[AP]\s?[MHN]|{_HALF}\s*{_TIME})"),
    re.compile(rf"(?<![A-Z]){_MONTH}[\s.~-]*(?P<day>{_DIGIT}{{1,2}})\s*{_HALF}\s*{_TIME}"),
    # APR 28 12 26 PM
    re.compile(rf"(?<![A-Z]){_MONTH}[\s.~-]*(?P<day>{_DIGIT}{{1,2}})\s+{_TIME}\s*{_HALF}(?!\w)"),
    re.compile(rf"(?<![A-Z])([A-Z]{{2}})[\s.~-]+(?P<day>{_DIGIT}{{1,2}})\s*{_HALF}\s*{_TIME}"),
)
"""A wheel-set date with its time of day, of whose year nothing could be read."""
_MONTHLESS = re.compile(
    rf"(?<!\w)'?(?P<year>20\d\d?|[6-9]\d)[\s.-]*[A-Z0-9][^\s\d]{{1,3}}[\s.~-]*(?P<day>\d\d?)[\s.~-]*{_HALF}\s*{_TIME}"
)
"""The same where the month could not be read."""
_WRITTEN = (
    re.compile(r"(?P<month>\d{1,2})[/-](?P<day>\d{1,2})[/-](?P<year>(?:19|20)?\d\d)(?!\d)"),
    re.compile(
        r"(?<!\w)([A-Z]{3})[A-Z]{0,6}[\s.-]*(?P<day>\d{1,2})(?:ST|ND|RD|TH)?[\s,.-]+(?P<year>(?:19|20)\d\d)(?!\d)"
    ),
    re.compile(
        r"(?<!\d)(?P<day>\d{1,2})(?:ST|ND|RD|TH)?[\s,.-]+([A-Z]{3})[A-Z]{0,6}[\s,.-]+(?P<year>(?:19|20)\d\d)(?!\d)"
    ),
)
"""Dates as people write them."""


def stamp_day(text: str) -> tuple[int, int, float]:
    """Month and day in a stamp's text and how surely, where its time of day stands by; (0, 0, 0.0) where not."""
    body = _plain(text)
    best = (0, 0, 0.0)
    for pattern in _YEARLESS:
        for found in pattern.finditer(body):
            month, sure = _month(found[1])
            day = found["day"].translate(LOOKALIKES)
            # 2024 had a 29th of February.
            if sure > best[2] and day.isdecimal() and _made("2024", month, day):
                best = month, int(day), sure
    return best


def stamp_year(text: str) -> tuple[int, int]:
    """Year and day in a stamp's text of whose month too little could be read; (0, 0) where they are not there."""
    found = _MONTHLESS.search(_plain(text))
    made = _made(found["year"], 1, found["day"]) if found else ""
    return (int(made[:4]), int(made[8:])) if made else (0, 0)


def written_dates(text: str) -> list[date]:
    """The dates with month, day and year that stand in a text as people write them."""
    body = _plain(text)
    found = []
    for pattern in _WRITTEN:
        for match in pattern.finditer(body):
            parts = match.groupdict()
            month = int(parts["month"]) if "month" in parts else _month(match[_month_group(pattern)])[0]
            made = _made(parts["year"], month, parts["day"])
            if made:
                found.append(date.fromisoformat(made))
    return found


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.upper().replace("\u2018", "'").replace("\u2019", "'"))


def stamp_date(text: str) -> tuple[str, float, bool]:
    """The date in a stamp's text as YYYY-MM-DD, how far the print bears it out (0 to 1), and whether a time stands by.

    ("", 0.0, False) where there is none.
    """
    body = _plain(text)
    best = ("", 0.0, False)
    for pattern, share, timed in _PATTERNS:
        for found in pattern.finditer(body):
            parts = found.groupdict()
            month, sure = (int(parts["month"]), 1.0) if "month" in parts else _month(found[_month_group(pattern)])
            made = _made(parts["year"], month, parts["day"])
            if made and share * sure > best[1]:
                best = (made, share * sure, timed or _has_time(body, found.group()))
    return best


def _month_group(pattern: re.Pattern[str]) -> int:
    """The number of the group that is the month's name: the only one without a name of its own."""
    named = set(pattern.groupindex.values())
    return next(k for k in range(1, pattern.groups + 1) if k not in named)


def _has_time(body: str, matched: str) -> bool:
    rest = body.replace(matched, " ")
    return bool(re.search(rf"{_TIME}\s*{_HALF}(?!\w)|(?<!\w){_HALF}\s*{_TIME}", rest))


def _month(word: str) -> tuple[int, float]:
    """The month that three letters name, and how surely; 0 for none."""
    if len(word) == 2:
        return (_TORN[word], 0.4) if word in _TORN else (0, 0.0)
    letters = word.translate(str.maketrans("01582", "OISBZ"))
    ranked = sorted((Levenshtein.distance(letters, name), k) for k, name in enumerate(_SHORT, start=1))
    (least, month), (second, _) = ranked[:2]
    if least == 0:
        return month, 1.0
    return (month, 0.6) if least == 1 and second > 1 else (0, 0.0)


def _made(year: str, month: int, day: str) -> str:
    """The date, "" if there is no such day. A wheel sets 2008 so close that one of its noughts is lost: 208."""
    year, day = (re.sub(r"\s", "", t).translate(LOOKALIKES) for t in (year, day))
    if not (year.isdecimal() and day.isdecimal()):
        return ""
    if len(year) == 2:
        year = ("19" if int(year) >= PIVOT else "20") + year
    elif len(year) == 3 and year.startswith("20"):
        year = "200" + year[2]
    try:
        made = date(int(year), month, int(day))
    except ValueError:
        return ""
    return made.isoformat() if made.year >= _EARLIEST and made <= date.today() else ""
