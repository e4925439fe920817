import json
import random

import numpy as np
from factories import Text, at, hits_of, page_of, sheet_of, small_form, table_cells
from hypothesis import given
from hypothesis import strategies as st

from digitizer.document.geometry import Box, Transform
from digitizer.document.layout import Cell, Mark, Readings
from digitizer.fields.describe import describe_page
from digitizer.fields.gridparts import rows_of
from digitizer.fields.grids import find_grids

VOTES = [["Precinct Name", "Smith", "Jones"], ["Precinct-1", "124", "52"], ["Precinct-2", "", "61"]]
XS, YS = [100, 400, 600, 800], [200, 260, 320, 380]


def vote_texts() -> list[Text]:
    return [
        (text, at(XS[c] + 10, YS[r] + 15, text), 3 * r + c)
        for r, row in enumerate(VOTES)
        for c, text in enumerate(row)
        if text
    ]


def test_a_page_is_described_with_the_contracts_keys() -> None:
    described = describe_page(page_of([]))
    assert list(described) == [
        "schema",
        "document",
        "page",
        "size",
        "dpi",
        "skew",
        "turned",
        "grids",
        "checkboxes",
        "questions",
        "pairs",
        "unclaimed",
    ]
    assert described["document"] == {"name": "drawn.pdf", "sha256": "5" * 64}
    assert (described["page"], described["size"], described["dpi"]) == (1, [1700, 2200], 200)
    assert all(described[key] == [] for key in ("grids", "checkboxes", "pairs", "unclaimed"))
    json.dumps(described)


def test_a_ruled_table_is_told_row_by_row() -> None:
    (grid,) = describe_page(page_of(vote_texts(), table_cells(XS, YS)))["grids"]
    assert grid["rows"] == VOTES
    assert grid["box"] == [100, 200, 698, 178]


def test_a_cell_over_several_columns_stands_in_the_first() -> None:
    cells = [Cell(Box(100, 200, 698, 58)), *table_cells([100, 400, 800], [260, 320])]
    texts: list[Text] = [("Votes", at(110, 210, "Votes"), 0), ("a", at(110, 270, "a"), 1), ("b", at(410, 270, "b"), 2)]
    stack = sheet_of(texts, cells)
    (grid,) = find_grids(stack)
    assert rows_of(stack, grid) == [["Votes", None], ["a", "b"]]


def test_a_cell_over_several_rows_stands_in_the_first() -> None:
    cells = [Cell(Box(100, 200, 198, 118)), *table_cells([300, 600], [200, 260, 320])]
    texts: list[Text] = [("both", at(110, 240, "both"), 0), ("a", at(310, 210, "a"), 1), ("b", at(310, 270, "b"), 2)]
    stack = sheet_of(texts, cells)
    (grid,) = find_grids(stack)
    assert rows_of(stack, grid) == [["both", "a"], [None, "b"]]


def test_checkboxes_are_told_with_the_label_beside_them() -> None:
    marks = [Mark(Box(100, 300, 32, 32), True, 0.99871), Mark(Box(900, 300, 32, 32), False, 0.9)]
    texts: list[Text] = [("employee", at(145, 303, "employee")), ("far away", at(1200, 303, "far away"))]
    one, two = describe_page(page_of(texts, marks=marks))["checkboxes"]
    assert one == {"box": [100, 300, 32, 32], "checked": True, "confidence": 0.9987, "label": "employee"}
    assert (two["checked"], two["label"]) == (False, "")


def test_a_cells_first_line_is_the_label_of_the_rest() -> None:
    cells = [Cell(Box(100, 200, 500, 120))]
    label = "2. Registration No."
    texts: list[Text] = [(label, at(110, 210, label), 0), ("4364", at(130, 260, "4364"), 0)]
    (pair,) = describe_page(page_of(texts, cells))["pairs"]
    assert (pair["label"], pair["value"]) == (label, "4364")
    assert pair["label_box"] == list(at(110, 210, label))
    assert pair["value_box"] == list(at(130, 260, "4364"))
    assert 0 < pair["confidence"] <= 1


def test_labels_of_a_known_form_are_paired_with_what_stands_under_or_beside_them() -> None:
    texts: list[Text] = [
        ("Name of borrower", at(100, 100, "Name of borrower")),
        ("BIXBY TIMOTHY", at(100, 135, "BIXBY TIMOTHY")),
        ("Date of loan", at(900, 100, "Date of loan")),
        ("11/17/2009", at(1100, 100, "11/17/2009")),
        ("far away", at(100, 1800, "far away")),
    ]
    page = page_of(texts)
    matches = hits_of(sheet_of(texts), small_form())
    pairs = {p["label"]: p["value"] for p in describe_page(page, matches)["pairs"]}
    assert pairs == {"Name of borrower": "BIXBY TIMOTHY", "Date of loan": "11/17/2009"}


def test_ink_that_nothing_claims_is_told() -> None:
    texts: list[Text] = [*vote_texts(), ("RECEIVED 29 OCT 2007", at(900, 1500, "RECEIVED 29 OCT 2007"))]
    page = page_of(texts, table_cells(XS, YS))
    (stamp,) = describe_page(page)["unclaimed"]
    assert stamp == {"box": list(at(900, 1500, "RECEIVED 29 OCT 2007")), "text": "RECEIVED 29 OCT 2007"}
    assert describe_page(page, claimed=[Box(*at(900, 1500, "RECEIVED 29 OCT 2007"))])["unclaimed"] == []


def test_boxes_are_those_of_the_scan_as_it_came_in() -> None:
    to_scan = Transform.of(np.array([[2.0, 0, 30], [0, 2.0, 40]]))
    page = page_of([("stamp", at(100, 200, "stamp"))], to_scan=to_scan, scan_size=(3500, 4500))
    described = describe_page(page)
    assert described["unclaimed"][0]["box"] == [230, 440, 140, 48]
    assert described["size"] == [3500, 4500]


def drawn_page(rng: random.Random) -> tuple[Readings, list[str]]:
    """A page of a table, cells with labels, checkboxes and lines that stand free, each text on it once; the texts."""
    words = [f"t{k}" for k in range(99)]
    cells: list[Cell] = []
    texts: list[Text] = []
    marks: list[Mark] = []

    def write(x: int, y: int, cell: int | None, more: str = "") -> None:
        text = words[len(texts)] + more
        texts.append((text, at(x, y, text), cell))

    rows, columns = rng.randint(2, 6), rng.randint(2, 4)
    xs, ys = [100 + 200 * k for k in range(columns + 1)], [100 + 60 * k for k in range(rows + 1)]
    cells += table_cells(xs, ys)
    for k, cell in enumerate(cells):
        if rng.random() < 0.8:
            write(cell.box.x + 10, cell.box.y + 15, k)
    for k in range(rng.randint(0, 3)):
        cells.append(Cell(Box(100 + 400 * k, 700, 300, 160)))
        for line in range(rng.randint(1, 3)):
            write(110 + 400 * k, 710 + 45 * line, len(cells) - 1)
    for k in range(rng.randint(0, 3)):
        marks.append(Mark(Box(100 + 400 * k, 1000, 24, 24), rng.random() < 0.5, 0.9))
        write(140 + 400 * k, 1000, None)
    for k in range(rng.randint(0, 6)):
        write(100, 1200 + 60 * k, None, rng.choice(["", ":"]))
        if rng.random() < 0.6:
            write(600, 1200 + 60 * k, None)
    return page_of(texts, cells, marks), [text for text, *_ in texts]


@given(st.integers(0, 10_000))
def test_every_text_of_a_page_is_told_in_one_place(seed: int) -> None:
    page, texts = drawn_page(random.Random(seed))
    described = describe_page(page)
    told = [text for grid in described["grids"] for row in grid["rows"] for text in row if text]
    told += [
        line for pair in described["pairs"] for text in (pair["label"], pair["value"]) for line in text.split("\n")
    ]
    told += [box["label"] for box in described["checkboxes"] if box["label"]]
    told += [line["text"] for line in described["unclaimed"]]
    assert sorted(told) == sorted(texts)


def test_an_entry_beside_the_cells_of_its_row_is_in_the_table_and_not_unclaimed() -> None:
    cells = [c for c in table_cells(XS, YS) if (c.box.x, c.box.y) != (600, 200)]
    numbered = {(c.box.x, c.box.y): k for k, c in enumerate(cells)}
    texts: list[Text] = [
        (text, at(XS[c] + 10, YS[r] + 15, text), numbered.get((XS[c], YS[r])))
        for r, row in enumerate(VOTES)
        for c, text in enumerate(row)
        if text
    ]
    described = describe_page(page_of(texts, cells))
    assert described["grids"][0]["rows"] == VOTES
    assert described["unclaimed"] == []
