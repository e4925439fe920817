"""What a run does to a document, stage by stage, with the time each took: for logs and metrics."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

T = TypeVar("T")

StageName = Literal["probe", "read", "assemble", "store"]


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage done, or failed. page: counted from 1, 0 where the whole document is meant; failure: kind of the problem.

    seconds: what the work took in its worker, without waiting for one; 0 where it failed. It never holds a value.
    """

    name: StageName
    document: str
    page: int = 0
    seconds: float = 0.0
    failure: str = ""


OnStage = Callable[[Stage], None]


@dataclass(frozen=True, slots=True)
class Timed(Generic[T]):
    """A result and how many seconds it took."""

    result: T
    seconds: float


def timed(function: Callable[..., T], *args: object) -> Timed[T]:
    """Calls the function, in a worker, and takes the time."""
    begun = time.perf_counter()
    result = function(*args)
    return Timed(result, time.perf_counter() - begun)
