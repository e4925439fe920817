"""Ownership filings put into the templates: HTML, with every text keyed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from random import Random
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tools.drawing.entries import Typing, cell_entry, find_dollar_shares, type_date
from tools.drawing.filings import Filing
from tools.drawing.looks import Look
from tools.drawing.prints import FORMS
from tools.drawing.sheet import Sheet

NO_CELL: Mapping[str, Any] = {"value": "", "footnotes": []}
BODY = re.compile(
    r"\b(L\.?P|L\.?L\.?C|Ltd|LTD|Inc|INC|S\.a|S\.A|Trust|TRUST|Fund|FUND|Partners|Holdings|Advisors|GP)\b"
)
TICKS = (
    ("M2.5 2.5L9.5 9.5M9.5 2.5L2.5 9.5", 1.3),
    ("M0 0L12 12M12.5 -1L-0.5 12", 1.1),
    ("M2 6L5 9.5L12 -1", 1.5),
    ("M1.5 11.5L11.5 -2", 1.4),
    ("M2.7 3.4H9.3M2.7 4.7H9.3M2.7 6H9.3M2.7 7.3H9.3M2.7 8.6H9.3", 1.4),
    ("M3 2L8 10M9 3L3.5 9", 1.8),
)


@cache
def templates() -> Environment:
    """The templates of the package."""
    return Environment(
        loader=PackageLoader("tools.drawing"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def write_filing(filing: Filing, look: Look, rng: Random) -> tuple[str, Sheet]:
    """The HTML of a filing, and the sheet that keyed its texts."""
    sheet = Sheet(look.inks)
    writer = _Writer(filing, look, sheet, rng)
    html = templates().get_template(look.template).render(writer.context())
    return html, sheet


class _Writer:
    """The functions that the templates call; each gives markup."""

    def __init__(self, filing: Filing, look: Look, sheet: Sheet, rng: Random) -> None:
        self.filing, self.look, self.sheet, self.rng = filing, look, sheet, rng
        self.fields: Mapping[str, Any] = filing.truth["fields"]
        self.wordings: dict[str, str] = {}
        shares: frozenset[str] = frozenset()
        for table, rows in filing.truth["tables"].items():
            shares |= find_dollar_shares(rows, table, rng)
        self.typing = Typing(look.date, look.places, look.dollar, look.signless, "marker", shares)
        self.tick = rng.choice(TICKS)

    def context(self) -> dict[str, Any]:
        truth = self.filing.truth
        return {
            "look": self.look.values,
            "form": FORMS[truth["form"]],
            "fields": self.fields,
            "tables": truth["tables"],
            "footnotes": truth["footnotes"],
            "owners": truth["owners"],
            "signatures": [(name, type_date(day, self.look.date)) for name, day in self.filing.signatures],
            "alone": "signatureName" in self.fields,
            "parts": split_name,
            "L": self.label,
            "N": lambda text: Markup(self.sheet.label(text, "p fn", self.look.inks.note)),
            "title": lambda text: Markup(self.sheet.label(text, "p title", self.look.title_ink)),
            "E": self.entry,
            "T": lambda text, target, css="": Markup(self.sheet.entry(text, target, f"e {css}")),
            "C": self.cell,
            "K": self.checkbox,
            "note": lambda text, target: Markup(self.sheet.note(text, target, "e fn")),
            "ticker": self.ticker,
        }

    def label(self, wordings: str, css: str = "") -> Markup:
        """One of several wordings, the same one wherever it stands on this print."""
        if wordings not in self.wordings:
            choices = wordings.split("|")
            # The first is the usual one.
            self.wordings[wordings] = (
                choices[0] if not self.look.reworded or self.rng.random() < 0.6 else self.rng.choice(choices)
            )
        return Markup(self.sheet.label(self.wordings[wordings], f"p {css}".strip()))

    def entry(self, name: str, css: str = "", owner: Mapping[str, Any] | None = None, prefix: str = "") -> Markup:
        text = (owner or self.fields)[name]
        if name in ("periodOfReport", "dateOfOriginalSubmission"):
            text = type_date(text, self.look.date)
        return Markup(self.sheet.entry(text, prefix + name, f"e {css}".strip()))

    def cell(self, table: str, index: int, name: str, css: str = "") -> Markup:
        content = self.filing.truth["tables"][table][index].get(name, NO_CELL)
        return Markup(cell_entry(self.sheet, content, f"{table}[{index}].{name}", self.typing, f"e {css}".strip()))

    def ticker(self) -> Markup:
        left, right = self.look.ticker
        symbol = self.sheet.entry(self.fields["issuerTradingSymbol"], "issuerTradingSymbol", "e ticker")
        if not symbol:
            return Markup("")
        # Brackets of EDGAR's are printed, elsewhere they are typed with the symbol; a reader cannot tell.
        css = "p big" if self.look.template == "edgar.html" else "e"
        marks = [self.sheet.label(mark.strip(), css) if mark.strip() else "" for mark in (left, right)]
        gap = " " if left.endswith(" ") else ""
        return Markup(f"{marks[0]}{gap}{symbol}{gap}{marks[1]}")

    def checkbox(self, name: str, kind: str = "") -> Markup:
        """A checkbox in the print's manner; kind: what stands where the manner is no box at all."""
        ticked = bool(self.fields[name])
        manner = kind if kind and self.look.checkbox == "typed" else self.look.checkbox
        sheet, mark = self.sheet, self.sheet.entry("X" * (ticked and manner not in ("drawn", "glyph")), name, "e")
        if manner == "square":
            return Markup(sheet.box(name, mark))
        if manner == "drawn":
            path, weight = self.tick
            return Markup(sheet.drawn_box(name, path if ticked else "", weight))
        if manner == "glyph":
            return Markup(sheet.glyph(name, ticked))
        if manner == "bracket":
            inside = mark or "&nbsp;&nbsp;"
            return Markup(f"{sheet.label('[', 'p')}{inside}{sheet.label(']', 'p')}")
        if manner == "underscore":
            return Markup(f'<span class="underscore">{mark}</span>')
        return Markup(mark)


def split_name(name: str) -> list[str]:
    """Last, first and middle name of a person; nothing for a fund or a company, whose name stands whole."""
    words = name.split(" ")
    if BODY.search(name) or "," in name or not 2 <= len(words) <= 5:
        return []
    return [words[0], words[1], " ".join(words[2:])]
