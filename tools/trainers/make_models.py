"""make models: draws filings of each form that can be drawn, scans and reads them, and trains all that it ships with.

Reproducible from the seed. Nothing is trained on real filings.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from digitizer.document.form import FormDefinition
from digitizer.fields.classifier import FieldClassifier
from digitizer.fields.definitions import load_definition
from digitizer.learning.calibrate import cross_fit, fit_confidence, save_confidence, told_acceptance
from digitizer.learning.examples import Examples
from digitizer.resources import models_folder
from tools.drawing.prints import FORMS
from tools.trainers.drawn import ReadFiling, read_drawn
from tools.trainers.drawn_examples import column_examples, graded_drafts, pair_examples
from tools.trainers.train_fields import save_classifier, score_examples, train_classifier
from tools.trainers.train_print import average_looks, choose_least, remembered_looks, save_memory

LAYOUTS = ("edgar", "paper", "edgar", "software", "edgar", "loose")
PRINT_LAYOUTS = ("edgar", "edgar", "edgar", "software", "edgar", "paper")
_FOLDS = 4


def main(arguments: Sequence[str] | None = None) -> None:
    """Trains and writes the models; prints what it does and how good they came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--form", choices=sorted(FORMS), action="append", help="only these forms")
    parser.add_argument("--filings", type=int, help="filings to draw and read, instead of each form's number")
    parser.add_argument("--print-filings", type=int, help="filings to learn the print's looks from, likewise")
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    started = time.monotonic()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - started:5.0f} s] {text}", flush=True)

    wanted = options.form or FORMS
    before: list[Path] = []
    # All memories first: every page is then read as it will be.
    for name, printed in FORMS.items():
        folder = models_folder() / name
        if name in wanted:
            make_memory(folder, options.print_filings or printed.lessons[1], options.seed, options.workers, before, say)
        before.append(folder)
    for name, printed in FORMS.items():
        if name not in wanted or not printed.lessons[0]:
            continue
        filings = []
        numbers = range(options.filings or printed.lessons[0])
        for filing in read_drawn(name, numbers, options.seed, LAYOUTS, options.workers, reading=True):
            filings.append(filing)
            if len(filings) % 24 == 0:
                say(f"{name}: {len(filings)} filings read")
        folder = models_folder() / name
        make_classifier(folder, load_definition(folder / "form.yaml"), filings, options.seed, say)


def make_memory(
    folder: Path, count: int, seed: int, workers: int, before: Sequence[Path], say: Callable[[str], None]
) -> None:
    """The memory of print: two thirds of the filings are remembered, the last third says how sure to be.

    before: folders of forms whose memories need not be told again.
    """
    numbers = range(100_000, 100_000 + count)
    seen = list(read_drawn(folder.name, numbers, seed, PRINT_LAYOUTS, workers, reading=False))
    cut = 2 * len(seen) // 3
    known = remembered_looks(before)
    averages = [a for a in average_looks([p for f in seen[:cut] for p in f.prints]) if a[:2] not in known]
    held_back = [p for f in seen[cut:] for p in f.prints]
    least = choose_least(averages, held_back, [e for f in seen for e in f.entries])
    save_memory(folder, averages, least, {"seed": seed, "filings": count})
    say(f"{folder.name}: {len(averages)} looks of printed lines remembered, known from a likeness of {least:.3f}")


def make_classifier(
    folder: Path, form: FormDefinition, filings: Sequence[ReadFiling], seed: int, say: Callable[[str], None]
) -> None:
    """The classifier from all filings; its scores and the confidence from each fold's filings, unseen by its rest."""
    rng = np.random.default_rng(seed)
    pairs = [[e for e in pair_examples(f, form, rng) if len(e.answers)] for f in filings]
    heads = [[e for e in column_examples(f, form) if len(e.answers)] for f in filings]
    scores: dict[str, list[dict[str, float]]] = {"pairs": [], "columns": []}
    graded: list[Examples] = []
    # Layouts and damage levels take turns: folds by number would not each have all of them.
    folds = rng.permutation(len(filings)) % _FOLDS
    for fold in range(_FOLDS):
        own = np.flatnonzero(folds == fold).tolist()
        rest = np.flatnonzero(folds != fold).tolist()
        models = train_classifier(_flat([pairs[k] for k in rest]), _flat([heads[k] for k in rest]), seed)
        scores["pairs"].append(score_examples(models["pairs"], _flat([pairs[k] for k in own])))
        scores["columns"].append(score_examples(models["columns"], _flat([heads[k] for k in own])))
        classifier = FieldClassifier(models["pairs"], models["columns"], "")
        graded += [graded_drafts(filings[k], form, classifier) for k in own]
    told = {name: _mean(of_folds) for name, of_folds in scores.items()}
    data = {"drawn": len(filings), "folds": _FOLDS, "seed": seed, "layouts": sorted(set(LAYOUTS))}
    models = train_classifier(_flat(pairs), _flat(heads), seed)
    save_classifier(folder, models, {"data": data, "scores": told, "definition": form.sha256})
    say(f"{form.form}: classifier {told}")
    make_confidence(folder, graded, seed, data, say)


def make_confidence(
    folder: Path, graded: Sequence[Examples], seed: int, data: Mapping[str, object], say: Callable[[str], None]
) -> None:
    """The confidence from drafts graded filing by filing; its thresholds from filings that it was not fitted to."""
    values = cross_fit(graded, range(len(graded)), _FOLDS, seed)
    report = {"right": round(float(values.answers.mean()), 4) if len(values) else 0.0}
    save_confidence(folder, fit_confidence(graded, seed), values, {"data": data, "scores": report})
    say(f"confidence: {report}, accepted: {told_acceptance(values)}")


def _mean(scores: Sequence[dict[str, float]]) -> dict[str, float]:
    """The scores of all folds in one: counts summed, the others averaged."""
    counts = ("examples", "right")
    return {n: round(float((np.sum if n in counts else np.mean)([s[n] for s in scores])), 5) for n in scores[0]}


def _flat(examples: Sequence[Sequence[Examples]]) -> list[Examples]:
    return [e for lot in examples for e in lot]


if __name__ == "__main__":
    main()
