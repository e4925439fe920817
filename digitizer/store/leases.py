"""Who works on which document. A lease ends by itself; on the same machine it ends with the process that held it."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, delete, or_, select, update

from digitizer.store import schema
from digitizer.store.database import moment
from digitizer.store.upsert import insert_of

SECONDS = 900
"""How long a lease holds without being renewed; many times what a page may take."""


def this_process() -> str:
    """A name that no other process bears, here or elsewhere."""
    return f"{_machine()}:{os.getpid()}:{_started(os.getpid())}"


def take(connection: Connection, document: int, owner: str) -> bool:
    """Takes the document for the owner, unless another works on it."""
    t = schema.leases
    now = datetime.now(UTC)
    row = {"document_id": document, "owner": owner, "until": moment(now + timedelta(seconds=SECONDS))}
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
    until = moment(datetime.now(UTC) + timedelta(seconds=SECONDS))
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
