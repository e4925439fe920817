"""PDF pages: a scan is taken out as it is, born-digital text as it is spelt, every other page is drawn by poppler."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from digitizer.document.page import Pixels, PrintedText
from digitizer.errors import EmptyDocumentError, EncryptedError, InputError, TruncatedError
from digitizer.imaging.pdf_images import POINTS, embedded_scan, is_of_pictures, pictures_of
from digitizer.imaging.pdf_text import printed_page, unit_of
from digitizer.imaging.poppler import draw_page
from digitizer.imaging.raster import PLAUSIBLE_DPI, TABLOID, check_pixels, settle_dpi
from digitizer.settings import Settings


@dataclass(frozen=True, slots=True)
class PdfPage:
    """A page's pixels, uint8 (height, width), the way a viewer shows them, and its dots per inch.

    printed: its words, where the file tells them; complaint: what poppler found wrong with it.
    """

    pixels: Pixels
    dpi: float
    printed: PrintedText | None = None
    complaint: str = ""


def count_pages(path: Path) -> int:
    """How many pages the PDF has.

    Raises:
        EncryptedError, EmptyDocumentError, TruncatedError: it asks for a password, has no pages, or is damaged.
    """
    with _opened(path) as document:
        return len(document)


def load_page(path: Path, page: int, settings: Settings) -> PdfPage:
    """The page (counted from 1) by the first way that shows all of it.

    Raises:
        EncryptedError, TruncatedError, TooLargeError, InputError: it cannot be had.
        MissingComponentError: it must be drawn and poppler is not installed.
    """
    with _opened(path) as document:
        try:
            sheet = document[page - 1]
        except pypdfium2.PdfiumError as error:
            message = f"{path}: page {page} is damaged ({error})"
            raise TruncatedError(message, "Copy or export the file again.") from error
        with closing(sheet):
            width, height = sheet.get_size()
            scan = embedded_scan(path, page, sheet, settings) if width > 0 and height > 0 else None
            if scan is not None:
                return PdfPage(*scan)
            share, stated = pictures_of(path, page, sheet, settings)
            dpi, unit = _resolution(sheet, share, stated, settings)
            if not min(width, height) * unit >= 1:
                raise InputError(f"{path}: page {page} has no size", "Export the file again.")
        nominal = dpi * unit
        # A hair less than asked for: 396 points are 1,650 pixels at 300 dots per inch, and not one more.
        scale = nominal / POINTS * (1 - 1e-9)
        size = math.ceil(width * scale), math.ceil(height * scale)
        # Before drawing: poppler answers a page of 14,400 points with a picture of one pixel, pdfium takes gigabytes.
        check_pixels(path, page, *size, settings.max_pixels)
        try:
            printed = None if is_of_pictures(share) else printed_page(document, page, scale)
        except pypdfium2.PdfiumError:
            # A form or a font that pdfium cannot take apart; poppler may still draw it.
            printed = None
        if printed is not None:
            return PdfPage(printed[0], dpi, printed[1])
    pixels, complaint = draw_page(path, page, nominal, math.ceil(settings.page_timeout))
    if any(abs(had - asked) > 0.02 * asked + 2 for had, asked in zip(pixels.shape[::-1], size, strict=True)):
        raise InputError(f"{path}: page {page} came out in the wrong size", "Export the file again.")
    return PdfPage(pixels, dpi, None, complaint)


def _resolution(sheet: pypdfium2.PdfPage, share: float, stated: float, settings: Settings) -> tuple[float, float]:
    """Dots per inch at which a page is drawn, and how many points a unit of it is. share, stated: of its pictures.

    A page may state a size that no paper has, in pixels, in inches or by a unit of its own: a picture that fills it, or
    its letters, tell its true one. A coarse picture tells nothing: it may be the ground of a fine mask.
    """
    if not is_of_pictures(share):
        return float(settings.render_dpi), unit_of(sheet)
    width, height = sheet.get_size()
    odd = stated > PLAUSIBLE_DPI[1] or min(width, height) > TABLOID * POINTS
    pixels = round(width * stated / POINTS), round(height * stated / POINTS)
    settled = settle_dpi(stated, *pixels, settings) if odd else stated
    dpi = max(settled, float(settings.render_dpi))
    # A fine picture is drawn no finer than other pages where it would be too large.
    fits = pixels[0] * pixels[1] * (dpi / settled) ** 2 <= settings.max_pixels
    return dpi if fits else float(settings.render_dpi), stated / settled


@contextmanager
def _opened(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if _opens(path):
            raise EmptyDocumentError(f"{path}: the file has no pages", "Scan or export it again.") from error
        if getattr(error, "err_code", None) in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            message = f"{path}: the PDF is protected by a password"
            raise EncryptedError(message, "Save a copy without a password.") from error
        message = f"{path}: the PDF is damaged ({error})"
        raise TruncatedError(message, "Copy or export the file again.") from error
    with closing(document):
        yield document


def _opens(path: Path) -> bool:
    """Whether pdfium opens the file. If so its error code means nothing: it is that of some file before this one."""
    document = pdfium.FPDF_LoadDocument(str(path).encode("utf-8", "surrogateescape") + b"\0", None)
    if document:
        pdfium.FPDF_CloseDocument(document)
    return bool(document)
