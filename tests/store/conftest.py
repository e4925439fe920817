from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from digitizer.store.database import Store, open_store

POSTGRES = "DIGITIZER_TEST_POSTGRES"
"""The environment variable with the URL of a PostgreSQL database whose tables the tests may drop."""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store that does not exist yet."""
    if request.param == "sqlite":
        return str(tmp_path / "archive.db")
    pytest.importorskip("psycopg", reason="the extra postgres is not installed")
    place = os.environ.get(POSTGRES)
    if not place:
        pytest.skip(f"{POSTGRES} does not name a database to test on")
    engine = create_engine(place.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return place


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as store:
        yield store
