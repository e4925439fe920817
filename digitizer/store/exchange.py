"""What passes between the server and other programs: events they want to know of, and replies given once.

Events are noted with the work itself and delivered afterwards; a request that bears a key is done once however often
it is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from digitizer.store import schema
from digitizer.store.database import Store, insert_one, moment, now

Kind = Literal["digitized", "reviewed"]
SETTLED_SECONDS = 2.0
"""Events younger than this wait: on PostgreSQL one with a smaller number may still be on its way."""


@dataclass(frozen=True, slots=True)
class Event:
    """Of a document: digitized, or reviewed (nothing of it waits for a person any more)."""

    id: int
    at: str
    kind: Kind
    document: int
    name: str
    sha256: str
    state: str
    pages: int
    doubts: int


@dataclass(frozen=True, slots=True)
class Hook:
    """Where events are told. secret: with which they are signed; after: the last event that was delivered."""

    id: int
    url: str
    secret: str
    after: int


def note(connection: Connection, kind: Kind, document: int) -> None:
    """Notes an event in the transaction that brings it about."""
    connection.execute(insert(schema.events), {"at": now(), "kind": kind, "document_id": document})


def note_reviewed(connection: Connection, documents: Sequence[int]) -> None:
    """Notes those of the documents of which nothing waits for a person any more."""
    f, r = schema.fields, schema.records
    query = select(r.c.document_id).join(f, f.c.record_id == r.c.id)
    waiting = connection.execute(query.where(r.c.document_id.in_(documents), f.c.status == "review").distinct())
    for document in sorted(set(documents) - set(waiting.scalars())):
        note(connection, "reviewed", document)


def events_after(connection: Connection, after: int, limit: int = 20) -> list[Event]:
    """The next events, in the order in which they were noted."""
    e, d, r, f = schema.events, schema.documents, schema.records, schema.fields
    doubts = select(func.count()).select_from(f).join(r, f.c.record_id == r.c.id)
    waiting = doubts.where(r.c.document_id == d.c.id, f.c.status == "review").scalar_subquery()
    settled = moment(datetime.now(UTC) - timedelta(seconds=SETTLED_SECONDS))
    query = (
        select(e.c.id, e.c.at, e.c.kind, d.c.id.label("document"), d.c.name, d.c.sha256, d.c.state, d.c.pages, waiting)
        .join(d, e.c.document_id == d.c.id)
        .where(e.c.id > after, e.c.at < settled)
        .order_by(e.c.id)
        .limit(limit)
    )
    return [Event(*row) for row in connection.execute(query)]


def add_hook(connection: Connection, url: str, secret: str) -> int:
    """A hook that is told all that happens from now on; returns its number."""
    last = connection.execute(select(func.max(schema.events.c.id))).scalar() or 0
    return insert_one(connection, schema.hooks, {"url": url, "secret": secret, "after": last, "created": now()})


def hooks(connection: Connection) -> list[Hook]:
    """All hooks, in the order in which they were added."""
    t = schema.hooks
    rows = connection.execute(select(t).order_by(t.c.id))
    return [Hook(row.id, row.url, row.secret, row.after) for row in rows]


def remove_hook(connection: Connection, hook: int) -> bool:
    """Tells a hook no more; returns whether there was one."""
    return connection.execute(delete(schema.hooks).where(schema.hooks.c.id == hook)).rowcount == 1


def delivered(connection: Connection, hook: int, event: int) -> None:
    """Notes how far a hook has been told."""
    connection.execute(update(schema.hooks).where(schema.hooks.c.id == hook).values(after=event))


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
