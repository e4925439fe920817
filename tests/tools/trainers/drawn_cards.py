"""A library card as it was drawn, scanned and read, with what truly stands where: the least there is to learn from."""

from __future__ import annotations

from factories import Text, at, field_def, page_of, small_form, table_cells

from digitizer.document.form import TableDefinition
from digitizer.document.geometry import Box
from digitizer.document.layout import Cell, Mark
from tools.trainers.drawn import ReadFiling, TrueItem

PAYMENTS = TableDefinition("payments", (field_def("on", "date", "Paid on"), field_def("amount", "number", "Amount")))
FIELDS = (*small_form().fields, field_def("street", "address", "Address", line=1))
FORM = small_form((PAYMENTS,), fields=FIELDS)
BOX = Box(100, 300, 30, 30)
XS, YS = [100, 400, 700], [600, 660, 720]

PRINT: tuple[tuple[str, int, int], ...] = (
    ("LIBRARY LOAN CARD", 600, 40),
    ("Name of borrower", 100, 100),
    ("Date of loan", 100, 190),
    ("Returned late", 145, 303),
    ("Address", 100, 400),
    ("Paid on", 110, 615),
    ("Amount", 410, 615),
)
ENTRIES: tuple[tuple[str, int, int, str], ...] = (
    ("BIXBY TIMOTHY", 100, 135, "borrower"),
    ("11/17/2009", 100, 225, "dateOfLoan"),
    ("462 SEVENTH AVENUE", 100, 435, "street"),
    ("3RD FLOOR", 100, 465, "street"),
    ("12/1/2009", 110, 675, "payments[0].on"),
    ("6.50", 410, 675, "payments[0].amount"),
)
CELLS = {"Paid on": 0, "Amount": 1, "12/1/2009": 2, "6.50": 3}


def read_card(**misread: str) -> ReadFiling:
    """The card; misread: what was read instead of a true entry, by its target."""
    shown = [(text, x, y, "") for text, x, y in PRINT] + list(ENTRIES)
    texts: list[Text] = []
    items: list[TrueItem] = [TrueItem("", BOX, "box", "returnedLate")]
    for text, x, y, target in shown:
        place = at(x, y, text)
        texts.append((misread.get(target, text) if target else text, place, CELLS.get(text)))
        items.append(TrueItem(text, Box(*place), "entry" if target else "print", target))
    cells: list[Cell] = table_cells(XS, YS)
    page = page_of(texts, cells, [Mark(BOX, True, 0.99)])
    truth = {
        "form": "loan-card",
        "fields": {"borrower": "BIXBY TIMOTHY", "dateOfLoan": "2009-11-17", "returnedLate": True},
        "tables": {
            "payments": [{"on": {"value": "2009-12-01", "footnotes": []}, "amount": {"value": "6.5", "footnotes": []}}]
        },
    }
    return ReadFiling("drawn-1", "office", "office", (page,), (tuple(items),), truth)
