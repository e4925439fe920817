"""Users, their sessions and the keys of their programs. Passwords come in hashed, cookies and keys as digests only."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, delete, insert, select, update

from digitizer.errors import UsageError
from digitizer.store import schema
from digitizer.store.database import clean, moment, now

Role = Literal["operator", "reviewer", "admin"]
ROLES: tuple[Role, ...] = ("operator", "reviewer", "admin")
"""Each may do what those before it may."""
HOURS = 12
"""How long a login holds."""


@dataclass(frozen=True, slots=True)
class User:
    """Someone who may review. password: the argon2 hash."""

    id: int
    name: str
    role: Role
    password: str
    active: bool


@dataclass(frozen=True, slots=True)
class Session:
    """A login. csrf: what every change must bring with it."""

    user: User
    csrf: str


def put_user(connection: Connection, name: str, role: Role, password: str) -> None:
    """Adds a user, or gives the one of that name another role and password; old logins and keys end.

    Raises:
        UsageError: a name that would not read well in a history.
    """
    if not name.strip() or name != clean(name).strip() or len(name) > 100 or not name.isprintable():
        raise UsageError(f"{name!r}: not a name for a user", "use 1 to 100 letters, digits, spaces or signs")
    t = schema.users
    found = find_user(connection, name)
    values = {"role": role, "password": password, "active": True}
    if found is None:
        connection.execute(insert(t), {"name": name, "created": now(), **values})
        return
    connection.execute(update(t).where(t.c.id == found.id).values(**values))
    _end_all(connection, found.id)


def retire_user(connection: Connection, name: str) -> None:
    """Lets a user in no more; what the user said stays, with the name.

    Raises:
        UsageError: there is none.
    """
    found = find_user(connection, name)
    if found is None:
        raise UsageError(f"no user {name}", "digitizer users list shows them")
    connection.execute(update(schema.users).where(schema.users.c.id == found.id).values(active=False))
    _end_all(connection, found.id)


def users(connection: Connection) -> list[User]:
    """All users, by name."""
    t = schema.users
    return [_user(row) for row in connection.execute(select(t).order_by(t.c.name))]


def find_user(connection: Connection, name: str) -> User | None:
    """The user of that name, active or not."""
    row = connection.execute(select(schema.users).where(schema.users.c.name == name)).first()
    return _user(row) if row is not None else None


def begin_session(connection: Connection, user: User) -> str:
    """Logs a user in; returns what the cookie holds."""
    key, t = secrets.token_urlsafe(32), schema.sessions
    connection.execute(delete(t).where(t.c.until < now()))
    until = moment(datetime.now(UTC) + timedelta(hours=HOURS))
    row = {"user_id": user.id, "digest": _digest(key), "csrf": secrets.token_urlsafe(32), "until": until}
    connection.execute(insert(t), row)
    return key


def session_of(connection: Connection, key: str) -> Session | None:
    """The login that a cookie stands for, if it still holds."""
    s, u = schema.sessions, schema.users
    query = select(u, s.c.csrf).join(s, s.c.user_id == u.c.id)
    row = connection.execute(query.where(s.c.digest == _digest(key), s.c.until >= now(), u.c.active)).first()
    return Session(_user(row), row.csrf) if row is not None else None


def end_session(connection: Connection, key: str) -> None:
    """Logs out."""
    connection.execute(delete(schema.sessions).where(schema.sessions.c.digest == _digest(key)))


def make_token(connection: Connection, user: User, label: str) -> str:
    """A key with which a program acts as the user; it can never be shown again."""
    key = secrets.token_urlsafe(32)
    row = {"user_id": user.id, "digest": _digest(key), "label": clean(label), "created": now()}
    connection.execute(insert(schema.tokens), row)
    return key


def user_of_token(connection: Connection, key: str) -> User | None:
    """Whose program a key belongs to."""
    t, u = schema.tokens, schema.users
    query = select(u).join(t, t.c.user_id == u.c.id).where(t.c.digest == _digest(key), u.c.active)
    row = connection.execute(query).first()
    return _user(row) if row is not None else None


def _end_all(connection: Connection, user: int) -> None:
    for table in (schema.sessions, schema.tokens):
        connection.execute(delete(table).where(table.c.user_id == user))


def _digest(key: str) -> str:
    # The keys are 256 random bits: nothing slower than SHA-256 would guard them better.
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def _user(row: object) -> User:
    return User(row.id, row.name, row.role, row.password, row.active)  # type: ignore[attr-defined]
