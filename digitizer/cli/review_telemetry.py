"""What the review server does, in numbers for Prometheus. They never hold a field's value, nor who asked."""

from __future__ import annotations

import time
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digitizer.store.corrections import count_corrections
from digitizer.store.database import Store
from digitizer.store.questions import count_doubts

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
"""Bounds of the histogram of requests."""


class Counting:
    """An application with every request counted and timed by its route."""

    def __init__(self, app: ASGIApp, store: Store, registry: CollectorRegistry) -> None:
        self._app = app
        of, to = ["route"], registry
        self._requests = Counter("digitizer_requests", "Requests by route and status.", [*of, "status"], registry=to)
        self._seconds = Histogram(
            "digitizer_request_seconds", "Seconds of a request.", of, buckets=SECONDS, registry=to
        )
        waiting = Gauge("digitizer_queue_values", "Values that wait for a person.", registry=to)
        waiting.set_function(lambda: _ask(store, count_doubts))
        said = Gauge("digitizer_corrections", "What people have said about values so far.", registry=to)
        said.set_function(lambda: _ask(store, count_corrections))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun, status = time.perf_counter(), 500

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            # By the route's pattern: a path names documents, and each would be a series of its own.
            route = str(getattr(scope.get("route"), "path", "other"))
            self._requests.labels(route, str(status)).inc()
            self._seconds.labels(route).observe(time.perf_counter() - begun)


def _ask(store: Store, question: Any) -> float:
    with store.reading() as connection:
        return float(question(connection))
