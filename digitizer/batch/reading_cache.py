"""Pages read and kept: a second run over the same scans, by the same settings and versions, reads nothing again."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import digitizer
from digitizer.batch.sources import Source
from digitizer.batch.steps import Assembled, Digitizing
from digitizer.document.layout import Readings
from digitizer.document.packing import pack, unpack
from digitizer.errors import UsageError
from digitizer.imaging.load import Document, probe
from digitizer.reading.tesseract_probe import require_tesseract
from digitizer.resources import PACKAGE, models_folder
from digitizer.settings import Settings

_READS = ("document", "imaging", "reading")
"""The parts of the package whose code decides what is read on a page."""
_READING_MODELS = ("glyphs", "hand", "print", "ticks")
"""Models that decide what is read; those that come after reading change without making readings worthless."""
_LIMITS = {"workers", "page_timeout", "max_memory", "max_pages", "max_pixels"}


@dataclass(frozen=True, slots=True)
class ReadingCache:
    """The folder in which readings are kept, for one set of settings and versions, which `key` stands for."""

    folder: Path
    key: str

    def path(self, sha256: str, page: int) -> Path:
        """Where a page (counted from 1) of the document of that SHA-256 is kept."""
        return self.folder / self.key / sha256[:2] / f"{sha256}-{page}"

    def get(self, sha256: str, page: int) -> Readings | None:
        """The page as it was read; None where it was not, or where the file is damaged."""
        with contextlib.suppress(OSError, ValueError):
            return unpack(self.path(sha256, page).read_bytes())
        return None

    def put(self, sha256: str, page: int, readings: Readings) -> None:
        path = self.path(sha256, page)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Another run may write the same page: each its own file, then put in place as a whole.
        descriptor, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(pack(readings))
        Path(name).replace(path)

    def pages(self, document: Document) -> list[Readings]:
        """The pages of a document that could be read, in their order."""
        kept = (self.get(document.sha256, number) for number in range(1, document.pages + 1))
        return [renamed(page, document) for page in kept if page is not None]


def renamed(page: Readings, document: Document) -> Readings:
    """The page under the name of this document: the same bytes may lie elsewhere under another."""
    ref = document.ref(page.layout.ref.page)
    return page if page.layout.ref == ref else replace(page, layout=replace(page.layout, ref=ref))


def read_cached(document: Document, settings: Settings, cache: ReadingCache) -> list[Readings]:
    """The pages of a document, from the cache or else read and put into it.

    Raises:
        InputError: a page cannot be read.
    """
    from digitizer import pipeline

    pages = []
    for number in range(1, document.pages + 1):
        page = cache.get(document.sha256, number)
        if page is None:
            page = pipeline.read_page(document, number, settings)
            cache.put(document.sha256, number, page)
        pages.append(renamed(page, document))
    return pages


@dataclass(frozen=True, slots=True)
class ReadPages:
    """Steps of a run that reads pages into a cache and makes no records; what is there already is not read again."""

    settings: Settings
    cache: ReadingCache

    def prepare(self) -> None:
        from digitizer import loading

        loading.load_readers(self.settings)

    def probe(self, source: Source) -> Document:
        return replace(probe(source.path, self.settings), name=source.name)

    def read(self, document: Document, page: int) -> Any:
        from digitizer import pipeline

        if self.cache.get(document.sha256, page) is None:
            self.cache.put(document.sha256, page, pipeline.read_page(document, page, self.settings))

    def pack(self, readings: None) -> bytes:
        return b""

    def unpack(self, data: bytes) -> None:
        return None

    def assemble(self, document: Document, pages: Sequence[Any]) -> Assembled:
        return Assembled(())


@dataclass(frozen=True, slots=True)
class CachedDigitizing(Digitizing):
    """The real steps, but for pages that are in a cache already, which are not read again."""

    cache: ReadingCache = ReadingCache(Path(), "")

    def read(self, document: Document, page: int) -> Readings:
        kept = self.cache.get(document.sha256, page)
        if kept is not None:
            return renamed(kept, document)
        readings = Digitizing.read(self, document, page)
        self.cache.put(document.sha256, page, readings)
        return readings


def open_reading_cache(folder: Path | None, settings: Settings) -> ReadingCache:
    """The cache for these settings and the versions at hand, in a folder that only this user can write to.

    folder: None for the user's own cache.

    Raises:
        UsageError: the folder cannot be made, or others could have put readings there that were never read.
    """
    place = folder or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "digitizer" / "readings"
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        state = place.stat()
    except OSError as error:
        raise UsageError(f"{place}: cannot be used as cache ({error.strerror})", "choose another --cache") from error
    if state.st_uid != os.getuid() or state.st_mode & stat.S_IWOTH:
        raise UsageError(f"{place}: other users can write there", "choose a --cache folder of your own")
    return ReadingCache(place, _key(settings))


def _key(settings: Settings) -> str:
    """Of all that decides what is read on a page: settings, versions, the code itself and its models."""
    told = [digitizer.__version__, require_tesseract(settings.language), repr(_choices(settings)), _second_reader()]
    code = sorted(p for part in _READS for p in (PACKAGE / part).glob("*.py"))
    models = sorted(p for p in models_folder().glob("*/*.npz") if p.stem in _READING_MODELS)
    digests = [hashlib.sha256(p.read_bytes()).hexdigest() for p in (*code, *models)]
    return hashlib.sha256("\n".join([*told, *digests]).encode()).hexdigest()[:16]


def _choices(settings: Settings) -> list[tuple[str, Any]]:
    return sorted((k, v) for k, v in settings.model_dump().items() if k not in _LIMITS)


def _second_reader() -> str:
    with contextlib.suppress(PackageNotFoundError):
        return version("rapidocr")
    return ""
