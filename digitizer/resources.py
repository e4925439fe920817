"""Where the files are that ship with the package."""

from __future__ import annotations

from pathlib import Path

from digitizer.errors import MissingComponentError

PACKAGE = Path(__file__).resolve().parent


def models_folder() -> Path:
    """The folder with one folder per form: inside the package as a wheel has it, or beside it in a checkout.

    Raises:
        MissingComponentError: neither is there.
    """
    for folder in (PACKAGE / "models", PACKAGE.parent / "models"):
        if next(folder.glob("*/form.yaml"), None):
            return folder
    raise MissingComponentError(f"no models found in {PACKAGE / 'models'}", "install the package again")
