"""The page of a proposed form with its fields drawn and named."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.authoring.propose import Proposal
from digitizer.document.geometry import Box
from digitizer.document.page import Pixels
from digitizer.fields.stacked_pages import UNIT

_COLOURS = {"checkbox": (40, 120, 0), "column": (160, 60, 0)}
_OTHER = (0, 0, 190)
_DPI = 110.0
"""Resolution of the picture: the names can be read and the file is small."""


def draw_proposal(pixels: Pixels, dpi: float, proposal: Proposal, page: int) -> NDArray[np.uint8]:
    """A picture (height, width, 3) of the straightened reference page with the fields of that page (from 1) on it.

    pixels: uint8 of the page at dpi.
    """
    scale = min(1.0, _DPI / dpi)
    size = max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale))
    grey = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    # Paler, so that the names stand out on the print.
    picture = np.asarray(
        cv2.cvtColor(cv2.addWeighted(grey, 0.6, np.full_like(grey, 255), 0.4, 0), cv2.COLOR_GRAY2BGR), np.uint8
    )
    places: list[tuple[str, str, Box]] = [(f.name, f.kind, f.box) for f in proposal.fields if f.page == page]
    places += [(c.name, "column", c.box) for t in proposal.tables if t.page == page for c in t.columns]
    taken: list[Box] = []
    for name, kind, box in places:
        _draw(picture, name, _COLOURS.get(kind, _OTHER), _in_pixels(box), taken)
    return picture


def _in_pixels(box: Box) -> Box:
    scale = _DPI / UNIT
    return Box(*(round(v * scale) for v in box.as_list()))


def _draw(picture: NDArray[np.uint8], name: str, colour: Sequence[int], box: Box, taken: list[Box]) -> None:
    """An outline and its name over it; under it, or lower down, where another name stands already."""
    cv2.rectangle(picture, (box.x - 2, box.y - 2), (box.right + 2, box.bottom + 2), colour, 1)
    (width, height), _ = cv2.getTextSize(name, cv2.FONT_HERSHEY_SIMPLEX, 0.36, 1)
    over = Box(max(0, min(box.x, picture.shape[1] - width)), max(height, box.y - 4) - height, width, height)
    under = over.moved(0, box.bottom + 6 - over.y)
    spots = [over, *(under.moved(0, k * (height + 1)) for k in range(4))]
    spot = next((s for s in spots if not any(s.intersection(other) for other in taken)), spots[-1])
    taken.append(spot)
    cv2.putText(picture, name, (spot.x, spot.bottom), cv2.FONT_HERSHEY_SIMPLEX, 0.36, tuple(colour), 1, cv2.LINE_AA)
