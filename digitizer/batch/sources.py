"""What the user names (files, folders, patterns) to the documents that are meant, and where they lie.

A place is a path, or a URL (s3://, gs://, …), which fsspec fetches to this machine to be read.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from digitizer.document.record import Problem
from digitizer.errors import MissingComponentError, NoInputError
from digitizer.names import in_utf8

SUFFIXES = frozenset({".pdf", ".tif", ".tiff", ".png", ".jpg", ".jpeg"})


@dataclass(frozen=True, slots=True)
class Source:
    """A document to digitize. name: how it is called in records, relative to what all the input has in common."""

    path: Path
    name: str


def discover(inputs: Sequence[str]) -> tuple[list[Source], list[Problem]]:
    """The documents of files, folders (all below them) and patterns, each once, and what could not be found.

    A file named outright is taken whatever its name is; in folders and patterns the suffix decides.
    """
    paths: list[Path] = []
    roots: list[str] = []
    problems: list[Problem] = []
    for given in inputs:
        found = list(_expand(given))
        if found:
            paths += found
            roots += [_absolute(given)] if Path(given).is_dir() else [_absolute(path.parent) for path in found]
        else:
            problems.append(_not_found(given))
    root = Path(os.path.commonpath(roots)) if roots else Path()
    sources: dict[str, Source] = {}
    for path in paths:
        absolute = _absolute(path)
        sources.setdefault(absolute, Source(path, in_utf8(Path(absolute).relative_to(root).as_posix())))
    return list(sources.values()), problems


def _expand(given: str) -> Iterator[Path]:
    path = Path(given)
    if not given:
        # A script's variable that is not set; as a path it would mean the folder where one stands.
        return
    if path.is_dir():
        yield from scans_below(path)
    elif os.path.lexists(path):
        yield path
    else:
        matches = [Path(match) for match in sorted(glob.glob(given, recursive=True))]  # noqa: PTH207 (may be absolute)
        fitting = [m for m in matches if m.is_dir() or m.suffix.lower() in SUFFIXES]
        # A pattern such as `scans/*` means the scans among what it matches; `*.001` can only mean what it says.
        for match in fitting or matches:
            yield from scans_below(match) if match.is_dir() else (match,)


def scans_below(folder: Path) -> Iterator[Path]:
    """All scans in a folder and below it, in the order of their names; hidden ones are left out.

    Last come the folders that cannot be listed: who tries to read them is told why, and nothing is left out in silence.
    """
    refused: list[Path] = []
    for place, folders, files in os.walk(folder, onerror=lambda error: refused.append(Path(error.filename))):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(place, name)
            if path.suffix.lower() in SUFFIXES and not name.startswith("."):
                yield path
    yield from refused


def _absolute(path: str | Path) -> str:
    return os.path.abspath(path)  # noqa: PTH100 (resolve() would follow links away from the names the user knows)


def _not_found(given: str) -> Problem:
    if not given:
        return Problem("not-found", "an empty name: no file, folder or pattern", "name what to digitize", given)
    told = in_utf8(given)
    if Path(given).is_dir():
        kinds = ", ".join(sorted(suffix.lstrip(".") for suffix in SUFFIXES))
        return Problem("empty-folder", f"{told}: no scans in this folder", f"put {kinds} files there", told)
    return Problem("not-found", f"{told}: no such file, folder or pattern", "check the path", told)


_URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+://")
_CHANGED = ("mtime", "LastModified", "last_modified", "updated", "modified", "created")
"""Under which of these names a file system tells the time of change."""


def is_url(place: str) -> bool:
    """Whether the place is no path."""
    return _URL.match(place) is not None


def hash_file(place: str, copy: Path | None = None) -> tuple[str, int]:
    """SHA-256 (hex) and size of a file. copy: where to put its bytes on this machine too.

    Raises:
        OSError: it cannot be read. MissingComponentError: the extra `cloud` is not installed.
    """
    with open_file(place) as file, contextlib.ExitStack() as stack:
        if copy is None and not is_url(place):
            digest = hashlib.file_digest(file, "sha256")
            return digest.hexdigest(), file.tell()
        target = stack.enter_context(copy.open("wb")) if copy else None
        hashed, size = hashlib.sha256(), 0
        while chunk := file.read(1 << 20):
            hashed.update(chunk)
            size += len(chunk)
            if target:
                target.write(chunk)
        return hashed.hexdigest(), size


@contextlib.contextmanager
def open_file(place: str) -> Iterator[Any]:
    """The file's bytes.

    Raises:
        OSError: it cannot be read. MissingComponentError: the extra `cloud` is not installed.
    """
    if not is_url(place):
        local = Path(place)
        if local.is_dir() and not os.access(local, os.R_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "no permission to list the folder")
        if local.exists() and not local.is_file():
            # Whoever opens a pipe waits until someone writes to it, and a device may never end.
            raise OSError(errno.EINVAL, "not a file")
        with local.open("rb") as file:
            yield file
        return
    system, path = file_system(place)
    with _as_os_errors(place), system.open(path, "rb") as file:
        yield file


def file_system(url: str) -> tuple[Any, str]:
    """The file system of a URL, and the path in it.

    Raises:
        NoInputError: there is no such kind. MissingComponentError: it needs a package that is not installed.
    """
    try:
        import fsspec

        system, path = fsspec.core.url_to_fs(url)
    except ImportError as error:
        raise MissingComponentError(f"{url}: {error}", "pip install 'digitizer[cloud]'") from error
    except ValueError as error:
        raise NoInputError(f"{url}: {error}", "give a path, s3://…, gs://… or another URL that fsspec knows") from error
    return system, path


def below(url: str, suffixes: frozenset[str]) -> Iterator[tuple[str, str, int, int]]:
    """The files of a folder, a pattern or a file's URL in the order of their names, hidden ones left out.

    Gives URL, name below the folder, size in bytes, and a time of change (or what stands for one) in nanoseconds.

    Raises:
        OSError: the place cannot be listed.
    """
    system, path = file_system(url)
    with _as_os_errors(url):
        if any(sign in path for sign in "*?["):
            parts = PurePosixPath(path).parts
            fixed = next(k for k, part in enumerate(parts) if any(sign in part for sign in "*?["))
            root, found = str(PurePosixPath(*parts[:fixed])), system.glob(path, detail=True)
        elif system.isfile(path):
            root, found = str(PurePosixPath(path).parent), {path: system.info(path)}
        else:
            root, found = path, system.find(path, detail=True)
    for name in sorted(found):
        info = found[name]
        short = PurePosixPath(name).relative_to(root)
        hidden = any(part.startswith(".") for part in short.parts)
        if info.get("type", "file") == "file" and short.suffix.lower() in suffixes and not hidden:
            yield system.unstrip_protocol(name), str(short), int(info.get("size") or 0), changed(info)


def changed(info: dict[str, Any]) -> int:
    """Nanoseconds since 1970, or a number below that of any time that goes with the file's tag."""
    for name in _CHANGED:
        value = info.get(name)
        if isinstance(value, str):
            with contextlib.suppress(ValueError):
                value = datetime.fromisoformat(value.replace("Z", "+00:00"))
        if isinstance(value, datetime):
            return int(value.timestamp() * 1e9)
        if isinstance(value, int | float):
            return int(value * 1e9)
    tag = info.get("ETag") or info.get("etag") or ""
    return int.from_bytes(hashlib.sha256(str(tag).encode()).digest()[:6], "big") if tag else 0


@contextlib.contextmanager
def _as_os_errors(url: str) -> Iterator[None]:
    """Each cloud's client has errors of its own; whoever reads a file expects OSError."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(None, f"{type(error).__name__}: {error}"[:300], url) from error


class Fetched:
    """A folder for the files that were fetched; made when the first is. close() removes it."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._count = 0

    def place(self, url: str) -> Path:
        """Where on this machine to put a file; its suffix stays."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="digitizer-fetched-"))
        self._count += 1
        return self._folder / f"{self._count}{PurePosixPath(url).suffix}"

    def close(self) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
