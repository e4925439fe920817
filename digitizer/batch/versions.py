"""What work is done with. Where any of it changes, documents are digitized anew."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import digitizer
from digitizer.resources import models_folder
from digitizer.settings import Settings

WITHOUT_EFFECT = frozenset({"workers", "page_timeout", "max_memory"})
"""Settings that change how long a page takes or whether it is given up, never what is read of it."""


def versions_of(settings: Settings, forms: Sequence[Path], form: str, tesseract: str) -> dict[str, Any]:
    """Program, models, definitions and settings. forms: folders of the user's own; form: the only one looked for."""
    second = metadata.version("rapidocr") if settings.double != "none" and find_spec("rapidocr") else ""
    return {
        "digitizer": digitizer.__version__,
        "tesseract": tesseract,
        "second reader": second,
        "models": _digest(models_folder()),
        "forms": [_digest(folder) for folder in forms],
        "form": form,
        "settings": settings.model_dump(mode="json", exclude=set(WITHOUT_EFFECT)),
    }


def key_of(versions: Mapping[str, Any]) -> str:
    """SHA-256 of the versions, by which work done with them is known."""
    return hashlib.sha256(json.dumps(versions, sort_keys=True).encode()).hexdigest()


def _digest(folder: Path) -> str:
    """SHA-256 of all that is in a folder of definitions and models, with the names."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            digest.update(
                f"{path.relative_to(folder).as_posix()}\0".encode() + hashlib.sha256(path.read_bytes()).digest()
            )
    return digest.hexdigest()
