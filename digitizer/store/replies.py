"""Replies to requests that bear a key, so that one sent twice is done once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from digitizer.store import schema
from digitizer.store.database import Store, moment, now

HOURS = 24
"""How long a reply is kept."""
_STUCK_MINUTES = 10
"""After so long a request without a reply was cut off, and may be sent again."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered. status 0: nothing yet; digest: of the request's body."""

    digest: str
    status: int
    kind: str
    body: bytes


def begin_reply(store: Store, key: str, digest: str) -> Reply | None:
    """The reply to the request of that key; None where there is none, and who asks is to do the work."""
    with store.writing() as connection:
        _forget_old(connection)
    try:
        with store.writing() as connection:
            row = {"key": key, "digest": digest, "status": 0, "kind": "", "body": b"", "at": now()}
            connection.execute(insert(schema.replies), row)
    except IntegrityError:
        with store.reading() as connection:
            found = connection.execute(select(schema.replies).where(schema.replies.c.key == key)).first()
        return Reply(found.digest, found.status, found.kind, bytes(found.body)) if found is not None else None
    return None


def end_reply(store: Store, key: str, reply: Reply | None) -> None:
    """Keeps the reply; None: the work failed and may be tried again under the same key."""
    t = schema.replies
    with store.writing() as connection:
        if reply is None:
            connection.execute(delete(t).where(t.c.key == key))
            return
        values = {"status": reply.status, "kind": reply.kind, "body": reply.body}
        connection.execute(update(t).where(t.c.key == key).values(**values))


def _forget_old(connection: Connection) -> None:
    t, instant = schema.replies, datetime.now(UTC)
    connection.execute(delete(t).where(t.c.at < moment(instant - timedelta(hours=HOURS))))
    stuck = moment(instant - timedelta(minutes=_STUCK_MINUTES))
    connection.execute(delete(t).where(t.c.status == 0, t.c.at < stuck))
