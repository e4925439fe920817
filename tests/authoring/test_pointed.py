from __future__ import annotations

import pytest
from factories import Text, at, page_of, table_cells

from digitizer.authoring.pointed import joined_label, point_out
from digitizer.document.geometry import Box
from digitizer.document.layout import Mark, Readings

PRINT = [
    ("1. Name of borrower", 110, 210),
    ("Amount due:", 110, 640),
    ("Signature of the librarian", 810, 760),
    ("late", 150, 900),
    ("lost", 350, 900),
]
CELLS = table_cells([100, 800, 1500], [200, 400, 600])


def page(entry: str = "") -> Readings:
    texts: list[Text] = [(told, at(x, y, told)) for told, x, y in [*PRINT, (entry, 115, 270)] if told]
    return page_of(texts, CELLS, [Mark(Box(x, 900, 26, 26), False, 0.99) for x in (115, 315)])


@pytest.mark.parametrize(
    ("box", "kind", "label"),
    [
        (Box(110, 260, 400, 60), "name", "1. Name of borrower"),
        (Box(100, 205, 600, 150), "name", "1. Name of borrower"),
        (Box(320, 630, 200, 40), "money", "Amount due:"),
        (Box(800, 700, 400, 50), "name", "Signature of the librarian"),
    ],
    ids=["over it", "in it", "before it", "under it"],
)
def test_the_label_is_the_print_about_the_place(box: Box, kind: str, label: str) -> None:
    (found,) = point_out(page(), box)
    assert (found.kind, found.labels[0]) == (kind, label)


def test_what_only_one_scan_has_is_no_label() -> None:
    box = Box(110, 262, 400, 40)
    assert point_out(page("ADA LOVELACE"), box)[0].labels[0] == "ADA LOVELACE"
    others = [page("GRACE HOPPER"), page("EMMY NOETHER")]
    (found,) = point_out(page("ADA LOVELACE"), box, others)
    assert found.labels[0] == "1. Name of borrower"


def test_every_checkbox_pointed_at_is_a_field_of_its_own_name() -> None:
    found = point_out(page(), Box(100, 880, 500, 60), (), ["late"])
    assert [(f.kind, f.labels) for f in found] == [("checkbox", ("late",)), ("checkbox", ("lost",))]
    assert len({"late", *(f.name for f in found)}) == 3


def test_where_nothing_is_printed_there_is_no_label() -> None:
    assert point_out(page(), Box(1000, 1800, 200, 40))[0].labels == ()
    assert point_out(page_of([]), Box(100, 100, 200, 40))[0].labels == ()


def test_labels_are_joined_only_as_they_are_printed() -> None:
    assert joined_label("of borrower", "1. Name", [page()]) == "1. Name of borrower"
    assert joined_label("1. Name of borrower", "late", [page()]) is None
