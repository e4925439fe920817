"""Whether Tesseract and its languages are there; found out before a run, not in the middle of it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from digitizer.errors import MissingComponentError

PROGRAM = "tesseract"


def tesseract_version() -> str:
    """Its version, such as 5.3.0.

    Raises:
        MissingComponentError: it is not installed, or does not start.
    """
    first = _ask("--version").splitlines()[:1]
    return first[0].removeprefix("tesseract").strip().removeprefix("v") if first else "unknown"


def installed_languages() -> tuple[str, ...]:
    """The languages it has data for.

    Raises:
        MissingComponentError: it is not installed, or does not start.
    """
    return tuple(line.strip() for line in _ask("--list-langs").splitlines()[1:] if line.strip())


def trained_data(language: str) -> Path | None:
    """Tesseract's file for one language; None where it says no place, has no such file or is not there itself."""
    try:
        said = re.search(r'"(.+)"', (_ask("--list-langs").splitlines() or [""])[0])
    except MissingComponentError:
        return None
    path = Path(said[1]) / f"{language}.traineddata" if said else None
    return path if path is not None and path.is_file() else None


def require_tesseract(language: str) -> str:
    """Makes sure that Tesseract and the language (several: joined by +) are there; returns Tesseract's version.

    Raises:
        MissingComponentError: which is missing and how to install it.
    """
    version = tesseract_version()
    missing = [name for name in language.split("+") if name not in installed_languages()]
    if missing:
        packages = " ".join(f"tesseract-ocr-{name.lower().replace('_', '-')}" for name in missing)
        where = os.environ.get("TESSDATA_PREFIX")
        place = f" in TESSDATA_PREFIX={where}" if where else ""
        raise MissingComponentError(
            f"Tesseract has no language {', '.join(missing)}{place}", f"sudo apt-get install {packages}"
        )
    return version


def _ask(question: str) -> str:
    if shutil.which(PROGRAM) is None:
        raise MissingComponentError(
            "Tesseract is not installed", "sudo apt-get install tesseract-ocr tesseract-ocr-eng"
        )
    try:
        done = subprocess.run([PROGRAM, question], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingComponentError(f"Tesseract does not start ({error})", "install it again") from error
    # Version 3 and 4.0 answered on stderr.
    return done.stdout or done.stderr
