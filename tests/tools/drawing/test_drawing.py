from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from PIL import Image

from digitizer.authoring.drawing.nouns import DrawnFiling
from digitizer.authoring.drawing.saving import save_filing
from digitizer.errors import MissingComponentError, UsageError
from tools.drawing import render
from tools.drawing.dataset import LAYOUTS, draw_filing, scan_filing
from tools.drawing.entries import type_amount
from tools.drawing.filings import Filing, make_filing
from tools.drawing.other import draw_other
from tools.drawing.prints import FORMS
from tools.drawing.render import Paper, Press
from tools.drawing.samples import read_seed
from tools.drawing.sheet import MOST_KEYS, Inks, Sheet, key_of


def draw(press: Press, layout: str, seed: int, form: str = "sec-form-4") -> DrawnFiling:
    rng = Random(seed)
    return draw_filing(press, make_filing(rng, form), layout, rng)


def typed(filing: DrawnFiling) -> dict[str, str]:
    """What is typed at each target, white space left out."""
    texts: dict[str, str] = defaultdict(str)
    for page in filing.pages:
        for item in page.items:
            if item.role == "entry" and item.target:
                texts[item.target] += "".join(item.text.split())
    return texts


def expected(truth: Any) -> dict[str, str]:
    """The text values of a truth by target; dates and amounts are left to other tests."""
    plain = {
        n: v
        for n, v in truth["fields"].items()
        if isinstance(v, str) and not n.endswith(("Date", "Report", "Submission"))
    }
    for table, rows in truth["tables"].items():
        for index, row in enumerate(rows):
            for name in ("securityTitle", "transactionCode", "natureOfOwnership", "directOrIndirectOwnership"):
                plain[f"{table}[{index}].{name}"] = row.get(name, {"value": ""})["value"]
    for index, owner in enumerate(truth["owners"]):
        plain |= {f"owners[{index}].{n}": v for n, v in owner.items() if n.startswith("rptOwner")}
    plain |= {f"footnotes.{name}": text for name, text in truth["footnotes"].items()}
    return {target: "".join(text.split()) for target, text in plain.items() if text}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("seed", [4, 8])
@pytest.mark.parametrize("form", FORMS)
def test_every_value_stands_on_the_pages_once(press: Press, layout: str, seed: int, form: str) -> None:
    filing = draw(press, layout, seed, form)
    texts = typed(filing)
    for target, text in expected(filing.truth).items():
        assert texts[target] == text, target
    for name, value in filing.truth["fields"].items():
        if isinstance(value, bool):
            assert texts.get(name, "") == ("X" if value else ""), name
    markers: dict[str, str] = defaultdict(str)
    for page in filing.pages:
        for item in page.items:
            if item.role == "marker":
                markers[item.target] += item.text
    for table, rows in filing.truth["tables"].items():
        for index, row in enumerate(rows):
            for name, cell in row.items():
                notes = "".join(f"({note[1:]})" for note in cell["footnotes"])
                assert markers.get(f"{table}[{index}].{name}", "") == notes


@pytest.mark.parametrize("layout", LAYOUTS)
def test_boxes_hold_the_ink_of_their_texts(press: Press, layout: str) -> None:
    page = draw(press, layout, 12).pages[0]
    height, width = page.pixels.shape
    entries = [item for item in page.items if item.role == "entry"]
    assert len(entries) > 10
    for item in entries:
        box = item.box
        assert 0 <= box.x < box.right <= width
        assert 0 <= box.y < box.bottom <= height
        ink = page.pixels[box.y : box.bottom, box.x : box.right] < 200
        assert ink.any(axis=0)[:4].any(), item
        assert ink.any(axis=0)[-4:].any(), item


def test_the_seed_is_drawn_with_its_amounts(press: Press) -> None:
    filing = draw_filing(press, read_seed(), "edgar", Random(1))
    texts = typed(filing)
    for index, row in enumerate(filing.truth["tables"]["nonDerivative"]):
        assert texts[f"nonDerivative[{index}].transactionShares"] == type_amount(row["transactionShares"]["value"])
        price = row["transactionPricePerShare"]["value"]
        assert texts[f"nonDerivative[{index}].transactionPricePerShare"] == f"${price}"
    assert texts["periodOfReport"] == "11/17/2009"


def test_drawing_again_gives_the_same_pages(press: Press) -> None:
    one, two = draw(press, "software", 3), draw(press, "software", 3)
    assert [p.items for p in one.pages] == [p.items for p in two.pages]
    assert all(np.array_equal(a.pixels, b.pixels) for a, b in zip(one.pages, two.pages, strict=True))


def test_a_text_that_goes_on_over_the_page_break_keeps_its_parts(press: Press) -> None:
    sheet = Sheet(Inks((0, 0, 240), (0, 0, 0), (0, 128, 0)))
    text = " ".join(f"word{index}" for index in range(900))
    body = f'<div style="font:16px Liberation Sans">{sheet.note(text, "footnotes.F1")}</div>'
    pages = press.draw(body, sheet.texts, Paper())
    assert len(pages) > 1
    lines = [item.text for page in pages for item in page.items]
    assert " ".join(lines) == text
    assert pages[0].pixels.shape == (3300, 2550)


def test_keys_survive_any_ink_and_run_out_with_an_error() -> None:
    sheet = Sheet()
    colours = [sheet.colour(str(i), "print", "", (240, 128, 48)) for i in range(MOST_KEYS)]
    for index in (0, 15, 16, 255, 256, MOST_KEYS - 1):
        red, green, blue = (int(colours[index][i : i + 2], 16) for i in (1, 3, 5))
        assert key_of((red, green, blue)) == index + 1
        assert (red >> 4, green >> 4, blue >> 4) == (15, 8, 3)
    with pytest.raises(OverflowError):
        sheet.colour("one more", "print", "", (0, 0, 0))


def test_another_form_has_no_fields(press: Press) -> None:
    other = draw_other(press, 1)
    assert other.truth["form"] == "other"
    assert not other.truth["fields"]
    assert all(not item.target for item in other.pages[0].items)


@pytest.mark.parametrize("name", ["a.pdf", "a.tif"])
def test_scans_are_saved_with_all_pages_and_their_resolution(press: Press, tmp_path: Path, name: str) -> None:
    scans = scan_filing(draw(press, "edgar", 4), "archive", 1)
    assert len(scans) > 1
    save_filing(tmp_path / name, scans)
    first = (tmp_path / name).read_bytes()
    save_filing(tmp_path / name, scans)
    assert (tmp_path / name).read_bytes() == first
    if name.endswith("tif"):
        with Image.open(tmp_path / name) as image:
            assert (image.n_frames, image.info["dpi"]) == (len(scans), (200, 200))  # type: ignore[attr-defined]
            assert image.info["compression"] == "group4"
            assert np.array_equal(np.asarray(image) > 0, scans[0].pixels > 0)
    else:
        assert first.count(b"/CCITTFaxDecode") == len(scans)


def test_several_pages_do_not_fit_one_jpeg(press: Press, tmp_path: Path) -> None:
    scans = scan_filing(draw(press, "edgar", 4), "clean", 1)
    with pytest.raises(UsageError):
        save_filing(tmp_path / "a.jpg", scans)


def test_scanned_items_stay_on_the_scan(press: Press) -> None:
    filing = draw(press, "paper", 2)
    for scan, page in zip(scan_filing(filing, "photo", 5, turned=90), filing.pages, strict=True):
        height, width = scan.pixels.shape
        assert scan.turned == 90
        assert len(scan.items) == len(page.items)
        assert all(
            i.box.x >= 0 and i.box.y >= 0 and i.box.right <= width and i.box.bottom <= height for i in scan.items
        )


def test_without_chromium_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render.shutil, "which", lambda name: None)
    with pytest.raises(MissingComponentError, match="Chromium") as caught, render.open_press():
        pass
    assert "install" in caught.value.remedy


@pytest.mark.shared
def test_the_seed_is_the_filing_of_the_shared_truth() -> None:
    shared = Path(__file__).resolve().parents[4] / "shared" / "seeds" / "form4-seed.truth.json"
    if not shared.is_file():
        pytest.skip("../shared is not there")
    assert read_seed() == Filing(json.loads(shared.read_text("utf-8")), (("attorney-in-fact", "2009-11-19"),))
