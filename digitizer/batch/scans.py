"""Pages of an archive's documents, for those who look at them: found by their bytes, the last ones kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from digitizer.document.page import PageImage
from digitizer.errors import DigitizerError, InputError
from digitizer.imaging.load import Document, load_page, probe
from digitizer.settings import Settings

KEPT_PAGES = 12
"""Pages kept decoded; one of letter size at 300 dpi takes 8 MB."""
_KEPT_FILES = 256


class Scans:
    """Gives pages by the SHA-256 of their document and the paths at which it may lie. May be asked by many threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._busy: dict[tuple[str, int], threading.Lock] = {}
        self._pages: OrderedDict[tuple[str, int], PageImage] = OrderedDict()
        self._files: OrderedDict[tuple[str, int, int], Document] = OrderedDict()

    def page(self, sha256: str, paths: Sequence[str], page: int) -> PageImage:
        """A page, counted from 1.

        Raises:
            InputError: no file with these bytes is there any more, or it cannot be read.
        """
        key = (sha256, page)
        with self._lock:
            busy = self._busy.setdefault(key, threading.Lock())
        with busy:
            with self._lock:
                if key in self._pages:
                    self._pages.move_to_end(key)
                    return self._pages[key]
            image = load_page(self._document(sha256, paths), page, self._settings)
            with self._lock:
                self._pages[key] = image
                while len(self._pages) > KEPT_PAGES:
                    self._pages.popitem(last=False)
                self._busy.pop(key, None)
            return image

    def _document(self, sha256: str, paths: Sequence[str]) -> Document:
        for path in map(Path, paths):
            try:
                known = self._probed(path)
            except (DigitizerError, OSError):
                continue
            if known.sha256 == sha256:
                return known
        where = Path(paths[0]).name if paths else "the scan"
        raise InputError(f"{where}: the scan is gone or has changed", "put the file back where it was digitized")

    def _probed(self, path: Path) -> Document:
        """What the file is; its bytes are read once as long as it does not change."""
        status = path.stat()
        key = (str(path), status.st_size, status.st_mtime_ns)
        with self._lock:
            if key in self._files:
                return self._files[key]
        document = probe(path, self._settings)
        with self._lock:
            self._files[key] = document
            while len(self._files) > _KEPT_FILES:
                self._files.popitem(last=False)
        return document
