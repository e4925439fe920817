"""`digitizer run`: documents in, records.jsonl out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from digitizer.batch.digitizing import Digitizing
from digitizer.batch.discover import Source, discover
from digitizer.batch.run import Outcome, digitize_all
from digitizer.batch.sink import PROBLEMS, RECORDS, FolderSink
from digitizer.batch.summary import NOTHING, Summary
from digitizer.cli.console import output, tell_problems
from digitizer.cli.forms import choose
from digitizer.cli.progress import follow
from digitizer.cli.settings import make_settings
from digitizer.cli.show import show_record, show_summary
from digitizer.document.record import Problem, Record
from digitizer.errors import UsageError
from digitizer.evaluation.report import MAX_DOCUMENTS, write_report
from digitizer.fields.definitions import load_definitions
from digitizer.reading.tesseract_probe import require_tesseract
from digitizer.resources import models_folder
from digitizer.settings import Settings

REPORT = "report.html"
SHOWN = 2
"""Records shown in full by --show; a line each must do for the others."""


def run(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT...", help="Files, folders or patterns of scans.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for the results.")],
    form: Annotated[str, typer.Option(metavar="ID", help="Look for this form only.")] = "",
    forms: Annotated[
        list[Path] | None, typer.Option(metavar="FOLDER", help="Definitions of your own; may be repeated.")
    ] = None,
    workers: Annotated[int | None, typer.Option(metavar="N", help="Processes; by default one per core.")] = None,
    dpi: Annotated[int | None, typer.Option(metavar="N", help="Resolution of images that do not say theirs.")] = None,
    report: Annotated[bool, typer.Option("--report", help=f"Write {REPORT}: scans with what was found.")] = False,
    layout: Annotated[bool, typer.Option("--layout", help="Write layout.jsonl: all that is on a page.")] = False,
    show: Annotated[bool, typer.Option("--show", help="Print what was found.")] = False,
    page_timeout: Annotated[float | None, typer.Option(metavar="S", help="Seconds a page may take.")] = None,
    max_memory: Annotated[
        int | None, typer.Option(metavar="MB", help="Address space a worker may take, in MiB.")
    ] = None,
) -> None:
    """Digitizes scans (PDF, TIFF, PNG, JPEG): writes records.jsonl and problems.jsonl into the output folder."""
    settings = make_settings(workers=workers, dpi=dpi, page_timeout=page_timeout, max_memory=max_memory)
    folders = tuple(forms or ())
    definitions = load_definitions([models_folder(), *folders])
    if form:
        choose(form, definitions)
    require_tesseract(settings.language)
    sources, missing = discover(inputs)
    kept = _Kept(MAX_DOCUMENTS if report else SHOWN if show else 0)
    steps = Digitizing(settings, folders, form, layout)
    with FolderSink(out, layout) as sink:
        try:
            _digitize(sources, missing, steps, settings, sink, kept)
        except KeyboardInterrupt:
            _tell_interrupted(kept.summary, len(sources), out)
            raise
    titles = {definition.form: definition.title for definition in definitions.values()}
    if report:
        _write_report(kept, sources, out / REPORT, settings, titles)
    console = output()
    for record in kept.records[:SHOWN] if show else ():
        console.print(show_record(record))
    console.print(show_summary(kept.summary, titles))
    for line in _next_steps(kept.summary, out, report):
        console.print(line, markup=False, soft_wrap=True)
    if kept.summary.exit_code:
        raise typer.Exit(kept.summary.exit_code)


@dataclass(slots=True)
class _Kept:
    """What stays in memory of a run; bounded, whatever its size. limit: how many records at most."""

    limit: int = 0
    records: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    summary: Summary = field(default_factory=Summary)

    def add(self, outcome: Outcome) -> None:
        self.summary.add(outcome)
        self.records += outcome.records[: max(0, self.limit - len(self.records))]
        self.problems += outcome.problems[: max(0, MAX_DOCUMENTS - len(self.problems))]


def _digitize(
    sources: Sequence[Source],
    missing: Sequence[Problem],
    steps: Digitizing,
    settings: Settings,
    sink: FolderSink,
    kept: _Kept,
) -> None:
    sink.note(missing)
    kept.summary.add_missing(missing)
    kept.problems += missing
    tell_problems(missing)
    if not sources:
        return
    with follow(len(sources)) as progress:
        for outcome in digitize_all(sources, steps, settings, on_page=progress.page_done):
            sink.write(outcome)
            kept.add(outcome)
            progress.document_done(outcome)


def _write_report(
    kept: _Kept, sources: Sequence[Source], path: Path, settings: Settings, titles: dict[str, str]
) -> None:
    scans = {source.name: source.path for source in sources}
    try:
        write_report(kept.records, scans, path, settings, kept.problems, titles)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror})", "choose another --out") from error


def _tell_interrupted(summary: Summary, documents: int, out: Path) -> None:
    told = f"interrupted: {summary.documents} of {documents} documents are done and kept in {out / RECORDS}"
    tell_problems([Problem("interrupted", told)])


def _next_steps(summary: Summary, out: Path, report: bool) -> list[str]:
    """What the user may want to do with the result."""
    lines = [f"records:  {out / RECORDS}, one JSON object per form"]
    if summary.failures or summary.problems:
        lines.append(f"problems: {out / PROBLEMS}, each with what to do about it")
    if report:
        lines.append(f"report:   open {out / REPORT} in a browser: every value beside its place on the scan")
    else:
        lines.append("next:     run again with --report to see every value beside its place on the scan")
    if summary.review:
        lines.append(f'review:   {summary.review} values have "status": "review": a person should look at them')
    if summary.exit_code == NOTHING:
        lines = [f"nothing could be digitized; {out / PROBLEMS} says why"]
    return lines
