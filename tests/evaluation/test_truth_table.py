from __future__ import annotations

from pathlib import Path

import pytest
from factories import field_def, small_form

from digitizer.document.truth import Truth, same
from digitizer.errors import UsageError
from digitizer.evaluation.truth_table import read_truth_table

FORM = small_form(fields=(*small_form().fields, field_def("receivedDate", "date")))


def read(folder: Path, text: str, encoding: str = "utf-8") -> dict[str, Truth]:
    path = folder / "truth.csv"
    path.write_bytes(text.encode(encoding))
    return read_truth_table(path, FORM)


def test_a_column_is_a_field_and_a_row_a_document(tmp_path: Path) -> None:
    truths = read(tmp_path, 'file,borrower,returnedLate\na.pdf,"Bixby\nTimothy",x\nsub/b.tif,,\n')
    assert list(truths) == ["a", "b"]
    assert {n: v.value for n, v in truths["a"].fields.items()} == {"borrower": "Bixby\nTimothy", "returnedLate": True}
    assert {n: v.value for n, v in truths["b"].fields.items()} == {"borrower": "", "returnedLate": False}
    assert truths["a"].form == "loan-card"


def test_what_nobody_keyed_has_no_key(tmp_path: Path) -> None:
    truths = read(tmp_path, "file,borrower,returnedLate\na,(unknown),(unknown)\nb,Ada\n")
    assert truths["a"].fields == {}
    assert set(truths["b"].fields) == {"borrower"}


def test_a_question_mark_stands_for_a_character_that_nobody_could_read(tmp_path: Path) -> None:
    assert same("Ada", read(tmp_path, "file,borrower\na,A?a\n")["a"].fields["borrower"])


@pytest.mark.parametrize("text", ["\ufefffile;borrower\na;Ada, Lady\n", "Document\tborrower\r\na\tAda, Lady\r\n"])
def test_tables_of_other_spreadsheets_are_read(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text)["a"].fields["borrower"].value == "Ada, Lady"


def test_other_columns_and_other_forms_are_told_apart(tmp_path: Path) -> None:
    truths = read(tmp_path, "file,form,batch,borrower,receivedDate\na,loan-card,7,Ada,1967-02-03\nb,tax,7,Bob,\n")
    assert list(truths) == ["a"]
    assert truths["a"].more == {"batch": "7"}
    assert truths["a"].decade == "1960s"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("borrower\nAda\n", "no column `file`"),
        ("file,borrower\na.pdf,Ada\na.tif,Ada\n", "truth.csv:3: a second row for a"),
        ("file,borrower\n,Ada\n", "is empty"),
        ("file,returnedLate\na,maybe\n", "returnedLate is a checkbox, and 'maybe'"),
        ("file,borrower\na,Ada,Lovelace\n", "truth.csv:2: more cells than columns"),
        ("file,borrower,borrower\na,Ada,Ada\n", "two columns are named borrower"),
        ("file,form\na,tax\n", "no row for the form"),
        ("", "no row for the form"),
        ('file,borrower\na,"Ada\nb,Ben\n', "not CSV"),
    ],
)
def test_a_wrong_table_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        read(tmp_path, text)


def test_a_table_in_another_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="UTF-8"):
        read(tmp_path, "file,borrower\na,Käthe\n", "latin-1")


def test_a_table_that_is_not_there_is_not_told_as_one_in_another_encoding(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.csv: cannot be read \(No such file"):
        read_truth_table(tmp_path / "gone.csv", FORM)
