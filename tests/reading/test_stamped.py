import cv2
import numpy as np
import pytest

from digitizer.document.geometry import Box
from digitizer.document.layout import TextLine
from digitizer.reading.stamped import plumb, turned_crops

DPI = 200.0


def leaning_bar(tilt: float) -> tuple[np.ndarray, TextLine]:
    """A page with a bar 300 pixels long and 30 across that leans, and the line that stands for it."""
    page = np.zeros((800, 800), np.uint8)
    page[250:550, 385:415] = 255
    turned = cv2.warpAffine(page, cv2.getRotationMatrix2D((400, 400), tilt, 1.0), (800, 800))
    rows, columns = np.nonzero(turned > 127)
    box = Box.spanning(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    return turned, TextLine(box, sideways=True, tilt=tilt)


@pytest.mark.parametrize("tilt", [-20.0, -7.0, 0.0, 11.0])
def test_a_leaning_line_is_cut_out_plumb(tilt: float) -> None:
    page, line = leaning_bar(tilt)
    cut = plumb(page, line, DPI, 0)
    assert cut.shape[0] == pytest.approx(308, abs=4)
    assert cut.shape[1] == pytest.approx(38, abs=4)
    assert (cut > 127).mean() == pytest.approx(9000 / cut.size, abs=0.05)
    inked = np.nonzero((cut > 127).any(axis=0))[0]
    assert inked[-1] - inked[0] + 1 == pytest.approx(30, abs=4)


def test_more_is_taken_in_above_and_below_and_beyond_the_page_is_paper() -> None:
    page, line = leaning_bar(0.0)
    plain, longer = plumb(page, line, DPI, 77), plumb(page, line, DPI, 77, beyond=2.0)
    assert longer.shape[0] - plain.shape[0] == 800
    assert longer[0, 0] == 77
    assert (longer > 200).sum() == (plain > 200).sum()


def test_a_plumb_line_is_laid_level_both_ways() -> None:
    page, line = leaning_bar(0.0)
    cut = plumb(page, line, DPI, 0)
    cut[:20] = 99
    one, other = turned_crops(cut, cut, line.box)
    assert one.pixels.shape == other.ink.shape == cut.shape[::-1]
    assert (one.pixels[:, :20] == 99).all()
    assert (other.pixels[:, -20:] == 99).all()
