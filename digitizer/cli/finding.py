"""Finds the scans of records again, by their bytes."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from digitizer.errors import DigitizerError, InputError
from digitizer.export.items import Item
from digitizer.imaging.load import Document, probe
from digitizer.settings import Settings


class Finder:
    """Looks where a scan was digitized, then for its name in a folder and those below it."""

    def __init__(self, folder: Path | None, settings: Settings) -> None:
        self._folder = folder
        self._settings = settings

    def find(self, item: Item) -> Document:
        """The scan of a record.

        Raises:
            InputError: no file with its bytes is there.
        """
        record = item.record
        places = [Path(item.path)] if item.path else []
        for path in [*places, *self._named.get(Path(record.document).name, [])]:
            try:
                document = probe(path, self._settings)
            except (DigitizerError, OSError):
                continue
            if document.sha256 == record.sha256:
                return document
        where = (
            "name the folder of the scans: --scans FOLDER" if self._folder is None else f"put it into {self._folder}"
        )
        raise InputError(f"{record.document}: the scan is gone or has changed", where)

    @cached_property
    def _named(self) -> dict[str, list[Path]]:
        """The folder's files by name."""
        named: dict[str, list[Path]] = {}
        for path in sorted(self._folder.rglob("*")) if self._folder is not None else ():
            if path.is_file():
                named.setdefault(path.name, []).append(path)
        return named
