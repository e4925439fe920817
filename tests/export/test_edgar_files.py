from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

from digitizer.document.record import Record
from digitizer.export.edgar_files import PROBLEMS, write_edgar_xml
from digitizer.export.items import Item, Items
from export.test_ownership import FIELDS, record

KINDS = {"sec-form-4": "4"}


def items(*records: Record, **metadata: str) -> Items:
    return lambda: iter([Item(k, record, metadata) for k, record in enumerate(records, 1)])


def test_a_file_for_each_filing(tmp_path: Path) -> None:
    first = record(FIELDS)
    second = replace(first, pages=(3, 4))
    other = replace(first, form="other", fields={})
    written = write_edgar_xml(items(first, second, other, replace(second, sha256="11" * 32)), tmp_path / "xml", KINDS)
    assert [p.name for p in written.files] == ["a.xml", "a.3.xml", "a.3.111111111111.xml"]
    assert all(p.read_bytes().startswith(b"<?xml") for p in written.files)
    assert (written.refused, written.others) == (0, 1)
    assert (tmp_path / "xml" / PROBLEMS).read_text() == ""


def test_what_stands_in_the_way_is_a_problem_with_its_field(tmp_path: Path) -> None:
    bad = record(FIELDS | {"signatureDate": "", "issuerName": ""})
    written = write_edgar_xml(items(bad, record(FIELDS)), tmp_path, KINDS)
    assert [p.name for p in written.files] == ["a.xml"]
    problems = [json.loads(line) for line in (tmp_path / PROBLEMS).read_text().splitlines()]
    assert [(p["kind"], p["fields"], p["document"]) for p in problems] == [
        ("export", ["issuerName"], "a.pdf"),
        ("export", ["signatureDate"], "a.pdf"),
    ]
    assert all(p["message"].startswith(p["fields"][0]) and p["remedy"] for p in problems)


def test_numbers_of_edgars_come_from_a_manifest(tmp_path: Path) -> None:
    known = items(record(FIELDS), issuerCik="1102993", rptOwnerCik="1163603 77")
    (path,) = write_edgar_xml(known, tmp_path, KINDS).files
    root = ElementTree.parse(path).getroot()
    assert root.findtext("issuer/issuerCik") == "1102993"
    assert root.findtext("reportingOwner/reportingOwnerId/rptOwnerCik") == "1163603"
    assert write_edgar_xml(items(record(FIELDS), issuerCik="LPSN"), tmp_path, KINDS).refused == 1
    assert json.loads((tmp_path / PROBLEMS).read_text())["fields"] == ["issuerCik"]
