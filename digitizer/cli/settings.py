"""Options of a command to the settings of a run."""

from __future__ import annotations

from pydantic import ValidationError

from digitizer.errors import UsageError
from digitizer.settings import Settings


def make_settings(**given: object) -> Settings:
    """The settings with the options that were given; the environment has the rest.

    Raises:
        UsageError: a value is out of its bounds.
    """
    options = {name: value for name, value in given.items() if value is not None}
    try:
        return Settings(**options)  # type: ignore[arg-type]
    except ValidationError as error:
        told = []
        for detail in error.errors():
            name = str(detail["loc"][0]) if detail["loc"] else "settings"
            option = f"--{name.replace('_', '-')}" if name in options else f"DIGITIZER_{name.upper()}"
            told.append(f"{option}: {detail['msg'][0].lower()}{detail['msg'][1:]}, not {detail['input']}")
        raise UsageError("; ".join(told), "digitizer run --help lists the options") from None
