"""Tesseract behind the engine protocol: all crops of a page in one call, through a list file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytesseract

from digitizer.document.geometry import Box
from digitizer.document.layout import Reading, Word
from digitizer.document.page import Pixels
from digitizer.errors import MissingComponentError, PageCrashError, PageTimeoutError

READING_DPI = 300.0
"""Crops are brought to this resolution: finer costs time and reads no better, coarser reads worse."""
_MARGIN = 10
"""White pixels around a crop; Tesseract misreads ink that touches its edge."""
_SINGLE_LINE = 7

NOTHING = Reading(text="", confidence=0.0, engine="")


@dataclass(frozen=True, slots=True)
class Crop:
    """A line cut out for reading.

    pixels: uint8 grey (height, width); ink: as large, 255 where there is ink; box: its place on the page in pixels.
    """

    pixels: Pixels
    ink: Pixels
    box: Box


def read_lines(crops: Sequence[Crop], dpi: float, language: str, timeout: float) -> list[Reading]:
    """One reading per crop, in their order; nothing read gives an empty text.

    dpi: of the page the crops come from; timeout: seconds for all of them together.

    Raises:
        MissingComponentError: Tesseract or its language is not installed.
        PageTimeoutError: it took longer than the timeout.
        PageCrashError: Tesseract failed.
    """
    if not crops:
        return []
    scale = READING_DPI / dpi
    with tempfile.TemporaryDirectory(prefix="digitizer-") as folder:
        names = []
        for k, crop in enumerate(crops):
            name = Path(folder) / f"{k}.pgm"
            cv2.imwrite(str(name), _prepared(crop.pixels, scale))
            names.append(str(name))
        listing = Path(folder) / "crops.txt"
        listing.write_text("\n".join(names) + "\n")
        table = _run(listing, language, timeout)
    return _parse(table, crops, scale)


def _prepared(pixels: Pixels, scale: float) -> Pixels:
    if abs(scale - 1) > 0.05:
        how = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
        pixels = np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=how), np.uint8)
    prepared: Pixels = np.pad(pixels, _MARGIN, constant_values=255)
    return prepared


def _run(listing: Path, language: str, timeout: float) -> str:
    # Tesseract's own threads fight over the cores and make each call slower (tesseract issue 3109).
    os.environ["OMP_THREAD_LIMIT"] = "1"
    config = f"--psm {_SINGLE_LINE} --dpi {round(READING_DPI)} -c tessedit_do_invert=0"
    try:
        table: str = pytesseract.image_to_data(str(listing), lang=language, config=config, timeout=timeout)
    except pytesseract.TesseractNotFoundError as error:
        raise MissingComponentError("tesseract is not installed", "apt-get install tesseract-ocr") from error
    except pytesseract.TesseractError as error:
        if "language" in str(error):
            remedy = f"apt-get install tesseract-ocr-{language.replace('_', '-')}"
            raise MissingComponentError(f"tesseract has no language {language}", remedy) from error
        raise PageCrashError(f"tesseract failed: {error}", "run digitizer doctor") from error
    except RuntimeError as error:
        raise PageTimeoutError(f"tesseract took longer than {timeout:g} seconds", "raise --page-timeout") from error
    return table


def _parse(table: str, crops: Sequence[Crop], scale: float) -> list[Reading]:
    """Readings from Tesseract's table of words; its pages are the crops, counted from 1."""
    words: list[list[Word]] = [[] for _ in crops]
    for row in table.splitlines()[1:]:
        columns = row.split("\t")
        if len(columns) < 12 or columns[0] != "5" or not columns[11].strip():
            continue
        k = int(columns[1]) - 1
        x, y, w, h = (int(c) for c in columns[6:10])
        origin = crops[k].box
        box = Box.spanning(
            origin.x + (x - _MARGIN) / scale,
            origin.y + (y - _MARGIN) / scale,
            origin.x + (x - _MARGIN + w) / scale,
            origin.y + (y - _MARGIN + h) / scale,
        )
        words[k].append(Word(columns[11].strip(), box, max(0.0, float(columns[10])) / 100))
    return [_reading(found) for found in words]


def _reading(words: list[Word]) -> Reading:
    if not words:
        return NOTHING
    # The least sure word decides whether the whole line is right.
    return Reading(" ".join(w.text for w in words), min(w.confidence for w in words), "tesseract", tuple(words))
