from __future__ import annotations

import csv
import datetime
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from factories import field_def, field_of, fields_of, small_form

from digitizer.document.form import TableDefinition
from digitizer.document.record import Record
from digitizer.errors import MissingComponentError
from digitizer.export.items import Item
from digitizer.export.parquet import DICTIONARY, write_parquet

PAYMENTS = TableDefinition(
    "payments",
    (
        field_def("on", "date", "Paid on"),
        field_def("amount", "number", "Paid in", group="Payments"),
        field_def("amount", "number", "Paid out"),
    ),
)
FORM = small_form((PAYMENTS,))


def items() -> Iterator[Item]:
    rows = (
        {"on": field_of("2007-01-02"), "amount": field_of("24409.1", status="review", footnotes=("F1",))},
        {"on": field_of(""), "amount": field_of("See note")},
    )
    fields = fields_of({"borrower": "=BIXBY", "dateOfLoan": "1967-13-01", "returnedLate": True})
    note = {"F1": field_of("Paid in coins.")}
    yield Item(1, Record("a.pdf", "0" * 64, (1, 2), FORM.form, 0.5, fields, {"payments": rows}, note))
    yield Item(2, Record("b.pdf", "1" * 64, (1,), FORM.form, 0.5, fields_of({"borrower": ""}), {"payments": ()}))
    yield Item(3, Record("z.pdf", "2" * 64, (1,), "other", 1.0))


def read(path: Path) -> Any:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed: it is in the dev extra")
    return parquet.read_table(path)


def test_columns_have_the_types_of_their_definitions(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed: it is in the dev extra")
    assert write_parquet(items, tmp_path, {FORM.form: FORM}) == 3
    loans = read(tmp_path / "loan-card.parquet")
    assert loans.column("returnedLate").to_pylist() == [True, None]
    assert loans.column("borrower").to_pylist() == ["=BIXBY", None]
    assert loans.column("dateOfLoan").to_pylist() == [None, None]
    assert loans.column("untyped").to_pylist() == ["dateOfLoan=1967-13-01", ""]
    rows = read(tmp_path / "loan-card.payments.parquet")
    assert rows.column("on").to_pylist() == [datetime.date(2007, 1, 2), None]
    assert rows.column("amount").to_pylist() == [Decimal("24409.1"), None]
    assert rows.column("untyped").to_pylist() == ["", "amount=See note"]
    assert rows.column("to_review").to_pylist() == ["amount", ""]
    assert rows.column("record").to_pylist() == ["1", "1"]


def test_notes_are_a_table_of_their_own_and_other_pages_a_file(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed: it is in the dev extra")
    write_parquet(items, tmp_path, {FORM.form: FORM})
    (note,) = read(tmp_path / "footnotes.parquet").to_pylist()
    assert (note["document"], note["footnote"], note["text"]) == ("a.pdf", "F1", "Paid in coins.")
    assert note["cited_by"] == "payments[1].amount"
    assert read(tmp_path / "other.parquet").column("document").to_pylist() == ["z.pdf"]


def test_the_dictionary_tells_every_column_with_what_is_printed_beside_it(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed: it is in the dev extra")
    write_parquet(items, tmp_path, {FORM.form: FORM})
    lines = (tmp_path / DICTIONARY).read_text("utf-8").splitlines()
    told = {(r["file"], r["column"]): r for r in csv.DictReader(lines)}
    amount = told["loan-card.payments.parquet", "amount"]
    assert (amount["type"], amount["kind"], amount["printed"]) == ("decimal", "number", "Payments | Paid in")
    assert told["loan-card.parquet", "returnedLate"]["type"] == "boolean"
    for name in ("loan-card", "loan-card.payments"):
        columns = {c for f, c in told if f == f"{name}.parquet"}
        assert columns <= set(read(tmp_path / f"{name}.parquet").column_names)


def test_without_pyarrow_it_is_told_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingComponentError, match="pyarrow"):
        write_parquet(items, tmp_path, {})
