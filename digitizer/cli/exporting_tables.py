"""What `digitizer export --layout` does: the tables of any page, from scans or from layout.jsonl, to spreadsheets."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from digitizer.batch.output import OK, SOME, Summary
from digitizer.batch.pool import start_server
from digitizer.batch.run import digitize_all
from digitizer.batch.sources import discover
from digitizer.batch.steps import Digitizing
from digitizer.cli.console import output, tell_problems
from digitizer.cli.progress import follow
from digitizer.cli.settings import make_settings
from digitizer.errors import NoInputError, UsageError
from digitizer.export.grids import grids_of, write_grids_csv, write_grids_xlsx

_WRITERS = {"csv": write_grids_csv, "xlsx": write_grids_xlsx}


def write_tables(format: str, out: Path, paths: Sequence[Path], given: bool, forms: tuple[Path, ...]) -> int:
    """Writes the tables in that format, tells how many; returns the exit code.

    given: whether records were named too.

    Raises:
        UsageError: the format or the other options do not go with it, or files cannot be read or written.
        NoInputError: none of the scans could be read.
    """
    if format not in _WRITERS:
        raise UsageError(f"tables are not written as {format}", "choose csv or xlsx")
    if given:
        raise UsageError("--layout names what to export by itself", "leave out --store, --records, --form and --batch")
    try:
        summary = Summary()
        count = _WRITERS[format](grids_of(_layouts(paths, forms, summary)), out)
    except OSError as error:
        raise UsageError(f"{out}: cannot be written ({error.strerror or error})", "choose another --out") from error
    output().print(f"{count} table{'s' if count != 1 else ''}: {out}", markup=False, soft_wrap=True)
    return SOME if summary.failures else OK


def _layouts(paths: Sequence[Path], forms: tuple[Path, ...], summary: Summary) -> Iterator[dict[str, Any]]:
    for path in paths:
        if path.suffix == ".jsonl":
            yield from _kept(path)
    scans = [str(path) for path in paths if path.suffix != ".jsonl"]
    if scans:
        yield from _made(scans, forms, summary)


def _kept(path: Path) -> Iterator[dict[str, Any]]:
    number = 0  # Told where a line is wrong.
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):  # noqa: B007
                layout = json.loads(line)
                # A record has no grids: better told here than as a table that is missing.
                list(grids_of([layout]))
                yield layout
    except FileNotFoundError as error:
        raise UsageError(f"{path}: no such file", "name the layout.jsonl of a run, or scans") from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})", "name the layout.jsonl of a run") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}:{number}: not a layout ({error})", "name the layout.jsonl of a run") from error


def _made(scans: Sequence[str], forms: tuple[Path, ...], summary: Summary) -> Iterator[dict[str, Any]]:
    """The layouts of scans, page by page; summary: is told of each scan."""
    settings = make_settings()
    sources, missing = discover(scans)
    tell_problems(missing)
    summary.add_missing(missing)
    start_server()
    read = 0
    with follow(len(sources)) as progress:
        for outcome in digitize_all(
            sources, Digitizing(settings, forms, "", layout=True), settings, on_page=progress.page_done
        ):
            progress.document_done(outcome)
            summary.add(outcome)
            read += bool(outcome.layout)
            yield from outcome.layout
    if not read:
        raise NoInputError("none of the scans could be read", "the lines above say why")
