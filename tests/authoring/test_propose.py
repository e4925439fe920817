from __future__ import annotations

from pathlib import Path

import pytest
from factories import Text, at, page_of, table_cells

from digitizer.authoring.consensus import find_print, group_pages
from digitizer.authoring.proposal_yaml import write_yaml
from digitizer.authoring.propose import propose_form
from digitizer.document.geometry import Box
from digitizer.document.layout import Cell, Mark, Readings
from digitizer.fields.definitions import load_definition

PRINT = [
    ("LIBRARY LOAN CARD", 100, 60),
    ("Return borrowed volumes within fourteen calendar days after lending", 100, 110),
    ("1. Name of borrower", 110, 210),
    ("2. Telephone number", 810, 210),
    ("3. Date of loan", 110, 410),
    ("4. Branch office", 810, 410),
    ("5. Was it returned late?", 110, 610),
    ("Yes", 150, 660),
    ("No", 350, 660),
]
CELLS = table_cells([100, 800, 1500], [200, 400, 600, 800])
ENTRIES = [
    ("BIXBY", "5551234", "11/17/2009"),
    ("LOVELACE", "5559876", "02/03/2001"),
    ("HOPPER", "5550000", "07/08/1999"),
]


def cell_of(x: int, y: int) -> int | None:
    return next((k for k, c in enumerate(CELLS) if c.box.x <= x < c.box.right and c.box.y <= y < c.box.bottom), None)


def card(entries: tuple[str, ...] = (), dy: int = 0) -> Readings:
    """A loan card as read; entries: name, telephone, date; dy: how much lower it lies."""
    texts: list[Text] = [(t, at(x, y + dy, t), cell_of(x, y)) for t, x, y in PRINT]
    places = [(130, 270), (830, 270), (130, 470)]
    texts += [(t, at(x, y + dy, t), cell_of(x, y)) for t, (x, y) in zip(entries, places, strict=False)]
    cells = [Cell(c.box.moved(0, dy)) for c in CELLS]
    return page_of(texts, cells, [Mark(Box(x, 660 + dy, 26, 26), False, 0.99) for x in (115, 315)])


def test_what_scans_share_is_print_and_what_differs_was_filled_in() -> None:
    found = find_print([card(e, dy) for e, dy in zip(ENTRIES, (0, 6, -5), strict=True)])
    assert found is not None
    assert {line.text for line in found.lines} == {t for t, _, _ in PRINT}
    assert sorted(w.text for w in found.written) == sorted(t for e in ENTRIES for t in e)
    assert len(found.boxes) == 2


def test_pages_of_another_print_are_a_group_of_their_own() -> None:
    words = [f"Paragraph{k} Ordinance{k} Surveyor{k}" for k in range(8)]
    other = page_of([(t, at(100, 100 + 50 * k, t)) for k, t in enumerate(words)])
    groups = group_pages([card(ENTRIES[0]), other, card(ENTRIES[1])])
    assert [set(g) for g in groups] == [{0, 2}, {1}]


@pytest.mark.parametrize("documents", [[[card()]], [[card(e)] for e in ENTRIES]], ids=["blank", "filled"])
def test_fields_are_proposed_from_a_blank_and_from_filled_scans_alike(documents: list[list[Readings]]) -> None:
    proposal = propose_form(documents)
    told = {f.name: f.kind for f in proposal.fields}
    assert told == {
        "nameBorrower": "name",
        "telephoneNumber": told["telephoneNumber"],
        "dateLoan": "date",
        "branchOffice": "text",
        "returnedLateYes": "checkbox",
        "returnedLateNo": "checkbox",
    }
    assert proposal.exclusive == (("returnedLateYes", "returnedLateNo"),)


def test_the_definition_as_written_is_a_definition(tmp_path: Path) -> None:
    proposal = propose_form([[card(e)] for e in ENTRIES])
    path = tmp_path / "form.yaml"
    path.write_text(write_yaml("loan-card", proposal, 3), encoding="utf-8")
    form = load_definition(path)
    assert [f.name for f in form.fields] == [f.name for f in proposal.fields]
    assert form.rules[0].fields == ("returnedLateYes", "returnedLateNo")
    assert "# filled in on 3 of 3" in path.read_text(encoding="utf-8")


def test_a_ruled_table_is_proposed_with_its_columns() -> None:
    heads = ["Date due", "Amount", "Remarks"]
    texts: list[Text] = [("Payments of the borrower", at(100, 160, "Payments of the borrower"))]
    texts += [(t, at(110 + 400 * k, 215, t), k) for k, t in enumerate(heads)]
    (table,) = propose_form([[page_of(texts, table_cells([100, 500, 900, 1300], [200, 260, 320, 380]))]]).tables
    assert table.title == "Payments of the borrower"
    assert [(c.name, c.kind) for c in table.columns] == [("dateDue", "date"), ("amount", "money"), ("remarks", "text")]


def test_scans_that_share_no_print_are_told() -> None:
    with pytest.raises(ValueError, match="share no print"):
        propose_form([[page_of([])], [page_of([])]])
    with pytest.raises(ValueError, match="nothing is printed on the scan"):
        propose_form([[page_of([])]])
