"""Learning a form: read documents and what was keyed from them in, a bundle of models out.

`train` learns, `save` writes what it gives, `load` reads again what a later training goes on with. Nothing is printed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from digitizer.document.form import FormDefinition
from digitizer.document.record import Problem
from digitizer.document.truth import Truth
from digitizer.errors import UsageError
from digitizer.fields.acceptance import MAX_ERROR
from digitizer.fields.classifier import FieldClassifier, general_classifier
from digitizer.imaging.load import Document
from digitizer.learning.align import Missed, missed_values
from digitizer.learning.crossval import Case, Pages, Trial, Validation, validate
from digitizer.learning.folds import merge_groups
from digitizer.learning.form_bundle import load as load
from digitizer.learning.form_bundle import save_form
from digitizer.learning.train_form import Kept, TrainedForm, train_form
from digitizer.learning.training_examples import Keyed, make_training_example
from digitizer.loading import Tools
from digitizer.resources import models_folder

LEAST_DOCUMENTS = 10
Stage = Literal["aligning", "testing", "training"]


class OneGroupError(UsageError):
    """All documents are of one group, so that a model tested on some of them would know the others."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a training gives. cases: the documents learned from; left_out: why others were not.

    validation: its test on documents not seen, with the calibrator and the graded values. kept: what stays of all
    documents, those of earlier trainings before the others, so that learning can go on. missed: keyed values without a
    place. groups: how many there are; earlier: documents of earlier trainings.
    """

    form: FormDefinition
    cases: tuple[Case, ...]
    left_out: tuple[Problem, ...]
    trained: TrainedForm
    validation: Validation
    kept: tuple[Kept, ...]
    missed: tuple[Missed, ...]
    groups: int
    earlier: int
    seed: int

    @property
    def aligned(self) -> int:
        """How many keyed values and ticks found their place."""
        wanted = ("value", "ticked")
        pairs = zip(self.cases, self.trained.alignments, strict=True)
        return sum(case.example.states[s] in wanted for case, alignment in pairs for s in alignment.chosen)


def train(
    form: FormDefinition,
    documents: Sequence[Document],
    truth: Mapping[str, Truth],
    pages: Pages,
    tools: Tools,
    earlier: Sequence[Kept] = (),
    *,
    groups: Mapping[str, str] | None = None,
    general: FieldClassifier | None = None,
    seed: int = 1,
    max_error: float = MAX_ERROR,
    drawn: bool = False,
    progress: Callable[[Stage], None] = lambda stage: None,
    on_left_out: Callable[[Problem], None] = lambda problem: None,
) -> Bundle:
    """Learns a form from read documents and what was keyed from them, and tests it on documents that it has not seen.

    truth, groups: by document name; documents of one group are never parted by tests, one without is its own.
    pages: gives a document's pages as read: of a cache, or a dictionary's. tools: all forms that are known. earlier:
    what earlier trainings kept, as `load` gives it. general: the classifier where learning begins, by default the one
    that ships. drawn: the documents are a blank filled in by us. progress: told which stage begins. on_left_out: told
    at once of each document that nothing can be learned from; the bundle has them too.

    Raises:
        UsageError: too few documents are left. OneGroupError: all are of one group.
    """
    general = general or general_classifier(models_folder())
    progress("aligning")
    cases, left_out = _make_cases(form, documents, truth, pages, groups or {}, general, on_left_out)
    new = {case.document.sha256 for case in cases}
    # A document that is there again is learned anew, by the truth as it is now.
    earlier = [kept for kept in earlier if kept.sha256 not in new]
    require_enough(len(cases) + len(earlier))
    numbers = merge_groups([case.example.keyed.group for case in cases])
    if len(set(numbers)) < 2:
        raise OneGroupError("all documents are of one group, so that none is left to test with", "group them otherwise")
    progress("testing")
    validation = validate(Trial(form, tools, general, pages, seed, max_error, drawn), cases, earlier)
    progress("training")
    trained = train_form([case.example for case in cases], numbers, earlier, general, seed, drawn)
    aligned = zip(cases, trained.alignments, strict=True)
    return Bundle(
        form,
        tuple(cases),
        tuple(left_out),
        trained,
        validation,
        kept=(*earlier, *(replace(k, graded=g) for k, g in zip(trained.kept, validation.graded, strict=True))),
        missed=tuple(m for case, alignment in aligned for m in missed_values(case.example, alignment)),
        groups=len(set(numbers)),
        earlier=len(earlier),
        seed=seed,
    )


def require_enough(count: int) -> None:
    """Raises UsageError where there are too few documents to learn from."""
    if count < LEAST_DOCUMENTS:
        told = f"only {count} document{'s' if count != 1 else ''} with scan and truth; learning takes {LEAST_DOCUMENTS}"
        raise UsageError(told, "key more documents; until then the form works by its labels alone")


def own_group(name: str) -> str:
    """The group of a document that shares none, by its name."""
    # Names of files are alike (scan-001, scan-002) and would be merged as spellings of one group; digests are not.
    return hashlib.sha256(name.encode()).hexdigest()


def _make_cases(
    form: FormDefinition,
    documents: Sequence[Document],
    truth: Mapping[str, Truth],
    pages: Pages,
    groups: Mapping[str, str],
    general: FieldClassifier,
    on_left_out: Callable[[Problem], None],
) -> tuple[list[Case], list[Problem]]:
    """The documents that can be learned from, each once, beside what was keyed from them; and why others cannot."""
    cases: list[Case] = []
    left_out: list[Problem] = []
    seen: dict[str, str] = {}

    def leave_out(kind: str, name: str, why: str, remedy: str) -> None:
        left_out.append(Problem(kind, f"{name}: {why}: left out", remedy, name))
        on_left_out(left_out[-1])

    for document in documents:
        name = document.name
        if name not in truth or truth[name].form != form.form:
            leave_out("scan-without-truth", name, f"nothing of the form '{form.form}' was keyed", "key it")
            continue
        if document.sha256 in seen:
            leave_out("duplicate", name, f"the same file as {seen[document.sha256]}", "keep one of them")
            continue
        seen[document.sha256] = name
        values = {n: v.value for n, v in truth[name].fields.items()}
        keyed = Keyed(name, document.sha256, groups.get(name) or own_group(name), values)
        example = make_training_example(keyed, pages(document), form, general)
        if example is None:
            leave_out("nothing-written", name, "no entries found", "look at the scan")
            continue
        cases.append(Case(document, example, truth[name]))
    return cases, left_out


def save(
    bundle: Bundle, folder: Path, definition: Path, scores: dict[str, Any], blank: dict[str, object] | None = None
) -> None:
    """Writes the bundle as a folder of the form's name, with a card; `load` reads what it kept.

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
