"""EDGAR's ownership XML from a record: the document that Forms 3, 4 and 5 are filed as, by its current schemas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from digitizer.document.record import Field, Record, Row
from digitizer.export.ownership_values import Obstacle, Values

NO_CIK = "0000000000"
"""The schemas ask for EDGAR's numbers of issuer and owners, which no form bears."""
OWNERS, MOST_OWNERS, MOST_ROWS, MOST_NOTES = "reportingOwners", 10, 30, 99
_TICKS = ("isDirector", "isOfficer", "isTenPercentOwner", "isOther")
_TRADE = ("transactionDate", "transactionCode", "transactionShares")
_TOP = ("notSubjectToSection16", "form3HoldingsReported", "form4TransactionsReported")
_COMMENT = " Made from a scan. CIKs are not printed on the form: those of zeros are to be filled in. "


@dataclass(frozen=True, slots=True)
class Exported:
    """data: the document, None where the record cannot make a valid one; obstacles: what stands in the way."""

    data: bytes | None
    obstacles: tuple[Obstacle, ...]


def ownership_xml(record: Record, kind: str, issuer_cik: str = NO_CIK, owner_ciks: Sequence[str] = ()) -> Exported:
    """The record as ownership XML. kind: "3", "4" or "5"; an amendment is told by its date of original submission."""
    writer = _Writer(record, kind, Values(frozenset(record.footnotes)))
    root = writer.document(issuer_cik, owner_ciks)
    obstacles = tuple(writer.values.obstacles)
    if obstacles:
        return Exported(None, obstacles)
    root.insert(0, ElementTree.Comment(_COMMENT))
    ElementTree.indent(root, "    ")
    data: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return Exported(data + b"\n", ())


class _Writer:
    """Writes one document; what cannot be written goes to the obstacles of values."""

    def __init__(self, record: Record, kind: str, values: Values) -> None:
        self.record, self.kind, self.values = record, kind, values

    def document(self, issuer_cik: str, owner_ciks: Sequence[str]) -> ElementTree.Element:
        fields, put = self.record.fields, self.values
        original = fields.get("dateOfOriginalSubmission")
        amends = original is not None and bool(original.value)
        root = ElementTree.Element("ownershipDocument")
        _leaf(root, "documentType", f"{self.kind}/A" if amends else self.kind)
        _leaf(root, "periodOfReport", put.date("periodOfReport", fields.get("periodOfReport")))
        if amends:
            _leaf(root, "dateOfOriginalSubmission", put.date("dateOfOriginalSubmission", original))
        if self.kind == "3":
            _leaf(
                root, "noSecuritiesOwned", "0" if any(self._rows(t) for t in ("nonDerivative", "derivative")) else "1"
            )
        for name in _TOP:
            if name in fields:
                _leaf(root, name, _flag(fields[name]))
        issuer = ElementTree.SubElement(root, "issuer")
        _leaf(issuer, "issuerCik", put.cik("issuerCik", issuer_cik))
        _leaf(issuer, "issuerName", put.text("issuerName", fields.get("issuerName"), 150, needed=True))
        _leaf(
            issuer, "issuerTradingSymbol", put.text("issuerTradingSymbol", fields.get("issuerTradingSymbol"), 10, True)
        )
        self._owners(root, owner_ciks)
        if self.kind != "3":
            # The schema asks for it; prints of before 2023 do not have the box.
            _leaf(root, "aff10b5One", _flag(fields.get("aff10b5One")))
        self._tables(root)
        self._notes(root)
        if (remarks := fields.get("remarks")) is not None and remarks.value:
            _leaf(root, "remarks", put.text("remarks", remarks, 2000))
        signature = ElementTree.SubElement(root, "ownerSignature")
        _leaf(signature, "signatureName", put.text("signatureName", fields.get("signatureName"), 255, needed=True))
        _leaf(signature, "signatureDate", put.date("signatureDate", fields.get("signatureDate")))
        return root

    def _rows(self, table: str) -> Sequence[Row]:
        return self.record.tables.get(table, ())

    def _owners(self, root: ElementTree.Element, ciks: Sequence[str]) -> None:
        """The owners of a joint filing; what is ticked is the first one's, the print has no more."""
        rows: Sequence[Mapping[str, Field]] = self._rows(OWNERS) or (self.record.fields,)
        if len(rows) > MOST_OWNERS:
            self.values.refuse(OWNERS, f"{len(rows)} owners, the schema takes {MOST_OWNERS}")
        for k, row in enumerate(rows):
            path = f"{OWNERS}[{k + 1}]." if self._rows(OWNERS) else ""
            owner = ElementTree.SubElement(root, "reportingOwner")
            identity = ElementTree.SubElement(owner, "reportingOwnerId")
            _leaf(identity, "rptOwnerCik", self.values.cik("rptOwnerCik", ciks[k] if k < len(ciks) else NO_CIK))
            name = self.values.text(f"{path}rptOwnerName", row.get("rptOwnerName"), 150, needed=True)
            _leaf(identity, "rptOwnerName", name)
            address = ElementTree.SubElement(owner, "reportingOwnerAddress")
            for tag, text in self.values.address(path, row):
                _leaf(address, tag, text)
            relation = ElementTree.SubElement(owner, "reportingOwnerRelationship")
            for tick in _TICKS if k == 0 else ():
                _leaf(relation, tick, _flag(self.record.fields.get(tick)))
            for text in ("officerTitle", "otherText") if k == 0 else ():
                _leaf(relation, text, self.values.text(text, self.record.fields.get(text), 30))

    def _tables(self, root: ElementTree.Element) -> None:
        for name in ("nonDerivative", "derivative"):
            rows = self._rows(name)
            if len(rows) > MOST_ROWS:
                self.values.refuse(name, f"{len(rows)} rows, the schema takes {MOST_ROWS}")
            table = ElementTree.SubElement(root, f"{name}Table") if rows else None
            for k, row in enumerate(rows):
                if table is None:
                    continue
                traded = any((f := row.get(c)) is not None and (f.value or f.footnotes) for c in _TRADE)
                entry = ElementTree.SubElement(table, f"{name}{'Transaction' if traded else 'Holding'}")
                self._row(entry, f"{name}[{k + 1}].", row, traded, name == "derivative")

    def _row(self, entry: ElementTree.Element, path: str, row: Row, traded: bool, derivative: bool) -> None:
        """One row, its elements in the schema's order."""
        put = self.values
        put.noted(entry, "securityTitle", path, row, put.title)
        if derivative:
            put.noted(entry, "conversionOrExercisePrice", path, row, put.number, alone=True)
        if traded:
            put.noted(entry, "transactionDate", path, row, put.date)
            if (deemed := row.get("deemedExecutionDate")) is not None and (deemed.value or deemed.footnotes):
                put.noted(entry, "deemedExecutionDate", path, row, put.date, alone=True)
            self._coding(entry, path, row)
            self._amounts(ElementTree.SubElement(entry, "transactionAmounts"), path, row, derivative)
        if derivative:
            put.noted(entry, "exerciseDate", path, row, put.date, alone=True)
            put.noted(entry, "expirationDate", path, row, put.date, alone=True)
            under = ElementTree.SubElement(entry, "underlyingSecurity")
            put.noted(under, "underlyingSecurityTitle", path, row, put.title)
            put.amount(under, "underlyingSecurityShares", "underlyingSecurityValue", path, row, alone=True)
        if not derivative or self.kind != "3":
            after = ElementTree.SubElement(entry, "postTransactionAmounts")
            name = "sharesOwnedFollowingTransaction"
            put.amount(after, name, "valueOwnedFollowingTransaction", path, row)
        nature = ElementTree.SubElement(entry, "ownershipNature")
        put.noted(nature, "directOrIndirectOwnership", path, row, put.one_of("D", "I"))
        told = row.get("natureOfOwnership")
        if told is not None and (told.value or told.footnotes):
            put.noted(nature, "natureOfOwnership", path, row, put.nature)

    def _coding(self, entry: ElementTree.Element, path: str, row: Row) -> None:
        """A V beside the code says that what belongs on Form 5 is told early."""
        timely = row.get("transactionTimeliness")
        mark = str(timely.value) if timely is not None else ""
        code, swap = self.values.code(f"{path}transactionCode", row.get("transactionCode"))
        coding = ElementTree.SubElement(entry, "transactionCoding")
        _leaf(coding, "transactionFormType", "5" if mark in ("V", "E") else self.kind)
        _leaf(coding, "transactionCode", code)
        _leaf(coding, "equitySwapInvolved", "1" if swap else "0")
        self.values.notes(coding, f"{path}transactionCode", row.get("transactionCode"))
        if mark:
            told = "E" if mark == "V" else mark
            _leaf(ElementTree.SubElement(entry, "transactionTimeliness"), "value", told)

    def _amounts(self, amounts: ElementTree.Element, path: str, row: Row, derivative: bool) -> None:
        put = self.values
        dollars = "transactionTotalValue" if derivative else "transactionShares"
        put.amount(amounts, "transactionShares", dollars, path, row)
        put.noted(amounts, "transactionPricePerShare", path, row, put.number, alone=True)
        code = "transactionAcquiredDisposedCode"
        put.noted(amounts, code, path, row, put.one_of("A", "D"), notes=not derivative)

    def _notes(self, root: ElementTree.Element) -> None:
        notes = self.record.footnotes
        if not notes:
            return
        if len(notes) > MOST_NOTES:
            self.values.refuse("footnotes", f"{len(notes)} footnotes, the schema takes {MOST_NOTES}")
        group = ElementTree.SubElement(root, "footnotes")
        for name, field in notes.items():
            _leaf(group, "footnote", self.values.text(f"footnotes.{name}", field, 10**6)).set("id", name)


def _leaf(parent: ElementTree.Element, tag: str, text: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, tag)
    element.text = text
    return element


def _flag(field: Field | None) -> str:
    return "1" if field is not None and field.value is True else "0"
