"""`digitizer evaluate`: digitizes scans and scores the records against truth."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from digitizer.batch.output import RECORDS, FolderSink, Summary
from digitizer.batch.run import digitize_all
from digitizer.batch.sources import Source, discover
from digitizer.batch.steps import Digitizing
from digitizer.cli.console import output, tell_problems
from digitizer.cli.progress import follow
from digitizer.cli.settings import make_settings
from digitizer.document.record import Record
from digitizer.document.truth import Truth
from digitizer.errors import NoInputError, UsageError
from digitizer.evaluation.metrics import Evaluation, evaluate_records
from digitizer.evaluation.mistakes import write_evaluation_page
from digitizer.evaluation.table import TextTable, tables
from digitizer.evaluation.truth import document_stem, load_truths
from digitizer.fields.definitions import load_definitions
from digitizer.reading.tesseract_probe import require_tesseract
from digitizer.resources import models_folder
from digitizer.settings import Settings


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
    score(
        EvaluateOptions(scans, truth, out, records, form, tuple(forms or ())), make_settings(workers=workers, dpi=dpi)
    )


RESULT, PAGE = "evaluation.json", "evaluation.html"


@dataclass(frozen=True, slots=True)
class EvaluateOptions:
    """What the user asked for. out: folder for results; records: those of an earlier run, instead of digitizing.

    form: only documents that are this form in truth, '' for all; forms: folders of definitions.
    """

    scans: Path
    truth: Path
    out: Path | None = None
    records: Path | None = None
    form: str = ""
    forms: tuple[Path, ...] = ()


def score(options: EvaluateOptions, settings: Settings) -> None:
    """Digitizes what has a truth, prints the scores and writes them with a page of all mistakes.

    Raises:
        DigitizerError: there is nothing to score, or a component is missing.
    """
    definitions = load_definitions([models_folder(), *options.forms])
    truths = {stem: t for stem, t in load_truths(options.truth).items() if options.form in ("", t.form)}
    if not truths:
        raise UsageError(f"{options.truth}: no truth for the form '{options.form}'", 'see "form" in the truth files')
    sources = _with_truth(options.scans, truths)
    seconds, pages = None, None
    if options.records is not None:
        found = read_records(options.records)
    else:
        require_tesseract(settings.language)
        # The form is not told to the run: finding out which form it is belongs to what is scored.
        found, seconds, pages = _digitize(sources, Digitizing(settings, options.forms), settings, options.out)
    stems = {document_stem(source.name) for source in sources}
    scored = {stem: truth for stem, truth in truths.items() if stem in stems}
    evaluation = evaluate_records(found, scored, definitions, seconds, pages)
    print_tables(tables(evaluation))
    if options.out is not None:
        _write(evaluation, found, sources, options.out, settings)


def print_tables(shown_tables: Iterable[TextTable]) -> None:
    """Prints tables, the first column left and the others as they come."""
    for shown in shown_tables:
        table = Table(
            *shown.head, title=shown.title, title_justify="left", header_style="dim", box=SIMPLE_HEAD, pad_edge=False
        )
        for row in shown.rows:
            table.add_row(*row)
        output().print(table)


def _write(
    evaluation: Evaluation, found: Sequence[Record], sources: Sequence[Source], out: Path, settings: Settings
) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        text = json.dumps(evaluation.as_json(), ensure_ascii=False, indent=1)
        (out / RESULT).write_text(text + "\n", encoding="utf-8")
        write_evaluation_page(evaluation, found, {s.name: s.path for s in sources}, out / PAGE, settings)
    except OSError as error:
        raise UsageError(f"{out}: cannot be written ({error.strerror})", "choose another --out") from error
    output().print(f"each wrong value with its picture: {out / PAGE}", markup=False, soft_wrap=True)


def _with_truth(scans: Path, truths: dict[str, Truth]) -> list[Source]:
    """The scans that have a truth.

    Raises:
        NoInputError: there are none.
    """
    sources, problems = discover([str(scans)])
    tell_problems(problems)
    chosen = [source for source in sources if document_stem(source.name) in truths]
    if not chosen:
        raise NoInputError(f"{scans}: no scan that any truth belongs to", "the truth of NAME.pdf is NAME.json")
    return chosen


def _digitize(
    sources: list[Source], steps: Digitizing, settings: Settings, out: Path | None
) -> tuple[list[Record], float, int]:
    """Records, seconds on the clock and pages."""
    found: list[Record] = []
    summary = Summary()
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as nowhere, FolderSink(out or Path(nowhere)) as sink, follow(len(sources)) as to:
        for outcome in digitize_all(sources, steps, settings, on_page=to.page_done):
            sink.write(outcome)
            found += outcome.records
            summary.add(outcome)
            to.document_done(outcome)
    return found, time.monotonic() - start, summary.pages


def read_records(path: Path) -> list[Record]:
    """The records of an earlier run.

    Raises:
        UsageError: the file is none of records.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [Record.from_json(json.loads(line)) for line in lines if line.strip()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: not a file of records ({error})", f"give the {RECORDS} of a run") from error
