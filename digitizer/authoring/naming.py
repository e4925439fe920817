"""Names and kinds of fields, guessed from what is printed beside them and from what was filled in."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from digitizer.document.form import Kind
from digitizer.reading.dates import parse_date

_NUMBERED = re.compile(
    r"^\W*(?:item\s+)?(\d{1,2}[A-Za-z]?|[A-Za-z])[.):]+(?![A-Z]\.)\s*(?=\S)|^\W*(\d{1,2}[A-Za-z]?)\s+(?=[A-Z])"
)
_SMALL = frozenset(
    re.findall(
        r"\w+",
        "a all an and any are as at be been by did do does for from had has have if in indicate into is it its list of"
        " on or please specify state such that the their this to under was were what when which who will with you your"
        " give only",
    )
)
_MOST_WORDS, _MOST_SAID = 4, 8
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("date", re.compile(r"\bdates?\b|\bday\b|month|\(mm|\bdd\b", re.I)),
    ("address", re.compile(r"address|street|\bcity\b|\bzip\b|\bstate\b", re.I)),
    ("name", re.compile(r"\bnames?\b(?! and address)|\bregistrant\b|signature", re.I)),
    ("money", re.compile(r"\$|price|amount|salary|\bfee\b|\bcost\b|balance|total due", re.I)),
    ("number", re.compile(r"\bnumber of|how many|quantity|\bshares?\b|\bcopies\b|\bcount\b|attendance", re.I)),
)
_NUMBER = re.compile(r"[-(]?[\d,]*\.?\d+\)?%?")
_MONEY = re.compile(r"[-(]?\$?\s?[\d,]+\.\d\d\)?|\$\s?[\d,]+")
_MOSTLY = 0.7
_LEAST_SEEN = 2


def number_of(label: str) -> str:
    """The item's number that a label begins with, '' where it has none."""
    found = _NUMBERED.match(label)
    return (found[1] or found[2]) if found else ""


def without_number(label: str) -> str:
    """The label without its item's number."""
    return _NUMBERED.sub("", label, count=1).strip()


def name_of(label: str, group: str = "", taken: Collection[str] = ()) -> str:
    """A name in camel case of the label's telling words, with the group's before it where it is taken already."""
    own, under = _telling(without_number(label)), _telling(without_number(group))
    first = _camel(own) or _camel(under) or "field"
    if first not in taken and not (under and len(own) == 1 and own[0] in ("yes", "no", "other")):
        return first
    name = _camel([*under[: _MOST_WORDS - 1], *own]) or first
    number = 2
    while name in taken:
        name, number = f"{first}{number}", number + 1
    return name


def _telling(text: str) -> list[str]:
    text = re.sub(r"\([^)]*\)?", " ", text) if len(re.sub(r"\([^)]*\)?", "", text)) > 3 else text
    words = [w.lower() for w in re.findall(r"[A-Za-z][A-Za-z'\u2019]*|\d+", text)]
    words = [re.sub(r"['\u2019].*", "", w) for w in words]
    telling = [w for w in words if w not in _SMALL]
    return (telling or words)[:_MOST_WORDS]


def _camel(words: Sequence[str]) -> str:
    name = "".join([words[0], *(w.capitalize() for w in words[1:])]) if words else ""
    return name if not name or name[0].isalpha() else f"n{name}"


def kind_of(label: str, entries: Sequence[str]) -> Kind:
    """The kind of a field: that of most of its entries where they tell, else what its label says."""
    filled = [e.strip() for e in entries if e.strip()]
    if len(filled) >= _LEAST_SEEN:
        for kind, test in (("date", _is_date), ("money", _MONEY.fullmatch), ("number", _NUMBER.fullmatch)):
            if sum(bool(test(e)) for e in filled) >= _MOSTLY * len(filled):
                return kind  # type: ignore[return-value]
    # What a long question speaks of first is what it asks for.
    said = " ".join(without_number(label).split()[:_MOST_SAID])
    told: Kind = next((kind for kind, pattern in _KINDS if pattern.search(said)), "text")
    if filled and told in ("number", "money") and not any(c.isdigit() for e in filled for c in e):
        return "text"
    return told


def _is_date(text: str) -> bool:
    return bool(re.search(r"\d", text)) and bool(parse_date(text)[0])
