from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from digitizer.review.access import hash_password
from digitizer.review.app_state import Plan
from digitizer.store import people

from .conftest import Archive, app_state_for, serving

Log = Callable[[str], httpx.Client]


@pytest.fixture
def people_of(archive: Archive) -> Iterator[Log]:
    """Operators by name, each with a key of their own, at a app_state where the borrower is keyed twice."""
    keys = {}
    with archive.store.writing() as connection:
        for name in ("ada", "bob", "cyd", "dan"):
            people.put_user(connection, name, "operator", hash_password("long enough"))
            user = people.find_user(connection, name)
            assert user is not None
            keys[name] = people.make_token(connection, user, "")
    app_state = app_state_for(archive.store, accounts=True, plan=Plan(frozenset({"borrower"}), 0.0, 0.5))
    opened = []
    with serving(app_state) as address:

        def log_in(name: str) -> httpx.Client:
            headers = {"authorization": f"Bearer {keys[name]}"}
            opened.append(httpx.Client(base_url=address, headers=headers, trust_env=False))
            return opened[-1]

        yield log_in
        for client in opened:
            client.close()


def given(client: httpx.Client, **more: object) -> list[dict[str, Any]]:
    got = client.post("/api/queue", json={"tab": "t", "limit": 100, **more}).json()["items"]
    client.post("/api/release", json={"tab": "t"})
    return list(got)


def answer(client: httpx.Client, item: dict[str, Any], value: object) -> dict[str, Any]:
    body = {name: item[name] for name in ("field", "version", "check")} | {"value": value}
    return dict(client.post("/api/corrections", json=[body]).json()[0])


def of(items: list[dict[str, Any]], field: int) -> dict[str, Any]:
    return next(item for item in items if item["field"] == field)


def test_two_who_key_the_same_settle_a_value(people_of: Log, archive: Archive) -> None:
    ada, bob, field = people_of("ada"), people_of("bob"), archive.field("borrower")
    assert answer(ada, of(given(ada), field), "Zoe Moller")["ok"]
    assert field not in [item["field"] for item in given(ada)], "nobody keys a value twice"
    item = of(given(bob), field)
    assert (item["check"], item["value"], item["text"], item["readings"]) == ("second", "", "", [])
    assert [reason["word"] for reason in item["reasons"]] == ["second"]
    assert answer(bob, item, "Zoe  Moller")["ok"]
    assert answer(bob, item, "Zoe Moller")["ok"], "sent again, it counts once"
    for name in ("ada", "bob", "cyd"):
        assert field not in [one["field"] for one in given(people_of(name)) if one["check"] in ("second", "third")]
    said = ada.get(f"/api/fields/{field}/history").json()
    assert [one["who"] for one in said] == ["ada"], "the second answer changes nothing"
    assert "ada" in ada.get("/dashboard").text


def test_a_third_settles_what_two_key_differently(people_of: Log, archive: Archive) -> None:
    ada, bob, cyd, field = people_of("ada"), people_of("bob"), people_of("cyd"), archive.field("borrower")
    answer(ada, of(given(ada), field), "Zoe Moller")
    second = of(given(bob), field)
    assert answer(bob, second, "Zoe Muller")["ok"]
    undo = bob.post("/api/undo", json=[{"field": field, "version": 2}]).json()[0]
    assert (undo["ok"], "not taken back" in undo["message"]) == (False, True)
    assert not answer(bob, second, "Something else")["ok"], "a second answer is given once"
    assert field not in [item["field"] for item in given(ada)]
    item = of(given(cyd), field)
    assert (item["check"], item["value"], item["readings"]) == ("third", "", ["Zoe Moller", "Zoe Muller"])
    assert answer(cyd, item, "Zoe Muller")["ok"]
    said = ada.get(f"/api/fields/{field}/history").json()
    assert [(one["who"], one["after"], one["why"]) for one in said] == [
        ("ada", "Zoe Moller", ""), ("cyd", "Zoe Muller", "third pass"),
    ]  # fmt: skip
    told = ada.get("/api/status").json()["errors"]
    assert [(one["who"], one["asked"], one["wrong"]) for one in told] == [("ada", 1, 1), ("bob", 1, 0)]


def test_an_answer_taken_back_needs_no_second(people_of: Log, archive: Archive) -> None:
    ada, bob, field = people_of("ada"), people_of("bob"), archive.field("borrower")
    answer(ada, of(given(ada), field), "Zoe Moller")
    assert ada.post("/api/undo", json=[{"field": field, "version": 2}]).json()[0]["ok"]
    item = of(given(bob), field)
    assert (item["check"], item["value"]) == ("", "Zoe Miller 1"), "it waits as it did before"


def test_known_answers_measure_and_change_nothing(people_of: Log, archive: Archive) -> None:
    ada, bob, dan, field = people_of("ada"), people_of("bob"), people_of("dan"), archive.field("borrower")
    answer(ada, of(given(ada), field), "Zoe Moller")
    answer(bob, of(given(bob), field), "Zoe Moller")
    for skipped in range(20):
        known = [item for item in given(dan, skipped=list(range(1000, 1000 + skipped))) if item["check"] == "known"]
        if known:
            break
    assert [item["field"] for item in known] == [field]
    assert known[0]["value"] == "Zoe Miller 1", "as it was first read"
    assert answer(dan, known[0], "Zoe Miller 1")["ok"]
    assert answer(dan, known[0], "Zoe Miller 1")["ok"]
    assert ada.get(f"/api/fields/{field}").json()["value"] == "Zoe Moller"
    assert len(ada.get(f"/api/fields/{field}/history").json()) == 1
    told = {one["who"]: (one["asked"], one["wrong"]) for one in ada.get("/api/status").json()["errors"]}
    assert told["dan"] == (1, 1)
    assert not [item for item in given(ada) if item["check"] == "known"], "not what they answered themselves"


def test_a_second_pass_takes_people_who_log_in(archive: Archive) -> None:
    from digitizer.cli.review import ReviewOptions, serve
    from digitizer.errors import UsageError

    with pytest.raises(UsageError, match="people who log in"):
        serve(ReviewOptions(str(archive.folder / "archive.db"), "127.0.0.1", 0, second=("borrower",)))
