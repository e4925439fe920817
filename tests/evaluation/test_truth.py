from __future__ import annotations

import json
from pathlib import Path

import pytest

from digitizer.errors import UsageError
from digitizer.evaluation.truth import document_stem, load_truths, read_truth


def write(path: Path, data: object) -> Path:
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_owners_beyond_the_first_are_rows_with_name_and_address_only(tmp_path: Path) -> None:
    owners = [{"rptOwnerName": "A", "isDirector": True}, {"rptOwnerName": "B", "isDirector": False}]
    truth = read_truth(write(tmp_path / "x.json", {"form": "f", "fields": {"a": "b"}, "tables": {}, "owners": owners}))
    rows = truth.tables["reportingOwners"]
    assert [row["rptOwnerName"].value for row in rows] == ["A", "B"]
    assert all("isDirector" not in row for row in rows)


def test_values_with_hand_mark_unreadable_characters_and_plain_ones_do_not(tmp_path: Path) -> None:
    fields = {"receivedDate": {"value": "1967-01-02", "hand": False}, "name": {"value": "J?n", "hand": True}, "q": "?"}
    truth = read_truth(write(tmp_path / "x.json", {"form": "f", "fields": fields, "notes": "none"}))
    assert truth.fields["name"].hand is True
    assert truth.fields["name"].unreadable
    assert truth.fields["q"].hand is None
    assert not truth.fields["q"].unreadable
    assert truth.decade == "1960s"
    assert truth.footnotes is None


def test_cells_tell_their_footnotes(tmp_path: Path) -> None:
    tables = {"t": [{"a": {"value": "1", "footnotes": ["F1"]}, "b": {"value": "2"}}]}
    truth = read_truth(write(tmp_path / "x.json", {"form": "f", "fields": {}, "tables": tables}))
    assert truth.tables["t"][0]["a"].footnotes == ("F1",)
    assert truth.tables["t"][0]["b"].footnotes is None


@pytest.mark.parametrize(
    "data", [[], {"fields": {}}, {"form": "f"}, {"form": "f", "fields": {"a": 3}}, {"form": "f", "fields": []}]
)
def test_another_shape_is_told_with_the_file(tmp_path: Path, data: object) -> None:
    path = write(tmp_path / "odd.json", data)
    with pytest.raises(UsageError, match=r"odd\.json"):
        read_truth(path)


def test_a_folder_is_read_by_stem(tmp_path: Path) -> None:
    write(tmp_path / "one.json", {"form": "f", "fields": {}})
    write(tmp_path / "two.truth.json", {"form": "g", "fields": {}})
    assert {stem: truth.form for stem, truth in load_truths(tmp_path).items()} == {"one": "f", "two": "g"}


def test_two_truths_for_one_document_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "one.json", {"form": "f", "fields": {}})
    write(tmp_path / "one.truth.json", {"form": "f", "fields": {}})
    with pytest.raises(UsageError, match="second truth for one"):
        load_truths(tmp_path)


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no truth files"):
        load_truths(tmp_path)


@pytest.mark.parametrize("name", ["a/b/x.pdf", "x.json", "x.truth.json", "x"])
def test_stems(name: str) -> None:
    assert document_stem(name) == "x"


@pytest.mark.shared
@pytest.mark.parametrize("name", ["sec", "fara"])
def test_the_shared_truth_is_read_whole(shared: Path, name: str) -> None:
    folder = shared / name / "truth"
    truths = load_truths(folder)
    assert len(truths) == len(list(folder.glob("*.json")))
    assert all(truth.fields for truth in truths.values())
