"""`digitizer evaluate`: digitize, score, and write down what came of it."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from digitizer.batch.discover import Source, discover
from digitizer.document.form import FormDefinition
from digitizer.document.record import Record
from digitizer.errors import NoInputError, UsageError
from digitizer.evaluation.metrics import Evaluation, evaluate_records
from digitizer.evaluation.mistakes import write_evaluation_page
from digitizer.evaluation.truth import Truth, document_stem, load_truths
from digitizer.fields.definitions import load_definitions
from digitizer.resources import models_folder
from digitizer.settings import Settings


@dataclass(frozen=True, slots=True)
class _Digitized:
    """What a run gave. seconds: wall time, the workers' start among it; None where it was not timed."""

    records: tuple[Record, ...]
    pages: int | None = None
    seconds: float | None = None


def evaluate(
    scans: Path,
    truth: Path,
    settings: Settings,
    out: Path | None = None,
    records: Path | None = None,
    form: str | None = None,
    forms: Sequence[Path] = (),
    on_page: Callable[[], None] | None = None,
) -> Evaluation:
    """Scores the scans under a folder that have a truth; writes evaluation.json and evaluation.html to `out`.

    records: a records.jsonl to score instead of digitizing. form: scores only the documents whose truth is this form
    (which the program still has to find out). forms: folders with definitions of the user's own.

    Raises:
        UsageError: there is no truth, or none that fits the scans; a file is of another shape.
        NoInputError: there are no scans.
        DigitizerError: nothing can be digitized.
    """
    truths = _chosen_truths(truth, form)
    sources = _sources_with_truth(scans, truths)
    if records is None:
        if not sources:
            raise NoInputError(f"{scans}: no scan has a truth in {truth}", "scans and truth go by the same file name")
        digitized = _digitize(sources, settings, forms, on_page)
        names = [source.name for source in sources]
    else:
        digitized = _Digitized(tuple(r for r in read_records(records) if document_stem(r.document) in truths))
        names = []
    stems = {document_stem(name) for name in (*(s.name for s in sources), *(r.document for r in digitized.records))}
    evaluation = evaluate_records(
        digitized.records,
        {stem: truths[stem] for stem in truths if stem in stems},
        definitions=_definitions(forms),
        seconds=digitized.seconds,
        pages=digitized.pages,
        documents=names,
    )
    if out is not None:
        _write(evaluation, digitized.records, sources, out, settings)
    return evaluation


def read_records(path: Path) -> Iterator[Record]:
    """The records of a records.jsonl.

    Raises:
        UsageError: it cannot be read, or a line is no record.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}", "name the records.jsonl of a run") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield Record.from_json(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                told = f"{path}:{number}: not a record ({type(error).__name__}: {error})"
                raise UsageError(told, "name the records.jsonl of a run") from error


def _chosen_truths(truth: Path, form: str | None) -> dict[str, Truth]:
    truths = load_truths(truth)
    if form is None:
        return truths
    chosen = {stem: t for stem, t in truths.items() if t.form == form}
    if not chosen:
        known = ", ".join(sorted({t.form for t in truths.values()}))
        raise UsageError(f"{truth}: no truth for the form {form}", f"there is truth for {known}")
    return chosen


def _sources_with_truth(scans: Path, truths: Mapping[str, Truth]) -> list[Source]:
    sources, problems = discover([str(scans)])
    if problems and not sources:
        raise NoInputError(problems[0].message, problems[0].remedy)
    return [source for source in sources if document_stem(source.name) in truths]


def _digitize(
    sources: Sequence[Source], settings: Settings, forms: Sequence[Path], on_page: Callable[[], None] | None
) -> _Digitized:
    # Here and not above: scoring a file of records needs neither models nor Tesseract.
    from digitizer.batch.digitizing import Digitizing
    from digitizer.batch.run import digitize_all

    start = time.perf_counter()
    found: list[Record] = []
    pages = 0
    for outcome in digitize_all(sources, Digitizing(settings, tuple(forms)), settings, on_page=on_page):
        found += outcome.records
        pages += outcome.pages
    return _Digitized(tuple(found), pages, time.perf_counter() - start)


def _definitions(forms: Sequence[Path]) -> dict[str, FormDefinition]:
    return load_definitions([models_folder(), *forms])


def _write(
    evaluation: Evaluation, records: Sequence[Record], sources: Sequence[Source], out: Path, settings: Settings
) -> None:
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(evaluation.as_json(), indent=1, ensure_ascii=False)
    (out / "evaluation.json").write_text(text + "\n", encoding="utf-8")
    # Records of an earlier run may name their documents otherwise; their bytes tell.
    scans = {source.name: source.path for source in sources} | {_sha256(source.path): source.path for source in sources}
    write_evaluation_page(evaluation, records, scans, out / "evaluation.html", settings)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
