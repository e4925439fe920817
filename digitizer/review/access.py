"""Who asks: nobody need say so on one's own machine; anywhere else a login or a key is needed, and a role."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from fastapi import Depends, HTTPException, Request

from digitizer.review import strings
from digitizer.review.app_state import AppState, app_state_of
from digitizer.store.people import ROLES, Role, session_of, user_of_token

COOKIE = "digitizer_session"
LOCAL_CSRF = "local"
"""The token where there are no logins: no other site can set the header that carries it."""
_TRIES, _WINDOW = 5, 300.0
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks. csrf: what changes must bring; '' where a key, which no browser sends by itself, was given."""

    name: str
    role: Role
    csrf: str

    def may(self, role: Role) -> bool:
        return ROLES.index(self.role) >= ROLES.index(role)


def whoever(request: Request) -> Person | None:
    """Who asks, or None where a login is needed."""
    app_state = app_state_of(request)
    if not app_state.accounts:
        return Person(app_state.local_name, "admin", LOCAL_CSRF)
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    with app_state.store.reading() as connection:
        if scheme.lower() == "bearer" and key:
            user = user_of_token(connection, key.strip())
            return Person(user.name, user.role, "") if user else None
        session = session_of(connection, request.cookies.get(COOKIE, ""))
    return Person(session.user.name, session.user.role, session.csrf) if session else None


def person(request: Request) -> Person:
    """Who asks; changes need the session's token besides.

    Raises:
        HTTPException: 401 nobody that is known, 403 without the token.
    """
    found = whoever(request)
    if found is None:
        raise HTTPException(401, strings.NOT_LOGGED_IN)
    if request.method not in ("GET", "HEAD") and found.csrf and request.headers.get("x-csrf-token") != found.csrf:
        raise HTTPException(403, strings.NO_TOKEN)
    return found


def at_least(role: Role) -> Callable[[Person], Person]:
    """A dependency: who asks, where their role is this one or above it; 403 for anyone else."""

    def asks(found: Annotated[Person, Depends(person)]) -> Person:
        if not found.may(role):
            raise HTTPException(403, strings.NOT_ALLOWED)
        return found

    return asks


Anyone = Annotated[Person, Depends(person)]
Reviewer = Annotated[Person, Depends(at_least("reviewer"))]
Admin = Annotated[Person, Depends(at_least("admin"))]
AppStateHere = Annotated[AppState, Depends(app_state_of)]


class LoginThrottle:
    """Counts failed logins by name and by address; lets nobody try more than a few times in five minutes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failed: OrderedDict[str, deque[float]] = OrderedDict()

    def refuses(self, *who: str) -> bool:
        """Whether one of these has failed too often lately."""
        now = time.monotonic()
        with self._lock:
            return any(len(self._lately(one, now)) >= _TRIES for one in who)

    def failed(self, *who: str) -> None:
        """Notes a failed login."""
        now = time.monotonic()
        with self._lock:
            for one in who:
                self._lately(one, now).append(now)
            while len(self._failed) > _REMEMBERED:
                self._failed.popitem(last=False)

    def _lately(self, who: str, now: float) -> deque[float]:
        times = self._failed.setdefault(who, deque())
        while times and times[0] < now - _WINDOW:
            times.popleft()
        return times


_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash("nobody has this password")


def hash_password(password: str) -> str:
    """What the store keeps of a password."""
    return _HASHER.hash(password)


def fits(hashed: str | None, password: str) -> bool:
    """Whether it is the password; takes as long where there is no such user."""
    try:
        return _HASHER.verify(hashed or _NOBODY, password) and hashed is not None
    except (Argon2Error, InvalidHashError):
        return False
