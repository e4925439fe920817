"""`digitizer watch`: look, digitize what has settled, put it away, and look again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from digitizer.batch import interrupts
from digitizer.batch.archive import FinishedDocument
from digitizer.batch.batch_files import HotFolder, source_name
from digitizer.batch.output import MISSING, OK, SOME
from digitizer.cli.batch import BatchOptions, Tally, prepare, work_off
from digitizer.cli.console import notices
from digitizer.cli.options import (
    FormsOption,
    LogOption,
    MemoryOption,
    MetricsOption,
    SeparatorsOption,
    StoreOption,
    TimeoutOption,
    WorkersOption,
)
from digitizer.cli.settings import make_settings
from digitizer.cli.telemetry import Telemetry, open_telemetry
from digitizer.errors import NoInputError, UsageError
from digitizer.settings import Settings
from digitizer.store.database import Store, open_store


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
    settings = make_settings(
        workers=workers, page_timeout=page_timeout, max_memory=max_memory, separators=separators or None
    )
    options = BatchOptions(str(folder), store, form, tuple(forms or ()), True, log=log, metrics=metrics)
    exit_code = look(options, settings, once, settle, every)
    if exit_code:
        raise typer.Exit(exit_code)


_BLINK = 0.5


def look(options: BatchOptions, settings: Settings, once: bool, settle: float, every: float) -> int:
    """Looks into the folder, once or until interrupted; returns the exit code of the last look.

    Raises:
        DigitizerError: nothing can be digitized: no such folder, a component is missing, the store cannot be opened.
    """
    folder = Path(source_name(options.source))
    if not folder.is_dir():
        raise NoInputError(f"{options.source}: no such folder", "make it")
    versions = prepare(options, settings)
    hot = HotFolder(folder, settle)
    with open_store(options.store) as store, open_telemetry(options.log, options.metrics) as telemetry:
        while True:
            code = _sweep(store, hot, options, settings, versions, telemetry)
            if once or code == MISSING:
                return code
            _sleep(every)


def _sweep(
    store: Store,
    hot: HotFolder,
    options: BatchOptions,
    settings: Settings,
    versions: Mapping[str, Any],
    telemetry: Telemetry,
) -> int:
    files = hot.settled()
    if not files:
        return OK

    def put_away(batch: int, settled: FinishedDocument) -> None:
        try:
            moved = hot.put_away(store, batch, settled)
        except OSError as error:
            raise UsageError(f"{hot.folder}: a file cannot be moved ({error})", "check who may write there") from error
        for path in moved:
            notices().print(f"{settled.name}: {path}", markup=False, soft_wrap=True)

    tally: Tally = work_off(store, options, settings, versions, telemetry, put_away, files)[0]
    if tally.kinds["missing-component"]:
        return MISSING
    return SOME if tally.failed else OK


def _sleep(seconds: float) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        interrupts.check()
        time.sleep(min(left, _BLINK))
