"""What every answer of the server needs, made once as it starts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fastapi import Request

from digitizer.batch.scans import Scans
from digitizer.review.meanings import Meanings
from digitizer.store.database import Store


@dataclass(frozen=True, slots=True)
class Desk:
    """accounts: whether a login is needed; local_name: who it is where not; inbox: where uploads go, None: nowhere.

    max_upload: bytes; models: folders in which models may lie, each in one of its form's name.
    """

    store: Store
    scans: Scans
    meanings: Meanings
    accounts: bool
    local_name: str
    inbox: Path | None = None
    max_upload: int = 200 << 20
    models: tuple[Path, ...] = ()


def desk_of(request: Request) -> Desk:
    """The server's desk."""
    desk = request.app.state.desk
    assert isinstance(desk, Desk)
    return desk
