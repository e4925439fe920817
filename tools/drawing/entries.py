"""How values are typed on a form: dates, amounts with or without a dollar sign of its own, markers behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

from tools.drawing.sheet import Sheet

PRICES = frozenset({"transactionPricePerShare", "conversionOrExercisePrice"})
SHARES = frozenset({"transactionShares", "sharesOwnedFollowingTransaction", "underlyingSecurityShares"})
DEBT = ("note", "swap", "debenture", "bond")


@dataclass(frozen=True, slots=True)
class Typing:
    """Habits of one print.

    date: strftime pattern. places: decimals to which prices are filled up; 0: as they are. dollar: CSS class of a
    dollar sign printed apart; "" puts it into the amount. signless: prices without a dollar sign.
    """

    date: str = "%m/%d/%Y"
    places: int = 0
    dollar: str = ""
    signless: bool = False
    marker: str = "marker"
    dollar_shares: frozenset[str] = field(default_factory=frozenset)


def type_date(iso: str, pattern: str = "%m/%d/%Y") -> str:
    """An ISO date as typed; %-m and %-d stand for unpadded numbers; blank stays blank."""
    if not iso:
        return ""
    year, month, day = iso.split("-")
    for sign, text in (
        ("%m", month),
        ("%d", day),
        ("%Y", year),
        ("%y", year[2:]),
        ("%-m", str(int(month))),
        ("%-d", str(int(day))),
    ):
        pattern = pattern.replace(sign, text)
    return pattern


def type_amount(value: str, places: int = 0) -> str:
    """Thousands separated; filled up to so many decimals where it has any or places ask for it."""
    if not value:
        return ""
    amount = Decimal(value)
    decimals = max(-int(amount.as_tuple().exponent), places if amount else 0)
    return f"{amount:,.{decimals}f}"


def find_dollar_shares(rows: list[Mapping[str, Any]], table: str, rng: Random) -> frozenset[str]:
    """Targets of share columns that hold dollars: debt and swaps mostly, anything now and then."""
    found = set()
    for index, row in enumerate(rows):
        title = (row["securityTitle"]["value"] + row.get("underlyingSecurityTitle", {"value": ""})["value"]).lower()
        debt = any(word in title for word in DEBT)
        if rng.random() < (0.6 if debt else 0.02):
            found |= {f"{table}[{index}].{name}" for name in SHARES}
    return frozenset(found)


def cell_entry(sheet: Sheet, cell: Mapping[str, Any], target: str, typing: Typing, css: str = "") -> str:
    """A table cell's content: value and markers."""
    name, value = target.rpartition(".")[2], cell["value"]
    if name.endswith("Date"):
        markup = sheet.entry(type_date(value, typing.date), target, f"{css} whole".strip())
    elif value and (name in PRICES or target in typing.dollar_shares):
        markup = _money(sheet, value, target, typing, css)
    elif name in SHARES:
        markup = sheet.entry(type_amount(value), target, css)
    else:
        markup = sheet.entry(value, target, css)
    return markup + sheet.marker(cell["footnotes"], target, typing.marker)


def _money(sheet: Sheet, value: str, target: str, typing: Typing, css: str) -> str:
    amount = type_amount(value, typing.places)
    if typing.signless:
        return sheet.entry(amount, target, css)
    if typing.dollar:
        return sheet.entry("$", target, typing.dollar) + sheet.entry(amount, target, css)
    return sheet.entry(f"${amount}", target, css)
