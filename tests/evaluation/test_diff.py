from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from digitizer.document.geometry import Box
from digitizer.evaluation.diff import diff
from digitizer.evaluation.diff_page import tables_of, write_diff_page
from digitizer.settings import Settings

if TYPE_CHECKING:
    from conftest import Make


def test_what_changes_is_told_with_what_it_was(make: Make) -> None:
    old = make.record(
        {
            "same": make.field("x"),
            "unseen": make.field("a"),
            "person": make.field("b", status="corrected"),
            "met": make.field("c", status="corrected"),
            "doubt": make.field("d", status="review"),
            "released": make.field("e", status="review"),
            "withdrawn": make.field("f"),
            "unticked": make.field(False),
        }
    )
    new = make.record(
        {
            "same": make.field("x"),
            "unseen": make.field("A"),
            "person": make.field("B"),
            "met": make.field("c"),
            "doubt": make.field("D"),
            "released": make.field("e"),
            "withdrawn": make.field("f", status="review"),
        }
    )
    found = diff([old], [new])
    assert [(c.name, c.was) for c in found.changes] == [
        ("unseen", "accepted"),
        ("person", "person"),
        ("doubt", "review"),
    ]
    tally = found.tallies["f"]
    assert (tally.values, tally.corrected, tally.as_said) == (7, 2, 1)
    assert (tally.released, tally.withdrawn) == (1, 1)


def test_a_row_more_does_not_change_all_the_others(make: Make) -> None:
    old = make.record({}, [make.row(date="2024-01-31", amount="12"), make.row(date="2024-02-29", amount="7")])
    new = make.record(
        {}, [make.row(date="1999-01-01", amount="99"), *old.tables["t"]], footnotes={"F1": "as of the date given"}
    )
    found = diff([old], [new])
    assert [(c.name, c.row, c.before, c.after and c.after.value) for c in found.changes] == [
        ("t.date", 1, None, "1999-01-01"),
        ("t.amount", 1, None, "99"),
        ("footnote F1", 0, None, "as of the date given"),
    ]


def test_documents_of_one_side_and_forms_taken_for_others_are_told(make: Make) -> None:
    old = [make.record({"a": make.field("x")}), make.record({"a": make.field("y")}, document="b.pdf", sha256="01")]
    new = [make.record({"b": make.field("z")}, form="g")]
    found = diff(old, new)
    assert found.alone == ("b.pdf",)
    assert found.documents == 1
    changes = [(c.form, c.name, c.before is None, c.after is None) for c in found.changes]
    assert changes == [("f", "a", False, True), ("g", "b", True, False)]


def test_the_page_shows_both_places_and_escapes_what_was_read(make: Make, tmp_path: Path) -> None:
    scan = tmp_path / "a.png"
    assert cv2.imwrite(str(scan), np.full((400, 300), 200, np.uint8))
    moved = replace(make.field("<script>x</script>", 0.4, status="review"), box=Box(40, 90, 60, 20))
    old = make.record({"one": make.field("said", status="corrected"), "two": make.field("Jonn")})
    new = make.record({"one": moved, "two": make.field("John")})
    found = diff([old], [new])
    assert write_diff_page(found, {"00": scan}, tmp_path / "diff.html", Settings()) == 2
    html = (tmp_path / "diff.html").read_text()
    assert html.count('src="data:image/') == 3, "two places of the one, the one place of the other"
    assert "a person said otherwise" in html
    assert "was accepted unseen" in html
    assert "Jo<del>n</del>n" in html
    assert "Jo<ins>h</ins>n" in html
    assert "<script" not in html
    assert tables_of(found)[0].rows == (("f", "2", "2", "1", "1", "0", "0 of 1", "0", "0"),)


def test_nothing_that_changes_says_so(make: Make, tmp_path: Path) -> None:
    record = make.record({"one": make.field("x")})
    found = diff([record], [record])
    assert write_diff_page(found, {}, tmp_path / "diff.html", Settings()) == 0
    assert "No value would change" in (tmp_path / "diff.html").read_text()
