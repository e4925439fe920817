"""Applications for a berth in a harbour that is not on any map: a form nobody knows, as a blank and filled in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from random import Random
from typing import Any

from markupsafe import Markup

from digitizer.authoring.drawing.nouns import DrawnFiling
from digitizer.authoring.drawing.words import Words
from tools.drawing.render import Paper, Press
from tools.drawing.sheet import Sheet
from tools.drawing.writing import templates

FORM = "berth"
TABLE = "berthsHeldLastThree"
COLUMNS = (("harbour", "Harbour", 40), ("from", "From", 18), ("to", "To", 18), ("feePaid", "Fee paid", 24))
_TYPES = ("sail", "motor", "fishing", "typeVesselOther")
_ROWS = 4
_VESSELS = ("Kittiwake", "Ada May", "Northern Light", "Sea Otter", "Halcyon", "Marigold II", "Second Wind", "Curlew")
_OTHERS = ("rowing boat", "houseboat", "pilot cutter", "dredger")


def make_berth(rng: Random) -> dict[str, Any]:
    """What somebody wrote on an application: fields and rows, by the names of the sample's truth, as it is typed."""
    words = Words(rng)
    kind = rng.choice(_TYPES)
    insured = rng.random() < 0.7
    number, street = rng.randint(1, 900), words.pick("streets")
    city, state = words.pick("cities")
    day = words.day(date(1995, 1, 1), 2500)
    signed = "" if rng.random() < 0.15 else words.person()
    fields: dict[str, Any] = {
        "nameOwner": words.person(),
        "dateApplication": f"{day:%m/%d/%Y}",
        "addressOwner": f"{number} {street}\n{city}, {state} {rng.randint(10000, 99999)}",
        "telephone": ""
        if rng.random() < 0.2
        else f"{rng.randint(200, 989)}-{rng.randint(200, 989)}-{rng.randint(0, 9999):04d}",
        "nameVessel": rng.choice(_VESSELS),
        "length": str(rng.randint(14, 62)),
        **{name: name == kind for name in _TYPES},
        "otherText": rng.choice(_OTHERS) if kind == "typeVesselOther" else "",
        "vesselInsuredAgainstYes": insured,
        "vesselInsuredAgainstNo": not insured,
        "policyNo": f"{rng.choice('ABHKM')}{rng.randint(10000, 999999)}" if insured else "",
        "signatureOwner": signed,
        "signatureDate": f"{day:%m/%d/%Y}" if signed else "",
    }
    rows = []
    for year in range(day.year - rng.randint(0, 3), day.year):
        city = words.pick("cities")[0]
        first, last = date(year, rng.randint(3, 5), 1), date(year, rng.randint(9, 11), 30)
        fee = f"{rng.randint(8, 140) * 5:,}.00"
        rows.append({"harbour": city, "from": f"{first:%m/%d/%Y}", "to": f"{last:%m/%d/%Y}", "feePaid": f"${fee}"})
    return {"fields": fields, "rows": rows}


def draw_berth(press: Press, written: Mapping[str, Any] | None, rng: Random) -> DrawnFiling:
    """One application; None: a blank one. The truth has values as forms give them: dates and amounts made plain."""
    sheet = Sheet()
    fields: Mapping[str, Any] = written["fields"] if written else {}
    rows: list[Mapping[str, str]] = list(written["rows"]) if written else []

    def cells(number: int) -> list[tuple[str, str]]:
        row = rows[number] if number < len(rows) else {}
        return [(f"{TABLE}[{number}].{name}", row.get(name, "")) for name, _, _ in COLUMNS]

    html = (
        templates()
        .get_template("berth.html")
        .render(
            entry_font=rng.choice(("Liberation Mono", "Liberation Mono", "Liberation Serif")),
            columns=[(label, width) for _, label, width in COLUMNS],
            rows=[cells(number) for number in range(_ROWS)],
            L=lambda text, css="": Markup(sheet.label(text, f"p {css}".strip())),
            T=lambda name: Markup(sheet.entry(fields.get(name, ""), name, "e")),
            C=lambda target, value: Markup(sheet.entry(value, target, "e")),
            K=lambda name: Markup(sheet.box(name, sheet.entry("X" * fields.get(name, False), name, "e"))),
        )
    )
    return DrawnFiling(press.draw(html, sheet.texts, Paper(margins=(0.6,) * 4)), _truth(fields, rows), FORM)


def _truth(fields: Mapping[str, Any], rows: list[Mapping[str, str]]) -> dict[str, Any]:
    plain = {name: _plain(name, value) for name, value in fields.items()}
    table = [{n: {"value": _plain(n, v), "footnotes": []} for n, v in row.items()} for row in rows]
    return {"form": FORM, "fields": plain, "tables": {TABLE: table}, "footnotes": {}, "owners": []}


def _plain(name: str, value: Any) -> Any:
    """A date as YYYY-MM-DD, an amount as a plain decimal; else what is written."""
    if isinstance(value, bool) or not value:
        return value
    if name in ("dateApplication", "signatureDate", "from", "to"):
        month, day, year = value.split("/")
        return f"{year}-{month}-{day}"
    return value.lstrip("$").replace(",", "").removesuffix(".00") if name == "feePaid" else value
