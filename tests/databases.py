"""A PostgreSQL database to test on, where there is one."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import create_engine, text

POSTGRES = "DIGITIZER_TEST_POSTGRES"
"""The environment variable with the URL of a PostgreSQL database whose tables the tests may drop."""


def empty_postgres() -> str:
    """The URL of the database, emptied; the test is skipped where there is none."""
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
