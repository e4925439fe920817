"""Made-up ownership filings: the truth first, in the shape in which truth files are keyed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from digitizer.authoring.drawing.words import Words
from tools.drawing.prints import FORM_4, FORMS, FormPrint
from tools.drawing.rows import RowWriter

Truth = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Filing:
    """What is to be drawn. signatures: printed name and ISO date of each; a joint filing has several."""

    truth: Mapping[str, Any]
    signatures: tuple[tuple[str, str], ...]


def make_filing(rng: Random, form: str = FORM_4.form) -> Filing:
    """A filing of that form, with one reporting person or, one time in six, several.

    Raises:
        KeyError: no such form.
    """
    printed = FORMS[form]
    words = Words(rng)
    issuer = words.company()
    period = words.day(date(2003, 6, 1), 8300)
    owners = _owners(words, issuer)
    writer = RowWriter(words, period, _note_count(words), printed)
    stock = words.pick("stock_titles")
    tables = {
        "nonDerivative": writer.non_derivative(stock, _row_count(words, 10, 0.35 if printed.event else 0.12)),
        "derivative": writer.derivative(stock, _row_count(words, 8, 0.35)),
    }
    notes = _notes(words, issuer, writer.note_count)
    filed = period + timedelta(days=words.among((0, 1, 1, 2, 2, 2, 3, 4, 30)))
    signatures = _signatures(words, owners, filed)
    fields = _fields(words, issuer, period, owners, printed)
    if len(owners) == 1 or len(signatures) == 1:
        fields["signatureName"], fields["signatureDate"] = signatures[0]
    truth: Truth = {
        "form": form,
        "fields": fields,
        "tables": tables,
        "footnotes": notes,
        "owners": owners if len(owners) > 1 else [],
    }
    return Filing(truth, signatures)


def _owners(words: Words, issuer: str) -> list[dict[str, Any]]:
    count = words.among((2, 2, 2, 3, 3, 4, 5, 6, 8)) if words.chance(1 / 6) else 1
    address = words.address(issuer)
    owners = []
    for index in range(count):
        if index and words.chance(0.25):
            address = words.address(issuer)
        fund = words.chance(0.75 if count > 1 else 0.12)
        name = words.holder() if fund else " ".join(filter(None, words.person_parts()))
        owner: dict[str, Any] = {"rptOwnerName": name}
        owner |= {f"rptOwner{part}": text for part, text in address.items()}
        owners.append(owner | _relationship(words, fund))
    return owners


def _relationship(words: Words, fund: bool) -> dict[str, Any]:
    ticks = [words.chance(p) for p in ((0.1, 0.02, 0.9, 0.08) if fund else (0.45, 0.5, 0.12, 0.05))]
    if not any(ticks):
        ticks[words.among((0, 1, 2))] = True
    return {
        "isDirector": ticks[0],
        "isOfficer": ticks[1],
        "isTenPercentOwner": ticks[2],
        "isOther": ticks[3],
        "officerTitle": words.pick("officer_titles") if ticks[1] else "",
        "otherText": words.pick("other_texts") if ticks[3] else "",
    }


def _fields(words: Words, issuer: str, period: date, owners: list[dict[str, Any]], printed: FormPrint) -> Truth:
    boxes = [name for name, _ in printed.boxes]
    # The box came in 2023; software puts it onto older filings, too.
    planned = "aff10b5One" in boxes and words.rng.random() < (0.9 if period.year >= 2023 else 0.3)
    amended = words.chance(0.12)
    fields: Truth = {
        "issuerName": issuer,
        "issuerTradingSymbol": words.ticker(issuer),
        "periodOfReport": period.isoformat(),
        "dateOfOriginalSubmission": words.day(period + timedelta(days=1), 200).isoformat() if amended else "",
        **owners[0],
        "oneReportingPerson": len(owners) == 1,
        "moreThanOneReportingPerson": len(owners) > 1,
    }
    for name in boxes:
        if name != "aff10b5One":
            fields[name] = words.chance(0.15)
        elif planned:
            fields[name] = words.chance(0.35)
    fields["remarks"] = words.sentence(words.pick("remarks"), issuer) if words.chance(0.25) else ""
    return fields


def _signatures(words: Words, owners: list[dict[str, Any]], filed: date) -> tuple[tuple[str, str], ...]:
    signer, pattern = words.person(), words.pick("signatures")
    if len(owners) > 1 and words.chance(0.15):
        owners = owners[:1]
    return tuple((pattern.format(signer=signer, owner=o["rptOwnerName"]), filed.isoformat()) for o in owners)


def _notes(words: Words, issuer: str, count: int) -> dict[str, str]:
    notes = {}
    for index in range(count):
        text = words.sentence(words.pick("note_openings"), issuer)
        while words.chance(0.3):
            text += " " + words.sentence(words.pick("note_followings"), issuer)
        notes[f"F{index + 1}"] = text
    return notes


def _note_count(words: Words) -> int:
    return words.among((0, 0, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 7, 8, 10, 12))


def _row_count(words: Words, most: int, none: float) -> int:
    if words.chance(none):
        return 0
    return min(most, 1 + int(words.rng.expovariate(0.4)))
