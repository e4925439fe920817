"""TIFF, PNG and JPEG files through Pillow."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count, islice
from pathlib import Path
from typing import BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile

from digitizer.document.page import Pixels
from digitizer.errors import DigitizerError, InputError, TooLargeError, TruncatedError
from digitizer.settings import Settings

PLAUSIBLE_DPI = (50.0, 1200.0)
TABLOID = 12.0
"""Inches: the shorter side of the largest sheet that offices scan, and a little."""
_NEW_SUBFILE, _SUBFILE, _PHOTOMETRIC, _ORIENTATION, _RESOLUTION_UNIT = 254, 255, 262, 274, 296
_WHITE_IS_ZERO = 0
_REDUCED_OR_MASK, _REDUCED = 0b101, 2
"""Bits of NewSubfileType, and the value of the older SubfileType, of what is no page of its own."""
_TRANSPOSED = 5
"""Orientations from this one on have rows for columns."""
_OBLONG, _MOST_OBLONG = 1.3, 4.5
"""Ratios of the two resolutions: fax pages have 204 x 98 and 204 x 196 dots per inch, or 2 to 1; coarse ones 4 to 1."""
_DEPTHS = (8, 10, 12, 14, 16)
_LETTER_WIDTH, _LETTER_HEIGHT = 8.5, 11.0
_FILES: dict[str, Callable[[BinaryIO], ImageFile]] = {"tiff": TiffImageFile, "png": PngImageFile, "jpeg": JpegImageFile}


def count_pages(path: Path, kind: str) -> int:
    """How many pages the image file has.

    Raises:
        TruncatedError: its header or its list of pages is cut off.
    """
    with _decoding(path, kind) as image:
        return sum(1 for _ in _frames(image)) if isinstance(image, TiffImageFile) else 1


def load_page(path: Path, kind: str, page: int, settings: Settings) -> tuple[Pixels, float]:
    """The page's pixels, uint8 (height, width), the way a viewer shows them, and its dots per inch.

    Raises:
        TooLargeError: more pixels than the settings allow; nothing was decoded.
        TruncatedError: the file is cut off.
    """
    with _decoding(path, kind) as image:
        if isinstance(image, TiffImageFile):
            image.seek(next(islice(_frames(image), page - 1, None)))
        check_pixels(path, page, *image.size, settings.max_pixels)
        dpi_x, dpi_y = _resolution(image)
        if image.getexif().get(_ORIENTATION, 1) >= _TRANSPOSED:
            dpi_x, dpi_y = dpi_y, dpi_x
        inverted = isinstance(image, TiffImageFile) and image.tag_v2.get(_PHOTOMETRIC) == _WHITE_IS_ZERO
        image.load()
        # Pillow lays TIFF files upright as it decodes them.
        pixels = _grey(image if isinstance(image, TiffImageFile) else ImageOps.exif_transpose(image), inverted)
    width, height, dpi = _squared(pixels, dpi_x, dpi_y)
    check_pixels(path, page, width, height, settings.max_pixels)
    if (width, height) != pixels.shape[::-1]:
        pixels = np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_NEAREST), dtype=np.uint8)
    return pixels, settle_dpi(dpi, pixels.shape[1], pixels.shape[0], settings)


def _frames(image: TiffImageFile) -> Iterator[int]:
    """The numbers of a TIFF's pictures that are pages: no reduced copies and no masks, unless there is nothing else."""
    found = False
    for frame in count():
        try:
            image.seek(frame)
        except EOFError:
            break
        kind, older = image.tag_v2.get(_NEW_SUBFILE, 0), image.tag_v2.get(_SUBFILE, 0)
        if not kind & _REDUCED_OR_MASK and older != _REDUCED:
            found = True
            yield frame
    if not found:
        yield from range(frame)


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
    if not PLAUSIBLE_DPI[0] <= stated <= PLAUSIBLE_DPI[1]:
        return float(settings.dpi or guess_dpi(width, height))
    # 72 and 96 are also what programs write that know nothing; a sheet larger than tabloid gives them away.
    if round(stated) in (72, 96) and min(width, height) > TABLOID * stated:
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
def _decoding(path: Path, kind: str) -> Iterator[ImageFile]:
    """An image file opened; Pillow's many errors as ours, without its warnings, our size check for its bomb check."""
    limit = Image.MAX_IMAGE_PIXELS
    try:
        Image.MAX_IMAGE_PIXELS = None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Given a path, Pillow maps uncompressed files into memory, rows for columns where a tag turns them.
            with path.open("rb") as stream, _FILES[kind](stream) as image:
                yield image
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


def _resolution(image: ImageFile) -> tuple[float, float]:
    """Dots per inch across and down as the file says, or only their ratio; 0 where it does not."""
    info = image.info
    stated = info.get("dpi") or info.get("resolution") or info.get("aspect") or info.get("jfif_density")
    if isinstance(image, TiffImageFile) and image.tag_v2.get(_RESOLUTION_UNIT, 2) == 1:
        stated = info.get("resolution")
    try:
        dpi_x, dpi_y = stated or (0.0, 0.0)
        values = float(dpi_x), float(dpi_y)
    except (TypeError, ValueError, ZeroDivisionError):
        return 0.0, 0.0
    if not all(np.isfinite(values)) or ("dpi" not in info and max(values) < _OBLONG * min(values)):
        return 0.0, 0.0
    return values


def _grey(image: Image.Image, inverted: bool) -> Pixels:
    """Any Pillow mode as grey, uint8 (height, width); transparent parts are paper.

    inverted: whether 0 stands for white, which Pillow puts right at eight bits and below.
    """
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        grey = _grey_of_deep(np.asarray(image).astype(np.float32), image.mode)
        return np.asarray(255 - grey, dtype=np.uint8) if inverted else grey
    if image.mode == "La":
        image = image.convert("LA")
    if image.mode in ("RGBA", "LA", "PA", "RGBa") or "transparency" in image.info:
        return _over_paper(image.convert("RGBA"))
    if image.mode == "LAB":
        image = image.getchannel(0)
    if image.mode not in ("1", "L", "RGB"):
        image = image.convert("RGB")
    return np.ascontiguousarray(np.asarray(image.convert("L"), dtype=np.uint8))


def _over_paper(image: Image.Image) -> Pixels:
    """An RGBA image laid on white paper; what would not be seen there is told by its colours or its shape alone."""
    paper = Image.new("RGBA", image.size, (255, 255, 255, 255))
    paper.alpha_composite(image)
    shapes = (paper.convert("L"), image.convert("RGB").convert("L"), ImageOps.invert(image.getchannel("A")))
    seen = next((s for s in shapes if len(set(s.getextrema())) > 1), shapes[0])
    return np.ascontiguousarray(np.asarray(seen, dtype=np.uint8))


def _grey_of_deep(values: NDArray[np.float32], mode: str) -> Pixels:
    """Grey of more than eight bits scaled to them, from the depth that it uses: scanners write 12 bits into 16."""
    low = min(0.0, float(values.min(initial=0)))
    used = float(values.max(initial=0)) - low
    depths = [1.0] * (mode == "F") + [2.0**bits - 1 for bits in _DEPTHS]
    top = next((depth for depth in depths if used <= depth), used)
    return np.asarray(np.clip((values - low) * (255.0 / top) + 0.5, 0, 255), dtype=np.uint8)


def _squared(pixels: Pixels, dpi_x: float, dpi_y: float) -> tuple[int, int, float]:
    """Width, height and dots per inch with square pixels: on fax pages (204 x 98 dpi) shapes and boxes mean nothing."""
    height, width = pixels.shape
    low, high = PLAUSIBLE_DPI
    least, dpi = min(dpi_x, dpi_y), max(dpi_x, dpi_y)
    plausible = low <= least <= dpi <= high
    if least <= 0 or dpi < _OBLONG * least or not (plausible or dpi <= _MOST_OBLONG * least):
        return width, height, dpi
    return round(width * dpi / dpi_x), round(height * dpi / dpi_y), dpi
