"""Pictures in a PDF page: the scan that fills it, as it is stored, and the resolution that its pictures have."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from digitizer.document.page import Pixels
from digitizer.imaging.raster import check_pixels, settle_dpi
from digitizer.settings import Settings

POINTS = 72.0
_LOOK = 160
"""Longest side in pixels of the two small pictures that are compared."""
_LOOK_BLUR = 3.0
"""Pixels; scans that overhang their page by a hair are shifted by half a pixel."""
_LOOK_TOLERANCE = 15
"""Grey levels. Of 255 scanned pages none differs anywhere by more than 10 from what pdfium shows, and none that is
turned over, mirrored, inverted or blanked by less than 21."""
_COARSE = 96.0
"""Dots per inch, less than scanners offer; so coarse a picture may have a fine mask, and loses nothing drawn finer."""
_EDGE_TOLERANCE = 0.02
"""Share of the page that a full-page scan may leave or overhang on each side."""
_OBLONG = 1.1
_MOST = 0.5
"""Share of a page from which its pictures are the page."""
_DEPTH = 5
"""How far pictures are looked for in forms within forms."""


def embedded_scan(path: Path, page: int, sheet: pypdfium2.PdfPage, settings: Settings) -> tuple[Pixels, float] | None:
    """The one image that fills the page, in its own resolution, with its dots per inch; None if it shows anything else.

    Soft masks, clips, blending and colour tables are not looked into: the image is taken where it looks like the page.

    Raises:
        TooLargeError: it has more pixels than the settings allow.
    """
    image = _lone_image(sheet)
    if image is None or not _fills(sheet, image):
        return None
    turn = _orientation(image.get_matrix().get(), sheet.get_rotation())
    if turn is None:
        return None
    wide, high = image.get_px_size()
    check_pixels(path, page, wide, high, settings.max_pixels)
    try:
        pixels = _oriented(grey_of(image.get_bitmap()), turn)
    except (pypdfium2.PdfiumError, ValueError):
        return None
    width, height = sheet.get_size()
    dpi_x, dpi_y = pixels.shape[1] * POINTS / width, pixels.shape[0] * POINTS / height
    # Fax pages have oblong pixels: rendering makes them square.
    if max(dpi_x, dpi_y) > _OBLONG * min(dpi_x, dpi_y):
        return None
    dpi = settle_dpi((dpi_x + dpi_y) / 2, pixels.shape[1], pixels.shape[0], settings)
    if dpi < _COARSE:
        return None
    looks = grey_of(sheet.render(scale=_LOOK / max(width, height), grayscale=True))
    seen = (pixels, np.asarray(255 - pixels, dtype=np.uint8))
    return next(((shown, dpi) for shown in seen if _looks_like(shown, looks)), None)


def pictures_of(path: Path, page: int, sheet: pypdfium2.PdfPage, settings: Settings) -> tuple[float, float]:
    """The share of the page that its pictures cover, and the dots per inch of the largest; 0, 0 where there is none.

    Raises:
        TooLargeError: one of them, however small it is shown, unfolds to more pixels than a page may have.
    """
    width, height = sheet.get_size()
    covered, largest, dpi = 0.0, 0.0, 0.0
    for image in sheet.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=_DEPTH):
        wide, high = image.get_px_size()
        check_pixels(path, page, wide, high, settings.max_pixels)
        a, b, c, d = image.get_matrix().get()[:4]
        across, down = float(np.hypot(a, b)), float(np.hypot(c, d))
        area = min(across * down / max(width * height, 1e-9), 1.0)
        covered += area
        if area > largest:
            largest, dpi = area, max(wide * POINTS / across, high * POINTS / down)
    return min(covered, 1.0), dpi


def is_of_pictures(share: float) -> bool:
    """Whether a page whose pictures cover that share of it is those pictures."""
    return share >= _MOST


def grey_of(bitmap: pypdfium2.PdfBitmap) -> Pixels:
    """A pdfium bitmap as a copy in grey, uint8 (height, width)."""
    values = np.asarray(bitmap.to_numpy(), dtype=np.uint8)
    if values.ndim == 2:
        return values.copy()
    if values.shape[2] == 1:
        return np.ascontiguousarray(values[:, :, 0])
    code = cv2.COLOR_BGRA2GRAY if values.shape[2] == 4 else cv2.COLOR_BGR2GRAY
    return np.asarray(cv2.cvtColor(values, code), dtype=np.uint8)


def has_notes(sheet: pypdfium2.PdfPage) -> bool:
    """Whether anything is laid over the page: form fields, stamps, comments; links show nothing."""
    for index in range(pdfium.FPDFPage_GetAnnotCount(sheet)):
        note = pdfium.FPDFPage_GetAnnot(sheet, index)
        kind = pdfium.FPDFAnnot_GetSubtype(note)
        pdfium.FPDFPage_CloseAnnot(note)
        if kind not in (pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP):
            return True
    return False


def _lone_image(sheet: pypdfium2.PdfPage) -> pypdfium2.PdfImage | None:
    """The page's only visible object, if that is an image; the unseen text of an OCR layer does not count."""
    if has_notes(sheet):
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


def _looks_like(pixels: Pixels, looks: Pixels) -> bool:
    """Whether a page is nowhere lighter or darker than its small picture."""
    small = cv2.resize(pixels, (looks.shape[1], looks.shape[0]), interpolation=cv2.INTER_AREA)
    softened = [cv2.GaussianBlur(p, (0, 0), _LOOK_BLUR) for p in (small, looks)]
    return int(cv2.absdiff(softened[0], softened[1]).max()) <= _LOOK_TOLERANCE
