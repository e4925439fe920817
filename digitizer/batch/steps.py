"""What is done to a document, step by step, with what versions, and how long each stage took.

Each step can be sent to another process.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Generic, Literal, Protocol, TypeVar

import digitizer
from digitizer.batch.sources import Source
from digitizer.document.layout import Readings
from digitizer.document.packing import pack, unpack
from digitizer.document.record import Record
from digitizer.errors import ModelMismatchError
from digitizer.imaging.load import Document, probe
from digitizer.resources import models_folder
from digitizer.settings import Settings

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


@dataclass(frozen=True, slots=True)
class Assembled:
    """All that a document gave. layout: one object per page, where it was asked for."""

    records: tuple[Record, ...]
    layout: tuple[dict[str, Any], ...] = ()


class Steps(Protocol):
    """The work on a document: `probe`, then `read` each page, then `assemble`; `prepare` comes before all documents.

    What was read of a page goes from one process, and one run, to another as bytes: `pack`, `unpack`.
    """

    def prepare(self) -> None: ...

    def probe(self, source: Source) -> Document: ...

    def read(self, document: Document, page: int) -> Any: ...

    def pack(self, readings: Any) -> bytes: ...

    def unpack(self, data: bytes) -> Any: ...

    def assemble(self, document: Document, pages: Sequence[Any]) -> Assembled: ...


@dataclass(frozen=True, slots=True)
class Digitizing:
    """The real steps. forms: folders of the user's own definitions; form: the only one to look for, '' for all.

    versions: key of those that a worker on another machine must have, '' where it can have no others.

    The pipeline is imported where the steps run: the parent of the workers only sends them, and starts sooner without.
    """

    settings: Settings
    forms: tuple[Path, ...] = ()
    form: str = ""
    layout: bool = False
    versions: str = ""

    def prepare(self) -> None:
        from digitizer import loading

        tools = loading.load_tools(self.settings, self.forms, self.form)
        if self.versions and self.versions != key_of(
            versions_of(self.settings, self.forms, self.form, tools.versions.tesseract)
        ):
            message = "this worker has another program, Tesseract, models or definitions than the driver"
            raise ModelMismatchError(message, "install the same on every machine of the cluster")

    def probe(self, source: Source) -> Document:
        return replace(probe(source.path, self.settings), name=source.name)

    def read(self, document: Document, page: int) -> Readings:
        from digitizer import pipeline

        return pipeline.read_page(document, page, self.settings)

    def pack(self, readings: Readings) -> bytes:
        return pack(readings)

    def unpack(self, data: bytes) -> Readings:
        return unpack(data)

    def assemble(self, document: Document, pages: Sequence[Readings]) -> Assembled:
        from digitizer import loading, pipeline

        tools = loading.load_tools(self.settings, self.forms, self.form)
        records = tuple(pipeline.assemble(document, pages, tools))
        return Assembled(records, tuple(pipeline.describe(pages, tools)) if self.layout else ())


WITHOUT_EFFECT = frozenset({"workers", "page_timeout", "max_memory"})
"""Settings that change how long a page takes or whether it is given up, never what is read of it."""


def versions_of(settings: Settings, forms: Sequence[Path], form: str, tesseract: str) -> dict[str, Any]:
    """Program, models, definitions and settings. forms: folders of the user's own; form: the only one looked for."""
    second = metadata.version("rapidocr") if settings.double != "none" and find_spec("rapidocr") else ""
    return {
        "digitizer": digitizer.__version__,
        "tesseract": tesseract,
        "second reader": second,
        "models": _digest(models_folder()),
        "forms": [_digest(folder) for folder in forms],
        "form": form,
        "settings": settings.model_dump(mode="json", exclude=set(WITHOUT_EFFECT)),
    }


def key_of(versions: Mapping[str, Any]) -> str:
    """SHA-256 of the versions, by which work done with them is known."""
    return hashlib.sha256(json.dumps(versions, sort_keys=True).encode()).hexdigest()


def _digest(folder: Path) -> str:
    """SHA-256 of all that is in a folder of definitions and models, with the names."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            digest.update(
                f"{path.relative_to(folder).as_posix()}\0".encode() + hashlib.sha256(path.read_bytes()).digest()
            )
    return digest.hexdigest()
