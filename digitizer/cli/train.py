"""`digitizer train`: its arguments; training.py does the work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def train(
    form: Annotated[str, typer.Argument(metavar="FORM", help="Which form to learn, as `forms list` names it.")],
    scans: Annotated[Path | None, typer.Option(metavar="DIR", help="Scans of filled forms.")] = None,
    truth: Annotated[
        Path | None,
        typer.Option(metavar="DIR|FILE", help="What was keyed: NAME.json for each NAME.pdf, or a CSV with a row each."),
    ] = None,
    store: Annotated[
        str, typer.Option(metavar="URL", help="Instead: a store whose values people have corrected.")
    ] = "",
    blank: Annotated[
        Path | None, typer.Option(metavar="SCAN", help="Instead: a blank, which is filled in with made-up entries.")
    ] = None,
    drawn: Annotated[int, typer.Option(metavar="N", min=10, help="How often the blank is filled in.")] = 60,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FOLDER", help="Folder of models; FORM becomes a folder in it.")
    ] = Path("models"),
    group_by: Annotated[
        str, typer.Option(metavar="FIELD", help="Field or CSV column; documents alike in it are never parted by tests.")
    ] = "",
    resume: Annotated[bool, typer.Option("--resume", help="Learn these documents on top of what --out has.")] = False,
    forms: Annotated[
        list[Path] | None, typer.Option(metavar="FOLDER", help="Definitions of your own; may be repeated.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for what could not be aligned, and the mistakes.")
    ] = None,
    cache: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder to keep what was read.")] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="For parting documents and for training.")] = 1,
    max_error: Annotated[
        float | None, typer.Option(metavar="SHARE", help="Share of wrong values promised among the accepted.")
    ] = None,
    workers: Annotated[int | None, typer.Option(metavar="N", help="Processes; by default one per core.")] = None,
    dpi: Annotated[int | None, typer.Option(metavar="N", help="Resolution of images that do not say theirs.")] = None,
    page_timeout: Annotated[float | None, typer.Option(metavar="S", help="Seconds a page may take.")] = None,
    max_memory: Annotated[
        int | None, typer.Option(metavar="MB", help="Address space a worker may take, in MiB.")
    ] = None,
) -> None:
    """Learns a form from scans and keyed values, from a store's corrections, or from a blank; at least 10 documents."""
    # Here, not above: as in run.py.
    from digitizer.batch.pool import start_server
    from digitizer.cli.settings import make_settings

    settings = make_settings(
        workers=workers, dpi=dpi, page_timeout=page_timeout, max_memory=max_memory, max_error=max_error
    )
    start_server()
    from digitizer.cli.training import TrainOptions, learn

    options = TrainOptions(
        form, scans, truth, store, blank, drawn, out, group_by, resume, tuple(forms or ()), report, cache, seed
    )
    exit_code = learn(options, settings)
    if exit_code:
        raise typer.Exit(exit_code)
