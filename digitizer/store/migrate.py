"""Brings a store's tables to this version's. Alembic is imported only where there is something to do."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from digitizer.errors import UsageError

HEAD = "0007"
"""The newest migration."""

_LOCK = 4_364_001
"""A number that only this program locks on PostgreSQL while it migrates."""


def migrate(connection: Connection) -> None:
    """Runs the migrations that are missing, in the transaction that the connection is in.

    Raises:
        UsageError: a newer version made the store, or it is a database of something else.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    tables = set(inspect(connection).get_table_names())
    found = None
    if "alembic_version" in tables:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    elif tables:
        raise UsageError(f"{connection.engine.url.database}: a database of something else", "choose another --store")
    if found == HEAD:
        return
    if found is not None and found > HEAD:
        raise UsageError(f"the store was made by a newer version (tables {found})", "install a newer digitizer")
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
