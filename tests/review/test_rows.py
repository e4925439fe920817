from __future__ import annotations

import shutil
from typing import Any

import cv2
import httpx
import numpy as np
import pytest

from .conftest import Archive


def record_of(archive: Archive) -> int:
    from sqlalchemy import select

    from digitizer.store import schema

    with archive.store.reading() as connection:
        return int(
            connection.execute(select(schema.records.c.id).where(schema.records.c.document_id == 1)).scalar_one()
        )


def change(client: httpx.Client, archive: Archive, what: str, row: int, version: int) -> httpx.Response:
    body = {"record": record_of(archive), "table": "payments", "what": what, "row": row, "version": version}
    return client.post("/api/rows", json=body)


def payments(client: httpx.Client) -> list[dict[str, Any]]:
    rows = client.get("/api/documents/1/records").json()[0]["tables"]["payments"]
    return [{name: cell["value"] for name, cell in row.items()} for row in rows]


def test_rows_are_changed_and_taken_back(client: httpx.Client, archive: Archive) -> None:
    read = {"date": "2024-01-31", "amount": "12.50", "code": "A"}
    done = change(client, archive, "below", 0, 0).json()
    assert done == {"rows": [0, 2, 1], "version": 1, "added": 2}
    blank = archive.field("amount", row=2)
    answer = [{"field": blank, "version": 1, "value": "3"}]
    assert client.post("/api/corrections", json=answer).json()[0]["ok"]
    assert payments(client) == [read, {"date": "", "amount": "3", "code": ""}, read]
    assert change(client, archive, "merge", 2, 1).json()["rows"] == [0, 2]
    assert payments(client)[1] == {"date": "2024-01-31", "amount": "3", "code": "A"}
    assert change(client, archive, "remove", 0, 2).json()["rows"] == [2]
    for version in (3, 4):
        assert change(client, archive, "undo", 0, version).status_code == 200
    assert payments(client) == [read, {"date": "", "amount": "3", "code": ""}, read]
    said = client.get(f"/api/records/{record_of(archive)}/rows", params={"table": "payments"}).json()
    assert [(one["who"], one["what"], one["row"]) for one in said][:3] == [
        ("ann", "add", 2), ("ann", "merge", 2), ("ann", "remove", 1),
    ]  # fmt: skip
    assert "row 2 joined with the one below" in client.get("/documents/1").text


def test_a_row_is_split_where_its_values_have_lines(client: httpx.Client, archive: Archive) -> None:
    date = archive.field("date")
    two = [{"field": date, "version": 1, "value": "1/31/2024\n2/1/2024", "insist": True}]
    assert client.post("/api/corrections", json=two).json()[0]["ok"]
    assert change(client, archive, "split", 0, 0).json()["rows"] == [0, 2, 1]
    assert [row["date"] for row in payments(client)] == ["2024-01-31", "2024-02-01", "2024-01-31"]
    assert [row["amount"] for row in payments(client)] == ["12.50", "", "12.50"]


@pytest.mark.parametrize(
    ("what", "row", "version", "status"),
    [
        ("split", 0, 0, 422), ("merge", 1, 0, 422), ("remove", 9, 0, 422), ("undo", 0, 0, 422), ("remove", 0, 5, 409),
        ("turn", 0, 0, 422),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told(
    client: httpx.Client, archive: Archive, what: str, row: int, version: int, status: int
) -> None:
    assert change(client, archive, what, row, version).status_code == status
    assert len(payments(client)) == 2


def test_a_table_whose_rows_are_all_gone_gets_a_first_one(client: httpx.Client, archive: Archive) -> None:
    change(client, archive, "remove", 0, 0)
    change(client, archive, "remove", 1, 1)
    assert payments(client) == []
    assert "Add a row" in client.get("/documents/1").text
    assert client.get(f"/api/fields/{archive.field('date')}").status_code == 404, "a cell of a removed row is gone"
    assert change(client, archive, "below", 0, 2).json()["rows"] == [2]
    assert payments(client) == [{"date": "", "amount": "", "code": ""}]


@pytest.mark.tesseract
@pytest.mark.skipif(not shutil.which("tesseract"), reason="Tesseract is not installed")
def test_a_part_of_the_page_is_read_again_for_a_value(client: httpx.Client, archive: Archive) -> None:
    pixels = np.full((1100, 850), 255, np.uint8)
    cv2.putText(pixels, "March 5, 2024", (80, 225), cv2.FONT_HERSHEY_DUPLEX, 1.0, 0, 2)
    cv2.putText(pixels, "something else", (80, 600), cv2.FONT_HERSHEY_DUPLEX, 1.0, 0, 2)
    path = archive.folder / "card-1.png"
    assert cv2.imwrite(str(path), pixels)
    from sqlalchemy import update

    from digitizer.batch.sources import hash_file
    from digitizer.store import schema

    with archive.store.writing() as connection:
        new = update(schema.documents).where(schema.documents.c.id == 1)
        connection.execute(new.values(sha256=hash_file(str(path))[0]))
    field = archive.field("dateOfLoan")
    body = {"page": 1, "box": [60, 180, 400, 70]}
    found = client.post(f"/api/fields/{field}/read", json=body, timeout=60).json()
    assert (found["value"], found["valid"]) == ("2024-03-05", True)
    assert found["text"] == "March 5, 2024"
    assert client.get(f"/api/fields/{field}").json()["value"] != "2024-03-05", "nothing is saved"
    assert client.post(f"/api/fields/{field}/read", json={"page": 1, "box": [9, 9, 0, 0]}).status_code == 422
    assert client.post(f"/api/fields/{field}/read", json={"page": 7, "box": [9, 9, 9, 9]}).status_code == 404
