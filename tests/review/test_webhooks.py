from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from digitizer.review import webhook_sender
from digitizer.review.webhook_sender import WebhookSender, signature
from digitizer.store import exchange

from .conftest import Archive


@dataclass
class Receiver:
    """A program that is told. answers: the statuses it gives, the last one for ever."""

    url: str = ""
    answers: list[int] = field(default_factory=lambda: [200])
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    told = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            told.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(told.answers.pop(0) if len(told.answers) > 1 else told.answers[0])
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_address[1]}/told"
    yield told
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "SETTLED_SECONDS", -1.0)
    monkeypatch.setattr(webhook_sender, "_FIRST", 0.0)


def digitized(archive: Archive, document: int) -> None:
    with archive.store.writing() as connection:
        exchange.note(connection, "digitized", document)


def test_finished_documents_are_told_signed_and_in_order(
    client: httpx.Client, archive: Archive, receiver: Receiver
) -> None:
    hook = client.post("/api/webhooks", json={"url": receiver.url}).json()
    sender = WebhookSender(archive.store)
    assert sender.deliver() == 0, "what was before is not told"
    digitized(archive, 2)
    answers = [
        {"field": item["field"], "version": item["version"], "value": item["value"], "insist": True}
        for item in client.get("/api/documents/2/fields").json()
        if item["status"] == "review"
    ]
    client.post("/api/corrections", json=answers[:1])
    client.post("/api/corrections", json=answers)
    assert sender.deliver() == 2
    told = [json.loads(body) for _, body in receiver.got]
    assert [(one["event"], one["document"]["name"]) for one in told] == [
        ("document.digitized", "card-2.png"), ("document.reviewed", "card-2.png"),
    ]  # fmt: skip
    assert [one["document"]["doubts"] for one in told] == [0, 0]
    assert told[0]["document"]["id"] == 2
    for headers, body in receiver.got:
        stamp, given = (part.partition("=")[2] for part in headers["x-digitizer-signature"].split(","))
        assert given == signature(hook["secret"], stamp, body)
    assert sender.deliver() == 0
    (listed,) = client.get("/api/webhooks").json()
    assert (listed["url"], listed["secret"]) == (receiver.url, ""), "the secret is told once"


def test_what_is_not_taken_is_sent_again(client: httpx.Client, archive: Archive, receiver: Receiver) -> None:
    client.post("/api/webhooks", json={"url": receiver.url})
    digitized(archive, 1)
    receiver.answers = [500, 200]
    sender = WebhookSender(archive.store)
    assert sender.deliver() == 0
    assert sender.deliver() == 1
    first, second = (headers["x-digitizer-delivery"] for headers, _ in receiver.got)
    assert first == second
    assert WebhookSender(archive.store).deliver() == 0, "after a restart it is known too"


def test_a_removed_webhook_is_told_no_more(client: httpx.Client, archive: Archive, receiver: Receiver) -> None:
    hook = client.post("/api/webhooks", json={"url": receiver.url}).json()
    assert client.delete(f"/api/webhooks/{hook['id']}").status_code == 204
    assert client.delete(f"/api/webhooks/{hook['id']}").status_code == 404
    digitized(archive, 1)
    assert WebhookSender(archive.store).deliver() == 0


@pytest.mark.parametrize(
    "url", ["ftp://example.org/", "http:///nowhere", "http://a b/", "javascript:alert(1)", "http://[::1"]
)
def test_only_web_addresses_are_told(client: httpx.Client, url: str) -> None:
    assert client.post("/api/webhooks", json={"url": url}).status_code == 422
