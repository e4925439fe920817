"""Who has which value on the screen. A hold ends by itself, so that a closed laptop keeps nothing from others."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, or_, select, text

from digitizer.store import schema
from digitizer.store.database import moment
from digitizer.store.upsert import insert_of

SECONDS = 300
"""How long a value is kept for an operator who does not come back for more."""

_LOCK = 4_364_002
"""A number that only this program locks on PostgreSQL while it gives out values."""


def one_at_a_time(connection: Connection) -> None:
    """Lets others who look for free values wait until the end of this transaction, as all writers do on SQLite.

    Of two who found the same values the second would be left with none of them, and see an empty queue.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def hold(connection: Connection, fields: Collection[int], owner: str) -> set[int]:
    """Holds those of the values that no other holds, or holds them longer; returns which the owner now has."""
    t = schema.holds
    if not fields:
        return set()
    now = datetime.now(UTC)
    until = moment(now + timedelta(seconds=SECONDS))
    statement = insert_of(connection, t)
    free = or_(t.c.owner == owner, t.c.until < moment(now))
    taking = statement.on_conflict_do_update(
        index_elements=["field_id"], set_={"owner": owner, "until": until}, where=free
    )
    f = schema.fields
    # In the order of their numbers: two who hold some of the same values wait for each other, never both in vain.
    there = connection.execute(select(f.c.id).where(f.c.id.in_(fields)).order_by(f.c.id)).scalars().all()
    if there:
        connection.execute(taking, [{"field_id": field, "owner": owner, "until": until} for field in there])
    held = select(t.c.field_id).where(t.c.field_id.in_(there), t.c.owner == owner)
    return set(connection.execute(held).scalars())


def let_go(connection: Connection, fields: Collection[int], owner: str = "") -> None:
    """Gives values back, of that owner or of whoever has them."""
    t = schema.holds
    if fields:
        mine = [t.c.owner == owner] if owner else []
        connection.execute(delete(t).where(t.c.field_id.in_(fields), *mine))


def let_all_go(connection: Connection, owner: str) -> None:
    """Gives back all that the owner has, as when a window closes."""
    connection.execute(delete(schema.holds).where(schema.holds.c.owner == owner))
