import json

import pytest
from factories import field_of
from hypothesis import given
from hypothesis import strategies as st

from digitizer.document.geometry import Box
from digitizer.document.record import SCHEMA, Field, Problem, Record

NAMES = st.text("abcXYZ19", min_size=1, max_size=6)
TEXTS = st.text(max_size=12)
BOXES = st.builds(Box, *[st.integers(0, 5000)] * 2, *[st.integers(1, 900)] * 2)
# Confidences are told to four places.
CHANCES = st.integers(0, 10_000).map(lambda n: n / 10_000)
STATUSES = st.sampled_from(["accepted", "review", "corrected", "confirmed"])
PAGES = st.none() | st.integers(1, 99)
FIELDS = st.builds(
    Field,
    TEXTS | st.booleans(),
    TEXTS,
    CHANCES,
    STATUSES,
    PAGES,
    st.none() | BOXES,
    st.lists(NAMES, max_size=3).map(tuple),
    st.booleans(),
)
PROBLEMS = st.builds(Problem, NAMES, TEXTS, TEXTS, NAMES, PAGES, st.lists(NAMES, max_size=2).map(tuple))
ROWS = st.lists(st.dictionaries(NAMES, FIELDS, max_size=3), max_size=3).map(tuple)
RECORDS = st.builds(
    Record,
    NAMES,
    st.text("0123456789abcdef", min_size=64, max_size=64),
    st.lists(st.integers(1, 99), max_size=3).map(tuple),
    NAMES,
    CHANCES,
    st.dictionaries(NAMES, FIELDS, max_size=3),
    st.dictionaries(NAMES, ROWS, max_size=2),
    st.dictionaries(NAMES, FIELDS, max_size=2),
    st.lists(PROBLEMS, max_size=2).map(tuple),
    st.dictionaries(NAMES, TEXTS, max_size=2),
    st.just("") | NAMES,
    st.dictionaries(NAMES, TEXTS, max_size=2),
)


@given(RECORDS)
def test_a_record_survives_its_line_of_json(record: Record) -> None:
    assert Record.from_json(json.loads(json.dumps(record.as_json()))) == record


@given(PROBLEMS)
def test_a_problem_survives_its_line_of_json(problem: Problem) -> None:
    assert Problem.from_json(json.loads(json.dumps(problem.as_json()))) == problem


def test_the_record_is_laid_out_as_the_contract_has_it() -> None:
    name = Field("LIVEPERSON INC", "LIVEPERSON INC", 0.998, "accepted", 1, Box(940, 770, 520, 46), ("F1",))
    record = Record(
        "filing.pdf",
        "9f",
        (1, 2),
        "sec-form-4",
        0.999,
        fields={"issuerName": name},
        tables={"nonDerivative": ({"securityTitle": field_of("Common Stock")},)},
        footnotes={"F1": field_of("The sales reported")},
        problems=(Problem("rule", "only one of a, b may be filled in", fields=("a", "b")),),
        versions={"digitizer": "1"},
    )
    data = record.as_json()
    assert list(data) == ["schema", "document", "form", "fields", "tables", "footnotes", "problems", "versions"]
    assert data["schema"] == SCHEMA == 1
    assert data["document"] == {"name": "filing.pdf", "sha256": "9f", "pages": [1, 2]}
    assert data["form"] == {"id": "sec-form-4", "confidence": 0.999}
    assert data["fields"]["issuerName"] == {
        "value": "LIVEPERSON INC",
        "text": "LIVEPERSON INC",
        "confidence": 0.998,
        "status": "accepted",
        "page": 1,
        "box": [940, 770, 520, 46],
        "footnotes": ["F1"],
    }
    assert data["tables"]["nonDerivative"][0]["securityTitle"]["value"] == "Common Stock"
    assert data["footnotes"]["F1"]["value"] == "The sales reported"
    assert data["problems"][0] == {
        "document": "",
        "page": None,
        "kind": "rule",
        "message": "only one of a, b may be filled in",
        "remedy": "",
        "fields": ["a", "b"],
    }
    assert data["versions"] == {"digitizer": "1"}


def test_a_value_without_a_place_has_neither_page_nor_box() -> None:
    data = field_of("", page=None, box=None).as_json()
    assert (data["page"], data["box"]) == (None, None)
    assert Field.from_json(data).box is None


def test_confidences_are_told_to_four_places() -> None:
    assert field_of(confidence=0.98765432).as_json()["confidence"] == 0.9877


@pytest.mark.parametrize("key", ["document", "form", "fields", "tables", "footnotes", "problems", "versions"])
def test_a_record_that_lacks_a_key_is_refused(key: str) -> None:
    data = Record("a.pdf", "0", (1,), "other", 0.5).as_json()
    del data[key]
    with pytest.raises(KeyError, match=key):
        Record.from_json(data)
