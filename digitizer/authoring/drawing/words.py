"""Made-up names, addresses, titles and sentences, drawn from our own word lists."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")
_NAME = 150
"""Characters that EDGAR takes for a name."""


@cache
def word_lists() -> dict[str, Any]:
    """The lists of data/words.json by name."""
    lists: dict[str, Any] = json.loads((files(__package__) / "data" / "words.json").read_text("utf-8"))
    return lists


class Words:
    """Draws words with one random generator."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.lists = word_lists()

    def pick(self, name: str) -> Any:
        """One entry of the list of that name."""
        return self.rng.choice(self.lists[name])

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def among(self, choices: Sequence[T]) -> T:
        return self.rng.choice(choices)

    def company(self) -> str:
        name: str = f"{self.pick('roots')} {self.pick('trades')}"
        if self.chance(0.15):
            name = f"{self.pick('roots')} & {name}"
        suffix: str = self.pick("suffixes")
        name = f"{name}{suffix}" if suffix.startswith((",", "/")) else f"{name} {suffix}".strip()
        return name.upper() if self.chance(0.5) else name

    def fund(self) -> str:
        name = " ".join(self.pick(part) for part in ("roots", "funds", "fund_numbers")).strip()
        name += str(self.pick("fund_suffixes"))
        return name.upper() if self.chance(0.3) else name

    def holder(self) -> str:
        """A fund, or one that takes up several lines: trusts with their trustees, estates, nominees."""
        if self.chance(0.65):
            return self.fund()
        name = self.sentence(self.pick("holders"), "")[:_NAME].rstrip(" ,&")
        return name.upper() if self.chance(0.35) else name

    def person_parts(self) -> tuple[str, str, str]:
        """Last, first and middle name as filed; the middle may be blank or hold a generation."""
        last, first, middle = self.pick("last"), self.pick("first"), ""
        if self.chance(0.7):
            middle = self.rng.choice("ABCDEFGHJKLMNPRSTVW") + ("." if self.chance(0.3) else "")
        elif self.chance(0.4):
            middle = self.pick("first")
        if self.chance(0.08):
            middle = f"{middle} {self.pick('generation')}".strip()
        parts = (last, first, middle)
        return (last.upper(), first.upper(), middle.upper()) if self.chance(0.55) else parts

    def person(self) -> str:
        """A name in reading order."""
        middle = f" {self.rng.choice('ABCDEFGHJKLMNPRST')}." if self.chance(0.6) else ""
        return f"{self.pick('first')}{middle} {self.pick('last')}"

    def ticker(self, company: str) -> str:
        if self.chance(0.06):
            return self.among(("NONE", "N/A", "None", "n/a", "NA"))
        letters = [c for c in company.upper() if "A" <= c <= "Z"]
        symbol = letters[0] + "".join(self.rng.choices(letters, k=self.among((0, 1, 2, 2, 3, 3, 3, 4))))
        if self.chance(0.1):
            symbol += self.among((".A", ".B", "-A", "/B", ".PK", ", " + symbol + "A", "; " + symbol + "U", "'A"))
        return symbol.lower() if self.chance(0.02) else symbol

    def address(self, company: str) -> dict[str, str]:
        """Street1, Street2, City, State and ZipCode, as EDGAR splits them."""
        number, minor = self.rng.randint(1, 19999), self.rng.randint(1, 20)
        street = f"{self.rng.randint(1, 9999)} {self.pick('streets')}"
        second = ""
        if self.chance(0.35):
            street, second = f"C/O {company}", street
        elif self.chance(0.12):
            street = f"P.O. BOX {number}"
        elif self.chance(0.35):
            second = self.pick("second").format(n=number % 2000 + 1, m=minor)
        if self.chance(0.15):
            city, state, code = self.pick("abroad")
            state = "" if self.chance(0.1) else state
            code = "" if self.chance(0.2) else code
        else:
            city, state = self.pick("two_word_cities" if self.chance(0.2) else "cities")
            code = f"{self.rng.randint(501, 99950):05d}" + (f"-{number % 10000:04d}" if self.chance(0.15) else "")
        if self.chance(0.7):
            street, second, city = street.upper(), second.upper(), city.upper()
        return {"Street1": street[:60], "Street2": second[:60], "City": city, "State": state, "ZipCode": code}

    def day(self, start: date, days: int) -> date:
        return start + timedelta(days=self.rng.randint(0, max(0, days)))

    def sentence(self, template: str, issuer: str) -> str:
        """A sentence of the lists with its gaps filled."""
        low = self.rng.uniform(0.5, 400)
        gaps = {
            "issuer": issuer,
            "date": f"{self.day(date(1999, 1, 1), 9900):%B %d, %Y}".replace(" 0", " "),
            "number": f"{self.rng.randint(2, 10 ** self.rng.randint(2, 7)):,}",
            "low": f"{low:.2f}",
            "high": f"{low * self.rng.uniform(1, 1.05):.{self.among((2, 2, 3, 4))}f}",
            "count": str(self.rng.randint(2, 9)),
            "pct": str(self.rng.randint(20, 200)),
            "plan": self.pick("plans"),
            "securities": self.pick("securities"),
            "fund": self.fund(),
            "person": self.person(),
            "other_person": self.person(),
            "other_fund": self.fund(),
            "last": self.pick("last"),
            "ticker": "".join(self.rng.choices("ABCDEGLMNPRST", k=3)),
        }
        return template.format(**gaps)
