from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from digitizer.evaluation.report import write_report
from digitizer.settings import Settings

if TYPE_CHECKING:
    from conftest import Make
    from playwright.sync_api import Page

CHROMIUM = shutil.which("chromium")


@pytest.fixture
def page() -> Iterator[Page]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser.new_page(viewport={"width": 1024, "height": 900})
        browser.close()


@pytest.mark.slow
def test_pointing_at_a_value_lights_its_box_and_the_other_way(make: Make, tmp_path: Path, page: Page) -> None:
    scan = tmp_path / "a.png"
    assert cv2.imwrite(str(scan), np.full((400, 300), 255, np.uint8))
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    record = make.record({"one": make.field("x"), "two": make.field("<b>y</b>", 0.4, status="review")})
    write_report([record], {"a.pdf": scan}, tmp_path / "report.html", Settings())
    page.goto((tmp_path / "report.html").as_uri())
    page.locator("tr[data-v='1-one']").hover()
    assert page.locator("rect[data-v='1-one']").get_attribute("class") == "box sure lit"
    assert page.locator("#loupe").is_visible()
    page.locator("rect[data-v='1-two']").hover()
    assert "lit" in (page.locator("tr[data-v='1-two']").get_attribute("class") or "")
    assert page.locator("rect[data-v='1-one']").get_attribute("class") == "box sure"
    page.locator("h1").hover()
    assert not page.locator(".lit").count()
    assert not page.locator("#loupe").is_visible()
    page.check("#only")
    assert not page.locator("tr[data-v='1-one']").is_visible()
    assert page.locator("tr[data-v='1-two']").is_visible()
    assert told == []
