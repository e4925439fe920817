"""What came of a training: tables for the terminal, files for the user."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from digitizer.cli.console import output
from digitizer.cli.evaluate import print_tables
from digitizer.document.form import FormDefinition
from digitizer.errors import UsageError
from digitizer.evaluation.mistakes import write_evaluation_page
from digitizer.evaluation.reviewed import Gain
from digitizer.evaluation.table import TextTable, percent, tables
from digitizer.evaluation.validated import ScoredPoint, Scores
from digitizer.fields.acceptance import NEVER
from digitizer.learning.crossval import Case, Validation
from digitizer.learning.train import Bundle
from digitizer.settings import Settings

UNALIGNED, RESULT, PAGE = "unaligned.json", "validation.json", "validation.html"
SHOWN = 30
"""Values that could not be aligned, in the table; the file has all."""


@dataclass(frozen=True, slots=True)
class Learned:
    """A training with its scores.

    gain: by how much the values come out better that people looked at; None where none was learned from a store.
    drawn: the documents are a blank filled in by us.
    """

    bundle: Bundle
    scores: Scores
    gain: Gain | None = None
    drawn: bool = False


def write_report(learned: Learned, scans: Mapping[str, Path], folder: Path, settings: Settings) -> None:
    """Writes what could not be aligned, the scores, and a page of all mistakes with their pictures.

    Raises:
        UsageError: the folder cannot be written.
    """
    evaluation = learned.scores.found
    result = {
        **evaluation.as_json(),
        "curve": [{"documents": p.documents, **p.evaluation.whole.as_json()} for p in learned.scores.curve],
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write_json(folder / UNALIGNED, [asdict(m) for m in learned.bundle.missed])
        _write_json(folder / RESULT, result)
        write_evaluation_page(evaluation, list(learned.bundle.validation.records), scans, folder / PAGE, settings)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error.strerror})", "choose another --report") from error


def _write_json(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def show(learned: Learned, form: FormDefinition, out: Path, report: Path) -> None:
    """Prints what came of the training."""
    validation = learned.bundle.validation
    parts = list(tables(learned.scores.found))
    if learned.drawn:
        # How made-up entries fare by decade, hand or alignment tells nobody anything.
        parts = [part for part in parts if part.title in ("Result", "By field")]
    else:
        parts = [*parts, *_given(learned), _curve(learned), _by_field(learned), _missed(learned)]
    print_tables(part for part in parts if part.rows)
    console = output()
    lines = [
        f"learned:   {form.form} from {len(learned.bundle.cases)} documents of {learned.bundle.groups} groups"
        + (f", and {learned.bundle.earlier} of earlier trainings" if learned.bundle.earlier else ""),
        *([] if learned.drawn else [_told_alignment(learned)]),
        *_told_gain(learned.gain),
        _told_calibration(validation),
        f"model:     {out / form.form}; use it: digitizer run SCANS --forms {out} --out RESULTS",
        f"report:    {report / PAGE}, {report / UNALIGNED}",
    ]
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)


def _told_alignment(learned: Learned) -> str:
    return (
        f"aligned:   {learned.bundle.aligned} of {learned.bundle.aligned + len(learned.bundle.missed)} values and ticks"
    )


def _told_gain(gain: Gain | None) -> list[str]:
    if gain is None or not gain.values:
        return []
    before, after = percent(gain.before / gain.values, 1), percent(gain.after / gain.values, 1)
    return [f"reviewed:  of {gain.values} values that people looked at, {before} were right; by the new model {after}"]


def _told_calibration(validation: Validation) -> str:
    if validation.calibrator.model is None:
        return "accepted:  nothing yet: too few right and wrong values to learn from which confidence on to accept"
    acceptance = validation.calibrator.acceptance
    from_which = [f"{g} from {t:.4f}" for g, t in acceptance.thresholds.items() if t != NEVER]
    few = "nothing: too few of the graded values are right, or there are too few"
    return f"accepted:  {', '.join(from_which) or few}, so that at most {acceptance.max_error:g} are wrong"


def _given(learned: Learned) -> list[TextTable]:
    """The result where the program is told which form it is, if that makes a difference."""
    if learned.scores.found.forms.share == 1:
        return []
    result = tables(learned.scores.given)[0]
    return [TextTable("Result where the form is told", result.head, result.rows)]


def _curve(learned: Learned) -> TextTable:
    """What was learned from 0, 10, 20, … documents, and from all but those tested."""
    validation = learned.bundle.validation
    trained_on = len(learned.bundle.cases) - round(len(learned.bundle.cases) / validation.folds)
    points = [*learned.scores.curve, ScoredPoint(trained_on + learned.bundle.earlier, learned.scores.given)]
    rows = tuple(_curve_row(point) for point in points)
    head = ("documents", "values", "of", "blanks", "of", "checkboxes", "of", "CER")
    return TextTable(
        "Learning curve: each document by a model that has not seen its group; the form is told", head, rows
    )


def _curve_row(point: ScoredPoint) -> tuple[str, ...]:
    whole = point.evaluation.whole
    shares = [part for s in (whole.values, whole.blanks, whole.checkboxes) for part in (percent(s.share), str(s.total))]
    name = str(point.documents) if point.documents else "0 (labels alone)"
    return (name, *shares, percent(whole.character_error_rate))


def _by_field(learned: Learned) -> TextTable:
    """For each field how many of its keyed values found their place."""
    found: Counter[str] = Counter()
    for case, alignment in zip(learned.bundle.cases, learned.bundle.trained.alignments, strict=True):
        slots = case.example.slots
        names = [" / ".join(f.name for f in slots[s].fields) for s in alignment.chosen if _is_told(case, s)]
        found.update(names)
    missed = Counter(m.field for m in learned.bundle.missed)
    rows = tuple((n, str(found[n]), str(found[n] + k)) for n, k in missed.most_common())
    return TextTable("Fields with values that could not be aligned", ("field", "aligned", "of"), rows)


def _is_told(case: Case, slot: int) -> bool:
    return case.example.states[slot] in ("value", "ticked")


def _missed(learned: Learned) -> TextTable:
    rows = tuple(
        (m.document, m.field, _short(m.keyed), _short(m.best), f"{m.alike:.2f}", m.taken)
        for m in learned.bundle.missed[:SHOWN]
    )
    more = f"; {len(learned.bundle.missed) - SHOWN} more in {UNALIGNED}" if len(learned.bundle.missed) > SHOWN else ""
    head = ("document", "field", "keyed", "most like it", "alike", "taken for")
    return TextTable(f"Could not be aligned{more}", head, rows)


def _short(text: str) -> str:
    line = " / ".join(text.split("\n"))
    return line if len(line) <= 36 else line[:35] + "…"
