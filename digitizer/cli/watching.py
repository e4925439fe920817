"""The work of `digitizer watch`: look, digitize what has settled, put it away, and look again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from digitizer.batch import interrupts
from digitizer.batch.archive import FinishedDocument
from digitizer.batch.batch_files import HotFolder, source_name
from digitizer.batch.output import MISSING, OK, SOME
from digitizer.cli.batching import Told, Wanted, prepare, work_off
from digitizer.cli.console import notices
from digitizer.cli.telemetry import Telemetry, open_telemetry
from digitizer.errors import NoInputError, UsageError
from digitizer.settings import Settings
from digitizer.store.database import Store, open_store

_BLINK = 0.5


def look(wanted: Wanted, settings: Settings, once: bool, settle: float, every: float) -> int:
    """Looks into the folder, once or until interrupted; returns the exit code of the last look.

    Raises:
        DigitizerError: nothing can be digitized: no such folder, a component is missing, the store cannot be opened.
    """
    folder = Path(source_name(wanted.source))
    if not folder.is_dir():
        raise NoInputError(f"{wanted.source}: no such folder", "make it")
    versions = prepare(wanted, settings)
    hot = HotFolder(folder, settle)
    with open_store(wanted.store) as store, open_telemetry(wanted.log, wanted.metrics) as telemetry:
        while True:
            code = _sweep(store, hot, wanted, settings, versions, telemetry)
            if once or code == MISSING:
                return code
            _sleep(every)


def _sweep(
    store: Store,
    hot: HotFolder,
    wanted: Wanted,
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

    told: Told = work_off(store, wanted, settings, versions, telemetry, put_away, files)[0]
    if told.kinds["missing-component"]:
        return MISSING
    return SOME if told.failed else OK


def _sleep(seconds: float) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        interrupts.check()
        time.sleep(min(left, _BLINK))
