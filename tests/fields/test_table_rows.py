from factories import entry_of, sheet_of

from digitizer.fields.answers import Entry
from digitizer.fields.table_rows import TableRow, joined_rows


def row(top: int, *texts: str) -> TableRow:
    stack = sheet_of([(t, (100 + 200 * k, top, 80, 20)) for k, t in enumerate(texts)])
    cells: list[tuple[Entry, ...]] = [(entry_of(stack, k),) if t else () for k, t in enumerate(texts)]
    return TableRow(top, top + 20, 0, tuple(cells))


def test_a_line_that_fills_few_columns_goes_on_the_row_before() -> None:
    lines = [row(100, "1/2/2007", "5", "BIXBY"), row(130, "", "", "AND SON"), row(160, "3/3/2008", "", "WALES")]
    rows = joined_rows(lines)
    assert [[" ".join(e.text for e in c) for c in r.cells] for r in rows] == [
        ["1/2/2007", "5", "BIXBY AND SON"],
        ["3/3/2008", "", "WALES"],
    ]
    assert [(r.top, r.bottom) for r in rows] == [(100, 150), (160, 180)]
