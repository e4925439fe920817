"""Reads isolated characters, at which word recognisers fail: codes of one letter, lone digits, footnote markers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from heapq import nlargest
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.bundle import load_model
from digitizer.document.layout import Reading
from digitizer.document.page import Pixels

DIGITS = "0123456789"
JUNK = ""
"""Class of ink that is no character: speckle, pieces of rules and stamps, characters grown together."""
PAIR = ")("
"""Two parentheses grown together, as between footnote markers; a class of its own."""
TICK = "✓"
CLASSES = (*DIGITS, *"ABCDEFGHIJKLMNOPQRSTUVWXYZ", *"abcdefghijklmnopqrstuvwxyz", *"$,.()/-&", TICK, PAIR, JUNK)

SIDE = 20
CELLS = 5
DIRECTIONS = 8
FEATURES = CELLS * CELLS * DIRECTIONS + 3
OUTSIDE = 0.02
"""Prior weight of a character outside the alphabet against one inside it."""
TWINS = ("0Oo", "1Ili", *(f"{c}{c.lower()}" for c in "CFJKMPSUVWXYZ"))
"""Characters of the same shape, or of the same but for size."""
TWIN = 0.5
"""Prior weight of a character whose twin is inside the alphabet."""
SPECK = 0.04
"""Ink apart from the character and smaller than this share of it is dirt."""
LIKELY = 1e-4
"""Alternatives less probable than this are not told."""


@dataclass(frozen=True, slots=True)
class GlyphReader:
    """A trained classifier of single characters."""

    model: Any

    @staticmethod
    def load(folder: Path) -> GlyphReader:
        """The reader in models/glyphs.

        Raises:
            MissingComponentError: there is none.
            ModelMismatchError: it was made by another version or is not what its card says.
        """
        model, _ = load_model(folder, "glyphs")
        return GlyphReader(model)

    def read(
        self, crops: Sequence[Pixels], alphabet: str | Sequence[str] | None = None, line_height: float | None = None
    ) -> list[Reading]:
        """Each crop as one character; text "" where it is likelier none of the alphabet's.

        crops: uint8 (height, width) grey, 0 black to 255 white (an ink mask inverted), one character each.
        alphabet: the only characters that can stand there; None: any. line_height: height in pixels of the
        tallest character of the line, if known; it tells C from c and a stop from speckle.
        Confidences are probabilities, and sum to 1 with those of all alternatives.
        """
        labels, table = self.probabilities(crops, alphabet, line_height)
        return [_reading(sorted(zip(row.tolist(), labels, strict=True), reverse=True)) for row in table]

    def read_string(
        self,
        crops: Sequence[Pixels],
        alphabet: str | Sequence[str] | None = None,
        line_height: float | None = None,
        most: int = 5,
    ) -> Reading:
        """A row of characters, left to right, as one text with its likeliest alternatives; junk is left out.

        line_height: by default that of the tallest crop.
        """
        if not crops:
            return Reading("", 1.0, "glyph")
        height = line_height or max(_tight(crop).shape[0] for crop in crops)
        labels, table = self.probabilities(crops, alphabet, float(height))
        texts: dict[str, float] = {"": 1.0}
        for row in table:
            best = [(labels[i], float(row[i])) for i in np.argsort(row)[::-1][:most] if row[i] > LIKELY]
            grown: dict[str, float] = {}
            for text, chance in texts.items():
                for label, share in best:
                    grown[text + label] = grown.get(text + label, 0.0) + chance * share
            texts = dict(nlargest(4 * most, grown.items(), key=lambda item: (item[1], item[0])))
        return _reading(nlargest(most, ((chance, text) for text, chance in texts.items())))

    def probabilities(
        self, crops: Sequence[Pixels], alphabet: str | Sequence[str] | None = None, line_height: float | None = None
    ) -> tuple[list[str], NDArray[np.float64]]:
        """The alphabet's characters and JUNK, and a row of their probabilities for each crop, (crops, characters)."""
        if not crops:
            return self.restrict(np.zeros((0, len(self.model.classes_))), alphabet)
        raw = self.model.predict_proba(describe(crops, [line_height] * len(crops)))
        return self.restrict(np.asarray(raw, dtype=np.float64), alphabet)

    def restrict(
        self, raw: NDArray[np.floating], alphabet: str | Sequence[str] | None
    ) -> tuple[list[str], NDArray[np.float64]]:
        """Probabilities over all classes, (crops, classes), as probabilities over an alphabet and JUNK."""
        classes = tuple(str(label) for label in self.model.classes_)
        if alphabet is None:
            return list(classes), np.asarray(raw, dtype=np.float64)
        inside, weights = _restriction(classes, frozenset(alphabet))
        table = np.asarray(raw, dtype=np.float64) @ weights
        return [*inside, JUNK], table / np.maximum(table.sum(axis=1, keepdims=True), 1e-12)


@cache
def _restriction(classes: tuple[str, ...], alphabet: frozenset[str]) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """The classes inside an alphabet, and what each class counts for each of them and for JUNK, the last column."""
    inside = tuple(c for c in classes if c in alphabet and c != JUNK)
    # Bayes with another prior: characters outside the alphabet are rare, not impossible; those of the same
    # shape as one inside are that one.
    weights = np.zeros((len(classes), len(inside) + 1))
    for i, label in enumerate(classes):
        twins = [c for c in inside if label != JUNK and any(label in shape and c in shape for shape in TWINS)]
        targets = [label] if label in inside else twins
        for target in targets:
            weights[i, inside.index(target)] = (1.0 if label == target else TWIN) / len(targets)
        if not targets:
            weights[i, -1] = 1.0 if label == JUNK else OUTSIDE
    return inside, weights


def describe(crops: Sequence[Pixels], line_heights: Sequence[float | None]) -> NDArray[np.float32]:
    """What the classifier sees of crops, float32 of shape (crops, FEATURES).

    How strongly the ink's edges run in each direction in each part of a square that holds the character with its
    proportions kept; then its proportions and its share of the line's height.
    """
    squares = np.zeros((len(crops), SIDE + 2, SIDE + 2), dtype=np.float32)
    shapes = np.zeros((len(crops), 3), dtype=np.float32)
    for i, (crop, line_height) in enumerate(zip(crops, line_heights, strict=True)):
        ink = _tight(crop)
        height, width = ink.shape
        scale = SIDE / max(height, width)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = cv2.resize(ink, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        top, left = 1 + (SIDE - size[1]) // 2, 1 + (SIDE - size[0]) // 2
        squares[i, top : top + size[1], left : left + size[0]] = small
        tall = 0.0 if line_height is None else min(2.0, height / line_height)
        shapes[i] = np.clip(np.log2(width / height), -3.0, 3.0), tall, line_height is not None
    return np.hstack([_edges(squares), shapes])


def _edges(squares: NDArray[np.float32]) -> NDArray[np.float32]:
    """Histograms of edge directions, (squares, CELLS * CELLS * DIRECTIONS), of squares with a margin of one pixel."""
    count, cell = len(squares), SIDE // CELLS
    across = squares[:, 1:-1, 2:] - squares[:, 1:-1, :-2]
    down = squares[:, 2:, 1:-1] - squares[:, :-2, 1:-1]
    strength = np.hypot(across, down)
    turn = (np.arctan2(down, across) / np.float32(2 * np.pi) * DIRECTIONS) % DIRECTIONS
    lower = np.floor(turn).astype(np.int64) % DIRECTIONS
    share = turn - np.floor(turn)
    cells = np.zeros((count, CELLS, CELLS, DIRECTIONS), dtype=np.float32)
    for k in range(DIRECTIONS):
        # An edge between two directions counts for both, by how near it is.
        part = strength * ((lower == k) * (1 - share) + ((lower + 1) % DIRECTIONS == k) * share)
        cells[..., k] = part.reshape(count, CELLS, cell, CELLS, cell).sum(axis=(2, 4)) / cell
    return cells.reshape(count, -1)


def _tight(crop: Pixels) -> NDArray[np.float32]:
    """The ink of a grey crop, 0 paper to 1 darkest, cut to its outline; one blank pixel where there is none."""
    ink = 255.0 - crop.astype(np.float32)
    if ink.size == 0:
        return np.zeros((1, 1), dtype=np.float32)
    lightest = ink.size // 20
    paper, dark = float(np.partition(ink, lightest, axis=None)[lightest]), float(ink.max())
    if paper > 0.5 * dark:  # A stroke that fills its crop, such as a stop or an I.
        paper = 0.0
    if dark - paper < 32:
        return np.zeros((1, 1), dtype=np.float32)
    ink = np.clip((ink - paper) / (dark - paper), 0.0, 1.0)
    count, _, stats, _ = cv2.connectedComponentsWithStats((ink > 0.4).astype(np.uint8), connectivity=8)
    areas = stats[1:count, cv2.CC_STAT_AREA]
    # Specks beside the character would make it look small; the dot of an i is larger.
    kept = stats[1:count][areas >= SPECK * areas.max()]
    left, top = kept[:, cv2.CC_STAT_LEFT].min(), kept[:, cv2.CC_STAT_TOP].min()
    right = (kept[:, cv2.CC_STAT_LEFT] + kept[:, cv2.CC_STAT_WIDTH]).max()
    bottom = (kept[:, cv2.CC_STAT_TOP] + kept[:, cv2.CC_STAT_HEIGHT]).max()
    return np.asarray(ink[top:bottom, left:right], dtype=np.float32)


def _reading(ranked: Sequence[tuple[float, str]]) -> Reading:
    (chance, text), *rest = ranked
    return Reading(text, chance, "glyph", (), tuple((t, c) for c, t in rest if c > LIKELY))
