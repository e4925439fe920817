"""From a file's bytes to its records, with the shipped models and the real Tesseract, on samples that we drew."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from golden_records import differences, read_golden, regenerating, write_golden
from imaging.drawn_codes import code, page_with
from PIL import Image

from digitizer.document.layout import Readings
from digitizer.document.record import OTHER, Record
from digitizer.errors import UsageError
from digitizer.evaluation.compare import Comparison, compare
from digitizer.evaluation.truth import read_truth
from digitizer.imaging.load import probe
from digitizer.loading import Tools, load_tools
from digitizer.pipeline import assemble, describe, digitize_file, read_page
from digitizer.settings import Settings

pytestmark = pytest.mark.tesseract

SCANS = Path(__file__).resolve().parents[1] / "scans"
# Without the second reader, which is not installed everywhere and would change confidences and a value here or there.
SETTINGS = Settings(double="none")
SEED, WORN, STRANGE = "form4-seed.pdf", "form4-copy-of-copy.tif", "other-form.pdf"


@pytest.fixture(scope="module")
def tools() -> Tools:
    return load_tools(SETTINGS)


@cache
def pages_of(name: str) -> tuple[Readings, ...]:
    """A sample's pages, read once for all tests."""
    document = probe(SCANS / name, SETTINGS)
    return tuple(read_page(document, number, SETTINGS) for number in range(1, document.pages + 1))


def records_of(name: str, tools: Tools) -> list[Record]:
    return assemble(probe(SCANS / name, SETTINGS), pages_of(name), tools)


def compared(name: str, tools: Tools) -> Comparison:
    truth = read_truth(SCANS / "truth" / f"{Path(name).stem}.json")
    return compare(name, records_of(name, tools), truth)


def test_the_seeds_form_is_read_almost_without_a_mistake(tools: Tools) -> None:
    result = compared(SEED, tools)
    assert (result.found_form, result.extra_records) == ("sec-form-4", 0)
    assert [(r.table, r.missed, r.extra) for r in result.rows if r.expected] == [
        ("nonDerivative", 0, 0),
        ("derivative", 0, 0),
    ]
    # A good office scan. Another Tesseract or a model trained anew misreads a few of its 151 values; a lost row of
    # eleven cells, or a label taken for another throughout a column, is more than 5%.
    wrong = [f"{o.name}: {o.field.value if o.field else None} for {o.truth}" for o in result.outcomes if not o.right]
    assert len(wrong) <= 0.05 * len(result.outcomes), wrong
    assert len(result.true_links & result.found_links) >= 0.9 * len(result.true_links)
    accepted = [o for o in result.outcomes if o.field is not None and o.field.status == "accepted" and not o.right]
    assert accepted == [], "nothing wrong is accepted unseen"


def test_a_copy_of_a_copy_is_read_for_the_greater_part(tools: Tools) -> None:
    result = compared(WORN, tools)
    assert (result.found_form, result.extra_records) == ("sec-form-4", 0)
    assert [(r.expected, r.missed, r.extra) for r in result.rows if r.table == "nonDerivative"] == [(3, 0, 0)]
    # The worst damage there is: nearly every long text has a letter wrong. Numbers, dates, codes and checkboxes, four
    # fifths of the form, must survive; a lost row alone is a fifth of it.
    wrong = [f"{o.name}: {o.field.value if o.field else None} for {o.truth}" for o in result.outcomes if not o.right]
    assert len(wrong) <= 0.2 * len(result.outcomes), wrong


def test_a_strange_form_has_no_fields(tools: Tools) -> None:
    records = records_of(STRANGE, tools)
    assert [(r.form, dict(r.fields), dict(r.tables)) for r in records] == [(OTHER, {}, {})] * len(pages_of(STRANGE))
    assert all(not r.problems for r in records), "it is not blank"


def test_every_value_has_its_place_on_its_page_and_a_probability(tools: Tools) -> None:
    (record,) = records_of(SEED, tools)
    sizes = {page.layout.ref.page: page.layout.scan_size for page in pages_of(SEED)}
    assert record.pages == tuple(sizes)
    cells = [f for rows in record.tables.values() for row in rows for f in row.values()]
    for field in [*record.fields.values(), *cells, *record.footnotes.values()]:
        assert 0 <= field.confidence <= 1
        if field.value not in ("", False) and field.box is not None and field.page is not None:
            width, height = sizes[field.page]
            assert 0 <= field.box.x < field.box.right <= width
            assert 0 <= field.box.y < field.box.bottom <= height
    filled = [f for f in [*record.fields.values(), *cells] if f.value not in ("", False)]
    assert all(f.box is not None for f in filled)


def test_every_field_of_the_definition_has_a_key_unless_prints_lack_it(tools: Tools) -> None:
    (record,) = records_of(SEED, tools)
    form = tools.forms["sec-form-4"]
    assert {f.name for f in form.fields if not f.optional} <= set(record.fields)
    assert set(record.tables) == {t.name for t in form.tables}
    assert set(record.versions) == {"digitizer", "model", "tesseract"}


def test_the_same_file_gives_the_same_bytes(tools: Tools) -> None:
    once = [r.as_json() for r in digitize_file(SCANS / WORN, SETTINGS, tools)]
    again = [r.as_json() for r in records_of(WORN, tools)]
    assert json.dumps(once) == json.dumps(again)


def test_what_stands_on_a_page_is_described_known_form_or_not(tools: Tools) -> None:
    described = describe(pages_of(SEED), tools)[0]
    assert max(len(g["rows"]) for g in described["grids"]) >= 7
    pairs = {p["label"]: p["value"] for p in described["pairs"]}
    assert pairs["3. Date of Earliest Transaction (Month/Day/Year)"] == "11/17/2009"
    strange = describe(pages_of(STRANGE), tools)
    assert [d["page"] for d in strange] == list(range(1, len(pages_of(STRANGE)) + 1))
    json.dumps([described, strange])


def test_a_form_that_is_not_known_cannot_be_asked_for() -> None:
    with pytest.raises(UsageError, match="no form tax-return") as caught:
        load_tools(SETTINGS, form="tax-return")
    assert "sec-form-4" in caught.value.remedy


@pytest.mark.parametrize("name", [SEED, STRANGE])
def test_records_are_the_golden_ones(name: str, tools: Tools, request: pytest.FixtureRequest) -> None:
    records: list[dict[str, Any]] = [r.as_json() for r in records_of(name, tools)]
    if regenerating(request.config.getoption("--regenerate-golden")):
        write_golden(Path(name).stem, records)
    told = list(differences(records, read_golden(Path(name).stem)))
    assert not told, "\n".join(["if this is meant: pytest tests/test_pipeline.py --regenerate-golden", *told])


def test_a_stack_with_separator_sheets_gives_documents_with_their_own_metadata(tools: Tools, tmp_path: Path) -> None:
    form = Image.open(SCANS / WORN).convert("L")
    sheets = [
        Image.fromarray(page_with([code("PATCHT"), code(text, "qr", 8)], form.size)) for text in ("box=1", "box=2")
    ]
    stack = tmp_path / "stack.tif"
    sheets[0].save(stack, save_all=True, append_images=[form, sheets[1], form], dpi=(300, 300), compression="raw")
    settings = Settings(double="none", separators=True)
    document = probe(stack, settings)
    pages = [read_page(document, number, settings) for number in range(1, 5)]
    records = assemble(document, pages, tools)
    assert [(r.form, r.pages, dict(r.metadata)) for r in records] == [
        ("sec-form-4", (2,), {"box": "1"}),
        ("sec-form-4", (4,), {"box": "2"}),
    ]
    assert records[0].as_json()["metadata"] == {"box": "1"}
    assert [d["page"] for d in describe(pages, tools)] == [1, 2, 3, 4]
    assert "metadata" not in records_of(WORN, tools)[0].as_json()
