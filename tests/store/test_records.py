from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from document.test_record import RECORDS
from factories import field_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digitizer.document.record import Field, Problem, Record
from digitizer.store.corrections import StaleError, correct, history
from digitizer.store.database import Store, clean, open_store
from digitizer.store.ledger import Batch, Found, OpenSource, begin, enter, finish, link, to_do
from digitizer.store.questions import count_doubts, fields_of, next_doubts, records_in
from digitizer.store.records import all_records, records_of, write_records
from digitizer.store.status import progress

SHA = "a" * 64


def added(store: Store, name: str = "a.pdf", sha256: str = SHA, batch: str = "scans") -> tuple[int, Batch]:
    """A document in the ledger, its bytes known, nothing read."""
    with store.writing() as connection:
        made = begin(connection, batch, "1" * 64, {"digitizer": "1"})
        enter(connection, made, [Found(f"/{batch}/{name}", name, 5, 0, {"box": "7"})], made.run)
        (entry,) = [e for e in to_do(connection, made, -1) if e.name == name]
        return link(connection, entry, sha256, 5, 9), made


def record_of(document: str = "a.pdf", sha256: str = SHA, **fields: Field) -> Record:
    row = {"date": field_of("2024-01-31"), "amount": field_of("12", status="review", confidence=0.25)}
    problem = Problem("rule", "only one", "look", document, 1, ("name",))
    return Record(
        document=document,
        sha256=sha256,
        pages=(1, 2),
        form="loan-card",
        form_confidence=0.9871236,
        fields={"name": replace(field_of("Zoë"), alternatives=("Zoe", "Zo\xeb.")), "late": field_of(True), **fields},
        tables={"payments": (row, row, {}), "none": ()},
        footnotes={"F1": field_of("a note", box=None, page=None, status="review", confidence=0.5)},
        problems=(problem,),
        versions={"digitizer": "1"},
    )


def test_a_record_comes_back_as_it_was(store: Store) -> None:
    document, _ = added(store)
    record = record_of()
    with store.writing() as connection:
        write_records(connection, document, [record, replace(record, form="other", fields={}, tables={})], ())
    with store.reading() as connection:
        back = records_of(connection, document)
    assert back == [record, replace(record, form="other", fields={}, tables={})]
    assert json.dumps(back[0].as_json()) == json.dumps(record.as_json()), "in the same order"


@given(st.lists(RECORDS.filter(lambda record: "\\u0000" not in json.dumps(record.as_json())), max_size=3))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_whatever_a_record_holds_comes_back(tmp_path_factory: pytest.TempPathFactory, records: list[Record]) -> None:
    records = [replace(record, document="a.pdf", sha256=SHA) for record in records]
    with open_store(str(tmp_path_factory.mktemp("store") / "a.db")) as store:
        document, _ = added(store)
        with store.writing() as connection:
            write_records(connection, document, records, ())
        with store.reading() as connection:
            assert records_of(connection, document) == records


def test_what_no_database_takes_is_replaced() -> None:
    assert clean("a\0b\ud800c") == "a\ufffdb?c"


def number_of(store: Store, document: int, name: str, table: str = "") -> int:
    with store.reading() as connection:
        return next(f.field for f in fields_of(connection, document) if (f.name, f.table) == (name, table))


def test_corrections_apply_and_are_never_lost(store: Store) -> None:
    document, _ = added(store)
    with store.writing() as connection:
        write_records(connection, document, [record_of()], ())
    name, amount = number_of(store, document, "name"), number_of(store, document, "amount", "payments")
    with store.writing() as connection:
        assert correct(connection, name, 1, "Zoe", "ann", "typo") == 2
        assert correct(connection, name, 2, "Zoë K.", "bob") == 3
        assert correct(connection, amount, 1, "12", "ann") == 2
    with store.reading() as connection:
        (back,) = records_of(connection, document)
        said = history(connection, name)
    assert (back.fields["name"].value, back.fields["name"].text) == ("Zoë K.", "Zoë")
    assert back.fields["name"].status == "corrected"
    assert [(row["amount"].value, row["amount"].status) for row in back.tables["payments"][:2]] == [
        ("12", "confirmed"),
        ("12", "review"),
    ]
    assert [(c.who, c.read, c.before, c.after, c.why) for c in said] == [
        ("ann", "Zoë", "Zoë", "Zoe", "typo"),
        ("bob", "Zoë", "Zoe", "Zoë K.", ""),
    ]


def test_of_two_who_correct_the_same_value_the_second_is_told(store: Store) -> None:
    document, _ = added(store)
    with store.writing() as connection:
        write_records(connection, document, [record_of()], ())
    name = number_of(store, document, "name")
    with store.writing() as connection:
        correct(connection, name, 1, "Zoe", "ann")
    with pytest.raises(StaleError), store.writing() as connection:
        correct(connection, name, 1, "Zora", "bob")
    with pytest.raises(StaleError), store.writing() as connection:
        correct(connection, 999_999, 1, "Zora", "bob")
    with pytest.raises(ValueError, match="late"), store.writing() as connection:
        correct(connection, number_of(store, document, "late"), 1, "yes", "bob")
    with store.reading() as connection:
        assert [c.after for c in history(connection, name)] == ["Zoe"]


@pytest.mark.parametrize(
    ("read", "value", "status"),
    [("Zoë", "Zoe", "corrected"), ("Zoe", "Zoe", "confirmed"), ("Zoltan", "Zoltan", "review")],
)
def test_corrections_outlive_digitizing_anew_where_they_fit(store: Store, read: str, value: str, status: str) -> None:
    document, _ = added(store)
    with store.writing() as connection:
        write_records(connection, document, [record_of()], ())
    with store.writing() as connection:
        correct(connection, number_of(store, document, "name"), 1, "Zoe", "ann")
    with store.writing() as connection:
        write_records(connection, document, [record_of(name=field_of(read))], ())
    with store.reading() as connection:
        (back,) = records_of(connection, document)
        assert (back.fields["name"].value, back.fields["name"].status) == (value, status)
        assert [c.who for c in history(connection, number_of(store, document, "name"))] == ["ann"]


def test_the_least_sure_come_first_to_review(store: Store) -> None:
    document, _ = added(store)
    with store.writing() as connection:
        write_records(connection, document, [record_of()], ())
    with store.reading() as connection:
        doubts = next_doubts(connection)
        assert [(d.name, d.row, d.confidence) for d in doubts] == [
            ("amount", 0, 0.25),
            ("amount", 1, 0.25),
            ("F1", 0, 0.5),
        ]
        assert next_doubts(connection, after=(doubts[1].confidence, doubts[1].field)) == doubts[2:]
        assert next_doubts(connection, form="other") == []
        assert next_doubts(connection, 1, form="loan-card") == doubts[:1]
        assert count_doubts(connection) == 3
    with store.writing() as connection:
        correct(connection, doubts[0].field, doubts[0].version, "13", "ann")
    with store.reading() as connection:
        assert next_doubts(connection) == doubts[1:]


def test_the_records_of_a_batch_are_listed_page_by_page(store: Store) -> None:
    for name, sha in (("a.pdf", SHA), ("b.pdf", "b" * 64)):
        document, batch = added(store, name, sha)
        with store.writing() as connection:
            finish(connection, document, 2, [record_of(name, sha), record_of(name, sha)], ())
    with store.reading() as connection:
        heads = records_in(connection, batch.id)
        assert [(h.name, h.place[1], h.form, h.pages, h.fields) for h in heads] == [
            (name, position, "loan-card", (1, 2), 7) for name in ("a.pdf", "b.pdf") for position in (0, 1)
        ]
        assert records_in(connection, batch.id, 2, heads[0].place) == heads[1:3]
        assert records_in(connection, batch.id + 1) == []


def test_how_far_a_batch_is(store: Store) -> None:
    document, batch = added(store)
    with store.writing() as connection:
        enter(connection, batch, [Found("/scans/new.pdf", "new.pdf", 1, 0)], 7)
        finish(connection, document, 3, [record_of()], ())
    with store.reading() as connection:
        told = progress(connection, batch.id)
    assert (told.states, told.pages, told.left, told.total, told.in_hand) == ({"done": 1, "waiting": 1}, 3, 1, 2, 0)
    assert told.rate > 0


def test_records_come_in_the_order_of_the_batch_and_copies_once(store: Store) -> None:
    names = [f"{k:03}.pdf" for k in range(450)]
    with store.writing() as connection:
        batch = begin(connection, "scans", "1" * 64, {})
        enter(connection, batch, [Found(f"/s/{n}", n, 1, 0, {"box": n}) for n in reversed(names)], 0)
        after = -1
        while entries := to_do(connection, batch, after):
            for entry in entries:
                sha = f"{int(entry.name[:3]) // 2:064}"
                finish(connection, link(connection, entry, sha, 1, 9), 1, [record_of(entry.name, sha)], ())
            after = entries[-1].ordinal
        other = begin(connection, "more", "1" * 64, {})
        enter(connection, other, [Found("/m/copy.pdf", "copy.pdf", 1, 0)], 0)
        link(connection, to_do(connection, other, -1)[0], f"{0:064}", 1, 9)
    with store.reading() as connection:
        found = list(all_records(connection))
        assert [s.metadata["box"] for s in found] == [n for n in reversed(names) if int(n[:3]) % 2]
        assert [s.path for s in all_records(connection, other.id)] == ["/m/copy.pdf"]
        assert list(all_records(connection, form="other")) == []
    assert isinstance(found[0].record, Record)


def test_a_page_of_entries_is_what_is_left(store: Store) -> None:
    document, batch = added(store)
    with store.writing() as connection:
        assert to_do(connection, batch, -1) == [OpenSource(1, 1, "/scans/a.pdf", "a.pdf", document)]
        finish(connection, document, 2, [record_of()], ())
        assert to_do(connection, batch, -1) == []


def test_the_file_itself_is_a_plain_path(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path / 'x.db'}"):
        assert (tmp_path / "x.db").exists()
