"""A stack of paper scanned in one go: filings, cover sheets and blank backs in one TIFF."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest

from digitizer.authoring.drawing.nouns import ScannedPage
from digitizer.authoring.drawing.saving import save_filing
from digitizer.document.record import OTHER, Record
from digitizer.loading import load_tools
from digitizer.pipeline import digitize_file
from digitizer.settings import Settings
from tools.drawing.dataset import draw_filing, scan_filing
from tools.drawing.filings import Filing, make_filing
from tools.drawing.other import draw_other
from tools.drawing.render import Press

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
    return ScannedPage(
        np.full_like(like.pixels, 255 if like.bilevel else 235), like.dpi, like.bilevel, (), like.from_page
    )


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


def long_filing(press: Press, form: str, pages: int) -> list[ScannedPage]:
    """A made-up filing of so many pages, as an archive scans it: its tables' rows over and over."""
    for seed in range(60):
        filing = make_filing(Random(f"long-{form}-{seed}"), form)
        if filing.truth["owners"] or not 3 <= sum(map(len, filing.truth["tables"].values())) <= 5:
            continue
        for times in range(1, 30):
            tables = {name: rows * times for name, rows in filing.truth["tables"].items()}
            longer = replace(filing, truth={**filing.truth, "tables": tables})
            drawn = draw_filing(press, longer, "edgar", Random(f"long-{form}"))
            # A page with nothing but the closing notes and a framed stamp may be laid level by the stamp.
            if len(drawn.pages) == pages and any(i.role == "entry" for i in drawn.pages[-1].items):
                return scan_filing(drawn, "archive", 5, 0)
            if len(drawn.pages) > pages:
                break
    raise AssertionError("no such filing")


def test_a_stack_of_sixty_pages(press: Press, tmp_path: Path) -> None:
    """12 filings, 5 cover sheets and 3 blank backs: 12 records on the right pages."""
    lengths = {"sec-form-3": (1, 7), "sec-form-4": (2, 9), "sec-form-5": (3, 4)}
    drawn = [(form, long_filing(press, form, n)) for form, both in lengths.items() for n in both]
    cover = scan_filing(draw_other(press, 3), "archive", 5, 0)
    pages: list[ScannedPage] = []
    expected: list[tuple[str, tuple[int, ...]]] = []
    for k, (form, scans) in enumerate(drawn * 2):
        if k in (0, 1, 4, 7, 11):
            pages += cover
            expected.append((OTHER, (len(pages),)))
        expected.append((form, tuple(range(len(pages) + 1, len(pages) + len(scans) + 1))))
        pages += scans
        if k in (2, 6, 11):
            pages.append(blank(scans[-1]))
            expected.append((OTHER, (len(pages),)))
    assert len(pages) == 60
    records = digitized(tmp_path / "stack.tif", pages)
    assert [(r.form, r.pages) for r in records] == expected
    assert sum(r.form != OTHER for r in records) == 12
