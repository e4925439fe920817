"""What the user names (files, folders, patterns) to the documents that are meant."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from digitizer.document.record import Problem
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
