"""Rows of the two tables: trades whose running totals add up, holdings, and the odd values that filings do hold."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from digitizer.authoring.drawing.words import Words
from tools.drawing.prints import FormPrint

Row = dict[str, dict[str, Any]]

COMMON = ("P", "S", "S", "S", "A", "A", "M", "M", "F", "F", "G", "J", "C", "D")
CODES = ("P", "S", "V", "A", "D", "F", "I", "M", "C", "E", "H", "O", "X", "G", "L", "W", "Z", "J", "K", "U")
ALONE = {
    "exerciseDate": 0.4,
    "expirationDate": 0.25,
    "conversionOrExercisePrice": 0.15,
    "underlyingSecurityShares": 0.05,
}
GAINS = frozenset("PAMCXILWOV")


class RowWriter:
    """Writes the rows of one filing; notes are numbered as they are first cited, every number is cited."""

    def __init__(self, words: Words, period: date, notes: int, form: FormPrint) -> None:
        self.form = form
        self.words = words
        self.period = period
        self.note_count = 0
        self._wanted = notes
        self._held = {"D": self._shares(), "I": self._shares()}

    def non_derivative(self, title: str, count: int) -> list[Row]:
        rows = []
        # Holdings follow the trades, as in EDGAR's print.
        for kind in sorted(self.words.chance(0.2) for _ in range(count)):
            name = title if self.words.chance(0.85) else self.words.pick("stock_titles")
            rows.append(self._row(name, holding=kind or self.form.event))
        self._cite_rest(rows, "sharesOwnedFollowingTransaction")
        return rows

    def derivative(self, stock: str, count: int) -> list[Row]:
        rows = []
        name = self.words.pick("derivative_titles")
        for kind in sorted(self.words.chance(0.2) for _ in range(count)):
            name = name if self.words.chance(0.7) else self.words.pick("derivative_titles")
            row = self._row(name, holding=kind or self.form.event, derivative=True)
            traded = row["transactionShares"]["value"] if "transactionShares" in row else ""
            rows.append(row | self._derivative_columns(stock, traded))
        self._cite_rest(rows, "underlyingSecurityShares" if self.form.event else "sharesOwnedFollowingTransaction")
        return rows

    def _row(self, title: str, holding: bool, derivative: bool = False) -> Row:
        words = self.words
        direct = "I" if words.chance(0.3) else "D"
        code = words.among(COMMON) if words.chance(0.8) else words.among(CODES)
        gain = code in GAINS if not derivative else code in "PAJI"
        traded = self._shares(most=6)
        before = self._held[direct]
        after = before + traded if gain else max(Decimal(0), before - traded)
        if not holding:
            self._held[direct] = after
        day = words.day(self.period, words.among((0, 0, 0, 1, 2)))
        nature = words.pick("natures") if direct == "I" or words.chance(0.03) else ""
        values = {
            "securityTitle": title,
            "transactionDate": "" if holding else day.isoformat(),
            "deemedExecutionDate": day.isoformat() if not holding and words.chance(0.08) else "",
            "transactionCode": "" if holding else code,
            "transactionTimeliness": words.among("VVVVEL") if not holding and words.chance(0.08) else "",
            "transactionShares": "" if holding else _plain(traded),
            "transactionAcquiredDisposedCode": "" if holding else "AD"[not gain],
            "transactionPricePerShare": "" if holding else self._price(0.3),
            "sharesOwnedFollowingTransaction": _plain(after),
            "directOrIndirectOwnership": direct,
            "natureOfOwnership": words.sentence(nature, "") if nature else "",
        }
        if holding and words.chance(0.1):
            values["sharesOwnedFollowingTransaction"] = _plain(Decimal(0))
        asked = self.form.columns("derivative" if derivative else "nonDerivative")
        row: Row = {name: {"value": value, "footnotes": []} for name, value in values.items() if name in asked}
        self._cite(row)
        return row

    def _derivative_columns(self, stock: str, traded: str) -> Row:
        words = self.words
        exercisable = words.day(self.period - timedelta(days=1500), 3000).isoformat()
        expires = words.day(self.period + timedelta(days=30), 3600).isoformat()
        values = {
            "conversionOrExercisePrice": self._price(0.2),
            "exerciseDate": exercisable,
            "expirationDate": expires,
            "underlyingSecurityTitle": stock if words.chance(0.9) else words.pick("stock_titles"),
            "underlyingSecurityShares": traded or _plain(self._shares(most=6)),
        }
        row: Row = {name: {"value": value, "footnotes": []} for name, value in values.items()}
        for name, often in ALONE.items():
            # A cell may hold nothing but a footnote: "(5)".
            if words.chance(often) and self._wanted:
                row[name] = {"value": "", "footnotes": self._numbers()}
            elif "Date" in name and words.chance(0.1):
                row[name]["value"] = ""
        self._cite(row)
        return row

    def _cite(self, row: Row) -> None:
        for name, cell in row.items():
            often = 0.12 if name in ("transactionShares", "sharesOwnedFollowingTransaction", "securityTitle") else 0.06
            if cell["value"] and not cell["footnotes"] and self._wanted and self.words.chance(often):
                cell["footnotes"] = self._numbers()

    def _cite_rest(self, rows: list[Row], name: str) -> None:
        """Cites what is left to cite beside amounts, so that a note rarely stands uncited."""
        for row in rows:
            cell = row[name]
            if self.note_count < self._wanted and not cell["footnotes"] and self.words.chance(0.6):
                cell["footnotes"] = self._numbers()

    def _numbers(self) -> list[str]:
        """One to three (rarely more) note names, a new one first where there are any left."""
        numbers = set()
        for _ in range(self.words.among((1, 1, 1, 1, 1, 2, 2, 3, 4))):
            if self.note_count < self._wanted and (self.note_count == 0 or self.words.chance(0.7)):
                self.note_count += 1
                numbers.add(self.note_count)
            else:
                numbers.add(self.words.rng.randint(1, self.note_count))
        return [f"F{number}" for number in sorted(numbers)]

    def _shares(self, most: int = 8) -> Decimal:
        rng = self.words.rng
        amount = Decimal(int(10 ** rng.uniform(0, most)))
        if self.words.chance(0.4):
            amount = Decimal(int(10 ** rng.uniform(0, 4))) * 100
        if self.words.chance(0.07):
            amount += Decimal(rng.randint(1, 9999)) / 10 ** self.words.among((1, 2, 3, 4))
        if self.words.chance(0.01):
            amount = Decimal(rng.randint(1, 99)) / 100
        return amount

    def _price(self, free: float) -> str:
        rng = self.words.rng
        if self.words.chance(free):
            return "0" if self.words.chance(0.8) else ""
        places = self.words.among((0, 1, 2, 2, 2, 2, 3, 4, 4, 5))
        return _plain(round(Decimal(str(10 ** rng.uniform(-1, 3))), places))


def _plain(amount: Decimal) -> str:
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
