"""What every answer of the server needs, made once as it starts."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import Request

from digitizer.batch.scans import Scans
from digitizer.review.budget import Budget
from digitizer.review.kept import Kept
from digitizer.review.meanings import Meanings
from digitizer.settings import Settings
from digitizer.store.database import Store


@dataclass(frozen=True, slots=True)
class Plan:
    """What is keyed twice. fields: always, as name or table.column; share: of all others, 0 to 1.

    known: share of values given out whose answer is known.
    """

    fields: frozenset[str] = frozenset()
    share: float = 0.0
    known: float = 0.0


@dataclass(frozen=True, slots=True)
class Desk:
    """accounts: whether a login is needed; local_name: who it is where not; inbox: where uploads go, None: nowhere.

    max_upload: bytes; models: folders in which models may lie, each in one of its form's name; settings: for reading
    a part of a page again; curve: of the budget, as last reckoned; reading: held while a part is read, one at a time.
    """

    store: Store
    scans: Scans
    meanings: Meanings
    accounts: bool
    local_name: str
    inbox: Path | None = None
    max_upload: int = 200 << 20
    models: tuple[Path, ...] = ()
    plan: Plan = Plan()
    settings: Settings = field(default_factory=Settings)
    curve: Kept[Budget] = field(default_factory=Kept)
    reading: threading.Lock = field(default_factory=threading.Lock)


def desk_of(request: Request) -> Desk:
    """The server's desk."""
    desk = request.app.state.desk
    assert isinstance(desk, Desk)
    return desk
