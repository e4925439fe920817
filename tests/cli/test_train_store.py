from __future__ import annotations

import json
from pathlib import Path

import pytest

from digitizer.cli.train import from_store
from digitizer.document.record import Record
from digitizer.errors import NoInputError
from digitizer.fields.definitions import load_definition
from digitizer.store.corrections import correct
from digitizer.store.database import open_store
from digitizer.store.questions import fields_of

from .test_train import Call, call, card, draw, library

__all__ = ["call", "library"]


def taken_in(library: Path, records: list[Record]) -> str:
    """A store with these records, whose scans lie in the library."""
    from digitizer.batch.take_in import take_in
    from digitizer.settings import Settings

    results = library / "records.jsonl"
    results.write_text("".join(json.dumps(record.as_json()) + "\n" for record in records))
    url = str(library / "archive.db")
    with open_store(url) as store:
        take_in(store, results, [str(library / "scans")], Settings())
    return url


def drawn(library: Path, count: int, **wrong: str) -> list[Record]:
    """Records of cards drawn into the library, some of their values wrong."""
    import hashlib

    from digitizer.document.geometry import Box
    from digitizer.document.record import Field

    records = []
    for number in range(count):
        path = library / "scans" / f"card{number:02}.png"
        draw(path, card(number))
        fields = {
            name: Field(
                wrong.get(name, value), str(value), 0.5, "review" if name in wrong else "accepted", 1, Box(1, 2, 30, 9)
            )
            for name, value in card(number).items()
        }
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        records.append(Record(path.name, sha256, (1,), "loan-card", 0.9, fields))
    return records


def answer(url: str, document: int, name: str, value: str | bool, why: str = "") -> None:
    with open_store(url) as store, store.writing() as connection:
        field = next(one for one in fields_of(connection, document) if one.name == name)
        correct(connection, field.field, field.version, value, "ann", why)


def test_answers_and_what_was_accepted_beside_them_are_truth(library: Path) -> None:
    url = taken_in(library, drawn(library, 3, borrower="Adda", title="Dracua"))
    form = load_definition(library / "forms" / "loan-card.yaml")
    with pytest.raises(NoInputError, match="nobody has looked"):
        from_store(url, form, "")
    answer(url, 1, "borrower", "Timothy Bixby")
    answer(url, 2, "borrower", "Adda")
    answer(url, 2, "title", "", "illegible")
    given = from_store(url, form, "")
    assert [source.name for source in given.sources] == ["card00.png", "card01.png"], "nobody looked at the third"
    first, second = ({n: v.value for n, v in truth.fields.items()} for truth in given.truth.values())
    known = {name: value for name, value in card(0).items() if name != "title"}
    assert first == known | {"borrower": "Timothy Bixby"}, "what waits for a person is unknown"
    assert second["borrower"] == "Adda"
    assert "title" not in second, "what no one can read is no blank"


def test_a_scan_that_has_changed_is_left_out(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = taken_in(library, drawn(library, 2, borrower="Adda"))
    for document in (1, 2):
        answer(url, document, "borrower", "Ada")
    (library / "scans" / "card00.png").write_bytes(b"another")
    form = load_definition(library / "forms" / "loan-card.yaml")
    assert [source.name for source in from_store(url, form, "").sources] == ["card01.png"]
    assert "card00.png: left out" in capsys.readouterr().err
    (library / "scans" / "card01.png").unlink()
    with pytest.raises(NoInputError, match="none of the scans"):
        from_store(url, form, "")


def test_scans_of_one_name_are_told_apart(library: Path) -> None:
    records = drawn(library, 2, borrower="Adda")
    (library / "scans" / "more").mkdir()
    (library / "scans" / "card01.png").rename(library / "scans" / "more" / "card00.png")
    from dataclasses import replace

    url = taken_in(library, [records[0], replace(records[1], document="more/card00.png")])
    for document in (1, 2):
        answer(url, document, "borrower", "Ada")
    form = load_definition(library / "forms" / "loan-card.yaml")
    names = [source.name for source in from_store(url, form, "").sources]
    assert names == [f"card00-{record.sha256[:8]}.png" for record in records]


@pytest.mark.parametrize("given", [["--scans", "scans"], ["--store", "archive.db", "--truth", "truth"], []])
def test_either_a_store_or_scans_with_truth(call: Call, library: Path, given: list[str]) -> None:
    code, _, told = call("train", "loan-card", "--forms", library / "forms", *given)
    assert code == 2
    assert "--scans and --truth, or --store" in told


@pytest.mark.tesseract
@pytest.mark.slow
def test_a_form_learns_from_the_review_screen(call: Call, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITIZER_DOUBLE", "false")
    url = taken_in(library, drawn(library, 10, borrower="Nobody"))
    for number in range(10):
        answer(url, number + 1, "borrower", card(number)["borrower"])
    code, told, progress = call(
        *("train", "loan-card", "--store", url, "--forms", library / "forms", "--out", library / "models"),
        *("--report", library / "report", "--cache", library / "cache", "--workers", 1),
    )
    assert code == 0, progress
    assert "of 10 values that people looked at, 0.0% were right; by the new model" in told
    scores = json.loads((library / "models" / "loan-card" / "card.json").read_text())["models"]["classifier"]["scores"]
    assert scores["reviewed"]["values"] == 10
    assert scores["reviewed"]["after"] > 7
    from digitizer.review.learning import learnings

    learned = learnings([library / "models"], ["loan-card", "unknown"])
    assert list(learned) == ["loan-card"]
    assert learned["loan-card"].before == 0
    assert learned["loan-card"].documents == 10
