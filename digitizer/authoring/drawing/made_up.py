"""Made-up entries for any field, by its kind, as people type them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from digitizer.authoring.drawing.words import Words
from digitizer.document.form import FieldDefinition, RuleDefinition

_TRIES = 40
_CODED = re.compile(r"\bno\b\.?|\bnumber\b|#|\bcode\b|\bphone|telephone|\bzip\b", re.I)
_TITLES = ("officer_titles", "other_texts", "trades", "natures", "plans", "securities")
_FROM, _DAYS = date(1950, 1, 1), 26000


class MadeUp:
    """Draws entries; one print has its own habits of writing dates and amounts."""

    def __init__(self, words: Words) -> None:
        self.words = words
        rng = words.rng
        self.day_style = rng.choice(
            ("{m}/{d}/{y}", "{m:02}/{d:02}/{y}", "{d} {name} {y}", "{name} {d}, {y}", "{m}-{d}-{s}")
        )
        self.dollar = rng.choice(("$", "$", ""))
        self.upper = rng.random() < 0.3

    def entry(self, field: FieldDefinition, lines: int, rules: Sequence[RuleDefinition] = ()) -> list[str]:
        """The lines of an entry, at most so many; none where nothing comes to mind that fits the field's pattern."""
        for attempt in range(_TRIES):
            # A pattern may ask for anything: what is made of figures is tried in turn with what the kind suggests.
            figures = bool(field.pattern) and attempt % 2 == 1
            text = [self._figures()] if figures else self._text(field, lines, rules)
            if not field.pattern or _fits(field.pattern, "\n".join(text)):
                return text
        return []

    def _text(self, field: FieldDefinition, lines: int, rules: Sequence[RuleDefinition]) -> list[str]:
        words, rng = self.words, self.words.rng
        if field.words and field.kind != "code" and rng.random() < 0.5:
            return [_as_typed(words.among(field.words), rng.random() < 0.5)]
        bounds = next((r for r in rules if r.kind == "range" and field.name in r.fields), None)
        if field.kind == "date":
            return [self._date(bounds)]
        if field.kind in ("number", "money"):
            return [self._amount(field.kind == "money", bounds)]
        if field.kind == "code":
            return [words.among(field.values) if field.values else self._code()]
        if field.kind == "name":
            return [self._cased(words.person() if rng.random() < 0.7 else words.company())]
        if field.kind == "address":
            return self._address(lines)
        if any(_CODED.search(label) for label in field.labels) and rng.random() < 0.8:
            return [self._code()]
        return [self._cased(line) for line in self._sentences(rng.randint(1, max(1, min(3, lines))))]

    def _date(self, bounds: RuleDefinition | None) -> str:
        first, days = _FROM, _DAYS
        if bounds is not None:
            first = _day(bounds.least) or first
            days = ((_day(bounds.most) or date(2030, 1, 1)) - first).days
        day = self.words.day(first, days)
        return self.day_style.format(m=day.month, d=day.day, y=day.year, s=f"{day.year % 100:02}", name=f"{day:%B}")

    def _amount(self, money: bool, bounds: RuleDefinition | None) -> str:
        rng = self.words.rng
        least, most = (_number(bounds.least), _number(bounds.most)) if bounds is not None else (None, None)
        if least is not None or most is not None:
            low = float(least if least is not None else 0)
            value = rng.uniform(low, float(most if most is not None else low + 1000))
        else:
            value = 10 ** rng.uniform(0, 6)
        return (
            f"{self.dollar}{value:,.2f}" if money else f"{round(value):,}" if rng.random() < 0.8 else f"{round(value)}"
        )

    def _figures(self) -> str:
        made = (self._code, lambda: self._date(None), lambda: self._amount(False, None))
        return self.words.rng.choice(made)()

    def _code(self) -> str:
        rng = self.words.rng
        digits = "".join(rng.choices("0123456789", k=rng.randint(2, 7)))
        style = rng.random()
        if style < 0.5:
            return digits
        if style < 0.75:
            return f"{rng.choice('ABCDEFGHKLMNPRSTX')}{digits}"
        return f"{digits[:3]}-{digits[3:] or rng.randint(10, 99)}"

    def _address(self, lines: int) -> list[str]:
        address = self.words.address(self.words.company())
        parts = [address["Street1"], address["Street2"], f"{address['City']}, {address['State']} {address['ZipCode']}"]
        parts = [self._cased(p) for p in parts if p]
        if lines < 2:
            return [", ".join(parts[-2:])] if self.words.chance(0.5) else [parts[-1]]
        return parts[-lines:]

    def _sentences(self, count: int) -> list[str]:
        words = self.words
        texts = []
        for _ in range(count):
            kind = words.rng.random()
            if kind < 0.4:
                texts.append(str(words.pick(words.among(_TITLES))))
            elif kind < 0.6:
                texts.append(f"{words.pick('roots')} {words.pick('trades')}")
            elif kind < 0.75:
                texts.append(str(words.pick("cities")[0]))
            elif kind < 0.9:
                texts.append(words.person())
            else:
                texts.append(words.among(("None", "N/A", "See attached", "Same as above")))
        return texts

    def _cased(self, text: str) -> str:
        return text.upper() if self.upper else text


def _fits(pattern: str, text: str) -> bool:
    found = re.search(pattern, text, re.DOTALL)
    return found is not None and any(g for g in (*found.groups(), found[0]) if g)


def _as_typed(word: str, title: bool) -> str:
    return word.title() if title and word.islower() else word


def _day(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
