from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import empty_postgres

from digitizer.store.database import Store, open_store


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store that does not exist yet."""
    if request.param == "sqlite":
        return str(tmp_path / "archive.db")
    return empty_postgres()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as store:
        yield store
