"""The editor in a browser, as a person uses it: by mouse, and by keyboard alone."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

from playwright.sync_api import Browser, Page

from digitizer.fields.definitions import load_definition
from digitizer.review.editor.bench import Bench

from ..test_axe import AXE, faults
from ..test_browser import browser
from .conftest import FORM, NAMES, editing

__all__ = ["browser"]

pytestmark = pytest.mark.slow


class Editor:
    """A person at the editor. told: what the browser complained about."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.page: Page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        self.told: list[str] = []
        self.page.on("console", lambda message: self.told.append(message.text))
        self.page.on("pageerror", lambda error: self.told.append(str(error)))
        self.page.goto(address)
        self.tried()

    def tried(self) -> Editor:
        self.page.wait_for_selector("#state:text('Tried on all scans: 2')")
        return self

    def press(self, *keys: str) -> Editor:
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def names(self) -> list[str]:
        return self.page.locator(".fname").all_inner_texts()

    def drag(self, x: int, y: int, width: int, height: int) -> None:
        """Over a part of the first page, in pixels of the scan."""
        paper = self.page.locator(".paper").first
        paper.scroll_into_view_if_needed()
        frame = paper.bounding_box()
        assert frame is not None
        scale = frame["width"] / 1700
        mouse = self.page.mouse
        mouse.move(frame["x"] + x * scale, frame["y"] + y * scale)
        mouse.down()
        mouse.move(frame["x"] + (x + width) * scale, frame["y"] + (y + height) * scale, steps=4)
        mouse.up()


def test_rename_add_by_dragging_and_save(browser: Browser, bench: Bench) -> None:
    with editing(bench) as address:
        editor = Editor(browser, address)
        page = editor.page
        assert editor.names() == ["borrowr", "dateLoan", "late"]
        assert page.locator(".frow").first.locator(".fvalue").inner_text() == NAMES[0]
        assert page.locator(".fscans .fgives").all_inner_texts() == list(NAMES)
        page.locator(".fspot.label", has_text="borrowr").click()
        editor.press("F2")
        page.keyboard.type("borrower")
        editor.press("Enter")
        page.wait_for_selector(".fname:text-is('borrower')")
        editor.tried()
        editor.drag(120, 450, 500, 60)
        page.wait_for_selector(".fname:text-is('titleBook')")
        assert page.locator("[name=labels]").input_value() == "3. Title of the book"
        editor.tried()
        page.wait_for_selector(".frow[aria-selected=true] .fvalue:text-is('EMMA')")
        assert page.locator(".fspot.found.chosen").count() == 1
        page.keyboard.type("title")
        editor.press("Control+s")
        page.wait_for_selector(".note:has-text('Saved')")
        assert page.inner_text("#savestate") == "saved"
        assert editor.told == []
    form = load_definition(bench.path)
    assert [f.name for f in form.fields] == ["borrower", "dateLoan", "title", "late"]
    assert form.rules[0].fields == ("borrower", "dateLoan")
    text = bench.path.read_text(encoding="utf-8")
    assert text.startswith(FORM[: FORM.index("fields:")]), "comments stay"


def test_names_on_the_page_do_not_cover_each_other(browser: Browser, bench: Bench) -> None:
    long = {"Returned late": "returnedAfterTheDateDue" * 2, "Renewed": "renewed" * 8, "Lost": "lost" * 9}
    boxes = "".join(f"  - {{name: {name}, kind: checkbox, labels: [{label}]}}\n" for label, name in long.items())
    late = next(line for line in FORM.splitlines(keepends=True) if "name: late" in line)
    bench.path.write_text(FORM.replace(late, boxes), encoding="utf-8")
    with editing(bench) as address:
        editor = Editor(browser, address)
        for width in (1440, 1024):
            editor.page.set_viewport_size({"width": width, "height": 900})
            editor.page.wait_for_timeout(300)
            tags = editor.page.locator(".tag").evaluate_all(
                """tags => tags.filter((tag) => getComputedStyle(tag).visibility === "visible")
                .map((tag) => [tag.textContent, tag.getBoundingClientRect().toJSON()])"""
            )
            assert {name for name, _ in tags} > {"borrowr", "dateLoan"}
            for k, (name, one) in enumerate(tags):
                for other_name, other in tags[:k]:
                    across = min(one["right"], other["right"]) - max(one["left"], other["left"])
                    down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
                    assert min(across, down) <= 5, f"{name} covers {other_name} at {width}"
        assert editor.told == []


def test_by_keyboard_alone(browser: Browser, bench: Bench) -> None:
    with editing(bench) as address:
        editor = Editor(browser, address)
        page = editor.page
        editor.press("ArrowDown", "Alt+ArrowDown")
        page.wait_for_selector(".frow:nth-child(3) .fname:text-is('dateLoan')")
        editor.press("Insert")
        page.wait_for_selector("[name=labels]:focus")
        page.keyboard.type("Renewed")
        editor.press("Escape")
        page.wait_for_selector(".frow:not(.frule):nth-child(4) .flabel:text-is('Renewed')")
        editor.press("Delete")
        page.wait_for_selector(".frow:not(.frule):nth-child(4)", state="detached")
        editor.press("Control+z")
        page.wait_for_selector(".frow:not(.frule):nth-child(4)")
        editor.press("Control+Shift+z")
        page.wait_for_selector(".frow:not(.frule):nth-child(4)", state="detached")
        editor.press("ArrowUp", "ArrowUp", "ArrowUp", "s")
        page.wait_for_selector(".fname:text-is('borrowr2')")
        editor.press("m", "ArrowDown")
        page.wait_for_selector(".fname:text-is('borrowr2')", state="detached")
        assert editor.names() == ["borrowr", "late", "dateLoan"]
        assert editor.told == []


def test_what_is_wrong_is_told_at_the_field_and_in_the_text(browser: Browser, bench: Bench) -> None:
    with editing(bench) as address:
        editor = Editor(browser, address)
        page = editor.page
        editor.press("ArrowDown", "F2")
        page.keyboard.type("borrowr")
        editor.press("Enter")
        page.wait_for_selector(".frow.bad .flabel:has-text('defined twice')")
        assert page.locator("[name=name][aria-invalid=true]").count() == 1
        assert page.inner_text("#savestate") == "1 to correct"
        editor.press("Control+s")
        page.wait_for_selector(".note.bad:has-text('defined twice')")
        page.click("#tab-yaml")
        text = page.input_value("#yamltext")
        page.fill("#yamltext", text.replace("name: borrowr, kind: date", "name: due, kind: date"))
        page.wait_for_selector("#savestate:text('not saved yet')")
        page.fill("#yamltext", "form: [")
        page.wait_for_selector("#yamlwrong button:has-text('line')")
        page.click("#tab-fields")
        assert editor.names() == ["borrowr", "due", "late"], "what can be shown stays"
        page.click("#tab-yaml")
        page.fill("#yamltext", FORM.replace("borrowr", "lender"))
        editor.press("Control+s")
        page.wait_for_selector(".note:has-text('Saved')")
    assert bench.path.read_text(encoding="utf-8") == FORM.replace("borrowr", "lender")


def test_a_table_by_dragging_over_its_head_and_rules_by_their_buttons(browser: Browser, bench: Bench) -> None:
    with editing(bench) as address:
        editor = Editor(browser, address)
        page = editor.page
        page.click("#table")
        assert page.inner_text("#hint").startswith("Drag over the head of the new table")
        editor.drag(90, 190, 1520, 420)
        page.wait_for_selector(".ftable")
        assert page.inner_text(".note") == "Table with 2 columns. Look at their names and kinds."
        assert page.get_attribute("#table", "aria-pressed") == "false"
        assert editor.names()[-2:] == ["titleBook", "branchOffice"]
        page.click(".frow:has(.fname:text-is('late'))")
        page.click("#rule")
        page.wait_for_selector("[name=rulekind]:focus")
        page.select_option("[name=rulekind]", "exclusive")
        page.select_option("[name=field1]", "dateLoan")
        page.wait_for_selector(".frule:has-text('exclusive') .flabel:text-is('late, dateLoan')")
        page.click("button[title='Remove late']")
        page.wait_for_selector(".frule:has-text('exclusive') .flabel:text-is('dateLoan')")
        page.select_option("[name=rulekind]", "range")
        page.fill("[name=least]", "1950-01-01")
        editor.press("Tab")
        page.wait_for_selector("#savestate:text('not saved yet')")
        page.click(".frule:has-text('required')")
        page.click("button:has-text('Delete')")
        page.wait_for_selector(".frule:has-text('required')", state="detached")
        editor.press("Control+s")
        page.wait_for_selector(".note:has-text('Saved')")
        assert editor.told == []
    form = load_definition(bench.path)
    assert [c.labels for c in form.tables[0].columns] == [("3. Title of the book",), ("4. Branch office",)]
    (rule,) = form.rules
    assert (rule.kind, rule.fields, rule.least) == ("range", ("dateLoan",), "1950-01-01")


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not there: make axe (npm)")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 1024])
@pytest.mark.parametrize("click", ["", ".frule", "#table"])
def test_the_editor_shuts_nobody_out(browser: Browser, bench: Bench, width: int, scheme: str, click: str) -> None:
    with editing(bench) as address:
        assert faults(browser, address, width, scheme, click) == []
