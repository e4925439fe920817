from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitizer.document.geometry import Box
from digitizer.document.page import PageImage, PageRef, Pixels
from digitizer.evaluation.pictures import Scans, crop_uri, page_uri
from digitizer.settings import Settings


def page(width: int, height: int, bilevel: bool = False) -> PageImage:
    pixels = np.full((height, width), 255, np.uint8)
    pixels[: height // 2] = 0
    return PageImage(PageRef("a.pdf", "00", 1), pixels, 200, bilevel)


def decoded(uri: str) -> Pixels:
    data = np.frombuffer(base64.b64decode(uri.split(",", 1)[1]), np.uint8)
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


def test_large_pages_shrink_and_small_ones_stay() -> None:
    assert decoded(page_uri(page(2800, 3600))).shape == (1800, 1400)
    assert decoded(page_uri(page(200, 300))).shape == (300, 200)


@pytest.mark.parametrize(("bilevel", "kind"), [(True, "png"), (False, "jpeg")])
def test_the_kind_of_picture_fits_the_scan(bilevel: bool, kind: str) -> None:
    assert crop_uri(page(100, 100, bilevel), Box(10, 10, 20, 20)).startswith(f"data:image/{kind};")


@settings(deadline=None)
@given(st.integers(-500, 900), st.integers(-500, 900), st.integers(1, 2000), st.integers(1, 2000))
def test_a_box_that_leaves_the_page_still_gives_a_picture(x: int, y: int, width: int, height: int) -> None:
    cut = decoded(crop_uri(page(300, 400), Box(x, y, width, height)))
    assert 1 <= cut.shape[0] <= 220
    assert 1 <= cut.shape[1] <= 1300


def test_pages_are_found_by_bytes_or_name_and_a_missing_file_is_none(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    assert cv2.imwrite(str(path), np.zeros((50, 40), np.uint8))
    scans = Scans({"by-name.pdf": path, "abc": path, "lost.pdf": tmp_path / "lost.png"}, Settings())
    found = [scans.page(*key) for key in (("by-name.pdf", "", 1), ("other.pdf", "abc", 1), ("lost.pdf", "", 1))]
    assert [image.size if image else None for image in found] == [(40, 50), (40, 50), None]
    assert scans.page("by-name.pdf", "", 2) is None
    assert scans.page("unknown.pdf", "", 1) is None


def test_a_file_whose_folder_went_by_another_name_is_found_by_its_bytes(tmp_path: Path) -> None:
    for folder in ("office", "archive"):
        (tmp_path / folder).mkdir()
        assert cv2.imwrite(str(tmp_path / folder / "a.png"), np.zeros((50, 40), np.uint8))
    sha256 = hashlib.sha256((tmp_path / "office" / "a.png").read_bytes()).hexdigest()
    one = {"office/a.png": tmp_path / "office" / "a.png"}
    two = {**one, "archive/a.png": tmp_path / "archive" / "a.png"}
    assert Scans(one, Settings()).page("a.png", sha256, 1) is not None
    assert Scans(one, Settings()).page("a.png", "0" * 64, 1) is None
    assert Scans(two, Settings()).page("a.png", sha256, 1) is None
