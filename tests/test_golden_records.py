"""The comparison with golden records itself, and that nobody writes them anew unseen."""

import json
from pathlib import Path
from typing import Any

import pytest
from factories import field_of
from golden_records import differences, read_golden, regenerating, write_golden

from digitizer.document.geometry import Box
from digitizer.document.record import Record


def record_with(**changes: Any) -> dict[str, Any]:
    field = field_of("24409", **changes)
    record = Record("a.pdf", "5" * 64, (1,), "loan-card", 0.9, {"shares": field}, {"rows": ({"a": field},)})
    data: dict[str, Any] = json.loads(json.dumps(record.as_json()))
    return data


GOLDEN = record_with()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"box": Box(13, 17, 30, 40)},
        {"box": Box(12, 20, 31, 43)},
        {"confidence": 0.945},
        {"confidence": 0.97, "status": "review"},
    ],
)
def test_small_moves_are_no_difference(changes: dict[str, Any]) -> None:
    assert list(differences(record_with(**changes), GOLDEN)) == []


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"box": Box(14, 20, 30, 40)}, ".box"),
        ({"box": Box(10, 20, 34, 40)}, ".box"),
        ({"box": None}, ".box"),
        ({"confidence": 0.93}, ".confidence"),
        ({"status": "review"}, ".status"),
        ({"text": "24,409"}, ".text"),
        ({"page": 2}, ".page"),
        ({"footnotes": ("F1",)}, ".footnotes"),
    ],
)
def test_larger_moves_and_other_texts_are_told(changes: dict[str, Any], place: str) -> None:
    told = list(differences(record_with(**changes), GOLDEN))
    assert [line.split(":")[0] for line in told] == [f".fields.shares{place}", f".tables.rows[0].a{place}"]


def test_missing_and_new_keys_rows_and_records_are_told() -> None:
    less = {**GOLDEN, "fields": {}, "tables": {"rows": [], "more": []}}
    told = "\n".join(differences(less, GOLDEN))
    assert ".fields.shares: only in the golden record" in told
    assert ".tables.more: only in the new one" in told
    assert ".tables.rows: 0 of them, golden 1" in told
    assert list(differences([GOLDEN], [GOLDEN, GOLDEN]))


def test_versions_are_neither_kept_nor_compared(tmp_path: Path) -> None:
    write_golden("a", [{**GOLDEN, "versions": {"digitizer": "1"}}], tmp_path)
    (kept,) = read_golden("a", tmp_path)
    assert "versions" not in kept
    assert list(differences({**GOLDEN, "versions": {"digitizer": "2"}}, kept)) == []


def test_golden_records_are_not_written_unless_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert not regenerating(False)
    assert regenerating(True)


def test_in_ci_the_flag_is_off_and_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (".ci/run", "Makefile", "pyproject.toml"):
        assert "regenerate-golden" not in (root / path).read_text(encoding="utf-8"), path
    monkeypatch.setenv("CI", "true")
    assert not regenerating(False)
    with pytest.raises(RuntimeError, match="not regenerated in CI"):
        regenerating(True)
