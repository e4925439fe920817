"""Trains what tells marked checkboxes, on drawn ones: marked by hand and by machine, near misses, spoiled ones.

`python -m tools.trainers.train_ticks`; pages are drawn, scanned and segmented, so that it learns from
frames as they are found.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from digitizer.authoring.drawing import ticks
from digitizer.authoring.drawing.nouns import FAMILIES, Family
from digitizer.bundle import save_model
from digitizer.estimators import Estimator, frozen
from digitizer.fields.findings import SURE_MARK
from digitizer.reading.checkbox_classifier import MODEL, NAMES, SPOILED, STATE, describe_marks
from digitizer.resources import models_folder
from tools.trainers.drawn_ticks import DAMAGE, scan_ticks

SEED = 1
PAGES, FORMS = 12, 14
"""Pages of one size of checkboxes for each kind of damage, one in two of them worn; forms of any print for each family.
"""
_FIRST = 10_000
"""Pages numbered from here on; those that `make ticks` draws have lower numbers."""
_BLANK, _MARKED, _SPOILED = range(3)
_RISING = (
    "share",
    "middle",
    "fullest_quarter",
    "emptiest_quarter",
    "largest",
    "largest_width",
    "largest_height",
    "share_above_others",
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Draws, learns, tests by pages and writes models/ticks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=PAGES, help="pages of 48 checkboxes for each kind of damage")
    parser.add_argument("--forms", type=int, default=FORMS, help="drawn forms for each family of damage")
    options = parser.parse_args(arguments)
    print(train_ticks(options.pages, options.forms, models_folder() / MODEL))


def train_ticks(pages: int, forms: int, folder: Path) -> dict[str, Any]:
    """Learns from so many pages of each damage, writes the model; returns its card, scored on families left out."""
    seeds = count(_FIRST)
    jobs = [(next(seeds), family, False) for family in DAMAGE for _ in range(pages)]
    jobs += [(next(seeds), family, True) for family in FAMILIES for _ in range(forms)]
    found = Parallel(n_jobs=-1)(delayed(_learned_from)(*job) for job in jobs)
    x = np.concatenate([features for features, _ in found])
    y = np.concatenate([states for _, states in found])
    families = np.repeat([family for _, family, _ in jobs], [len(states) for _, states in found])
    marked, spoiled = np.zeros(len(y)), np.zeros(len(y))
    scores = {}
    for family in dict.fromkeys(families.tolist()):
        own = families == family
        model = _fit(x[~own], y[~own])
        marked[own] = model[STATE].predict_proba(x[own][:, :-1])[:, 1]
        spoiled[own] = model[SPOILED].predict_proba(x[own])[:, 1]
        scores[family] = scores_of(marked[own], spoiled[own], y[own])
    card = {
        "title": "Marked checkboxes",
        "data": {"checkboxes": len(y), "pages": len(jobs)},
        "features": list(NAMES),
        "scores": {**scores_of(marked, spoiled, y), "left_out": scores},
    }
    return save_model(_fit(x, y), folder, MODEL, card)


def scores_of(marked: NDArray[np.float64], spoiled: NDArray[np.float64], states: NDArray[np.int64]) -> dict[str, float]:
    """How well the checkboxes of pages that the model has not seen are told. marked, spoiled: probabilities."""
    sure = 0.5 + np.abs(marked - 0.5) * (1 - spoiled) >= SURE_MARK
    meant = states != _SPOILED
    right = (marked > 0.5) == (states == _MARKED)
    shares = {
        "right": right[meant],
        "sure": sure[meant],
        "right_of_sure": right[meant & sure],
        "spoiled_left_to_a_person": (~sure)[~meant],
    }
    return {name: round(float(share.mean()), 4) for name, share in shares.items() if len(share)}


def _learned_from(seed: int, family: Family, form: bool) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The features and states of the drawn checkboxes that were found on a page."""
    scanned = scan_ticks(seed, family, worn=seed % 2 == 1, form=form)
    page = scanned.page
    features = describe_marks(page.ink, page.pixels, scanned.marks, page.dpi)
    found = [(k, _state(hand)) for k, hand in scanned.hands if k is not None]
    return features[[k for k, _ in found]], np.array([state for _, state in found], np.int64)


def _state(hand: ticks.Hand) -> int:
    return _SPOILED if hand in ticks.SPOILED else _MARKED if hand in ticks.MARKED else _BLANK


def _fit(x: NDArray[np.float32], y: NDArray[np.int64]) -> dict[str, Estimator]:
    meant = y != _SPOILED
    # More ink inside never makes a box blanker, whatever the drawn ones happen to say.
    rising = _model(dict.fromkeys(_RISING, 1), NAMES[:-1])
    state = rising.fit(x[meant, :-1], y[meant] == _MARKED)
    spoiled = _model({}).fit(x, y == _SPOILED)
    return {STATE: frozen(state, x[meant, :-1]), SPOILED: frozen(spoiled, x)}


def _model(rising: Mapping[str, int], names: Sequence[str] = NAMES) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        max_iter=120,
        max_leaf_nodes=8,
        min_samples_leaf=20,
        l2_regularization=2.0,
        monotonic_cst=[rising.get(name, 0) for name in names],
        random_state=SEED,
    )


if __name__ == "__main__":
    main()
