"""Exported ownership XML against the filings as they were filed, element by element.

    python tools/compare_edgar.py XML ORIGINALS [--schemas FOLDER]

XML: what `digitizer export --format edgar-xml` wrote; ORIGINALS: a folder of NAME.xml; schemas: the SEC's
ownershipNDocument.xsd.xml, against which each file is validated. edgartools (the dev extra) reads each file as its
users would. Prints a line for each difference (file, element, as filed, as exported), then the sums.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from lxml import etree

NOT_PRINTED = ("Cik", "schemaVersion", "rptOwnerStateDescription", "transactionFormType", "noSecuritiesOwned")
"""Endings of elements that the forms do not print, or that today's schemas ask for and older filings lack."""
UNTOLD = ("aff10b5One", "transactionTimeliness", *(f"ownerSignature[{k}]" for k in range(2, 11)))
"""Elements that today's schemas write otherwise, and the signatures of further owners."""
_FLAGS = {"": "0", "false": "0", "true": "1"}


@dataclass(frozen=True, slots=True)
class Difference:
    """place: the element, rows counted from 1; "" on the side that does not have it."""

    file: str
    place: str
    filed: str
    exported: str


def leaves(element: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """The elements with text and the markers of footnotes, each with its place; those of the same name are counted."""
    count: Counter[str] = Counter()
    for child in element:
        if not isinstance(child.tag, str) or child.tag.endswith(NOT_PRINTED):
            continue
        count[child.tag] += 1
        place = f"{path}/{child.tag}[{count[child.tag]}]"
        text = " ".join((child.text or "").split())
        if child.tag == "footnoteId":
            yield f"{path}/footnoteId", child.get("id", "")
        elif len(child):
            yield from leaves(child, place)
        elif text:
            yield place, text


def compare(name: str, exported: Any, filed: Any) -> list[Difference]:
    """What differs; further owners' relationships, which no form prints, and unticked flags are passed over."""
    one, other = (_evened(leaves(tree)) for tree in (filed, exported))
    places = dict.fromkeys([*one, *other])
    return [
        Difference(name, place, one.get(place, ""), other.get(place, ""))
        for place in places
        if one.get(place, "") != other.get(place, "")
    ]


def _evened(found: Iterator[tuple[str, str]]) -> dict[str, str]:
    told: dict[str, str] = {}
    for place, text in found:
        further = "/reportingOwner[" in place and "/reportingOwner[1]" not in place
        if (further and "Relationship" in place) or any(name in place for name in UNTOLD):
            continue
        if re.fullmatch(r"\d+\.\d*", text):
            text = text.rstrip("0").rstrip(".")
        told[place] = f"{told[place]} {text}" if place in told else text
    flags = {place: _FLAGS.get(text, text) for place, text in told.items() if _is_flag(place)}
    return {place: text for place, text in (told | flags).items() if not (_is_flag(place) and text == "0")}


def _is_flag(place: str) -> bool:
    name = place.rsplit("/", 1)[-1]
    return name.startswith(("is", "not", "form3", "form4", "equity", "rptOwnerNonUS"))


def reads(data: bytes) -> str:
    """What edgartools says against the document; "" where it reads it."""
    from edgar import ownership

    kind = etree.fromstring(data).findtext("documentType", "")
    # It would ask the SEC over the network who the owners are.
    entity = SimpleNamespace(name="", is_company=False, data=SimpleNamespace(is_company=False))
    try:
        with patch("edgar.ownership.owners.Entity", lambda cik: entity):
            form = getattr(ownership, f"Form{kind[0]}")(**ownership.Ownership.parse_xml(data.decode()))  # type: ignore[attr-defined]
        return "" if form.issuer.name else "no issuer"
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def invalid(data: bytes, schemas: Path) -> str:
    """What the schema of its document type says against the document; "" where it is valid."""
    tree = etree.fromstring(data)
    kind = tree.findtext("documentType", "").replace("/", "")
    schema = etree.XMLSchema(etree.parse(str(schemas / f"ownership{kind}Document.xsd.xml")))
    return "" if schema.validate(tree) else str(schema.error_log.last_error)


def main() -> None:
    """Compares the folders."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("xml", type=Path)
    parser.add_argument("originals", type=Path)
    parser.add_argument("--schemas", type=Path)
    options = parser.parse_args()
    files = [p for p in sorted(options.xml.glob("*.xml")) if (options.originals / p.name).is_file()]
    told = sys.stdout.write
    flawed = unread = same = total = 0
    for path in files:
        data = path.read_bytes()
        filed = etree.parse(str(options.originals / path.name)).getroot()
        against = invalid(data, options.schemas) if options.schemas else ""
        unable = reads(data)
        differences = compare(path.name, etree.fromstring(data), filed)
        total += len(_evened(leaves(filed)))
        flawed, unread, same = flawed + bool(against), unread + bool(unable), same + (not differences)
        for message in filter(None, (against, unable)):
            told(f"{path.name}\t{message}\n")
        for d in differences:
            told(f"{d.file}\t{d.place}\t{d.filed!r}\t{d.exported!r}\n")
    told(
        f"{len(files)} files, {len(files) - flawed} valid, {len(files) - unread} read by edgartools, {same} without a "
    )
    told(f"difference; {total} elements filed\n")


if __name__ == "__main__":
    main()
