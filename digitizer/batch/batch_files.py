"""The files of a batch: listed from SOURCE one after the other, however many, or looked for in a watched folder."""

from __future__ import annotations

import csv
import glob
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from digitizer.batch import interrupts
from digitizer.batch.archive import FinishedDocument
from digitizer.batch.sources import SUFFIXES, below, is_url, scans_below
from digitizer.document.record import Problem
from digitizer.errors import NoInputError, UsageError
from digitizer.names import in_utf8
from digitizer.store import ledger
from digitizer.store.database import Store
from digitizer.store.ledger import Found

COLUMNS = ("file", "path")
"""The column of a manifest that names the file is called one of these."""


def source_name(given: str) -> str:
    """What a batch is known by: the same from wherever it is started.

    Raises:
        NoInputError: an empty name.
    """
    if not given:
        # A script's variable that is not set; as a path it would mean the folder where one stands.
        raise NoInputError("an empty name: no folder, pattern or manifest", "name what to digitize")
    return given.rstrip("/") if is_url(given) else os.path.abspath(given)  # noqa: PTH100 (resolve() would follow links away from the names the user knows)


def list_source(given: str) -> Iterator[Found]:
    """The files of SOURCE in the order of their folders, or of the manifest's lines.

    Raises:
        UsageError: a manifest that is none. NoInputError: there is nothing there.
    """
    if is_url(given):
        yield from _of_url(given)
        return
    path = Path(source_name(given))
    if path.is_dir():
        yield from _of_folder(path, path)
    elif path.is_file() and path.suffix.lower() == ".csv":
        yield from _of_manifest(path)
    elif path.is_file():
        yield look_at(path, path.name)
    elif glob.has_magic(given):
        yield from _of_pattern(str(path))
    else:
        raise NoInputError(f"{given}: no such folder, pattern or manifest", "check the path")


def look_at(path: Path, name: str, metadata: dict[str, str] | None = None) -> Found:
    """A file with its size and time of change; both 0 where it is not there, which shows when it is to be read."""
    place, name = in_utf8(str(path)), in_utf8(name)
    try:
        status = path.stat()
    except OSError:
        return Found(place, name, 0, 0, metadata or {})
    return Found(place, name, status.st_size, status.st_mtime_ns, metadata or {})


def _of_url(url: str) -> Iterator[Found]:
    try:
        for place, name, size, changed in below(url, SUFFIXES):
            yield Found(place, name, size, changed)
    except OSError as error:
        raise NoInputError(f"{url}: {error.strerror or error}", "check the URL and who may read it") from error


def _of_folder(folder: Path, root: Path) -> Iterator[Found]:
    for path in scans_below(folder):
        yield look_at(path, path.relative_to(root).as_posix())


def _of_pattern(pattern: str) -> Iterator[Found]:
    """Names are relative to the pattern's fixed part, so that they stay when more files come to match."""
    parts = Path(pattern).parts
    fixed = next(k for k, part in enumerate(parts) if glob.has_magic(part))
    root = Path(*parts[:fixed])
    seen: set[str] = set()
    for match in sorted(glob.iglob(pattern, recursive=True)):  # noqa: PTH207 (the pattern is absolute)
        path = Path(match)
        found = _of_folder(path, root) if path.is_dir() else _of_match(path, root)
        for one in found:
            if one.path not in seen:
                seen.add(one.path)
                yield one


def _of_match(path: Path, root: Path) -> Iterator[Found]:
    if path.suffix.lower() in SUFFIXES:
        yield look_at(path, path.relative_to(root).as_posix())


def _of_manifest(manifest: Path) -> Iterator[Found]:
    """A line for each file: a column `file` or `path`, relative to the manifest's folder; the others are kept."""
    try:
        with manifest.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            column = next((name for name in rows.fieldnames or () if name.strip().lower() in COLUMNS), None)
            if column is None:
                raise UsageError(f"{manifest}:1: no column 'file' or 'path'", "name the column of the files so")
            seen: set[str] = set()
            for row in rows:
                given = (row.pop(column) or "").strip()
                path = source_name(given) if is_url(given) else source_name(str(manifest.parent / given))
                if not given or path in seen:
                    raise UsageError(
                        f"{manifest}:{rows.line_num}: {given or 'no file'}{' named again' if given else ''}",
                        "name each file once",
                    )
                seen.add(path)
                metadata = {name: value or "" for name, value in row.items() if isinstance(name, str)}
                if is_url(given):
                    # Asking a cloud for each file would take longer than the rest: its bytes tell, when they are read.
                    yield Found(path, given, 0, 0, metadata)
                else:
                    yield look_at(Path(path), Path(given).as_posix(), metadata)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{manifest}: cannot be read as CSV in UTF-8 ({error})", "save it so") from error


DONE, FAILED = "done", "failed"
REASON = ".reason.txt"


class HotFolder:
    """What is known of a folder from one look to the next; nothing of it is lost with the process.

    settle: seconds for which a file must not have changed.
    """

    def __init__(self, folder: Path, settle: float) -> None:
        self.folder, self._settle = folder, settle
        self._seen: dict[str, tuple[Found, float]] = {}

    def settled(self) -> list[Found]:
        """The files to digitize now: those that nobody is still writing."""
        found = [look_at(path, self._name(path)) for path in self._scans()]
        now = time.monotonic()
        seen = {one.path: one for one in found}
        before = {path: since for path, (one, since) in self._seen.items() if seen.get(path) == one}
        self._seen = {path: (one, before.get(path, now)) for path, one in seen.items()}
        return [one for path, (one, since) in self._seen.items() if now - since >= self._settle or self._is_old(path)]

    def put_away(self, store: Store, batch: int, document: FinishedDocument) -> list[Path]:
        """Moves a document's files to done/ or, with the reason beside it, to failed/; returns where they are now.

        The store is told first: killed in between, the file is found in the folder again and only moved.
        """
        if document.state == "waiting":
            return []
        moved = []
        for path in (Path(path) for path in document.paths):
            if not path.is_file() or self._is_away(path):
                continue
            folder = self.folder / (FAILED if document.failures else DONE)
            with interrupts.held(), store.writing() as connection:
                target = ledger.move(connection, batch, path, folder / path.relative_to(self.folder))
            target.parent.mkdir(parents=True, exist_ok=True)
            if document.failures:
                target.with_name(target.name + REASON).write_text(_reason(document.failures), encoding="utf-8")
            path.rename(target)
            moved.append(target)
        return moved

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def _scans(self) -> Iterator[Path]:
        """The files; a folder that cannot be listed may be one that somebody is still copying."""
        return (path for path in scans_below(self.folder) if not path.is_dir() and not self._is_away(path))

    def _is_away(self, path: Path) -> bool:
        return path.relative_to(self.folder).parts[0] in (DONE, FAILED)

    def _is_old(self, path: str) -> bool:
        """Whether nothing has been done to the file lately, by the clock of its disk; copying keeps st_mtime only."""
        try:
            status = Path(path).stat()
        except OSError:
            return False
        return time.time() - max(status.st_mtime, status.st_ctime) >= self._settle


def _reason(failures: Sequence[Problem]) -> str:
    return "".join(f"{p.kind}: {p.message}\n{f'  remedy: {p.remedy}' if p.remedy else ''}\n" for p in failures)
