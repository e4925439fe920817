"""Lines on end are read both ways up, and a stamp's date is spelt as its wheels set it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from digitizer.document.geometry import Box
from digitizer.document.layout import Reading, TextLine
from digitizer.reading.double import load_second_reader
from digitizer.reading.linereader import load_line_reader
from digitizer.reading.on_end import EndReader
from digitizer.reading.placing import place_words
from digitizer.reading.tesseract import Crop

DPI = 200.0


def stamped(text: str) -> tuple[np.ndarray, TextLine]:
    """A page on which a text runs down, and its line."""
    level = np.full((60, 40 + 26 * len(text)), 255, np.uint8)
    cv2.putText(level, text, (20, 42), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 0, 3)
    page = np.full((1200, 600), 255, np.uint8)
    upright = np.rot90(level, -1)
    page[200 : 200 + upright.shape[0], 300:360] = upright
    rows, columns = np.nonzero(page < 128)
    box = Box.spanning(int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
    return page, TextLine(box, sideways=True)


def test_the_surer_way_up_is_the_reading_and_the_other_an_alternative() -> None:
    page, line = stamped("RECEIVED")

    def read(crops: Sequence[Crop], dpi: float) -> list[Reading]:
        told = [("GEAIEGEB", 0.2), ("RECEIVED", 0.9)]
        return [
            Reading(t, c, "tesseract", place_words(t, c, crop.box)) for (t, c), crop in zip(told, crops, strict=True)
        ]

    found = EndReader(page, 255 - page, DPI, read, None, None).read(line)
    assert found.text == "RECEIVED"
    assert found.words[0].box == line.box
    assert found.alternatives == (("GEAIEGEB", 0.2),)


@pytest.mark.tesseract
def test_a_stamps_date_is_among_what_is_read() -> None:
    network, second = load_line_reader("eng"), load_second_reader()
    if network is None or second is None:
        pytest.skip("a network is not installed")
    page, line = stamped("92 JUL 14 A10:04")
    # A stroke across the month, as print that the stamp stands over.
    page[line.box.y + 90 : line.box.y + 97] = np.minimum(page[line.box.y + 90 : line.box.y + 97], 60)
    found = EndReader(page, 255 - page, DPI, network.read, network, second).read(line)
    assert any(text.replace(" ", "").startswith("92JUL14A10") for text, _ in ((found.text, 1.0), *found.alternatives))
