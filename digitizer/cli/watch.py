"""`digitizer watch`: its arguments; watching.py does the work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from digitizer.cli.batch import (
    FormsOption,
    LogOption,
    MemoryOption,
    MetricsOption,
    SeparatorsOption,
    StoreOption,
    TimeoutOption,
    WorkersOption,
)


def watch(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the scanner puts its files.")],
    store: StoreOption,
    once: Annotated[bool, typer.Option("--once", help="Look once and stop; for cron.")] = False,
    settle: Annotated[float, typer.Option(min=0, metavar="S", help="Seconds a file must not have changed.")] = 5.0,
    every: Annotated[float, typer.Option(min=0.1, metavar="S", help="Seconds between two looks.")] = 5.0,
    workers: WorkersOption = None,
    page_timeout: TimeoutOption = None,
    max_memory: MemoryOption = None,
    form: Annotated[str, typer.Option(metavar="ID", help="Look for this form only.")] = "",
    forms: FormsOption = None,
    separators: SeparatorsOption = False,
    log: LogOption = None,
    metrics: MetricsOption = "",
) -> None:
    """Digitizes what arrives in a folder, once it has settled, and moves it to done/ or failed/."""
    # Here, not above: as in run.py.
    from digitizer.cli.batching import Wanted
    from digitizer.cli.settings import make_settings
    from digitizer.cli.watching import look

    settings = make_settings(
        workers=workers, page_timeout=page_timeout, max_memory=max_memory, separators=separators or None
    )
    wanted = Wanted(str(folder), store, form, tuple(forms or ()), True, log=log, metrics=metrics)
    exit_code = look(wanted, settings, once, settle, every)
    if exit_code:
        raise typer.Exit(exit_code)
