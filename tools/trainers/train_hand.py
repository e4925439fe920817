"""Trains what tells handwriting from type, on scans whose truth says which values were written by hand.

`python -m tools.trainers.train_hand --scans DIR --truth DIR`, truth as JSON with a "hand" beside each value.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from digitizer.bundle import save_model
from digitizer.document.layout import Readings
from digitizer.estimators import frozen
from digitizer.imaging.load import load_page, probe
from digitizer.imaging.segment import segment
from digitizer.imaging.straighten import straighten
from digitizer.loading import Tools, load_readers, load_tools
from digitizer.pipeline import draft
from digitizer.reading.handwriting import MODEL, NAMES, describe_hand
from digitizer.reading.read import line_ink, read
from digitizer.resources import models_folder
from digitizer.settings import Settings

SEED = 1
_FOLDS = 8
_SURELY_TYPED = 0.9
_FEWEST_LETTERS = 7
_ALIKE = 60.0
_COVERED = 0.6
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class HandLine:
    """A line to learn from. features: by the names in hand.NAMES; group: its document."""

    features: list[float]
    by_hand: bool
    group: str


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the scans, learns, tests by documents and writes models/hand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scans", type=Path, required=True)
    parser.add_argument("--truth", type=Path, required=True)
    options = parser.parse_args(arguments)
    # The second reader is slow and tells nothing of the hand.
    settings = Settings(double="none")
    tools = load_tools(settings)
    lines: list[HandLine] = []
    for path in sorted(options.scans.iterdir()):
        truth = options.truth / f"{path.stem}.json"
        if truth.is_file():
            lines += lines_of(path, json.loads(truth.read_text("utf-8"))["fields"], settings, tools)
            print(f"{path.name}: {len(lines)} lines, {sum(line.by_hand for line in lines)} by hand", flush=True)
    print(train_hand(lines, models_folder() / MODEL))


def lines_of(path: Path, truth: Mapping[str, Any], settings: Settings, tools: Tools) -> list[HandLine]:
    """The lines of a document of which it is known who wrote them: those of keyed values, and clear print."""
    document = probe(path, settings)
    pages: list[Readings] = []
    described: list[list[list[float] | None]] = []
    for number in range(1, document.pages + 1):
        straight = straighten(load_page(document, number, settings))
        readers = load_readers(settings)
        segments = segment(straight, readers.detector)
        readings = read(straight, segments, readers)
        pages.append(readings)
        described.append([describe_hand(line_ink(segments, k), straight.dpi) for k in readings.layout.lines])
    found: list[HandLine] = []
    keyed: dict[tuple[int, int], bool | None] = {}
    for drafted in draft(pages, tools):
        for name, value in drafted.drafts.fields.items() if drafted.drafts else ():
            if value.page is None or value.place is None or name not in truth or not value.text:
                continue
            readings = drafted.stack.pages[value.page]
            by_hand = _by_hand(truth[name], str(value.value))
            for k, line in enumerate(readings.layout.lines):
                shared = line.box.intersection(value.place)
                if shared is not None and shared.area > _COVERED * line.box.area:
                    keyed[readings.layout.ref.page - 1, k] = by_hand
    for page, number, features in _told(described):
        reading = pages[page].lines[number]
        clear = reading.engine == "tesseract" and reading.confidence > _SURELY_TYPED
        by_hand = keyed.get((page, number), False if clear and len(reading.text) >= _FEWEST_LETTERS else None)
        if by_hand is not None and not pages[page].layout.lines[number].sideways:
            found.append(HandLine(features, by_hand, path.name))
    return found


def _told(described: Sequence[Sequence[list[float] | None]]) -> Iterator[tuple[int, int, list[float]]]:
    for page, lines in enumerate(described):
        for number, features in enumerate(lines):
            if features is not None:
                yield page, number, features


def _by_hand(keyed: Mapping[str, Any], read_as: str) -> bool | None:
    """Who wrote what stands in the place of a value; None where it may not be the value's place."""
    value = keyed["value"]
    if not value or isinstance(value, bool):
        return None
    if keyed["hand"]:
        return True
    return False if fuzz.ratio(str(value).lower(), read_as.lower()) > _ALIKE else None


def train_hand(lines: Sequence[HandLine], folder: Path) -> dict[str, Any]:
    """Learns from the lines, writes the model and returns its card with the scores on documents held out."""
    x = np.array([line.features for line in lines], np.float32)
    y = np.array([line.by_hand for line in lines])
    groups = np.array([line.group for line in lines])
    folds = GroupKFold(min(_FOLDS, len(set(groups.tolist()))))
    chances = cross_val_predict(_model(), x, y, groups=groups, cv=folds, method="predict_proba")[:, 1]
    card = {
        "title": "Handwriting",
        "data": {"lines": len(y), "by_hand": int(y.sum()), "documents": len(set(groups.tolist()))},
        "features": list(NAMES),
        "scores": scores_of(chances, y),
    }
    return save_model(frozen(_model().fit(x, y), x), folder, MODEL, card)


def scores_of(chances: NDArray[np.float64], by_hand: NDArray[np.bool_]) -> dict[str, float]:
    """How well handwriting is told, by the probabilities of lines that the model has not seen."""
    told = chances >= _HALF
    return {
        "average_precision": round(float(average_precision_score(by_hand, chances)), 4),
        "area_under_curve": round(float(roc_auc_score(by_hand, chances)), 4),
        "told_of_hand": round(float(told[by_hand].mean()), 4),
        "told_of_type": round(float(told[~by_hand].mean()), 4),
    }


def _model() -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        max_iter=80,
        max_leaf_nodes=8,
        min_samples_leaf=10,
        l2_regularization=2.0,
        class_weight="balanced",
        random_state=SEED,
    )


if __name__ == "__main__":
    main()
