"""`digitizer review`: serves the review screen and the HTTP API of a store, with numbers for Prometheus."""

from __future__ import annotations

import contextlib
import getpass
import ipaddress
import socket
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digitizer.batch.scans import Scans
from digitizer.batch.take_in import take_in
from digitizer.cli.console import output
from digitizer.cli.options import FormsOption, MetricsOption, StoreOption
from digitizer.cli.telemetry import serve_numbers
from digitizer.errors import UsageError
from digitizer.fields.definitions import load_definitions
from digitizer.resources import models_folder
from digitizer.review.app import make_app
from digitizer.review.app_state import AppState, Plan
from digitizer.review.meanings import Meanings
from digitizer.review.webhook_sender import WebhookSender
from digitizer.settings import Settings
from digitizer.store import people
from digitizer.store.corrections import count_corrections
from digitizer.store.database import Store, open_store
from digitizer.store.questions import count_doubts

HostOption = Annotated[str, typer.Option(metavar="ADDRESS", help="Where to listen; beyond this machine: accounts.")]
InboxOption = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Where uploads go; digitizer watch looks after it.")
]
ResultsOption = Annotated[
    Path | None, typer.Option("--results", metavar="FILE", help="records.jsonl of digitizer run, to take in first.")
]
SecondOption = Annotated[
    list[str] | None, typer.Option("--second", metavar="FIELD", help="Another keys it again, blind; may be repeated.")
]
ShareOption = Annotated[float, typer.Option(metavar="SHARE", min=0, max=1, help="Of all others this share too.")]
KnownOption = Annotated[
    float, typer.Option(metavar="SHARE", min=0, max=0.5, help="Share of values given out whose answer is known.")
]


def review(
    store: StoreOption,
    host: HostOption = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, metavar="N", help="0: any that is free.")] = 8000,
    accounts: Annotated[bool, typer.Option("--accounts", help="Ask for a login on this machine too.")] = False,
    inbox: InboxOption = None,
    forms: FormsOption = None,
    results: ResultsOption = None,
    scans: Annotated[list[str] | None, typer.Option("--scans", metavar="PATH", help="Scans of --results.")] = None,
    second: SecondOption = None,
    second_share: ShareOption = 0,
    known_share: KnownOption = 0,
    max_upload: Annotated[int, typer.Option(metavar="MB", min=1, help="Largest upload, in MiB.")] = 200,
    metrics: MetricsOption = "",
) -> None:
    """Serves the review screen and the HTTP API of a store."""
    options = ReviewOptions(store, host, port, accounts, inbox, tuple(forms or ()), results, tuple(scans or ()))
    serve(
        replace(
            options,
            second=tuple(second or ()),
            second_share=second_share,
            known_share=known_share,
            max_upload=max_upload,
            metrics=metrics,
        )
    )


@dataclass(frozen=True, slots=True)
class ReviewOptions:
    """What the user asked for. forms: folders of definitions; results, scans: a run to take into the store first.

    second: fields that are keyed twice; second_share: share of the others; known_share: of known answers asked again;
    max_upload: MiB of a file; metrics: [HOST:]PORT for Prometheus, '' for none.
    """

    store: str
    host: str
    port: int
    accounts: bool = False
    inbox: Path | None = None
    forms: tuple[Path, ...] = ()
    results: Path | None = None
    scans: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    second_share: float = 0.0
    known_share: float = 0.0
    max_upload: int = 200
    metrics: str = ""

    @property
    def plan(self) -> Plan:
        """What is keyed twice."""
        return Plan(frozenset(self.second), self.second_share, self.known_share)


def serve(options: ReviewOptions) -> None:
    """Serves until interrupted.

    Raises:
        UsageError: the address is taken or not this machine's; accounts are needed and there are none.
    """
    local = is_loopback(options.host)
    accounts = options.accounts or not local
    if options.plan != Plan() and not accounts:
        raise UsageError("a second pass takes people who log in", "add --accounts, and digitizer users add NAME")
    if options.inbox is not None and not options.inbox.is_dir():
        raise UsageError(f"{options.inbox}: no such folder", "make it, and let digitizer watch look after it")
    with open_store(options.store, create=options.results is not None) as store:
        if options.results is not None:
            new = take_in(store, options.results, options.scans, Settings())
            output().print(f"{new} documents taken in from {options.results}", markup=False, soft_wrap=True)
        with store.reading() as connection:
            if accounts and not any(user.active for user in people.users(connection)):
                remedy = f"digitizer users add NAME --store {options.store}"
                raise UsageError(f"{options.host}: others can reach it, and there are no accounts", remedy)
            left = count_doubts(connection)
        models = (models_folder(), *options.forms)
        meanings = Meanings(load_definitions(models))
        state = AppState(store, Scans(Settings()), meanings, accounts, getpass.getuser(), options.inbox, models=models)
        state = replace(state, plan=options.plan, max_upload=options.max_upload << 20)
        listening = listen(options.host, options.port)
        port = listening.getsockname()[1]
        shown = f"[{options.host}]" if ":" in options.host else options.host
        output().print(f"{left} values to review: http://{shown}:{port}/ (Ctrl-C stops)", markup=False, soft_wrap=True)
        registry = CollectorRegistry()
        app = Counting(make_app(state), store, registry) if options.metrics else make_app(state)
        courier = WebhookSender(store)
        with contextlib.ExitStack() as stack:
            if options.metrics:
                stack.enter_context(serve_numbers(options.metrics, registry))
            courier.start()
            stack.callback(courier.stop)
            run_server(app, listening)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches it."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def run_server(app: FastAPI | Counting, listening: socket.socket) -> None:
    """Serves an application until interrupted."""
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, lifespan="off", timeout_graceful_shutdown=5
    )
    uvicorn.Server(config).run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0: any that is free.

    Raises:
        UsageError: it is taken, or no address of this machine.
    """
    try:
        family, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(place)
        # From here on who comes is waited for, though the server is not up yet.
        listening.listen(128)
    except OSError as error:
        raise UsageError(
            f"{host}:{port}: cannot listen there ({error.strerror or error})", "choose another --port"
        ) from error
    return listening


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
