"""Who works on which document, and who has which value on the screen.

Both end by themselves, so that a closed laptop keeps nothing from others; on the same machine a lease ends with the
process that held it.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, delete, or_, select, text, update

from digitizer.store import schema
from digitizer.store.database import insert_of, moment

LEASE_SECONDS = 900
"""How long a lease holds without being renewed; many times what a page may take."""


def this_process() -> str:
    """A name that no other process bears, here or elsewhere."""
    return f"{_machine()}:{os.getpid()}:{_started(os.getpid())}"


def take(connection: Connection, document: int, owner: str) -> bool:
    """Takes the document for the owner, unless another works on it."""
    t = schema.leases
    now = datetime.now(UTC)
    row = {"document_id": document, "owner": owner, "until": moment(now + timedelta(seconds=LEASE_SECONDS))}
    statement = insert_of(connection, t).values(row)
    free = or_(t.c.owner == owner, t.c.until < moment(now))
    taken = statement.on_conflict_do_update(
        index_elements=["document_id"], set_={"owner": owner, "until": row["until"]}, where=free
    )
    connection.execute(taken)
    return holds(connection, document, owner)


def holds(connection: Connection, document: int, owner: str) -> bool:
    """Whether the owner still has the document; another may have taken it from a process that stood still too long."""
    t = schema.leases
    return connection.execute(select(t.c.owner).where(t.c.document_id == document)).scalar() == owner


def renew(connection: Connection, owner: str) -> None:
    """Lets all leases of the owner, and of those whose name begins with OWNER/, hold on."""
    until = moment(datetime.now(UTC) + timedelta(seconds=LEASE_SECONDS))
    connection.execute(update(schema.leases).where(_of(owner)).values(until=until))


def release(connection: Connection, document: int) -> None:
    """Gives a document back."""
    connection.execute(delete(schema.leases).where(schema.leases.c.document_id == document))


def release_all(connection: Connection, owner: str) -> None:
    """Gives back all that the owner has, and those whose name begins with OWNER/."""
    connection.execute(delete(schema.leases).where(_of(owner)))


def release_dead(connection: Connection) -> None:
    """Gives back what processes of this machine had that no longer run."""
    owners = connection.execute(select(schema.leases.c.owner).distinct()).scalars().all()
    for owner in owners:
        machine, _, process = owner.partition(":")
        pid, _, started = process.partition(":")
        # Behind the process there may be which of its tasks it was.
        if machine == _machine() and _started(int(pid)) != started.partition("/")[0]:
            release_all(connection, owner)


def _of(owner: str) -> ColumnElement[bool]:
    t = schema.leases
    return or_(t.c.owner == owner, t.c.owner.startswith(f"{owner}/", autoescape=True))


def _machine() -> str:
    """The host and, since containers may share its name, the process namespace."""
    space = Path("/proc/self/ns/pid")
    return f"{socket.gethostname()}/{space.readlink() if space.is_symlink() else ''}".replace(":", "")


def _started(pid: int) -> str:
    """When a process was started, in the kernel's ticks, since its number is used again; '' where there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]


HOLD_SECONDS = 300
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
    until = moment(now + timedelta(seconds=HOLD_SECONDS))
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
