"""`digitizer evaluate`: its arguments; evaluating.py does the work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def evaluate(
    scans: Annotated[Path, typer.Option(metavar="DIR", help="Scans.")],
    truth: Annotated[Path, typer.Option(metavar="DIR", help="Truth: NAME.json for the scan NAME.pdf.")],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for evaluation.json, evaluation.html and the records.")
    ] = None,
    records: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Score these records instead of digitizing the scans.")
    ] = None,
    form: Annotated[str, typer.Option(metavar="ID", help="Only documents that are this form in truth.")] = "",
    forms: Annotated[
        list[Path] | None, typer.Option(metavar="FOLDER", help="Definitions of your own; may be repeated.")
    ] = None,
    workers: Annotated[int | None, typer.Option(metavar="N", help="Processes; by default one per core.")] = None,
    dpi: Annotated[int | None, typer.Option(metavar="N", help="Resolution of images that do not say theirs.")] = None,
) -> None:
    """Scores against truth: values, checkboxes, blanks, whole rows, footnotes, and whether confidence is honest."""
    # Here, not above: as in run.py.
    from digitizer.cli.evaluating import Wanted, score
    from digitizer.cli.settings import make_settings

    score(Wanted(scans, truth, out, records, form, tuple(forms or ())), make_settings(workers=workers, dpi=dpi))
