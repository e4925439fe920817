"""Scans as files: PDF (images only), TIFF with many pages, PNG or JPEG."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from digitizer.authoring.drawing.nouns import ScannedPage
from digitizer.errors import UsageError

# A fixed date: the same scans must give the same bytes.
WRITTEN = time.gmtime(0)


def save_filing(path: Path, scans: Sequence[ScannedPage], quality: int = 75) -> None:
    """Writes scans to one file, its kind by its suffix.

    Black and white pages are packed as CCITT group 4 in PDF and TIFF, grey ones as JPEG of that quality.

    Raises:
        UsageError: the suffix is none of .pdf, .tif, .tiff, .png, .jpg and .jpeg, or several pages meet one image.
    """
    images = [_image(scan) for scan in scans]
    suffix, dpi = path.suffix.lower(), scans[0].dpi
    options: dict[str, Any]
    if suffix == ".pdf":
        options = {"format": "PDF", "resolution": dpi, "creationDate": WRITTEN, "modDate": WRITTEN}
        if not scans[0].bilevel:
            options["quality"] = quality
    elif suffix in (".tif", ".tiff"):
        packing = "group4" if all(scan.bilevel for scan in scans) else "tiff_deflate"
        options = {"format": "TIFF", "compression": packing, "dpi": (dpi, dpi)}
    elif suffix in (".jpg", ".jpeg") and len(images) == 1:
        images[0].convert("L").save(path, "JPEG", quality=quality, dpi=(dpi, dpi))
        return
    elif suffix == ".png" and len(images) == 1:
        images[0].save(path, "PNG", dpi=(dpi, dpi))
        return
    else:
        raise UsageError(f"{len(images)} pages cannot be saved as {path.name}", "Name it .pdf or .tif.")
    images[0].save(path, save_all=True, append_images=images[1:], **options)


def _image(scan: ScannedPage) -> Image.Image:
    image = Image.fromarray(scan.pixels)
    return image.convert("1", dither=Image.Dither.NONE) if scan.bilevel else image
