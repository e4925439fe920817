from __future__ import annotations

from pathlib import Path

import pytest

from digitizer.authoring import editing
from digitizer.authoring.yaml_edits import EditError, texts_at
from digitizer.fields.definitions import load_definition

TEXT = """form: loan-card
fields:
  - {name: borrower, kind: name, labels: ["Name of borrower"]}  # the card's owner
  - {name: dateOfLoan, kind: date, labels: ["Date of loan"]}
  - {name: late, kind: checkbox, labels: ["late"]}
  - {name: inTime, kind: checkbox, labels: ["in time"]}
  - {name: total, kind: money, labels: ["Total", "Sum"]}
tables:
  - name: payments
    columns:
      - {name: date, kind: date, labels: ["Date"]}
      - {name: code, kind: code, labels: ["Code"], values: [A, D], implies: {amount: "0"}}
      - {name: amount, kind: money, labels: ["Amount"]}
rules:
  - {kind: exclusive, fields: [late, inTime]}
  - {kind: order, fields: [dateOfLoan, total]}
  - {kind: required, fields: [borrower]}  # always
  - {kind: sum, table: payments, fields: [amount, total]}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "form.yaml"


def names(text: str) -> list[str]:
    return [f["name"] for f in texts_at(text, ("fields",))]


def rules(text: str) -> list[list[str]]:
    return [rule["fields"] for rule in texts_at(text, ("rules",))]


def holds(path: Path, text: str) -> str:
    """The text, which is a definition that loads."""
    path.write_text(text, encoding="utf-8")
    load_definition(path)
    return text


def test_a_name_changes_in_rules_too(path: Path) -> None:
    new = holds(path, editing.rename(TEXT, ("fields", 4), "sum"))
    assert names(new)[4] == "sum"
    assert rules(new)[1] == ["dateOfLoan", "sum"]
    assert rules(new)[3] == ["amount", "sum"]
    new = holds(path, editing.rename(new, ("tables", 0, "columns", 2), "paid"))
    assert rules(new)[3] == ["paid", "sum"]
    assert texts_at(new, ("tables", 0, "columns", 1, "implies")) == {"paid": "0"}
    new = holds(path, editing.rename(new, ("tables", 0), "fees"))
    assert texts_at(new, ("rules", 3, "table")) == "fees"
    assert "# the card's owner" in new
    assert "# always" in new


def test_a_column_of_the_same_name_is_not_meant(path: Path) -> None:
    text = editing.rename(TEXT, ("fields", 4), "amount")
    new = holds(path, editing.rename(text, ("fields", 4), "sum"))
    assert rules(new)[3] == ["amount", "sum"]
    assert texts_at(new, ("tables", 0, "columns", 2, "name")) == "amount"


def test_what_is_deleted_is_in_no_rule(path: Path) -> None:
    new = holds(path, editing.delete(TEXT, ("fields", 2)))
    assert rules(new) == [["dateOfLoan", "total"], ["borrower"], ["amount", "total"]]
    new = holds(path, editing.delete(new, ("fields", 3)))
    assert rules(new) == [["borrower"]]
    new = holds(path, editing.delete(TEXT, ("tables", 0)))
    assert len(rules(new)) == 3


def test_two_fields_are_one(path: Path) -> None:
    new = holds(path, editing.merge(TEXT, ("fields", 0), ("fields", 1), ["Name of borrower Date of loan"]))
    assert names(new) == ["borrower", "late", "inTime", "total"]
    assert texts_at(new, ("fields", 0, "labels")) == ["Name of borrower Date of loan"]
    assert rules(new)[1] == ["borrower", "total"]
    new = holds(path, editing.merge(TEXT, ("fields", 2), ("fields", 3), ["late", "in time"]))
    assert rules(new)[0] == ["dateOfLoan", "total"]
    with pytest.raises(EditError):
        editing.merge(TEXT, ("fields", 0), ("tables", 0, "columns", 0), ["x"])


def test_parts_that_are_merged_are_whole_again(path: Path) -> None:
    text, _ = editing.split(TEXT, ("fields", 0), ["ADA\nLONDON"])
    new = holds(path, editing.merge(text, ("fields", 0), ("fields", 1), ["Name of borrower"]))
    assert texts_at(new, ("fields",)) == texts_at(TEXT, ("fields",))


@pytest.mark.parametrize(
    ("samples", "how", "first"),
    [
        ([], "lines", {"line": "1"}),
        (["ADA\nLONDON", "X, Y"], "lines", {"line": "1"}),
        (["SMITH, ADA", "HOPPER, GRACE"], "comma", {"pattern": r"^([^,]*)"}),
        (["1 May - 2 May"], "dash", {"pattern": r"^(.*?)(?:\s+[-\u2013]\s|$)"}),
    ],
)
def test_an_entry_is_parted_as_values_are(path: Path, samples: list[str], how: str, first: dict[str, str]) -> None:
    text, told = editing.split(TEXT, ("fields", 0), samples)
    holds(path, text)
    assert told == how
    assert names(text)[:2] == ["borrower", "borrower2"]
    assert first.items() <= texts_at(text, ("fields", 0)).items()
    assert texts_at(text, ("fields", 1, "labels")) == ["Name of borrower"]


def test_labels_are_parted_where_there_are_several(path: Path) -> None:
    text, told = editing.split(TEXT, ("fields", 4), ["5.00"])
    holds(path, text)
    assert told == "labels"
    assert [f["labels"] for f in texts_at(text, ("fields",))[4:]] == [["Total"], ["Sum"]]


def test_a_checkbox_has_no_parts() -> None:
    with pytest.raises(EditError, match="nothing to split"):
        editing.split(TEXT, ("fields", 2), [])


def test_empty_keys_are_taken_out_and_labels_kept(path: Path) -> None:
    new = editing.change(TEXT, ("fields", 0), {"group": "", "labels": [], "optional": True, "kind": "text"})
    assert texts_at(new, ("fields", 0)) == {"name": "borrower", "kind": "text", "labels": [], "optional": "true"}
    assert "optional" not in texts_at(editing.change(new, ("fields", 0), {"optional": False}), ("fields", 0))


def test_names_that_are_taken_are_counted_up() -> None:
    assert editing.unused("name2", ["name", "name2", "name3"]) == "name4"
    assert editing.unused("street", []) == "street"
    assert editing.unused("street", ["street"]) == "street3"
