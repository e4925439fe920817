from __future__ import annotations

import cv2
import numpy as np
import pytest

from digitizer.authoring.drawing.damage import damage
from digitizer.authoring.drawing.nouns import FAMILIES, Family
from digitizer.document.geometry import Box
from digitizer.document.page import Pixels

SQUARES = [Box(x, y, 60, 60) for x in (300, 1200, 2200) for y in (300, 1600, 2900)]
EVERY: tuple[Family, ...] = (*FAMILIES, "archive")


def page_of_squares() -> Pixels:
    page = np.full((3300, 2550), 255, np.uint8)
    for box in SQUARES:
        page[box.y : box.bottom, box.x : box.right] = 0
    return page


@pytest.mark.parametrize("family", EVERY)
@pytest.mark.parametrize("turned", [0, 270])
def test_a_scan_tells_where_everything_went(family: Family, turned: int) -> None:
    scan = damage(page_of_squares(), family, np.random.default_rng(3), turned)
    found = 0
    for square in SQUARES:
        box = scan.box(square)
        around = cv2.blur(scan.pixels, (3, 3))[box.y - 14 : box.bottom + 14, box.x - 14 : box.right + 14]
        paper, ink = np.median(around[:4]), np.median(around[14:-14, 14:-14])
        middle = np.argwhere(around < (int(ink) + int(paper)) / 2).mean(axis=0) - 14 + 0.5
        found += abs(middle[1] - box.width / 2) < 3 and abs(middle[0] - box.height / 2) < 3
    # A stamp, a hole or a crease may lie on some of them.
    assert found >= len(SQUARES) - 2


@pytest.mark.parametrize("family", EVERY)
def test_the_same_seed_gives_the_same_scan(family: Family) -> None:
    page = page_of_squares()
    before = page.copy()
    one, two, other = (damage(page, family, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(one.pixels, two.pixels)
    assert one.from_page == two.from_page
    assert np.array_equal(page, before), "a page can be damaged again"
    if family != "clean":
        assert one.pixels.shape != other.pixels.shape or not np.array_equal(one.pixels, other.pixels)


@pytest.mark.parametrize(
    ("family", "bilevel", "dpi", "shape"),
    [
        ("clean", False, 300, (3300, 2550)),
        ("office", False, 300, (3300, 2550)),
        ("archive", True, 200, (2200, 1700)),
        ("copier", True, 200, (2200, 1700)),
        ("fax", True, 200, (2156, 1734)),
        ("thermal", False, 300, (3300, 2550)),
    ],
)
def test_each_machine_has_its_resolution_and_depth(
    family: Family, bilevel: bool, dpi: int, shape: tuple[int, int]
) -> None:
    scan = damage(page_of_squares(), family, np.random.default_rng(4))
    assert (scan.bilevel, scan.dpi, scan.pixels.shape) == (bilevel, dpi, shape)
    assert scan.pixels.dtype == np.uint8
    assert (set(np.unique(scan.pixels).tolist()) <= {0, 255}) == (bilevel or family == "clean")


def test_an_unknown_family_is_refused() -> None:
    with pytest.raises(ValueError, match="no such family"):
        damage(page_of_squares(), "worse", np.random.default_rng(0))  # type: ignore[arg-type]
