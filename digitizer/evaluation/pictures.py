"""Pages and cut-outs of scans as data URIs, so that a report is one file."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from digitizer.document.geometry import Box
from digitizer.document.page import PageImage
from digitizer.errors import DigitizerError
from digitizer.imaging.load import load_page, probe
from digitizer.imaging.showing import as_jpeg, as_png, shrunk
from digitizer.settings import Settings

PAGE_WIDTH = 1400
_CROP_WIDTH, _CROP_HEIGHT = 1300, 220
_QUALITY, _COMPRESSION = 62, 9


class Scans:
    """Pages of scans by SHA-256 or name of their document; keeps the last page, as reports go through them in order."""

    def __init__(self, paths: Mapping[str, Path], settings: Settings) -> None:
        self._paths = paths
        self._settings = settings
        self._last: tuple[tuple[str, str, int], PageImage | None] | None = None

    def page(self, document: str, sha256: str, page: int) -> PageImage | None:
        """The page, counted from 1; None where the scan is gone or cannot be read any more."""
        key = (document, sha256, page)
        if self._last is None or self._last[0] != key:
            self._last = (key, self._load(*key))
        return self._last[1]

    def _load(self, document: str, sha256: str, page: int) -> PageImage | None:
        named = self._paths.get(sha256) or self._paths.get(document)
        path = named or self._namesake(document)
        if path is None:
            return None
        try:
            probed = probe(path, self._settings)
            if named is None and probed.sha256 != sha256:
                return None
            return load_page(probed, page, self._settings)
        except DigitizerError:
            return None

    def _namesake(self, document: str) -> Path | None:
        """The only file of that name: another run may have named the folders above it otherwise."""
        name = PurePosixPath(document).name
        paths = {path for path in self._paths.values() if path.name == name}
        return paths.pop() if len(paths) == 1 else None


def page_uri(page: PageImage, width: int = PAGE_WIDTH) -> str:
    """The page as a JPEG no wider than so many pixels."""
    return _uri(as_jpeg(shrunk(page.pixels, width, 4 * width), _QUALITY), "jpeg")


def crop_uri(page: PageImage, box: Box) -> str:
    """The box with some of its surroundings; small black and white pieces as PNG, others as JPEG."""
    margin = max(12, min(box.height, 60))
    around = box.grown(margin, margin // 2).clipped(*page.size)
    cut = page.pixels[around.y : around.bottom, around.x : around.right]
    small = shrunk(cut, _CROP_WIDTH, _CROP_HEIGHT)
    return _uri(as_png(small, _COMPRESSION), "png") if page.bilevel else _uri(as_jpeg(small, _QUALITY), "jpeg")


def _uri(data: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}"
