"""What every answer of the server needs, made once as it starts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from fastapi import Request

from digitizer.batch.scans import Scans
from digitizer.review.budget import Budget
from digitizer.review.meanings import Meanings
from digitizer.settings import Settings
from digitizer.store.database import Store

Result = TypeVar("Result")
_TIMES = 20
"""For so many times what it took to reckon it, a result is kept."""


class SlowResult(Generic[Result]):
    """The last result, while it is fresh."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._result: Result | None = None
        self._until = 0.0

    def get(self, reckon: Callable[[], Result]) -> Result:
        """The result; reckoned where there is none that is fresh. Others wait for who reckons it."""
        with self._lock:
            began = time.monotonic()
            if self._result is None or began >= self._until:
                self._result = reckon()
                done = time.monotonic()
                self._until = done + _TIMES * (done - began)
            return self._result


@dataclass(frozen=True, slots=True)
class Plan:
    """What is keyed twice. fields: always, as name or table.column; share: of all others, 0 to 1.

    known: share of values given out whose answer is known.
    """

    fields: frozenset[str] = frozenset()
    share: float = 0.0
    known: float = 0.0


@dataclass(frozen=True, slots=True)
class AppState:
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
    curve: SlowResult[Budget] = field(default_factory=SlowResult)
    reading: threading.Lock = field(default_factory=threading.Lock)


def app_state_of(request: Request) -> AppState:
    """What the server keeps."""
    app_state = request.app.state.app_state
    assert isinstance(app_state, AppState)
    return app_state
