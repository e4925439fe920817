import numpy as np
import pytest
from factories import field_def

from digitizer.document.form import TableDefinition
from digitizer.fields.columns import NAMES, PrintedColumn, column_features

TABLE = TableDefinition(
    "payments",
    (
        field_def("on", "date", "Date of payment"),
        field_def("amount", "number", "Amount", group="Paid in"),
        field_def("kept", "code", "Kept (Y or N)", values=("Y", "N")),
    ),
)
PRINTED = (
    PrintedColumn(0, 100, "Date of payment", "", ("1/2/2007", "3/3/2008")),
    PrintedColumn(100, 200, "Amount", "Paid in", ("24,409", "")),
    PrintedColumn(200, 300, "Kept (Y or N)", "", ("Y", "Y")),
)


def feature(name: str, printed: tuple[PrintedColumn, ...] = PRINTED) -> np.ndarray:
    matrix = column_features(TABLE, printed)
    assert matrix.shape == (3, len(printed), len(NAMES))
    assert np.isfinite(matrix).all()
    return matrix[:, :, NAMES.index(name)]


def test_the_columns_own_label_is_its_best() -> None:
    own = feature("own")
    assert np.diag(own).tolist() == [1, 1, 1]
    assert own.argmax(axis=1).tolist() == [0, 1, 2]
    assert np.diag(feature("own_rank")).tolist() == [0, 0, 0]


def test_a_misread_head_is_still_the_best() -> None:
    misread = (PrintedColumn(0, 100, "Dale of paymcnt", "", ()), *PRINTED[1:])
    assert feature("own", misread)[:, 0].argmax() == 0
    assert feature("own", misread)[0, 0] > 0.8


def test_the_heading_over_a_column_tells_same_named_ones_apart() -> None:
    twins = (PrintedColumn(0, 1, "Amount", "Paid out", ()), PrintedColumn(1, 2, "Amount", "Paid in", ()))
    full, parent = feature("full", twins)[1], feature("parent", twins)[1]
    assert full[1] == pytest.approx(1.0)
    assert full[0] < 1
    assert parent[1] == pytest.approx(1.0)
    assert parent[0] < 1


def test_what_stands_in_the_rows_counts_for_its_kind() -> None:
    fits = feature("fits")
    assert fits[0, 0] == 1
    assert fits[1, 1] == 1
    assert fits[0, 2] == 0, "a letter is no date"
    assert fits[2, 2] == 1
    assert feature("filled")[0].tolist() == [1, 0.5, 1]


def test_an_empty_column_speaks_neither_for_nor_against() -> None:
    assert feature("fits", (PrintedColumn(0, 1, "Amount", "", ("", "")),))[:, 0].tolist() == [0.5, 0.5, 0.5]


def test_order_tells_how_far_apart_two_columns_stand() -> None:
    gap = feature("order_gap")
    assert np.diag(gap).tolist() == [0, 0, 0]
    assert gap[0, 2] == gap[2, 0] == 1
    assert feature("order")[0, 2] == -1


def test_no_printed_columns_give_no_features() -> None:
    assert column_features(TABLE, ()).shape == (3, 0, len(NAMES))
