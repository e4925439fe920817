"""Learning a form: documents and what was keyed from them in, a bundle of models out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from digitizer.document.form import FormDefinition
from digitizer.errors import UsageError
from digitizer.fields.acceptance import MAX_ERROR
from digitizer.fields.classifier import FieldClassifier
from digitizer.learning.align import Missed, missed_values
from digitizer.learning.crossval import Case, Pages, Trial, Validation, validate
from digitizer.learning.folds import merge_groups
from digitizer.learning.form_bundle import save_form
from digitizer.learning.train_form import Kept, TrainedForm, train_form
from digitizer.loading import Tools


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a training gives. validation: its test on documents not seen, with the calibrator and the graded values.

    kept: what stays of all documents, those of earlier trainings before the others, so that learning can go on.
    missed: keyed values without a place. groups: how many there are; earlier: documents of earlier trainings.
    """

    form: FormDefinition
    trained: TrainedForm
    validation: Validation
    kept: tuple[Kept, ...]
    missed: tuple[Missed, ...]
    groups: int
    earlier: int
    seed: int


def train(
    form: FormDefinition,
    cases: Sequence[Case],
    pages: Pages,
    tools: Tools,
    general: FieldClassifier,
    earlier: Sequence[Kept] = (),
    *,
    seed: int = 1,
    max_error: float = MAX_ERROR,
    drawn: bool = False,
    progress: Callable[[str], None] = lambda stage: None,
) -> Bundle:
    """Learns a form from documents with their truth, and tests the training on documents that it has not seen.

    pages: gives a document's read pages. tools: all forms that are known. general: the classifier where learning
    begins. earlier: what earlier trainings kept. drawn: the documents are a blank filled in by us. progress: told
    the stage that begins, "testing" or "training".

    Raises:
        UsageError: all documents are of one group, so that none is left to test with.
    """
    groups = merge_groups([case.example.keyed.group for case in cases])
    if len(set(groups)) < 2:
        raise UsageError("all documents are of one group, so that none is left to test with", "group them otherwise")
    progress("testing")
    validation = validate(Trial(form, tools, general, pages, seed, max_error, drawn), cases, earlier)
    progress("training")
    trained = train_form([case.example for case in cases], groups, earlier, general, seed, drawn)
    aligned = zip(cases, trained.alignments, strict=True)
    missed = tuple(m for case, alignment in aligned for m in missed_values(case.example, alignment))
    new = [replace(k, graded=g) for k, g in zip(trained.kept, validation.graded, strict=True)]
    return Bundle(form, trained, validation, (*earlier, *new), missed, len(set(groups)), len(earlier), seed)


def save(
    bundle: Bundle, folder: Path, definition: Path, scores: dict[str, Any], blank: dict[str, object] | None = None
) -> None:
    """Writes the bundle as a folder of the form's name, with a card; form_bundle.load_earlier reads what it kept.

    definition: the form's file, copied beside the models. scores: for the card. blank: what the documents were drawn
    from, if they were.
    """
    save_form(
        folder,
        definition,
        bundle.form,
        bundle.trained,
        bundle.validation.calibrator,
        bundle.validation.values,
        list(bundle.kept),
        scores,
        bundle.seed,
        blank or {},
    )
