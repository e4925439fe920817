"""`digitizer run`: documents in, files and a summary out."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from digitizer.batch import interrupts
from digitizer.batch.output import NOTHING, PROBLEMS, RECORDS, FolderSink, Summary
from digitizer.batch.run import Outcome, digitize_all
from digitizer.batch.sources import Source, discover
from digitizer.batch.steps import Digitizing
from digitizer.cli.console import output, tell_problems
from digitizer.cli.forms import choose
from digitizer.cli.progress import follow
from digitizer.cli.settings import make_settings
from digitizer.cli.show import show_record, show_summary
from digitizer.document.record import OTHER, Problem, Record
from digitizer.errors import UsageError
from digitizer.fields.definitions import load_definitions
from digitizer.reading.tesseract_probe import require_tesseract
from digitizer.resources import models_folder
from digitizer.settings import Settings


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
    settings = make_settings(
        workers=workers,
        dpi=dpi,
        page_timeout=page_timeout,
        max_memory=max_memory,
        max_error=max_error,
        double=double,
        separators=separators or None,
    )
    options = RunOptions(out, form, tuple(forms or ()), report, layout, show, tuple(inputs))
    exit_code = digitize(inputs, options, settings)
    if exit_code:
        raise typer.Exit(exit_code)


REPORT = "report.html"
STORE = "review.db"
_FEW = 3
SHOWN = 2
"""Records shown in full by --show; the report has the others."""
IN_REPORT = 60
"""Records and problems kept in memory for the report, which has no room for more."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the user asked for. form: the only one to look for, '' for all; forms: folders of definitions.

    inputs: as they were given.
    """

    out: Path
    form: str = ""
    forms: tuple[Path, ...] = ()
    report: bool = False
    layout: bool = False
    show: bool = False
    inputs: tuple[str, ...] = ()


def digitize(inputs: Sequence[str], options: RunOptions, settings: Settings) -> int:
    """Digitizes the inputs into the output folder, tells what came of it and returns the exit code.

    Raises:
        DigitizerError: nothing was begun: a component is missing, a definition is wrong, the folder cannot be written.
    """
    definitions = load_definitions([models_folder(), *options.forms])
    if options.form:
        choose(options.form, definitions)
    require_tesseract(settings.language)
    sources, missing = discover(inputs)
    kept = _Kept(IN_REPORT if options.report else SHOWN if options.show else 0)
    steps = Digitizing(settings, options.forms, options.form, options.layout)
    with FolderSink(options.out, options.layout) as sink:
        try:
            _digitize(sources, missing, steps, settings, sink, kept)
        except KeyboardInterrupt:
            _tell_interrupted(kept.summary, len(sources), options.out)
            raise
    titles = {definition.form: definition.title for definition in definitions.values()}
    if options.report:
        _write_report(kept, sources, options.out / REPORT, settings, titles)
    console = output()
    for record in kept.records[:SHOWN] if options.show else ():
        console.print(show_record(record))
    if options.show and sum(kept.summary.forms.values()) > SHOWN:
        console.print(f"and {sum(kept.summary.forms.values()) - SHOWN} more records\n", style="dim")
    console.print(show_summary(kept.summary, titles))
    for line in _next_steps(kept.summary, options):
        console.print(line, markup=False, soft_wrap=True)
    return kept.summary.exit_code


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
        self.problems += outcome.problems[: max(0, IN_REPORT - len(self.problems))]


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
            # Half a document written, or one that is not counted, would be a wrong account of the run.
            with interrupts.held():
                sink.write(outcome)
                kept.add(outcome)
            progress.document_done(outcome)


def _write_report(
    kept: _Kept, sources: Sequence[Source], path: Path, settings: Settings, titles: Mapping[str, str]
) -> None:
    # Here, not above: a run without a report need not wait for what evaluation needs.
    from digitizer.evaluation.report import Totals, write_report

    summary = kept.summary
    other = summary.forms[OTHER]
    records = sum(summary.forms.values())
    totals = Totals(summary.documents, records, summary.accepted, summary.review, other)
    scans = {source.name: source.path for source in sources}
    try:
        write_report(kept.records, scans, path, settings, kept.problems, titles, totals)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror})", "choose another --out") from error


def _tell_interrupted(summary: Summary, documents: int, out: Path) -> None:
    told = f"interrupted: {summary.documents} of {documents} documents are done and kept in {out / RECORDS}"
    tell_problems([Problem("interrupted", told)])


def _next_steps(summary: Summary, options: RunOptions) -> list[str]:
    """What the user may want to do with the result."""
    out = options.out
    if summary.exit_code == NOTHING:
        return [f"nothing could be digitized; {out / PROBLEMS} says why"]
    lines = [f"records:   {out / RECORDS}, one JSON object per form"]
    if summary.problems:
        lines.append(f"problems:  {out / PROBLEMS}, each with what to do about it")
    if options.report:
        lines.append(f"next:      open {out / REPORT} in a browser: every value beside its place on the scan")
    else:
        lines.append("next:      run again with --report to see every value beside its place on the scan")
    if unknown := summary.forms[OTHER] - summary.problems["blank"]:
        pages = "1 page is" if unknown == 1 else f"{unknown} pages are"
        lines.append(f"unknown:   {pages} of no form known here: digitizer forms new NAME SCAN proposes a definition,")
        lines.append("           digitizer run --layout tells what is on any page")
    if summary.review:
        lines.append(f'to review: {summary.review} values whose "status" is "review": a person should look at them')
        scans = " ".join(f"--scans {shlex.quote(given)}" for given in _folder_of(options.inputs))
        forms = "".join(f" --forms {shlex.quote(str(folder))}" for folder in options.forms)
        lines.append(f"           digitizer review --store {out / STORE} --results {out / RECORDS} {scans}{forms}")
    if options.show:
        lines.append("your own:  digitizer run YOUR_FOLDER --out RESULTS --report (installed in .venv/bin)")
    return lines


def _folder_of(inputs: Sequence[str]) -> Sequence[str]:
    """The inputs, or where a shell has made many of a pattern, the folder that holds them all."""
    return inputs if len(inputs) <= _FEW else [os.path.commonpath([os.path.dirname(given) or "." for given in inputs])]  # noqa: PTH120
