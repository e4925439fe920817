from __future__ import annotations

from typing import Any

import httpx

from digitizer.store.records import records_of

from .conftest import Archive


def answer(client: httpx.Client, field: int, version: int, value: object, **more: object) -> dict[str, Any]:
    got = client.post("/api/corrections", json=[{"field": field, "version": version, "value": value, **more}])
    assert got.status_code == 200, got.text
    return dict(got.json()[0])


def queue(client: httpx.Client, tab: str = "a", **more: object) -> list[dict[str, Any]]:
    got = client.post("/api/queue", json={"tab": tab, **more})
    assert got.status_code == 200, got.text
    return list(got.json()["items"])


def test_what_pays_most_comes_first_and_says_why(client: httpx.Client) -> None:
    items = queue(client)
    assert [item["key"] for item in items[:2]] == ["dateOfLoan"] * 2, "least sure"
    assert items[2]["key"] in ("amount", "returnedLate", "borrower")
    assert len(items) == 18
    first = items[0]
    assert (first["kind"], first["label"], first["box"]) == ("date", "Date of loan", [80, 200, 200, 30])
    assert [reason["word"] for reason in first["reasons"]] == ["kind", "low"]
    borrower = next(item for item in items if item["key"] == "borrower")
    assert [reason["word"] for reason in borrower["reasons"]] == ["rule", "hand", "low"]
    cheap = [item["key"] for item in items]
    assert cheap.index("returnedLate") < cheap.index("date"), "a checkbox at 0.8 takes a second, a date at 0.7 more"


def test_an_answer_is_normalised_and_applied(client: httpx.Client, archive: Archive) -> None:
    field = archive.field("dateOfLoan")
    done = answer(client, field, 1, "3/5/2024")
    assert (done["ok"], done["version"], done["value"], done["status"]) == (True, 2, "2024-03-05", "corrected")
    with archive.store.reading() as connection:
        told = records_of(connection, 1)[0].fields["dateOfLoan"]
    assert (told.value, told.status) == ("2024-03-05", "corrected")
    same = archive.field("borrower")
    assert answer(client, same, 1, "Zoe Miller 1")["status"] == "confirmed"
    said = client.get(f"/api/fields/{field}/history").json()
    assert [(s["who"], s["before"], s["after"]) for s in said] == [("ann", "<script>alert(1)</script>", "2024-03-05")]


def test_the_keys_offer_what_else_was_read(client: httpx.Client, archive: Archive) -> None:
    field = archive.field("borrower")
    assert client.get(f"/api/fields/{field}").json()["readings"] == ["Zoe Miller 1", "Zoë Müller", "Joe"]
    code = client.get(f"/api/fields/{archive.field('code')}").json()["readings"]
    assert code == ["A", "D"], "of codes only what may stand there"


def test_what_is_none_of_the_kind_is_taken_only_when_insisted(client: httpx.Client, archive: Archive) -> None:
    field = archive.field("dateOfLoan")
    assert answer(client, field, 1, "next week")["kind"] == "invalid"
    assert archive.row(field) == ("review", 1)
    assert answer(client, field, 1, "next week", insist=True)["value"] == "next week"
    code = archive.field("code")
    assert answer(client, code, 1, "Q")["kind"] == "invalid"
    assert answer(client, code, 1, "d")["value"] == "D"
    assert answer(client, archive.field("returnedLate"), 1, "x" * 30_000)["kind"] == "invalid", "a text for a checkbox"


def test_texts_that_look_like_yes_and_no_stay_texts(client: httpx.Client, archive: Archive) -> None:
    assert answer(client, archive.field("amount"), 1, "1")["value"] == "1"
    assert answer(client, archive.field("borrower"), 1, "no")["value"] == "no"
    assert answer(client, archive.field("returnedLate"), 1, False)["value"] is False


def test_the_second_save_is_told_and_changes_nothing(client: httpx.Client, archive: Archive) -> None:
    field = archive.field("borrower")
    assert answer(client, field, 1, "Ada")["ok"]
    late = answer(client, field, 1, "Bob")
    assert (late["ok"], late["kind"], late["version"], late["value"]) == (False, "stale", 2, "Ada")


def test_the_same_answer_sent_twice_counts_once(client: httpx.Client, archive: Archive) -> None:
    field = archive.field("borrower")
    assert answer(client, field, 1, "Ada") == answer(client, field, 1, "Ada")
    assert len(client.get(f"/api/fields/{field}/history").json()) == 1


def test_answers_are_taken_back_one_after_the_other(client: httpx.Client, archive: Archive) -> None:
    field = archive.field("borrower")
    answer(client, field, 1, "Ada")
    answer(client, field, 2, "Bob")

    def undo(version: int) -> dict[str, Any]:
        return dict(client.post("/api/undo", json=[{"field": field, "version": version}]).json()[0])

    first = undo(3)
    assert (first["value"], first["status"], first["version"]) == ("Ada", "corrected", 4)
    assert undo(3) == first, "the same undo sent twice counts once"
    last = undo(4)
    assert (last["value"], last["status"]) == ("Zoe Miller 1", "review"), "it waits again"
    assert undo(5)["kind"] == "invalid", "nothing is left to take back"
    assert [s["why"] for s in client.get(f"/api/fields/{field}/history").json()] == ["", "", "undo", "undo"]
    assert field in [item["field"] for item in queue(client)]


def test_two_windows_never_get_the_same_value(client: httpx.Client) -> None:
    mine = {item["field"] for item in queue(client, "a", limit=6)}
    theirs = {item["field"] for item in queue(client, "b", limit=100)}
    assert len(mine) == 6
    assert mine.isdisjoint(theirs)
    assert len(mine | theirs) == 18
    assert queue(client, "c") == []
    assert client.post("/api/release", json={"tab": "a"}).status_code == 204
    assert {item["field"] for item in queue(client, "c")} == mine


def test_an_answered_value_leaves_the_queue_and_skipped_ones_wait(client: httpx.Client) -> None:
    first, second = queue(client, limit=2)
    answer(client, first["field"], 1, "2024-01-01")
    rest = {item["field"] for item in queue(client, limit=100, skipped=[second["field"]])}
    assert first["field"] not in rest
    assert second["field"] not in rest
    assert len(rest) == 16


def test_typing_is_understood_by_the_readers_rules(client: httpx.Client, archive: Archive) -> None:
    def meant(name: str, text: str) -> tuple[object, bool]:
        got = client.post("/api/understand", json={"field": archive.field(name), "text": text}).json()
        return got["value"], got["valid"]

    assert meant("dateOfLoan", "Jan 5, 2024") == ("2024-01-05", True)
    assert meant("dateOfLoan", "soon") == ("soon", False)
    assert meant("amount", "$1,200.50") == ("1200.5", True)
    assert meant("borrower", " {Ada} ") == ("{Ada}", True), "a person sets braces on purpose"


def test_values_that_are_not_there_are_told(client: httpx.Client) -> None:
    assert client.get("/api/fields/999").status_code == 404
    assert client.get("/api/fields/0").status_code == 422
    assert client.get(f"/api/fields/{10**30}").status_code == 422
    assert answer(client, 999, 1, "x")["kind"] == "gone"
    assert client.post("/api/undo", json=[{"field": 999, "version": 1}]).json()[0]["kind"] == "gone"


def test_pictures_come_from_the_scan(client: httpx.Client, archive: Archive) -> None:
    crop = client.get(f"/api/fields/{archive.field('borrower')}/crop.png")
    assert crop.headers["content-type"] == "image/png"
    assert crop.content[:4] == b"\x89PNG"
    assert client.get("/api/documents/1/pages/1").json() == {"width": 850, "height": 1100}
    assert client.get("/api/documents/1/pages/1/picture.jpg").content[:2] == b"\xff\xd8"
    assert client.get("/api/documents/1/pages/2").status_code == 404
    assert client.get("/api/documents/77/pages/1").status_code == 404
    (archive.folder / "card-2.png").write_bytes(b"another file")
    gone = client.get("/api/documents/2/pages/1")
    assert gone.status_code == 404
    assert "card-2.png" in gone.json()["message"]
