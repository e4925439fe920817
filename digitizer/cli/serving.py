"""The work of `digitizer review` and `digitizer users`."""

from __future__ import annotations

import contextlib
import getpass
import ipaddress
import socket
from dataclasses import dataclass, replace
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from digitizer.batch.scans import Scans
from digitizer.batch.take_in import take_in
from digitizer.cli.console import output
from digitizer.cli.review_telemetry import Counting
from digitizer.cli.telemetry import serve_numbers
from digitizer.errors import UsageError
from digitizer.fields.definitions import load_definitions
from digitizer.resources import models_folder
from digitizer.review.access import hash_password
from digitizer.review.app import make_app
from digitizer.review.app_state import AppState, Plan
from digitizer.review.meanings import Meanings
from digitizer.review.webhook_sender import WebhookSender
from digitizer.settings import Settings
from digitizer.store import people
from digitizer.store.database import open_store
from digitizer.store.questions import count_doubts

LEAST_PASSWORD = 10
"""Letters a password must have."""


@dataclass(frozen=True, slots=True)
class Wanted:
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


def serve(wanted: Wanted) -> None:
    """Serves until interrupted.

    Raises:
        UsageError: the address is taken or not this machine's; accounts are needed and there are none.
    """
    local = is_loopback(wanted.host)
    accounts = wanted.accounts or not local
    if wanted.plan != Plan() and not accounts:
        raise UsageError("a second pass takes people who log in", "add --accounts, and digitizer users add NAME")
    if wanted.inbox is not None and not wanted.inbox.is_dir():
        raise UsageError(f"{wanted.inbox}: no such folder", "make it, and let digitizer watch look after it")
    with open_store(wanted.store, create=wanted.results is not None) as store:
        if wanted.results is not None:
            new = take_in(store, wanted.results, wanted.scans, Settings())
            output().print(f"{new} documents taken in from {wanted.results}", markup=False, soft_wrap=True)
        with store.reading() as connection:
            if accounts and not any(user.active for user in people.users(connection)):
                remedy = f"digitizer users add NAME --store {wanted.store}"
                raise UsageError(f"{wanted.host}: others can reach it, and there are no accounts", remedy)
            left = count_doubts(connection)
        models = (models_folder(), *wanted.forms)
        meanings = Meanings(load_definitions(models))
        app_state = AppState(
            store, Scans(Settings()), meanings, accounts, getpass.getuser(), wanted.inbox, models=models
        )
        app_state = replace(app_state, plan=wanted.plan, max_upload=wanted.max_upload << 20)
        listening = listen(wanted.host, wanted.port)
        port = listening.getsockname()[1]
        shown = f"[{wanted.host}]" if ":" in wanted.host else wanted.host
        output().print(f"{left} values to review: http://{shown}:{port}/ (Ctrl-C stops)", markup=False, soft_wrap=True)
        registry = CollectorRegistry()
        app = Counting(make_app(app_state), store, registry) if wanted.metrics else make_app(app_state)
        sender = WebhookSender(store)
        with contextlib.ExitStack() as stack:
            if wanted.metrics:
                stack.enter_context(serve_numbers(wanted.metrics, registry))
            sender.start()
            stack.callback(sender.stop)
            run_server(app, listening)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches it."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def add_user(store: str, name: str, role: str, password_file: Path | None) -> None:
    """Adds a user; asks for the password where no file has it.

    Raises:
        UsageError: the password is too short or the file cannot be read.
    """
    password = _from(password_file) if password_file else getpass.getpass("Password: ")
    if len(password) < LEAST_PASSWORD:
        raise UsageError(f"a password has {LEAST_PASSWORD} letters or more", "choose a longer one")
    chosen = next(one for one in people.ROLES if one == role)
    with open_store(store, create=False) as opened, opened.writing() as connection:
        people.put_user(connection, name, chosen, hash_password(password))
    output().print(f"{name}: {role}", markup=False)


def list_users(store: str) -> None:
    """Prints name, role and whether the user may still come."""
    with open_store(store, create=False) as opened, opened.reading() as connection:
        for user in people.users(connection):
            output().print(f"{user.name}: {user.role}{'' if user.active else '  (removed)'}", markup=False)


def remove_user(store: str, name: str) -> None:
    """Lets a user in no more."""
    with open_store(store, create=False) as opened, opened.writing() as connection:
        people.retire_user(connection, name)
    output().print(f"{name}: removed", markup=False)


def print_token(store: str, name: str, label: str) -> None:
    """Prints a new key of that user.

    Raises:
        UsageError: there is no such user.
    """
    with open_store(store, create=False) as opened, opened.writing() as connection:
        user = people.find_user(connection, name)
        if user is None or not user.active:
            raise UsageError(f"no user {name}", "digitizer users list shows them")
        key = people.make_token(connection, user, label)
    output().print(key, markup=False, soft_wrap=True)


def _from(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read ({error})", "check --password-file") from error


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
