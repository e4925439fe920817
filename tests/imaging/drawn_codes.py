"""Pages with barcodes, drawn as large as they are printed."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import zxingcpp

from digitizer.document.page import PageImage, PageRef, Pixels


def code(text: str, symbology: str = "code128", scale: int = 4) -> Pixels:
    """A barcode with its quiet zone."""
    kind = zxingcpp.BarcodeFormat.QRCode if symbology == "qr" else zxingcpp.BarcodeFormat.Code128
    drawn = np.array(zxingcpp.create_barcode(text, kind).to_image(scale=scale))
    if symbology == "code128":
        drawn = cv2.resize(drawn, None, fx=1, fy=180 / drawn.shape[0], interpolation=cv2.INTER_NEAREST)
    return np.asarray(drawn, np.uint8)


def page_with(codes: Sequence[Pixels], size: tuple[int, int] = (2550, 3300)) -> Pixels:
    """A white page of that width and height with the codes one below the other."""
    page = np.full((size[1], size[0]), 255, np.uint8)
    y = 300
    for one in codes:
        page[y : y + one.shape[0], 300 : 300 + one.shape[1]] = one
        y += one.shape[0] + 150
    return page


def image_of(pixels: Pixels, dpi: float = 300) -> PageImage:
    return PageImage(PageRef("codes.tif", "c" * 64, 1), pixels, dpi, False)
