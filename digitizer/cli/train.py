"""`digitizer train`: reads, aligns, tests the training on documents not seen, and writes the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from digitizer.batch.reading_cache import ReadingCache, ReadPages, open_reading_cache
from digitizer.batch.run import digitize_all
from digitizer.batch.sources import Source
from digitizer.cli.console import notices, tell_problems
from digitizer.cli.forms import choose
from digitizer.cli.progress import follow
from digitizer.cli.settings import make_settings
from digitizer.cli.training_input import (
    Given,
    Keyed,
    draw_from_blank,
    from_store,
    match,
    require_enough,
    require_folder,
)
from digitizer.cli.training_report import Learned, card_scores, show, write_report
from digitizer.document.form import FormDefinition
from digitizer.document.record import Problem
from digitizer.errors import InputError, NoInputError, UsageError
from digitizer.evaluation.reviewed import Gain, gain
from digitizer.evaluation.validated import score_validation
from digitizer.fields.classifier import FieldClassifier, general_classifier
from digitizer.fields.definitions import load_definitions, locate_definition
from digitizer.imaging.load import Document, probe
from digitizer.learning import train as learning
from digitizer.learning import training_examples as training_examples
from digitizer.learning.crossval import Case
from digitizer.learning.folds import merge_groups
from digitizer.learning.form_bundle import load_earlier
from digitizer.learning.train import save
from digitizer.learning.train_form import Kept
from digitizer.loading import Tools, load_tools
from digitizer.reading.tesseract_probe import require_tesseract
from digitizer.resources import models_folder
from digitizer.settings import Settings


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
    settings = make_settings(
        workers=workers, dpi=dpi, page_timeout=page_timeout, max_memory=max_memory, max_error=max_error
    )
    options = TrainOptions(
        form, scans, truth, store, blank, drawn, out, group_by, resume, tuple(forms or ()), report, cache, seed
    )
    exit_code = learn(options, settings)
    if exit_code:
        raise typer.Exit(exit_code)


OK, SOME = 0, 5


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """What the user asked for: scans and truth, a store with corrections, or a blank to be filled in `drawn` times.

    out: folder of models; forms: folders of definitions; report: folder for results.
    """

    form: str
    scans: Path | None = None
    truth: Path | None = None
    store: str = ""
    blank: Path | None = None
    drawn: int = 60
    out: Path = Path("models")
    group_by: str = ""
    resume: bool = False
    forms: tuple[Path, ...] = ()
    report: Path | None = None
    cache: Path | None = None
    seed: int = 1


def learn(options: TrainOptions, settings: Settings) -> int:
    """Learns the form, tells how well, writes the model and returns the exit code.

    Raises:
        DigitizerError: the arguments do not fit, a component is missing, or no scan could be read.
    """
    with TemporaryDirectory(prefix="digitizer-drawn-") as folder:
        return _learn_with(options, settings, Path(folder))


def _learn_with(options: TrainOptions, settings: Settings, folder: Path) -> int:
    """As learn; folder: for scans that are drawn."""
    folders = (models_folder(), *options.forms)
    form = choose(options.form, load_definitions(folders))
    definition = locate_definition(form.form, folders)
    assert definition is not None
    require_tesseract(settings.language)
    given = _given(options, form, folder, settings)
    keyed = given.keyed
    earlier = load_earlier(options.out, form) if options.resume else []
    require_enough(len(keyed) + len(earlier))
    report = options.report or Path("training") / form.form
    # Now, and not when minutes of learning would be lost.
    require_folder(options.out / form.form, "choose another --out")
    require_folder(report, "choose another --report")
    cache = open_reading_cache(options.cache, settings)
    failures = _read_all([k.source for k in keyed], settings, cache)
    tools = load_tools(settings, options.forms)
    general = general_classifier(models_folder())
    cases = _make_cases(keyed, form, general, settings, cache)
    new = {case.document.sha256 for case in cases}
    # A document that is there again is learned anew, by the truth as it is now.
    earlier = [kept for kept in earlier if kept.sha256 not in new]
    require_enough(len(cases) + len(earlier))
    learned = _learn(cases, earlier, form, tools, general, cache, options, settings.max_error)
    learned = replace(learned, gain=_gain(learned, given))
    blank = given.blank.told() if given.blank else {}
    save(learned.bundle, options.out, definition, card_scores(learned), blank)
    write_report(learned, {k.source.name: k.source.path for k in keyed}, report, settings)
    show(learned, form, options.out, report)
    return SOME if failures else OK


def _given(options: TrainOptions, form: FormDefinition, folder: Path, settings: Settings) -> Given:
    """The scans with what is known of them. folder: for scans that are drawn.

    Raises:
        UsageError: none of scans with truth, a store and a blank was named, or several.
    """
    if options.blank and not options.scans and not options.truth and not options.store:
        drawn = draw_from_blank(options.blank, form, options.drawn, folder, settings, options.seed)
        return Given(drawn.keyed, blank=drawn)
    if options.blank:
        raise UsageError("--blank stands alone", "learn from the blank first, then --resume with scans or a store")
    if options.store and not options.scans and not options.truth:
        return from_store(options.store, form, options.group_by)
    if options.scans and options.truth and not options.store:
        return Given(tuple(match(options.scans, options.truth, form, options.group_by)))
    raise UsageError("learning takes --scans and --truth, or --store, or --blank", "name the two, or one of the others")


def _gain(learned: Learned, given: Given) -> Gain | None:
    """How much better the values come out that people looked at; None where there is no store."""
    if not given.reviewed:
        return None
    truths = {case.document.name: case.truth for case in learned.cases}
    reviewed = {name: one for name, one in given.reviewed.items() if name in truths}
    return gain(reviewed, truths, learned.bundle.validation.records)


def _read_all(sources: Sequence[Source], settings: Settings, cache: ReadingCache) -> int:
    """Reads all pages that are not in the cache yet; returns how many documents or pages could not be read.

    Raises:
        NoInputError: none could.
    """
    failures = unread = 0
    with follow(len(sources), "reading") as progress:
        for outcome in digitize_all(sources, ReadPages(settings, cache), settings, on_page=progress.page_done):
            progress.document_done(outcome)
            failures += len(outcome.failures)
            unread += len(outcome.failures) >= max(1, outcome.pages)
    if unread == len(sources):
        raise NoInputError("none of the scans could be read", "the lines above say why")
    return failures


def _make_cases(
    keyed: Sequence[Keyed], form: FormDefinition, general: FieldClassifier, settings: Settings, cache: ReadingCache
) -> list[Case]:
    """The documents that could be read, each once, beside what was keyed from them."""
    cases: list[Case] = []
    seen: dict[str, str] = {}
    for k in keyed:
        document = _document(k.source, settings)
        pages = cache.pages(document) if document is not None else []
        if document is None or not pages:
            continue
        name = document.name
        if document.sha256 in seen:
            told = f"{name}: the same file as {seen[document.sha256]}: left out"
            tell_problems([Problem("duplicate", told, "keep one of them", name)])
            continue
        seen[document.sha256] = name
        values = {n: v.value for n, v in k.truth.fields.items()}
        example = training_examples.make_training_example(
            training_examples.Keyed(name, document.sha256, k.group, values), pages, form, general
        )
        if example is None:
            tell_problems([Problem("nothing-written", f"{name}: no entries found: left out", "look at the scan", name)])
            continue
        cases.append(Case(document, example, k.truth))
    return cases


def _document(source: Source, settings: Settings) -> Document | None:
    try:
        return replace(probe(source.path, settings), name=source.name)
    except InputError:
        # Told already when the pages were read.
        return None


def _learn(
    cases: Sequence[Case],
    earlier: Sequence[Kept],
    form: FormDefinition,
    tools: Tools,
    general: FieldClassifier,
    cache: ReadingCache,
    options: TrainOptions,
    max_error: float,
) -> Learned:
    """The training, after it was put to the test."""
    if len(set(merge_groups([case.example.keyed.group for case in cases]))) < 2:
        told = f"--group-by {options.group_by}: all documents are of one group, so that none is left to test with"
        raise UsageError(told, "group by another field, or leave it out")
    drawn = options.blank is not None
    with notices().status("aligning, training and testing"):
        bundle = learning.train(
            form, cases, cache.pages, tools, general, earlier, seed=options.seed, max_error=max_error, drawn=drawn
        )
    return Learned(tuple(cases), bundle, score_validation(bundle.validation, cases, tools.forms), drawn=drawn)
