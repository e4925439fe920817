"""What a batch does, for machines: JSON lines to a file, numbers to Prometheus. Neither ever holds a field's value."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from digitizer.batch.archive import FinishedDocument
from digitizer.batch.steps import Stage
from digitizer.errors import UsageError

HOST = "127.0.0.1"
SECONDS = (0.01, 0.03, 0.1, 0.3, 1, 2, 3, 5, 10, 30, 100)
"""Bounds of the histogram of stages."""


class Telemetry:
    """Told of all that happens; tells it on where that was asked for. Without a log and a registry it tells nobody."""

    def __init__(self, log: Any = None, registry: CollectorRegistry | None = None) -> None:
        self._log = log
        # Metrics of a registry that nobody asks cost nothing worth a second code path.
        to = registry or CollectorRegistry()
        self._pages = Counter("digitizer_pages", "Pages read or failed in this process.", ["result"], registry=to)
        self._documents = Counter("digitizer_documents", "Documents done with, by state.", ["state"], registry=to)
        self._failures = Counter("digitizer_failures", "Failures of documents and pages.", ["kind"], registry=to)
        self._queue = Gauge("digitizer_queue_documents", "Sources that are still to do.", registry=to)
        self._seconds = Histogram(
            "digitizer_stage_seconds", "Seconds of work by stage.", ["stage"], buckets=SECONDS, registry=to
        )

    def begun(self, source: str, left: int) -> None:
        """A run begins. left: sources to do."""
        self._queue.set(left)
        self._write("run begun", source=source, left=left)

    def stage(self, stage: Stage) -> None:
        """A stage of a document is done or has failed."""
        page: dict[str, Any] = {"page": stage.page} if stage.page else {}
        if stage.failure:
            self._failures.labels(stage.failure).inc()
            if stage.page:
                self._pages.labels("failed").inc()
            # The kind alone: a message may quote what stands on the page.
            self._write(f"{stage.name} failed", "error", document=stage.document, **page, kind=stage.failure)
            return
        self._seconds.labels(stage.name).observe(stage.seconds)
        if stage.page:
            self._pages.labels("read").inc()
        self._write(stage.name, document=stage.document, **page, seconds=round(stage.seconds, 4))

    def settled(self, settled: FinishedDocument) -> None:
        """A document is done with."""
        self._queue.dec(len(settled.paths))
        self._documents.labels(settled.state).inc()
        told: dict[str, Any] = {"state": settled.state, "pages": settled.pages, "failures": len(settled.failures)}
        self._write("document", document=settled.name, **told, fresh=settled.fresh)

    def ended(self, interrupted: bool = False) -> None:
        """The run is over."""
        self._write("run interrupted" if interrupted else "run ended")

    def _write(self, event: str, level: str = "info", **told: object) -> None:
        if self._log is not None:
            getattr(self._log, level)(event, **told)


@contextlib.contextmanager
def open_telemetry(log: Path | None = None, metrics: str = "") -> Iterator[Telemetry]:
    """For the length of the block. log: a file to append to; metrics: [HOST:]PORT to serve numbers at.

    Raises:
        UsageError: the file cannot be written, or the port is none or taken.
    """
    with contextlib.ExitStack() as stack:
        logger, registry = None, None
        if log is not None:
            try:
                file = stack.enter_context(log.open("a", encoding="utf-8"))
            except OSError as error:
                raise UsageError(f"{log}: cannot be written ({error.strerror})", "choose another --log") from error
            processors: list[Any] = [
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ]
            logger = structlog.wrap_logger(structlog.WriteLogger(file), processors=processors)
        if metrics:
            registry = CollectorRegistry()
            stack.callback(serve_numbers(metrics, registry).close)
        yield Telemetry(logger, registry)


def serve_numbers(place: str, registry: CollectorRegistry) -> contextlib.ExitStack:
    """Serves the registry at [HOST:]PORT; closing the result ends that.

    Raises:
        UsageError: the port is none or taken.
    """
    host, _, port = place.rpartition(":")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise UsageError(f"--metrics: {place} is no port", "give a number between 1 and 65535, or HOST:PORT")
    try:
        server, thread = start_http_server(int(port), host.strip("[]") or HOST, registry)
    except OSError as error:
        raise UsageError(f"--metrics: {place} cannot be served ({error.strerror})", "choose another port") from error
    closing = contextlib.ExitStack()
    closing.callback(thread.join)
    closing.callback(server.server_close)
    closing.callback(server.shutdown)
    return closing
