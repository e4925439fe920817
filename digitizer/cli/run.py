"""`digitizer run`: its arguments; running.py does the work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT...", help="Files, folders or patterns of scans.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for the results.")],
    form: Annotated[str, typer.Option(metavar="ID", help="Look for this form only.")] = "",
    forms: Annotated[
        list[Path] | None, typer.Option(metavar="FOLDER", help="Definitions of your own; may be repeated.")
    ] = None,
    max_error: Annotated[
        float | None, typer.Option(metavar="SHARE", help="Share of wrong values promised among the accepted.")
    ] = None,
    workers: Annotated[int | None, typer.Option(metavar="N", help="Processes; by default one per core.")] = None,
    dpi: Annotated[int | None, typer.Option(metavar="N", help="Resolution of images that do not say theirs.")] = None,
    report: Annotated[bool, typer.Option("--report", help="Write report.html: scans with what was found.")] = False,
    layout: Annotated[bool, typer.Option("--layout", help="Write layout.jsonl: all that is on each page.")] = False,
    show: Annotated[bool, typer.Option("--show", help="Print what was found.")] = False,
    double: Annotated[
        str | None, typer.Option(metavar="WHICH", help="Lines a second reader reads too: doubtful, all or none.")
    ] = None,
    separators: Annotated[bool, typer.Option("--separators", help="Look for separator sheets and barcodes.")] = False,
    page_timeout: Annotated[float | None, typer.Option(metavar="S", help="Seconds a page may take.")] = None,
    max_memory: Annotated[
        int | None, typer.Option(metavar="MB", help="Address space a worker may take, in MiB.")
    ] = None,
) -> None:
    """Digitizes scans (PDF, TIFF, PNG, JPEG): writes records.jsonl and problems.jsonl into the output folder."""
    # Here, not above: `--help`, `forms` and `doctor` need not wait for the imaging and learning libraries.
    from digitizer.batch.pool import start_server
    from digitizer.cli.settings import make_settings

    settings = make_settings(
        workers=workers,
        dpi=dpi,
        page_timeout=page_timeout,
        max_memory=max_memory,
        max_error=max_error,
        double=double,
        separators=separators or None,
    )
    start_server()
    from digitizer.cli.running import Wanted, digitize

    wanted = Wanted(out, form, tuple(forms or ()), report, layout, show, tuple(inputs))
    exit_code = digitize(inputs, wanted, settings)
    if exit_code:
        raise typer.Exit(exit_code)
