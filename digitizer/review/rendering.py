"""Fills the templates: everything escaped, every text of a scan only ever a text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from digitizer.review import strings
from digitizer.review.access import Person
from digitizer.review.desk import desk_of

_STATIC = Path(__file__).parent / "static"


def page(request: Request, template: str, who: Person | None, status: int = 200, **values: Any) -> HTMLResponse:
    """The screen of that template. who: None only where no one is known yet."""
    html = render(template, who, desk_of(request).accounts, strings.SCREEN, path=request.url.path, **values)
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
