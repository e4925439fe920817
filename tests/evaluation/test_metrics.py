from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from digitizer.document.form import FieldDefinition, FormDefinition, TableDefinition
from digitizer.document.truth import Truth, TruthValue
from digitizer.evaluation.metrics import Share, evaluate_records
from digitizer.evaluation.table import percent, tables

if TYPE_CHECKING:
    from conftest import Make


def test_values_blanks_and_checkboxes_are_told_apart(make: Make) -> None:
    truth = make.truth({"a": "abcd", "b": "", "c": "", "d": True, "e": False})
    record = make.record(
        {
            "a": make.field("abxd"),
            "b": make.field(""),
            "c": make.field("ink"),
            "d": make.field(True),
            "e": make.field(True),
        }
    )
    evaluation = evaluate_records([record], {"a": truth})
    assert evaluation.whole.values == Share(0, 1)
    assert evaluation.whole.blanks == Share(1, 2)
    assert evaluation.whole.checkboxes == Share(1, 2)
    assert evaluation.whole.ticked == Share(1, 1)
    assert evaluation.whole.character_error_rate == pytest.approx(0.25)
    assert evaluation.whole.usual_error == pytest.approx(0.25)
    assert evaluation.by_kind["checkbox"].all == Share(1, 2)
    assert evaluation.by_field["c"].blanks == Share(0, 1)
    assert [o.name for o in evaluation.mistakes()] == ["a", "c", "e"]


def test_kinds_come_from_the_definition(make: Make) -> None:
    definition = FormDefinition(
        form="f",
        title="F",
        fields=(FieldDefinition("a", "date", ("A",)),),
        tables=(TableDefinition("t", (FieldDefinition("c", "money", ("C",)),)),),
    )
    truth = make.truth({"a": "2020-01-01", "z": "?"}, [make.truth_row(c="3")])
    record = make.record({"a": make.field("2020-01-01"), "z": make.field("")}, [make.row(c="3")])
    evaluation = evaluate_records([record], {"a": truth}, {"f": definition})
    assert {kind: score.all for kind, score in evaluation.by_kind.items()} == {
        "date": Share(1, 1),
        "money": Share(1, 1),
        "text": Share(0, 1),
    }


def test_a_document_without_a_record_is_all_wrong(make: Make) -> None:
    truth = make.truth({"a": "x", "b": "", "c": False}, [make.truth_row({"d": ["F1"]}, d="1")], {"F1": "Note."})
    evaluation = evaluate_records([], {"gone": truth})
    assert evaluation.whole.all == Share(0, 4)
    assert evaluation.rows == Share(0, 1)
    assert evaluation.missing == 1
    assert evaluation.forms == Share(0, 1)
    assert evaluation.flawless == evaluation.values_right == Share(0, 1)
    assert (evaluation.links.precision, evaluation.links.recall, evaluation.links.f1) == (None, 0.0, 0.0)
    assert evaluation.notes.character_error_rate == 1.0
    assert evaluation.whole.character_error_rate == 1.0
    assert evaluation.confidence.total == 0


def test_an_empty_document_that_gave_nothing_is_not_right(make: Make) -> None:
    assert evaluate_records([], {"gone": make.truth()}).values_right == Share(0, 1)


def test_the_same_form_scanned_twice_is_scored_twice(make: Make) -> None:
    good = make.record({"a": make.field("x")}, document="office/a.pdf", sha256="01")
    bad = make.record({"a": make.field("y")}, document="archive/a.pdf", sha256="02")
    evaluation = evaluate_records([good, bad], {"a": make.truth({"a": "x"})})
    assert evaluation.documents == 2
    assert evaluation.flawless == Share(1, 2)
    assert evaluation.extra_records == 0


def test_a_scan_that_gave_nothing_is_missed_though_another_has_its_name(make: Make) -> None:
    good = make.record({"a": make.field("x")}, document="office/a.pdf")
    truths = {"a": make.truth({"a": "x"})}
    evaluation = evaluate_records([good], truths, documents=["archive/a.pdf", "office/a.pdf"])
    assert (evaluation.documents, evaluation.missing) == (2, 1)
    assert evaluation.whole.values == Share(1, 2)


def test_a_record_without_truth_is_left_alone(make: Make) -> None:
    assert evaluate_records([make.record(document="unknown.pdf")], {}).documents == 0


def test_links(make: Make) -> None:
    truth = make.truth(rows=[make.truth_row({"a": ["F1", "F2"], "b": ["F3"]}, a="one", b="two", c="three")])
    row = {
        "a": make.field("one", notes=["F1"]),
        "b": make.field("two", notes=["F3"]),
        "c": make.field("three", notes=["F2"]),
    }
    links = evaluate_records([make.record(rows=[row])], {"a": truth}).links
    assert (links.right, links.found, links.expected) == (2, 3, 3)
    assert links.precision == links.recall == links.f1 == pytest.approx(2 / 3)
    assert links.exact == Share(1, 3)


def test_calibration(make: Make) -> None:
    fields = {f"a{i}": make.field("x", 0.8) for i in range(5)} | {"b": make.field("x", 1.0, status="review")}
    truth = make.truth({f"a{i}": "x" if i < 4 else "y" for i in range(5)} | {"b": "z", "gone": "x"})
    confidence = evaluate_records([make.record(fields)], {"a": truth}).confidence
    assert confidence.total == 6
    assert confidence.accepted_share == pytest.approx(5 / 6)
    assert confidence.wrong_per_thousand == pytest.approx(200)
    assert confidence.error == pytest.approx((0 * 5 + 1.0 * 1) / 6)
    assert confidence.brier == pytest.approx((4 * 0.04 + 0.64 + 1) / 6)
    assert [(b.low, b.total, b.right) for b in confidence.bins] == [(0.8, 5, 4), (0.9, 1, 0)]


def test_cells_of_a_made_up_row_break_their_promise(make: Make) -> None:
    evaluation = evaluate_records([make.record(rows=[make.row(c="1", d="")])], {"a": make.truth(rows=[])})
    assert (evaluation.confidence.total, evaluation.confidence.wrong) == (1, 1)
    assert evaluation.tables["t"].extra == 1
    assert evaluation.whole.all == Share(0, 0)


def test_hand_and_decade_are_told_apart(make: Make) -> None:
    fields = {"a": TruthValue("x", hand=True), "b": TruthValue("y", hand=False)}
    truth = Truth("f", fields, decade="1950s")
    evaluation = evaluate_records([make.record({"a": make.field("q"), "b": make.field("y")})], {"a": truth})
    assert {name: score.values for name, score in evaluation.by_hand.items()} == {
        "hand": Share(0, 1),
        "typed": Share(1, 1),
    }
    assert evaluation.by_decade["1950s"].values == Share(1, 2)


def test_json_is_plain_and_whole(make: Make) -> None:
    truth = make.truth({"a": "x"}, [make.truth_row({"c": ["F1"]}, c="1")], {"F1": "n"})
    data = evaluate_records([make.record({"a": make.field("y")}, [])], {"a": truth}, seconds=3.0, pages=2).as_json()
    assert json.loads(json.dumps(data)) == data
    assert data["values"] == {"right": 0, "total": 2, "share": 0.0}
    assert data["seconds_a_page"] == 1.5
    assert data["each"][0]["wrong"] == [
        {"field": "a", "row": None, "true": "x", "read": "y"},
        {"field": "t.c", "row": 0, "true": "1", "read": None},
    ]
    assert data["each"][0]["links_missed"] == [["t", 0, "c", "F1"]]


def test_tables_tell_the_main_numbers(make: Make) -> None:
    truth = make.truth({"a": "x", "b": ""}, [make.truth_row(c="1")])
    record = make.record({"a": make.field("x"), "b": make.field("")}, [make.row(c="2")])
    told = {table.title: table.rows for table in tables(evaluate_records([record], {"a": truth}))}
    assert ("values (something is written)", "50.00%", "1", "2") in told["Result"]
    assert ("t", "0.00%", "0/1", "1", "1", "0.00%", "0.00%", "-") in told["By table"]
    assert all(
        len(row) == len(table.head) for table in tables(evaluate_records([record], {"a": truth})) for row in table.rows
    )


def test_a_share_with_an_error_never_reads_as_all() -> None:
    assert percent(1.0) == "100.00%"
    assert percent(99_999 / 100_000) == "99.99%"
    assert percent(None) == "-"
