from __future__ import annotations

import httpx

from .conftest import Archive


def keyed(client: httpx.Client, key: str, path: str, body: object) -> httpx.Response:
    return client.post(path, json=body, headers={"idempotency-key": key})


def test_a_request_sent_again_is_done_once(client: httpx.Client) -> None:
    first = keyed(client, "k1", "/api/webhooks", {"url": "http://127.0.0.1:9/"})
    again = keyed(client, "k1", "/api/webhooks", {"url": "http://127.0.0.1:9/"})
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json(), "the secret too, which is told only once"
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert len(client.get("/api/webhooks").json()) == 1
    keyed(client, "k2", "/api/webhooks", {"url": "http://127.0.0.1:9/"})
    assert len(client.get("/api/webhooks").json()) == 2


def test_another_request_under_the_same_key_is_refused(client: httpx.Client) -> None:
    keyed(client, "k", "/api/webhooks", {"url": "http://127.0.0.1:9/"})
    assert keyed(client, "k", "/api/webhooks", {"url": "http://127.0.0.1:8/"}).status_code == 422
    assert keyed(client, "k" * 201, "/api/webhooks", {"url": "http://127.0.0.1:8/"}).status_code == 400
    assert keyed(client, "k", "/api/release", {"tab": "t"}).status_code == 204, "a key is of one path"


def test_what_was_refused_for_now_may_be_tried_again(client: httpx.Client, archive: Archive) -> None:
    body = {"tab": "t"}
    headers = {"idempotency-key": "k", "x-csrf-token": "wrong"}
    assert client.post("/api/release", json=body, headers=headers).status_code == 403
    assert keyed(client, "k", "/api/release", body).status_code == 204


def test_answers_with_a_key_reach_the_store(client: httpx.Client, archive: Archive) -> None:
    body = [{"field": archive.field("borrower"), "version": 1, "value": "Ada"}]
    assert [keyed(client, "k", "/api/corrections", body).json()[0]["ok"] for _ in range(2)] == [True, True]
    assert archive.row(archive.field("borrower")) == ("corrected", 2)
