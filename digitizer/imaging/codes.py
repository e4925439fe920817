"""Barcodes on a page, by zxing-cpp: Code 128 and QR, both with checksums, so that print is not taken for one."""

from __future__ import annotations

import cv2
import zxingcpp

from digitizer.document.codes import Code
from digitizer.document.geometry import Box
from digitizer.document.page import PageImage

_FORMATS = zxingcpp.barcode_formats_from_str("Code128,QRCode")
_SHORTEST = {"code128": 3, "qr": 1}
"""Fewest letters: a Code 128 with less has little more than its check character to be told from a form's rules by."""


def find_codes(page: PageImage) -> tuple[Code, ...]:
    """All codes of the page, however it lies, from top to bottom; pixels as the scan came in."""
    found: list[Code] = []
    # Noise breaks the bars of a Code 128 up; smoothing closes them, and swallows narrow ones on coarse scans.
    for pixels in (page.pixels, cv2.blur(page.pixels, (3, 3))):
        for one in zxingcpp.read_barcodes(
            pixels, formats=_FORMATS, text_mode=zxingcpp.TextMode.Plain, try_invert=False
        ):
            code = _code(one, page.size)
            known = (c.box for c in found if (c.text, c.symbology) == (code.text, code.symbology))
            if len(code.text) >= _SHORTEST[code.symbology] and not any(box.intersection(code.box) for box in known):
                found.append(code)
    return tuple(sorted(found, key=lambda code: (code.box.y, code.box.x)))


def _code(found: zxingcpp.Barcode, size: tuple[int, int]) -> Code:
    corners = found.position
    points = (corners.top_left, corners.top_right, corners.bottom_right, corners.bottom_left)
    xs, ys = [p.x for p in points], [p.y for p in points]
    box = Box.spanning(min(xs), min(ys), max(xs), max(ys)).clipped(*size)
    return Code(found.text, "qr" if found.format == zxingcpp.BarcodeFormat.QRCode else "code128", box)
