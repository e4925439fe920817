"""Fills the HTML templates: everything escaped, nothing loaded from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from digitizer.evaluation.table import percent


def render(template: str, script: str = "", **values: Any) -> str:
    """The page of that template; `script` names the file whose text is the only script the page may run."""
    environment = Environment(
        loader=PackageLoader("digitizer.evaluation", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = percent
    code = _template_text(script) if script else ""
    # Text from a scan is escaped; should that ever fail, the browser still runs no script but this one.
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    allowed = f"'sha256-{digest}'" if script else "'none'"
    policy = f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src {allowed}; base-uri 'none'"
    page = environment.get_template(template)
    return page.render(
        policy=policy,
        # Markup, as these are our own files; text from a scan is never marked so.
        script=Markup(code),
        style=Markup(_template_text("common.css")),
        **values,
    )


def write_page(path: Path, html: str) -> None:
    """Writes it whole or not at all: a page half written looks like a result."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    draft.write_text(html, encoding="utf-8", errors="replace")
    draft.replace(path)


def _template_text(name: str) -> str:
    return (Path(__file__).parent / "templates" / name).read_text(encoding="utf-8")
