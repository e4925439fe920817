from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from digitizer.fields.definitions import load_definitions
from tools.drawing.entries import Typing, cell_entry, type_amount, type_date
from tools.drawing.filings import make_filing
from tools.drawing.prints import FORMS
from tools.drawing.rows import CODES
from tools.drawing.sheet import Sheet
from tools.drawing.writing import split_name

SHARED = Path(__file__).resolve().parents[4] / "shared"
FILINGS = [make_filing(Random(seed)) for seed in range(200)]


def test_the_same_seed_gives_the_same_filing() -> None:
    assert make_filing(Random(5)) == make_filing(Random(5))
    assert make_filing(Random(5)) != make_filing(Random(6))


def test_every_footnote_that_is_cited_exists() -> None:
    for filing in FILINGS:
        rows = [row for rows in filing.truth["tables"].values() for row in rows]
        cited = {note for row in rows for cell in row.values() for note in cell["footnotes"]}
        assert cited == set(filing.truth["footnotes"])


def test_filings_are_as_various_as_they_should_be() -> None:
    tables = [f.truth["tables"] for f in FILINGS]
    assert {len(t["nonDerivative"]) for t in tables} >= set(range(8))
    assert {len(t["derivative"]) for t in tables} >= set(range(6))
    rows = [row for t in tables for name in t for row in t[name]]
    assert {row["transactionCode"]["value"] for row in rows} >= {*CODES, ""}
    assert any(row["transactionTimeliness"]["value"] == "V" for row in rows)
    assert any(
        not r["exerciseDate"]["value"] and r["exerciseDate"]["footnotes"] for t in tables for r in t["derivative"]
    )
    fields = [f.truth["fields"] for f in FILINGS]
    assert any(f["officerTitle"] in ("Officer", "Director", "Other") for f in fields)
    assert any(f["issuerTradingSymbol"].upper() in ("NONE", "N/A", "NA") for f in fields)
    for name in ("notSubjectToSection16", "isOther", "moreThanOneReportingPerson"):
        assert {f[name] for f in fields} == {True, False}
    assert {f.get("aff10b5One") for f in fields} == {True, False, None}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_has_its_own_columns_and_every_note_that_is_cited(form: str) -> None:
    filings = [make_filing(Random(seed), form) for seed in range(80)]
    for filing in filings:
        assert filing.truth["form"] == form
        cited = set()
        for table, rows in filing.truth["tables"].items():
            for row in rows:
                assert set(row) == FORMS[form].columns(table)
                cited |= {note for cell in row.values() for note in cell["footnotes"]}
        assert cited == set(filing.truth["footnotes"])
    assert any(not f.truth["tables"]["nonDerivative"] and not f.truth["tables"]["derivative"] for f in filings)
    boxes = {name for name, _ in FORMS[form].boxes}
    assert all(boxes - {"aff10b5One"} <= set(f.truth["fields"]) for f in filings)


def test_what_is_drawn_is_what_the_definitions_ask() -> None:
    definitions = load_definitions([Path(__file__).parents[3] / "models"])
    for name, printed in FORMS.items():
        definition = definitions[name]
        drawn = set().union(*(make_filing(Random(seed), name).truth["fields"] for seed in range(40)))
        assert drawn == {f.name for f in definition.fields}
        for table in definition.tables:
            if not table.block:
                assert set(table.column_names()) | {n for c in table.columns for n in c.implies} == printed.columns(
                    table.name
                )


def test_trades_of_one_kind_of_ownership_add_up() -> None:
    for filing in FILINGS:
        held: dict[str, Decimal] = {}
        for row in filing.truth["tables"]["nonDerivative"]:
            if not row["transactionCode"]["value"]:
                continue
            way, after = (
                row["directOrIndirectOwnership"]["value"],
                Decimal(row["sharesOwnedFollowingTransaction"]["value"]),
            )
            traded = Decimal(row["transactionShares"]["value"])
            gained = row["transactionAcquiredDisposedCode"]["value"] == "A"
            if way in held:
                assert after == (held[way] + traded if gained else max(Decimal(0), held[way] - traded))
            held[way] = after


def test_a_joint_filing_with_several_signatures_has_none_in_its_truth() -> None:
    joint = [f for f in FILINGS if f.truth["owners"]]
    assert joint
    for filing in joint:
        assert filing.truth["owners"][0]["rptOwnerName"] == filing.truth["fields"]["rptOwnerName"]
        assert ("signatureName" in filing.truth["fields"]) == (len(filing.signatures) == 1)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not there")
@pytest.mark.parametrize("name", ["sec4-dev-000", "sec3-dev-026", "sec5-dev-034"])
def test_truth_has_the_keys_of_the_truth_files(name: str) -> None:
    real = json.loads((SHARED / "sec" / "truth" / f"{name}.json").read_text("utf-8"))
    filings = (make_filing(Random(seed), real["form"]).truth for seed in range(200))
    made = next(t for t in filings if all(t["tables"].values()) and not t["owners"])
    assert set(made) == set(real)
    assert set(real["fields"]) <= set(made["fields"])
    for name, rows in real["tables"].items():
        assert set(rows[0]) <= set(made["tables"][name][0])


@pytest.mark.parametrize(
    ("value", "places", "typed"),
    [
        ("19500", 0, "19,500"),
        ("6.5", 2, "6.50"),
        ("0.12345", 2, "0.12345"),
        ("0", 2, "0"),
        ("", 2, ""),
        ("1e3", 0, "1,000"),
    ],
)
def test_amounts_are_typed_as_people_do(value: str, places: int, typed: str) -> None:
    assert type_amount(value, places) == typed


def test_dates_are_typed_in_their_pattern() -> None:
    assert type_date("2009-11-07") == "11/07/2009"
    assert type_date("2009-01-07", "%-m/%-d/%Y") == "1/7/2009"
    assert type_date("2009-11-07", "%m/%d/%y") == "11/07/09"
    assert type_date("") == ""


def test_a_dollar_sign_of_its_own_belongs_to_the_value() -> None:
    sheet = Sheet()
    cell = {"value": "6.5", "footnotes": ["F2", "F3"]}
    cell_entry(sheet, cell, "nonDerivative[0].transactionPricePerShare", Typing(dollar="dollar"))
    assert [(t.text, t.role) for t in sheet.texts] == [("$", "entry"), ("6.5", "entry"), ("(2)(3)", "marker")]
    assert {t.target for t in sheet.texts} == {"nonDerivative[0].transactionPricePerShare"}


def test_only_names_of_persons_are_split() -> None:
    assert split_name("BIXBY TIMOTHY E") == ["BIXBY", "TIMOTHY", "E"]
    assert split_name("Alder Capital Partners II, L.P.") == []


def test_names_take_up_several_lines_and_addresses_abroad_lack_a_code() -> None:
    owners = [o for f in FILINGS for o in (f.truth["owners"] or [f.truth["fields"]])]
    names = [o["rptOwnerName"] for o in owners]
    assert sum(len(n) > 50 for n in names) >= 5
    assert max(map(len, names)) <= 150
    assert any(o["rptOwnerCity"] and not o["rptOwnerZipCode"] for o in owners)
