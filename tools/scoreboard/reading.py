"""Pages read once and kept; the only place that knows how."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from digitizer.batch.reading_cache import ReadingCache, ReadPages, open_reading_cache
from digitizer.batch.run import digitize_all
from digitizer.batch.sources import Source
from digitizer.document.layout import Readings
from digitizer.errors import InputError
from digitizer.imaging.load import Document, probe
from digitizer.settings import Settings

Cache = ReadingCache
"""Pages as they were read, by content, settings and the code's version."""


def open_cache(folder: Path | None, settings: Settings) -> Cache:
    """The cache in that folder, None: the user's own."""
    return open_reading_cache(folder, settings)


def read_missing(paths: Sequence[Path], settings: Settings, cache: Cache) -> int:
    """Reads the pages that are not kept yet, over all cores; returns how many documents or pages could not be read."""
    failures = 0
    sources = [Source(path, path.as_posix()) for path in dict.fromkeys(paths)]
    outcomes = digitize_all(sources, ReadPages(settings, cache), settings, in_order=False)
    for done, outcome in enumerate(outcomes, start=1):
        failures += len(outcome.failures)
        if done % 20 == 0 or done == len(sources):
            sys.stderr.write(f"read: {done} of {len(sources)} documents\n")
    return failures


def pages_of(path: Path, settings: Settings, cache: Cache) -> tuple[Document, list[Readings]] | None:
    """The document and its pages as far as they could be read; None where it could not be opened."""
    try:
        document = replace(probe(path, settings), name=path.name)
    except InputError:
        return None
    return document, cache.pages(document)
