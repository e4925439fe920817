"""Steps that fail in every way a page can, told by the document's name; importable in worker processes."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitizer.batch.sources import Source
from digitizer.batch.steps import Assembled
from digitizer.document.geometry import Box
from digitizer.document.record import Field, Problem, Record
from digitizer.errors import EncryptedError, MissingComponentError, ModelMismatchError
from digitizer.imaging.load import Document


@dataclass(frozen=True)
class FakeSteps:
    """A document is a JSON file: {"pages": 2, "bad": {"1": "hang"}}; what is bad happens when the page is read.

    page "0": when the document is probed; page "-1": when it is assembled. log: a folder where each call leaves a file.
    slow: seconds that reading any page takes.
    """

    log: Path | None = None
    broken: bool = False
    slow: float = 0.0

    def prepare(self) -> None:
        if self.broken:
            raise ModelMismatchError("the model is for another definition", "make models")

    def probe(self, source: Source) -> Document:
        text = source.path.read_text()
        _happen(json.loads(text)["bad"].get("0", ""), source.path)
        return Document(
            source.path, source.name, hashlib.sha256(text.encode()).hexdigest(), json.loads(text)["pages"], "pdf"
        )

    def read(self, document: Document, page: int) -> Any:
        time.sleep(self.slow)
        if self.log:
            (self.log / f"{document.name.replace('/', '_')}-{page}-{time.monotonic_ns()}").touch()
        _happen(json.loads(document.path.read_text())["bad"].get(str(page), ""), document.path)
        return page

    def pack(self, readings: Any) -> bytes:
        return json.dumps(readings).encode()

    def unpack(self, data: bytes) -> Any:
        return json.loads(data)

    def assemble(self, document: Document, pages: Sequence[Any]) -> Assembled:
        _happen(json.loads(document.path.read_text())["bad"].get("-1", ""), document.path)
        fields = {"total": Field("1", "1", 0.9, "accepted", pages[0], Box(1, 2, 3, 4))}
        blank = Problem("blank", f"page {pages[0]} is blank", document=document.name, page=pages[0])
        records = tuple(Record(document.name, document.sha256, (p,), "form", 1.0, fields) for p in pages)
        if document.name.startswith("blank"):
            records = (Record(document.name, document.sha256, (pages[0],), "other", 1.0, problems=(blank,)),)
        return Assembled(records, tuple({"schema": 1, "page": p} for p in pages))


def _happen(what: str, path: Path) -> None:
    if what:
        HAPPENINGS[what](path)


def _spin(path: Path) -> None:
    while True:
        pass


def _segfault(path: Path) -> None:
    ctypes.string_at(0)


def _kill(path: Path) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _kill_once(path: Path) -> None:
    marker = path.with_suffix(".once")
    if not marker.exists():
        marker.touch()
        _kill(path)


def _start_child(path: Path) -> None:
    subprocess.run(["sleep", CHILD_SECONDS], check=False)


def _eat_memory(path: Path) -> None:
    bytearray(8 << 30)


def _fault(path: Path) -> None:
    raise ZeroDivisionError("a fault of ours")


def _encrypted(path: Path) -> None:
    raise EncryptedError(f"{path}: needs a password", "remove the password")


def _missing(path: Path) -> None:
    raise MissingComponentError("poppler is not installed", "sudo apt-get install poppler-utils")


def _mismatch(path: Path) -> None:
    raise ModelMismatchError("the model is for another definition", "make models")


CHILD_SECONDS = "61.25"
HAPPENINGS: dict[str, Callable[[Path], object]] = {
    "hang": lambda path: time.sleep(60),
    "slow": lambda path: time.sleep(0.3),
    "spin": _spin,
    "child": _start_child,
    "segfault": _segfault,
    "kill": _kill,
    "killed once": _kill_once,
    "memory": _eat_memory,
    "fault": _fault,
    "encrypted": _encrypted,
    "missing": _missing,
    "mismatch": _mismatch,
}
