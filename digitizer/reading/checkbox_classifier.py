"""Whether checkboxes are marked, told by a trained model from the ink in and around each and in the page's others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.bundle import REMEDY, find_model
from digitizer.document.geometry import Box
from digitizer.document.layout import Mark
from digitizer.document.page import Pixels
from digitizer.errors import ModelMismatchError
from digitizer.imaging.marks import inside_of

MODEL = "ticks"
STATE, SPOILED = "state", "spoiled"
"""The two classifiers of the model: whether a box is marked, and whether it was scribbled over or whited out, so that
only a person can say what was meant."""
_OWN = (
    *("whole", "round", "height", "width", "share", "middle", "fullest_quarter", "emptiest_quarter"),
    *("parts", "largest", "largest_width", "largest_height", "stroke", "darkness", "lightness"),
    *("overshoot", "sides", "thinnest_side"),
)
BESIDE = "beside"
"""Ink around a box that hangs together with nothing in it: no evidence of a mark, but perhaps of one gone astray."""
NAMES = (*_OWN, "share_above_others", "share_rank", "darkness_above_others", "others", BESIDE)
"""One name per column of the features."""
_REACH = 0.6
"""Of a box's size, how far around it is looked for ink that goes on from the inside."""
_SIDE = 0.015
"""Inches that a frame's side is thick, at the most."""
_EMPTY = 0.02
"""Of the inside, the ink up to which a box is empty, whatever the model makes of it."""
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
        chances = self.model[STATE].predict_proba(features[:, : len(NAMES) - 1])[:, 1]
        spoiled = self.model[SPOILED].predict_proba(features)[:, 1]
        # Where the model and the plain measure disagree, neither is believed.
        empty = features[:, NAMES.index("share")] <= _EMPTY
        chances = np.where(empty & (chances > 0.5), 0.5, chances)
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
    if found and list(found[1]["features"]) != list(NAMES):
        raise ModelMismatchError(f"{models / MODEL} was trained on other features than this version uses", REMEDY)
    return CheckboxClassifier(found[0]) if found else AS_FOUND


def describe_marks(ink: Pixels, pixels: Pixels, marks: Sequence[Mark], dpi: float) -> NDArray[np.float32]:
    """Features of a page's checkboxes, (marks, NAMES)."""
    if not marks:
        return np.zeros((0, len(NAMES)), np.float32)
    within = [inside_of(ink, mark) for mark in marks]
    bare = _without_frames(ink, marks, within)
    told = [_describe(ink, bare, pixels, mark, inside, dpi) for mark, inside in zip(marks, within, strict=True)]
    own = np.array([features for features, _ in told], np.float32)
    share, darkness = own[:, _OWN.index("share")], own[:, _OWN.index("darkness")]
    among = own[:, 0] == 1
    if not among.any():
        among[:] = True
    against = [
        share - np.percentile(share[among], _BLANKEST),
        (share[:, None] > share[None, among]).mean(axis=1),
        darkness - np.percentile(darkness[among], _BLANKEST),
        np.full(len(marks), min(20, int(among.sum())), np.float32),
        np.array([beside for _, beside in told], np.float32),
    ]
    return np.column_stack([own, *against]).astype(np.float32)


def _without_frames(ink: Pixels, marks: Sequence[Mark], within: Sequence[NDArray[np.bool_]]) -> Pixels:
    """The ink with the sides of all frames taken out: a neighbour's is no mark."""
    bare = ink.copy()
    for mark, inside in zip(marks, within, strict=True):
        frame = mark.box
        area = bare[frame.y : frame.bottom, frame.x : frame.right]
        area[~inside[: area.shape[0], : area.shape[1]]] = 0
    return bare


def _describe(
    ink: Pixels, bare: Pixels, pixels: Pixels, mark: Mark, within: NDArray[np.bool_], dpi: float
) -> tuple[list[float], float]:
    """What a checkbox shows by itself, in the order of _OWN, and how much ink stands beside it apart from its own."""
    frame = mark.box
    rows, columns = slice(frame.y, frame.bottom), slice(frame.x, frame.right)
    inside = (ink[rows, columns] > 0) & within
    top, left, bottom, right = _limits(within)
    seen, area = inside[top:bottom, left:right], float(within.sum())
    grey = pixels[rows, columns][within]
    height, width = seen.shape
    quarters = [
        float(part.sum()) / max(1.0, float(room.sum()))
        for part, room in zip(_quarters(seen), _quarters(within[top:bottom, left:right]), strict=True)
    ]
    middle = seen[height // 4 : max(height // 4 + 1, height - height // 4), width // 4 : max(1, width - width // 4)]
    _, _, stats, _ = cv2.connectedComponentsWithStats(seen.astype(np.uint8), connectivity=8)
    parts = stats[1:][stats[1:, cv2.CC_STAT_AREA] > 2]
    largest = parts[parts[:, cv2.CC_STAT_AREA].argmax()] if len(parts) else np.zeros(5, np.int32)
    depth = cv2.distanceTransform(np.pad(seen, 1).astype(np.uint8), cv2.DIST_L2, 3)
    overshoot, beside = _around(bare, mark, inside)
    sides = inked_sides(ink, frame, dpi)
    return [
        float(mark.whole),
        float(mark.round),
        frame.height / dpi,
        frame.width / dpi,
        float(inside.sum()) / area,
        float(middle.mean()),
        max(quarters),
        min(quarters),
        float(len(parts)),
        float(largest[cv2.CC_STAT_AREA]) / area,
        float(largest[cv2.CC_STAT_WIDTH]) / width,
        float(largest[cv2.CC_STAT_HEIGHT]) / height,
        2 * float(depth.max()) / dpi,
        1 - float(grey.mean()) / 255,
        1 - float(np.percentile(grey, 5)) / 255,
        overshoot,
        float(np.mean(sides)),
        min(sides),
    ], beside


def _limits(within: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(within.any(axis=1)), np.flatnonzero(within.any(axis=0))
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1


def _quarters(area: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    return [part for half in np.array_split(area, 2) for part in np.array_split(half, 2, axis=1)]


def _around(bare: Pixels, mark: Mark, inside: NDArray[np.bool_]) -> tuple[float, float]:
    """Ink outside of a box that goes on from the ink inside, and ink that does not, as shares of the box."""
    frame = mark.box
    reach = round(_REACH * max(frame.width, frame.height))
    window = frame.grown(reach).clipped(bare.shape[1], bare.shape[0])
    near = np.asarray(bare[window.y : window.bottom, window.x : window.right] > 0, np.uint8)
    own = np.zeros_like(near)
    y, x = frame.y - window.y, frame.x - window.x
    own[y : y + frame.height, x : x + frame.width] = inside
    # A stroke goes on beyond the side that was taken out of it.
    gap = max(3, 2 * round(min(frame.width, frame.height) / 12) + 1)
    joined = cv2.morphologyEx(near | own, cv2.MORPH_CLOSE, np.ones((gap, gap), np.uint8))
    _, labels = cv2.connectedComponents(joined, connectivity=8)
    out = near.copy()
    out[y : y + frame.height, x : x + frame.width] = 0
    with_own = np.isin(labels, np.setdiff1d(np.unique(labels[own > 0]), [0]))
    size = float(frame.area)
    return float(out[with_own].sum()) / size, float(out[~with_own].sum()) / size


def inked_sides(ink: Pixels, frame: Box, dpi: float) -> list[float]:
    """How much of each side of a frame is inked along its length, 0 to 1: left, right, top, bottom."""
    depth = max(2, round(_SIDE * dpi))
    area = ink[frame.y : frame.bottom, frame.x : frame.right] > 0
    strips = (
        area[:, :depth].any(axis=1),
        area[:, -depth:].any(axis=1),
        area[:depth].any(axis=0),
        area[-depth:].any(axis=0),
    )
    return [float(s.mean()) for s in strips]
