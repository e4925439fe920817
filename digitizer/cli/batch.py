"""`digitizer batch` and `digitizer status`: their arguments; batching.py does the work."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from digitizer.errors import UsageError


class Engine(StrEnum):
    """What runs the work."""

    LOCAL = "local"
    DASK = "dask"


StoreOption = Annotated[str, typer.Option("--store", metavar="URL", help="A file, sqlite:///PATH or postgresql://…")]
FormsOption = Annotated[
    list[Path] | None, typer.Option("--forms", metavar="FOLDER", help="Definitions of your own; may be repeated.")
]
WorkersOption = Annotated[int | None, typer.Option(metavar="N", help="Processes; by default one per core.")]
TimeoutOption = Annotated[float | None, typer.Option(metavar="S", help="Seconds a page may take.")]
MemoryOption = Annotated[int | None, typer.Option(metavar="MB", help="Address space a worker may take, in MiB.")]

SeparatorsOption = Annotated[bool, typer.Option("--separators", help="Look for separator sheets and barcodes.")]
LogOption = Annotated[Path | None, typer.Option("--log", metavar="FILE", help="Append what happens as JSON lines.")]
MetricsOption = Annotated[
    str, typer.Option("--metrics", metavar="[HOST:]PORT", help="Serve numbers for Prometheus at this port.")
]


def batch(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A folder, a pattern, or a CSV manifest.")],
    store: StoreOption,
    engine: Annotated[Engine, typer.Option(help="What runs the work.")] = Engine.LOCAL,
    scheduler: Annotated[
        str, typer.Option(metavar="URL", help="Of --engine dask: the scheduler; without, a cluster on this machine.")
    ] = "",
    workers: WorkersOption = None,
    page_timeout: TimeoutOption = None,
    max_memory: MemoryOption = None,
    dpi: Annotated[int | None, typer.Option(metavar="N", help="Resolution of images that do not say theirs.")] = None,
    form: Annotated[str, typer.Option(metavar="ID", help="Look for this form only.")] = "",
    forms: FormsOption = None,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try again what failed before.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Digitize everything anew.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be done.")] = False,
    separators: SeparatorsOption = False,
    keep_scans: Annotated[
        Path | None, typer.Option("--keep-scans", metavar="FOLDER", help="Keep a copy of each scan there.")
    ] = None,
    log: LogOption = None,
    metrics: MetricsOption = "",
) -> None:
    """Digitizes an archive into a store; stopped at any moment, it goes on where it was."""
    # Here, not above: as in run.py.
    if scheduler and engine != Engine.DASK:
        raise UsageError("--scheduler is for --engine dask", "add --engine dask")
    from digitizer.cli.batching import Wanted, digitize, survey
    from digitizer.cli.settings import make_settings

    settings = make_settings(
        workers=workers, dpi=dpi, page_timeout=page_timeout, max_memory=max_memory, separators=separators or None
    )
    on_cluster = engine == Engine.DASK
    asked = (retry_failed, force, log, metrics, on_cluster, scheduler, keep_scans)
    wanted = Wanted(source, store, form, tuple(forms or ()), *asked)
    exit_code = survey(wanted, settings) if dry_run else digitize(wanted, settings)
    if exit_code:
        raise typer.Exit(exit_code)


def status(
    store: StoreOption,
    json: Annotated[bool, typer.Option("--json", help="One JSON object per batch.")] = False,
    budget: Annotated[
        bool, typer.Option("--budget", help="How much review of each batch leaves how many wrong values.")
    ] = False,
    forms: FormsOption = None,
) -> None:
    """Tells how far each batch of a store is; may be asked while batches run."""
    if budget:
        from digitizer.cli.budgeting import tell_budget

        tell_budget(store, json, tuple(forms or ()))
        return
    from digitizer.cli.archive_status import tell_status

    tell_status(store, json)


def forget(
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="Its path, name or SHA-256.")],
    store: StoreOption,
) -> None:
    """Removes a document and all that was read of it from a store; only an audit line stays."""
    from digitizer.cli.archive_status import forget_document

    forget_document(store, document)
