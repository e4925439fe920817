"""Models fitted without one damage family, one layout or one form, and scored on what was left out.

SEC forms are learned from drawn filings, as the shipped models are, but from fewer, so that it takes minutes; FARA
forms from the labelled scans. Beside each score stands that of models that had seen the like, though not the very
filings that are scored.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from digitizer import loading, pipeline
from digitizer.authoring.drawing.nouns import FAMILIES
from digitizer.batch.pool import count_cores
from digitizer.document.form import FormDefinition
from digitizer.evaluation.truth import make_truth
from digitizer.fields.acceptance import MAX_ERROR, choose_thresholds
from digitizer.fields.classifier import FieldClassifier
from digitizer.fields.confidence import Calibrator, untrained
from digitizer.fields.definitions import load_definition
from digitizer.fields.extract import extract
from digitizer.fields.identify import FormPages
from digitizer.fields.recording import Versions
from digitizer.fields.stacked_pages import stack_pages
from digitizer.imaging.load import Document
from digitizer.learning.calibrate import cross_fit, enough_to_calibrate, fit_confidence
from digitizer.learning.examples import Examples
from digitizer.resources import models_folder
from digitizer.settings import Settings
from tools.drawing.prints import FORMS
from tools.scoreboard.learned import learn_form
from tools.scoreboard.reading import open_cache, read_missing
from tools.scoreboard.score import Scored, Sums, compare_document, score_comparison
from tools.scoreboard.sets import Item, load_set
from tools.scoreboard.table import COLUMNS, markdown_table, told_value
from tools.trainers.drawn import LESSONS, ReadFiling, read_drawn
from tools.trainers.drawn_examples import column_examples, graded_drafts, pair_examples
from tools.trainers.make_models import LAYOUTS
from tools.trainers.train_fields import train_classifier

LEAVE_OUT = ("family", "layout", "form")
_SHOWN = ("values", "boxes", "blanks", "rows", "links", "accepted", "wrong", "calibration")
_SEED, _FOLDS = 4, 3


@dataclass(frozen=True, slots=True)
class Fitted:
    """Models of forms, from some filings."""

    classifier: FieldClassifier
    calibrator: Calibrator


@dataclass(frozen=True, slots=True)
class Studied:
    """A filing with the examples that it gives whichever models learn from them."""

    filing: ReadFiling
    pairs: tuple[Examples, ...]
    columns: tuple[Examples, ...]


def leave_out(kind: str, filings: int, shared: Path, cache: Path | None) -> str:
    """The table, as Markdown. kind: of LEAVE_OUT; filings: how many to draw and read, of each form where forms are left
    out. shared: the scans of FARA forms, which are left out of the table where they are not there.
    """
    forms = {name: load_definition(models_folder() / name / "form.yaml") for name in FORMS}
    names = [name for name in FORMS if FORMS[name].lessons[0]] if kind == "form" else ["sec-form-4"]
    damage = FAMILIES if kind == "family" else LESSONS
    drawn: list[ReadFiling] = []
    for name in names:
        for filing in read_drawn(name, range(filings), _SEED, LAYOUTS, count_cores(), reading=True, families=damage):
            drawn.append(filing)
            if len(drawn) % 12 == 0:
                sys.stderr.write(f"read: {len(drawn)} of {filings * len(names)} drawn filings\n")
    keys: dict[str, Callable[[ReadFiling], str]] = {
        "family": lambda filing: filing.family,
        "layout": lambda filing: filing.layout,
        "form": lambda filing: str(filing.truth["form"]),
    }
    cells = [[f"{kind} left out", "models", "learned from", "scored", *(_head(key) for key in _SHOWN)]]
    for thing, (seen, unseen) in score_drawn(drawn, keys[kind], forms).items():
        cells += [_cells(thing, "seen", *seen), _cells(thing, "unseen", *unseen)]
    if kind == "form" and (shared / "fara").is_dir():
        cells += _fara(shared, cache)
    return "\n".join(markdown_table(cells)) + "\n"


def score_drawn(
    drawn: Sequence[ReadFiling], key: Callable[[ReadFiling], str], forms: Mapping[str, FormDefinition]
) -> dict[str, tuple[tuple[int, list[Scored]], tuple[int, list[Scored]]]]:
    """By thing that is left out: from how many filings was learned and what came of the thing's own, the thing having
    been seen in other filings (cross-validated) and not.
    """
    keys = np.array([key(filing) for filing in drawn])
    things = sorted(set(keys.tolist()))
    folds, rng = np.zeros(len(drawn), np.int64), np.random.default_rng(_SEED)
    # Dealt thing by thing: what is left out must have been seen by the models that are said to have seen it.
    for thing in things:
        own = np.flatnonzero(keys == thing)
        folds[own] = rng.permutation(len(own)) % _FOLDS
    held = [folds == fold for fold in range(_FOLDS)] + [keys == thing for thing in things]
    run = Parallel(n_jobs=count_cores(), return_as="generator")
    studied = list(run(delayed(study)(filing, forms) for filing in drawn))
    results: list[list[Scored]] = []
    for scored in run(delayed(_fit_and_score)(studied, lot, forms) for lot in held):
        results.append(scored)
        sys.stderr.write(f"fitted: {len(results)} of {len(held)} models\n")
    seen = {
        int(k): d
        for lot, scored in zip(held[:_FOLDS], results[:_FOLDS], strict=True)
        for k, d in zip(np.flatnonzero(lot), scored, strict=True)
    }
    fewest = len(drawn) - max(int(lot.sum()) for lot in held[:_FOLDS])
    return {
        thing: ((fewest, [seen[k] for k in np.flatnonzero(lot).tolist()]), (len(drawn) - len(unseen), unseen))
        for thing, lot, unseen in zip(things, held[_FOLDS:], results[_FOLDS:], strict=True)
    }


def study(filing: ReadFiling, forms: Mapping[str, FormDefinition]) -> Studied:
    """What can be learned from a filing."""
    form, rng = forms[filing.truth["form"]], np.random.default_rng([_SEED, crc32(filing.name.encode())])
    pairs = tuple(e for e in pair_examples(filing, form, rng) if len(e.answers))
    return Studied(filing, pairs, tuple(e for e in column_examples(filing, form) if len(e.answers)))


def _fit_and_score(
    studied: Sequence[Studied], held: NDArray[np.bool_], forms: Mapping[str, FormDefinition]
) -> list[Scored]:
    """The filings that are held out, by models of the others."""
    fitted = fit([s for s, out in zip(studied, held, strict=True) if not out], forms)
    return [_score(s.filing, fitted, forms) for s, out in zip(studied, held, strict=True) if out]


def fit(studied: Sequence[Studied], forms: Mapping[str, FormDefinition]) -> Fitted:
    """A classifier from filings of one form or several, and the confidence from those that its folds had not seen."""

    def train(chosen: Sequence[Studied]) -> FieldClassifier:
        trained = train_classifier([e for s in chosen for e in s.pairs], [e for s in chosen for e in s.columns], _SEED)
        return FieldClassifier(trained["pairs"], trained["columns"], "")

    folds = np.random.default_rng(_SEED).permutation(len(studied)) % 2
    graded: list[Examples] = []
    for fold in range(2):
        classifier = train([s for s, f in zip(studied, folds, strict=True) if f != fold])
        own = [s.filing for s, f in zip(studied, folds, strict=True) if f == fold]
        graded += [graded_drafts(filing, forms[filing.truth["form"]], classifier) for filing in own]
    calibrator = untrained()
    if enough_to_calibrate(np.concatenate([g.answers for g in graded])):
        values = cross_fit(graded, range(len(graded)), _FOLDS, _SEED)
        calibrator = Calibrator(fit_confidence(graded, _SEED), choose_thresholds(values, MAX_ERROR))
    return Fitted(train(studied), calibrator)


def _score(filing: ReadFiling, fitted: Fitted, forms: Mapping[str, FormDefinition]) -> Scored:
    """A filing digitized by these models; that it is this form is told, as which form it is is not learned."""
    form = forms[filing.truth["form"]]
    name = form.form
    tools = loading.Tools({name: form}, {name: fitted.classifier}, {name: fitted.calibrator}, Versions("", {}))
    ref = filing.pages[0].layout.ref
    document = Document(Path(filing.name), filing.name, ref.sha256, len(filing.pages), "pdf")
    stack = stack_pages(filing.pages)
    found = FormPages(name, tuple(range(len(filing.pages))), 1.0)
    record = pipeline.record(document, pipeline.Drafted(found, stack, extract(stack, form, fitted.classifier)), tools)
    item = Item(Path(filing.name), "", make_truth(filing.truth))
    return score_comparison("drawn", item, compare_document(item, [record], forms, None), filing.pages)


def _fara(shared: Path, cache: Path | None) -> list[list[str]]:
    """FARA forms by the general classifier, which has seen none of them, beside cross-validated ones of their own."""
    settings = Settings()
    kept = open_cache(cache, settings)
    scans = load_set("fara", shared)
    read_missing([item.path for item in scans.items], settings, kept)
    cells = []
    for name in sorted({item.truth.form for item in scans.items}):
        learned = learn_form([item for item in scans.items if item.truth.form == name], kept, settings)
        by_name = {item.path.name: item for item in learned.items}
        for told, evaluation in (("seen", learned.scores.given), ("unseen", learned.scores.curve[0].evaluation)):
            scored = [score_comparison("fara", by_name[c.document], c, ()) for c in evaluation.comparisons]
            count = 0 if told == "unseen" else len(scored) - len(scored) // learned.folds
            cells.append(_cells(name, told, count, scored))
    return cells


def _head(key: str) -> str:
    return next(m.head for m in COLUMNS if m.key == key)


def _cells(thing: str, models: str, filings: int, scored: Sequence[Scored]) -> list[str]:
    values = Sums.of(scored).values(np.ones((1, len(scored))))[0]
    told = {m.key: told_value(m, float(v)) for m, v in zip(COLUMNS, values, strict=True)}
    return [thing, models, str(filings), str(len(scored)), *(told[key] for key in _SHOWN)]
