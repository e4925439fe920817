from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest

from digitizer.document.record import Field, Record
from digitizer.export.ownership import NO_CIK, Exported, ownership_xml

SEC = Path(__file__).resolve().parents[3] / "shared" / "sec"
TRUTHS = sorted((SEC / "truth").glob("*.json"))
shared = pytest.mark.shared
needs_spec = pytest.mark.skipif(not (SEC / "spec").is_dir(), reason="the SEC's schemas in ../shared/sec are not there")


def field(value: str | bool, notes: tuple[str, ...] = (), text: str | None = None) -> Field:
    return Field(value, str(value) if text is None else text, 1.0, "accepted", 1, None, notes)


def record(
    fields: Mapping[str, str | bool],
    tables: Mapping[str, list[dict[str, Field]]] | None = None,
    notes: Mapping[str, str] | None = None,
) -> Record:
    return Record(
        "a.pdf",
        "00",
        (1,),
        "sec-form-4",
        1.0,
        {n: field(v) for n, v in fields.items()},
        {n: tuple(rows) for n, rows in (tables or {}).items()},
        {n: field(v) for n, v in (notes or {}).items()},
    )


FIELDS: dict[str, str | bool] = {
    "issuerName": "LIVEPERSON INC",
    "issuerTradingSymbol": "LPSN",
    "periodOfReport": "2009-11-05",
    "dateOfOriginalSubmission": "",
    "rptOwnerName": "BIXBY TIMOTHY E",
    "rptOwnerStreet1": "C/O LIVEPERSON, INC.",
    "rptOwnerStreet2": "",
    "rptOwnerCity": "NEW YORK",
    "rptOwnerState": "NY",
    "rptOwnerZipCode": "10018",
    "isDirector": True,
    "isOfficer": True,
    "isTenPercentOwner": False,
    "isOther": False,
    "officerTitle": "President & CFO",
    "otherText": "",
    "notSubjectToSection16": False,
    "remarks": "",
    "signatureName": "/s/ Timothy E. Bixby",
    "signatureDate": "2009-11-06",
}


def sale(**cells: Field) -> dict[str, Field]:
    return {
        "securityTitle": field("Common Stock"),
        "transactionDate": field("2009-11-05"),
        "deemedExecutionDate": field(""),
        "transactionCode": field("S"),
        "transactionTimeliness": field(""),
        "transactionShares": field("24409", text="24,409"),
        "transactionAcquiredDisposedCode": field("D"),
        "transactionPricePerShare": field("6.5"),
        "sharesOwnedFollowingTransaction": field("306250"),
        "directOrIndirectOwnership": field("D"),
        "natureOfOwnership": field(""),
    } | cells


def option(**cells: Field) -> dict[str, Field]:
    return {
        **sale(),
        "conversionOrExercisePrice": field("", ("F1",)),
        "exerciseDate": field("", ("F1",)),
        "expirationDate": field("2019-11-05"),
        "underlyingSecurityTitle": field("Common Stock"),
        "underlyingSecurityShares": field("100"),
    } | cells


def tree(exported: Exported) -> ElementTree.Element:
    assert exported.obstacles == ()
    assert exported.data is not None
    return ElementTree.fromstring(exported.data)


def schema(kind: str) -> Any:
    etree = pytest.importorskip("lxml.etree", reason="lxml is not installed: it is in the dev extra")
    return etree.XMLSchema(etree.parse(str(SEC / "spec" / f"ownership{kind.replace('/', '')}Document.xsd.xml")))


def invalid(exported: Exported, kind: str) -> list[str]:
    """What the schema says against the document."""
    etree = pytest.importorskip("lxml.etree", reason="lxml is not installed: it is in the dev extra")
    known = schema(kind)
    known.validate(etree.fromstring(exported.data))
    return [str(e) for e in known.error_log]


def test_writes_a_filing() -> None:
    root = tree(ownership_xml(record(FIELDS, {"nonDerivative": [sale()]}), "4"))
    assert root.findtext("documentType") == "4"
    assert root.findtext("issuer/issuerCik") == NO_CIK
    assert root.findtext("reportingOwner/reportingOwnerRelationship/officerTitle") == "President & CFO"
    trade = root.find("nonDerivativeTable/nonDerivativeTransaction")
    assert trade is not None
    assert trade.findtext("transactionAmounts/transactionShares/value") == "24409"
    assert trade.findtext("transactionCoding/transactionFormType") == "4"
    assert trade.find("ownershipNature/natureOfOwnership") is None
    assert root.findtext("aff10b5One") == "0"
    assert root.find("derivativeTable") is None


def test_a_holding_a_note_alone_and_dollars() -> None:
    held = option(
        transactionDate=field(""),
        transactionCode=field(""),
        transactionShares=field(""),
        underlyingSecurityShares=field("5000", text="$5,000"),
    )
    root = tree(ownership_xml(record(FIELDS, {"derivative": [held]}, {"F1": "Vested."}), "4"))
    row = root.find("derivativeTable/derivativeHolding")
    assert row is not None
    assert [e.tag for e in row.findall("exerciseDate/*")] == ["footnoteId"]
    assert row.findtext("underlyingSecurity/underlyingSecurityValue/value") == "5000"
    assert [(n.get("id"), n.text) for n in root.findall("footnotes/footnote")] == [("F1", "Vested.")]


def test_an_amendment_and_an_owner_abroad() -> None:
    fields = FIELDS | {"dateOfOriginalSubmission": "2009-11-06", "rptOwnerState": "X0", "rptOwnerZipCode": "W1J 5EL"}
    root = tree(ownership_xml(record(fields), "4"))
    assert root.findtext("documentType") == "4/A"
    assert root.findtext("dateOfOriginalSubmission") == "2009-11-06"
    address = root.find("reportingOwner/reportingOwnerAddress")
    assert address is not None
    assert [(e.tag, e.text) for e in address if e.text] == [
        ("rptOwnerNonUSAddressFlag", "1"),
        ("rptOwnerStreet1", "C/O LIVEPERSON, INC."),
        ("rptOwnerCity", "NEW YORK"),
        ("rptOwnerCountry", "X0"),
        ("rptOwnerZipCode", "W1J 5EL"),
    ]


def test_every_owner_of_a_joint_filing() -> None:
    owners = [{n: field(v) for n, v in FIELDS.items() if n.startswith("rptOwner")} for _ in range(3)]
    owners[2]["rptOwnerName"] = field("FUND III,\nL.P.")
    root = tree(ownership_xml(record(FIELDS, {"reportingOwners": owners}), "4"))
    assert [o.findtext("reportingOwnerId/rptOwnerName") for o in root.findall("reportingOwner")] == [
        "BIXBY TIMOTHY E",
        "BIXBY TIMOTHY E",
        "FUND III, L.P.",
    ]
    assert [o.findtext("reportingOwnerRelationship/isDirector") for o in root.findall("reportingOwner")] == [
        "1",
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("fields", "cells", "name", "message"),
    [
        ({"periodOfReport": ""}, {}, "periodOfReport", "is empty, the schema asks for a date"),
        ({"signatureDate": "2009-13-01"}, {}, "signatureDate", "no date"),
        ({"issuerTradingSymbol": ""}, {}, "issuerTradingSymbol", "is empty"),
        ({"officerTitle": "x" * 31}, {}, "officerTitle", "31 characters, the schema takes 30"),
        ({"rptOwnerState": "Texas"}, {}, "rptOwnerState", "no code of EDGAR's"),
        ({"rptOwnerZipCode": "10018?"}, {}, "rptOwnerZipCode", "ten letters and digits"),
        ({"remarks": "a\x07b"}, {}, "remarks", "a character that XML does not take"),
        ({}, {"transactionShares": field("")}, "nonDerivative[1].transactionShares", "is empty"),
        ({}, {"transactionShares": field("See note")}, "nonDerivative[1].transactionShares", "no number"),
        ({}, {"transactionPricePerShare": field("1.23456")}, "nonDerivative[1].transactionPricePerShare", "decimals"),
        ({}, {"transactionCode": field("K")}, "nonDerivative[1].transactionCode", "no transaction code"),
        ({}, {"directOrIndirectOwnership": field("")}, "nonDerivative[1].directOrIndirectOwnership", "D or I"),
        ({}, {"securityTitle": field("x", ("F7",))}, "nonDerivative[1].securityTitle", "marker of footnote F7"),
    ],
)
def test_what_stands_in_the_way_is_told(
    fields: dict[str, str | bool], cells: dict[str, Field], name: str, message: str
) -> None:
    exported = ownership_xml(record(FIELDS | fields, {"nonDerivative": [sale(**cells)]}), "4")
    assert exported.data is None
    assert [o.field for o in exported.obstacles] == [name]
    assert message in exported.obstacles[0].message


@shared
@needs_spec
@pytest.mark.parametrize("kind", ["3", "4", "5", "3/A", "4/A", "5/A"])
def test_what_is_written_is_valid(kind: str) -> None:
    drop = {"notSubjectToSection16"} if kind[0] == "3" else set()
    fields = {n: v for n, v in FIELDS.items() if n not in drop}
    fields["dateOfOriginalSubmission"] = "2009-11-06" if kind.endswith("A") else ""
    if kind[0] == "5":
        fields |= {"form3HoldingsReported": True, "form4TransactionsReported": False}
    early = {"transactionTimeliness": field("V"), "natureOfOwnership": field("By Trust", ("F1",))}
    tables = {
        "nonDerivative": [sale(**early), sale(transactionCode=field("J/K"), deemedExecutionDate=field("2009-11-05"))],
        "derivative": [option(), option(transactionShares=field("7", text="$7"))],
    }
    if kind[0] == "3":
        trade = {n for n in sale() if n.startswith("transaction")} | {"deemedExecutionDate"}
        tables = {t: [{n: f for n, f in r.items() if n not in trade} for r in rows] for t, rows in tables.items()}
    exported = ownership_xml(record(fields, tables, {"F1": "Vested & <sold>."}), kind[0])
    assert exported.obstacles == ()
    assert invalid(exported, kind) == []


def of_truth(path: Path, xml: ElementTree.Element) -> Record:
    """The record that a flawless run would give. Joint filings have their first signature, amounts of dollars a $."""
    truth = json.loads(path.read_text("utf-8"))
    fields = dict(truth["fields"])
    for name in ("signatureName", "signatureDate"):
        fields.setdefault(name, xml.findtext(f"ownerSignature/{name}") or "")
    fields.setdefault("remarks", "")
    tables = {
        t: [{n: field(c["value"], tuple(c["footnotes"])) for n, c in row.items()} for row in rows]
        for t, rows in truth["tables"].items()
    }
    tables["reportingOwners"] = [{n: field(v) for n, v in o.items() if n[:3] == "rpt"} for o in truth["owners"]]
    made = record(fields, tables, truth["footnotes"])
    dollars = {"transactionTotalValue", "valueOwnedFollowingTransaction", "underlyingSecurityValue"}
    for tag in dollars:
        for element in xml.iter(tag):
            value = str(float(element.findtext("value") or 0)).removesuffix(".0")
            for rows in tables.values():
                for row in rows:
                    for name, cell in row.items():
                        if cell.value == value and name.endswith(("Shares", "Transaction")):
                            row[name] = replace(cell, text=f"${value}")
    return replace(made, tables={n: tuple(rows) for n, rows in tables.items()})


def leaves(element: ElementTree.Element, path: str = "") -> dict[str, str]:
    """Every text and note of a document by its path, blanks and what the print does not tell left out."""
    found: dict[str, str] = {}
    seen: dict[str, int] = {}
    for child in element:
        if not isinstance(child.tag, str) or child.tag.endswith(("Cik", "schemaVersion", "StateDescription")):
            continue
        seen[child.tag] = seen.get(child.tag, 0) + 1
        where = f"{path}/{child.tag}[{seen[child.tag]}]"
        text = " ".join((child.text or "").split())
        if re.fullmatch(r"\d+\.\d*", text):
            text = text.rstrip("0").rstrip(".")
        if child.get("id"):
            found[f"{where}@id"] = str(child.get("id"))
        if (
            text
            and not len(child)
            and not (text in ("0", "false") and re.match(r"is[A-Z]|notSubject|form[34]", child.tag))
        ):
            found[where] = "1" if text == "true" else text
        found |= leaves(child, where)
    return found


UNTOLD = re.compile(
    r"transactionFormType|transactionTimeliness|equitySwapInvolved|noSecuritiesOwned|aff10b5One|remarks|"
    r"reportingOwner\[([2-9]|10)\]/reportingOwnerRelationship|ownerSignature\[([2-9]|10)\]|rptOwnerNonUSAddressFlag|"
    r"rptOwnerState|rptOwnerCountry|dateOfOriginalSubmission|ForeignTradingSymbol|footnotes\[1\]/|rptOwnerGoodAddress"
)
"""What the print does not tell, older schemas wrote otherwise, or is compared by its own tests."""


@shared
@needs_spec
@pytest.mark.parametrize("path", TRUTHS, ids=lambda p: p.stem)
def test_the_truth_of_each_filing_is_written_as_it_was_filed(path: Path) -> None:
    original = ElementTree.parse(SEC / "xml" / f"{path.stem}.xml").getroot()
    kind = str(original.findtext("documentType"))
    exported = ownership_xml(of_truth(path, original), kind[0])
    if exported.data is None:
        # What the current schema does not take stands in the original just so.
        assert all("decimals" in o.message or "characters" in o.message for o in exported.obstacles), exported.obstacles
        return
    assert invalid(exported, kind) == []
    mine, theirs = ({k: v for k, v in leaves(r).items() if not UNTOLD.search(k)} for r in (tree(exported), original))
    assert {k: (mine.get(k), theirs.get(k)) for k in {*mine, *theirs} if mine.get(k) != theirs.get(k)} == {}


@shared
@pytest.mark.skipif(not TRUTHS, reason="../shared is not there")
@pytest.mark.parametrize("path", TRUTHS, ids=lambda p: p.stem)
def test_a_real_client_reads_what_is_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edgar = pytest.importorskip("edgar.ownership", reason="edgartools is not installed: it is in the dev extra")
    # It would ask the SEC whether an owner is a person.
    entity = SimpleNamespace(data=SimpleNamespace(is_company=True))
    monkeypatch.setattr("edgar.ownership.owners.Entity", lambda cik: entity)
    original = ElementTree.parse(SEC / "xml" / f"{path.stem}.xml").getroot()
    kind = str(original.findtext("documentType"))[0]
    made = of_truth(path, original)
    exported = ownership_xml(made, kind)
    assert exported.data is not None
    read = getattr(edgar, f"Form{kind}")(**edgar.Ownership.parse_xml(exported.data.decode()))
    assert read.issuer.ticker == made.fields["issuerTradingSymbol"].value
    owners = made.tables["reportingOwners"] or (made.fields,)
    assert [o.name_unreversed for o in read.reporting_owners.owners] == [o["rptOwnerName"].value for o in owners]
    counts = [
        sum(0 if part is None or part.empty else len(part.data) for part in (table.holdings, table.transactions))
        for table in (read.non_derivative_table, read.derivative_table)
    ]
    assert counts == [len(made.tables["nonDerivative"]), len(made.tables["derivative"])]
