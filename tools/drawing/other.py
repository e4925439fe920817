"""Forms that are not ours: made-up permits, claims and orders, so that telling forms apart can be learned and shown."""

from __future__ import annotations

from datetime import date
from random import Random

from markupsafe import Markup

from digitizer.authoring.drawing.nouns import DrawnFiling
from digitizer.authoring.drawing.words import Words
from tools.drawing.looks import PRINT_FONTS
from tools.drawing.render import Paper, Press
from tools.drawing.sheet import Sheet
from tools.drawing.writing import templates

TITLES = (
    "APPLICATION FOR A DOG LICENCE",
    "EQUIPMENT ORDER",
    "CLAIM FOR TRAVEL EXPENSES",
    "FORM 14-B: NOTICE OF CHANGE OF ADDRESS",
    "STATEMENT OF ACCOUNT",
    "HARBOUR BERTH PERMIT",
    "INCIDENT REPORT",
    "REQUEST FOR RECORDS",
)
NAMES = ("Name of applicant", "Date", "Address", "Telephone", "Account No.", "Vessel", "Department", "Reference")
COLUMNS = ("Item", "Date", "Quantity", "Unit price", "Amount", "Code", "Remarks")
QUESTIONS = ("Check all applicable", "Method of payment", "Is this an amendment?")
CHOICES = ("Yes", "No", "Cheque", "Cash", "Owner", "Agent", "Officer", "Other (specify)")
SENTENCES = (
    "Return this form to the office named above within thirty days.",
    "False statements may be punished under the applicable ordinance.",
    "Keep a copy for your records; do not attach original receipts.",
    "Applications that are not signed will be sent back unread.",
)


def draw_other(press: Press, seed: int) -> DrawnFiling:
    """One page of a form that has no definition; its truth has no fields."""
    rng = Random(f"other-{seed}")
    words, sheet = Words(rng), Sheet()
    fields = [[(name, _value(words, name)) for name in rng.sample(NAMES, rng.choice((2, 3)))] for _ in range(4)]
    columns = rng.sample(COLUMNS, rng.randint(3, 6))
    html = (
        templates()
        .get_template("other.html")
        .render(
            agency=f"{words.pick('cities')[0]} {words.among(('County Clerk', 'Port Authority', 'Supply Office'))}",
            title=words.among(TITLES),
            fields=fields,
            question=words.among(QUESTIONS),
            choices=[(name, rng.random() < 0.4) for name in rng.sample(CHOICES, 4)],
            columns=columns,
            rows=[[_value(words, column) for column in columns] for _ in range(rng.randint(2, 14))],
            paragraphs=[" ".join(rng.choices(SENTENCES, k=rng.randint(1, 6))) for _ in range(rng.randint(1, 4))],
            print_font=rng.choice(PRINT_FONTS),
            entry_font=rng.choice(("Liberation Mono", "Liberation Sans", "Liberation Serif")),
            label=rng.choice((9, 10, 11)),
            entry=rng.choice((11, 12, 13)),
            rule=f"{rng.choice((0.5, 1, 1.5))}pt solid #000",
            L=lambda text, css="": Markup(sheet.label(text, f"p {css}".strip())),
            T=lambda text: Markup(sheet.entry(text, "", "e")),
            box=lambda ticked: Markup(sheet.box("", sheet.entry("X" * ticked, "", "e"))),
        )
    )
    truth = {"form": "other", "fields": {}, "tables": {}, "footnotes": {}, "owners": []}
    return DrawnFiling(press.draw(html, sheet.texts, Paper(margins=(0.6,) * 4)), truth, "other")


def _value(words: Words, name: str) -> str:
    if words.chance(0.15):
        return ""
    if name == "Date":
        return f"{words.day(date(1990, 1, 1), 12000):%m/%d/%Y}"
    if name.startswith("Name"):
        return words.person()
    if name in ("Quantity", "Unit price", "Amount"):
        return f"{words.rng.randint(1, 99999) / 100:,.2f}" if name != "Quantity" else str(words.rng.randint(1, 500))
    if name in ("Telephone", "Account No.", "Reference", "Code"):
        return "".join(words.rng.choices("0123456789", k=words.rng.randint(3, 9)))
    if name == "Address":
        address = words.address(words.company())
        return f"{address['Street1']}, {address['City']}"
    return f"{words.pick('roots')} {words.pick('trades')}"
