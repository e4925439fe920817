"""Chromium prints HTML to PDF, with page breaks of its own; pypdfium2 makes the page images."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2 as pdfium

from digitizer.authoring.drawing.nouns import DPI, DrawnPage
from digitizer.document.page import Pixels
from digitizer.errors import MissingComponentError
from tools.drawing.places import find_items
from tools.drawing.sheet import KeyedText

LAUNCH = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--font-render-hinting=none",
)
REMEDY = "Drawing forms is for development: apt-get install chromium, and pip install 'digitizer[dev]'."


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet and its margins (top, right, bottom, left), in inches."""

    width: float = 8.5
    height: float = 11.0
    margins: tuple[float, float, float, float] = (0.4, 0.4, 0.4, 0.4)


class Press:
    """One page of a running Chromium, printed from again and again."""

    def __init__(self, page: Any) -> None:
        self._page = page

    def print_pdf(self, html: str, paper: Paper) -> bytes:
        """The PDF of an HTML document."""
        top, right, bottom, left = (f"{margin}in" for margin in paper.margins)
        self._page.set_content(html, wait_until="commit")
        data: bytes = self._page.pdf(
            width=f"{paper.width}in",
            height=f"{paper.height}in",
            print_background=True,
            margin={"top": top, "right": right, "bottom": bottom, "left": left},
        )
        return data

    def draw(self, html: str, texts: list[KeyedText], paper: Paper) -> tuple[DrawnPage, ...]:
        """The pages of an HTML document whose texts a Sheet keyed."""
        return draw_pdf(self.print_pdf(html, paper), texts)


@contextmanager
def open_press() -> Iterator[Press]:
    """Starts Chromium, and ends it when done.

    Raises:
        MissingComponentError: Chromium or Playwright is not there.
    """
    binary = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if binary is None:
        raise MissingComponentError("Chromium is not installed", REMEDY)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise MissingComponentError("Playwright is not installed", REMEDY) from error
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=list(LAUNCH))
        try:
            yield Press(browser.new_page(java_script_enabled=False))
        finally:
            browser.close()


def draw_pdf(data: bytes, texts: list[KeyedText]) -> tuple[DrawnPage, ...]:
    """Page images and items of a printed PDF whose colours hold the keys of the texts."""
    document = pdfium.PdfDocument(data)
    try:
        seen: dict[int, int] = {}
        pages = []
        for index in range(len(document)):
            page = document[index]
            pages.append(DrawnPage(rasterise(page), find_items(page, texts, seen)))
            page.close()
        return tuple(pages)
    finally:
        document.close()


def rasterise(page: Any) -> Pixels:
    """The page at 300 dpi: uint8 (height, width), 0 black to 255 white."""
    height = round(page.get_height() * DPI / 72)
    # Chromium's sheets are a hair larger than asked for: rounded up to 3301 rows the page would be stretched by one.
    bitmap = page.render(scale=(height - 0.01) / page.get_height(), grayscale=True, may_draw_forms=False)
    pixels: Pixels = np.array(bitmap.to_numpy(), copy=True)
    bitmap.close()
    return pixels.reshape(pixels.shape[0], pixels.shape[1])
