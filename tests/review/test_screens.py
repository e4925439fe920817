from __future__ import annotations

import re

import httpx

from .conftest import Archive


def test_the_document_shows_every_value_its_rules_and_tables(client: httpx.Client, archive: Archive) -> None:
    page = client.get("/documents/1").text
    fields = {int(number) for number in re.findall(r'data-field="(\d+)"', page)}
    assert len(fields) == 9
    assert "All rules of the form hold" in page
    client.post("/api/corrections", json=[{"field": archive.field("borrower"), "version": 1, "value": ""}])
    assert "required but empty" in client.get("/documents/1").text, "rules go by the values as they are now"
    rules = client.get("/api/documents/1/rules").json()
    assert [rule["fields"] for rule in rules] == [["borrower"]]
    assert client.get("/documents/99").status_code == 404


def test_records_come_with_corrections(client: httpx.Client, archive: Archive) -> None:
    client.post("/api/corrections", json=[{"field": archive.field("amount", row=1), "version": 1, "value": "$7"}])
    record = client.get("/api/documents/1/records").json()[0]
    assert record["tables"]["payments"][1]["amount"]["value"] == "7"
    assert record["tables"]["payments"][1]["amount"]["status"] == "corrected"
    listed = client.get("/api/documents", params={"named": "card-1"}).json()
    assert [(d["name"], d["doubts"]) for d in listed] == [("card-1.png", 8)]
    assert len(client.get("/api/documents/1/fields").json()) == 9
    assert client.get("/api/documents/99/records").status_code == 404


def test_contact_sheets_hold_what_reads_the_same(client: httpx.Client, archive: Archive) -> None:
    groups = client.get("/api/sheets").json()
    assert [(g["name"], g["value"], g["count"]) for g in groups] == [("code", "A", 4), ("returnedLate", "true", 2)]
    key = {name: groups[0][name] for name in ("form", "table", "name", "value")}
    items = client.post("/api/sheets", json={**key, "tab": "a"}).json()
    assert len(items) == 4
    assert client.post("/api/sheets", json={**key, "tab": "b"}).json() == [], "another has them on the screen"
    answers = [{"field": item["field"], "version": item["version"], "value": "A"} for item in items[:3]]
    done = client.post("/api/corrections", json=answers).json()
    assert [one["status"] for one in done] == ["confirmed"] * 3
    assert client.get("/sheet", params=key).status_code == 200
    assert client.get("/sheet", params={**key, "value": "Z"}).status_code == 404
    assert client.get("/sheet", params={**key, "name": "amount", "value": "12.50"}).status_code == 404


def test_the_dashboard_counts(client: httpx.Client, archive: Archive) -> None:
    field = archive.field("borrower")
    client.post("/api/corrections", json=[{"field": field, "version": 1, "value": "Ada"}])
    told = client.get("/api/status").json()
    assert told["values"] == {"accepted": 0, "confirmed": 0, "corrected": 1, "review": 17}
    assert told["operators"] == [{"who": "ann", "answers": 1, "corrected": 1, "seconds": None}]
    page = client.get("/dashboard").text
    assert "Library loan card" in page
    assert "100.0%" in page, "wrong of those looked at"
    curve = client.get("/dashboard/budget").text
    assert "<polyline" in curve
    assert ">17</td>" in curve, "all that waits, looked at"


def test_the_reference_tells_every_call(client: httpx.Client) -> None:
    schema = client.get("/api/openapi.json").json()
    page = client.get("/api").text
    assert all(path in page for path in schema["paths"])
    assert all(call.get("description") for methods in schema["paths"].values() for call in methods.values())
    assert not any("__" in name for name in schema["components"]["schemas"])


def test_exports_come_in_every_format(client: httpx.Client) -> None:
    assert len(client.get("/api/export").text.splitlines()) == 2
    assert client.get("/api/export", params={"format": "xlsx"}).content[:2] == b"PK"
    assert client.get("/api/export", params={"format": "exe"}).status_code == 422
    assert client.get("/api/export", params={"batch": "/nowhere"}).status_code == 404
    assert client.get("/api/export", params={"form": "none"}).text == ""
