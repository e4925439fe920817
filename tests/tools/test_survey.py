from __future__ import annotations

import json
from pathlib import Path

import pytest

from digitizer.document.record import OTHER, Field, Record
from tools.survey import main, survey


def record(document: str, form: str = "fara-amendment", revision: str = "", name: str = "", **more: Field) -> Record:
    fields = {"registrantName": Field(name, name, 0.9, "accepted", 1, None), **more} if form != OTHER else {}
    return Record(document, "0", (1,), form, 0.9, fields, revision=revision)


CATALOGUE = {
    "a.tif": {"form": "fara-amendment", "registrant": "Austrian Tourist Office, Inc."},
    "b.tif": {"form": "fara-short-form", "registrant": "KOTRA"},
}


def test_records_are_told_by_form_and_revision_and_held_against_the_catalogue() -> None:
    hand = Field("1962", "1962", 0.5, "review", 1, None, hand=True)
    records = [
        record("a.tif", revision="FA-11", name="AUSTRIAN TOURIST OFFICE", date=hand),
        record("a.tif", OTHER),
        record("b.tif", revision="FA-11", name="Ketchum"),
        record("c.tif", OTHER),
        record("c.tif", OTHER),
    ]
    told, other = survey(records, CATALOGUE)
    assert (told.name, told.documents, told.filled, told.by_hand) == (
        "fara-amendment FA-11",
        2,
        1.5,
        pytest.approx(1 / 3),
    )
    assert (told.form_agrees, told.registrant_agrees) == ((1, 2), (1, 2))
    assert (other.name, other.documents, other.form_agrees) == (OTHER, 1, (0, 0))


def test_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = tmp_path / "records.jsonl"
    lines.write_text(json.dumps(record("a.tif", name="Austrian Tourist Office").as_json()) + "\n")
    catalogue = tmp_path / "catalogue.csv"
    catalogue.write_text('file,form,registrant\na.tif,fara-amendment,"Austrian Tourist Office, Inc."\n')
    main([str(lines), "--catalogue", str(catalogue)])
    assert "| fara-amendment | 1 | 1.0 | 0.900 | 100.0% | 0.0% |  | 1 of 1 | 1 of 1 |" in capsys.readouterr().out


def test_the_seconds_that_documents_took_are_those_of_all_their_stages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines, log = tmp_path / "records.jsonl", tmp_path / "batch.log"
    lines.write_text(json.dumps(record("a.tif", name="Austrian Tourist Office").as_json()) + "\n")
    events = [
        {"event": "batch begun"},
        {"event": "probe", "document": "a.tif", "seconds": 0.25},
        {"event": "read", "document": "a.tif", "page": 1, "seconds": 2.0},
        {"event": "read failed", "document": "a.tif", "page": 2, "kind": "timeout"},
    ]
    log.write_text("".join(json.dumps(e) + "\n" for e in events))
    main([str(lines), "--log", str(log)])
    assert "| fara-amendment | 1 | 1.0 | 0.900 | 100.0% | 0.0% | 2.2 |" in capsys.readouterr().out
