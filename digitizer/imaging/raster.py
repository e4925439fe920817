"""TIFF, PNG and JPEG files through Pillow."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile

from digitizer.document.page import Pixels
from digitizer.errors import DigitizerError, InputError, TooLargeError, TruncatedError
from digitizer.settings import Settings

_PLAUSIBLE_DPI = (50.0, 1200.0)
_PHOTOMETRIC = 262
_RESOLUTION_UNIT = 296
_WHITE_IS_ZERO = 0
_LETTER_WIDTH, _LETTER_HEIGHT = 8.5, 11.0
_FILES: dict[str, Callable[[Path], ImageFile]] = {"tiff": TiffImageFile, "png": PngImageFile, "jpeg": JpegImageFile}


def count_pages(path: Path, kind: str) -> int:
    """How many pages the image file has.

    Raises:
        TruncatedError: its header or its list of pages is cut off.
    """
    with _decoding(path), _FILES[kind](path) as image:
        return int(getattr(image, "n_frames", 1)) if kind == "tiff" else 1


def load_page(path: Path, kind: str, page: int, settings: Settings) -> tuple[Pixels, float]:
    """The page's pixels, uint8 (height, width), the way a viewer shows them, and its dots per inch.

    Raises:
        TooLargeError: more pixels than the settings allow; nothing was decoded.
        TruncatedError: the file is cut off.
    """
    with _decoding(path), _FILES[kind](path) as image:
        if kind == "tiff":
            image.seek(page - 1)
        check_pixels(path, page, *image.size, settings.max_pixels)
        dpi_x, dpi_y = _metadata_dpi(image)
        turned = ImageOps.exif_transpose(image)
        if turned is not image and image.getexif().get(0x0112, 1) >= 5:
            dpi_x, dpi_y = dpi_y, dpi_x
        pixels = _grey(turned)
    width, height, dpi = _squared(pixels, dpi_x, dpi_y)
    check_pixels(path, page, width, height, settings.max_pixels)
    if (width, height) != pixels.shape[::-1]:
        pixels = np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_NEAREST), dtype=np.uint8)
    return pixels, settle_dpi(dpi, pixels.shape[1], pixels.shape[0], settings)


def check_pixels(path: Path, page: int, width: float, height: float, limit: int) -> None:
    """Refuses a page before it is decoded.

    Raises:
        TooLargeError: more pixels than the limit.
    """
    if width * height > limit:
        message = f"{path}: page {page} has {width:.0f} x {height:.0f} pixels, more than the {limit} allowed"
        raise TooLargeError(message, "Scan at a lower resolution or raise DIGITIZER_MAX_PIXELS.")


def settle_dpi(stated: float, width: int, height: int, settings: Settings) -> float:
    """The page's dots per inch: as stated if a scanner could have meant it, else as set, else guessed from its size."""
    if not _PLAUSIBLE_DPI[0] <= stated <= _PLAUSIBLE_DPI[1]:
        return float(settings.dpi or guess_dpi(width, height))
    # 72 and 96 are also what programs write that know nothing; a sheet larger than tabloid gives them away.
    if round(stated) in (72, 96) and min(width, height) > 12 * stated:
        return float(settings.dpi or guess_dpi(width, height))
    return stated


def guess_dpi(width: int, height: int) -> float:
    """Dots per inch if the page is a letter or A4 sheet, rounded to a resolution that scanners offer."""
    short, long = min(width, height), max(width, height)
    guess = (short / _LETTER_WIDTH + long / _LETTER_HEIGHT) / 2
    nearest = min((100, 150, 200, 240, 300, 400, 600), key=lambda d: abs(d - guess))
    return float(nearest) if abs(nearest - guess) <= 0.06 * nearest else float(min(max(guess, 50.0), 1200.0))


def is_bilevel(pixels: Pixels) -> bool:
    """Whether a page, uint8 (height, width), is black and white only."""
    # The middle of the histogram is empty on no grey scan; a thin look first spares the full one on most pages.
    if not _two_valued(pixels[::37]):
        return False
    return _two_valued(pixels)


def _two_valued(pixels: Pixels) -> bool:
    return cv2.countNonZero(cv2.inRange(pixels, 1, 254)) == 0


@contextmanager
def _decoding(path: Path) -> Iterator[None]:
    """Pillow's many errors as ours, without its warnings; our own size check stands in for its bomb check."""
    limit = Image.MAX_IMAGE_PIXELS
    try:
        Image.MAX_IMAGE_PIXELS = None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (DigitizerError, FileNotFoundError, PermissionError, MemoryError):
        raise
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, RuntimeError) as error:
        if _unknown_coding(error):
            message = f"{path}: a way of coding images that is not known here ({error})"
            raise InputError(message, "Save it as an ordinary TIFF, PNG or JPEG.") from error
        message = f"{path}: the file is cut off or damaged ({error})"
        raise TruncatedError(message, "Copy or scan it again.") from error
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def _unknown_coding(error: Exception) -> bool:
    text = str(error)
    return "unknown pixel mode" in text or "not available" in text or "unknown compression" in text.lower()


def _metadata_dpi(image: Image.Image) -> tuple[float, float]:
    """Dots per inch across and down as the file says; 0 where it does not."""
    if isinstance(image, TiffImageFile) and image.tag_v2.get(_RESOLUTION_UNIT, 2) == 1:
        return 0.0, 0.0
    try:
        dpi_x, dpi_y = image.info.get("dpi", (0.0, 0.0))
        values = float(dpi_x), float(dpi_y)
    except (TypeError, ValueError, ZeroDivisionError):
        return 0.0, 0.0
    return values if all(np.isfinite(values)) else (0.0, 0.0)


def _grey(image: Image.Image) -> Pixels:
    """Any Pillow mode as grey, uint8 (height, width); transparent parts are paper."""
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        return _grey_of_deep(image)
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        paper = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
        paper.alpha_composite(rgba)
        image = paper
    if image.mode not in ("1", "L", "RGB"):
        image = image.convert("RGB")
    return np.ascontiguousarray(np.asarray(image.convert("L"), dtype=np.uint8))


def _grey_of_deep(image: Image.Image) -> Pixels:
    """16-bit and wider grey scaled to 8 bits; what uses less than its full depth is scaled to what it uses."""
    values = np.asarray(image).astype(np.float32)
    top = 65535.0 if image.mode.startswith("I") and values.max(initial=0) > 255 else 255.0
    if image.mode == "F" or values.max(initial=0) > top:
        low, high = float(values.min(initial=0)), float(values.max(initial=1))
        values, top = values - low, max(high - low, 1e-6)
    grey = np.clip(values * (255.0 / top) + 0.5, 0, 255).astype(np.uint8)
    tags = getattr(image, "tag_v2", {})
    return np.asarray(255 - grey, dtype=np.uint8) if tags.get(_PHOTOMETRIC, 1) == _WHITE_IS_ZERO else grey


def _squared(pixels: Pixels, dpi_x: float, dpi_y: float) -> tuple[int, int, float]:
    """Width, height and dots per inch with square pixels: on fax pages (204 x 98 dpi) shapes and boxes mean nothing."""
    height, width = pixels.shape
    low, high = _PLAUSIBLE_DPI
    dpi = max(dpi_x, dpi_y)
    if not low <= min(dpi_x, dpi_y) <= dpi <= high or dpi < 1.3 * min(dpi_x, dpi_y):
        return width, height, dpi
    return round(width * dpi / dpi_x), round(height * dpi / dpi_y), dpi
