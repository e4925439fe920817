"""What the editor works on: one definition's file and the scans to try it on, each read once when first asked for."""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import Request

from digitizer.batch.reading_cache import ReadingCache, read_cached
from digitizer.batch.scans import Scans
from digitizer.document.form import FormDefinition
from digitizer.document.layout import Readings
from digitizer.errors import InputError, ModelMismatchError, UsageError
from digitizer.fields.classifier import find_classifier, general_classifier, trained_as
from digitizer.fields.confidence import find_calibrator, untrained
from digitizer.fields.definitions import load_definitions
from digitizer.fields.recording import Versions
from digitizer.imaging.load import Document
from digitizer.loading import Tools
from digitizer.resources import models_folder
from digitizer.settings import Settings


@dataclass(slots=True)
class _Kept:
    """What was made once: pages of scans as read; tools, by the names of the form and of what it extends."""

    pages: dict[int, tuple[Readings, ...]] = field(default_factory=dict)
    tools: dict[tuple[str, str], Tools] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bench:
    """path: of the definition; scans: the documents to try it on; cache: where their pages are kept once read.

    busy: held while pages are read or a definition is tried, one at a time.
    """

    path: Path
    scans: tuple[Document, ...]
    settings: Settings
    cache: ReadingCache
    pictures: Scans
    busy: threading.Lock = field(default_factory=threading.Lock)
    kept: _Kept = field(default_factory=_Kept)

    def text(self) -> str:
        """What stands in the file.

        Raises:
            UsageError: it cannot be read or is no text.
        """
        try:
            return self.path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{self.path}: cannot be read ({error})", "save the file as UTF-8") from error

    def document(self, scan: int) -> Document:
        """A scan, counted from 1.

        Raises:
            InputError: there is none.
        """
        if not 1 <= scan <= len(self.scans):
            raise InputError(f"there is no scan {scan}")
        return self.scans[scan - 1]

    def read(self, scan: int) -> tuple[Readings, ...]:
        """The pages of a scan; read where they were not yet, which takes seconds. `busy` must be held.

        Raises:
            InputError: it cannot be read.
        """
        if scan not in self.kept.pages:
            self.kept.pages[scan] = tuple(read_cached(self.document(scan), self.settings, self.cache))
        return self.kept.pages[scan]

    def read_so_far(self, but: int) -> list[tuple[Readings, ...]]:
        """The pages of the other scans that were read already."""
        return [pages for scan, pages in sorted(self.kept.pages.items()) if scan != but]

    def tools(self, form: FormDefinition) -> Tools:
        """What `digitizer run` would use for this definition, models that do not fit it any more apart."""
        key = (form.form, form.extends)
        if key not in self.kept.tools:
            self.kept.tools[key] = _tools(form, self.path, self.settings)
        known = self.kept.tools[key]
        return Tools({form.form: form}, known.classifiers, known.calibrators, known.versions)


def digest(text: str) -> str:
    """By which it is known whether a file is still what the editor took it for."""
    return hashlib.sha256(text.encode()).hexdigest()


def write_whole(path: Path, text: str) -> None:
    """Puts the text in the file's place as a whole, or leaves the file as it is.

    Raises:
        UsageError: it cannot be written.
    """
    name = ""
    try:
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        # What a link points to is written, not the link.
        target = path.resolve()
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(target)
    except OSError as error:
        if name:
            Path(name).unlink(missing_ok=True)
        raise UsageError(f"{path}: cannot be written ({error.strerror})", "check the folder's permissions") from error


def own_folders(path: Path) -> tuple[Path, ...]:
    """Where models of a definition of the user's own lie, as `digitizer run --forms` looks for them."""
    return (path.parent.parent if path.name == "form.yaml" else path.parent,)


def _tools(form: FormDefinition, path: Path, settings: Settings) -> Tools:
    models, own = models_folder(), own_folders(path)
    trained = trained_as(form.form, {**load_definitions((models,)), form.form: form}, (models, *own))
    try:
        classifier = find_classifier(models, trained, own)
        calibrator = find_calibrator(models, trained, own, settings.max_error)
    except ModelMismatchError:
        classifier, calibrator = general_classifier(models), untrained(settings.max_error)
    versions = Versions("", {form.form: classifier.version})
    return Tools({form.form: form}, {form.form: classifier}, {form.form: calibrator}, versions)


def bench_of(request: Request) -> Bench:
    """The server's bench."""
    bench = request.app.state.bench
    assert isinstance(bench, Bench)
    return bench


def same_pages(pages: Sequence[tuple[Readings, ...]], number: int) -> list[Readings]:
    """The pages of that number (from 1) of several scans."""
    return [page for scan in pages for page in scan if page.layout.ref.page == number]
