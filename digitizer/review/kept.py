"""A result that takes a while, kept the longer the longer it took, and reckoned by one at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

Result = TypeVar("Result")
_TIMES = 20
"""For so many times what it took to reckon it, a result is kept."""


class Kept(Generic[Result]):
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
