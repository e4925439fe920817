"""Pages drawn by poppler through pdf2image, and what poppler says against them."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from pdf2image import convert_from_path
from pdf2image.exceptions import PDFPageCountError, PDFPopplerTimeoutError, PDFSyntaxError, PopplerNotInstalledError

from digitizer.document.page import Pixels
from digitizer.errors import InputError, MissingComponentError

_TOLD = 200
"""Letters of a complaint that are told: poppler goes on for lines, up to hundreds."""


def draw_page(path: Path, page: int, dpi: float, timeout: float) -> tuple[Pixels, str]:
    """The page, uint8 (height, width), as a viewer shows it, at that resolution, and poppler's last complaint or "".

    timeout: seconds.

    Raises:
        InputError: it cannot be drawn, or comes out blank with a complaint that says why.
        MissingComponentError: poppler is not installed.
    """
    complaint = ""
    try:
        try:
            # Strict, it raises what poppler says against the page, and else says nothing of it.
            pixels = _drawn(path, page, dpi, timeout, strict=True)
        except PDFSyntaxError as error:
            complaint = _last_line(error)
            pixels = _drawn(path, page, dpi, timeout, strict=False)
    except PopplerNotInstalledError as error:
        raise MissingComponentError("poppler is not installed", "Install it: apt-get install poppler-utils") from error
    except PDFPopplerTimeoutError as error:
        message = f"{path}: page {page} cannot be rendered within {timeout:.0f} seconds"
        raise InputError(message, "Export the file again.") from error
    except (PDFPageCountError, PDFSyntaxError) as error:
        message = f"{path}: page {page} cannot be rendered ({_last_line(error)})"
        raise InputError(message, "Export the file again.") from error
    if pixels is None:
        told = complaint or "poppler drew nothing"
        raise InputError(f"{path}: page {page} cannot be rendered ({told})", "Export the file again.")
    if complaint and int(pixels.min()) == int(pixels.max()):
        message = f"{path}: page {page} comes out blank ({complaint})"
        raise InputError(message, "Open it in a viewer; if it is not blank there, print it to a new PDF or an image.")
    return pixels, complaint


def _drawn(path: Path, page: int, dpi: float, timeout: float, strict: bool) -> Pixels | None:
    pictures = convert_from_path(
        path,
        dpi=dpi,  # type: ignore[arg-type]  # It is handed on as it is; poppler takes fractions.
        first_page=page,
        last_page=page,
        grayscale=True,
        use_cropbox=True,
        strict=strict,
        timeout=math.ceil(timeout),
    )
    return np.ascontiguousarray(np.asarray(pictures[0].convert("L"), np.uint8)) if pictures else None


def _last_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip() and "Warning" not in line]
    return (lines or [type(error).__name__])[-1][:_TOLD]
