"""Whether checkboxes are marked, told by a trained model from the ink in and around each and in the page's others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.bundle import find_model
from digitizer.document.layout import Mark
from digitizer.document.page import Pixels
from digitizer.imaging.marks import inked_sides, inside_of

MODEL = "ticks"
STATE, SPOILED = "state", "spoiled"
"""The two classifiers of the model: whether a box is marked, and whether it was scribbled over or whited out, so that
only a person can say what was meant."""
_OWN = (
    *("whole", "in_line", "height", "width", "share", "middle", "fullest_quarter", "emptiest_quarter"),
    *("parts", "largest", "largest_width", "largest_height", "around", "around_fullest", "darkness", "lightness"),
    *("stroke", "reach", "sides", "thinnest_side"),
)
NAMES = (*_OWN, "share_above_others", "share_rank", "darkness_above_others", "others")
"""One name per column of the features."""
_RING = 0.045
"""Inches around a frame in which a mark that overshoots has ink."""
_BLANKEST = 30
"""Percentile of a page's checkboxes that is taken for one without a mark."""


@dataclass(frozen=True, slots=True)
class CheckboxClassifier:
    """model: a scikit-learn classifier over NAMES for STATE and for SPOILED; None where none was trained."""

    model: Mapping[str, Any] | None

    def tell(self, ink: Pixels, pixels: Pixels, marks: Sequence[Mark], dpi: float) -> tuple[Mark, ...]:
        """The checkboxes of a page as the model sees them.

        ink: uint8 (height, width), 255 where there is ink, with rules and frames; pixels: the page in grey, alike.
        A box that is surely spoiled has the confidence of a guess.
        """
        if self.model is None or not marks:
            return tuple(marks)
        features = describe_marks(ink, pixels, marks, dpi)
        chances = self.model[STATE].predict_proba(features)[:, 1]
        spoiled = self.model[SPOILED].predict_proba(features)[:, 1]
        sure = 0.5 + np.abs(chances - 0.5) * (1 - spoiled)
        return tuple(
            replace(mark, checked=chance > 0.5, confidence=round(confidence, 4))
            for mark, chance, confidence in zip(marks, chances.tolist(), sure.tolist(), strict=True)
        )


AS_FOUND = CheckboxClassifier(None)


def load_checkbox_classifier(models: Path) -> CheckboxClassifier:
    """The classifier in models/ticks; one that leaves marks as they were found where there is none.

    Raises:
        ModelMismatchError: it was made by another version or is not what its card says.
    """
    found = find_model(models / MODEL, MODEL)
    return CheckboxClassifier(found[0]) if found else AS_FOUND


def describe_marks(ink: Pixels, pixels: Pixels, marks: Sequence[Mark], dpi: float) -> NDArray[np.float32]:
    """Features of a page's checkboxes, (marks, NAMES)."""
    if not marks:
        return np.zeros((0, len(NAMES)), np.float32)
    own = np.array([_describe(ink, pixels, mark, dpi) for mark in marks], np.float32)
    share, darkness = own[:, _OWN.index("share")], own[:, _OWN.index("darkness")]
    among = own[:, 0] == 1
    if not among.any():
        among[:] = True
    against = [
        share - np.percentile(share[among], _BLANKEST),
        (share[:, None] > share[None, among]).mean(axis=1),
        darkness - np.percentile(darkness[among], _BLANKEST),
        np.full(len(marks), min(20, int(among.sum())), np.float32),
    ]
    return np.column_stack([own, *against]).astype(np.float32)


def _describe(ink: Pixels, pixels: Pixels, mark: Mark, dpi: float) -> list[float]:
    """What a checkbox shows by itself, in the order of _OWN; lengths in inches or shares of the frame."""
    frame = mark.box
    inner = inside_of(ink, mark, dpi)
    inside = ink[inner.y : inner.bottom, inner.x : inner.right] > 0
    grey = pixels[inner.y : inner.bottom, inner.x : inner.right]
    height, width = inside.shape
    parts_of = [q for half in np.array_split(inside, 2) for q in np.array_split(half, 2, axis=1)]
    quarters = [float(q.mean()) if q.size else 0.0 for q in parts_of]
    middle = inside[height // 4 : max(height // 4 + 1, height - height // 4), width // 4 : max(1, width - width // 4)]
    _, _, stats, _ = cv2.connectedComponentsWithStats(inside.astype(np.uint8), connectivity=8)
    parts = stats[1:][stats[1:, cv2.CC_STAT_AREA] > 2]
    largest = parts[parts[:, cv2.CC_STAT_AREA].argmax()] if len(parts) else np.zeros(5, np.int32)
    ring = _ring(ink, mark, dpi)
    depth = cv2.distanceTransform(np.pad(inside, 1).astype(np.uint8), cv2.DIST_L2, 3)
    sides = inked_sides(ink, frame, dpi)
    return [
        float(mark.whole),
        float(mark.in_line),
        frame.height / dpi,
        frame.width / dpi,
        float(inside.mean()),
        float(middle.mean()),
        max(quarters),
        min(quarters),
        float(len(parts)),
        float(largest[cv2.CC_STAT_AREA]) / inside.size,
        float(largest[cv2.CC_STAT_WIDTH]) / width,
        float(largest[cv2.CC_STAT_HEIGHT]) / height,
        float(np.mean(ring)),
        max(ring),
        1 - float(grey.mean()) / 255,
        1 - float(np.percentile(grey, 5)) / 255,
        2 * float(depth.max()) / dpi,
        float(sum(r > 0 for r in ring)),
        float(np.mean(sides)),
        min(sides),
    ]


def _ring(ink: Pixels, mark: Mark, dpi: float) -> list[float]:
    """The share of ink close by each side of a frame, outside of it."""
    frame, gap, reach = mark.box, max(1, round(0.01 * dpi)), max(2, round(_RING * dpi))
    rows, columns = slice(frame.y, frame.bottom), slice(frame.x, frame.right)
    strips = (
        ink[rows, max(0, frame.x - reach) : max(0, frame.x - gap)],
        ink[rows, frame.right + gap : frame.right + reach],
        ink[max(0, frame.y - reach) : max(0, frame.y - gap), columns],
        ink[frame.bottom + gap : frame.bottom + reach, columns],
    )
    return [float((s > 0).mean()) if s.size else 0.0 for s in strips]
