"""Options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
