"""`digitizer train`: finds what to learn from, has it read and learned, writes the model and tells how good it is."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from digitizer.authoring.drawn_documents import draw_documents, read_blank
from digitizer.batch.reading_cache import ReadingCache, ReadPages, open_reading_cache
from digitizer.batch.run import digitize_all
from digitizer.batch.sources import Source, discover, hash_file, is_url
from digitizer.cli.console import notices, output, tell_problems
from digitizer.cli.forms import choose
from digitizer.cli.progress import follow
from digitizer.cli.settings import make_settings
from digitizer.cli.training_report import Learned, show, write_report
from digitizer.document.form import FormDefinition
from digitizer.document.record import Problem
from digitizer.document.truth import Truth
from digitizer.errors import InputError, NoInputError, UsageError
from digitizer.evaluation.matching import check_group, check_names, group_of, match
from digitizer.evaluation.reviewed import gain, truth_of
from digitizer.evaluation.truth import document_stem, load_truths
from digitizer.evaluation.truth_table import read_truth_table
from digitizer.evaluation.validated import card_scores, score_validation
from digitizer.fields.definitions import load_definitions, locate_definition
from digitizer.imaging.load import Document, probe
from digitizer.learning import train as learning
from digitizer.learning.train import Bundle, OneGroupError, Stage, own_group, require_enough
from digitizer.learning.train_form import Kept
from digitizer.loading import Tools, load_tools
from digitizer.reading.tesseract_probe import require_tesseract
from digitizer.resources import models_folder
from digitizer.settings import Settings
from digitizer.store.database import open_store
from digitizer.store.quality import Reviewed, reviewed_of

OK, SOME = 0, 5


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


@dataclass(frozen=True, slots=True)
class Given:
    """sources: scans; truth, groups: what is known of them, by their names; reviewed: what people answered, likewise.

    blank: for the card, where the scans are a blank that was filled in.
    """

    sources: tuple[Source, ...]
    truth: dict[str, Truth]
    groups: dict[str, str]
    reviewed: dict[str, Reviewed] = field(default_factory=dict)
    blank: dict[str, object] = field(default_factory=dict)


def learn(options: TrainOptions, settings: Settings) -> int:
    """Learns the form, tells how well, writes the model and returns the exit code.

    Raises:
        DigitizerError: the arguments do not fit, a component is missing, or no scan could be read.
    """
    folders = (models_folder(), *options.forms)
    form = choose(options.form, load_definitions(folders))
    definition = locate_definition(form.form, folders)
    assert definition is not None
    require_tesseract(settings.language)
    with TemporaryDirectory(prefix="digitizer-drawn-") as drawn:
        given = _given(options, form, Path(drawn), settings)
        earlier = learning.load(options.out, form) if options.resume else []
        require_enough(len(given.sources) + len(earlier))
        report = options.report or Path("training") / form.form
        # Now, and not when minutes of learning would be lost.
        _require_folder(options.out / form.form, "choose another --out")
        _require_folder(report, "choose another --report")
        cache = open_reading_cache(options.cache, settings)
        failures = _read_all(given.sources, settings, cache)
        tools = load_tools(settings, options.forms)
        bundle = _train(form, given, earlier, tools, cache, options, settings)
        scores = score_validation(bundle.validation, bundle.cases, tools.forms)
        learned_from = {case.document.name for case in bundle.cases}
        reviewed = {name: one for name, one in given.reviewed.items() if name in learned_from}
        improved = gain(reviewed, given.truth, bundle.validation.records) if given.reviewed else None
        learned = Learned(bundle, scores, improved, drawn=bool(given.blank))
        learning.save(bundle, options.out, definition, card_scores(bundle.validation, scores, improved), given.blank)
        write_report(learned, {source.name: source.path for source in given.sources}, report, settings)
    show(learned, form, options.out, report)
    return SOME if failures else OK


def _given(options: TrainOptions, form: FormDefinition, folder: Path, settings: Settings) -> Given:
    """The scans with what is known of them. folder: for scans that are drawn.

    Raises:
        UsageError: none of scans with truth, a store and a blank was named, or several.
    """
    if options.blank and not options.scans and not options.truth and not options.store:
        return _from_blank(options.blank, form, options.drawn, folder, settings, options.seed)
    if options.blank:
        raise UsageError("--blank stands alone", "learn from the blank first, then --resume with scans or a store")
    if options.store and not options.scans and not options.truth:
        return from_store(options.store, form, options.group_by)
    if options.scans and options.truth and not options.store:
        return _from_truth(options.scans, options.truth, form, options.group_by)
    raise UsageError("learning takes --scans and --truth, or --store, or --blank", "name the two, or one of the others")


def _from_truth(scans: Path, truth: Path, form: FormDefinition, group_by: str) -> Given:
    """The scans of a form with what was keyed from them; tells which have no partner.

    Raises:
        UsageError: no truth is of that form, or it names fields that the form has not. NoInputError: no scan has one.
    """
    everything = read_truth_table(truth, form) if truth.suffix.lower() == ".csv" else load_truths(truth)
    own = [t for t in everything.values() if t.form == form.form]
    if not own:
        others = ", ".join(sorted({t.form for t in everything.values()}))
        raise UsageError(f"{truth}: no truth for the form '{form.form}', only for {others}", 'see "form" in the files')
    tell_problems(check_names(own, form, group_by))
    check_group(own, group_by)
    sources, problems = discover([str(scans)])
    matched = match([source.name for source in sources], everything, form.form, (str(scans), str(truth)))
    tell_problems([*problems, *matched.problems])
    if not matched.truth:
        raise NoInputError(f"{scans}: no scan that any truth belongs to", "the truth of NAME.pdf is NAME.json")
    groups = {name: group_of(t, group_by) or own_group(document_stem(name)) for name, t in matched.truth.items()}
    return Given(tuple(s for s in sources if s.name in matched.truth), dict(matched.truth), groups)


def _from_blank(path: Path, form: FormDefinition, count: int, folder: Path, settings: Settings, seed: int) -> Given:
    """A blank filled in with made-up entries; the scans are in the folder, which must stay until they are read."""
    read = read_blank(path, form, settings)
    if read.unreached:
        told = f"{path.name}: no place for {', '.join(read.unreached)}: not learned"
        tell_problems([Problem("no-place", told, "digitizer forms check NAME SCAN tells why")])
    with notices().status("filling in the blank"):
        truth = draw_documents(read.blank, form.form, count, folder, seed)
    told = f"blank:     {read.fields} places and {read.cells} cells of tables, filled in {count} times"
    output().print(told, markup=False, soft_wrap=True)
    return Given(tuple(Source(folder / name, name) for name in truth), truth, {}, blank=read.as_json(count))


def from_store(url: str, form: FormDefinition, group_by: str) -> Given:
    """The documents of a form at whose values people have looked.

    Raises:
        NoInputError: nobody has looked at any, or none of their scans is there. UsageError: as for truth that is keyed.
    """
    with open_store(url, create=False) as store, store.reading() as connection:
        found = reviewed_of(connection, form.form)
    if not found:
        raise NoInputError(f"{url}: nobody has looked at any value of '{form.form}'", "digitizer review --store URL")
    reviewed = dict(zip(_names(found), found, strict=True))
    truths = {name: truth_of(one) for name, one in reviewed.items()}
    tell_problems(check_names(truths.values(), form, group_by))
    check_group(truths.values(), group_by)
    paths = {name: _path(one) for name, one in reviewed.items()}
    sources = tuple(Source(path, name) for name, path in paths.items() if path is not None)
    gone = [name for name, path in paths.items() if path is None]
    if gone:
        told = f"{', '.join(gone[:8])}{f' and {len(gone) - 8} more' if len(gone) > 8 else ''}: left out"
        tell_problems([Problem("scan-gone", told, "put the scans back where they were digitized")])
    if not sources:
        raise NoInputError(f"{url}: none of the scans is where it was digitized", "put them back")
    there = [source.name for source in sources]
    groups = {name: group_of(truths[name], group_by) for name in there}
    return Given(sources, {n: truths[n] for n in there}, groups, {n: reviewed[n] for n in there})


def _names(found: Sequence[Reviewed]) -> list[str]:
    """A name for each document; where several share a stem the beginning of their SHA-256 tells them apart."""
    stems = Counter(PurePosixPath(one.record.document).stem for one in found)
    return [
        one.record.document if stems[path.stem] == 1 else f"{path.stem}-{one.record.sha256[:8]}{path.suffix}"
        for one in found
        for path in [PurePosixPath(one.record.document)]
    ]


def _path(one: Reviewed) -> Path | None:
    """Where the very bytes lie that the answers were given for."""
    for place in one.paths:
        try:
            if not is_url(place) and hash_file(place)[0] == one.record.sha256:
                return Path(place)
        except OSError:
            continue
    return None


def _require_folder(folder: Path, remedy: str) -> None:
    """Makes a folder, where it is not there; raises UsageError where nothing can be written into it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise UsageError(f"{folder}: cannot be written (no permission)", remedy)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error.strerror})", remedy) from error


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


def _train(
    form: FormDefinition,
    given: Given,
    earlier: Sequence[Kept],
    tools: Tools,
    cache: ReadingCache,
    options: TrainOptions,
    settings: Settings,
) -> Bundle:
    """The training, of the documents that could be read."""
    documents = [d for source in given.sources if (d := _document(source, settings)) is not None and cache.pages(d)]
    with ExitStack() as shown:

        def tell_stage(stage: Stage) -> None:
            # Before, problems are told; a spinner would stand between them.
            if stage == "testing":
                shown.enter_context(notices().status("aligning, training and testing"))

        try:
            return learning.train(
                form,
                documents,
                given.truth,
                cache.pages,
                tools,
                earlier,
                groups=given.groups,
                seed=options.seed,
                max_error=settings.max_error,
                drawn=bool(given.blank),
                progress=tell_stage,
                on_left_out=lambda problem: tell_problems([problem]),
            )
        except OneGroupError as error:
            raise UsageError(
                f"--group-by {options.group_by}: {error}", "group by another field, or leave it out"
            ) from error


def _document(source: Source, settings: Settings) -> Document | None:
    try:
        return replace(probe(source.path, settings), name=source.name)
    except InputError:
        # Told already when the pages were read.
        return None
