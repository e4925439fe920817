"""The work of `digitizer train`: reads, aligns, tests the training on documents not seen, and writes the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from digitizer.batch.reading_cache import ReadingCache, ReadPages, open_reading_cache
from digitizer.batch.run import digitize_all
from digitizer.batch.sources import Source
from digitizer.cli.console import notices, tell_problems
from digitizer.cli.forms import choose
from digitizer.cli.progress import follow
from digitizer.cli.training_blank import draw_from_blank
from digitizer.cli.training_input import Keyed, match, require_enough, require_folder
from digitizer.cli.training_result import Learned, card_scores, show, write_report
from digitizer.cli.training_store import Lessons, from_store
from digitizer.document.form import FormDefinition
from digitizer.document.record import Problem
from digitizer.errors import InputError, NoInputError, UsageError
from digitizer.evaluation.crossval import Case, Trial, validate
from digitizer.evaluation.reviewed import Gain, gain
from digitizer.fields.classifier import FieldClassifier, general_classifier
from digitizer.fields.definitions import load_definitions, locate_definition
from digitizer.imaging.load import Document, probe
from digitizer.learning import lessons
from digitizer.learning.align import missed_values
from digitizer.learning.folds import merge_groups
from digitizer.learning.form_bundle import load_earlier, save_form
from digitizer.learning.train_form import Kept, train_form
from digitizer.pipeline import Tools, load_tools
from digitizer.reading.tesseract_probe import require_tesseract
from digitizer.resources import models_folder
from digitizer.settings import Settings

OK, SOME = 0, 5


@dataclass(frozen=True, slots=True)
class Wanted:
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


def learn(wanted: Wanted, settings: Settings) -> int:
    """Learns the form, tells how well, writes the model and returns the exit code.

    Raises:
        DigitizerError: the arguments do not fit, a component is missing, or no scan could be read.
    """
    with TemporaryDirectory(prefix="digitizer-drawn-") as folder:
        return _learn_with(wanted, settings, Path(folder))


def _learn_with(wanted: Wanted, settings: Settings, folder: Path) -> int:
    """As learn; folder: for scans that are drawn."""
    folders = (models_folder(), *wanted.forms)
    form = choose(wanted.form, load_definitions(folders))
    definition = locate_definition(form.form, folders)
    assert definition is not None
    require_tesseract(settings.language)
    given = _given(wanted, form, folder, settings)
    keyed = given.keyed
    earlier = load_earlier(wanted.out, form) if wanted.resume else []
    require_enough(len(keyed) + len(earlier))
    report = wanted.report or Path("training") / form.form
    # Now, and not when minutes of learning would be lost.
    require_folder(wanted.out / form.form, "choose another --out")
    require_folder(report, "choose another --report")
    cache = open_reading_cache(wanted.cache, settings)
    failures = _read_all([k.source for k in keyed], settings, cache)
    tools = load_tools(settings, wanted.forms)
    general = general_classifier(models_folder())
    cases = _make_cases(keyed, form, general, settings, cache)
    new = {case.document.sha256 for case in cases}
    # A document that is there again is learned anew, by the truth as it is now.
    earlier = [kept for kept in earlier if kept.sha256 not in new]
    require_enough(len(cases) + len(earlier))
    learned = _learn(cases, earlier, form, tools, general, cache, wanted, settings.max_error)
    learned = replace(learned, gain=_gain(learned, given))
    kept = [*earlier, *learned.kept()]
    scores = card_scores(learned)
    calibrator = learned.validation.calibrator
    blank = given.blank.told() if given.blank else {}
    save_form(
        wanted.out,
        definition,
        form,
        learned.trained,
        calibrator,
        learned.validation.values,
        kept,
        scores,
        wanted.seed,
        blank,
    )
    write_report(learned, {k.source.name: k.source.path for k in keyed}, report, settings)
    show(learned, form, wanted.out, report)
    return SOME if failures else OK


def _given(wanted: Wanted, form: FormDefinition, folder: Path, settings: Settings) -> Lessons:
    """The scans with what is known of them. folder: for scans that are drawn.

    Raises:
        UsageError: none of scans with truth, a store and a blank was named, or several.
    """
    if wanted.blank and not wanted.scans and not wanted.truth and not wanted.store:
        drawn = draw_from_blank(wanted.blank, form, wanted.drawn, folder, settings, wanted.seed)
        return Lessons(drawn.keyed, blank=drawn)
    if wanted.blank:
        raise UsageError("--blank stands alone", "learn from the blank first, then --resume with scans or a store")
    if wanted.store and not wanted.scans and not wanted.truth:
        return from_store(wanted.store, form, wanted.group_by)
    if wanted.scans and wanted.truth and not wanted.store:
        return Lessons(tuple(match(wanted.scans, wanted.truth, form, wanted.group_by)))
    raise UsageError("learning takes --scans and --truth, or --store, or --blank", "name the two, or one of the others")


def _gain(learned: Learned, given: Lessons) -> Gain | None:
    """How much better the values come out that people looked at; None where there is no store."""
    if not given.reviewed:
        return None
    truths = {case.document.name: case.truth for case in learned.cases}
    reviewed = {name: one for name, one in given.reviewed.items() if name in truths}
    return gain(reviewed, truths, learned.validation.records)


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
        lesson = lessons.make_lesson(lessons.Keyed(name, document.sha256, k.group, values), pages, form, general)
        if lesson is None:
            tell_problems([Problem("nothing-written", f"{name}: no entries found: left out", "look at the scan", name)])
            continue
        cases.append(Case(document, lesson, k.truth))
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
    wanted: Wanted,
    max_error: float,
) -> Learned:
    """The training, after it was put to the test."""
    groups = merge_groups([case.lesson.keyed.group for case in cases])
    if len(set(groups)) < 2:
        told = f"--group-by {wanted.group_by}: all documents are of one group, so that none is left to test with"
        raise UsageError(told, "group by another field, or leave it out")
    drawn = wanted.blank is not None
    trial = Trial(form, tools, general, cache.pages, wanted.seed, max_error, drawn)
    with notices().status("aligning, training and testing"):
        validation = validate(trial, cases, earlier)
    trained = train_form([case.lesson for case in cases], groups, earlier, general, wanted.seed, drawn)
    aligned = zip(cases, trained.alignments, strict=True)
    missed = tuple(m for case, alignment in aligned for m in missed_values(case.lesson, alignment))
    return Learned(tuple(cases), len(set(groups)), len(earlier), trained, validation, missed, drawn=drawn)
