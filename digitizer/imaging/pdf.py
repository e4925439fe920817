"""PDF pages: a full-page scan is taken out as it is, every other page is rendered by poppler."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray
from pdf2image import convert_from_path
from pdf2image.exceptions import PDFPageCountError, PDFPopplerTimeoutError, PDFSyntaxError, PopplerNotInstalledError

from digitizer.document.page import Pixels
from digitizer.errors import EmptyDocumentError, EncryptedError, InputError, MissingComponentError, TruncatedError
from digitizer.imaging.raster import check_pixels, settle_dpi
from digitizer.settings import Settings

_POINTS = 72.0
_LOOK = 160  # Longest side in pixels of the two small pictures that are compared.
_LOOK_TOLERANCE = 6.0  # Mean difference in grey levels between them; a page upside down differs by 15 and more.
_EDGE_TOLERANCE = 0.02  # Share of the page that a full-page scan may leave or overhang on each side.
_DEPTH = 5  # How far pictures are looked for in forms within forms.


def count_pages(path: Path) -> int:
    """How many pages the PDF has.

    Raises:
        EncryptedError, EmptyDocumentError, TruncatedError: it asks for a password, has no pages, or is damaged.
    """
    with _opened(path) as document:
        return len(document)


def load_page(path: Path, page: int, settings: Settings) -> tuple[Pixels, float]:
    """The page's pixels, uint8 (height, width), the way a viewer shows them, and its dots per inch.

    Raises:
        EncryptedError, TruncatedError, TooLargeError, InputError: it cannot be had.
        MissingComponentError: it needs rendering and poppler is not installed.
    """
    with _opened(path) as document:
        try:
            sheet = document[page - 1]
        except pypdfium2.PdfiumError as error:
            message = f"{path}: page {page} is damaged ({error})"
            raise TruncatedError(message, "Copy or export the file again.") from error
        with closing(sheet):
            width, height = sheet.get_size()
            if width < 1 or height < 1:
                raise InputError(f"{path}: page {page} has no size", "Export the file again.")
            scan = _embedded_scan(path, page, sheet, settings)
            if scan is None:
                _check_images(path, page, sheet, settings)
    return scan if scan is not None else _render(path, page, (width, height), settings)


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


def _embedded_scan(path: Path, page: int, sheet: pypdfium2.PdfPage, settings: Settings) -> tuple[Pixels, float] | None:
    """The one image that fills the page, in its own resolution; None if the page shows anything else."""
    image = _lone_image(sheet)
    if image is None or not _fills(sheet, image):
        return None
    turn = _orientation(image.get_matrix().get(), sheet.get_rotation())
    if turn is None:
        return None
    wide, high = image.get_px_size()
    check_pixels(path, page, wide, high, settings.max_pixels)
    try:
        pixels = _oriented(_grey(image.get_bitmap()), turn)
    except (pypdfium2.PdfiumError, ValueError):
        return None
    width, height = sheet.get_size()
    dpi_x, dpi_y = pixels.shape[1] * _POINTS / width, pixels.shape[0] * _POINTS / height
    # Fax pages have oblong pixels: rendering makes them square.
    if max(dpi_x, dpi_y) > 1.1 * min(dpi_x, dpi_y):
        return None
    dpi = settle_dpi((dpi_x + dpi_y) / 2, pixels.shape[1], pixels.shape[0], settings)
    trusted = image.get_filters() == ["DCTDecode"] and not pdfium.FPDFPageObj_HasTransparency(image)
    if trusted and sheet.get_rotation() == 0 and turn == (1, 0, 0, 1):
        return pixels, dpi
    looks = _small_render(sheet)
    if _difference(pixels, looks) <= _LOOK_TOLERANCE:
        return pixels, dpi
    if _difference(255 - pixels, looks) <= _LOOK_TOLERANCE:
        return 255 - pixels, dpi
    return None


def _check_images(path: Path, page: int, sheet: pypdfium2.PdfPage, settings: Settings) -> None:
    """Refuses a page on which a picture, however small it is shown, unfolds to more than a page may have.

    Raises:
        TooLargeError: there is one.
    """
    for image in sheet.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=_DEPTH):
        width, height = image.get_px_size()
        check_pixels(path, page, width, height, settings.max_pixels)


def _lone_image(sheet: pypdfium2.PdfPage) -> pypdfium2.PdfImage | None:
    """The page's only visible object, if that is an image; the unseen text of an OCR layer does not count."""
    if _has_notes(sheet):
        return None
    image = None
    for item in sheet.get_objects(max_depth=1):
        if item.type == pdfium.FPDF_PAGEOBJ_IMAGE and image is None:
            image = item
        elif item.type != pdfium.FPDF_PAGEOBJ_TEXT or not _is_unseen(item):
            return None
    return image


def _is_unseen(text: pypdfium2.PdfObject) -> bool:
    return bool(pdfium.FPDFTextObj_GetTextRenderMode(text) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)


def _has_notes(sheet: pypdfium2.PdfPage) -> bool:
    """Whether anything is laid over the page: form fields, stamps, comments; links show nothing."""
    for index in range(pdfium.FPDFPage_GetAnnotCount(sheet)):
        note = pdfium.FPDFPage_GetAnnot(sheet, index)
        kind = pdfium.FPDFAnnot_GetSubtype(note)
        pdfium.FPDFPage_CloseAnnot(note)
        if kind not in (pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP):
            return True
    return False


def _fills(sheet: pypdfium2.PdfPage, image: pypdfium2.PdfImage) -> bool:
    left, bottom, right, top = sheet.get_bbox()
    slack_x, slack_y = _EDGE_TOLERANCE * (right - left), _EDGE_TOLERANCE * (top - bottom)
    x0, y0, x1, y1 = image.get_bounds()
    return bool(max(abs(x0 - left), abs(x1 - right)) <= slack_x and max(abs(y0 - bottom), abs(y1 - top)) <= slack_y)


def _orientation(matrix: tuple[float, ...], rotation: int) -> tuple[int, int, int, int] | None:
    """How the image's rows and columns lie on the shown page.

    Two unit steps on the page, x to the right and y down: where the image's columns count up to, where its rows do.
    None if it stands at an angle that is no multiple of 90 degrees.
    """
    a, b, c, d = matrix[:4]
    across, down = np.array([a, -b]), np.array([-c, d])
    for _ in range(rotation // 90):
        across, down = np.array([-across[1], across[0]]), np.array([-down[1], down[0]])
    steps = []
    for step in (across, down):
        length = float(np.hypot(*step))
        if length == 0 or min(abs(step)) > 0.002 * length:
            return None
        steps += [round(float(step[0]) / length), round(float(step[1]) / length)]
    return (steps[0], steps[1], steps[2], steps[3])


def _oriented(pixels: Pixels, turn: tuple[int, int, int, int]) -> Pixels:
    if turn[0] == 0:
        pixels, turn = pixels.T, (turn[2], turn[3], turn[0], turn[1])
    if turn[0] < 0:
        pixels = pixels[:, ::-1]
    if turn[3] < 0:
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def _grey(bitmap: pypdfium2.PdfBitmap) -> Pixels:
    """A pdfium bitmap as a copy in grey, uint8 (height, width)."""
    values = np.asarray(bitmap.to_numpy(), dtype=np.uint8)
    if values.ndim == 2:
        return values.copy()
    if values.shape[2] == 1:
        return np.ascontiguousarray(values[:, :, 0])
    code = cv2.COLOR_BGRA2GRAY if values.shape[2] == 4 else cv2.COLOR_BGR2GRAY
    return np.asarray(cv2.cvtColor(values, code), dtype=np.uint8)


def _small_render(sheet: pypdfium2.PdfPage) -> Pixels:
    return _grey(sheet.render(scale=_LOOK / max(sheet.get_size()), grayscale=True))


def _difference(pixels: Pixels, looks: Pixels) -> float:
    """Mean difference in grey levels between the page and its small picture."""
    small = cv2.resize(pixels, (looks.shape[1], looks.shape[0]), interpolation=cv2.INTER_AREA)
    return float(np.mean(cv2.absdiff(np.asarray(small, dtype=np.uint8), looks)))


def _render(path: Path, page: int, points: tuple[float, float], settings: Settings) -> tuple[Pixels, float]:
    dpi = settings.render_dpi
    width, height = (math.ceil(side * dpi / _POINTS) for side in points)
    # Before rendering: poppler answers a page of 14,400 points with a picture of one pixel, pdfium takes gigabytes.
    check_pixels(path, page, width, height, settings.max_pixels)
    try:
        pictures = convert_from_path(
            path,
            dpi=dpi,
            first_page=page,
            last_page=page,
            grayscale=True,
            use_cropbox=True,
            timeout=math.ceil(settings.page_timeout),
        )
    except PopplerNotInstalledError as error:
        raise MissingComponentError("poppler is not installed", "Install it: apt-get install poppler-utils") from error
    except (PDFPageCountError, PDFSyntaxError, PDFPopplerTimeoutError) as error:
        # Poppler goes on for lines, up to hundreds; the last tells why it gave up.
        told = (str(error).strip().splitlines() or [type(error).__name__])[-1]
        raise InputError(f"{path}: page {page} cannot be rendered ({told[:200]})", "Export the file again.") from error
    if not pictures:
        raise InputError(f"{path}: page {page} cannot be rendered", "Export the file again.")
    pixels: NDArray[np.uint8] = np.asarray(pictures[0].convert("L"), dtype=np.uint8)
    if abs(pixels.shape[1] - width) > 0.02 * width + 2 or abs(pixels.shape[0] - height) > 0.02 * height + 2:
        raise InputError(f"{path}: page {page} came out in the wrong size", "Export the file again.")
    return np.ascontiguousarray(pixels), float(dpi)
