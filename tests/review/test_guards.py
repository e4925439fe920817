from __future__ import annotations

import http.client
from pathlib import Path

import httpx
import pytest

from digitizer.review.app_state import AppState
from digitizer.review.headers import POLICY
from digitizer.review.routes.exchange import safe_name
from digitizer.review.routes.login import login_path

from .conftest import CSRF, Archive, app_state_for, serving

SCREENS = [
    "/",
    "/documents",
    "/documents/1",
    "/sheets",
    "/dashboard",
    "/api",
    "/static/review.js",
    "/api/status",
    "/no",
]


@pytest.mark.parametrize("path", SCREENS)
def test_every_answer_bears_the_policy(client: httpx.Client, path: str) -> None:
    got = client.get(path)
    assert got.status_code == (404 if path == "/no" else 200)
    assert got.headers["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "http://" not in got.text.replace("http://www.w3.org", "").replace(str(client.base_url), "")


def test_text_of_a_scan_is_never_markup(client: httpx.Client, archive: Archive) -> None:
    field = archive.field("borrower")
    nasty = "</script><img src=x onerror=alert(1)>"
    client.post("/api/corrections", json=[{"field": field, "version": 1, "value": nasty}])
    page = client.get("/documents/1").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;/script&gt;&lt;img src=x" in page
    assert page.count("</script>") == page.count("<script"), "nor does it end the data it stands in"
    assert "<script>alert" not in client.get("/sheets").text


def test_other_sites_are_refused(client: httpx.Client, archive: Archive) -> None:
    body = [{"field": archive.field("borrower"), "version": 1, "value": "x"}]
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400, "DNS rebinding"
    assert client.get("/", headers={"host": "127.0.0.1.evil.example"}).status_code == 400
    origin = {"origin": "https://evil.example"}
    assert client.post("/api/corrections", json=body, headers=origin).status_code == 403
    assert client.post("/api/corrections", json=body, headers={"origin": "null"}).status_code == 403
    assert client.post("/api/corrections", json=body, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.post("/api/corrections", json=body, headers={"x-csrf-token": ""}).status_code == 403
    assert archive.row(body[0]["field"]) == ("review", 1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2f..%2fapp.py",
        "/static//etc/passwd",
        "/api/documents/..%2f1/pages/1",
        "/api/documents/1/pages/..%2f..%2fetc%2fpasswd",
        "/api/uploads/..%2f..%2fetc%2fpasswd",
        "/documents/%2e%2e%2fetc",
    ],
)
def test_paths_lead_nowhere_else(client: httpx.Client, path: str) -> None:
    # A client of our own: others tidy the path before they send it.
    connection = http.client.HTTPConnection(client.base_url.host, client.base_url.port)
    connection.request("GET", path)
    got = connection.getresponse()
    text = got.read().decode()
    connection.close()
    assert got.status in (404, 422)
    assert "root:" not in text
    assert "def make_app" not in text


def test_logins_lead_back_into_this_server_alone() -> None:
    assert login_path("/documents/3") == "/login?then=/documents/3"
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nset-cookie: x=y", ""):
        assert login_path(elsewhere) == "/login?then=/"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("scan.PDF", "scan.pdf"),
        ("../../etc/cron.d/x.pdf", "x.pdf"),
        ("..\\..\\x.tif", "x.tif"),
        ('a"; filename="b\r\nX: y.png', "a-filename-b-X-y.png"),
        ("…\0.jpg", "scan.jpg"),
        (".pdf", "scan.pdf"),
    ],
)
def test_names_of_uploads_are_names_of_files(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_uploads_land_in_the_inbox_and_nowhere_else(archive: Archive, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    app_state = app_state_for(archive.store, inbox=inbox, max_upload=100_000)
    with serving(app_state) as address, httpx.Client(base_url=address, headers=CSRF, trust_env=False) as client:
        sent = client.post("/api/uploads", files={"file": ("../../x.pdf", b"%PDF-1.4 few bytes")})
        assert sent.status_code == 202
        sha256 = sent.json()["sha256"]
        assert [path.name for path in inbox.iterdir()] == [f"{sha256[:12]}-x.pdf"]
        assert client.get(f"/api/uploads/{sha256}").json()["state"] == "waiting"
        assert client.post("/api/uploads", files={"file": ("x.exe", b"MZ")}).status_code == 415
        assert client.post("/api/uploads", files={"file": ("x.pdf", b"0" * 200_000)}).status_code == 413

        def endless():  # type: ignore[no-untyped-def]
            yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.pdf"\r\n\r\n'
            yield from (b"0" * 50_000 for _ in range(10))

        chunked = {"content-type": "multipart/form-data; boundary=b"}
        assert client.post("/api/uploads", content=endless(), headers=chunked).status_code in (400, 413)
        assert len(list(inbox.iterdir())) == 1


def test_without_an_inbox_uploads_say_what_to_do(client: httpx.Client) -> None:
    got = client.post("/api/uploads", files={"file": ("x.pdf", b"%PDF")})
    assert got.status_code == 503
    assert "--inbox" in got.json()["remedy"]


def test_bodies_are_bounded(client: httpx.Client) -> None:
    assert client.post("/api/queue", content=b" " * (2 << 20)).status_code == 413
    too_many = {"have": list(range(1, 10_000))}
    assert client.post("/api/queue", json=too_many).status_code == 422
    assert client.post("/api/queue", content=b"{").status_code == 422
    assert client.post("/api/queue", json={"tab": "a\r\nb"}).status_code == 422


def test_nothing_is_served_that_explains_itself_from_elsewhere(app_state: AppState, client: httpx.Client) -> None:
    assert client.get("/docs").status_code == 404
    assert client.get("/redoc").status_code == 404
    assert client.get("/api/openapi.json").json()["openapi"].startswith("3.1")
