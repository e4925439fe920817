from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from digitizer.document.geometry import Box
from digitizer.document.record import Problem, Record
from digitizer.evaluation import report
from digitizer.evaluation.report import humanise, write_report
from digitizer.settings import Settings

if TYPE_CHECKING:
    from conftest import Make

NASTY = '<script>alert(1)</script><img src=x onerror=alert(2)>" onmouseover="alert(3)\''


class Elements(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "a.png"
    pixels = np.full((400, 300), 255, np.uint8)
    pixels[10:30, 10:70] = 0
    assert cv2.imwrite(str(path), pixels)
    return path


def page_of(records: list[Record], scan: Path, problems: tuple[Problem, ...] = ()) -> Elements:
    path = scan.parent / "out" / "report.html"
    write_report(records, {"a.pdf": scan}, path, Settings(), problems)
    return Elements(path.read_text(encoding="utf-8"))


def test_a_value_and_its_box_point_at_each_other(make: Make, scan: Path) -> None:
    page = page_of([make.record({"one": make.field("x")}, [make.row(c="y")], {"F1": "note"})], scan)
    boxes = {rect["data-v"]: rect for rect in page.of("rect") if "data-v" in rect}
    values = {a["data-v"] for tag, a in page.found if tag in ("tr", "td", "li") and "data-v" in a}
    assert set(boxes) == values == {"1-one", "1-t-0-c", "1-note-F1"}
    rect = boxes["1-one"]
    assert [rect[key] for key in ("x", "y", "width", "height")] == ["10", "10", "60", "20"]
    (svg,) = (a for a in page.of("svg") if "viewbox" in a)
    assert svg["viewbox"] == "0 0 300 400"
    assert page.of("img")[0]["src"].startswith("data:image/jpeg;base64,")


def test_text_from_a_scan_is_never_markup(make: Make, scan: Path) -> None:
    field = replace(make.field(NASTY, notes=[NASTY]), text=NASTY + "!")
    record = make.record({NASTY: field}, [{NASTY: field}], {NASTY: NASTY}, form=NASTY)
    record = replace(record, problems=(Problem("rule", NASTY, NASTY),), versions={NASTY: NASTY})
    page = page_of([record], scan, (Problem("x", NASTY, NASTY, NASTY, 1),))
    assert len(page.of("script")) == 1
    assert all(image["src"].startswith("data:") for image in page.of("img"))
    assert not any(name.startswith("on") for _, attributes in page.found for name in attributes)
    assert "alert(1)" in (scan.parent / "out" / "report.html").read_text(encoding="utf-8")


def test_the_page_needs_nothing_from_elsewhere(make: Make, scan: Path) -> None:
    page = page_of([make.record({"one": make.field("x")})], scan)
    html = (scan.parent / "out" / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?!data:|#)""", html)
    assert "url(" not in html
    (policy,) = (meta["content"] for meta in page.of("meta") if meta.get("http-equiv"))
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "script-src 'sha256-" in policy


@pytest.mark.parametrize(
    ("status", "confidence", "band"),
    [("accepted", 0.999, "sure"), ("confirmed", 0.2, "sure"), ("review", 0.8, "look"), ("review", 0.4, "doubt")],
)
def test_doubt_shows_in_the_box(make: Make, scan: Path, status: str, confidence: float, band: str) -> None:
    page = page_of([make.record({"one": make.field("x", confidence, status=status)})], scan)  # type: ignore[arg-type]
    (box,) = (rect for rect in page.of("rect") if "data-v" in rect)
    assert box["class"] == f"box {band}"


def test_a_value_without_a_place_is_listed_without_a_box(make: Make, scan: Path) -> None:
    field = replace(make.field("somewhere"), box=None, page=None)
    page = page_of([make.record({"one": field})], scan)
    assert not [rect for rect in page.of("rect") if "data-v" in rect]
    assert "somewhere" in (scan.parent / "out" / "report.html").read_text(encoding="utf-8")


def test_the_inner_of_two_boxes_is_on_top(make: Make, scan: Path) -> None:
    inner = replace(make.field("in"), box=Box(20, 20, 10, 10))
    outer = replace(make.field("out"), box=Box(0, 0, 200, 200))
    page = page_of([make.record({"inner": inner, "outer": outer})], scan)
    assert [rect["data-v"] for rect in page.of("rect") if "data-v" in rect] == ["1-outer", "1-inner"]


def test_a_scan_that_is_gone_leaves_its_values(make: Make, scan: Path) -> None:
    page = page_of([make.record({"one": make.field("still here")}, document="gone.pdf")], scan)
    html = (scan.parent / "out" / "report.html").read_text(encoding="utf-8")
    assert "still here" in html
    assert "is not where it was" in html
    assert not page.of("img")


def test_thousands_of_documents_stay_within_bounds(make: Make, scan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MAX_DOCUMENTS", 3)
    page = page_of([make.record({"one": make.field("x")}, sha256=str(n)) for n in range(10)], scan)
    html = (scan.parent / "out" / "report.html").read_text(encoding="utf-8")
    assert len(page.of("figure")) == 3
    assert "first 3 of 10 forms" in html
    assert "10 documents" in html


def test_totals_of_a_run_of_which_only_the_first_records_are_kept(make: Make, scan: Path) -> None:
    totals = report.Totals(documents=4000, records=4100, accepted=90_000, review=77, other=5)
    path = scan.parent / "report.html"
    write_report([make.record({"one": make.field("x")})], {"a.pdf": scan}, path, Settings(), totals=totals)
    html = path.read_text(encoding="utf-8")
    for told in ("4000 documents, 90077 fields", "90000 accepted", "77 for a person", "first 1 of 4100 forms"):
        assert told in html


def test_one_long_document_is_shown_all_the_same(make: Make, scan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MAX_PAGES", 1)
    long = replace(make.record({"one": make.field("x")}), pages=(1, 2, 3))
    assert len(page_of([long, long], scan).of("section")) == 1


def test_columns_blank_in_every_row_take_no_room(make: Make, scan: Path) -> None:
    rows = [make.row(shares="1", other=""), {**make.row(shares="", other=""), "price": make.field("", notes=["F1"])}]
    page = page_of([make.record(rows=rows)], scan)
    html = (scan.parent / "out" / "report.html").read_text(encoding="utf-8")
    assert len([a for a in page.of("th") if a.get("scope") == "col"]) == 2
    assert "Blank in every row: Other." in html


def test_a_run_without_records_still_has_a_report(scan: Path) -> None:
    page = page_of([], scan, (Problem("encrypted", "secret.pdf is encrypted", "remove the password", "secret.pdf"),))
    assert page.of("h1")
    assert "remove the password" in (scan.parent / "out" / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("issuerName", "Issuer name"),
        ("rptOwnerStreet1", "Rpt owner street 1"),
        ("aff10b5One", "Aff10b5 one"),
        ("date_of_loan", "Date of loan"),
    ],
)
def test_humanise(name: str, told: str) -> None:
    assert humanise(name) == told
