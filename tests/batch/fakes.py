"""Steps that fail in every way a page can, told by the document's name; importable in worker processes."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitizer.batch.discover import Source
from digitizer.batch.steps import Assembled
from digitizer.document.geometry import Box
from digitizer.document.record import Field, Problem, Record
from digitizer.errors import EncryptedError, MissingComponentError, ModelMismatchError
from digitizer.imaging.load import Document


@dataclass(frozen=True)
class FakeSteps:
    """A document is a JSON file: {"pages": 2, "bad": {"1": "hang"}}; what is bad happens when the page is read.

    page "0": when the document is probed; page "-1": when it is assembled. log: a folder where each call leaves a file.
    """

    log: Path | None = None
    broken: bool = False

    def prepare(self) -> None:
        if self.broken:
            raise ModelMismatchError("the model is for another definition", "make models")

    def probe(self, source: Source) -> Document:
        text = source.path.read_text()
        _happen(json.loads(text)["bad"].get("0", ""), source.path)
        return Document(source.path, source.name, f"{len(text):064x}", json.loads(text)["pages"], "pdf")

    def read(self, document: Document, page: int) -> Any:
        if self.log:
            (self.log / f"{document.name}-{page}-{time.monotonic_ns()}").touch()
        _happen(json.loads(document.path.read_text())["bad"].get(str(page), ""), document.path)
        return page

    def assemble(self, document: Document, pages: Sequence[Any]) -> Assembled:
        _happen(json.loads(document.path.read_text())["bad"].get("-1", ""), document.path)
        fields = {"total": Field("1", "1", 0.9, "accepted", pages[0], Box(1, 2, 3, 4))}
        blank = Problem("blank", f"page {pages[0]} is blank", document=document.name, page=pages[0])
        records = tuple(Record(document.name, document.sha256, (p,), "form", 1.0, fields) for p in pages)
        if document.name.startswith("blank"):
            records = (Record(document.name, document.sha256, (pages[0],), "other", 1.0, problems=(blank,)),)
        return Assembled(records, tuple({"schema": 1, "page": p} for p in pages))


def _happen(what: str, path: Path) -> None:
    if what == "hang":
        time.sleep(60)
    elif what == "spin":
        while True:
            pass
    elif what == "child":
        subprocess.run(["sleep", f"60.{os.getpid()}"], check=False)
    elif what == "segfault":
        ctypes.string_at(0)
    elif what == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif what == "killed once":
        marker = path.with_suffix(".once")
        if not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    elif what == "memory":
        bytearray(8 << 30)
    elif what == "bug":
        raise ZeroDivisionError("a fault of ours")
    elif what == "encrypted":
        raise EncryptedError(f"{path}: needs a password", "remove the password")
    elif what == "missing":
        raise MissingComponentError("poppler is not installed", "sudo apt-get install poppler-utils")
    elif what == "mismatch":
        raise ModelMismatchError("the model is for another definition", "make models")
    elif what == "slow":
        time.sleep(0.3)
