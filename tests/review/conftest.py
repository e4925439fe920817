from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import httpx
import numpy as np
import pytest
import uvicorn
from factories import field_def, small_form
from fastapi import FastAPI

from digitizer.batch.scans import Scans
from digitizer.document.form import FormDefinition, RuleDefinition, TableDefinition
from digitizer.document.geometry import Box
from digitizer.document.record import Field, Problem, Record, Value
from digitizer.review.app import make_app
from digitizer.review.app_state import AppState
from digitizer.review.meanings import Meanings
from digitizer.settings import Settings
from digitizer.store.database import Store, open_store
from digitizer.store.ledger import Found, begin, enter, finish, link, to_do

WIDTH, HEIGHT = 850, 1100
CSRF = {"x-csrf-token": "local"}


def loan_form() -> FormDefinition:
    payments = TableDefinition(
        "payments",
        (
            field_def("date", "date", "Date"),
            field_def("amount", "money", "Amount"),
            field_def("code", "code", "Code", values=("A", "D")),
        ),
    )
    rule = RuleDefinition("required", ("borrower",))
    return replace(small_form((payments,)), rules=(rule,))


@dataclass(frozen=True)
class Archive:
    """A store with documents whose scans lie beside it. fields: number of a value by document, table row and name."""

    store: Store
    folder: Path

    def field(self, name: str, document: int = 1, row: int = 0) -> int:
        from sqlalchemy import select

        from digitizer.store import schema as s

        f, r = s.fields, s.records
        query = select(f.c.id).join(r, f.c.record_id == r.c.id)
        with self.store.reading() as connection:
            found = connection.execute(
                query.where(r.c.document_id == document, f.c.name == name, f.c.row_number == row)
            )
            return int(found.scalar_one())

    def row(self, field: int) -> tuple[str, int]:
        """Status and version of a value."""
        from sqlalchemy import select

        from digitizer.store import schema as s

        with self.store.reading() as connection:
            found = connection.execute(
                select(s.fields.c.status, s.fields.c.version).where(s.fields.c.id == field)
            ).one()
            return found.status, found.version


def value_of(value: Value, confidence: float, box: Box | None, text: str | None = None, hand: bool = False) -> Field:
    shown = ("X" if value else "") if isinstance(value, bool) else value
    status = "accepted" if confidence > 0.99 else "review"
    return Field(value, shown if text is None else text, confidence, status, 1 if box else None, box, (), hand)  # type: ignore[arg-type]


def record_of(k: int, sha256: str, rows: int) -> Record:
    cells = [
        {
            "date": value_of("2024-01-31", 0.7, Box(80, 400 + 30 * n, 120, 22), "1/31/2024"),
            "amount": value_of("12.50", 0.6 + n / 100, Box(250, 400 + 30 * n, 80, 22), "12.5O"),
            "code": value_of("A", 0.9, Box(400, 400 + 30 * n, 20, 22)),
        }
        for n in range(rows)
    ]
    return Record(
        document=f"card-{k}.png",
        sha256=sha256,
        pages=(1,),
        form="loan-card",
        form_confidence=0.99,
        fields={
            "borrower": replace(
                value_of(f"Zoe Miller {k}", 0.5, Box(80, 100, 300, 30), hand=True), alternatives=("Zoë Müller", "Joe")
            ),
            "dateOfLoan": value_of("<script>alert(1)</script>", 0.2, Box(80, 200, 200, 30)),
            "returnedLate": value_of(True, 0.8, Box(80, 300, 30, 30)),
        },
        tables={"payments": tuple(cells)},
        footnotes={},
        problems=(Problem("rule", "required but empty: borrower", "look", f"card-{k}.png", 1, ("borrower",)),),
        versions={"digitizer": "1"},
    )


def fill(store: Store, folder: Path, documents: int, rows: int = 2) -> None:
    for k in range(1, documents + 1):
        pixels = np.full((HEIGHT, WIDTH), 255, np.uint8)
        cv2.putText(pixels, f"Zoe Miller {k}", (80, 125), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2)
        path = folder / f"card-{k}.png"
        assert cv2.imwrite(str(path), pixels)
        import hashlib

        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        with store.writing() as connection:
            batch = begin(connection, str(folder), "1" * 64, {"digitizer": "1"})
            enter(connection, batch, [Found(str(path), path.name, path.stat().st_size, 0)], batch.run)
            entry = next(e for e in to_do(connection, batch, -1) if e.name == path.name)
            document = link(connection, entry, sha256, path.stat().st_size, 9)
            finish(connection, document, 1, [record_of(k, sha256, rows)], ())


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_store(str(tmp_path / "archive.db")) as store:
        fill(store, tmp_path, 2)
        yield Archive(store, tmp_path)


def app_state_for(store: Store, **more: object) -> AppState:
    app_state = AppState(store, Scans(Settings()), Meanings({"loan-card": loan_form()}), False, "ann")
    return replace(app_state, **more)  # type: ignore[arg-type]


@pytest.fixture
def app_state(archive: Archive) -> AppState:
    return app_state_for(archive.store)


@pytest.fixture
def client(app_state: AppState) -> Iterator[httpx.Client]:
    with serving(app_state) as address, httpx.Client(base_url=address, headers=CSRF, trust_env=False) as client:
        yield client


@contextmanager
def serving(app_state: AppState, port: int = 0) -> Iterator[str]:
    """The address of a review server that runs for the length of the block."""
    with running(make_app(app_state), port) as address:
        yield address


@contextmanager
def running(app: FastAPI, port: int = 0) -> Iterator[str]:
    """The address of a server that runs for the length of the block."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
