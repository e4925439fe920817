"""What is in doubt is read by both networks, and all that they may have seen is kept with its probability."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import pytest

from digitizer.document.geometry import Box
from digitizer.document.layout import Reading
from digitizer.reading.again import Eyes, read_again, words_again
from digitizer.reading.double import SecondReader
from digitizer.reading.joint import Table
from digitizer.reading.linereader import LineReader
from digitizer.reading.placing import place_words
from digitizer.reading.tesseract import Crop
from tests.reading.network_tables import table_of

BOX = Box(0, 0, 80, 20)
CROP = Crop(np.zeros((20, 80), np.uint8), np.full((20, 80), 255, np.uint8), BOX)


@dataclass
class Network:
    """Sees the same whatever it is shown."""

    sees: Table
    text: str = ""

    def table(self, crop: Crop, dpi: float) -> Table:
        return self.sees

    def tell(self, pixels: np.ndarray) -> tuple[str, float, Table]:
        return self.text, 0.8, self.sees


def eyes(first: Table, second: Table, text: str) -> Eyes:
    return Eyes(cast(SecondReader, Network(second, text)), cast(LineReader, Network(first)), None, 200.0)


def reading(text: str, confidence: float = 0.6) -> Reading:
    return Reading(text, confidence, "tesseract", place_words(text, confidence, BOX))


def test_what_a_date_may_be_is_among_the_alternatives_of_what_is_none() -> None:
    seen = [*"11", {".": 0.7, "/": 0.2}, *"17", {" ": 0.7, "/": 0.2}, *"2009"]
    found = read_again(CROP, None, BOX, reading("11.17 2009"), eyes(table_of(seen), table_of(seen), "11.17 2009"))
    assert found.text == "11.17 2009"
    told = dict(found.alternatives)
    assert 0 < told["11/17/2009"] < 1
    assert sum(told.values()) < 1, "the rest is the reading's own"


def test_without_a_network_a_reading_stays_as_it_is() -> None:
    read = reading("11.17 2009")
    assert read_again(CROP, None, BOX, read, Eyes(None, None, None, 200.0)) is read
    assert words_again(CROP, read, Eyes(None, None, None, 200.0)) is read


def test_commas_that_hang_make_a_number_with_commas_likelier() -> None:
    seen = [*"26", {".": 0.5, ",": 0.48}, *"086"]
    ink = np.zeros((30, 90), np.uint8)
    for k in range(6):
        x = 4 + 12 * k + (10 if k > 1 else 0)
        ink[5:19, x : x + 7] = 255
    ink[16:23, 28:31] = 255
    hanging, plain = Crop(255 - ink, ink, BOX), Crop(255 - ink[:19], ink[:19], BOX)
    both = eyes(table_of(seen), table_of(seen), "26.086")
    one, other = (
        dict(read_again(crop, None, BOX, reading("26.086"), both).alternatives)["26,086"] for crop in (hanging, plain)
    )
    assert one > other


@pytest.mark.parametrize(("second", "text"), [("trust", "held in trust"), ("xyz", "held in tnust")])
def test_doubtful_words_of_a_text_are_told_by_both(second: str, text: str) -> None:
    seen = table_of([*"t", {"n": 0.5, "r": 0.5}, *"ust"])
    read = reading("held in tnust", 0.99)
    words = (*read.words[:2], Reading("tnust", 0.5, "", place_words("tnust", 0.5, read.words[2].box)).words[0])
    found = words_again(CROP, Reading(read.text, 0.5, "tesseract", words), eyes(seen, table_of("trust"), second))
    assert found.text == text
