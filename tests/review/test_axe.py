"""Every screen, dark and light, wide and narrow, looked over by axe-core for what shuts people out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from digitizer.review.access import hash_password
from digitizer.store import people

from .conftest import Archive, app_state_for, serving
from .test_browser import browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["browser"]

AXE = Path(__file__).parent / "axe" / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = (
    "/", "/documents", "/documents/1", "/sheets", "/sheet?form=loan-card&table=payments&name=code&value=A",
    "/dashboard", "/api",
)  # fmt: skip
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not there: make axe (npm)"),
]


def faults(browser: Browser, address: str, width: int, scheme: str, click: str = "") -> list[str]:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        bypass_csp=True,
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto(address)
    page.wait_for_timeout(700)
    if click:
        page.click(click)
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("async () => (await axe.run()).violations")
    context.close()
    return [
        f"{one['impact']}: {one['id']}: {one['help']}: {one['nodes'][0]['target']} {one['nodes'][0]['html'][:120]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 1024])
def test_no_screen_shuts_anyone_out(browser: Browser, archive: Archive, width: int, scheme: str) -> None:
    with serving(app_state_for(archive.store)) as address:
        told = {path: faults(browser, address + path, width, scheme) for path in SCREENS}
    assert {path: found for path, found in told.items() if found} == {}


def test_the_login_shuts_nobody_out(browser: Browser, archive: Archive) -> None:
    with archive.store.writing() as connection:
        people.put_user(connection, "ada", "operator", hash_password("long enough"))
    with serving(app_state_for(archive.store, accounts=True)) as address:
        assert faults(browser, f"{address}/login", 1024, "light") == []
