"""Where the command line writes to: results to stdout, progress and errors to stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from digitizer.document.record import Problem
from digitizer.errors import DigitizerError
from digitizer.names import on_one_line


def output() -> Console:
    """For results. Not a terminal: wide enough that no table row breaks."""
    return Console(highlight=False, soft_wrap=False, width=None if sys.stdout.isatty() else 140)


def notices() -> Console:
    """For progress and errors."""
    return Console(stderr=True, highlight=False)


def tell(error: DigitizerError) -> None:
    """The error and its remedy, each on lines of their own."""
    _plain(f"error: {error}")
    if error.remedy:
        _plain(f"  remedy: {error.remedy}")


def tell_problems(problems: Iterable[Problem]) -> None:
    """One line each."""
    for problem in problems:
        _plain(on_one_line(f"{problem.kind}: {problem.message}{f' - {problem.remedy}' if problem.remedy else ''}"))


def _plain(text: str) -> None:
    # File names may hold what Rich takes for markup, and must not be wrapped.
    notices().print(text, markup=False, soft_wrap=True)
