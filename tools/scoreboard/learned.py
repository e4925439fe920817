"""Forms that are learned from their scans: each document by models trained on other registrants' documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from digitizer import loading
from digitizer.evaluation.validated import Scores, score_validation
from digitizer.fields.classifier import general_classifier
from digitizer.learning.crossval import Case, Trial, validate
from digitizer.learning.training_examples import Keyed, make_training_example
from digitizer.resources import models_folder
from digitizer.settings import Settings
from tools.scoreboard.reading import Cache, pages_of
from tools.scoreboard.score import Scored, compare_document, score_comparison
from tools.scoreboard.sets import Item, ScanSet

REGISTRANT = ("primaryRegistrantName", "registrantName")
"""Fields that name the registrant, the first that a document has: its documents are never parted."""
LEAST = 10
"""Documents of a form below which nothing can be learned."""
_SEED = 1


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of a form. items: those of its documents that could be learned from; folds: parts that took turns."""

    items: tuple[Item, ...]
    scores: Scores
    folds: int


def learn_form(items: Sequence[Item], cache: Cache, settings: Settings) -> Learned:
    """One form put to the test in cross-validation; items: its documents."""
    tools = loading.load_tools(settings)
    form, general = tools.forms[items[0].truth.form], general_classifier(models_folder())
    kept: list[tuple[Item, Case]] = []
    for item in items:
        read = pages_of(item.path, settings, cache)
        if read is None or not read[1]:
            continue
        document, pages = read
        values = {name: v.value for name, v in item.truth.fields.items()}
        group = next((str(values[name]) for name in REGISTRANT if values.get(name)), "")
        example = make_training_example(Keyed(document.name, document.sha256, group, values), pages, form, general)
        if example is not None:
            kept.append((item, Case(document, example, item.truth)))
    trial = Trial(form, tools, general, cache.pages, _SEED, settings.max_error)
    cases = [case for _, case in kept]
    validation = validate(trial, cases, [])
    scores = score_validation(validation, cases, tools.forms)
    return Learned(tuple(item for item, _ in kept), scores, validation.folds)


def score_learned(items: Sequence[Item], scans: ScanSet, cache: Cache, settings: Settings) -> list[Scored]:
    """Every document of one form, scored; one that could not be learned from is wrong in all."""
    learned = learn_form(items, cache, settings)
    compared = {c.document: c for c in learned.scores.found.comparisons}
    tools = loading.load_tools(settings)
    scored = []
    for item in items:
        comparison = compared.get(item.path.name) or compare_document(item, [], tools.forms, None)
        read = pages_of(item.path, settings, cache)
        scored.append(score_comparison(scans.name, item, comparison, read[1] if read else []))
    return scored
