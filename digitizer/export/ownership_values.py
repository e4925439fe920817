"""Values as the ownership schemas take them; what they do not take is an obstacle with the field's name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from xml.etree import ElementTree

from digitizer.document.record import Field, Row

CODES = frozenset("ACDEFGHIJLMOPSUWXZ")
STATES = frozenset(
    re.findall(
        r"\w\w",
        "AL AK B5 AZ AR CA CO CT DE DC FL GA GU HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC "
        "ND 1V OH OK OR PA PR RI SC SD TN TX 2J UT VT VI VA WA WV WI WY",
    )
)
"""EDGAR's codes for states and territories; those for countries and provinces are a letter and a digit."""
_COUNTRY = re.compile(r"[A-Z]\d|\d[A-Z]")
_ZIP = re.compile(r"[0-9A-Za-z #-]{0,10}")
_CIK = re.compile(r"[0-9]{1,10}")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MOST, _DIGITS, _DECIMALS = Decimal("999999999999.9999"), 16, 4
Writer = Callable[[str, Field | None], str]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What keeps a record from being a valid document. field: its name, table[row].column with rows counted from 1."""

    field: str
    message: str


class Values:
    """Writes values; obstacles: in the order met. notes_known: the names of the record's footnotes."""

    def __init__(self, notes_known: frozenset[str]) -> None:
        self.obstacles: list[Obstacle] = []
        self._known = notes_known

    def refuse(self, name: str, message: str) -> str:
        self.obstacles.append(Obstacle(name, message))
        return ""

    def text(self, name: str, field: Field | None, most: int, needed: bool = False) -> str:
        """A text on one line, of so many characters at most."""
        value = " ".join(str(field.value).split()) if field is not None else ""
        if needed and not value:
            return self.refuse(name, "is empty, the schema asks for it")
        if len(value) > most:
            return self.refuse(name, f"has {len(value)} characters, the schema takes {most}")
        if _NOT_XML.search(value):
            return self.refuse(name, "holds a character that XML does not take")
        return value

    def cik(self, name: str, value: str) -> str:
        return value if _CIK.fullmatch(value) else self.refuse(name, f"'{value}' is not up to ten digits")

    def title(self, name: str, field: Field | None) -> str:
        return self.text(name, field, 60, needed=True)

    def nature(self, name: str, field: Field | None) -> str:
        return self.text(name, field, 100)

    def date(self, name: str, field: Field | None) -> str:
        value = str(field.value) if field is not None else ""
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            return self.refuse(name, f"'{value}' is no date" if value else "is empty, the schema asks for a date")

    def number(self, name: str, field: Field | None) -> str:
        """A decimal from 0 on, of 16 digits at most, 4 of them after the point."""
        value = str(field.value) if field is not None else ""
        try:
            amount = Decimal(value)
        except InvalidOperation:
            return self.refuse(name, f"'{value}' is no number" if value else "is empty, the schema asks for a number")
        if not amount.is_finite() or not 0 <= amount <= _MOST:
            return self.refuse(name, f"{value} is not between 0 and {_MOST}")
        digits, exponent = amount.normalize().as_tuple()[1:]
        if -int(exponent) > _DECIMALS or len(digits) > _DIGITS:
            return self.refuse(name, f"{value} has more than {_DECIMALS} decimals, which the schema does not take")
        return f"{amount.normalize():f}"

    def one_of(self, *known: str) -> Writer:
        def put(name: str, field: Field | None) -> str:
            value = str(field.value) if field is not None else ""
            return value if value in known else self.refuse(name, f"'{value}' is not {' or '.join(known)}")

        return put

    def code(self, name: str, field: Field | None) -> tuple[str, bool]:
        """A transaction code, and whether an equity swap is involved, which prints tell by a K behind it."""
        value = str(field.value) if field is not None else ""
        code, _, swap = value.partition("/")
        if code in CODES and swap in ("", "K"):
            return code, bool(swap)
        return self.refuse(name, f"'{value}' is no transaction code of the schema"), False

    def address(self, path: str, row: Mapping[str, Field]) -> Iterator[tuple[str, str]]:
        """The elements of an address; a state that is none of the country's is written as the country."""

        def text(part: str, most: int) -> str:
            return self.text(f"{path}rptOwner{part}", row.get(f"rptOwner{part}"), most)

        state = text("State", 40)
        code = state.upper()
        abroad = code not in STATES and _COUNTRY.fullmatch(code) is not None
        if abroad:
            yield "rptOwnerNonUSAddressFlag", "1"
        yield "rptOwnerStreet1", text("Street1", 40)
        yield "rptOwnerStreet2", text("Street2", 40)
        yield "rptOwnerCity", text("City", 30)
        if abroad:
            yield "rptOwnerCountry", code
        elif not state or code in STATES:
            yield "rptOwnerState", code
        else:
            self.refuse(f"{path}rptOwnerState", f"'{state}' is no code of EDGAR's for a state or country")
        code = text("ZipCode", 10**6)
        if not _ZIP.fullmatch(code):
            self.refuse(f"{path}rptOwnerZipCode", f"'{code}' is not up to ten letters and digits")
        yield "rptOwnerZipCode", code

    def noted(
        self,
        parent: ElementTree.Element,
        name: str,
        path: str,
        row: Row,
        write: Writer,
        alone: bool = False,
        notes: bool = True,
        tag: str = "",
    ) -> None:
        """An element of a value and its footnotes. alone: whether footnotes do without a value."""
        field = row.get(name)
        element = ElementTree.SubElement(parent, tag or name)
        if not (alone and field is not None and field.footnotes and not field.value):
            ElementTree.SubElement(element, "value").text = write(f"{path}{name}", field)
        if notes:
            self.notes(element, f"{path}{name}", field)

    def amount(
        self, parent: ElementTree.Element, name: str, dollars: str, path: str, row: Row, alone: bool = False
    ) -> None:
        """A number of shares, or as `dollars` one of dollars."""
        field = row.get(name)
        tag = dollars if field is not None and field.text.lstrip().startswith("$") else name
        self.noted(parent, name, path, row, self.number, alone=alone, tag=tag)

    def notes(self, element: ElementTree.Element, name: str, field: Field | None) -> None:
        for note in field.footnotes if field is not None else ():
            if note not in self._known:
                self.refuse(name, f"bears the marker of footnote {note}, which the record does not have")
            ElementTree.SubElement(element, "footnoteId").set("id", note)
