"""Frames of checkboxes: whatever two strokes face each other, or is round, and a model's word on each.

Candidates are many and cheap, letters among them; what tells frames from letters (straight sides and corners, white
around, others of the same size in line) is measured on each and weighed by a trained classifier.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from digitizer.bundle import REMEDY, find_model
from digitizer.document.geometry import Box
from digitizer.document.page import Pixels
from digitizer.errors import ModelMismatchError
from digitizer.estimators import Estimator
from digitizer.imaging.frame_candidates import LEAST_ROUND, UNEVEN, candidates, coarse, in_line
from digitizer.imaging.frame_evidence import NAMES, SAME, Boxes, Sums, Values, describe_frames, wall_of
from digitizer.resources import models_folder

MODEL = "frames"
_OVERLAP = 0.2
"""Of the smaller of two candidates; only one of them can be a frame."""
_CORNER = 0.4
"""Of a square's corner, the ink that a ring does not have."""
_ABOUT = 0.05
"""By which the chances of two candidates for one frame may differ."""
_KNOWN = 0.5
"""Probability from which a candidate's columns and rows are looked through for others."""
_BORNE_OUT = 0.3
"""Probability from which a candidate is a frame where a sure one as large stands in line with it."""
MAY_BE, LIKELY, SURE = 0.05, 0.7, 0.97
"""Probability from which a candidate is kept for a label to confirm; from which it is a frame unless it reads as
letters; from which nothing in it is text."""


@dataclass(frozen=True, slots=True)
class Frame:
    """box: its outline in pixels; chance: the probability that it is a checkbox's frame; round: a ring or a bubble."""

    box: Box
    chance: float
    round: bool = False


@cache
def load_frame_model() -> Estimator | None:
    """The classifier in models/frames; None where there is none.

    Raises:
        ModelMismatchError: it was made by another version or is not what its card says.
    """
    found = find_model(models_folder() / MODEL, MODEL)
    if found and list(found[1]["features"]) != list(NAMES):
        raise ModelMismatchError(f"models/{MODEL} was trained on other features than this version uses", REMEDY)
    return found[0] if found else None


def find_frames(ink: Pixels, letter: float, dpi: float) -> list[Frame]:
    """The frames of a straightened page, none over another, the likeliest first.

    ink: uint8 (height, width), 255 where there is ink, with rules. letter: pixels that the page's letters are high.
    """
    model = load_frame_model()
    if model is None:
        return []
    ink, scale = coarse(ink, dpi)
    letter, dpi = letter * scale, dpi * scale
    sums = Sums.of(ink, dpi)
    boxes = candidates(ink, sums, dpi)
    told = describe_frames(sums, boxes, letter, dpi)
    known = [k for k, chance in choose(boxes, _chances(model, told)) if chance >= _KNOWN]
    more = in_line(sums, boxes[known])
    if len(more):
        boxes = np.vstack([boxes, more])
        told = describe_frames(sums, boxes, letter, dpi)
    chances = _chances(model, told)
    kept = choose(boxes, chances)
    best = [_best_fitting(k, boxes, chances, told) for k, _ in kept]
    found = boxes[best]
    borne_out = _borne_out(found, np.array([chance for _, chance in kept]), dpi)
    return [
        Frame(Box.spanning(x / scale, y / scale, (x + width) / scale, (y + height) / scale), chance, bool(ring))
        for (x, y, width, height), chance, ring in zip(
            found.tolist(), borne_out.tolist(), _is_round(told[best]), strict=True
        )
    ]


def choose(boxes: Boxes, chances: Values) -> list[tuple[int, float]]:
    """Those candidates that may be frames, by number, with their chances: the likeliest first, none over another."""
    kept: list[tuple[int, float]] = []
    taken = np.zeros((0, 4), np.int64)
    for k in np.argsort(-chances, kind="stable").tolist():
        if chances[k] < MAY_BE:
            break
        if not _meets(boxes[k], taken):
            kept.append((k, float(chances[k])))
            taken = np.vstack([taken, boxes[k]])
    return kept


def _meets(box: NDArray[np.int64], others: Boxes) -> bool:
    across = np.minimum(box[0] + box[2], others[:, 0] + others[:, 2]) - np.maximum(box[0], others[:, 0])
    down = np.minimum(box[1] + box[3], others[:, 1] + others[:, 3]) - np.maximum(box[1], others[:, 1])
    shared = np.maximum(0, across) * np.maximum(0, down)
    return bool((shared > _OVERLAP * np.minimum(box[2] * box[3], others[:, 2] * others[:, 3])).any())


def _chances(model: Estimator, told: NDArray[np.float32]) -> Values:
    return np.asarray(model.predict_proba(told)[:, 1], np.float64) if len(told) else np.zeros(0)


def _best_fitting(chosen: int, boxes: Boxes, chances: Values, told: NDArray[np.float32]) -> int:
    """Of the candidates for one frame that are about as likely, the one whose outline has most ink."""
    width, height = boxes[chosen, 2:].tolist()
    near = np.abs(boxes - boxes[chosen]).max(axis=1) <= max(2, UNEVEN * min(width, height))
    alike = np.flatnonzero(near & (chances >= chances[chosen] - _ABOUT))
    fit = np.maximum(told[alike, NAMES.index("sides")], told[alike, NAMES.index("round")])
    return int(alike[fit.argmax()])


def _borne_out(boxes: Boxes, chances: Values, dpi: float) -> Values:
    """The chances; a frame in one row or column with a sure one, and as large, is as sure."""
    slack = 2 * wall_of(dpi)
    sure = boxes[chances >= SURE]
    alike = (np.abs(boxes[:, None, 2:] - sure[None, :, 2:]) <= SAME * boxes[:, None, 2:] + 2).all(axis=2)
    aligned = (np.abs(boxes[:, None, :2] - sure[None, :, :2]) <= slack).any(axis=2)
    return np.where((chances >= _BORNE_OUT) & (alike & aligned).any(axis=1), np.maximum(chances, SURE), chances)


def _is_round(told: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which frames are rings: ink all along the ellipse in them, and hardly any in the corners."""
    empty = told[:, NAMES.index("corners")] < _CORNER
    return np.asarray(empty & (told[:, NAMES.index("round")] >= LEAST_ROUND), np.bool_)
