"""A small page of letters and a rule, to be damaged."""

from __future__ import annotations

import cv2
import numpy as np

from digitizer.document.page import Pixels

RULE, LINES = 700, (150, 300, 450, 600)


def sheet() -> Pixels:
    """2.7 by 3 inches: four lines of letters, and a rule under them."""
    page = np.full((900, 810), 255, np.uint8)
    for y in LINES:
        cv2.putText(page, "Name 8061 AB", (60, y), cv2.FONT_HERSHEY_DUPLEX, 2.2, 0, 5, cv2.LINE_AA)
    page[RULE : RULE + 4, 60:750] = 0
    return page


def ink(page: Pixels) -> Pixels:
    """The values where the sheet has ink."""
    return page[sheet() < 60]
