"""A stack of paper scanned in one go: filings, cover sheets and blank backs in one TIFF."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
import pytest

from digitizer.document.record import OTHER, Record
from digitizer.pipeline import digitize_file, load_tools
from digitizer.settings import Settings
from digitizer.synthesis.dataset import draw_filing, scan_filing
from digitizer.synthesis.filings import Filing, make_filing
from digitizer.synthesis.nouns import ScannedPage
from digitizer.synthesis.other import draw_other
from digitizer.synthesis.render import Press
from digitizer.synthesis.saving import save_filing

pytestmark = [pytest.mark.tesseract, pytest.mark.slow]


def scan(press: Press, form: str, wanted: Callable[[Filing, int], bool]) -> list[ScannedPage]:
    """The first made-up filing of the form that is wanted, as an office scans it."""
    for seed in range(1000):
        rng = Random(f"stack-{form}-{seed}")
        filing = make_filing(rng, form)
        if len(filing.truth["owners"]) > 3 or sum(map(len, filing.truth["tables"].values())) > 6:
            continue
        drawn = draw_filing(press, filing, "edgar", rng)
        if wanted(filing, len(drawn.pages)):
            return scan_filing(drawn, "office", 5)
    raise AssertionError("no such filing")


def blank(like: ScannedPage) -> ScannedPage:
    """The back of a sheet."""
    return ScannedPage(np.full_like(like.pixels, 235), like.dpi, like.bilevel, (), like.from_page)


def digitized(path: Path, pages: list[ScannedPage]) -> list[Record]:
    save_filing(path, pages)
    settings = Settings(double="none")
    return digitize_file(path, settings, load_tools(settings))


@pytest.fixture(scope="module")
def stack(press: Press) -> dict[str, list[ScannedPage]]:
    return {
        "three": scan(press, "sec-form-3", lambda f, pages: pages == 1),
        "four": scan(press, "sec-form-4", lambda f, pages: pages == 2),
        "five": scan(press, "sec-form-5", lambda f, pages: pages == 1),
        "cover": scan_filing(draw_other(press, 3), "office", 5),
    }


def test_one_record_for_each_filing_and_other_for_the_rest(stack: dict[str, list[ScannedPage]], tmp_path: Path) -> None:
    four = stack["four"]
    pages = [*stack["cover"], four[0], blank(four[0]), four[1], *stack["three"], *stack["cover"], *stack["five"]]
    records = digitized(tmp_path / "stack.tif", pages)
    assert [(r.form, r.pages) for r in records] == [
        (OTHER, (1,)),
        ("sec-form-4", (2, 4)),
        (OTHER, (3,)),
        ("sec-form-3", (5,)),
        (OTHER, (6,)),
        ("sec-form-5", (7,)),
    ]
    assert [[p.kind for p in r.problems if not p.fields] for r in records] == [[], [], ["blank"], [], [], []]


def test_pages_the_wrong_way_round_are_told(stack: dict[str, list[ScannedPage]], tmp_path: Path) -> None:
    first, second = stack["four"]
    records = digitized(tmp_path / "stack.tif", [second, first])
    assert [(r.form, r.pages) for r in records] == [(OTHER, (1,)), ("sec-form-4", (2,))]
    assert [p.kind for p in records[0].problems] == ["page-order"]
