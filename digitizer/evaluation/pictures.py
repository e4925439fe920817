"""Pages and cut-outs of scans as data URIs, so that a report is one file."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import cv2
import numpy as np

from digitizer.document.geometry import Box
from digitizer.document.page import PageImage, Pixels
from digitizer.errors import DigitizerError
from digitizer.imaging.load import load_page, probe
from digitizer.settings import Settings

PAGE_WIDTH = 1400
_CROP_WIDTH, _CROP_HEIGHT = 1300, 220
_QUALITY = 62


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
    return _uri(_shrunk(page.pixels, width, 4 * width), ".jpg")


def crop_uri(page: PageImage, box: Box) -> str:
    """The box with some of its surroundings; small black and white pieces as PNG, others as JPEG."""
    margin = max(12, min(box.height, 60))
    around = box.grown(margin, margin // 2).clipped(*page.size)
    cut = page.pixels[around.y : around.bottom, around.x : around.right]
    return _uri(_shrunk(cut, _CROP_WIDTH, _CROP_HEIGHT), ".png" if page.bilevel else ".jpg")


def _shrunk(pixels: Pixels, width: int, height: int) -> Pixels:
    """Smaller where it is larger than that, else as it is; uint8 of shape (height, width)."""
    rows, columns = pixels.shape[:2]
    scale = min(1.0, width / columns, height / rows)
    if scale == 1.0:
        return pixels
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _uri(pixels: Pixels, suffix: str) -> str:
    options = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY] if suffix == ".jpg" else [cv2.IMWRITE_PNG_COMPRESSION, 9]
    done, data = cv2.imencode(suffix, pixels, options)
    if not done:
        raise ValueError(f"a picture of shape {pixels.shape} could not be encoded")
    kind = "jpeg" if suffix == ".jpg" else "png"
    return f"data:image/{kind};base64,{base64.b64encode(data.tobytes()).decode('ascii')}"
