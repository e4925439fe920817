from factories import field_def

from digitizer.document.form import TableDefinition
from digitizer.document.geometry import Box
from digitizer.fields.column_edges import ColumnFit, HeadWord, fit_columns
from digitizer.fields.lattice import Edge

TABLE = TableDefinition(
    "payments",
    (
        field_def("code", "code", "Code", values=("A", "D")),
        field_def("v", "code", "V"),
        field_def("paid", "number", "Paid"),
    ),
)
"""Three columns with short labels."""


def words(row: int, *texts: tuple[str, int]) -> list[HeadWord]:
    return [HeadWord(text, Box(x, 100 + 60 * row, 12 * len(text), 18), row) for text, x in texts]


def fitted(edges: list[Edge], found: list[HeadWord]) -> ColumnFit:
    return fit_columns(TABLE, edges, found, (edges[0].x, edges[-1].x), 18.0)


def wall(x: int, share: float = 1.0) -> Edge:
    return Edge(x, share, 0.0)


def test_walls_and_labels_that_agree_give_the_columns() -> None:
    fit = fitted([wall(100), wall(200), wall(260), wall(400)], words(0, ("Code", 110), ("V", 220), ("Paid", 280)))
    assert (fit.bounds, fit.columns) == ((100, 200, 260, 400), (0, 1, 2))
    assert fit.told == 1.0


def test_a_wall_lost_between_two_labels_is_put_back_at_the_white() -> None:
    edges = [wall(100), Edge(190, 0.0, 0.0), wall(260), wall(400)]
    fit = fitted(edges, words(0, ("Code", 110), ("V", 220), ("Paid", 280)))
    assert (fit.bounds, fit.columns) == ((100, 190, 260, 400), (0, 1, 2))


def test_white_within_a_label_and_walls_of_a_single_row_part_nothing() -> None:
    edges = [wall(100), wall(200), wall(260), Edge(300, 0.1, 0.0), Edge(330, 0.0, 0.0), wall(400)]
    fit = fitted(edges, words(0, ("Code", 110), ("V", 220), ("Pa", 270), ("id", 340)))
    assert fit.bounds == (100, 200, 260, 400)


def test_a_column_that_the_print_lacks_is_left_out_and_one_more_is_kept() -> None:
    fit = fitted([wall(100), wall(200), wall(400)], words(0, ("Code", 110), ("Paid", 280)))
    assert fit.columns == (0, 2)
    more = fitted(
        [wall(100), wall(200), wall(260), wall(400), wall(600)],
        words(0, ("Code", 110), ("V", 220), ("Paid", 280), ("Remarks", 420)),
    )
    assert more.columns == (0, 1, 2, None)


def test_entries_tell_columns_whose_labels_are_unreadable() -> None:
    edges = [wall(100), Edge(190, 0.0, 0.0), wall(260), wall(400)]
    entries = [w for row in (1, 2) for w in words(row, ("A", 130), ("V", 220), ("24,409", 280))]
    fit = fitted(edges, [*words(0, ("V", 220), ("Paid", 280)), *entries])
    assert fit.columns == (0, 1, 2)


def test_walls_closer_than_a_letter_bound_no_column() -> None:
    edges = [wall(100), wall(200), wall(212), wall(260), wall(400)]
    assert len(fitted(edges, words(0, ("Code", 110), ("V", 225), ("Paid", 280))).columns) == 3
