import numpy as np
from inked_pages import DPI, blank_ink, draw_grid, fill, write

from digitizer.document.page import Pixels
from digitizer.imaging.polarity import put_right


def page_with_band() -> tuple[Pixels, Pixels]:
    """A ruled table, its head white on black; and the same page with the head black on white. 255 is paper."""
    ink = blank_ink()
    draw_grid(ink, [100, 400, 700], [200, 260, 320])
    write(ink, 120, 275, "Paper A4", 26)
    plain = ink.copy()
    fill(ink, 100, 200, 600, 62)
    for x, text in ((120, "Item"), (420, "Quantity")):
        letters = blank_ink()
        write(letters, x, 215, text, 26)
        ink[letters > 0] = 0
        plain[letters > 0] = 255
    return np.asarray(255 - ink, np.uint8), np.asarray(255 - plain, np.uint8)


def differing(one: Pixels, other: Pixels) -> float:
    return float(np.mean((one < 128) != (other < 128)))


def test_a_band_of_white_print_is_turned_and_keeps_a_rule_around_it() -> None:
    page, plain = page_with_band()
    turned = put_right(page, DPI)
    assert differing(page, plain) > 0.03
    # The rim, and the wall within the head, which a band has none of.
    assert differing(turned, plain) < 0.006
    assert (turned[202:260, 100] == 0).all()


def test_a_negative_is_turned_whole() -> None:
    page, _ = page_with_band()
    assert differing(put_right(np.asarray(255 - page, np.uint8), DPI), put_right(page, DPI)) < 0.001


def test_print_rules_bars_and_blots_stay_as_they_are() -> None:
    ink = blank_ink()
    draw_grid(ink, [100, 400, 700], [200, 260, 320])
    write(ink, 120, 215, "HEAVY HEADING", 44)
    fill(ink, 100, 500, 600, 24)
    fill(ink, 800, 100, 60, 60)
    page = np.asarray(255 - ink, np.uint8)
    assert put_right(page, DPI) is page
