from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from digitizer.document.geometry import Box
from digitizer.document.page import PageImage
from digitizer.store.corrections import correct, history
from digitizer.store.database import Store, open_store
from digitizer.store.questions import count_doubts
from digitizer.store.records import records_of

from .conftest import Archive, app_state_for, fill, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_store(str(tmp_path / "archive.db")) as store:
        fill(store, tmp_path, 4)
        yield Archive(store, tmp_path)


class Operator:
    """A person at a keyboard, with a browser of their own. told: what the browser complained about."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.page: Page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        self.told: list[str] = []
        self.page.on("console", lambda message: self.told.append(message.text))
        self.page.on("pageerror", lambda error: self.told.append(str(error)))
        self.page.goto(address)

    def wait(self) -> Operator:
        self.page.wait_for_selector("#card:not([hidden]) #input:focus")
        return self

    @property
    def label(self) -> str:
        return self.page.inner_text("#label") + self.page.inner_text(".where")

    def press(self, *keys: str) -> Operator:
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def type(self, text: str) -> Operator:
        self.page.keyboard.type(text)
        return self

    def settled(self) -> Operator:
        self.until("!Object.keys(localStorage).some((key) => key.startsWith('digitizer.outbox'))")
        return self

    def until(self, condition: str) -> None:
        """Waits for a condition; the policy forbids the page to be asked in Playwright's own way."""
        for _ in range(500):
            # While a page is loaded anew there is nothing that could be asked.
            with contextlib.suppress(Exception):
                if self.page.evaluate(condition):
                    return
            self.page.wait_for_timeout(20)
        raise AssertionError(condition)


def corrections(store: Store) -> list[tuple[str, object, str]]:
    """Name, value and reason of all that was said, in its order."""
    from sqlalchemy import select

    from digitizer.store import schema

    t = schema.corrections
    with store.reading() as connection:
        return [(row.name, row.after, row.why) for row in connection.execute(select(t).order_by(t.c.id))]


def test_a_session_by_keyboard_alone(browser: Browser, archive: Archive) -> None:
    with serving(app_state_for(archive.store)) as address:
        operator = Operator(browser, address).wait()
        operator.type("3/5/2024").press("Enter")
        operator.wait().type("soon")
        operator.page.wait_for_selector("#meant.bad")
        operator.press("Enter")
        assert "Enter again" in operator.page.inner_text("#meant"), "what is no date is not taken at once"
        operator.press("Control+a").type("6 May 2024").press("Enter")
        operator.wait().press("F2").wait().press("F4").wait()
        before = operator.label
        operator.press("Tab").wait().press("Enter").wait().press("Enter").wait()
        third = operator.label
        operator.press("Enter").wait().press("Escape").wait()
        assert operator.label == third, "it is there again"
        operator.press("Enter")
        for _ in range(13):
            operator.wait().press("Enter")
        operator.wait().settled()
        said = corrections(archive.store)
        assert [(name, value) for name, value, why in said[:2]] == [
            ("dateOfLoan", "2024-03-05"),
            ("dateOfLoan", "2024-05-06"),
        ]
        assert [(value, why) for _, value, why in said[2:4]] == [("", ""), ("", "illegible")]
        assert len([why for *_, why in said if why == "undo"]) <= 1, "an answer that had not gone was only taken out"
        with archive.store.reading() as connection:
            assert count_doubts(connection) == 36 - 20
        for _ in range(15):
            operator.wait().press("Enter")
        operator.page.wait_for_selector("#empty:not([hidden])")
        operator.press("r").wait()
        assert operator.label == before, "what was skipped comes when the rest is done"
        operator.press("F1")
        operator.page.wait_for_selector("dialog[open]")
        assert operator.told == []


def test_the_last_value_counts_too(browser: Browser, archive: Archive) -> None:
    with serving(app_state_for(archive.store)) as address:
        operator = Operator(browser, address)
        for _ in range(35):
            operator.wait().press("Enter").settled()
        operator.wait().page.wait_for_timeout(500)
        assert operator.page.inner_text("#progress").startswith("35 done")
        # Nothing that the server says later is to put it right.
        operator.page.route("**/api/queue", lambda route: None)
        operator.press("Enter")
        operator.page.wait_for_selector("#card", state="hidden")
        assert operator.page.inner_text("#progress").startswith("36 done")


def test_a_contact_sheet_by_keyboard_alone(browser: Browser, archive: Archive) -> None:
    with serving(app_state_for(archive.store)) as address:
        operator = Operator(browser, f"{address}/sheet?form=loan-card&table=payments&name=code&value=A")
        page = operator.page
        page.wait_for_selector(".contact:focus")
        assert page.locator(".contact").count() == 8
        operator.press("ArrowRight", "Space")
        assert page.locator(".contact[aria-selected=true]").count() == 1
        operator.press("Enter")
        page.wait_for_selector(".contacts .empty")
        operator.settled()
        assert [value for _, value, _ in corrections(archive.store)] == ["A"] * 7
        operator.press("Escape").settled()
        page.wait_for_selector(".contact")
        assert [why for *_, why in corrections(archive.store)] == [""] * 7 + ["undo"] * 7
        operator.press("Enter").settled()
        page.wait_for_selector(".contacts .empty")
        with archive.store.reading() as connection:
            assert count_doubts(connection) == 36 - 7
        assert operator.told == []


def test_the_document_is_linked_both_ways(browser: Browser, archive: Archive) -> None:
    field = archive.field("borrower")
    with serving(app_state_for(archive.store)) as address:
        operator = Operator(browser, f"{address}/documents/1")
        page = operator.page
        page.wait_for_selector(".spot")
        page.click('.spot[aria-label="Name of borrower"]')
        assert page.get_attribute(f'.value[data-field="{field}"]', "aria-current") == "true"
        page.wait_for_selector("#input:focus")
        operator.press("Control+a").type("Ada").press("Enter").settled()
        page.wait_for_selector(f'.value.person[data-field="{field}"]')
        assert page.inner_text(f'.value[data-field="{field}"] .text') == "Ada"
        page.click(f'.value[data-field="{field}"]')
        page.wait_for_selector(".spot.person.chosen")
        page.wait_for_selector("#history li:has-text('Ada')")
        operator.press("Alt+z").settled()
        page.wait_for_selector(f'.value.doubt[data-field="{field}"]')
        operator.press("Escape").press("ArrowDown")
        assert operator.told == []


def test_rows_by_keyboard_alone(browser: Browser, archive: Archive) -> None:
    def amounts() -> list[object]:
        with archive.store.reading() as connection:
            rows = records_of(connection, 1)[0].tables["payments"]
        return [row["amount"].value for row in rows]

    with serving(app_state_for(archive.store)) as address:
        operator = Operator(browser, f"{address}/documents/1")
        page = operator.page
        page.focus("table.grid tbody tr:nth-child(1) button >> nth=1")

        def shown_again(*keys: str, rows: int) -> None:
            page.evaluate("window.before = true")
            operator.press(*keys)
            operator.until("!window.before && document.readyState === 'complete'")
            operator.until(f"document.querySelectorAll('table.grid tbody tr').length === {rows}")
            operator.until("document.activeElement.closest('table.grid, #entry') !== null")

        shown_again("a", rows=3)
        page.wait_for_selector("#input:focus")
        assert page.inner_text("#editlabel").endswith("row 2")
        operator.type("3/5/2024").press("Enter").settled()
        operator.press("Escape")
        assert amounts() == ["12.50", "", "12.50"]
        page.focus("table.grid tbody tr:nth-child(2) button")
        shown_again("j", rows=2)
        assert amounts() == ["12.50", "12.50"]
        shown_again("Delete", rows=1)
        shown_again("u", rows=2)
        shown_again("u", rows=3)
        page.focus("table.grid tbody tr:nth-child(3) button")
        operator.press("j")
        page.wait_for_selector(".note.bad:has-text('no row below')")
        assert page.inner_text(".rowsaid summary")
        assert len(operator.told) == 1
        assert "422" in operator.told[0], "of which the browser tells too"


def test_a_region_dragged_over_is_read_into_the_value(
    browser: Browser, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Box] = []

    def read_region(image: PageImage, box: Box, settings: object) -> str:
        asked.append(box)
        return "May 6, 2024"

    monkeypatch.setattr("digitizer.pipeline.read_region", read_region)
    field = archive.field("dateOfLoan")
    with serving(app_state_for(archive.store)) as address:
        operator = Operator(browser, f"{address}/documents/1#{field}")
        page = operator.page
        page.wait_for_selector(".spot.chosen")
        page.wait_for_selector("#input:focus")
        page.evaluate("document.getElementById('papers').scrollTop = 0")
        frame = page.locator(".paper").bounding_box()
        assert frame is not None
        scale = frame["width"] / 850
        page.mouse.move(frame["x"] + 100 * scale, frame["y"] + 200 * scale)
        page.mouse.down()
        page.mouse.move(frame["x"] + 200 * scale, frame["y"] + 240 * scale, steps=4)
        assert page.locator(".region").count() == 1
        page.mouse.move(frame["x"] + 300 * scale, frame["y"] + 240 * scale, steps=4)
        page.mouse.up()
        operator.until("document.getElementById('input').value === '2024-05-06'")
        assert [abs(a - b) <= 2 for a, b in zip(asked[0].as_list(), [100, 200, 200, 40], strict=True)] == [True] * 4
        operator.press("Enter").settled()
        (said,) = corrections(archive.store)
        assert said[:2] == ("dateOfLoan", "2024-05-06")
        assert said[2].startswith("read on page 1 at ")
        assert operator.told == []


def test_a_restart_in_the_middle_loses_nothing(browser: Browser, archive: Archive) -> None:
    with serving(app_state_for(archive.store)) as address:
        operator = Operator(browser, address).wait()
        operator.press("F2").wait().settled()
        operator.page.wait_for_timeout(500)
    port = int(address.rpartition(":")[2])
    operator.wait().press("Enter").wait().press("Enter")
    operator.page.wait_for_selector(".note.bad:has-text('SlowResult here')")
    operator.wait().press("Control+a").type("half typed")
    half = operator.label
    assert len(corrections(archive.store)) == 1
    with serving(app_state_for(archive.store), port):
        operator.page.reload()
        operator.wait().settled()
        said = corrections(archive.store)
        assert len(said) == len(set(addresses(archive.store))) == 3, "all of them, and none twice"
        assert operator.label == half
        assert operator.page.input_value("#input") == "half typed"
        operator.page.wait_for_selector(".note.bad", state="detached")


def test_two_operators_never_answer_the_same(browser: Browser, archive: Archive) -> None:
    with serving(app_state_for(archive.store)) as address:
        both = [Operator(browser, address).wait() for _ in range(2)]
        for _ in range(14):
            for operator in both:
                if operator.page.query_selector("#card:not([hidden])"):
                    operator.wait().press("Enter")
        for operator in both:
            operator.settled()
            assert operator.told == []
    said = corrections(archive.store)
    places = set(addresses(archive.store))
    assert len(said) == len(places), "none twice"
    assert len(said) >= 24


def addresses(store: Store) -> list[tuple[object, ...]]:
    from sqlalchemy import select

    from digitizer.store import schema

    t = schema.corrections
    with store.reading() as connection:
        query = select(t.c.sha256, t.c.position, t.c.part, t.c.table_name, t.c.row_number, t.c.name)
        return [tuple(row) for row in connection.execute(query)]


def test_a_value_that_another_changed_is_told_and_shown_again(browser: Browser, archive: Archive) -> None:
    with serving(app_state_for(archive.store)) as address:
        operator = Operator(browser, address).wait()
        href = operator.page.get_attribute("#document", "href") or ""
        field = int(href.rpartition("#")[2])
        with archive.store.writing() as connection:
            correct(connection, field, 1, "2020-02-02", "bob")
        operator.press("Control+a").type("2021-01-01").press("Enter")
        operator.page.wait_for_selector(".note.bad:has-text('someone else')")
        operator.wait().press("Enter").wait()
        assert (operator.page.get_attribute("#document", "href") or "").endswith(f"#{field}")
        assert operator.page.input_value("#input") == "2021-01-01", "what was typed is kept"
        operator.press("Enter").wait().settled()
    with archive.store.reading() as connection:
        assert [said.after for said in history(connection, field)] == ["2020-02-02", "2021-01-01"]
