"""The whole API against its own description: whatever is sent, nothing breaks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from digitizer.review.access import hash_password
from digitizer.review.app import make_app
from digitizer.review.app_state import AppState
from digitizer.store import people

from .conftest import Archive, app_state_for, serving

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")
FEW = settings(
    max_examples=10,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
REFUSED = (400, 401, 403, 404, 405, 413, 422)


@pytest.mark.slow
@pytest.mark.parametrize("who", ["local", "key", "stranger"])
def test_nothing_that_is_sent_breaks_the_api(archive: Archive, monkeypatch: pytest.MonkeyPatch, who: str) -> None:
    monkeypatch.setattr("digitizer.pipeline.read_region", lambda image, box, settings: "May 6, 2024")
    headers = headers_for(archive, who)
    inbox = archive.folder / "inbox"
    inbox.mkdir()
    app_state = app_state_for(archive.store, accounts=who != "local", inbox=inbox)
    tried = set()
    with serving(app_state) as address:
        for operation in operations(app_state):

            @FEW
            @given(case=operation.as_strategy())
            def ask(case: Any) -> None:
                answer = case.call(base_url=address, headers=headers, timeout=60)
                assert answer.status_code < 500, case.as_curl_command()
                assert who != "stranger" or answer.status_code in REFUSED, case.as_curl_command()

            ask()
            tried.add(operation.label)
    assert "POST /api/corrections" in tried
    assert len(tried) >= 27


def operations(app_state: AppState) -> list[Any]:
    """Every call of the API; the slowest are those that give pictures."""
    loaded = schemathesis.openapi.from_dict(make_app(app_state).openapi())
    return [found.ok() for found in loaded.get_all_operations()]


def headers_for(archive: Archive, who: str) -> dict[str, str]:
    if who == "stranger":
        return {}
    if who == "local":
        return {"x-csrf-token": "local"}
    with archive.store.writing() as connection:
        people.put_user(connection, "ada", "admin", hash_password("long enough"))
        user = people.find_user(connection, "ada")
        assert user is not None
        return {"authorization": f"Bearer {people.make_token(connection, user, '')}"}
