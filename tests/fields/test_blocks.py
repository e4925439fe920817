from factories import Text, at, field_def, hits_of, sheet_of, small_form

from digitizer.document.form import TableDefinition
from digitizer.document.geometry import Box
from digitizer.document.layout import Cell
from digitizer.fields.blocks import find_regions

OWNERS = TableDefinition(
    "owners", (field_def("name", "name", "Name of owner"), field_def("street", "address", "(Street)")), block=True
)
BLOCKS = small_form((OWNERS,))


def block(y: int, name: str, x: int = 100, cell: int | None = None) -> list[Text]:
    return [
        ("Name of owner", at(x, y, "Name of owner"), cell),
        (name, at(x, y + 40, name), cell),
        ("(Street)", at(x, y + 80, "(Street)"), cell),
    ]


def regions_of(texts: list[Text], cells: list[Cell] | None = None) -> list[set[int]]:
    stack = sheet_of(texts, cells or [])
    return [set(r.items) for r in find_regions(stack, hits_of(stack, BLOCKS), OWNERS)]


def test_each_block_begins_at_its_first_label() -> None:
    assert regions_of([*block(100, "BIXBY"), *block(300, "LOCASCIO"), *block(500, "WALES")]) == [
        {0, 1, 2},
        {3, 4, 5},
        {6, 7, 8},
    ]


def test_a_sheet_without_the_label_has_no_blocks() -> None:
    assert regions_of([("Dear Sir", at(100, 100, "Dear Sir"))]) == []


def test_a_block_in_a_cell_takes_the_lines_of_its_cell_only() -> None:
    cells = [Cell(Box(90, 90, 500, 300)), Cell(Box(600, 90, 500, 300))]
    texts = [*block(100, "BIXBY", cell=0), ("2. Issuer", at(620, 140, "2. Issuer"), 1)]
    assert regions_of(texts, cells) == [{0, 1, 2}]


def test_the_last_block_does_not_run_down_to_the_foot_of_the_sheet() -> None:
    texts = [*block(100, "BIXBY"), ("Signature", at(100, 1500, "Signature"))]
    assert regions_of(texts) == [{0, 1, 2}]
