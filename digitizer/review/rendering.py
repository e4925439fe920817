"""What the browser is sent: filled templates, everything escaped, and pictures of pages and cut-outs of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from digitizer.document.geometry import Box
from digitizer.document.page import PageImage
from digitizer.imaging.showing import as_jpeg, as_png, shrunk
from digitizer.review import strings
from digitizer.review.access import Person
from digitizer.review.app_state import app_state_of

WIDTHS = (700, 1400, 2800)
"""Widths, pixels, in which pages are sent."""
_CROP_WIDTH, _CROP_HEIGHT = 1600, 500
_QUALITY, _COMPRESSION = 70, 3


def page_picture(page: PageImage, width: int) -> bytes:
    """The page as a JPEG no wider than the least of WIDTHS that is at least so many pixels."""
    wanted = next((one for one in WIDTHS if one >= width), WIDTHS[-1])
    return as_jpeg(shrunk(page.pixels, wanted, 4 * wanted), _QUALITY)


def crop_picture(page: PageImage, box: Box, whole: bool = True) -> bytes:
    """The box with some of its surroundings as a PNG; whole: with its neighbours, else hardly more than itself."""
    margin = max(10, min(box.height, 60))
    around = box.grown(2 * margin if whole else margin // 2, margin if whole else margin // 3).clipped(*page.size)
    cut = page.pixels[around.y : around.bottom, around.x : around.right]
    return as_png(shrunk(cut, _CROP_WIDTH, _CROP_HEIGHT), _COMPRESSION)


_STATIC = Path(__file__).parent / "static"


def page(request: Request, template: str, who: Person | None, status: int = 200, **values: Any) -> HTMLResponse:
    """The screen of that template. who: None only where no one is known yet."""
    html = render(template, who, app_state_of(request).accounts, strings.SCREEN, path=request.url.path, **values)
    return HTMLResponse(html, status)


def render(template: str, who: Person | None, accounts: bool, texts: Mapping[str, str], **values: Any) -> str:
    """The template filled. accounts: whether there is a login; texts: for the browser."""
    filled = _templates().get_template(template)
    return filled.render(who=who, accounts=accounts, screen=texts, strings=strings, stamp=_stamp(), **values)


@cache
def _templates() -> Environment:
    loader = PackageLoader("digitizer.review", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


@cache
def _stamp() -> str:
    """Changes with the files, so that no browser goes on with old ones."""
    return f"{max(int(path.stat().st_mtime) for path in _STATIC.iterdir()):x}"
