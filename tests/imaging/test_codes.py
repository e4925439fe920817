from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from imaging.drawn_codes import code, image_of, page_with

from digitizer.document.page import Pixels
from digitizer.imaging.codes import find_codes
from digitizer.imaging.load import load_page, probe
from digitizer.settings import Settings

Effect = Callable[[Pixels], Pixels]


def turned(degrees: float) -> Effect:
    def turn(page: Pixels) -> Pixels:
        height, width = page.shape
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        return np.asarray(cv2.warpAffine(page, matrix, (width, height), borderValue=255), np.uint8)

    return turn


def noisy(page: Pixels) -> Pixels:
    dice = np.random.default_rng(5)
    soft = cv2.GaussianBlur(page, (0, 0), 1.5).astype(np.float64)
    return np.clip(soft + dice.normal(0, 25, page.shape), 0, 255).astype(np.uint8)


def fax(page: Pixels) -> Pixels:
    """200 dpi, black and white, with specks."""
    small = cv2.resize(page, None, fx=2 / 3, fy=2 / 3, interpolation=cv2.INTER_AREA)
    dice = np.random.default_rng(6)
    black = np.where(small < 128, 0, 255)
    return np.where(dice.random(small.shape) < 0.002, 0, black).astype(np.uint8)


EFFECTS: dict[str, Effect] = {
    "as printed": lambda page: page,
    "skewed": turned(4),
    "on its side": lambda page: np.ascontiguousarray(np.rot90(page)),
    "upside down": lambda page: np.ascontiguousarray(page[::-1, ::-1]),
    "noisy": noisy,
    "fax": fax,
}


@pytest.mark.parametrize("effect", EFFECTS.values(), ids=EFFECTS)
def test_codes_are_found_however_the_page_was_scanned(effect: Effect) -> None:
    page = effect(page_with([code("PATCHT"), code("box=17\nyear=1998", "qr", 8)]))
    found = find_codes(image_of(page))
    assert {(c.text, c.symbology) for c in found} == {("PATCHT", "code128"), ("box=17\nyear=1998", "qr")}


def test_a_code_tells_its_place_in_the_scan() -> None:
    drawn = code("box=17", "qr", 8)
    (found,) = find_codes(image_of(page_with([drawn])))
    assert 300 <= found.box.x < found.box.right <= 300 + drawn.shape[1]
    assert 300 <= found.box.y < found.box.bottom <= 300 + drawn.shape[0]
    assert found.box.area > 0.5 * drawn.size


@pytest.mark.slow
@pytest.mark.parametrize("name", ["form4-seed.pdf", "form4-copy-of-copy.tif", "form4-photo.jpg", "other-form.pdf"])
def test_no_form_is_taken_for_a_code(root: Path, name: str) -> None:
    document = probe(root / "scans" / name, Settings())
    for page in range(1, document.pages + 1):
        assert find_codes(load_page(document, page, Settings())) == ()
