from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from digitizer.errors import UsageError
from digitizer.review.access import COOKIE, hash_password
from digitizer.store import people

from .conftest import Archive, app_state_for, serving

PASSWORD = "correct horse battery"


@pytest.fixture
def client(archive: Archive) -> Iterator[httpx.Client]:
    with archive.store.writing() as connection:
        people.put_user(connection, "ada", "operator", hash_password(PASSWORD))
        people.put_user(connection, "rex", "reviewer", hash_password(PASSWORD))
    app_state = app_state_for(archive.store, accounts=True)
    with serving(app_state) as address, httpx.Client(base_url=address, trust_env=False) as client:
        yield client


def log_in(client: httpx.Client, name: str = "ada", password: str = PASSWORD, **more: str) -> httpx.Response:
    return client.post("/login", data={"name": name, "password": password, **more})


def csrf(client: httpx.Client) -> dict[str, str]:
    return {"x-csrf-token": client.get("/api/me").json()["csrf"]}


def test_nothing_is_shown_to_strangers(client: httpx.Client) -> None:
    for path in ("/", "/documents", "/documents/1", "/sheets", "/dashboard", "/api"):
        got = client.get(path)
        assert got.status_code == 303
        assert got.headers["location"].startswith("/login?then=/")
    for path in ("/api/status", "/api/fields/1", "/api/documents/1/pages/1/picture.jpg", "/api/fields/1/crop.png"):
        assert client.get(path).status_code == 401
    assert client.post("/api/queue", json={}).status_code == 401
    assert client.get("/login").status_code == 200


def test_a_login_is_a_cookie_no_script_reads_and_a_token_for_changes(client: httpx.Client, archive: Archive) -> None:
    got = log_in(client, then="/documents")
    assert (got.status_code, got.headers["location"]) == (303, "/documents")
    cookie = got.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert client.get("/").status_code == 200
    body = [{"field": archive.field("borrower"), "version": 1, "value": "Ada"}]
    assert client.post("/api/corrections", json=body).status_code == 403, "no token"
    assert client.post("/api/corrections", json=body, headers={"x-csrf-token": "local"}).status_code == 403
    token = csrf(client)
    assert client.post("/api/corrections", json=body, headers=token).json()[0]["ok"]
    assert client.get(f"/api/fields/{body[0]['field']}/history").json()[0]["who"] == "ada"
    assert client.post("/logout", headers=token).status_code == 204
    client.cookies.set(COOKIE, re.findall(rf"{COOKIE}=([^;]+)", cookie)[0])
    assert client.get("/api/me").status_code == 401, "the old cookie is worth nothing"


def test_logins_are_few(client: httpx.Client) -> None:
    for _ in range(5):
        wrong = log_in(client, password="guess")
        assert wrong.status_code == 401
        assert "do not fit" in wrong.text
    assert log_in(client).status_code == 429
    assert COOKIE not in client.cookies


def test_unknown_names_and_removed_users_are_refused_alike(client: httpx.Client, archive: Archive) -> None:
    assert log_in(client, name="nobody").text == log_in(client, password="wrong").text
    log_in(client)
    with archive.store.writing() as connection:
        people.retire_user(connection, "ada")
    assert client.get("/api/me").status_code == 401
    assert log_in(client).status_code == 401


def test_operators_do_not_export(client: httpx.Client) -> None:
    log_in(client)
    assert client.get("/api/export").status_code == 403
    log_in(client, name="rex")
    got = client.get("/api/export", params={"format": "csv"})
    assert got.status_code == 200
    assert got.content[:2] == b"PK"
    assert 'filename="records.zip"' in got.headers["content-disposition"]


def test_programs_bring_a_key(client: httpx.Client, archive: Archive) -> None:
    with archive.store.writing() as connection:
        user = people.find_user(connection, "rex")
        assert user is not None
        key = people.make_token(connection, user, "nightly")
    bearer = {"authorization": f"Bearer {key}"}
    body = [{"field": archive.field("borrower"), "version": 1, "value": "Ada"}]
    assert client.post("/api/corrections", json=body, headers=bearer).json()[0]["ok"], "no token needed"
    assert client.get("/api/status", headers={"authorization": "Bearer wrong"}).status_code == 401
    lines = client.get("/api/export", headers=bearer).text.splitlines()
    assert len(lines) == 2
    with archive.store.writing() as connection:
        people.put_user(connection, "rex", "reviewer", hash_password("another password"))
    assert client.get("/api/status", headers=bearer).status_code == 401, "a new password ends old keys"


def test_sessions_end(client: httpx.Client, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "HOURS", -1)
    log_in(client)
    assert client.get("/api/me").status_code == 401


@pytest.mark.parametrize("name", ["", " ada", "a\nb", "x" * 101, "\0"])
def test_names_read_well(archive: Archive, name: str) -> None:
    with pytest.raises(UsageError), archive.store.writing() as connection:
        people.put_user(connection, name, "admin", "hash")
