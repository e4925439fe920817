"""Tells handwriting from print and type, line by line, by its ink alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.bundle import find_model
from digitizer.document.page import Pixels

MODEL = "hand"
NAMES = (
    *("height", "width", "parts", "part_height", "part_height_spread", "part_width", "part_width_spread", "widest"),
    *("part_area", "bottoms", "tops", "gaps", "gap_spread", "density", "stroke", "stroke_spread", "runs", "rows"),
    *(f"direction_{k}" for k in range(8)),
)
"""One name per column of the features."""
_SPECK = 0.012
_FEWEST = 2
"""Parts: of less ink nothing can be told."""
_SHORTEST = 0.25
"""Inches: nor of a line that short."""


@dataclass(frozen=True, slots=True)
class HandwritingClassifier:
    """model: a scikit-learn classifier over NAMES, None where none was trained."""

    model: Any

    def probabilities(self, lines: Sequence[Pixels], dpi: float) -> NDArray[np.float64]:
        """Of each line's ink (uint8, 255 where there is ink), the probability that it was written by hand."""
        chances = np.zeros(len(lines))
        described = [describe_hand(line, dpi) for line in lines]
        told = [k for k, features in enumerate(described) if features is not None]
        if self.model is not None and told:
            chances[told] = self.model.predict_proba(np.array([described[k] for k in told], np.float32))[:, 1]
        return chances


UNTAUGHT = HandwritingClassifier(None)


def load_handwriting_classifier(models: Path) -> HandwritingClassifier:
    """The classifier in models/hand; one that knows no handwriting where there is none.

    Raises:
        ModelMismatchError: it was made by another version or is not what its card says.
    """
    found = find_model(models / MODEL, MODEL)
    return HandwritingClassifier(found[0]) if found else UNTAUGHT


def describe_hand(ink: Pixels, dpi: float) -> list[float] | None:
    """How regular a line's ink is, one number per name in NAMES; None where it is too little to tell."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    parts = stats[1:count].astype(np.float64)
    parts = parts[np.maximum(parts[:, 2], parts[:, 3]) >= max(2.0, _SPECK * dpi)]
    if len(parts) < _FEWEST or ink.shape[1] < _SHORTEST * dpi:
        return None
    parts = parts[np.argsort(parts[:, 0])]
    x, y, w, h, area = parts.T
    tall = float(np.percentile(h, 75))
    gaps = np.maximum(0.0, x[1:] - (x[:-1] + w[:-1]))
    strokes = cv2.distanceTransform(ink, cv2.DIST_L2, 3)
    ridge = strokes[(strokes > 0) & (strokes >= cv2.dilate(strokes, np.ones((3, 3), np.uint8)))]
    runs = np.count_nonzero(np.diff((ink > 0).astype(np.int8), axis=1) > 0, axis=1)
    inked = runs[runs > 0]
    return [
        ink.shape[0] / dpi,
        ink.shape[1] / dpi,
        len(parts) / (ink.shape[1] / dpi),
        tall / dpi,
        float(h.std()) / tall,
        float(np.median(w)) / tall,
        float(w.std()) / tall,
        float(w.max()) / tall,
        float(np.median(area / (w * h))),
        _unevenness(x, y + h, h, tall),
        _unevenness(x, y, h, tall),
        float(np.median(gaps)) / tall,
        float(gaps.std()) / tall,
        float((ink > 0).mean()),
        float(ridge.mean()) / dpi if len(ridge) else 0.0,
        float(ridge.std() / ridge.mean()) if len(ridge) else 0.0,
        float(inked.mean()) / (ink.shape[1] / dpi) if len(inked) else 0.0,
        float(runs.std() / max(1e-6, runs.mean())),
        *_directions(ink),
    ]


def _unevenness(x: NDArray[np.float64], ends: NDArray[np.float64], h: NDArray[np.float64], tall: float) -> float:
    """How far the tall parts' upper or lower ends stray from a straight line, in heights of the line."""
    chosen = h >= 0.5 * tall
    if chosen.sum() < 3:
        return 0.0
    slope, start = np.polyfit(x[chosen], ends[chosen], 1)
    return float(np.abs(ends[chosen] - start - slope * x[chosen]).mean()) / tall


def _directions(ink: Pixels) -> list[float]:
    """The share of edges that run in each of eight directions, a half turn in all."""
    soft = cv2.GaussianBlur(ink, (5, 5), 1.0)
    across, down = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    strength = np.hypot(across, down)
    turn = (np.arctan2(down, across) % np.pi / np.pi * 8).astype(np.int64) % 8
    shares = np.bincount(turn.ravel(), strength.ravel(), minlength=8)
    return [float(s) for s in shares / max(1e-6, float(shares.sum()))]
