"""Where scans lie: paths, and URLs (s3://, gs://, …) by fsspec, which are fetched to this machine to be read."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from digitizer.errors import MissingComponentError, NoInputError

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
