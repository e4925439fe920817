"""`digitizer diff`: its arguments; diffing.py does the work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from digitizer.cli.batch import FormsOption, MemoryOption, TimeoutOption, WorkersOption


def diff(
    before: Annotated[str, typer.Argument(metavar="BEFORE", help="A store, or a run's folder or records.jsonl.")],
    after: Annotated[
        str, typer.Argument(metavar="[AFTER]", help="The same; left out, the scans of BEFORE are digitized anew.")
    ] = "",
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="The page with all changes.")] = Path(
        "diff.html"
    ),
    scans: Annotated[
        list[str] | None, typer.Option("--scans", metavar="PATH", help="Scans of runs; a store knows its own.")
    ] = None,
    form: Annotated[str, typer.Option(metavar="ID", help="Only documents that are this form.")] = "",
    forms: FormsOption = None,
    sample: Annotated[
        int, typer.Option(metavar="N", min=0, help="Digitize no more than N documents, drawn at random; 0: all.")
    ] = 0,
    seed: Annotated[int, typer.Option(metavar="N", help="For drawing.")] = 1,
    cache: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder to keep what was read.")] = None,
    workers: WorkersOption = None,
    page_timeout: TimeoutOption = None,
    max_memory: MemoryOption = None,
) -> None:
    """Shows every value that another model would change, with both places, before it is applied."""
    # Here, not above: as in run.py.
    from digitizer.batch.pool import start_server
    from digitizer.cli.settings import make_settings

    settings = make_settings(workers=workers, page_timeout=page_timeout, max_memory=max_memory)
    if not after:
        start_server()
    from digitizer.cli.diffing import Wanted, tell_difference

    wanted = Wanted(before, after, out, tuple(scans or ()), form, tuple(forms or ()), sample, seed, cache)
    exit_code = tell_difference(wanted, settings)
    if exit_code:
        raise typer.Exit(exit_code)
